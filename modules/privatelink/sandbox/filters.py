"""The parameters `Filters`, `MaxResults` and `NextToken` of EC2's Describe actions.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NotRequired, TypeAlias, TypedDict, TypeVar

from moto.ec2.exceptions import EC2ClientError, InvalidFilter

T = TypeVar("T")
Values: TypeAlias = Mapping[str, Callable[[T], str | Sequence[str]]]
TagsOf: TypeAlias = Callable[[T], Sequence[Mapping[str, str]]]
SMALLEST_PAGE, LARGEST_PAGE = 5, 1000
_PREFIX = "start at "


class Filter(TypedDict):
    """A filter in a request."""

    Name: str
    Values: NotRequired[list[str]]


def select(
    items: Iterable[T], filters: Sequence[Filter], values: Values[T], tags: TagsOf[T] | None = None
) -> list[T]:
    """Return the items that pass all filters.

    Arguments:
        items: the items.
        filters: the filters.
        values: how to read the value of an item, by the name of each filter that the action supports.
        tags: how to read the tags of an item, if the action supports filters for tags.

    Raises:
        InvalidFilter: the action does not support a filter; even if there is nothing to filter.
    """
    tests = [
        (_reader(item["Name"], values, tags), [pattern_of(value) for value in item.get("Values", [])])
        for item in filters
    ]
    if not tests:
        return list(items)
    return [item for item in items if all(_passes(read(item), patterns) for read, patterns in tests)]


def pattern_of(value: str) -> re.Pattern[str]:
    """Return the value of a filter as a pattern; `*` and `?` are wildcards, except after a backslash."""
    parts = re.findall(r"\\[*?\\]|.", value, re.DOTALL)
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)


def _reader(name: str, values: Values[T], tags: TagsOf[T] | None) -> Callable[[T], str | Sequence[str]]:
    if name in values:
        return values[name]
    if tags is not None and name == "tag-key":
        return lambda item: [tag["key"] for tag in tags(item)]
    if tags is not None and name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return lambda item: [tag["value"] for tag in tags(item) if tag["key"] == key]
    raise InvalidFilter(name)


def _passes(found: str | Sequence[str], patterns: Sequence[re.Pattern[str]]) -> bool:
    values = (found,) if isinstance(found, str) else found
    return any(pattern.fullmatch(value) for value in values for pattern in patterns)


def page(
    items: Sequence[T], size: int | None, token: str | None, *, smallest: int = SMALLEST_PAGE
) -> tuple[list[T], str | None]:
    """Return one page of a result, and the token of the next page.

    Arguments:
        items: the whole result.
        size: `MaxResults` of the request; AWS returns no more than 1,000 items, whatever it is.
        token: `NextToken` of the request, from the answer before.
        smallest: the smallest size that the action accepts; default: EC2's.

    Raises:
        EC2ClientError: the size is too small, or no answer contained the token.
    """
    if size is not None and size < smallest:
        raise EC2ClientError(
            "InvalidMaxResults",
            f"Value ( {size} ) for parameter maxResults is invalid: it must be at least {smallest}.",
        )
    start = _start_of(token) if token else 0
    end = start + min(size or LARGEST_PAGE, LARGEST_PAGE)
    return list(items[start:end]), _token_of(end) if end < len(items) else None


def _token_of(start: int) -> str:
    return base64.urlsafe_b64encode(f"{_PREFIX}{start}".encode()).decode()


def _start_of(token: str) -> int:
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True).decode()
        if text.startswith(_PREFIX):
            return int(text.removeprefix(_PREFIX))
    except ValueError:
        pass
    raise EC2ClientError("InvalidPaginationToken", "The specified pagination token is not valid.")
