"""Findings by their root cause: what follows from a change is shown with it."""

from privatelink.review.causes import as_before, causes, reasons
from tests.support.plan_facts import change, committed, plan, renamed, reviewed


def test_a_broken_path_is_joined_to_the_change_that_breaks_it():
    (cause,) = causes(reviewed(committed("listener-destroyed")))

    assert [each.address for each in cause.changes] == ["aws_lb_listener.https[0]"]
    assert [each.rule.id for each in cause.findings] == ["listener-destroyed", "path-broken"]
    assert (cause.rule.id, cause.severity, cause.others) == ("listener-destroyed", "blocking", [])
    assert [each.rule.id for each in cause.own] == ["listener-destroyed"]
    assert [(consumer.type, name) for consumer, name in cause.consumers] == [
        ("aws_vpc_endpoint", "port 443 in ap-northeast-2a and ap-northeast-2c")
    ]


def test_a_path_without_another_finding_is_its_own_cause():
    (cause,) = causes(reviewed(committed("targets-closed")))

    assert [each.rule.id for each in cause.findings] == ["path-broken"]
    assert cause.own == cause.findings
    assert [consumer.type for consumer, _ in cause.consumers] == ["aws_vpc_endpoint"]
    assert cause.changes[0].type != "aws_vpc_endpoint"  # what changes, not who is cut off


def test_resources_that_break_the_same_rules_are_one_cause_and_the_highest_severity_is_first():
    principal = {"principal_arn": "arn:aws:iam::111122223333:root", "vpc_endpoint_service_id": "s0"}
    removed = change("aws_vpc_endpoint_service_allowed_principal.p", principal, None)
    first, second = causes(reviewed(plan(removed, *renamed(3))))

    assert [each.address for each in first.changes] == [f"aws_vpc_endpoint_service.a[{n}]" for n in range(3)]
    assert (first.severity, len(first.findings)) == ("blocking", 3)
    assert (second.severity, [each.address for each in second.changes]) == ("warning", [removed["address"]])


def test_several_rules_on_one_resource_are_one_cause():
    service = {"id": "s", "private_dns_name": "a", "supported_regions": ["a", "b"]}
    both = change(
        "aws_vpc_endpoint_service.a", service, service | {"private_dns_name": "c", "supported_regions": ["b"]}
    )
    (cause,) = causes(reviewed(plan(both)))

    assert cause.rule.id == "private-dns-name-changed"
    assert [each.id for each in cause.others] == ["supported-region-removed"]


def test_an_accepted_finding_is_no_cause():
    accepted = {"rule": "private-dns-name-changed", "address": "*[1]", "reason": "r", "until": "2999-01-01"}
    (cause,) = causes(reviewed(plan(*renamed(2)), accepted=[accepted]))

    assert [each.address for each in cause.changes] == ["aws_vpc_endpoint_service.a[0]"]


def test_paths_that_are_not_determined_are_grouped_by_reason():
    found = reviewed(committed("endpoint-replaced"))
    by_reason = reasons(found)

    assert {why: len(paths) for why, paths in by_reason.items()} == {
        "endpoint service: not in these plans": len(found.undetermined)
    }
    assert not any(as_before(path) for path in found.undetermined)
