"""Changes that need several applies: `privatelink plan` recognizes the same ones, and lists their stages."""

from collections.abc import Iterator, Sequence

from privatelink.changes import private_names, regions, subnets
from privatelink.changes.plans import Plans, Resource
from privatelink.changes.recognize import recognize
from privatelink.json_types import Json
from privatelink.review.change import SIDES, Change, Side
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.services import has_privatelink
from privatelink.review.shapes import Unknown, Value, items, text
from privatelink.review.world import Worlds
from privatelink.terraform.documents import ResourceChange, StateResource

_KINDS = (*regions.KINDS, *subnets.KINDS, *private_names.KINDS)
_NAMES = ("aws_route53_zone", "aws_vpc_endpoint")
_TYPES = (*_NAMES, "aws_subnet", "aws_vpc", "aws_lb", "aws_vpc_endpoint_service")
"""The types of resources that these kinds are about."""


def _needs_stages(worlds: Worlds) -> Iterator[Hit]:
    """The kinds of subnets, names and Regions; load balancers, services and keys have rules of their own."""
    if not has_privatelink(worlds):
        return
    gone = _gone(worlds)
    names = any(change.changes for change in worlds.changes(*_NAMES))
    # Most plans have none of these, and the kinds are looked for by comparing resources with each other.
    if not (gone or names or any(plan.missing for plan in worlds.plans)):
        return
    found = [each for each in recognize(_Reviewed(worlds, gone)) if each.kind in _KINDS]
    changes = {(change.stack, change.address): change for plan in worlds.plans for change in plan.changes}
    for staged in found:
        change = changes.get((staged.stack, staged.address))
        if change is not None:
            # AWS does not document whether it accepts the one request.
            severity: Severity | None = "warning" if staged.kind is subnets.SAME_ZONE else None
            because = f"{staged.change}: {staged.kind.why}; instead, {staged.kind.instead}"
            # A rule that blocks for the same subnet says more of the endpoint in it.
            yield Hit(change, (*change.replaced_by, "")[0], severity, because, implied_by=(change,))


SEVERAL_APPLIES = Rule(
    id="several-applies-needed",
    severity="blocking",
    title="change that needs several applies",
    consequence=(
        "AWS or the provider cannot make the change in one apply: the apply fails halfway, or does not end"
    ),
    instead=(
        "make the change in several applies, each with a plan of its own; `privatelink plan` lists the edits "
        "of a topology file for each of them"
    ),
    page="https://github.com/hashicorp/terraform/blob/main/docs/destroying.md",
    find=_needs_stages,
)


def _gone(worlds: Worlds) -> list[Change]:
    """The subnets that are destroyed or replaced in VPCs that also get new ones."""
    changes = [each for each in worlds.changes("aws_subnet") if each.changes and not each.updated]
    new = {_vpc(each) for each in changes if not each.destroyed}
    return [each for each in changes if not each.created and _vpc(each) in new]


def _vpc(subnet: Change) -> str:
    return next(filter(None, (text(subnet.value(side, "vpc_id")) for side in SIDES)), "")


class _Reviewed(Plans):
    """The plans of a review, without subnets of VPCs in which none is gone, and load balancers elsewhere.

    Arguments:
        worlds: the resources.
        gone: the subnets that are destroyed or replaced, in VPCs that also get new ones.
    """

    def __init__(self, worlds: Worlds, gone: Sequence[Change]) -> None:
        super().__init__({}, lambda _: ())
        self._worlds = worlds
        self._gone = {text(each.value("before", "id")) for each in gone}
        self._vpcs = {_vpc(each) for each in gone}
        self._of: dict[str, list[Resource]] = {}

    def of(self, *types: str) -> list[Resource]:
        for name in types:
            if name not in self._of:
                self._of[name] = [
                    _resource(each)
                    for each in self._worlds.changes(*({name} & {*_TYPES}))
                    if each.mode == "managed" and not each.deposed and self._concerns(each)
                ]
        return [resource for name in types for resource in self._of[name]]

    def _concerns(self, change: Change) -> bool:
        if change.type == "aws_subnet":
            return _vpc(change) in self._vpcs
        if change.type == "aws_lb":
            return any(text(each) in self._gone for each in items(change.value("before", "subnets")))
        return True

    def read(self, stack: str, kind: str) -> Iterator[StateResource]:
        for change in (each for plan in self._worlds.plans if plan.stack == stack for each in plan.changes):
            if change.mode == "data" and change.type == kind and change.exists("before"):
                values = {name: _known(value) for name, value in change.attributes("before").items()}
                yield {
                    "address": change.address,
                    "mode": change.mode,
                    "type": change.type,
                    "name": change.name,
                    "values": values,
                }

    def forgotten(self) -> Iterator[Resource]:
        for plan in self._worlds.plans:
            yield from map(_resource, plan.missing)

    def is_destroyed_last(self, resource: Resource) -> bool:
        # A plan does not have the flags of the state; other rules report what is destroyed while in use.
        return True

    def region(self, stack: str) -> str:
        changes = next((plan.changes for plan in self._worlds.plans if plan.stack == stack), ())
        return next((change.configuration.region for change in changes), "")


def _resource(change: Change) -> Resource:
    before, after = ({name: _known(value) for name, value in _values(change, side)} for side in SIDES)
    json: ResourceChange = {
        "address": change.address,
        "mode": change.mode,
        "type": change.type,
        "name": change.name,
        "change": {
            "actions": [*change.actions],
            "before": before if change.exists("before") else None,
            "after": after if change.exists("after") else None,
            "after_unknown": {name: _is_unknown(value) for name, value in _values(change, "after")},
            "replace_paths": [[name] for name in change.replaced_by],
        },
    }
    return Resource(change.stack, json)


def _values(change: Change, side: Side) -> Iterator[tuple[str, Value]]:
    return iter(change.attributes(side).items()) if change.exists(side) else iter(())


def _known(value: Value) -> Json:
    """The parts of a value that are known before the apply."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, list):
        return [_known(item) for item in value if not isinstance(item, Unknown)]
    if isinstance(value, dict):
        return {name: _known(item) for name, item in value.items() if not isinstance(item, Unknown)}
    return value


def _is_unknown(value: Value) -> bool:
    """Whether a value, or a part of it, is known only after the apply."""
    if isinstance(value, list):
        return any(map(_is_unknown, value))
    return isinstance(value, Unknown) or (isinstance(value, dict) and any(map(_is_unknown, value.values())))


RULES = (SEVERAL_APPLIES,)
