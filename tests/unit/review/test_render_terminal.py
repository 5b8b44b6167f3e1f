"""The review on a terminal: the verdict, each rule once, and what else is to be known."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from privatelink.review.render_terminal import as_text, show
from tests.support.plan_facts import committed, plan, renamed, reviewed

ACCEPTED = {"rule": "principal-removed", "address": "*", "reason": "gone", "until": "2999-01-01"}


def shown(found, **options):
    stream = io.StringIO()
    show(Console(file=stream, width=80, highlight=False, **options), found)
    if not options:
        assert as_text(found) == stream.getvalue()
    return stream.getvalue()


def test_the_verdict_is_first_and_each_finding_says_what_to_do():
    lines = shown(reviewed(committed("load-balancer-renamed"))).splitlines()

    assert lines[0] == "Do not apply: 1 blocking in 1 plan"
    assert lines[2] == "blocking: load balancer replaced [load-balancer-replaced]"
    assert lines[3].startswith("  aws_lb.shop  name: shop → shop-2 (AWS cannot change")
    assert lines[4].startswith("  consumers: AWS rejects the deletion")
    assert lines[5].startswith("  instead: add a second load balancer")
    assert lines[6].startswith("  https://docs.aws.amazon.com/")


def test_code_to_add_is_shown_line_by_line():
    found = reviewed(plan(*renamed()))
    code = "moved {\n  from = a\x1b\n}\n"
    text = shown(replace(found, findings=[replace(found.findings[0], code=code)]))

    assert "  or, if it only gets another address, add:\n    moved {\n      from = a\\x1b\n    }\n" in text


def test_findings_of_one_rule_share_its_words():
    text = shown(reviewed(plan(*renamed(3))))

    assert text.count("[private-dns-name-changed]") == text.count("  consumers: ") == 1
    assert text.count("private_dns_name: a.example → b.example") == 3


def test_a_path_that_changes_is_shown_unless_it_is_a_finding():
    place = "path module.consumer[0].aws_vpc_endpoint.this port 443 in ap-northeast-2a: open → absent"

    assert f"\n{place}\n" in shown(reviewed(committed("everything-destroyed")))
    assert "path module" not in shown(reviewed(committed("targets-closed")))


def test_a_path_that_is_not_determined_is_shown_with_its_reason():
    text = shown(reviewed(committed("endpoint-replaced")))
    assert "\nnot determined: 2 of 2 paths\n" in text
    assert "\n  endpoint service: not in these plans: " in text
    for zone in ("ap-northeast-2a", "ap-northeast-2c"):
        assert f"module.consumer[0].aws_vpc_endpoint.this, port 443 in {zone}" in text
    assert "\npath " not in text


def test_what_lies_outside_the_plans_is_told():
    assert "\noutside these plans: endpoint connections: " in shown(reviewed(plan(*renamed())))
    assert "outside" not in shown(reviewed(plan()))


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2999-01-01", "accepted until 2999-01-01: principal-removed "),
        ("2000-01-01", "    was accepted until 2000-01-01: gone"),
    ],
)
def test_an_acceptance_is_shown_with_its_reason(until, said):
    text = shown(reviewed(committed("principal-removed"), accepted=[ACCEPTED | {"until": until}]))

    assert said in text
    assert "gone" in text


def test_an_acceptance_of_nothing_is_told():
    text = shown(reviewed(committed("nothing-changes"), accepted=[ACCEPTED]))

    assert "policy: principal-removed * matches no finding, or has expired" in text


def test_what_is_to_be_known_of_a_plan_is_told():
    assert "stack: planning failed" in shown(reviewed(plan(errored=True)))


def test_names_move_no_cursor_and_are_no_markup():
    (odd,) = renamed()
    found = reviewed(plan(odd | {"address": "a\x1b[2J\n[red]b[/red]##[x]"}))
    text = shown(found, force_terminal=True, color_system="truecolor")

    assert "  a\\x1b[2J [red]b[/red]# #[x]  private_dns_name: a.example → b.example\n" in text


def test_a_long_line_is_not_broken():
    (odd,) = renamed()

    assert f"  {'x' * 300}  private_dns_name: " in shown(reviewed(plan(odd | {"address": "x" * 300})))


def test_a_resource_has_its_stack_only_if_there_are_several():
    one = plan(*renamed(), stack="one")
    other = plan(*renamed(address="aws_vpc_endpoint_service.b"), stack="other")

    assert " in one" not in shown(reviewed(one))
    assert "  aws_vpc_endpoint_service.a[0] in one  private" in shown(reviewed(one, other))


def test_a_severity_that_the_policy_lowered_is_told():
    lines = shown(reviewed(plan(*renamed()), severity={"private-dns-name-changed": "note"})).splitlines()

    assert lines[0] == "Nothing blocking: 1 note in 1 plan; severity of 1 lowered by the policy"
    assert "policy: private-dns-name-changed aws_vpc_endpoint_service.a[0]: severity blocking → note" in lines
