"""GitHub's workflow commands: one line for each finding, whatever the names are."""

import pytest

from privatelink.review.render_annotations import as_annotations
from tests.support.plan_facts import committed, plan, renamed, reviewed


def test_an_annotation_is_one_line_whatever_the_name_is():
    (odd,) = renamed()

    assert as_annotations(reviewed(plan(odd | {"address": "a\n::error::b"}))).count("\n") == 1


@pytest.mark.parametrize(
    ("name", "start"),
    [
        (
            "load-balancer-renamed",
            "::error title=load-balancer-replaced%3A aws_lb.shop::load balancer",
        ),
        (
            "acceptance-off",
            "::warning title=acceptance-switched-off%3A aws_vpc_endpoint_service.shop::",
        ),
    ],
)
def test_a_finding_is_a_command_of_its_gravity(name, start):
    assert as_annotations(reviewed(committed(name))).startswith(start)


def test_a_lowered_finding_is_a_notice():
    found = reviewed(committed("acceptance-off"), severity={"acceptance-switched-off": "note"})

    assert as_annotations(found).startswith("::notice ")


def test_what_ends_a_property_is_escaped():
    (odd,) = renamed()

    (line,) = as_annotations(reviewed(plan(odd | {"address": "a,b:c%d\r\ne##[x]"}))).splitlines()
    assert line.startswith("::error title=private-dns-name-changed%3A a%2Cb%3Ac%25d  e# #[x]::")


def test_no_finding_is_no_line():
    assert as_annotations(reviewed(plan())) == ""
