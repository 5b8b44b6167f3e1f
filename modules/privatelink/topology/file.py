"""Read a topology file: return a `Topology`, or raise a `TopologyError` with every broken rule."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin
from unicodedata import combining, east_asian_width

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from privatelink.errors import UserError, nearest
from privatelink.rule import KEY, YAML, Broken, Rule, Step
from privatelink.rule import Field as FieldName
from privatelink.rule import Path as Place
from privatelink.topology.broken import BROKEN
from privatelink.topology.model import Topology
from privatelink.topology.types.values import wrong_type
from privatelink.topology.yaml_document import (
    WHOLE,
    Document,
    NotReadableError,
    Position,
    is_nothing,
    kind_of,
    lines,
    read,
)

LARGEST_FILE = 1024 * 1024  # bytes
MOST_SHOWN = 50  # problems in one message
LONGEST_SHOWN = 300  # characters of one value
LONGEST_EXCERPT = 100  # characters of a line of the file

_EXAMPLES = "start from a file in examples/, or from `privatelink init`"
_FORMAT = "https://yaml.org/spec/1.1/"
NO_FILE = Rule(
    "file-missing",
    what="no such file",
    allowed="the path of a topology file",
    fix=f"check the path, or {_EXAMPLES}",
    why="Everything is generated from the topology file.",
    page=_FORMAT,
)
DIRECTORY = Rule(
    "file-directory",
    what="a directory, not a file",
    allowed="the path of a topology file",
    fix="give the path of a file in it",
    why="Everything is generated from one topology file.",
    page=_FORMAT,
)
UNREADABLE = Rule(
    "file-unreadable",
    what="cannot be read: {reason}",
    allowed="a file that you may read",
    fix="check the path and its permissions",
    why="The operating system refused to read the file.",
    page="https://docs.python.org/3/library/errno.html",
)
TOO_LARGE = Rule(
    "file-size",
    what="file too large",
    allowed=f"at most {LARGEST_FILE} bytes",
    fix="check that this is the topology file",
    why="A topology of a hundred consumers has some fifty kilobytes: a larger file is probably another one.",
    page=_FORMAT,
)
NOT_UTF8 = Rule(
    "file-encoding",
    what="not UTF-8 at byte {byte}",
    allowed="UTF-8 text",
    fix="save the file as UTF-8",
    why="YAML is Unicode text, and UTF-8 is the encoding that editors and Git expect.",
    page="https://yaml.org/spec/1.1/#id868742",
)
NOTHING_IN_IT = Rule(
    "file-empty",
    what="empty file",
    allowed="a topology",
    fix=_EXAMPLES,
    why="A topology has a name, and a service or consumers.",
    page=_FORMAT,
)
NOT_A_MAPPING = Rule(
    "file-mapping",
    what="the file is {kind}, not a mapping",
    allowed="a mapping with {.name}",
    fix="start with {.name=<name>}",
    why="A topology has a name, and a service or consumers, each under its own key.",
    page=_FORMAT,
)
FIELD_MISSING = Rule(
    "field-missing",
    what="field is missing",
    allowed="{description}",
    fix="add {field}",
    why="The field has no default, because none would be safe for every topology.",
    page=_FORMAT,
)
FIELD_UNKNOWN = Rule(
    "field-unknown",
    what="unknown field",
    allowed="{fields}",
    fix="{fix}",
    why="Without this check a misspelt field would be ignored.",
    page=_FORMAT,
)
FIELD_UNSUPPORTED = Rule(
    "field-unsupported",
    what="{feature} are not supported yet",
    allowed="{fields}",
    fix="remove it, and create them with the Terraform resource {resource}",
    why="A topology has endpoint services with Network Load Balancers, and interface endpoints.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html",
)
VALUE_UNKNOWN = Rule(
    "value-unknown",
    what="unknown value",
    allowed="{values}",
    fix="{fix}",
    why="The field has these values only; Terraform would refuse another one, or AWS during the apply.",
    page=_FORMAT,
)
RULES = (
    NO_FILE,
    DIRECTORY,
    UNREADABLE,
    TOO_LARGE,
    NOT_UTF8,
    NOTHING_IN_IT,
    NOT_A_MAPPING,
    FIELD_MISSING,
    FIELD_UNKNOWN,
    FIELD_UNSUPPORTED,
    VALUE_UNKNOWN,
)


# Fields of the AWS provider for what AWS PrivateLink has and a topology has not: the feature, the resource.
_SERVICE_NETWORKS = ("endpoints to VPC Lattice service networks", "aws_vpc_endpoint")
_RESOURCES = ("endpoints to VPC Lattice resource configurations", "aws_vpc_endpoint")
_GATEWAY_ENDPOINTS = ("gateway endpoints", "aws_vpc_endpoint")
_GATEWAY_SERVICES = ("services with Gateway Load Balancers", "aws_vpc_endpoint_service")
UNSUPPORTED = {
    "service_network": _SERVICE_NETWORKS,
    "service_network_arn": _SERVICE_NETWORKS,
    "service_network_id": _SERVICE_NETWORKS,
    "resource_configuration": _RESOURCES,
    "resource_configuration_arn": _RESOURCES,
    "resource_configuration_id": _RESOURCES,
    "route_table_ids": _GATEWAY_ENDPOINTS,
    "gateway_load_balancer_arns": _GATEWAY_SERVICES,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a topology file.

    `line` and `column` count from 1; 0 is the file as a whole. `excerpt` is the line, and below it a mark.
    """

    file: str
    line: int
    column: int
    field: str
    what: str
    given: str
    allowed: str
    fix: str
    rule: str
    excerpt: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        first = ": ".join(part for part in (place, self.field, self.what, self.given) if part)
        return "\n".join(
            [
                f"{first} [{self.rule}]",
                *(f"  {line}" for line in self.excerpt.splitlines()),
                f"  allowed: {self.allowed}",
                f"  fix: {self.fix}",
            ]
        )


