"""One resource: its values on both sides, what is unknown, what differs, and what is never shown."""

from privatelink.review.change import UNKNOWN
from tests.support.plan_facts import change, plan


def test_values_that_the_apply_will_tell_are_unknown_wherever_they_are():
    made = plan(
        change("a.b", {}, {"plain": 1, "items": ["x", None], "block": [{"id": None, "port": 1}]},
               unknown={"id": True, "items": [False, True], "block": [{"id": True}]})
    )  # fmt: skip
    (one,) = made.changes

    assert one.value("after", "id") is UNKNOWN
    assert one.value("after", "plain") == 1
    assert one.value("after", "items") == ["x", UNKNOWN]
    assert one.value("after", "block") == [{"id": UNKNOWN, "port": 1}]
