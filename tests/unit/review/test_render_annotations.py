"""GitHub's workflow commands: one line for each finding, whatever the names are."""

from privatelink.review.render_annotations import as_annotations
from tests.support.plan_facts import change, plan, reviewed


def test_an_annotation_is_one_line_whatever_the_name_is():
    odd = change("aws_lb_listener.a", {"port": 1}, {"port": 2}) | {"address": "a\n::error::b"}

    assert as_annotations(reviewed(plan(odd))).count("\n") == 1
