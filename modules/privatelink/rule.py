"""A rule as data: what must be so, why, and how to fix it, rendered for each reader in that reader's syntax.

A rule's texts are templates. `{name}` stands for a parameter. `{.field}` refers to a setting by its path, and
`{.field=value}` gives it a value: a topology file shows the latter as `field: value`, a Terraform module as
`field = "value"`, Python as `field="value"`. Nothing else in a text may be in the syntax of one reader.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from types import MappingProxyType
from typing import Literal, Protocol, Self

Step = str | int | tuple[str, object]
"""A key; an index of a list; of a list of mappings, the item whose field has this value."""
Path = tuple[Step, ...]
KEY = "[key]"
"""At the end of a path: the key, not its value (as pydantic has it)."""

Severity = Literal["error", "warning"]


class Syntax(Protocol):
    """How a reader writes settings."""

    def field(self, path: str) -> str:
        """Write a reference to a setting."""

    def setting(self, path: str, value: str) -> str:
        """Write a setting with its value."""


class Field(str):
    """A parameter that is the path of a setting."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter that is a setting with its value, which is written as YAML writes it."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """A broken rule in one reader's syntax."""

    what: str
    given: str
    allowed: str
    fix: str
    rule: str

    def __str__(self) -> str:
        given = f": {self.given}" if self.given else ""
        allowed = f"allowed: {self.allowed}; " if self.allowed else ""
        return f"{self.what}{given} ({allowed}fix: {self.fix}) [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must be so.

    Arguments:
        id: its name, an external contract: `privatelink explain ID`, documentation and programs use it.
        what: what is wrong where it is broken; lower case, no full stop.
        allowed: what is allowed; empty for a warning, as anything is.
        fix: what to do.
        why: the reason, in one or two sentences.
        page: where AWS, Terraform or the format documents it.
        severity: an error is refused, a warning is only said.
        fixed: parameters that are the same wherever the rule applies.
    """

    id: str
    what: str
    allowed: str
    fix: str
    why: str
    page: str
    severity: Severity = "error"
    fixed: Mapping[str, object] = field(default_factory=dict, compare=False)

    def with_fixed(self, **parameters: object) -> Self:
        """Return the same rule with some of its parameters set."""
        return replace(self, fixed={**self.fixed, **parameters})

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters that a case has to give."""
        return frozenset(_parameters(self.what, self.allowed, self.fix)) - self.fixed.keys()

    def broken(self, *, at: Path = (), given: str | None = None, **parameters: object) -> "Broken":
        """Return a case of this rule being broken.

        Arguments:
            at: where, below the value that was checked.
            given: the value at fault, where that is not simply the value at that place; empty for none.
            parameters: the case's own.

        Raises TypeError for a parameter too many or too few.
        """
        if parameters.keys() != self.parameters:
            msg = f"{self.id} takes {sorted(self.parameters)}, not {sorted(parameters)}"
            raise TypeError(msg)
        return Broken(self, at, given, parameters)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken: which, where, and by what."""

    rule: Rule
    at: Path = ()
    given: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)

    def below(self, *path: Step) -> Self:
        """Return the same case with its place below a path: what a part reports, as the whole places it."""
        return replace(self, at=(*path, *self.at))

    def message(self, syntax: Syntax) -> Message:
        """Render it for a reader."""
        values = {**self.rule.fixed, **self.parameters}
        what, allowed, fix = (
            _render(text, values, syntax) for text in (self.rule.what, self.rule.allowed, self.rule.fix)
        )
        return Message(what, self.given or "", allowed, fix, self.rule.id)

    def __str__(self) -> str:
        return str(self.message(PYTHON))


def _parameters(*templates: str) -> set[str]:
    names = (name for template in templates for _, name, _, _ in Formatter().parse(template))
    return {name for name in names if name and not name.startswith(".")}


def _render(template: str, values: Mapping[str, object], syntax: Syntax) -> str:
    parts: list[str] = []
    for literal, name, after_colon, _ in Formatter().parse(template):
        parts.append(literal)
        if not name:
            continue
        if name.startswith("."):
            path, equals, value = name[1:].partition("=")
            value += f":{after_colon}" if after_colon else ""  # of an ARN, say, not a format
            parts.append(syntax.setting(path, value) if equals else syntax.field(path))
        else:
            parts.append(_value(values[name], syntax))
    return "".join(parts)


def _value(value: object, syntax: Syntax) -> str:
    if isinstance(value, Field):
        return syntax.field(value)
    if isinstance(value, Setting):
        return syntax.setting(value.path, value.value)
    if isinstance(value, Collection) and not isinstance(value, str):
        return ", ".join(_value(item, syntax) for item in value)
    return str(value)


def is_bare(value: str) -> bool:
    """Say whether a value as YAML writes it is a truth value, a number, a list or a mapping: not a text."""
    return value in ("true", "false") or value.isdecimal() or value[:1] in ("[", "{")


class _Yaml:
    """A topology file."""

    def field(self, path: str) -> str:
        return f"`{path}`"

    def setting(self, path: str, value: str) -> str:
        return f"`{path}: {value}`"


class _Python:
    """Arguments of the Python API."""

    def field(self, path: str) -> str:
        return f"`{path}`"

    def setting(self, path: str, value: str) -> str:
        text = {"true": "True", "false": "False"}.get(value, value if is_bare(value) else f'"{value}"')
        return f"`{path}={text}`"


class Hcl:
    """Inputs of a Terraform module.

    Arguments:
        names: what the module calls a setting, by its path, where that is not the path itself.
    """

    def __init__(self, names: Mapping[str, str] = MappingProxyType({})) -> None:
        self._names = names

    def field(self, path: str) -> str:
        """Write a reference to an input, or to an attribute of one."""
        return f"`{self._names.get(path, path)}`"

    def setting(self, path: str, value: str) -> str:
        """Write an argument."""
        text = value if is_bare(value) else f'"{value}"'
        return f"`{self._names.get(path, path)} = {text}`"


YAML: Syntax = _Yaml()
PYTHON: Syntax = _Python()
