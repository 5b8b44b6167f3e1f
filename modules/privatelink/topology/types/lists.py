"""Checks of lists and mappings."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field

from privatelink.rule import Broken, Rule
from privatelink.topology.broken import Check, refuse, refuse_any

_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html"
TWICE = Rule(
    "list-duplicate",
    what="{item} is listed twice",
    allowed="each {item} once",
    fix="remove one of the two",
    why="Each item makes one resource or one rule, and AWS refuses a second one that is the same.",
    page="https://developer.hashicorp.com/terraform/language/meta-arguments/for_each",
)
EMPTY = Rule(
    "list-empty",
    what="the list of {items} is empty",
    allowed="at least one",
    fix="list some{otherwise}",
    why="Without an item the resource could not be created, or would serve nobody.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html",
)
TOO_MANY = Rule(
    "list-length",
    what="{number} {items}",
    allowed="at most {most}",
    fix="remove {excess}",
    why="An AWS quota limits the number of these, and AWS refuses one more only during the apply.",
    page=_QUOTAS,
)
RULES = (TWICE, EMPTY, TOO_MANY)

# A YAML list arrives as a Python list, the model keeps a tuple: `strict=False` converts it, not its items.
AsTuple = Field(strict=False)


def twice(values: Iterable[Hashable] | Mapping[str, Hashable], rule: Rule) -> Iterator[Broken]:
    """Report each value that was already given, by a rule without parameters of its own."""
    seen: set[Hashable] = set()
    for place, value in values.items() if isinstance(values, Mapping) else enumerate(values):
        if value in seen:
            yield rule.broken(at=(place,))
        seen.add(value)


def each_once(item: str) -> Check:
    """Return the check that a list has each item once; its order has no meaning, so it is kept sorted."""
    rule = TWICE.with_fixed(item=item)

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        refuse_any(twice(values, rule))
        return tuple(sorted(values, key=lambda value: (type(value).__name__, value)))

    return Check(check, (rule,), {"uniqueItems": True})


def not_empty(items: str, otherwise: str = "") -> Check:
    """Return the check that a list is not empty.

    Arguments:
        items: what the list has, as in `the list of zones is empty`.
        otherwise: what omitting the list means, as in `for all zones`; empty if the list is required.
    """
    rule = EMPTY.with_fixed(items=items, otherwise=f", or omit the list {otherwise}" if otherwise else "")

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if not values:
            raise refuse(rule.broken())
        return values

    return Check(check, (rule,), {"minItems": 1})


def at_most(most: int, items: str) -> Check:
    """Return the check that a list has at most `most` items."""
    rule = TOO_MANY.with_fixed(most=most, items=items)

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if (number := len(values)) > most:
            raise refuse(rule.broken(number=number, excess=number - most, given=""))
        return values

    return Check(check, (rule,), {"maxItems": most})
