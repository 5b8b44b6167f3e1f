"""Alarms: thresholds and topics."""

import pytest

from privatelink.topology.rules.alarms import Alarms
from tests.support.provider_side import APPLICATION, EXISTING, NETWORK, TCP, targets, with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:on-call"
ENFORCING = {"allow_from": ["10.20.0.0/16"], "enforce_private_link_ingress": True}
ONLY_EXISTING = {"backends": None, "network": None, "existing_load_balancers": [NETWORK]}


def alb_with(**alarms):
    """A service whose target is an Application Load Balancer, with alarms."""
    topology = targets(EXISTING, application_load_balancer=APPLICATION, listeners=TCP)
    topology["service"]["alarms"] = alarms
    return topology


RIGHT = {
    "topic": (with_service(alarms={"topics": [TOPIC]}), "alarm-topic-region", "sns-topic-arn"),
    "five topics": (with_service(alarms={"topics": [f"{TOPIC}-{n}" for n in range(5)]}), "list-length"),
    "thresholds of alarms that are created": (
        with_service(load_balancer=ENFORCING, alarms={"unhealthy_targets": 2, "blocked_flows": 1}),
        "alarm-threshold-unused",
    ),
    "a minute": (with_service(alarms={"minutes": 1}), "number-range"),
    "a day": (with_service(alarms={"minutes": 1440}), "number-range"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of service.alarms at fault, the rule, what the message has to name.
WRONG = {
    "topic of another Region": (
        with_service(alarms={"topics": [TOPIC.replace("northeast-2", "northeast-1")]}),
        "topics[0]",
        "alarm-topic-region",
        "a topic in ap-northeast-2",
    ),
    "malformed topic": (
        with_service(alarms={"topics": ["on-call"]}),
        "topics[0]",
        "sns-topic-arn",
        '"on-call"',
    ),
    "topic twice": (
        with_service(alarms={"topics": [TOPIC, TOPIC]}),
        "topics[1]",
        "list-duplicate",
        "topic is listed twice",
    ),
    "six topics": (
        with_service(alarms={"topics": [f"{TOPIC}-{number}" for number in range(6)]}),
        "topics",
        "list-length",
        "6 topics",
        "at most 5",
    ),
    "no minute": (with_service(alarms={"minutes": 0}), "minutes", "number-range", "1 to 1440 minutes"),
    "more than a day": (
        with_service(alarms={"minutes": 1441}),
        "minutes",
        "number-range",
        "1 to 1440 minutes",
    ),
    **{
        f"no {field}": (with_service(alarms={field: 0}), field, "number-range", "1 to 1000000")
        for field in ("unhealthy_targets", "reset_packets", "port_allocation_errors", "blocked_flows")
    },
    "unhealthy ALB": (
        alb_with(unhealthy_targets=1),
        "unhealthy_targets",
        "alarm-threshold-unused",
        "instances or addresses as targets",
    ),
    "blocked flows of a group without rules for PrivateLink traffic": (
        with_service(alarms={"blocked_flows": 1}),
        "blocked_flows",
        "alarm-threshold-unused",
        "only with `enforce_private_link_ingress: true`",
    ),
    **{
        f"{field} of existing load balancers": (
            with_service(**ONLY_EXISTING, acceptance="managed", alarms={field: 1}),
            field,
            "alarm-threshold-unused",
            "threshold for an alarm that is not created",
        )
        for field in ("unhealthy_targets", "port_allocation_errors", "blocked_flows")
    },
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"service.alarms.{field}", rule, words)


def test_default_thresholds():
    alarms = Alarms()

    assert (alarms.topics, alarms.minutes) == ((), 3)
    assert (alarms.unhealthy_targets, alarms.port_allocation_errors) == (1, 1)
    assert (alarms.reset_packets, alarms.blocked_flows) == (100, 100)
