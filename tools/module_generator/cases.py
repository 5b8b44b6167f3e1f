"""Several specimens of one stack, merged: what differs between them becomes a conditional."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tools.module_generator.hcl import BLOCKS, Dynamic, Raw

Literal = str | bool
Case = Mapping[str, Literal]
CONDITIONS = frozenset(("precondition", "postcondition", "assert"))
ABSENT = object()


@dataclass(frozen=True)
class Axis:
    """Something a stack decides by when it is synthesized, and the module when it is planned.

    Arguments:
        name: the argument of the specimen.
        expression: what has the value in Terraform; of type bool or string, as the literals are.
        literals: every value; the first is that of the cases that are about other axes.
    """

    name: str
    expression: str
    literals: tuple[Literal, ...] = (False, True)


@dataclass(frozen=True)
class Choice:
    """What a value is in each case of an axis."""

    axis: Axis
    values: Mapping[Literal, Any]


@dataclass(frozen=True)
class Cases:
    """The cases to synthesize: the axes of a group in every combination, the groups one after the other.

    Axes that bear on the same attribute belong in one group: that they do is noticed, not assumed. One axis
    may be of several.
    """

    groups: Sequence[Sequence[Axis]]

    def __iter__(self) -> Iterator[Case]:
        """Each case once."""
        base = {axis.name: axis.literals[0] for group in self.groups for axis in group}
        cases = [base]
        for group in self.groups:
            for literals in product(*(axis.literals for axis in group)):
                if (
                    case := base | dict(zip([axis.name for axis in group], literals, strict=True))
                ) not in cases:
                    cases.append(case)
        return iter(cases)

    def merge(self, found: Sequence[tuple[Case, Any]]) -> Any:  # noqa: ANN401
        """One value out of that of each case; raises ValueError where two groups bear on it."""
        values = [value for _, value in found]
        if all(value == values[0] for value in values):
            return values[0]
        if all(isinstance(value, dict) for value in values):
            return self._merge_mappings(found)
        if all(isinstance(value, list) and value and isinstance(value[0], dict) for value in values) and (
            len({len(value) for value in values}) == 1
        ):
            return [self.merge([(case, value[at]) for case, value in found]) for at in range(len(values[0]))]
        return self.choose([(case, None if value is ABSENT else value) for case, value in found])

    def _merge_mappings(self, found: Sequence[tuple[Case, dict[str, Any]]]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for key in dict.fromkeys(key for _, value in found for key in value):
            items = [(case, value.get(key, ABSENT)) for case, value in found]
            present = [(case, item) for case, item in items if item is not ABSENT]
            if key in CONDITIONS and len({len(item) if item is not ABSENT else 0 for _, item in items}) > 1:
                merged[key] = self._merge_conditions([(case, [] if v is ABSENT else v) for case, v in items])
            elif key == "depends_on":  # has to be the same in every case
                merged[key] = list(dict.fromkeys(each for _, item in present for each in item))
            elif key == "lifecycle":
                merged[key] = self.merge([(case, {} if item is ABSENT else item) for case, item in items])
            elif key in BLOCKS and len(present) < len(items):
                there = self.choose([(case, item is not ABSENT) for case, item in items])
                content = self.merge(present)
                merged[key] = Dynamic(there, content[0] if isinstance(content, list) else content)
            else:
                merged[key] = self.merge(items)
        return merged

    def _merge_conditions(self, found: Sequence[tuple[Case, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
        """Conditions of some cases alone hold in the others."""
        messages = dict.fromkeys(item["error_message"] for _, items in found for item in items)
        by_message = [
            (case, {item["error_message"]: item["condition"] for item in items}) for case, items in found
        ]
        return [
            {
                "condition": self.choose(
                    [(case, items.get(message, Raw("true"))) for case, items in by_message]
                ),
                "error_message": message,
            }
            for message in messages
        ]

    def choose(self, found: Sequence[tuple[Case, Any]]) -> Any:  # noqa: ANN401
        """The value, or a choice by the axes it depends on."""
        if all(value == found[0][1] for _, value in found):
            return found[0][1]
        axes = {axis.name: axis for group in self.groups for axis in group}
        bearing = [axis for axis in axes.values() if _matters(axis, found)]
        group = next((group for group in self.groups if all(axis in group for axis in bearing)), None)
        if group is None or not bearing:
            msg = f"{[axis.name for axis in bearing]} decide together: make them one group"
            raise ValueError(msg)
        others = [axis for axis in axes.values() if axis not in group]
        of_group = [
            (case, value)
            for case, value in found
            if all(case[axis.name] == axis.literals[0] for axis in others)
        ]
        axis = bearing[0]
        by_literal = {
            literal: [(case, value) for case, value in of_group if case[axis.name] == literal]
            for literal in axis.literals
        }
        return Choice(axis, {literal: self.choose(some) for literal, some in by_literal.items() if some})


def _matters(axis: Axis, found: Sequence[tuple[Case, Any]]) -> bool:
    """Whether two cases that differ in the axis alone have different values."""
    seen: dict[tuple[object, ...], Any] = {}
    return any(
        seen.setdefault(tuple(literal for name, literal in case.items() if name != axis.name), value) != value
        for case, value in found
    )
