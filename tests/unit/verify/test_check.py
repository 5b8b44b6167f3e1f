"""A check, and which hop of the path is broken first."""

import pytest

from privatelink.verify.check import BESIDE, HOPS, compared, first_broken, not_checked


def broken(hop):
    return compared(f"check-{hop}", "W11", "open", "closed", False, hop, "a cause")


def test_the_cause_is_told_only_where_it_fails():
    assert broken("dns").cause == "a cause"
    holding = compared("one", "W1", "open", "open", True, "dns", "a cause")
    assert (holding.outcome, holding.cause) == ("holds", "")


def test_what_was_not_checked_does_not_fail():
    check = not_checked("one", "W1", "open", "no probe", "backend")

    assert (check.outcome, check.observed) == ("not checked", "no probe")
    assert first_broken([check]) is None


@pytest.mark.parametrize("place", range(len(HOPS) - 1))
def test_the_hop_nearest_to_the_client_is_the_first(place):
    later, earlier = broken(HOPS[place + 1]), broken(HOPS[place])

    assert first_broken([later, earlier]) is earlier


def test_what_is_beside_the_path_comes_last():
    assert set(HOPS[-len(BESIDE) :]) == set(BESIDE)
