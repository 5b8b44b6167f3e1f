"""Rules that generated Terraform always keeps: their texts; tests marked with their IDs show them."""

import re

import pytest

from privatelink.constructs.built_in import RULES


def test_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_and_why(rule):
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.id)
    assert rule.what
    assert not rule.what.endswith(".")
    assert rule.why.endswith(".")
    assert rule.page.startswith("https://")
