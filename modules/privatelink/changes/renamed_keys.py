"""Resources whose address changes although they are the same thing in AWS.

Terraform creates the resource at the new address and deletes the one at the old address, in any order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource
from privatelink.changes.staged import LAST, Kind, Stage
from privatelink.json_types import Json

SAME = Kind(
    "same-under-another-key",
    what="a target, or a VPC of a hosted zone, gets another key",
    why=(
        "both keys are the same registration in AWS, and Terraform creates the one and deletes the other in "
        "any order: the apply fails, or the registration is gone afterwards"
    ),
    page="https://developer.hashicorp.com/terraform/language/modules/develop/refactoring",
    instead="keep the key, or move the resource to its new address with a moved block",
)
KINDS = (SAME,)
STAGES = (
    Stage(
        (
            "the file as it is now, without the part with the new key; until the next stage, the target gets "
            "no connections, or the VPC does not resolve the names; with the former key, nothing changes",
        )
    ),
    LAST,
)
_IDENTITY: Mapping[str, Sequence[str]] = {
    "aws_lb_target_group_attachment": ("target_group_arn", "target_id", "port"),
    "aws_autoscaling_attachment": ("lb_target_group_arn", "autoscaling_group_name"),
    "aws_route53_zone_association": ("zone_id", "vpc_id"),
}
"""Arguments that identify a resource in AWS, by the type of the resource."""


@dataclass(frozen=True, eq=False)
class Renamed:
    """A resource that is deleted, and the one that is created for the same thing."""

    old: Resource
    new: Resource


def find(plans: Plans) -> Iterator[Renamed]:
    """Yield the resources that are deleted at one address and created at another one."""
    for kind, names in _IDENTITY.items():
        resources = plans.of(kind)
        created = [each for each in resources if each.created]
        for old in resources:
            if not old.destroyed and not old.replaced:
                continue
            for new in created:
                if new is not old and _is_same(old, new, names):
                    yield Renamed(old, new)


def _is_same(old: Resource, new: Resource, names: Sequence[str]) -> bool:
    """Whether both have the same identity, as far as the plan knows it."""
    before: list[Json] = [old.before(name) for name in names]
    after: list[Json] = [new.after(name) for name in names]
    return old.stack == new.stack and before == after
