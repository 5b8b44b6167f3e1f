"""The parameters `Filters`, `MaxResults` and `NextToken` of EC2's Describe actions.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import base64
import fnmatch
from collections.abc import Collection, Mapping, Sequence
from typing import NotRequired, TypedDict, TypeVar

from moto.ec2.exceptions import EC2ClientError, InvalidFilter

T = TypeVar("T")
Values = Mapping[str, str | Sequence[str]]
SMALLEST_PAGE, LARGEST_PAGE = 5, 1000
_PREFIX = "start at "


class Filter(TypedDict):
    """A filter in a request."""

    Name: str
    Values: NotRequired[list[str]]


def check_names(filters: Sequence[Filter], known: Collection[str], *, tags: bool = False) -> None:
    """Check that an action supports all filters, even if there is nothing to filter.

    Arguments:
        filters: the filters.
        known: the names of those that the action supports.
        tags: whether it also supports those for tags.

    Raises:
        InvalidFilter: it does not support one.
    """
    for item in filters:
        name = item["Name"]
        if name not in known and not (tags and (name == "tag-key" or name.startswith("tag:"))):
            raise InvalidFilter(name)


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
