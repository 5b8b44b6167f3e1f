"""Rules of the constructs: listed, readable without the framework, and in words for every reader."""

import subprocess
import sys
from string import Formatter

import pytest

from privatelink.constructs import rules
from privatelink.rule import Rule, Setting
from privatelink.topology import catalogue

ALL = {name: value for name, value in vars(rules).items() if isinstance(value, Rule)}


def settings(rule):
    """The settings to which a rule gives a value, in the syntax of one reader."""
    for text in (rule.what, rule.allowed, rule.fix):
        for _, name, _, _ in Formatter().parse(text):
            if name and ((name.startswith(".") and "=" in name) or isinstance(rule.fixed.get(name), Setting)):
                yield name


def test_every_rule_is_checked_in_python_or_by_terraform():
    for rule in ALL.values():
        assert (rule in rules.ARGUMENTS) != (rule in rules.CONDITIONS), rule.id


def test_a_rule_with_the_id_of_a_topologys_is_that_rule():
    of_topology = {rule.id: rule for rule in catalogue.RULES}
    for rule in ALL.values():
        assert of_topology.get(rule.id, rule) == rule


def test_they_are_read_without_the_framework():
    code = (
        "import sys; import privatelink.constructs.rules; "
        "print([name for name in ('constructs', 'cdktf', 'cdktn', 'jsii') if name in sys.modules])"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name, rule in ALL.items() if rule in rules.CONDITIONS])
def test_a_message_of_terraform_gives_no_setting_a_value(name):
    assert list(settings(ALL[name])) == []
