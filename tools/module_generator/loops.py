"""What a stack has once for each key, as blocks with `for_each`; and specimens as expressions."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.module_generator.cases import CONDITIONS, Choice
from tools.module_generator.hcl import REFERENCES, Dynamic, Raw, expression, parts, pieces, quoted

WIDE = 100
_REFERENCE = re.compile(r"\b(data\.)?(aws_[a-z0-9_]+|terraform_data)\.([A-Za-z][A-Za-z0-9_-]*)")
_LIST = re.compile(r"\[((?:data\.)?aws_[a-z0-9_]+\.[A-Za-z0-9_-]+\.[a-z_]+)\]")  # of one, in an expression
_NUMBER_IN_TEXT = 1000  # smaller ones are all digits of something else


@dataclass(frozen=True)
class Loop:
    """What the resources of one shape of address are there for.

    Arguments:
        for_each: the mapping or set, as an expression.
        values: the expression of each specimen in there, by its name.
        name: the block's name, where that which the address tells is another block's.
        always: whether it holds in every case, as that of an empty set does.
    """

    for_each: str
    values: Mapping[str, str]
    name: str | None = None
    always: bool = False


@dataclass(frozen=True)
class Collection:
    """What there is to go through for the specimens of a key, and perhaps of what is there by that key.

    Arguments:
        key: the specimen's name.
        expression: a mapping by key; or a set, where there is no `value`.
        value: the name of the specimen by that key.
    """

    key: str
    expression: str
    value: str | None = None

    def each(self, names: Sequence[str | None]) -> str:
        """The head of a `for` that needs these names."""
        if self.value is None:
            return f"for {self.key} in {self.expression}"
        if self.value in names:
            return f"for {self.key}, {self.value} in {self.expression}"
        return f"for {self.key} in keys({self.expression})"


@dataclass(frozen=True)
class Target:
    """Where a resource of the stack is found in the module."""

    kind: str  # with `data.`, if it is
    name: str
    shape: str  # the stack's name, with {specimen}s in it
    keys: tuple[str, ...]  # names of these
    loop: Loop | None
    counted: bool

    @property
    def address(self) -> str:
        """The block's address."""
        return f"{self.kind}.{self.name}"

    @property
    def index(self) -> str:
        """What chooses one of several, with the specimens' names in it."""
        if self.counted:
            return "[0]"
        return f'["{self.shape[self.shape.index("{") : self.shape.rindex("}") + 1]}"]' if self.loop else ""


