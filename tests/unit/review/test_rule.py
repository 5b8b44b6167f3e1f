"""What a rule is, and where one was broken."""

from typing import get_args

from privatelink.review.rule import SEVERITIES, Hit, Severity
from tests.support.plan_facts import change, plan


def test_severities_are_in_the_order_of_their_gravity():
    assert SEVERITIES == ("blocking", "warning", "note")
    assert set(SEVERITIES) == set(get_args(Severity))


def test_a_hit_is_of_the_whole_resource_unless_it_says_more():
    (one,) = plan(change("a.b", {}, None)).changes
    hit = Hit(one)

    assert (hit.attribute, hit.severity, hit.because, hit.before, hit.after) == ("", None, "", None, None)
