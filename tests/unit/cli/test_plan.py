"""`privatelink plan`: what it prints, and how it ends."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks
from tests.support.plan_facts import FOLDER

PROVIDER, A, B, ACCEPTANCE = SHOP
BLOCKED = json.loads((FOLDER / "region-removed.json").read_text())
NOT_DETERMINED = json.loads((FOLDER / "route-to-inspection-and-more.json").read_text())


def test_waiting_stacks_the_verdict_and_what_comes_next(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, changes=3)

    ran = cli.run("plan")

    assert ran.exit_code == 0
    table, verdict = ran.stdout.strip().split("\n\n")
    assert [" ".join(line.split()) for line in table.splitlines()] == [
        "stack import add change destroy state",
        f"{PROVIDER} 0 3 0 0 planned",
        f"{A} waits for {PROVIDER}",
        f"{B} waits for {PROVIDER}",
        f"{ACCEPTANCE} waits for {A}, {B}, {PROVIDER}",
    ]
    assert verdict == "No PrivateLink in 1 plan"
    assert f"{PROVIDER}: plan: 3 added" in ran.stderr
    assert "`privatelink apply` applies all stacks in dependency order" in ran.stderr
    assert shop.saved_plans() == {PROVIDER}


def test_json_has_all_of_it_and_nothing_else(shop: FakeStacks) -> None:
    ran = cli.run("plan", "--json")
    printed = json.loads(ran.stdout)
    assert printed["stacks"][0] == {
        "stack": PROVIDER,
        "state": "planned",
        "import": 0,
        "add": 1,
        "change": 0,
        "destroy": 0,
        "waits_for": [],
        "plan": str(shop.folder(PROVIDER) / "terraform.tfplan"),
        "error": None,
        "warnings": [],
    }
    assert printed["stacks"][1]["waits_for"] == [PROVIDER]
    assert printed["review"]["exit_code"] == 0


def test_a_blocking_finding_is_exit_code_1(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, plan_json=BLOCKED)
    ran = cli.run("plan")
    assert ran.exit_code == 1
    assert "Do not apply: 1 blocking in 1 plan\n" in ran.stdout
    assert json.loads(cli.run("plan", "--json").stdout)["review"]["exit_code"] == 1


def test_a_policy_accepts_it(shop: FakeStacks, tmp_path: Path) -> None:
    shop.tell(PROVIDER, plan_json=BLOCKED)
    (tmp_path / "policy.yaml").write_text("severity: {supported-region-removed: note}")
    assert cli.run("plan", "--policy", "policy.yaml").exit_code == 0
    (tmp_path / "policy.yaml").rename("review-policy.yaml")
    assert cli.run("plan").exit_code == 0


def test_a_policy_of_another_commit_accepts_it(shop: FakeStacks) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    shop.tell(PROVIDER, plan_json=BLOCKED)
    git("init", "--quiet")
    policy = Path("review-policy.yaml")
    policy.write_text("severity: {supported-region-removed: note}")
    git("add", policy.name)
    git("commit", "--quiet", "--message=base")
    policy.write_text("severity: {supported-region-removed: blocking}")

    assert cli.run("plan").exit_code == 1
    assert cli.run("plan", "--policy-from", "HEAD").exit_code == 0
    refused = cli.run("plan", "--policy-from", "nowhere")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_what_is_not_determined_blocks_only_with_strict(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, plan_json=NOT_DETERMINED)
    ran = cli.run("plan")
    assert ran.exit_code == 0
    assert ran.stdout.split("\n\n")[1].startswith("Not determined: 1 of ")
    assert cli.run("plan", "--strict").exit_code == 1


def test_a_policy_that_cannot_be_read_is_refused_before_anything_is_planned(shop: FakeStacks) -> None:
    assert cli.run("plan", "--policy", "nowhere.yaml").exit_code == 2
    assert shop.log() == []


def test_a_failure_is_exit_code_1_with_terraforms_words_and_the_way_on(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, plan={"fail": "no credentials"})
    ran = cli.run("plan", "--jobs", "2")
    assert ran.exit_code == 1
    assert f"\n{PROVIDER} failed: `terraform plan" in ran.stderr
    assert "error: no credentials" in ran.stderr
    assert ran.stderr.endswith("fix the error, then plan again: privatelink plan\n")


def test_only_named_stacks(shop: FakeStacks) -> None:
    ran = cli.run("plan", A)
    assert ran.exit_code == 0
    assert f"`privatelink apply {PROVIDER}` applies them" in ran.stderr
    assert shop.log("plan-begin") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], f"unknown stack: nothing; allowed: {PROVIDER}, {A}, {B}, {ACCEPTANCE}"),
        (["--out", "elsewhere"], "no generated Terraform in elsewhere; run `privatelink synth`"),
        (["--terraform", "tofu-9"], '--terraform is "tofu-9", but no "tofu-9" is on PATH'),
    ],
)
def test_bad_input_is_exit_code_2(shop: FakeStacks, arguments: list[str], message: str) -> None:
    ran = cli.run("plan", *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert shop.log() == []


def test_the_binary_that_is_named_is_run(shop: FakeStacks, tmp_path: Path) -> None:
    (tmp_path / "tofu").symlink_to(tmp_path / "bin/terraform")
    shop.tell(PROVIDER, plan={"fail": "no credentials"})
    assert f"{PROVIDER} failed: `tofu plan" in cli.run("plan", "--terraform", "./tofu").stderr
