"""The rules, on plans of the real provider: each finds what it is for, and not what only looks like it."""

import re

import pytest

from privatelink.review.catalogue import RULES
from tests.support.plan_facts import FOLDER, as_plan, committed, document, found, reviewed
from tests.support.plans.scenarios import SCENARIOS
from tests.support.project import PROJECT
from tests.support.rules import breaks, keeps

MOST_BYTES = 70 * 1024
PAGE = (PROJECT / "docs/review.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| `[a-z-]+` \| (blocking|warning|note) \|", line)
]


def plans_in(cell):
    links = re.findall(r"\[([a-z-]+)\]\(\.\./tests/data/plans/([a-z-]+)\.json\)", cell)
    assert all(name == target for name, target in links)
    return [name for name, _ in links]


def kept_in(scenario):
    """The rules that the page says this plan only seems to break."""
    return [row[0].strip("`") for row in ROWS if scenario.name in plans_in(row[4])]


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(scenario, id=scenario.name, marks=[breaks(*scenario.finds), keeps(*kept_in(scenario))])
        for scenario in SCENARIOS
    ],
)
def test_a_real_plan_has_the_findings_it_should_have(scenario):
    assert set(found(committed(scenario.name))) == set(scenario.finds)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_path_of_a_real_plan_is_open_before_it(scenario):
    states = {
        path.state("before") for path in reviewed(committed(scenario.name)).paths if str(path.port) == "443"
    }

    assert "open" in states
    assert states <= {"open", "absent"}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_order_of_resources_in_a_plan_does_not_matter(scenario):
    turned = document(scenario.name)
    turned = turned | {"resource_changes": turned["resource_changes"][::-1]}

    one, other = (
        (
            sorted(finding.rule.id for finding in review.findings),
            sorted((path.name, path.state("before"), path.state("after")) for path in review.paths),
        )
        for review in (reviewed(committed(scenario.name)), reviewed(as_plan(turned, scenario.name)))
    )
    assert one == other


def test_every_rule_has_a_real_plan_that_breaks_it():
    assert {rule.id for rule in RULES} == {rule for scenario in SCENARIOS for rule in scenario.finds}


def test_the_committed_plans_are_those_of_the_scenarios_and_small():
    assert {path.stem for path in FOLDER.iterdir()} == {scenario.name for scenario in SCENARIOS}
    assert max(path.stat().st_size for path in FOLDER.iterdir()) <= MOST_BYTES


def test_the_page_lists_every_rule_in_order_as_it_is():
    assert [row[:3] for row in ROWS] == [[f"`{rule.id}`", rule.severity, rule.title] for rule in RULES]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_the_plans_of_the_page_have_the_finding_and_the_one_beside_them_has_not(row):
    finds = {scenario.name: scenario.finds for scenario in SCENARIOS}
    rule = row[0].strip("`")

    assert plans_in(row[3]) == [name for name in finds if rule in finds[name]]
    (harmless,) = plans_in(row[4])
    assert rule not in finds[harmless]


def test_rules_say_what_a_reviewer_needs():
    for rule in RULES:
        assert rule.page.startswith("https://"), rule.id
        for text in (rule.title, rule.consequence, rule.instead):
            assert text, rule.id
            assert not text.endswith("."), rule.id
