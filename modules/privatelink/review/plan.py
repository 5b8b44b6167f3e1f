"""Reads plans as `terraform show -json` writes them.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pydantic_core import from_json

from privatelink.errors import UserError
from privatelink.review.configuration import Configuration
from privatelink.review.shapes import mapping, mappings, steps_of, text

Side = Literal["before", "after"]
SIDES: Final[tuple[Side, Side]] = ("before", "after")
FORMAT_MAJOR: Final = "1"
# What has an id of its own at AWS, and belongs to one state.
_ONE_OWNER = (
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_service",
)
_HOW = "write it by `terraform plan -out=plan.tfplan` and `terraform show -json plan.tfplan`"
# Names that say nothing: such a plan is called by its folder.
_ANY_PLAN = ("plan", "tfplan", "terraform", "terraform.tfplan", "show")
_SHOWN_CHARACTERS = 120
_SHORTEST_SECRET = 4


class PlanError(UserError):
    """A file is no plan; the message says what it is, and how to get a plan."""


class Unknown:
    """What is known only after the apply."""

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN: Final = Unknown()


# Not frozen: that doubles what the 10,000 of a large plan take to make.
@dataclass(eq=False, slots=True)
class Change:
    """What a plan does to one resource; values are read through `value`, never from the JSON.

    Arguments:
        stack: name of the plan it is from.
        actions: Terraform's own: `no-op`, `create`, `read`, `update`, `delete`, `forget`, and their pairs.
        module: names and keys of the modules it is in, from the root.
        key: its key in `count` or `for_each`.
        replaced_by: the attributes that force its replacement.
    """

    stack: str
    address: str
    mode: str
    type: str
    name: str
    module: tuple[tuple[str, Any], ...]
    key: Any
    actions: tuple[str, ...]
    deposed: bool
    replaced_by: tuple[str, ...]
    configuration: Configuration = field(repr=False)
    _before: Mapping[str, Any] | None = field(repr=False)
    _after: Mapping[str, Any] | None = field(repr=False)
    _unknown: Mapping[str, Any] | Literal[True] = field(repr=False)
    _before_sensitive: Any = field(repr=False)
    _after_sensitive: Any = field(repr=False)

    @property
    def created(self) -> bool:
        """Made anew, with nothing in its place before."""
        return self.actions == ("create",)

    @property
    def destroyed(self) -> bool:
        """Gone, with nothing in its place after."""
        return self.actions == ("delete",)

    @property
    def replaced(self) -> bool:
        """Destroyed and made anew, in either order."""
        return "create" in self.actions and "delete" in self.actions

    @property
    def updated(self) -> bool:
        """Changed in place."""
        return self.actions == ("update",)

    @property
    def changes(self) -> bool:
        """Whether anything is done to what exists at AWS."""
        return bool({"create", "update", "delete"} & set(self.actions))

    def exists(self, side: Side) -> bool:
        """Whether it exists on that side; what Terraform forgets goes on to exist."""
        if self.deposed:
            return side == "before"
        if side == "before":
            return self._before is not None
        return self._after is not None or self.actions == ("forget",)

    def value(self, side: Side, name: str) -> Any:  # noqa: ANN401 - any value of any provider
        """An attribute; None where it has none, `UNKNOWN` (also within) where only the apply will tell."""
        if side == "before" or self._after is None:
            return self._before.get(name) if self._before else None
        found = self._after.get(name)
        if not self._unknown:
            return found
        unknown = self._unknown if self._unknown is True else self._unknown.get(name)
        return _merged(found, unknown) if unknown else found

    def known(self, side: Side) -> Mapping[str, Any]:
        """The attributes that are known on that side; of nested ones, those parts."""
        values = self._before if side == "before" or self._after is None else self._after
        return values or {}

    def differs(self, name: str) -> bool:
        """Whether an attribute changes, or may change; of what is created or destroyed nothing does."""
        if self.created or self.destroyed:
            return False
        before, after = self.value("before", name), self.value("after", name)
        return not (before == after or (before in _NOTHING and after in _NOTHING))

    def hides(self, side: Side, name: str) -> bool:
        """Whether an attribute is sensitive, or anything in it."""
        marks = self._before_sensitive if side == "before" else self._after_sensitive
        return _marked(marks if isinstance(marks, bool) else mapping(marks).get(name))

    def shown(self, side: Side, name: str) -> str:
        """An attribute for people: short, never a secret."""
        if not self.exists(side):
            return "(none)"
        found = "(sensitive)" if self.hides(side, name) else _shown(self.value(side, name))
        return found if len(found) <= _SHOWN_CHARACTERS else found[: _SHOWN_CHARACTERS - 1] + "…"

    def differing(self) -> Iterator[str]:
        """The names of the attributes that change, but for those the provider computes itself."""
        unknown = {} if self._unknown is True else self._unknown
        names = sorted({*(self._before or {}), *(self._after or {}), *unknown})
        yield from (name for name in names if self.differs(name))

    def secrets(self) -> Iterator[str]:
        """The sensitive values of both sides that are long enough to be recognized."""
        for values, marks in ((self._before, self._before_sensitive), (self._after, self._after_sensitive)):
            if _marked(marks):
                yield from _secrets(values, marks)

    def omits(self, name: str) -> bool:
        """Whether the configuration is known, and does not write the attribute."""
        return self.configuration.omits(self.module, f"{self.type}.{self.name}", name)


@dataclass(frozen=True)
class Plan:
    """One plan.

    Arguments:
        stack: what it is called in the review.
        path: the file it is from, as given.
        drift: addresses of what changed outside Terraform.
        notes: what a reader must know of the plan itself, such as that it is incomplete.
    """

    stack: str
    path: str
    changes: Sequence[Change]
    drift: Sequence[str] = ()
    notes: Sequence[str] = ()
    secrets: frozenset[str] = frozenset()


def read_plan(path: Path, stack: str = "") -> Plan:
    """Read one plan; raises `PlanError` where the file is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlanError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith(b"PK"):
        raise PlanError(
            f"{path}: is a plan as Terraform saves it, not JSON: `terraform show -json {path.name}` writes it"
        )
    try:
        # PowerShell writes UTF-16. Half of a pair of surrogates is refused: it could not be written again.
        encoding = json.detect_encoding(content)
        document = from_json(content if encoding == "utf-8" else content.decode(encoding))
    except ValueError as error:
        if b'"@level"' in content[:4096]:
            raise PlanError(f"{path}: is the log of `terraform plan -json`, not a plan: {_HOW}") from error
        raise PlanError(f"{path}: is not JSON: {_short(error)}; {_HOW}") from error
    return parse_plan(document, str(path), stack or _stack_name(path))


