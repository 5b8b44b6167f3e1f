"""The planned change of one resource, with its values before and after."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, TypeVar

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import asdict

from privatelink.review.attributes import together_of
from privatelink.review.configuration import Configuration
from privatelink.review.document import (
    HOW,
    IDENTIFIERS,
    MARKS,
    NULL,
    VALUES,
    Identifiers,
    PlanError,
)
from privatelink.review.shapes import UNKNOWN, Key, Value, mapping

Side = Literal["before", "after"]
SIDES: Final[tuple[Side, Side]] = ("before", "after")
_SHOWN_CHARACTERS = 120
_SHORTEST_SECRET = 4
_EFFECTS = frozenset({"create", "update", "delete"})
_OBJECT_OR_NULL = b"{n"  # A value in JSON shows its type by its first byte.


T = TypeVar("T")
_NO_IDENTIFIERS: Final = Identifiers()


class Sides(Struct, gc=False):
    """The values of a resource on both sides as JSON, and the marks of unknown and sensitive values."""

    before: bytes
    after: bytes
    after_unknown: bytes
    before_sensitive: bytes
    after_sensitive: bytes


# Not frozen: that would double the time to create the 10,000 changes of a large plan.
@dataclass(eq=False, slots=True)
class Change:
    """The planned change of one resource; its values are parsed when a rule first reads one.

    Arguments:
        stack: name of the plan.
        actions: Terraform's actions: `no-op`, `create`, `read`, `update`, `delete`, `forget`, or a pair.
        module: names and keys of its modules, from the root.
        key: its key in `count` or `for_each`.
        replaced_by: the attributes that force its replacement.
        _asked: the attributes that were read of any resource of its type, apart from those that are read
            together (attributes.py). Parsing returns all values; only those of these attributes are kept.
    """

    stack: str
    address: str
    mode: str
    type: str
    name: str
    module: tuple[tuple[str, Key], ...]
    key: Key
    actions: tuple[str, ...]
    deposed: bool
    replaced_by: tuple[str, ...]
    configuration: Configuration = field(repr=False)
    _asked: set[str] = field(repr=False)
    _json: Sides = field(repr=False)
    _before: dict[str, Value] = field(default_factory=dict, init=False, repr=False)
    _after: dict[str, Value] = field(default_factory=dict, init=False, repr=False)
    _differing: tuple[str, ...] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        after, before = self._json.after, self._json.before
        if before[0] not in _OBJECT_OR_NULL or after[0] not in _OBJECT_OR_NULL:
            raise self._damaged("they must be an object or null")
        if after == NULL or (self.actions == ("no-op",) and after == before):
            # A destroyed or forgotten resource keeps its old values; values that do not change are read once.
            self._after = self._before

    @property
    def created(self) -> bool:
        """Created, and not as a replacement."""
        return self.actions == ("create",)

    @property
    def destroyed(self) -> bool:
        """Destroyed, and not replaced."""
        return self.actions == ("delete",)

    @property
    def replaced(self) -> bool:
        """Destroyed and created again, in either order."""
        return "create" in self.actions and "delete" in self.actions

    @property
    def updated(self) -> bool:
        """Updated in place."""
        return self.actions == ("update",)

    @property
    def changes(self) -> bool:
        """Whether the plan creates, updates or destroys it."""
        return not _EFFECTS.isdisjoint(self.actions)

    def exists(self, side: Side) -> bool:
        """Whether it exists on a side; a forgotten resource still exists after the apply."""
        if self.deposed:
            return side == "before"
        if side == "before":
            return self._json.before != NULL
        return self._json.after != NULL or self.actions == ("forget",)

    def read(self, side: Side) -> Mapping[str, Value]:
        """Return the attributes that were read so far."""
        return self._before if side == "before" else self._after

    def value(self, side: Side, name: str) -> Value:
        """Return an attribute: None if it is not set, `UNKNOWN` (also in nested values) until the apply."""
        read = self._before if side == "before" else self._after
        if name not in read:
            self._parse(self._raw(side), read, name)
        return read[name]

    def identifiers(self, side: Side) -> tuple[Value, Value]:
        """Return its ID and ARN, the only attributes that are read of most resources in a large plan."""
        read = self._before if side == "before" else self._after
        if "id" not in read or "arn" not in read:
            raw = self._raw(side)
            if together_of(self.type):
                self._parse(raw, read, "id")
                return read["id"], read["arn"]
            found = self._read(IDENTIFIERS, raw) or _NO_IDENTIFIERS
            read["id"], read["arn"] = found.id, found.arn
            if read is not self._before:
                self._mark_unknown(read, ("id", "arn"))
        return read["id"], read["arn"]

    def differs(self, name: str) -> bool:
        """Whether an attribute changes or may change; always False for a created or destroyed resource."""
        if self.created or self.destroyed or self._after is self._before:
            return False
        return not _alike(self.value("before", name), self.value("after", name))

    def attributes(self, side: Side) -> Mapping[str, Value]:
        """Return all attributes on a side, without keeping them."""
        values = self._values(side)
        if side == "before":
            return values
        unknown = self._unknown()
        marks: Mapping[str, Value] = dict.fromkeys(values, True) if unknown is True else unknown
        return {name: _merged(values.get(name), marks.get(name)) for name in {*values, *marks}}

    def hides(self, side: Side, name: str) -> bool:
        """Whether an attribute, or a part of it, is sensitive."""
        marks = self._read(MARKS, self._marks(side))
        return _marked(marks if isinstance(marks, bool) else mapping(marks).get(name))

    def shown(self, side: Side, name: str) -> str:
        """Return an attribute as a short text without sensitive values."""
        if not self.exists(side):
            return "(none)"
        found = "(sensitive)" if self.hides(side, name) else _shown(self.value(side, name))
        return found if len(found) <= _SHOWN_CHARACTERS else found[: _SHOWN_CHARACTERS - 1] + "…"

    def differing(self) -> Sequence[str]:
        """Return the names of the attributes that change or may change, as `differs` says."""
        if self._differing is None:
            names: Iterable[str] = ()
            if not (self.created or self.destroyed or self._after is self._before):
                before, after = self._values("before"), self.attributes("after")
                absent = UNKNOWN if self._unknown() is True else None
                names = (
                    name
                    for name in {*before, *after}
                    if not _alike(before.get(name), after.get(name, absent))
                )
            self._differing = tuple(sorted(names))
        return self._differing

    def secrets(self) -> Iterator[str]:
        """Yield the sensitive values of both sides that are long enough to search for."""
        # Most resources have no sensitive value; checking the bytes is faster than parsing them.
        if b"true" not in self._json.before_sensitive and b"true" not in self._json.after_sensitive:
            return
        for side in SIDES:
            if _marked(marks := self._read(MARKS, self._marks(side))):
                yield from _secrets(self._values(side), marks)

    def omits(self, name: str) -> bool:
        """Whether the configuration is in the plan and omits the attribute."""
        return self.configuration.omits(self.module, f"{self.type}.{self.name}", name)

    def sets(self, name: str) -> bool:
        """Whether the configuration is in the plan and sets the attribute."""
        return self.configuration.sets(self.module, f"{self.type}.{self.name}", name)

    def _raw(self, side: Side) -> bytes:
        return self._json.before if side == "before" or self._after is self._before else self._json.after

    def _parse(self, raw: bytes, read: dict[str, Value], name: str) -> None:
        """Add an attribute to those read so far, with all that are read together with it."""
        together = together_of(self.type)
        names: Collection[str]
        if together and name in together.names:
            names, found = together.names, self._read(together.decoder, raw)
            read.update(asdict(found) if found else dict.fromkeys(names))
        else:
            self._asked.add(name)
            names, values = self._asked, self._values_of(raw)
            read.update(zip(names, map(values.get, names), strict=True))
        if read is not self._before:
            self._mark_unknown(read, names)

    def _mark_unknown(self, read: dict[str, Value], names: Iterable[str]) -> None:
        if unknown := self._unknown():
            for name in names:
                if mark := unknown if unknown is True else unknown.get(name):
                    read[name] = _merged(read[name], mark)

    def _values(self, side: Side) -> dict[str, Value]:
        return self._values_of(self._raw(side))

    def _values_of(self, raw: bytes) -> dict[str, Value]:
        return self._read(VALUES, raw) or {}

    def _unknown(self) -> Mapping[str, Value] | Literal[True]:
        try:
            return _unknown(self._json.after_unknown)
        except (ValueError, RecursionError) as error:
            raise self._damaged(str(error)) from error

    def _marks(self, side: Side) -> bytes:
        return self._json.before_sensitive if side == "before" else self._json.after_sensitive

    def _read(self, decoder: Decoder[T], raw: bytes) -> T:
        try:
            return decoder.decode(raw)
        except (ValueError, RecursionError) as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, why: str) -> PlanError:
        where = f"{self.stack}: the values of {self.address}"
        return PlanError(f"{where} cannot be read: {why}: the plan is damaged; {HOW}")


@lru_cache(maxsize=4096)  # most resources have the same marks
def _unknown(raw: bytes) -> Mapping[str, Value] | Literal[True]:
    marks = MARKS.decode(raw)
    return marks if marks is True else mapping(marks)


_NOTHING: tuple[Value, ...] = (None, "", [], {})


def _alike(before: Value, after: Value) -> bool:
    return before == after or (before in _NOTHING and after in _NOTHING)


def _merged(value: Value, unknown: Value) -> Value:
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


def _shown(value: Value) -> str:
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
    return str(value) if type(value) is int else json.dumps(value)


def _marked(mark: Value) -> bool:
    if not mark or mark is True:
        return mark is True
    if isinstance(mark, dict):
        below: Iterable[Value] = mark.values()
    elif isinstance(mark, list):
        below = mark
    else:
        return False
    # Most marks are empty: checked here without a call or a generator.
    for each in below:  # noqa: SIM110
        if each and (each is True or _marked(each)):
            return True
    return False


def _secrets(value: Value, mark: Value) -> Iterator[str]:
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


def _leaves(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str) and len(value) >= _SHORTEST_SECRET:
        yield value