class TopologyError(UserError):
    """A topology file breaks rules; `problems` has every case, in the order of the file."""

    is_located = True

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if (more := len(self.problems) - MOST_SHOWN) > 0:
            shown.append(f"and {more} more")
        return "\n".join(shown)


@dataclass(frozen=True, slots=True)
class _Source:
    """The file: its name, and its lines for excerpts."""

    name: str
    lines: Sequence[str] = ()

    def problem(self, broken: Broken, position: Position = WHOLE, field: str = "") -> Problem:
        message = broken.message(YAML)
        return Problem(
            file=self.name,
            line=position.line,
            column=position.column,
            field=_printable(field),
            what=_printable(message.what),
            given=_printable(message.given),
            allowed=_printable(message.allowed),
            fix=_printable(message.fix),
            rule=message.rule,
            excerpt=self._excerpt(position),
        )

    def _excerpt(self, position: Position) -> str:
        """Return the line with a mark under the value at fault; of a long line, the part around it."""
        line = "".join(self.lines[max(0, position.line - 1) : position.line])
        if not line:  # the whole file, or its end
            return ""
        at = position.column - 1
        start = max(0, min(at - LONGEST_EXCERPT // 2, len(line) - LONGEST_EXCERPT))
        end = start + LONGEST_EXCERPT
        margin, cut = f"{position.line} | ", "…" if start else ""
        before, marked = _visible(line[start:at]), _visible(line[at : min(at + position.width, end)])
        after = _visible(line[at + position.width : end]) + ("…" if end < len(line) else "")
        indent = " " * _columns(cut + before)
        mark = "^" * max(1, _columns(marked))
        return f"{margin}{cut}{before}{marked}{after}\n{'| '.rjust(len(margin))}{indent}{mark}"

    def error(self, broken: Broken) -> TopologyError:
        return TopologyError([self.problem(broken)])


def load(path: Path) -> Topology:
    """Read a topology file.

    Arguments:
        path: path of the YAML file.

    Raises TopologyError if the file cannot be read, or breaks a rule.
    """
    file = str(path)
    return parse(_text(path, _Source(file)), file)


def parse(text: str, file: str = "<text>") -> Topology:
    """Read a topology from text.

    Arguments:
        text: the file's content.
        file: the file's name, for messages.

    Raises TopologyError if the text breaks a rule.
    """
    source = _Source(file, lines(text))
    try:
        document = read(text)
    except NotReadableError as error:
        raise TopologyError(source.problem(broken, position) for position, broken in error.problems) from None
    if document.value is None or is_nothing(document.value):
        raise source.error(NOTHING_IN_IT.broken())
    if not isinstance(document.value, dict):
        broken = NOT_A_MAPPING.broken(kind=kind_of(document.value))
        raise TopologyError([source.problem(broken, document.values[()])])
    try:
        return Topology.model_validate(document.value)
    except ValidationError as error:
        problems = [
            found
            for details in error.errors(include_url=False)
            for found in _translate(source, document, details)
        ]
    raise TopologyError(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _text(path: Path, source: _Source) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise source.error(NO_FILE.broken()) from None
    except IsADirectoryError:
        raise source.error(DIRECTORY.broken()) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise source.error(UNREADABLE.broken(reason=reason.lower())) from None
    if len(data) > LARGEST_FILE:
        raise source.error(TOO_LARGE.broken())
    try:
        return data.decode("utf-8").removeprefix("\ufeff")  # the byte order mark that some editors write
    except UnicodeDecodeError as error:
        given = f"0x{data[error.start]:02x}"
        raise source.error(NOT_UTF8.broken(given=given, byte=error.start)) from None


def _printable(text: str) -> str:
    """Escape characters that a terminal would act on, and cut a long value."""
    short = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def _visible(text: str) -> str:
    """Replace tabs, and characters that a terminal would act on, with one space each."""
    return "".join(character if character.isprintable() else " " for character in text)


def _columns(text: str) -> int:
    """Return the number of columns that a text takes in a terminal."""
    return sum(2 if east_asian_width(character) in "WF" else not combining(character) for character in text)


# ---- from pydantic's errors to problems

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "ip_v4_network": "text",
    "is_instance_of": "text",
}


def _translate(source: _Source, document: Document, error: ErrorDetails) -> Iterator[Problem]:
    place, kind, context = error["loc"], error["type"], error.get("ctx", {})
    if kind == "default_factory_not_called":  # another field is wrong, and has its own error
        return
    if kind == BROKEN:
        for broken in context["broken"]:
            yield _locate(source, document, (*place, *broken.at), broken)
        return
    name = str(place[-1])
    if kind == "missing":
        description = _fields(_model(place[:-1]))[name]
        broken = FIELD_MISSING.broken(given="", description=description, field=FieldName(name))
    elif kind == "extra_forbidden":
        names = list(_fields(_model(place[:-1])))
        if unsupported := UNSUPPORTED.get(name):
            feature, resource = unsupported
            broken = FIELD_UNSUPPORTED.broken(fields=names, feature=feature, resource=resource)
        else:
            broken = FIELD_UNKNOWN.broken(fields=names, fix=_did_you_mean(name, names) or "remove it")
        place = (*place, KEY)
    elif kind == "literal_error":
        names = [word.strip("'") for word in re.split(", | or ", context["expected"])]
        broken = unknown_value(str(error["input"]), names)
    else:
        text = document.sources.get(place, "")
        broken = wrong_type(_EXPECTED.get(kind, "another value"), error["input"], text)
    yield _locate(source, document, place, broken)


def unknown_value(given: str, names: Sequence[str]) -> Broken:
    """Return the case of a value that is none of `names`."""
    return VALUE_UNKNOWN.broken(values=names, fix=_did_you_mean(given, names) or "choose one of these")


def _did_you_mean(given: str, names: Sequence[str]) -> str | None:
    near = nearest(given, names)
    return f"did you mean {near}" if near else None


def _index(values: list[Any], part: Step) -> int | None:
    for index, value in enumerate(values):
        if value == part or (isinstance(part, tuple) and isinstance(value, dict) and part in value.items()):
            return index
    return None


def _locate(source: _Source, document: Document, place: Place, broken: Broken) -> Problem:
    """Return the problem at a place, or at the nearest part around it that the document has."""
    path: Place = ()
    value, found = document.value, True
    for part in (part for part in place if part != KEY):
        step: Step | None = part
        if isinstance(value, list):
            # The model sorts lists. It refers to an item of a list of texts, such as zones, by the text, and
            # to an item of a list of mappings by a field with its value.
            step = part if isinstance(part, int) else _index(value, part)
        elif not isinstance(value, dict) or part not in value:
            step = None
        if step is None:
            found = False
            break
        path, value = (*path, step), value[step]
    rest = place[len(path) :]
    field = _dotted((*path, *(part for part in rest if part != KEY)))
    position = document.values[path]
    if path in document.keys and (
        KEY in place or not found or isinstance(value, dict | list) or is_nothing(value)
    ):
        position = document.keys[path]
    given = broken.given
    if given is None and found:
        is_key = KEY in place and path in document.keys
        given = _shown(str(path[-1]) if is_key else value, document.sources.get(path, ""))
    return source.problem(replace(broken, given=given), position, field)


def _shown(value: object, source: str) -> str:
    if isinstance(value, dict | list):
        return ""
    return f'"{value}"' if isinstance(value, str) else source


def _dotted(place: Place) -> str:
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w-]+", str(part)):
            text += f".{part}"
        else:
            text += f'["{part}"]'
    return text.removeprefix(".")


def _fields(model: type[BaseModel]) -> dict[str, str]:
    """Return the descriptions of a model's fields, by their names in the file."""
    return {field.alias or name: field.description or "" for name, field in model.model_fields.items()}


def _model(place: Place) -> type[BaseModel]:
    """Return the model of the mapping at a place."""
    model: type[BaseModel] = Topology
    parts = iter(place)
    for part in parts:
        field = next(f for name, f in model.model_fields.items() if (f.alias or name) == part)
        model = next(_models(field.annotation))
        if get_origin(field.annotation) in (dict, tuple):
            next(parts)  # the key, or the number in the list
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
