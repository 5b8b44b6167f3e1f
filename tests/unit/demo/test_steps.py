"""The steps of the walkthrough: shown as they come, counted, and listed in its order."""

import io

from rich.console import Console

from privatelink.demo.steps import Report


def reported():
    out = io.StringIO()
    report = Report(Console(file=out, width=160))
    report.observe("W10", "addresses", "10.20.0.4", True)
    report.observe("W2", "instances", "[red]none[/red]", False)
    report.skip("W5", "a trace", "no packets", "not shown")
    return report, out


def test_each_step_is_shown_as_it_comes():
    _, out = reported()

    assert out.getvalue().splitlines() == [
        "W10 holds  10.20.0.4",
        "W2  fails  [red]none[/red]",
        "W5  not shown  no packets",
    ]


def test_only_what_was_compared_fails():
    report, _ = reported()

    assert [step.id for step in report.failed] == ["W2"]


def test_the_table_is_in_the_order_of_the_walkthrough():
    report, _ = reported()
    out = io.StringIO()
    Console(file=out, width=160).print(report.table())

    said = out.getvalue()
    assert said.index("W2") < said.index("W5") < said.index("W10")


def test_json_has_what_was_expected_and_seen():
    report, _ = reported()

    assert report.as_json()[0] == {
        "id": "W10",
        "expected": "addresses",
        "observed": "10.20.0.4",
        "outcome": "holds",
    }
