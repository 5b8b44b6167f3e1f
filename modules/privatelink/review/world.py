"""The resources of all plans before and after the changes, and the references between them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeAlias, TypeVar

from privatelink.review.change import Change, Side
from privatelink.review.configuration import ANY_KEY, Reference, Unresolved
from privatelink.review.plan import Plan
from privatelink.review.shapes import UNKNOWN, Unknown, Value, items, mapping, mappings

_SAME_KIND = {
    "aws_lb": "aws_alb",
    "aws_lb_listener": "aws_alb_listener",
    "aws_lb_target_group": "aws_alb_target_group",
    "aws_lb_target_group_attachment": "aws_alb_target_group_attachment",
}
"""Types with two names: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb"""
_SETS = frozenset(
    {
        "gateway_load_balancer_arns",
        "network_load_balancer_arns",
        "security_group_ids",
        "security_groups",
        "subnet_ids",
        "subnets",
        "target_group_arns",
        "vpc_security_group_ids",
        "vpc_zone_identifier",
    }
)
"""Attributes with several items. The provider marks the whole set as unknown if one item is unknown."""


class Thing:
    """One resource on one side of the change.

    Attributes:
        links: the targets of its attributes that were already looked up; most resources of a large plan have
            none.
    """

    __slots__ = ("_identity", "_read", "change", "links", "side")

    def __init__(self, change: Change, side: Side) -> None:
        self.change = change
        self.side: Side = side
        self.links: dict[tuple[str, ...], list[Linked]] | None = None
        self._read = change.read(side)
        self._identity = ""

    def __repr__(self) -> str:
        return f"Thing({self.address} {self.side})"

    def value(self, name: str) -> Value:
        """Return an attribute on this side."""
        read = self._read
        return read[name] if name in read else self.change.value(self.side, name)

    def text(self, name: str) -> str:
        """Return an attribute that is a string; empty if it is unknown or of another type."""
        found = self.value(name)
        return found if isinstance(found, str) else ""

    @property
    def address(self) -> str:
        """The resource's address."""
        return self.change.address

    @property
    def identity(self) -> str:
        """Its ID or ARN, or its stack and address if it has neither yet."""
        if not self._identity:
            self._identity = (
                self.text("id") or self.text("arn") or f"{self.change.stack}: {self.change.address}"
            )
        return self._identity


Linked = Thing | str | Unknown
"""The target of an attribute: a resource in the plans, the ID of any other, or unknown."""


Answers: TypeAlias = defaultdict[Callable[..., Any], dict[tuple[Hashable, ...], Any]]
"""Results of functions of any return type, by function and arguments."""
_MISSING: Final = object()


class Remembering(Protocol):
    """An object that keeps the results of `remembered` functions."""

    @property
    def remembered(self) -> Answers:
        """The results, by function and arguments."""


P = ParamSpec("P")
T = TypeVar("T")
W = TypeVar("W", bound=Remembering)


def remembered(function: Callable[Concatenate[W, P], T]) -> Callable[Concatenate[W, P], T]:
    """Call a function of a world once for each set of arguments, since rules and paths repeat calls."""

    @wraps(function)
    def answer(world: W, /, *arguments: P.args, **named: P.kwargs) -> T:
        known = world.remembered[function]
        key = (*arguments, *named.values()) if named else arguments
        found: T = known.get(key, _MISSING)
        if found is _MISSING:
            found = known[key] = function(world, *arguments, **named)
        return found

    return answer