@dataclass(frozen=True)
class Rewriter:
    """Turns templates of the stack into expressions of the module.

    Arguments:
        specimens: the value of each specimen, by its name; what is in an address, as it is there.
        expressions: the expression of each value that is the same everywhere.
        targets: where each resource went, by its address in the stack.
        collections: what a list, a mapping or a condition goes through that is there once for all.
    """

    specimens: Mapping[str, str | int]
    expressions: Mapping[str | int, str]
    targets: Mapping[str, Target]
    collections: Sequence[Collection]
    scope: Mapping[str, str] = field(default_factory=dict)

    def within(self, **scope: str) -> "Rewriter":
        """The same, where these specimens have an expression."""
        return Rewriter(
            self.specimens, self.expressions, self.targets, self.collections, {**self.scope, **scope}
        )

    def __call__(self, value: Any) -> Any:  # noqa: ANN401
        """The value with expressions in the place of specimens, and of choices."""
        match value:
            case Choice():
                return Raw(self.conditional(value))
            case Dynamic(for_each, content):
                return Dynamic(f"{expression(self(for_each))} ? [true] : []", self(content))
            case str():
                return self.template(value)
            case bool():
                return value
            case int():
                return self._number(value)
            case list():
                return self._list(value)
            case Mapping():
                return self._mapping(value)
            case _:
                return value

    # ---- choices

    def conditional(self, choice: Choice) -> str:
        """A choice as an expression."""
        condition = choice.axis.expression
        if isinstance(choice.axis.literals[0], str) and (found := _with_literal(choice)):
            return expression(self(found))
        values = {literal: expression(self(value)) for literal, value in choice.values.items()}
        if len({*values.values()}) == 1:
            return values.popitem()[1]
        if {*values.values()} == {"true", "false"}:
            return _is_one_of(condition, values)
        literals: dict[str, list[Any]] = {}
        for literal, value in values.items():
            literals.setdefault(condition if json.dumps(literal) == value else value, []).append(literal)
        *first, (last, _) = sorted(literals.items(), key=lambda item: len(item[1]))
        if isinstance(choice.axis.literals[0], bool):
            first, last = [(values.get(True, "null"), [True])], values.get(False, "null")
        tests = [(_is_one_of(condition, dict.fromkeys(those, "true")), value) for value, those in first]
        return _chain(tests, last)

    # ---- collections

    def _list(self, items: list[Any]) -> Any:  # noqa: ANN401
        if not self._unbound(items):
            return [self(item) for item in items]
        (item,) = items
        return Raw(self._listed(quoted(item)))

    def _listed(self, item: str) -> str:
        """An expression for all of the elements, of which one is given."""
        if (found := _REFERENCE.match(item)) and re.fullmatch(r"\.[a-z_]+", item[found.end() :]):
            return f"values({self.targets[found[0]].address})[*]{item[found.end() :]}"
        each, inner = self._each(item)
        return f"[{each} : {inner.code(item)}]"

    def _mapping(self, items: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if not self._unbound([*items]):
            return {self._key(key): self._keyed(key, value) for key, value in items.items()}
        ((key, value),) = items.items()
        each, inner = self._each([key, value])
        return Raw(f"{{ {each} : {expression(inner.template(key))} => {expression(inner(value))} }}")

    def _each(self, about: Any) -> tuple[str, "Rewriter"]:  # noqa: ANN401
        """The head of a `for` that goes through all of what is about one, and what to rewrite that by."""
        unbound = self._unbound(about)
        (collection,) = (found for found in self.collections if found.key in unbound)
        names = [name for name in (collection.key, collection.value) if name in unbound]
        return collection.each(names), self.within(**{name: name for name in names if name})

    def _keyed(self, key: str, value: Any) -> Any:  # noqa: ANN401
        if key in REFERENCES:
            return Raw(self._references(value))
        if key in CONDITIONS:
            return [self._quantified(item) for item in value]
        if (
            isinstance(value, list)
            and value
            and isinstance(value[0], dict)
            and (unbound := self._unbound(value))
        ):
            (collection,) = (found for found in self.collections if found.key in unbound)
            scope = {collection.key: f"{key}.key", str(collection.value): f"{key}.value"}
            return Dynamic(collection.expression, self.within(**scope)(value[0]))
        return self(value)

    def _key(self, key: str) -> str:
        return str(self.template(key)) if self._named_in(key) else key

    def _references(self, value: Any) -> str:  # noqa: ANN401
        if isinstance(value, str):
            return value
        found = [self.targets[item].address if item in self.targets else item for item in value]
        return f"[{', '.join(dict.fromkeys(found))}]"

    def _quantified(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """A condition and its message; of each of what it is about, where the block is one for all."""
        if not self._unbound([*item.values()]):
            return {key: self(value) for key, value in item.items()}
        each, inner = self._each([*item.values()])
        holds, message = (expression(inner(item[key])) for key in ("condition", "error_message"))
        return {
            "condition": Raw(f"alltrue([{each} : {holds}])"),
            "error_message": Raw(f'join("; ", [\n{each} : {message}\nif !({holds})\n])'),
        }

    # ---- templates

    def template(self, text: str) -> str | Raw:
        """A template with expressions in the place of specimens."""
        for value, found in self._expressions.items():
            if text == str(value):
                return Raw(found)
        changed = "".join(
            f"${{{self.code(part)}}}" if marked else self._text(part) for marked, part in parts(text)
        )
        whole = [*parts(changed)]
        return Raw(whole[0][1]) if len(whole) == 1 and whole[0][0] else changed

    def code(self, text: str) -> str:
        """An expression likewise."""
        return "".join(self._quote(part) if marked else self._code(part) for marked, part in pieces(text))

    def _quote(self, content: str) -> str:
        found = self.template(content)
        if isinstance(found, Raw):
            return found.text
        return f'"{found}"'

    def _code(self, text: str) -> str:
        def lists(found: re.Match[str]) -> str:
            return self._listed(found[1]) if self._unbound(found[1]) else found[0]

        return _REFERENCE.sub(self._reference, _LIST.sub(lists, text))

    def _reference(self, found: re.Match[str]) -> str:
        target = self.targets.get(found[0])
        if target is None:
            return found[0]
        if target.counted:
            return f"{target.address}[0]"
        if target.loop is None:
            return target.address
        (specimen,) = target.keys
        return f"{target.address}[{self.scope[specimen]}]"

    def _text(self, text: str) -> str:
        for value, found in self._expressions.items():
            if not isinstance(value, int) or value >= _NUMBER_IN_TEXT:
                text = text.replace(str(value), f"${{{found}}}")
        return text

    def _number(self, number: int) -> Any:  # noqa: ANN401
        found = self._expressions.get(number)
        return number if found is None else Raw(found)

    @property
    def _expressions(self) -> dict[str | int, str]:
        """The expressions, those of the longest values first."""
        bound = {self.specimens[name]: found for name, found in self.scope.items()}
        return dict(sorted({**self.expressions, **bound}.items(), key=lambda item: -len(str(item[0]))))

    # ---- specimens that have no expression here

    def _unbound(self, value: Any) -> tuple[str, ...]:  # noqa: ANN401
        # A list in an expression becomes one of all by itself.
        text = _LIST.sub("", str(value))
        return tuple(name for name in self._named_in(text) if name not in self.scope)

    def _named_in(self, text: str) -> tuple[str, ...]:
        names = [name for found in self.collections for name in (found.key, found.value) if name]
        return tuple(name for name in names if str(self.specimens[name]) in text)


def _with_literal(choice: Choice) -> str | None:
    """The one template that every case has, but for the literal in it."""
    if not all(isinstance(value, str) for value in choice.values.values()):
        return None
    expression = f"${{{choice.axis.expression}}}"
    found = {str(value).replace(str(literal), expression) for literal, value in choice.values.items()}
    return found.pop() if len(found) == 1 else None


def _is_one_of(what: str, values: Mapping[Any, str]) -> str:
    """The condition under which a value is true."""
    true = [literal for literal, value in values.items() if value == "true"]
    false = [literal for literal, value in values.items() if value == "false"]
    if isinstance(true[0], bool):
        return what if true == [True] else _negated(what)
    if len(true) == 1:
        return f"{what} == {json.dumps(true[0])}"
    return (
        f"{what} != {json.dumps(false[0])}"
        if len(false) == 1
        else f"contains({json.dumps(sorted(true))}, {what})"
    )


def _chain(tests: list[tuple[str, str]], last: str) -> str:
    """The value of the first test that holds, or the last one."""
    if len(tests) == 1:
        ((test, value),) = tests
        if last == "null" and test == f"{value} != null":
            return value
        # Both sides of || are always worked out, so none may be an error where the other one decides.
        if "[0]" not in value + last and " ? " not in value + last:
            for literal, other, form in (
                (
                    value,
                    last,
                    {"true": f"{test} || {last}", "false": f"{_negated(test)} && {_grouped(last)}"},
                ),
                (
                    last,
                    value,
                    {
                        "true": f"{_negated(test)} || {value}",
                        "false": f"{_grouped(test)} && {_grouped(value)}",
                    },
                ),
            ):
                if literal in form and other not in ("null", *form):
                    return form[literal]
    cases = [f"{test} ? {_in_parentheses(value)} :" for test, value in tests]
    line = " ".join([*cases, last])
    return line if len(line) < WIDE or "\n" in line else "(\n" + "\n".join([*cases, last]) + "\n)"


def _negated(condition: str) -> str:
    if condition.count(" ") == 2:
        for operator, opposite in ((" == ", " != "), (" != ", " == "), (" > 0", " == 0")):
            if operator in condition:
                return condition.replace(operator, opposite)
    return f"!{condition}" if re.fullmatch(r"[\w.]+(\(.*\))?", condition) else f"!({condition})"


def _grouped(condition: str) -> str:
    return f"({condition})" if " || " in condition else condition


def _in_parentheses(value: str) -> str:
    return f"({value})" if " ? " in value and not value.startswith("(") else value
