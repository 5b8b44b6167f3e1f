"""Targets: what a load balancer forwards to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from privatelink.constructs.security_group import Peer
from privatelink.facts import DATAGRAMS, TargetType
from privatelink.framework import aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a target group holds, and how it is reached.

    Arguments:
        kind: the target type, as AWS calls it.
        ids: instance id, address or load balancer ARN, by a stable key.
        auto_scaling_groups: name of each group that registers its own instances, by a stable key.
        security_group_id: a group that the targets carry, which the load balancer may add rules to.
        reached_at: what to let traffic out to without one, by key.
        availability_zones: the zone of an address, by its key, where AWS cannot tell it from the subnet.
        conditions: what must hold before a target group is made of them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type
    """

    kind: TargetType
    ids: Mapping[str, str] = field(default_factory=dict)
    auto_scaling_groups: Mapping[str, str] = field(default_factory=dict)
    security_group_id: str | None = None
    reached_at: Mapping[str, Peer] = field(default_factory=dict)
    availability_zones: Mapping[str, str | None] = field(default_factory=dict)
    conditions: Sequence[aws.Precondition] = ()

    @property
    def destinations(self) -> Mapping[str, Peer]:
        """What to let traffic out to, by key."""
        if self.security_group_id:
            return {"": {"referenced_security_group_id": self.security_group_id}}
        return self.reached_at

    def preserve_client_ip(self, protocol: str) -> bool | None:
        """AWS's own default, written out; for an ALB it cannot be written.

        Without effect on PrivateLink traffic, which comes from the load balancer's own addresses:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
        """
        if self.kind == "alb":
            return None
        return self.kind == "instance" or protocol in DATAGRAMS
