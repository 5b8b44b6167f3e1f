"""Backends and AutoScaling."""

import pytest

from tests.support.provider_side import with_service
from tests.support.topology_cases import check_right, problem_at

RIGHT = {
    "auto scaling": with_service(backends={"text": "x", "auto_scaling": {"min": 1, "max": 1}}),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, words of the message.
WRONG = {
    "min above max": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 3, "max": 2}}),
        "service.backends.auto_scaling.min",
        "min above max",
    ),
    "no instance in a zone": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 0, "max": 2}}),
        "service.backends.auto_scaling.min",
        "1 to 500",
    ),
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))
