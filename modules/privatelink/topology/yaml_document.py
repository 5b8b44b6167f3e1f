"""One YAML document as plain values with their positions, read with suspicion.

YAML can do much that a topology has no use for, and that turns a slip, or malice, into something else:
aliases that expand without end, tags that create objects, duplicate keys, numbers in base 60. All of that is
refused, with its position. The parser's events are read one by one, so no deep or large document is built.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from privatelink.rule import Broken, Path, Rule

DEEPEST = 20  # mappings and lists inside one another; a topology needs 6
MOST_VALUES = 20_000  # a consumer has some ten
MOST_PROBLEMS = 20  # after which reading stops

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, if it is installed: ten times faster
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # those that count for the parser's marks
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

_SPECIFICATION = "https://yaml.org/spec/1.2.2/"
_TYPES = "https://yaml.org/type/"
SYNTAX = Rule(
    "yaml-syntax",
    what="not YAML: {problem}",
    allowed="a YAML document",
    fix="check the indentation, colons, quotes and brackets of this line and of the line before",
    why="The YAML parser cannot read the file beyond this place.",
    page=_SPECIFICATION,
)
CHARACTER = Rule(
    "yaml-character",
    what="not YAML: the character {character}",
    allowed="printable characters",
    fix="remove the character",
    why="YAML does not allow control characters.",
    page=f"{_SPECIFICATION}#51-character-set",
)
SECOND_DOCUMENT = Rule(
    "yaml-document",
    what="second document",
    allowed="one document in the file",
    fix="remove the line `---` and everything after it",
    why="The file is read as one document; a second one would be ignored.",
    page=f"{_SPECIFICATION}#92-streams",
)
ALIAS = Rule(
    "yaml-alias",
    what="YAML alias",
    allowed="values written out",
    fix="replace the alias with the value",
    why="Aliases of aliases can expand to gigabytes.",
    page=f"{_SPECIFICATION}#3222-anchors-and-aliases",
)
TAG = Rule(
    "yaml-tag",
    what="YAML tag",
    allowed="values without a tag",
    fix="remove the tag",
    why="A tag can create objects of a program, and no field needs one.",
    page=f"{_SPECIFICATION}#3212-tags",
)
MERGE_KEY = Rule(
    "yaml-merge-key",
    what="YAML merge key",
    allowed="keys written out",
    fix="replace the merge key with the keys that it stands for",
    why="A merge key works only with an alias, which is refused, and YAML 1.2 no longer has it.",
    page="https://yaml.org/type/merge.html",
)
KEY_TYPE = Rule(
    "yaml-key-text",
    what="key that YAML reads as {kind}",
    allowed="text",
    fix="write the key in quotes",
    why="YAML derives the type of a key from its form, and every field has a text as its key.",
    page=_TYPES,
)
DUPLICATE_KEY = Rule(
    "yaml-key-duplicate",
    what="duplicate key, first in line {line}",
    allowed="each key once",
    fix="remove one of the two",
    why="Of duplicate keys most YAML parsers use the last and ignore the others.",
    page=f"{_SPECIFICATION}#3213-node-comparison",
)
DEPTH = Rule(
    "yaml-depth",
    what=f"more than {DEEPEST} levels deep",
    allowed=f"at most {DEEPEST} levels of mappings and lists",
    fix="check for a bracket that is not closed",
    why="No file that is read here needs as many levels, and reading them all would exhaust the memory.",
    page=_SPECIFICATION,
)
SIZE = Rule(
    "yaml-size",
    what=f"more than {MOST_VALUES} values",
    allowed=f"at most {MOST_VALUES} values",
    fix="check that this is the right file",
    why="No file that is read here needs as many values, and reading them all would exhaust the memory.",
    page=_SPECIFICATION,
)
RULES = (
    SYNTAX,
    CHARACTER,
    SECOND_DOCUMENT,
    ALIAS,
    TAG,
    MERGE_KEY,
    KEY_TYPE,
    DUPLICATE_KEY,
    DEPTH,
    SIZE,
)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the file: line and column, counted from 1, and the number of characters from there."""

    line: int = 1
    column: int = 1
    width: int = 1


