"""The report as Markdown, for GitHub."""

from dataclasses import replace

import pytest

from privatelink.comments import LIMIT
from privatelink.verify.render_markdown import MARKER, as_markdown
from privatelink.verify.report import Report
from tests.support.hostile_text import check_markdown
from tests.support.verify_reports import AT, BROKEN, EVERY, FAILED, HOSTILE, UNKNOWN, WHOLE


def headings(text):
    return [line for line in text.splitlines() if line.startswith("### ")]


def test_what_does_not_work_comes_first():
    text = as_markdown(EVERY)

    assert text.startswith("**4 paths: 1 broken, 1 could not be checked, 1 no check failed, 1 works**\n")
    assert [line.split()[1] for line in headings(text)] == ["broken:", "unknown:", "half:", "client:"]
    assert headings(text)[0] == "### broken: broken at backend: 13 passed, 5 failed"
    assert text.endswith(f"\n\n{MARKER}\n")
    check_markdown(text)


def test_cause_and_fix_and_what_was_observed():
    text = as_markdown(Report(AT, [BROKEN]))

    assert "- **Observed:** `i-c unhealthy (Target.FailedHealthChecks)`\n" in text
    assert "- **Likely cause and fix:** backend down: i-c unhealthy (Target.FailedHealthChecks)" in text
    assert (
        "- **Service provider:** load balancer security group works, targets works, backend broken\n" in text
    )


def test_every_check_is_a_row_of_five_cells():
    text = as_markdown(Report(AT, [BROKEN]))

    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [check.id for check in BROKEN.checks]
    assert {row.count("|") for row in rows} == {6}


def test_the_picture_has_both_sides_and_each_state():
    text = as_markdown(EVERY)

    assert 'subgraph s0["service consumer client"]' in text
    assert '["backend: broken<br/>i-c unhealthy #40;Target.FailedHealthChecks#41;"]' in text
    for style in ("works", "broken", "unknown"):
        assert f"classDef {style} fill:" in text
        assert f" {style}\n" in text


def test_why_there_is_nothing():
    assert "- **Why:** i-1 has not registered" in as_markdown(EVERY)
    assert "**Could not be checked: no generated Terraform in cdktf.out**" in as_markdown(FAILED)


def test_no_text_of_a_server_is_more_than_text():
    check_markdown(as_markdown(HOSTILE))
    check_markdown(as_markdown(replace(HOSTILE, error="")))


@pytest.mark.parametrize("number", [20, 200, 1000])
def test_it_fits_a_comment_whatever_the_number_of_paths(number):
    findings = [replace(each, consumer=f"c{n}") for n in range(number) for each in (WHOLE, BROKEN, UNKNOWN)]
    text = as_markdown(Report(AT, findings))

    assert len(text.encode()) <= LIMIT
    assert text.endswith(f"{MARKER}\n")
    shown = headings(text)
    assert shown[0].startswith("### c0: broken at")
    more = 3 * number - len(shown)
    assert (f"… and {more} more paths." in text) is (more > 0)


def test_rows_that_passed_are_left_out_first_and_counted():
    text = as_markdown(Report(AT, [BROKEN]), limit=len(as_markdown(Report(AT, [BROKEN])).encode()) - 1)

    assert [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")] == [
        check.id for check in BROKEN.checks if check.outcome != "holds"
    ]
    assert "… and 13 checks that passed." in text