def parse_plan(document: Any, path: str, stack: str) -> Plan:  # noqa: ANN401 - whatever the JSON holds
    """Read a plan's JSON; raises `PlanError` where it is none."""
    if not isinstance(document, dict):
        raise PlanError(f"{path}: is JSON, but no plan: an object is needed; {_HOW}")
    version = document.get("format_version")
    looks_like = {"resource_changes", "planned_values", "configuration", "output_changes"} & document.keys()
    if not isinstance(version, str) or not looks_like:
        kind = "a state" if {"values", "lineage", "serial"} & document.keys() else "JSON"
        raise PlanError(f"{path}: is {kind}, but no plan: format_version or changes are missing; {_HOW}")
    for name, kind_of in (("resource_changes", list), ("configuration", dict), ("prior_state", dict)):
        if not isinstance(document.get(name, None) or kind_of(), kind_of):
            raise PlanError(f"{path}: {name} has the wrong shape: the file is damaged; {_HOW}")
    configuration = Configuration(mapping(document.get("configuration")))
    changes = [
        change
        for item in mappings(document.get("resource_changes"))
        if (change := _change(item, stack, configuration)) is not None
    ]
    state = mapping(mapping(document.get("prior_state")).get("values")).get("root_module")
    changes += _data_sources(mapping(state), stack, configuration, {change.address for change in changes})
    return Plan(
        stack,
        path,
        changes,
        tuple(text(item.get("address")) for item in mappings(document.get("resource_drift"))),
        tuple(_notes(document, version)),
        frozenset(secret for change in changes for secret in change.secrets()),
    )


