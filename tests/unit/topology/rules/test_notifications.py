"""Notifications: the events, and who is told."""

import pytest

from privatelink.topology.rules.notifications import Notifications
from tests.support.provider_side import with_service
from tests.support.topology_cases import check_right, problem_at

RIGHT = {
    "every event": with_service(notifications={"events": ["Accept", "Connect", "Delete", "Reject"]}),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


@pytest.mark.parametrize(
    ("events", "field", "words"),
    [
        ([], "events", "no events"),
        (["Expire"], "events[0]", "Accept, Connect, Delete, Reject"),
        (["Accept", "Accept"], "events[1]", "event listed twice"),
    ],
)
def test_wrong_events(events, field, words):
    problem = problem_at(with_service(notifications={"events": events}), f"service.notifications.{field}")

    assert words in str(problem)


def test_all_events_by_default_and_sorted_when_chosen():
    assert Notifications().events == ("Accept", "Connect", "Delete", "Reject")
    assert Notifications(events=["Reject", "Accept"]).events == ("Accept", "Reject")
