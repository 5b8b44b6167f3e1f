"""Hops in a row, and ways beside each other."""

import pytest

from privatelink.review.hops.hop import Hop, Way, best, hop, worst

OPEN, BROKEN, UNKNOWN = Hop("a", True), Hop("b", False, "shut"), Hop("c", None, "hidden")


@pytest.mark.parametrize(
    ("hops", "state", "why"),
    [
        ([], "open", ""),
        ([OPEN], "open", ""),
        ([OPEN, UNKNOWN], "unknown", "c: hidden"),
        ([UNKNOWN, BROKEN], "broken", "b: shut"),
    ],
)
def test_what_is_broken_for_certain_decides_whatever_is_unknown_beside_it(hops, state, why):
    assert (Way(hops).state, Way(hops).why) == (state, why)


@pytest.mark.parametrize("holds", [True, False, None])
def test_the_reason_is_that_of_the_state(holds):
    made = hop("a", holds, broken="shut", unknown="hidden")

    assert made.why == {True: "", False: "shut", None: "hidden"}[holds]


def test_traffic_that_takes_any_way_has_the_best_and_looks_no_further():
    def never():
        raise AssertionError
        yield OPEN

    assert best([[BROKEN], [OPEN], never()]) == (OPEN,)
    assert best([[BROKEN], [UNKNOWN]]) == (UNKNOWN,)
    # Of two broken ways, the one that leads further says more.
    assert best([[BROKEN], [OPEN, BROKEN], [BROKEN]]) == (OPEN, BROKEN)
    assert best([[BROKEN]]) == (BROKEN,)


def test_traffic_that_takes_each_way_has_the_worst():
    assert worst([[OPEN], [BROKEN], [UNKNOWN]]) == [BROKEN]
    assert worst([[OPEN], [UNKNOWN]]) == [UNKNOWN]
    assert worst([[OPEN]]) == [OPEN]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([OPEN], [Hop("a", None)], Hop("a", None)),
        ([UNKNOWN], [UNKNOWN], None),
        ([UNKNOWN], [UNKNOWN, Hop("a", None)], Hop("a", None)),
        ([OPEN], [OPEN], None),
    ],
)
def test_only_a_hop_that_was_open_is_newly_unknown(before, after, found):
    assert Way(after).unknown_since(Way(before)) == found
