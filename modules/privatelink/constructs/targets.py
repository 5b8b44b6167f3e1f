"""Targets: the targets of a load balancer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
        peers: addresses of the targets, to which traffic may leave if their security group is not known.
        availability_zones: `availability_zone` to register a target with, by key; `all` for an address
            outside the VPC.
        preconditions: conditions that must be true before a target group is created or changed.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type
    """

    target_type: TargetType
    target_ids: Mapping[str, str] = field(default_factory=dict)
    autoscaling_group_names: Mapping[str, str] = field(default_factory=dict)
    security_group_id: str | None = None
    add_ingress_rules: bool = True
    peers: Sequence[Peer] = ()
    availability_zones: Mapping[str, str | None] = field(default_factory=dict)
    preconditions: Sequence[aws.Precondition] = ()

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
