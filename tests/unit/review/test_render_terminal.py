"""The review on a terminal: the verdict, each rule once, and what else is to be known."""

import io

import pytest
from rich.console import Console

from privatelink.review.render_terminal import show
from tests.support.plan_facts import change, committed, plan, reviewed

ACCEPTED = {"rule": "principal-removed", "address": "*", "reason": "gone", "until": "2999-01-01"}


def shown(found, **options):
    stream = io.StringIO()
    show(Console(file=stream, width=80, highlight=False, **options), found)
    return stream.getvalue()


def test_the_verdict_is_first_and_each_finding_says_what_to_do():
    lines = shown(reviewed(committed("load-balancer-renamed"))).splitlines()

    assert lines[0] == "Do not apply: 1 blocking in 1 plan"
    assert lines[2] == "blocking: load balancer replaced [load-balancer-replaced]"
    assert lines[3].startswith(
        "  aws_lb.shop in load-balancer-renamed  name: shop → shop-2 (AWS cannot change"
    )
    assert lines[4].startswith("  consumers: AWS rejects the deletion")
    assert lines[5].startswith("  instead: add a second load balancer")
    assert lines[6].startswith("  https://docs.aws.amazon.com/")


def test_findings_of_one_rule_share_its_words():
    listeners = [change(f"aws_lb_listener.a[{n}]", {"port": 1}, {"port": 2}) for n in range(3)]
    text = shown(reviewed(plan(*listeners)))

    assert text.count("[listener-changed]") == text.count("  consumers: ") == 1
    assert text.count("port: 1 → 2") == 3


def test_a_path_that_changes_is_shown_unless_it_is_a_finding():
    text = shown(reviewed(committed("endpoint-replaced")))

    assert "path module.consumer[0].aws_vpc_endpoint.this port 443: open → " in text
    assert "path module" not in shown(reviewed(committed("targets-closed")))


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
    odd = change("aws_lb_listener.a", {"port": 1}, {"port": 2}) | {"address": "a\x1b[2J\n[red]b[/red]"}
    text = shown(reviewed(plan(odd)), force_terminal=True, color_system="truecolor")

    assert "  a [2J [red]b[/red] in stack  port: 1 → 2\n" in text


def test_a_long_line_is_not_broken():
    odd = change("aws_lb_listener.a", {"port": 1}, {"port": 2}) | {"address": "x" * 300}

    assert f"  {'x' * 300} in stack" in shown(reviewed(plan(odd)))
