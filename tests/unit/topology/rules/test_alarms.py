"""Alarms: which limits and topics a file may give."""

import pytest

from privatelink.topology.rules.alarms import Alarms
from tests.support.provider_side import APPLICATION, EXISTING, NETWORK, TCP, targets, with_service
from tests.support.topology_cases import check_right, problem_at

TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:on-call"
ENFORCING = {"allow_from": ["10.20.0.0/16"], "enforce_private_link_ingress": True}
ONLY_EXISTING = {"backends": None, "network": None, "existing_load_balancers": [NETWORK]}


def alb_with(**alarms):
    """A service whose target is an Application Load Balancer, with alarms."""
    topology = targets(EXISTING, application_load_balancer=APPLICATION, listeners=TCP)
    topology["service"]["alarms"] = alarms
    return topology


# The topology, the field of service.alarms at fault, words of the message.
WRONG = {
    "topic of another region": (
        with_service(alarms={"topics": [TOPIC.replace("northeast-2", "northeast-1")]}),
        "topics[0]",
        "topic of another region",
    ),
    "malformed topic": (with_service(alarms={"topics": ["on-call"]}), "topics[0]", "malformed topic ARN"),
    "topic twice": (with_service(alarms={"topics": [TOPIC, TOPIC]}), "topics[1]", "topic listed twice"),
    "six topics": (
        with_service(alarms={"topics": [f"{TOPIC}-{number}" for number in range(6)]}),
        "topics",
        "at most 5",
    ),
    "no minute": (with_service(alarms={"minutes": 0}), "minutes", "1 to 1440 minutes"),
    "more than a day": (with_service(alarms={"minutes": 1441}), "minutes", "1 to 1440 minutes"),
    **{
        f"no {field}": (with_service(alarms={field: 0}), field, "1 to 1000000")
        for field in ("unhealthy_targets", "reset_packets", "port_allocation_errors", "blocked_flows")
    },
    "unhealthy ALB": (alb_with(unhealthy_targets=1), "unhealthy_targets", "no load balancer"),
    "blocked by rules that do not hold consumers": (
        with_service(alarms={"blocked_flows": 1}),
        "blocked_flows",
        "enforce_private_link_ingress: true",
    ),
    **{
        f"{field} of load balancers that exist": (
            with_service(**ONLY_EXISTING, acceptance="managed", alarms={field: 1}),
            field,
            "limit of what no alarm watches",
        )
        for field in ("unhealthy_targets", "port_allocation_errors", "blocked_flows")
    },
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_fails_with(topology, field, words):
    assert words in str(problem_at(topology, f"service.alarms.{field}"))


def test_limits_that_fit_are_taken():
    check_right(
        with_service(
            load_balancer=ENFORCING, alarms={"topics": [TOPIC], "unhealthy_targets": 2, "blocked_flows": 1}
        )
    )


def test_the_limits_by_default_are_safe_ones():
    alarms = Alarms()

    assert (alarms.topics, alarms.minutes) == ((), 3)
    assert (alarms.unhealthy_targets, alarms.port_allocation_errors) == (1, 1)
    assert (alarms.reset_packets, alarms.blocked_flows) == (100, 100)
