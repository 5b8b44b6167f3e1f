"""The `Filters` parameter of EC2's Describe actions.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
"""

import fnmatch
from collections.abc import Collection, Mapping, Sequence
from typing import NotRequired, TypedDict, TypeVar

from moto.ec2.exceptions import InvalidFilter

T = TypeVar("T")
Values = Mapping[str, str | Sequence[str]]


class Filter(TypedDict):
    """A filter in a request."""

    Name: str
    Values: NotRequired[list[str]]


def check_names(filters: Sequence[Filter], known: Collection[str]) -> None:
    """Check that an action supports all filters, even if there is nothing to filter.

    Raises:
        InvalidFilter: it does not support one.
    """
    for item in filters:
        if item["Name"] not in known:
            raise InvalidFilter(item["Name"])


def matches(filters: Sequence[Filter], values: Values, tags: Sequence[Mapping[str, str]] = ()) -> bool:
    """Return whether an item passes all filters.

    Arguments:
        filters: the filters.
        values: the item's values, by the name of each filter that the action supports.
        tags: the item's tags.

    Raises:
        InvalidFilter: the action does not support a filter.
    """
    return all(_one(item["Name"], item.get("Values", []), values, tags) for item in filters)


def _one(name: str, wanted: Sequence[str], values: Values, tags: Sequence[Mapping[str, str]]) -> bool:
    if name == "tag-key":
        found: Sequence[str] = [tag["key"] for tag in tags]
    elif name.startswith("tag:"):
        found = [tag["value"] for tag in tags if tag["key"] == name.removeprefix("tag:")]
    elif name in values:
        value = values[name]
        found = [value] if isinstance(value, str) else value
    else:
        raise InvalidFilter(name)
    return any(fnmatch.fnmatchcase(value, pattern) for value in found for pattern in wanted)


def page(items: Sequence[T], size: int | None, token: str | None) -> tuple[list[T], str | None]:
    """Return one page of a result, and the token of the next page."""
    start = int(token) if token and token.isdigit() else 0
    end = len(items) if size is None else start + size
    return list(items[start:end]), str(end) if end < len(items) else None
