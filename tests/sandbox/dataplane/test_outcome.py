"""How a command in a machine ended."""

from dataclasses import FrozenInstanceError, asdict

import pytest

from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.outside import Answer


def test_it_is_a_value() -> None:
    assert Outcome(0, "out", "err") == Outcome(0, "out", "err", timed_out=False)
    assert Outcome(0, "out", "err") != Outcome(0, "out", "err", timed_out=True)
    with pytest.raises(FrozenInstanceError):
        Outcome(0, "", "").code = 1  # type: ignore[misc]


def test_it_is_what_the_users_of_the_host_outside_are_given() -> None:
    """The API sends it with the names of its fields."""
    outcome = Outcome(-1, "out", "err", timed_out=True)
    assert asdict(Answer(**asdict(outcome))) == asdict(outcome)
