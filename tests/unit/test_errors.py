"""The name that a misspelt one stands for; what a command does with errors: tests/unit/cli/test_exits.py."""

import pytest

from privatelink.errors import nearest


@pytest.mark.parametrize(
    ("given", "meant"), [("acceptence", "acceptance"), ("listners", "listeners"), ("x", None), ("", None)]
)
def test_the_nearest_name_is_the_one_that_is_like_it(given, meant):
    assert nearest(given, ("listeners", "acceptance", "region")) == meant


def test_no_name_is_near_without_names():
    assert nearest("region", ()) is None
