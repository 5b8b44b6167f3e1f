"""Read a topology file: YAML in, `Topology` out, or a `TopologyError` with all that is wrong, and where."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from privatelink.errors import UserError
from privatelink.topology.broken import BROKEN, KEY, Broken, Step
from privatelink.topology.broken import Path as Place
from privatelink.topology.model import Topology
from privatelink.topology.yaml_document import NOTHING, Document, NotReadableError, Position, Unquoted, read

LARGEST_FILE = 1024 * 1024  # bytes
MOST_SHOWN = 50  # problems in one message
LONGEST_SHOWN = 300  # characters of one value


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a topology file. `line` and `column` count from 1; 0 is the file as a whole."""

    file: str
    line: int
    column: int
    field: str
    what: str
    given: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        first = ": ".join(part for part in (place, self.field, self.what, self.given) if part)
        return "\n".join([first, f"  allowed: {self.allowed}", f"  fix: {self.fix}"])


class TopologyError(UserError):
    """A topology file is wrong; `problems` has everything that is, in the file's order."""

    is_located = True

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if (more := len(self.problems) - MOST_SHOWN) > 0:
            shown.append(f"and {more} more")
        return "\n".join(shown)


def load(path: Path) -> Topology:
    """Read a topology file; raise TopologyError when it cannot be read or breaks a rule."""
    file = str(path)
    return parse(_text(path, file), file)


def parse(text: str, file: str = "<text>") -> Topology:
    """Read a topology from text; `file` is what problems name."""
    try:
        document = read(text)
    except NotReadableError as error:
        raise TopologyError(
            _problem(file, position, "", broken) for position, broken in error.problems
        ) from None
    if document.value is None or _is_nothing(document.value):
        raise _whole(file, "empty file", "a topology", "start from one of examples/")
    if not isinstance(document.value, dict):
        what = f"the file must be a mapping, not {_kind(document.value)}"
        raise TopologyError(
            [
                _problem(
                    file,
                    document.values[()],
                    "",
                    Broken(what, "a mapping with `name`", "start with `name: <name>`"),
                )
            ]
        )
    try:
        return Topology.model_validate(document.value)
    except ValidationError as error:
        problems = [
            found
            for details in error.errors(include_url=False)
            for found in _translate(file, document, details)
        ]
    raise TopologyError(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _text(path: Path, file: str) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _whole(
            file, "no such file", "a topology file", "check the path, or start from one of examples/"
        ) from None
    except IsADirectoryError:
        raise _whole(file, "a directory, not a file", "a topology file", "name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _whole(
            file, f"cannot be read: {reason.lower()}", "a topology file", "check the path and its permissions"
        ) from None
    if len(data) > LARGEST_FILE:
        raise _whole(file, "file too large", f"at most {LARGEST_FILE} bytes", "is this the topology file?")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")  # some editors mark UTF-8 with this
    except UnicodeDecodeError as error:
        what = f"not UTF-8 at byte {error.start}"
        raise _whole(
            file, what, "UTF-8 text", "save the file as UTF-8", f"0x{data[error.start]:02x}"
        ) from None


def _whole(file: str, what: str, allowed: str, fix: str, given: str | None = None) -> TopologyError:
    return TopologyError([_problem(file, Position(0, 0), "", Broken(what, allowed, fix, given=given))])


def _problem(file: str, position: Position, field: str, broken: Broken) -> Problem:
    texts = (field, broken.what, broken.given or "", broken.allowed, broken.fix)
    return Problem(file, position.line, position.column, *map(_printable, texts))


def _printable(text: str) -> str:
    """Show what a terminal would not, and keep a long value from hiding the message."""
    short = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


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


def _translate(file: str, document: Document, error: ErrorDetails) -> Iterator[Problem]:
    place, kind, context = error["loc"], error["type"], error.get("ctx", {})
    if kind == "default_factory_not_called":  # for the want of another field, which has its own error
        return
    if kind == BROKEN:
        for broken in context["broken"]:
            yield _locate(file, document, (*place, *broken.at), broken)
        return
    name = str(place[-1])
    if kind == "missing":
        description = _fields(_model(place[:-1]))[name]
        broken = Broken("field is missing", description, f"add `{name}:`", given="")
    elif kind == "extra_forbidden":
        names = list(_fields(_model(place[:-1])))
        broken = Broken("unknown field", ", ".join(names), _did_you_mean(name, names) or "remove it")
        place = (*place, KEY)
    elif kind == "literal_error":
        names = [word.strip("'") for word in re.split(", | or ", context["expected"])]
        broken = unknown_value(str(error["input"]), names)
    else:
        source = document.sources.get(place, "")
        broken = _wrong_type(_EXPECTED.get(kind, "another value"), error["input"], source)
    yield _locate(file, document, place, broken)


def unknown_value(given: str, names: Sequence[str]) -> Broken:
    """Say that a value is none of those that there are."""
    fix = _did_you_mean(given, names) or "choose one of these"
    return Broken("unknown value", ", ".join(names), fix)


def _wrong_type(expected: str, given: object, text: str) -> Broken:
    if _is_nothing(given):
        return Broken("no value", expected, "give it a value, or remove the line", given="")
    fix = f"give {expected}"
    if expected == "text" and not isinstance(given, dict | list):
        fix = f'write it in quotes: "{text}"'
    elif expected == "a list" and isinstance(given, str | int):
        fix = f"write it as a list: [{text}]"
    elif expected == "a whole number" and isinstance(given, Unquoted):
        fix = "write it in decimal digits, without a leading zero"
    elif isinstance(given, str) and re.fullmatch(
        "[1-9][0-9]*" if expected == "a whole number" else "true|false", given
    ):
        fix = f"remove the quotes: {text}"
    return Broken(f"must be {expected}, not {_kind(given)}", expected, fix)


def _is_nothing(given: object) -> bool:
    return isinstance(given, Unquoted) and given.kind == NOTHING


def _kind(given: object) -> str:
    match given:
        case Unquoted():
            return given.kind
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
    return type(given).__name__


def _did_you_mean(given: str, names: Sequence[str]) -> str | None:
    from difflib import get_close_matches  # 1 ms that only a wrong file needs

    close = get_close_matches(given, names, 1)
    return f"did you mean {close[0]}" if close else None


def _index(values: list[Any], part: Step) -> int | None:
    for index, value in enumerate(values):
        if value == part or (isinstance(part, tuple) and isinstance(value, dict) and part in value.items()):
            return index
    return None


def _locate(file: str, document: Document, place: Place, broken: Broken) -> Problem:
    """Find a place in the document, or how far it goes, and what is given there."""
    path: Place = ()
    value, found = document.value, True
    for part in (part for part in place if part != KEY):
        step: Step | None = part
        if isinstance(value, list):
            # Of a list of texts, such as zones, the model names the text, and of a list of parts a field of
            # one with its value: it does not care where it stands.
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
        KEY in place or not found or isinstance(value, dict | list) or _is_nothing(value)
    ):
        position = document.keys[path]
    given = broken.given
    if given is None and found:
        is_key = KEY in place and path in document.keys
        given = _shown(str(path[-1]) if is_key else value, document.sources.get(path, ""))
    return _problem(file, position, field, Broken(broken.what, broken.allowed, broken.fix, given=given))


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
    """Give a model's fields, as written in the file, with their descriptions."""
    return {field.alias or name: field.description or "" for name, field in model.model_fields.items()}


def _model(place: Place) -> type[BaseModel]:
    """Find the model of the mapping at a place."""
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