class World:
    """All resources that exist on one side."""

    def __init__(self, plans: Iterable[Plan], side: Side, opposite: "World | None" = None) -> None:
        self.side = side
        self.opposite = opposite
        self.remembered: Answers = defaultdict(dict)
        self._by_type: dict[str, list[Thing]] = defaultdict(list)
        self._of: dict[str, Sequence[Thing]] = {}
        self._has: dict[tuple[str, ...], bool] = {}
        self._backwards: dict[tuple[str, tuple[str, ...]], Mapping[str, list[Thing]]] = {}
        for plan in plans:
            for change in plan.changes:
                if change.exists(side) and (change.mode != "data" or change.actions == ("no-op",)):
                    self._by_type[change.type].append(Thing(change, side))

    def of(self, kind: str) -> Sequence[Thing]:
        """Return the resources of a type."""
        if kind not in self._of:
            kinds = (kind, *([_SAME_KIND[kind]] if kind in _SAME_KIND else []))
            found = (thing for each in kinds for thing in self._by_type.get(each, ()))
            self._of[kind] = [thing for thing in found if thing.change.mode != "data"]
        return self._of[kind]

    def network_load_balancers(self) -> list[Thing]:
        """Return the Network Load Balancers."""
        return [lb for lb in self.of("aws_lb") if lb.value("load_balancer_type") == "network"]

    def interface_endpoints(self) -> list[Thing]:
        """Return the interface endpoints."""
        return [
            each for each in self.of("aws_vpc_endpoint") if each.value("vpc_endpoint_type") == "Interface"
        ]

    def find(self, identifier: Value) -> Thing | None:
        """Return the resource with an ID, ARN or service name."""
        return self._by_identifier.get(identifier) if isinstance(identifier, str) and identifier else None

    def same(self, change: Change) -> Thing | None:
        """Return the resource of a change as it is on this side."""
        return self._by_place[change.stack].get(change.address)

    def linked(self, thing: Thing, *path: str) -> list[Linked]:
        """Return the targets of an attribute, or of one in nested blocks, each once."""
        links = thing.links
        if links is None:
            links = thing.links = {}
        found = links.get(path)
        if found is None:
            found = links[path] = self._follow(thing, path)
        return found

    def _follow(self, thing: Thing, path: Sequence[str]) -> list[Linked]:
        first = thing.value(path[0])
        if first is None:
            return []
        if isinstance(first, str):
            return [self._by_identifier.get(first, first)] if first and len(path) == 1 else []
        values: list[Value] = [first]
        hidden = len(path) == 1 or path[-1] in _SETS
        for step in path[1:]:
            hidden = hidden or UNKNOWN in values
            values = [
                UNKNOWN if block is UNKNOWN else mapping(block).get(step)
                for value in values
                for block in ([UNKNOWN] if value is UNKNOWN else mappings(value))
            ]
        found: dict[int | str, Linked] = {}
        pending = 0
        known = self._by_identifier
        for value in values:
            for item in items(value):
                if isinstance(item, str):
                    if item in known:
                        found[id(known[item])] = known[item]
                    else:
                        found[item] = item
                elif item is UNKNOWN:
                    pending += 1
        if pending:
            # An unknown attribute of a known block is one item; an unknown set may have any number.
            for created in self._to_be(thing, path, pending, whole=hidden and UNKNOWN in values):
                found[id(created)] = created
        return list(found.values())

    def only(self, thing: Thing, *path: str) -> Linked | None:
        """Return the single target of an attribute: None without one, `UNKNOWN` for several."""
        found = self.linked(thing, *path)
        return found[0] if len(found) == 1 else (UNKNOWN if found else None)

    def backwards(self, kind: str, *path: str) -> Mapping[str, list[Thing]]:
        """Return the resources of a type by the identities of the targets of an attribute."""
        found = self._backwards.get((kind, path))
        if found is None:
            index: dict[str, list[Thing]] = defaultdict(list)
            for thing in self.of(kind):
                for target in self.linked(thing, *path):
                    if not isinstance(target, Unknown):
                        index[target if isinstance(target, str) else target.identity].append(thing)
            found = self._backwards[kind, path] = index
        return found

    def leading_to(self, target: Thing, kind: str, *path: str) -> list[Thing]:
        """Return the resources of a type whose attribute has a resource as its target."""
        index = self._backwards.get((kind, path))
        if index is None:
            index = self.backwards(kind, *path)
        return index.get(target.identity, []) if index else []

    def has(self, *kinds: str) -> bool:
        """Return whether a resource of one of the types exists on this side or on the other one."""
        if kinds not in self._has:
            worlds = [self, *([self.opposite] if self.opposite else [])]
            self._has[kinds] = any(world.of(kind) for world in worlds for kind in kinds)
        return self._has[kinds]

    def may_lead_to(self, target: Thing, kind: str, *path: str) -> list[Thing]:
        """Return the resources of a type of which the plans do not show whether they still have a target.

        They had it before, and the attribute is known only after the apply: unknown is not gone.
        """
        if self.opposite is None or not self.opposite.backwards(kind, *path):
            return []
        was = self.opposite.same(target.change)
        if was is None:
            return []
        found = [self.same(each.change) for each in self.opposite.leading_to(was, kind, *path)]
        return [each for each in found if each is not None and UNKNOWN in self.linked(each, *path)]

    def _to_be(self, thing: Thing, path: Sequence[str], pending: int, *, whole: bool) -> list[Linked]:
        """The targets of unknown IDs, from the configuration; `UNKNOWN` if it does not show them."""
        change = thing.change
        try:
            references = change.configuration.references(
                change.module, f"{change.type}.{change.name}", change.key, path
            )
        except Unresolved:
            return [UNKNOWN]
        found = [each for reference in references for each in self._matching(change.stack, reference)]
        if whole and path[-1] in _SETS:
            return self._members(thing, path, references, found)
        if whole:
            # Of several, the configuration does not show which ones are used, as in a conditional.
            return list(found) if len(found) == 1 else [UNKNOWN]
        # A resource with an ID is a known value, so it is none of the unknown ones.
        to_be = [each for each in found if not each.text("id")]
        return list(to_be) if len(to_be) == pending else [UNKNOWN]

    def created_for(self, thing: Thing, kind: str, *paths: Sequence[str]) -> list[Thing]:
        """Return the resources of a type, still without an ID, that the configuration refers to."""
        change = thing.change
        found: list[Thing] = []
        for path in paths:
            try:
                references = change.configuration.references(
                    change.module, f"{change.type}.{change.name}", change.key, path
                )
            except Unresolved:
                continue
            for each in references:
                found += self._matching(change.stack, each) if each.type == kind else ()
        return [each for each in dict.fromkeys(found) if not each.text("id")]

    def _members(
        self, thing: Thing, path: Sequence[str], references: Sequence[Reference], found: Sequence[Thing]
    ) -> list[Linked]:
        """The items of an unknown set: all resources that the configuration refers to.

        Not so if the set left out one of them before: then the expression chooses among them.
        """
        members: list[Linked] = [*found]
        was = self.opposite.same(thing.change) if self.opposite else None
        if self.opposite is None or was is None:
            return members or [UNKNOWN]
        had = self.opposite.linked(was, *path)
        existing = [
            each
            for reference in references
            for each in self.opposite._matching(thing.change.stack, reference)
        ]
        if not found or (had and any(each not in had for each in existing)):
            return [UNKNOWN]
        # References do not show literal IDs, so one of another workspace may still be in the set.
        return [*members, UNKNOWN] if any(isinstance(each, str) for each in had) else members

    def _matching(self, stack: str, reference: Reference) -> Iterator[Thing]:
        names = tuple(name for name, _ in reference.module)
        for thing in self._by_name.get((stack, reference.type, reference.name, names), []):
            keys = [*zip(reference.module, thing.change.module, strict=True)]
            if all(wanted[1] in (ANY_KEY, found[1]) for wanted, found in keys) and (
                reference.key is ANY_KEY or reference.key == thing.change.key
            ):
                yield thing

    @cached_property
    def _all(self) -> list[Thing]:
        return [thing for things in self._by_type.values() for thing in things]

    @cached_property
    def _by_identifier(self) -> dict[str, Thing]:
        ids: dict[str, Thing] = {}
        arns: dict[str, Thing] = {}
        service_names: dict[str, Thing] = {}
        for thing in self._all:
            identity, arn = thing.change.identifiers(self.side)
            if isinstance(identity, str):
                ids.setdefault(identity, thing)
            if isinstance(arn, str):
                arns.setdefault(arn, thing)
            # An endpoint and a data source also have an attribute service_name.
            is_service = thing.change.type == "aws_vpc_endpoint_service"
            if is_service and isinstance(found := thing.value("service_name"), str):
                service_names.setdefault(found, thing)
        # In place: a copy of all identifiers would take memory.
        service_names.update(arns)
        service_names.update(ids)
        return service_names

    @cached_property
    def _by_place(self) -> Mapping[str, Mapping[str, Thing]]:
        """The resources by stack and address."""
        found: dict[str, dict[str, Thing]] = defaultdict(dict)
        for thing in self._all:
            change = thing.change
            if not change.deposed:
                found[change.stack][change.address] = thing
        return found

    @cached_property
    def _by_name(self) -> dict[tuple[str, str, str, tuple[str, ...]], list[Thing]]:
        found: dict[tuple[str, str, str, tuple[str, ...]], list[Thing]] = defaultdict(list)
        for thing in self._all:
            change = thing.change
            if change.mode != "data":
                found[change.stack, change.type, change.name, tuple(n for n, _ in change.module)].append(
                    thing
                )
        return found


@dataclass(frozen=True, eq=False)
class Worlds:
    """Both sides of all plans."""

    plans: Sequence[Plan]
    remembered: Answers = field(default_factory=lambda: defaultdict(dict), init=False, repr=False)

    @cached_property
    def before(self) -> World:
        """The resources that exist now."""
        return World(self.plans, "before")

    @cached_property
    def after(self) -> World:
        """The resources that exist after all plans are applied."""
        return World(self.plans, "after", self.before)

    @cached_property
    def _by_type(self) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = defaultdict(list)
        for plan in self.plans:
            for change in plan.changes:
                if change.mode != "data":
                    found[change.type].append(change)
        return found

    def changes(self, *kinds: str) -> Iterator[Change]:
        """Yield the changes of resources of some types, including those without an action."""
        for kind in kinds:
            yield from self._by_type.get(kind, [])
