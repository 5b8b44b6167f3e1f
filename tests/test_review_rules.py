"""The rules, on plans of the real provider: each finds what it is for, and not what only looks like it."""

import pytest

from review.rule import all_rules
from tests.plan_facts import FOLDER, committed, found, reviewed
from tests.plans.scenarios import SCENARIOS

MOST_BYTES = 60 * 1024


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_real_plan_has_the_findings_it_should_have(scenario):
    assert set(found(committed(scenario.name))) == set(scenario.finds)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_path_of_a_real_plan_is_open_before_it(scenario):
    states = {path.state("before") for path in reviewed(committed(scenario.name)).paths if path.port == 443}

    assert "open" in states
    assert states <= {"open", "absent"}


def test_every_rule_has_a_real_plan_that_breaks_it():
    assert {rule.id for rule in all_rules()} == {rule for scenario in SCENARIOS for rule in scenario.finds}


def test_the_committed_plans_are_those_of_the_scenarios_and_small():
    assert {path.stem for path in FOLDER.iterdir()} == {scenario.name for scenario in SCENARIOS}
    assert max(path.stat().st_size for path in FOLDER.iterdir()) <= MOST_BYTES
