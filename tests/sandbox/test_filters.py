"""The `Filters` parameter of EC2's Describe actions, and pages."""

import importlib
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]

ITEM = {"vpc-id": "vpc-1", "service-name": ["com.amazonaws.ssm", "com.amazonaws.ec2"], "state": []}
VALUES = {name: itemgetter(name) for name in ITEM}
TAGS = [{"key": "Name", "value": "web"}, {"key": "stage", "value": "test"}]


@pytest.fixture(scope="module")
def filters() -> Any:
    return importlib.import_module("privatelink.sandbox.filters")


def asked(name: str, *values: str) -> dict[str, object]:
    return {"Name": name, "Values": list(values)}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], True),
        ([asked("vpc-id", "vpc-1")], True),
        ([asked("vpc-id", "vpc-2")], False),
        ([asked("vpc-id", "vpc-2", "vpc-1")], True),
        ([asked("vpc-id", "VPC-1")], False),
        ([asked("vpc-id", "vpc-?")], True),
        ([asked("vpc-id", "*")], True),
        ([asked("vpc-id", "vpc")], False),
        ([asked("vpc-id")], False),
        ([{"Name": "vpc-id"}], False),
        ([asked("service-name", "*.ec2")], True),
        ([asked("service-name", "*.s3")], False),
        ([asked("state", "*")], False),
        ([asked("vpc-id", "vpc-1"), asked("service-name", "*.ssm")], True),
        ([asked("vpc-id", "vpc-1"), asked("service-name", "*.s3")], False),
        ([asked("tag-key", "stage")], True),
        ([asked("tag-key", "owner")], False),
        ([asked("tag:Name", "w*")], True),
        ([asked("tag:Name", "test")], False),
        ([asked("tag:owner", "*")], False),
    ],
)
def test_every_filter_matches_by_one_of_its_values(
    filters: Any, wanted: list[dict[str, object]], expected: bool
) -> None:
    assert filters.select([ITEM], wanted, VALUES, lambda _: TAGS) == [ITEM] * expected


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "a\nc", True),
        ("a?c", "ac", False),
        (r"a\*c", "a*c", True),
        (r"a\*c", "abc", False),
        (r"a\?", "a?", True),
        (r"a\\*", r"a\b", True),
        (r"a\b", r"a\b", True),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
        ("a.c", "abc", False),
    ],
)
def test_wildcards(filters: Any, wanted: str, value: str, expected: bool) -> None:
    assert bool(filters.pattern_of(wanted).fullmatch(value)) is expected


def test_an_unknown_filter_is_refused_with_and_without_something_to_filter(filters: Any) -> None:
    from moto.ec2.exceptions import InvalidFilter

    for items in ([], [ITEM]):
        with pytest.raises(InvalidFilter, match="colour"):
            filters.select(items, [asked("vpc-id", "vpc-2"), asked("colour", "red")], VALUES)


def test_filters_for_tags_are_refused_by_actions_without_tags(filters: Any) -> None:
    from moto.ec2.exceptions import InvalidFilter

    for one in (asked("tag-key", "Name"), asked("tag:Name", "web")):
        assert filters.select([ITEM], [one], VALUES, lambda _: TAGS) == [ITEM]
        with pytest.raises(InvalidFilter):
            filters.select([], [one], VALUES)


def pages(filters: Any, items: Sequence[int], size: int | None) -> list[list[int]]:
    found, token = filters.page(items, size, None)
    read = [found]
    while token:
        found, token = filters.page(items, size, token)
        read.append(found)
    return read


@pytest.mark.parametrize(
    ("count", "size", "lengths"),
    [
        (0, None, [0]),
        (5, 5, [5]),
        (11, 5, [5, 5, 1]),
        (11, 9, [9, 2]),
        (11, None, [11]),
        (2001, None, [1000, 1000, 1]),
        (2001, 5000, [1000, 1000, 1]),
    ],
)
def test_pages(filters: Any, count: int, size: int | None, lengths: list[int]) -> None:
    read = pages(filters, range(count), size)

    assert [len(found) for found in read] == lengths
    assert [item for found in read for item in found] == [*range(count)]


@pytest.mark.parametrize("size", [-1, 0, 1, 4])
def test_a_page_that_is_too_small(filters: Any, size: int) -> None:
    from moto.ec2.exceptions import EC2ClientError

    with pytest.raises(EC2ClientError, match=f"Value \\( {size} \\)") as caught:
        filters.page("abc", size, None)
    assert caught.value.code == "InvalidMaxResults"


@pytest.mark.parametrize("token", ["rubbish", "5", "c3RhcnQgYXQgeA==", "ü", "-1"])
def test_a_token_that_no_answer_contained(filters: Any, token: str) -> None:
    from moto.ec2.exceptions import EC2ClientError

    with pytest.raises(EC2ClientError, match="pagination token is not valid") as caught:
        filters.page("abc", None, token)
    assert caught.value.code == "InvalidPaginationToken"
