"""The `Filters` parameter of EC2's Describe actions, and pages."""

import importlib
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]

VALUES = {"vpc-id": "vpc-1", "service-name": ["com.amazonaws.ssm", "com.amazonaws.ec2"], "state": []}
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
    assert filters.matches(wanted, VALUES, TAGS) is expected


def test_an_unknown_filter_is_refused_with_and_without_something_to_filter(filters: Any) -> None:
    from moto.ec2.exceptions import InvalidFilter

    with pytest.raises(InvalidFilter, match="colour"):
        filters.matches([asked("colour", "red")], VALUES)
    with pytest.raises(InvalidFilter, match="colour"):
        filters.check_names([asked("vpc-id", "vpc-1"), asked("colour", "red")], VALUES)
    filters.check_names([asked("vpc-id", "vpc-1")], VALUES)


@pytest.mark.parametrize(
    ("size", "token", "expected"),
    [
        (None, None, ("abcde", None)),
        (2, None, ("ab", "2")),
        (2, "2", ("cd", "4")),
        (2, "4", ("e", None)),
        (5, None, ("abcde", None)),
        (9, None, ("abcde", None)),
        (2, "9", ("", None)),
        (2, "rubbish", ("ab", "2")),
        (None, "3", ("de", None)),
    ],
)
def test_pages(filters: Any, size: int | None, token: str | None, expected: tuple[str, str | None]) -> None:
    items, following = filters.page("abcde", size, token)
    assert ("".join(items), following) == expected
