"""One YAML document as plain values that remember where they stand, read with suspicion.

YAML can do much that a topology has no use for, and that turns a slip, or malice, into something else:
aliases that expand without end, tags that make objects, keys given twice, numbers in base 60. All of that is
refused, with the place. The parser's events are read one by one, so neither depth nor size is paid for first.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from privatelink.topology.broken import Broken, Path

DEEPEST = 20  # mappings and lists inside one another; a topology needs 6
MOST_VALUES = 20_000  # a consumer takes some ten
MOST_PROBLEMS = 20  # after which reading stops

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where libyaml is there
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
NOTHING = "nothing"
DATE = "a date"
_KINDS = {
    "null": NOTHING,
    "int": "a number not in plain digits",
    "float": "a number with a fraction",
    "timestamp": DATE,
    "merge": "a merge key",
    "value": "a default value",
}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the file, counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Unquoted:
    """What YAML reads as something no field of a topology is; it fits no type, so each field refuses it."""

    text: str
    kind: str


@dataclass(slots=True)
class Document:
    """Plain values, and where in the file each key and each value stands."""

    value: Any = None
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    sources: dict[Path, str] = field(default_factory=dict)  # scalars as written, but for quotes


class NotReadableError(Exception):
    """The document cannot be read; `problems` says what is wrong, and where."""

    def __init__(self, problems: list[tuple[Position, Broken]]) -> None:
        super().__init__("; ".join(str(broken) for _, broken in problems))
        self.problems = problems


def read(text: str, kind: str = "topology") -> Document:
    """Read one document; raise NotReadableError with all that is wrong up to where reading had to stop.

    Arguments:
        kind: what the file is, for messages.
    """
    reader = _Reader(kind)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except _StopReading:
        pass
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_syntax(error))
    except yaml.reader.ReaderError as error:
        reader.problems.append(_odd_character(text, error))
    if reader.problems:
        raise NotReadableError(reader.problems)
    return reader.document


class _StopReading(Exception):  # noqa: N818
    """What follows would make no sense."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    path: Path
    value: Any
    key: str | None = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None

    def add(self, value: object) -> Path:
        if isinstance(self.value, list):
            self.value.append(value)
            return (*self.path, len(self.value) - 1)
        key, self.key = self.key or "", None
        self.value[key] = value
        return (*self.path, key)


class _Reader:
    """Builds a document from the parser's events."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.document = Document()
        self.problems: list[tuple[Position, Broken]] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:  # noqa: ANN401
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(
                    event, "second document", "one document", "remove the `---` and what follows", stop=True
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)

    def _node(self, event: Any) -> None:  # noqa: ANN401
        is_key = bool(self._open) and self._open[-1].wants_key
        if isinstance(event, yaml.AliasEvent):
            self._refuse(
                event, "YAML alias", "values written out", "write the value out", f"*{event.anchor}", is_key
            )
            self._put(event, None)
            return
        if event.tag is not None:
            tag = event.tag.replace(_TAG, "!!")
            self._refuse(event, "YAML tag", "plain values", "remove the tag", tag)
        if isinstance(event, yaml.ScalarEvent):
            if is_key:
                self._key(event)
            else:
                self.document.sources[self._put(event, _value(event))] = event.value
            return
        if is_key:
            self._refuse(event, "key that is not text", "text", "write a plain key", stop=True)
        if len(self._open) >= DEEPEST:
            what = f"more than {DEEPEST} levels deep"
            self._refuse(
                event, what, f"the levels of a {self._kind} file", "look for a bracket left open", stop=True
            )
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(self._put(event, value), value))

    def _key(self, event: Any) -> None:  # noqa: ANN401
        inside, key = self._open[-1], str(event.value)
        read = _value(event)
        if isinstance(read, Unquoted) and read.kind == _KINDS["merge"]:
            self._refuse(event, "YAML merge key", "keys written out", "write the keys out", key)
        elif not isinstance(read, str):
            what = f"key that YAML reads as {_kind(read)}"
            self._refuse(event, what, "text", f'write it in quotes: "{key}"', key)
        elif key in inside.value:
            first = self.document.keys[(*inside.path, key)]
            self._refuse(
                event, f"key given twice, first in line {first.line}", "each key once", "remove one", key
            )
        inside.key = key
        self.document.keys.setdefault((*inside.path, key), _position(event.start_mark))

    def _put(self, event: Any, value: object) -> Path:  # noqa: ANN401
        path: Path = ()
        if self._open:
            path = self._open[-1].add(value)
        else:
            self.document.value = value
        self.document.values[path] = _position(event.start_mark)
        if len(self.document.values) > MOST_VALUES:
            what = f"more than {MOST_VALUES} values"
            self._refuse(event, what, f"a {self._kind}", f"is this the {self._kind} file?", stop=True)
        return path

    def _refuse(
        self,
        event: Any,  # noqa: ANN401
        what: str,
        allowed: str,
        fix: str,
        given: str | None = None,
        stop: bool = False,
    ) -> None:
        self.problems.append((_position(event.start_mark), Broken(what, allowed, fix, given=given)))
        if stop or len(self.problems) >= MOST_PROBLEMS:
            raise _StopReading


def _value(event: Any) -> str | int | bool | Unquoted:  # noqa: ANN401
    """Give a scalar's value as YAML 1.1 has it, but only where every version of YAML has the same."""
    text = str(event.value)
    plain, _ = event.implicit
    if not plain:
        return text
    tag = _resolve(text)
    if tag == "str":
        return text
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    if tag == "int" and _DECIMAL.fullmatch(text):
        return int(text)
    return Unquoted(text, _KINDS.get(tag, tag))


def _resolve(text: str) -> str:
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], [])
    return next((tag for tag, pattern in resolvers if pattern.match(text)), f"{_TAG}str").removeprefix(_TAG)


def _kind(value: object) -> str:
    if isinstance(value, Unquoted):
        return value.kind
    return "true or false" if isinstance(value, bool) else "a number"


def _position(mark: Any) -> Position:  # noqa: ANN401
    return Position(mark.line + 1, mark.column + 1)


def _syntax(error: yaml.MarkedYAMLError) -> tuple[Position, Broken]:
    mark = error.problem_mark or error.context_mark
    context = (
        f"{error.context} in line {error.context_mark.line + 1}" if error.context_mark else error.context
    )
    what = ", ".join(part for part in (context, error.problem) if part)
    fix = "look at this line and the one before: indentation, a colon, a quote or a bracket"
    return _position(mark) if mark else Position(), Broken(f"not YAML: {what}", "a YAML document", fix)


def _odd_character(text: str, error: yaml.reader.ReaderError) -> tuple[Position, Broken]:
    place = next((i for i, c in enumerate(text) if yaml.reader.Reader.NON_PRINTABLE.match(c)), 0)
    line = text.count("\n", 0, place)
    column = place - (text.rfind("\n", 0, place) + 1)
    what = f"not YAML: the character U+{ord(text[place]):04X}" if text else "not YAML"
    return Position(line + 1, column + 1), Broken(what, "printable characters", "remove the character")