WHOLE = Position(0, 0)
"""The file as a whole."""


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A scalar that YAML reads as a type that no field has, so that the check of each field refuses it."""

    text: str
    kind: str


@dataclass(slots=True)
class Document:
    """Plain values, and the position of each key and of each value in the file."""

    value: Any = None
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    sources: dict[Path, str] = field(default_factory=dict)  # scalars as written, without quotes


class NotReadableError(Exception):
    """The document cannot be read; `problems` has the broken rules with their positions."""

    def __init__(self, problems: list[tuple[Position, Broken]]) -> None:
        super().__init__("; ".join(str(broken) for _, broken in problems))
        self.problems = problems


def read(text: str) -> Document:
    """Read one document.

    Raises NotReadableError with every broken rule up to where reading had to stop.
    """
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except _StopReading:
        pass
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_syntax(error))
    except yaml.reader.ReaderError:
        reader.problems.append(_odd_character(text))
    if reader.problems:
        raise NotReadableError(reader.problems)
    return reader.document


def lines(text: str) -> list[str]:
    """Return the lines of a text as YAML counts them, without their line breaks."""
    return _LINE_BREAK.split(text)


def kind_of(value: object) -> str:
    """Return what YAML calls a value's type, with an article."""
    match value:
        case Unquoted():
            return value.kind
        case bool():
            return "true or false"
        case int():
            return "a number"
        case str():
            return "text"
        case dict():
            return "a mapping"
        case list():
            return "a list"
    return type(value).__name__


def is_nothing(value: object) -> bool:
    """Say whether a value is YAML's null."""
    return isinstance(value, Unquoted) and value.kind == NOTHING


class _StopReading(Exception):  # noqa: N818
    """The rest of the document cannot be read sensibly."""


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

    def __init__(self) -> None:
        self.document = Document()
        self.problems: list[tuple[Position, Broken]] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:  # noqa: ANN401
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, SECOND_DOCUMENT.broken(), stop=True)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)

    def _node(self, event: Any) -> None:  # noqa: ANN401
        is_key = bool(self._open) and self._open[-1].wants_key
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, ALIAS.broken(given=f"*{event.anchor}"), stop=is_key)
            self._put(event, None)
            return
        if event.tag is not None:
            self._refuse(event, TAG.broken(given=event.tag.replace(_TAG, "!!")))
        if isinstance(event, yaml.ScalarEvent):
            if is_key:
                self._key(event)
            else:
                self.document.sources[self._put(event, _value(event))] = event.value
            return
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if is_key:
            self._refuse(event, KEY_TYPE.broken(kind=kind_of(value)), stop=True)
        if len(self._open) >= DEEPEST:
            self._refuse(event, DEPTH.broken(), stop=True)
        self._open.append(_Open(self._put(event, value), value))

    def _key(self, event: Any) -> None:  # noqa: ANN401
        inside, key = self._open[-1], str(event.value)
        read = _value(event)
        if isinstance(read, Unquoted) and read.kind == _KINDS["merge"]:
            self._refuse(event, MERGE_KEY.broken(given=key))
        elif not isinstance(read, str):
            self._refuse(event, KEY_TYPE.broken(kind=kind_of(read), given=key))
        elif key in inside.value:
            first = self.document.keys[(*inside.path, key)]
            self._refuse(event, DUPLICATE_KEY.broken(line=first.line, given=key))
        inside.key = key
        self.document.keys.setdefault((*inside.path, key), _position(event))

    def _put(self, event: Any, value: object) -> Path:  # noqa: ANN401
        path: Path = ()
        if self._open:
            path = self._open[-1].add(value)
        else:
            self.document.value = value
        self.document.values[path] = _position(event)
        if len(self.document.values) > MOST_VALUES:
            self._refuse(event, SIZE.broken(), stop=True)
        return path

    def _refuse(self, event: Any, broken: Broken, *, stop: bool = False) -> None:  # noqa: ANN401
        self.problems.append((_position(event), broken))
        if stop or len(self.problems) >= MOST_PROBLEMS:
            raise _StopReading


def _value(event: Any) -> str | int | bool | Unquoted:  # noqa: ANN401
    """Return a scalar's value in YAML 1.1, if it is the same in every version of YAML."""
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


def _position(event: Any) -> Position:  # noqa: ANN401
    start = event.start_mark
    return Position(start.line + 1, start.column + 1, max(1, event.end_mark.index - start.index))


def _syntax(error: yaml.MarkedYAMLError) -> tuple[Position, Broken]:
    mark = error.problem_mark or error.context_mark
    context = (
        f"{error.context} in line {error.context_mark.line + 1}" if error.context_mark else error.context
    )
    problem = ", ".join(part for part in (context, error.problem) if part)
    position = Position(mark.line + 1, mark.column + 1) if mark else Position()
    return position, SYNTAX.broken(problem=problem)


def _odd_character(text: str) -> tuple[Position, Broken]:
    place = next((i for i, c in enumerate(text) if yaml.reader.Reader.NON_PRINTABLE.match(c)), 0)
    before = lines(text[:place])
    position = Position(len(before), len(before[-1]) + 1)
    return position, CHARACTER.broken(character=f"U+{ord(text[place]):04X}")
