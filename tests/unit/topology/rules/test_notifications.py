"""Notifications: events and the topic."""

import pytest

from privatelink.topology.rules.notifications import Notifications
from tests.support.provider_side import with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

RIGHT = {
    "every event": (
        with_service(notifications={"events": ["Accept", "Connect", "Delete", "Reject"]}),
        "value-unknown",
        "list-duplicate",
    ),
    "one event": (with_service(notifications={"events": ["Reject"]}), "list-empty"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The events, the field of service.notifications at fault, the rule, what the message has to name.
WRONG = {
    "no events": ([], "events", "list-empty", "list of events is empty", "for all events"),
    "unknown event": (
        ["Expire"],
        "events[0]",
        "value-unknown",
        '"Expire"',
        "Accept, Connect, Delete, Reject",
    ),
    "event twice": (["Accept", "Accept"], "events[1]", "list-duplicate", "event is listed twice"),
}


@pytest.mark.parametrize(("events", "field", "rule", "words"), wrong(WRONG))
def test_wrong(events, field, rule, words):
    topology = with_service(notifications={"events": events})

    check_broken(topology, f"service.notifications.{field}", rule, words)


def test_all_events_by_default_and_sorted_when_chosen():
    assert Notifications().events == ("Accept", "Connect", "Delete", "Reject")
    assert Notifications(events=["Reject", "Accept"]).events == ("Accept", "Reject")
