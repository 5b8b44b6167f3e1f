"""Rules of lists and mappings."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field

from privatelink.topology.broken import Broken, Rule, refuse, refuse_any

# A YAML list arrives as a Python list, the model keeps a tuple: `strict=False` converts it, not its items.
AsTuple = Field(strict=False)


def twice(values: Iterable[Hashable] | Mapping[str, Hashable], what: str) -> Iterator[Broken]:
    """Report each value that was already given."""
    seen: set[Hashable] = set()
    for place, value in values.items() if isinstance(values, Mapping) else enumerate(values):
        if value in seen:
            yield Broken(what, "each once", "remove one of the two", (place,))
        seen.add(value)


def each_once(what: str) -> Rule:
    """Make the rule of a list that gives each value once; as its order means nothing, it is kept sorted."""

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        refuse_any(twice(values, what))
        return tuple(sorted(values, key=lambda value: (type(value).__name__, value)))

    return Rule(check, {"uniqueItems": True})


def not_empty(what: str, fix: str) -> Rule:
    """Make the rule of a list that holds something."""

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if not values:
            raise refuse(Broken(what, "at least one", fix))
        return values

    return Rule(check, {"minItems": 1})


def at_most(most: int, what: str) -> Rule:
    """Make the rule of a list that is not longer."""

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(values) > most:
            raise refuse(Broken(f"{len(values)} {what}", f"at most {most}", "remove some", given=""))
        return values

    return Rule(check, {"maxItems": most})
