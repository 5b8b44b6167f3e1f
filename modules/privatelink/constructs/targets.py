"""Targets: the targets of a load balancer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from privatelink.constructs.peer import Peer
from privatelink.facts import DATAGRAMS, ListenerProtocol, TargetType
from privatelink.framework import aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The targets of a load balancer, and the security group rules for the traffic to them.

    Arguments:
        target_type: `instance`, `ip` or `alb`.
        target_ids: instance ID, IP address or load balancer ARN, by a key that stays the same.
        autoscaling_group_names: name of each Auto Scaling group, which registers its own instances, by a key
            that stays the same.
        security_group_id: security group of the targets, to which traffic may leave.
        add_ingress_rules: whether rules for the load balancer are added to that security group.
        peers: addresses of the targets, to which traffic may leave if their security group is not known. The
            address of one target has its key; peers of Auto Scaling groups are for all groups.
        availability_zones: `availability_zone` to register a target with, by key; `all` for an address
            outside the VPC.
        zone_conditions: for some of the targets, by their keys: the conditions that must be true before their
            target group is created or changed, such as that one is in each zone; default: none.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type
    """

    target_type: TargetType
    target_ids: Mapping[str, str] = field(default_factory=dict)
    autoscaling_group_names: Mapping[str, str] = field(default_factory=dict)
    security_group_id: str | None = None
    add_ingress_rules: bool = True
    peers: Sequence[Peer] = ()
    availability_zones: Mapping[str, str | None] = field(default_factory=dict)
    zone_conditions: Callable[[Collection[str]], Sequence[aws.Precondition]] | None = None

    @property
    def preconditions(self) -> Sequence[aws.Precondition]:
        """Conditions that must be true before a target group with all targets is created or changed."""
        return self.zone_conditions(self.target_ids) if self.zone_conditions else ()

    def only(self, keys: Collection[str] | None) -> Self:
        """Return some of the targets, as those of one listener.

        Arguments:
            keys: keys of the targets; None for all.
        """
        if keys is None:
            return self
        return replace(
            self,
            target_ids={key: found for key, found in self.target_ids.items() if key in keys},
            autoscaling_group_names={
                key: found for key, found in self.autoscaling_group_names.items() if key in keys
            },
            # Those of Auto Scaling groups are not the addresses of single targets.
            peers=[peer for peer in self.peers if self.autoscaling_group_names or peer.key in keys],
        )

    def preserve_client_ip(self, protocol: ListenerProtocol) -> bool | None:
        """Return AWS's default of client IP preservation, to be explicit; None for an ALB, which has none.

        It has no effect on PrivateLink traffic, which reaches targets from the load balancer's addresses.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation

        Arguments:
            protocol: protocol of the target group.
        """
        if self.target_type == "alb":
            return None
        return self.target_type == "instance" or protocol in DATAGRAMS
