"""Stacks that left the topology are named by the commands that work on the others."""

import pytest

from privatelink.cli.removed import show_removed
from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks

# Each starts a stand-in for Terraform some twenty times.
pytestmark = pytest.mark.slow

PROVIDER, A, B, ACCEPTANCE = SHOP
HEADING = "note: these stacks are no longer in the topology; to destroy them, run in this order:"


@pytest.fixture
def with_removed(shop: FakeStacks) -> FakeStacks:
    assert cli.run("apply", "--yes").exit_code == 0
    shop.remove(B)
    return shop


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("apply", "--yes", "--json")])
def test_plan_and_apply_name_them_with_the_command(
    with_removed: FakeStacks, command: tuple[str, ...]
) -> None:
    ran = cli.run(*command)

    assert f"{HEADING}\n  privatelink destroy --removed {B}\n  {B}: 1 resource in its state\n" in ran.stderr


def test_destroy_names_them_before_it_asks(with_removed: FakeStacks) -> None:
    ran = cli.run("destroy", PROVIDER, A, ACCEPTANCE, answers="n\n", terminal=True)

    assert ran.stderr.index(HEADING) < ran.stderr.index("[y/N]")


def test_a_destroyed_one_is_not_named(with_removed: FakeStacks) -> None:
    assert cli.run("destroy", "--removed", "--yes").exit_code == 0

    assert HEADING not in cli.run("plan").stderr


def test_without_removed_stacks_nothing_is_printed(
    shop: FakeStacks, capsys: pytest.CaptureFixture[str]
) -> None:
    show_removed(shop.out)

    assert capsys.readouterr() == ("", "")
