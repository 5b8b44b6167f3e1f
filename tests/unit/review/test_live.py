"""What AWS says about the services of a plan: a finding names the consumers that it cuts off."""

from datetime import UTC, datetime

import pytest

from privatelink.review.findings import review
from privatelink.review.live import Consumer, Live, asked_for, services_behind
from privatelink.review.world import Worlds
from tests.support.plan_facts import WORLD, change, plan

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
ACCEPTED = Consumer("vpce-1", "111122223333", "available", SINCE)
PENDING = Consumer("vpce-2", "444455556666", "pendingAcceptance", SINCE)
REJECTED = Consumer("vpce-3", "777788889999", "rejected", SINCE)
CUTS = (
    "cuts off vpce-1 of account 111122223333 (available, since 2026-03-01), "
    "vpce-2 of account 444455556666 (pendingAcceptance, since 2026-03-01)"
)


def changed(**after):
    """The world with other values of some resources; None destroys one."""
    made = []
    for address, values in WORLD.items():
        new = after.get(address, {})
        made.append(change(address, values, None if new is None else values | new))
    return plan(*made)


def findings(made, *consumers, known=True):
    live = Live({"vpce-svc-1": consumers} if known else {})
    return {each.rule.id: each for each in review([made], live=live).findings}


LISTENER_GONE = changed(**{"aws_lb_listener.l": None})


def test_a_finding_names_the_consumers_that_it_cuts_off():
    finding = findings(LISTENER_GONE, ACCEPTED, PENDING, REJECTED)["listener-destroyed"]

    assert (finding.severity, finding.because) == ("blocking", CUTS)


@pytest.mark.parametrize("consumers", [(), (REJECTED,)])
def test_without_a_connection_it_is_a_warning_that_says_so(consumers):
    finding = findings(LISTENER_GONE, *consumers)["listener-destroyed"]

    assert (finding.severity, finding.because) == (
        "warning", "a warning: AWS lists no connection of vpce-svc-1"
    )  # fmt: skip


def test_a_service_that_aws_was_not_asked_for_stays_as_it_is():
    finding = findings(LISTENER_GONE, known=False)["listener-destroyed"]

    assert (finding.severity, finding.because) == ("blocking", "")


def test_what_aws_refuses_blocks_also_without_consumers():
    destroyed = findings(changed(**{"aws_lb.l": None}))["load-balancer-destroyed"]

    assert destroyed.severity == "blocking"
    assert "no connection" not in destroyed.because


def test_who_can_connect_in_future_is_not_a_matter_of_those_who_are():
    open_ = {"acceptance_required": False, "allowed_principals": ["*"]}
    finding = findings(changed(**{"aws_vpc_endpoint_service.s": open_}))["service-open-to-everyone"]

    assert (finding.severity, finding.because) == ("blocking", "`*` is an allowed principal")


def test_the_change_of_an_endpoint_concerns_that_one():
    finding = findings(changed(**{"aws_vpc_endpoint.e": None}), ACCEPTED, PENDING)["endpoint-destroyed"]

    assert finding.because == "cuts off vpce-1 of account 111122223333 (available, since 2026-03-01)"


def test_many_consumers_are_counted():
    many = [Consumer(f"vpce-{number}", "1", "available", SINCE) for number in range(8)]

    assert findings(LISTENER_GONE, *many)["listener-destroyed"].because.endswith("2026-03-01) and 3 more")


def test_a_resource_belongs_to_the_services_on_whose_paths_it_lies():
    behind = {change.address: ids for change, ids in services_behind(Worlds([changed()])).items()}

    ours = (
        "aws_vpc_endpoint_service.s", "aws_vpc_endpoint.e", "aws_lb.l", "aws_security_group.lb",
        "aws_lb_listener.l", "aws_lb_target_group.t", "aws_lb_target_group_attachment.t", "aws_instance.t",
        "aws_security_group.t",
    )  # fmt: skip
    assert behind == {address: ["vpce-svc-1"] for address in ours}


def test_aws_is_asked_for_services_and_their_target_groups():
    assert asked_for(Worlds([changed()])) == ({"vpce-svc-1": "com.vpce-svc-1"}, ["arn:tg"])
    group = WORLD["aws_lb_target_group.t"]
    assert asked_for(Worlds([plan(change("aws_lb_target_group.t", group, group))])) == ({}, [])


def test_the_lines_say_who_is_connected_and_what_is_unhealthy():
    live = Live(
        {"vpce-svc-1": [ACCEPTED, PENDING, ACCEPTED], "vpce-svc-2": []},
        {"arn:a": (0, 2), "arn:b": (1, 2)},
        ["AWS was not asked"],
    )

    assert list(live.lines()) == [
        "AWS was not asked",
        "vpce-svc-1 has 2 available, 1 pendingAcceptance connections now",
        "vpce-svc-2 has no connections now",
        "arn:a has no healthy target now (2 registered)",
    ]
