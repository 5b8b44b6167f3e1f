"""Stacks whose Region changes: Terraform finds none of their resources, and forgets them."""

from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource, text
from privatelink.changes.staged import Kind

FORGOTTEN = Kind(
    "region-changed",
    what="the Region of a stack changes",
    why=(
        "the provider reads every resource in the new Region, finds none, and creates all of them again; the "
        "existing ones stay in the old Region, without a state"
    ),
    page="https://developer.hashicorp.com/terraform/cli/commands/plan#planning-modes",
    instead="destroy the stack in the old Region first",
)
KINDS = (FORGOTTEN,)
_REGION_OF_ARN = 3


@dataclass(frozen=True, eq=False)
class Moved:
    """A stack whose resources are in another Region than its provider."""

    stack: str
    resource: Resource
    """One of them."""
    old: str
    new: str


def find(plans: Plans) -> Iterator[Moved]:
    """Yield the stacks whose Region changes."""
    found: set[str] = set()
    for resource in plans.forgotten():
        old, new = _region(text(resource.before("arn"))), plans.region(resource.stack)
        if resource.stack not in found and old and new and old != new:
            found.add(resource.stack)
            yield Moved(resource.stack, resource, old, new)


def _region(arn: str) -> str:
    parts = arn.split(":")
    return parts[_REGION_OF_ARN] if len(parts) > _REGION_OF_ARN else ""