def check_apart(plans: Sequence[Plan]) -> None:
    """Refuse two plans of one name, or of one state: what one keeps would hide what the other destroys."""
    names = [plan.stack for plan in plans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(
            f"two plans are called {', '.join(twice)}: a plan is called by its file, or by its folder "
            f"where the file "
            "is plan.json; rename one"
        )
    owners: dict[tuple[str, str], Change] = {}
    for change in (each for plan in plans for each in plan.changes):
        identity = text(change.value("before", "id"))
        if change.mode == "managed" and change.type in _ONE_OWNER and identity and not change.deposed:
            owner = owners.setdefault((change.type, identity), change)
            if owner.stack != change.stack:
                raise PlanError(
                    f"{owner.stack} and {change.stack} both hold {owner.address} ({identity}): they are "
                    f"plans of one "
                    "state; name the newest alone"
                )


def _notes(document: Mapping[str, Any], version: str) -> Iterator[str]:
    if version.partition(".")[0] != FORMAT_MAJOR:
        yield f"the plan's format is {version[:20]}, this reads {FORMAT_MAJOR}.x: findings may be missing"
    if document.get("errored") is True:
        yield "the plan ended with an error: it is incomplete, and cannot be applied"
    if document.get("complete") is False and document.get("errored") is not True:
        yield "the plan is incomplete: Terraform put off some changes to a later plan"


def _change(item: Mapping[str, Any], stack: str, configuration: Configuration) -> Change | None:
    change = mapping(item.get("change"))
    actions = change.get("actions")
    if not isinstance(actions, list) or not text(item.get("address")):
        return None
    paths = change.get("replace_paths")
    return Change(
        stack,
        text(item.get("address")),
        text(item.get("mode")) or "managed",
        text(item.get("type")),
        text(item.get("name")),
        steps_of(text(item.get("module_address"))),
        item.get("index"),
        tuple(text(action) for action in actions),
        "deposed" in item,
        tuple(dict.fromkeys(text(path[0]) for path in paths if isinstance(path, list) and path))
        if isinstance(paths, list)
        else (),
        configuration,
        _values(change.get("before")),
        _values(change.get("after")),
        True if change.get("after_unknown") is True else mapping(change.get("after_unknown")),
        change.get("before_sensitive"),
        change.get("after_sensitive"),
    )


def _data_sources(
    module: Mapping[str, Any], stack: str, configuration: Configuration, present: set[str], depth: int = 0
) -> Iterator[Change]:
    """What the data sources found: subnets and the like that exist, which no change tells of."""
    for item in mappings(module.get("resources")):
        address = text(item.get("address"))
        if item.get("mode") != "data" or address in present:
            continue
        values, marks = item.get("values"), item.get("sensitive_values")
        yield Change(
            stack, address, "data", text(item.get("type")), text(item.get("name")),
            steps_of(text(module.get("address"))), item.get("index"), ("no-op",), False, (),
            configuration, _values(values), _values(values), {}, marks, marks,
        )  # fmt: skip
    for child in mappings(module.get("child_modules")) if depth < 50 else ():
        yield from _data_sources(child, stack, configuration, present, depth + 1)


def _values(value: Any) -> Mapping[str, Any] | None:  # noqa: ANN401
    return None if value is None else mapping(value)


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _merged(value: Any, unknown: Any) -> Any:  # noqa: ANN401
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict) and unknown:
        known = mapping(value)
        return {
            name: _merged(known.get(name), unknown.get(name)) for name in dict.fromkeys([*known, *unknown])
        }
    if isinstance(unknown, list) and unknown:
        known_items = value if isinstance(value, list) else []
        length = max(len(known_items), len(unknown))
        padded, marks = ([*items, *[None] * (length - len(items))] for items in (known_items, unknown))
        return [_merged(item, mark) for item, mark in zip(padded, marks, strict=True)]
    return value


def _shown(value: Any) -> str:  # noqa: ANN401
    if value is UNKNOWN:
        return repr(value)
    if value in _NOTHING:
        return "(none)"
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(item)}" for name, item in value.items() if item not in _NOTHING)
    return json.dumps(value)


def _marked(mark: Any) -> bool:  # noqa: ANN401
    if not mark or mark is True:
        return mark is True
    if isinstance(mark, dict):
        mark = mark.values()
    elif not isinstance(mark, list):
        return False
    # In most places there is nothing, which is told without a call, or a generator.
    for each in mark:  # noqa: SIM110
        if each and (each is True or _marked(each)):
            return True
    return False


def _secrets(value: Any, mark: Any) -> Iterator[str]:  # noqa: ANN401
    if not mark:
        return
    if mark is True:
        yield from _leaves(value)
    elif isinstance(mark, dict):
        for name, below in mark.items():
            yield from _secrets(mapping(value).get(name), below)
    elif isinstance(mark, list) and isinstance(value, list):
        for item, below in zip(value, mark, strict=False):
            yield from _secrets(item, below)


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str) and len(value) >= _SHORTEST_SECRET:
        yield value


def _stack_name(path: Path) -> str:
    stem = re.sub(r"\.(json|tfplan)$", "", path.stem)
    return (path.absolute().parent.name if stem in _ANY_PLAN else stem) or stem


def _short(error: Exception) -> str:
    return f"{error}"[:120].rstrip(".")
