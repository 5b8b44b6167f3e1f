"""`privatelink destroy`: what it names, asks and leaves."""

import json

import pytest

from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks

# Each starts a stand-in for Terraform some twenty times.
pytestmark = pytest.mark.slow

PROVIDER, A, B, ACCEPTANCE = SHOP


def apply(*names: str) -> None:
    assert cli.run("apply", "--yes", *names).exit_code == 0


def test_it_names_what_it_destroys_and_asks(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, changes=3)
    apply()
    ran = cli.run("destroy", answers="n\n", terminal=True)
    assert ran.exit_code == 0
    assert f"destroying {ACCEPTANCE} rejects the connections that it accepted" in ran.stderr
    assert f"Destroy 6 resources of {PROVIDER}, {A}, {B}, {ACCEPTANCE}? [y/N]" in ran.stderr
    assert "nothing was destroyed" in ran.stderr
    assert shop.applied() == set(SHOP)

    assert cli.run("destroy", answers="y\n", terminal=True).exit_code == 0
    assert shop.applied() == set()


def test_without_a_terminal_nothing_is_done_unless_confirmed(shop: FakeStacks) -> None:
    ran = cli.run("destroy")
    assert (ran.exit_code, ran.stdout, shop.log()) == (2, "", [])
    assert "add --yes" in ran.stderr


def test_nothing_to_destroy(shop: FakeStacks) -> None:
    ran = cli.run("destroy", "--yes")
    assert ran.exit_code == 0
    assert "nothing to destroy" in ran.stderr
    assert shop.log("apply-begin") == []


def test_what_others_depend_on_is_refused_with_the_whole_command(shop: FakeStacks) -> None:
    apply()
    shop.forget()
    ran = cli.run("destroy", PROVIDER, A, "--yes")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.endswith(
        f"other applied stacks depend on {PROVIDER}, {A}: {B}, {ACCEPTANCE}; destroy them too: "
        f"privatelink destroy {PROVIDER} {A} {B} {ACCEPTANCE}\n"
    )
    assert shop.log("plan-begin") == []


def test_a_failure_leaves_what_the_failed_one_needs(shop: FakeStacks) -> None:
    apply()
    shop.tell(A, apply={"fail": "in use"})
    ran = cli.run("destroy", "--yes")
    assert ran.exit_code == 1
    assert "error: in use" in ran.stderr
    assert ran.stderr.endswith(
        f"destroyed: {B}, {ACCEPTANCE}\nnot destroyed: {PROVIDER}, {A}\nto continue: privatelink destroy\n"
    )


def test_json(shop: FakeStacks) -> None:
    apply(PROVIDER)
    printed = json.loads(cli.run("destroy", "--yes", "--json").stdout)
    assert [(stack["stack"], stack["state"], stack["destroy"]) for stack in printed["stacks"]] == [
        (PROVIDER, "destroyed", 1),
        (A, "no changes", 0),
        (B, "no changes", 0),
        (ACCEPTANCE, "no changes", 0),
    ]


def test_removed_stacks_are_destroyed_and_their_folders_deleted(shop: FakeStacks) -> None:
    apply()
    shop.remove(B, ACCEPTANCE)
    shop.forget()

    ran = cli.run("destroy", "--removed", answers="y\n", terminal=True)

    assert ran.exit_code == 0
    assert f"Destroy 2 resources of {B}, {ACCEPTANCE}? [y/N]" in ran.stderr
    assert f"destroying {ACCEPTANCE} rejects the connections that it accepted" in ran.stderr
    assert shop.log("apply-begin") == [f"apply-begin {ACCEPTANCE}", f"apply-begin {B}"]
    assert shop.applied() == {PROVIDER, A}
    # What the stand-in reads there is no file of Terraform.
    assert {path.name for path in (shop.out / "removed").rglob("*") if path.is_file()} == {
        "manifest.json",
        "fake.json",
    }
    assert "removed/shop-acceptance is kept: it has files of yours" in ran.stderr
    again = cli.run("destroy", "--removed", "--yes")
    assert again.exit_code == 0
    assert "nothing to destroy" in again.stderr


def test_a_removed_stack_is_named_and_destroyed_alone(shop: FakeStacks) -> None:
    apply()
    shop.remove(A, B)

    ran = cli.run("destroy", "--removed", B, "--yes")

    assert ran.exit_code == 0
    assert shop.applied() == {PROVIDER, A, ACCEPTANCE}


def test_without_removed_stacks_there_is_nothing_to_destroy(shop: FakeStacks) -> None:
    ran = cli.run("destroy", "--removed", "--yes")

    assert (ran.exit_code, ran.stdout, shop.log()) == (0, "", [])
    assert "nothing to destroy: cdktf.out has no stack that is no longer in the topology" in ran.stderr


def test_a_removed_stack_that_fails_is_kept_with_the_command_to_continue(shop: FakeStacks) -> None:
    apply()
    shop.tell(B, apply={"fail": "in use"})
    shop.remove(B)

    ran = cli.run("destroy", "--removed", "--yes")

    assert ran.exit_code == 1
    assert ran.stderr.endswith(f"not destroyed: {B}\nto continue: privatelink destroy --removed\n")
    assert (shop.out / "removed" / B / "cdk.tf.json").exists()
