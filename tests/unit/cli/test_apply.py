"""`privatelink apply`: questions, refusals, what is left, who waits to be accepted."""

import json

import pytest

from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks
from tests.support.plan_facts import FOLDER

# Each starts a stand-in for Terraform some twenty times.
pytestmark = pytest.mark.slow

PROVIDER, A, B, ACCEPTANCE = SHOP
BLOCKED = json.loads((FOLDER / "region-removed.json").read_text())
NOT_DETERMINED = json.loads((FOLDER / "route-to-inspection-and-more.json").read_text())
NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


def test_each_wave_is_asked_for(shop: FakeStacks) -> None:
    ran = cli.run("apply", answers="y\nyes\ny\n", terminal=True)
    assert ran.exit_code == 0, ran.output
    questions = [line.strip() for line in ran.stderr.split("\n") if line.strip().startswith("Apply ")]
    assert questions[0].startswith(f"Apply {PROVIDER}? (planned after these: {A}, {B}, {ACCEPTANCE}) [y/N]")
    assert questions[1].startswith(f"Apply {A}, {B}? (planned after these: {ACCEPTANCE}) [y/N]")
    assert questions[2].startswith(f"Apply {ACCEPTANCE}? [y/N]")
    assert shop.applied() == set(SHOP)
    assert "to continue" not in ran.stderr


def test_no_is_no_and_what_was_applied_before_is_said(shop: FakeStacks) -> None:
    ran = cli.run("apply", answers="y\nn\n", terminal=True)
    assert ran.exit_code == 0
    assert shop.applied() == {PROVIDER}
    assert ran.stderr.endswith(
        f"applied: {PROVIDER}\nnot applied: {A}, {B}, {ACCEPTANCE}\nto continue: privatelink apply\n"
    )


def test_ctrl_c_at_the_question_is_130_and_says_what_was_applied(shop: FakeStacks) -> None:
    ran = cli.run("apply", answers="y\n", terminal=True)
    assert ran.exit_code == 130
    assert f"applied: {PROVIDER}\nnot applied: {A}, {B}, {ACCEPTANCE}\n" in ran.stderr


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_without_a_terminal_nothing_is_done_unless_confirmed(shop: FakeStacks, options: list[str]) -> None:
    ran = cli.run("apply", *options, terminal=bool(options))
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "add --yes" in ran.stderr
    assert shop.log() == []


def test_yes_applies_all_and_again_nothing(shop: FakeStacks) -> None:
    assert cli.run("apply", "--yes").exit_code == 0
    assert shop.applied() == set(SHOP)
    shop.forget()
    again = cli.run("apply", "--yes")
    assert (again.exit_code, shop.log("apply-begin")) == (0, [])
    assert again.stdout.count("no changes") == 4


def test_json_is_one_document_of_the_end(shop: FakeStacks) -> None:
    printed = json.loads(cli.run("apply", "--yes", "--json").stdout)
    assert {stack["stack"]: stack["state"] for stack in printed["stacks"]} == dict.fromkeys(SHOP, "applied")
    assert printed["review"]["exit_code"] == 0


class TestBlockingFinding:
    def test_the_question_says_so(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, plan_json=BLOCKED)
        ran = cli.run("apply", PROVIDER, answers="n\n", terminal=True)
        assert f"The review says: do not apply. Apply {PROVIDER} anyway? [y/N]" in ran.stderr
        assert shop.applied() == set()
        assert cli.run("apply", PROVIDER, answers="y\n", terminal=True).exit_code == 0
        assert shop.applied() == {PROVIDER}

    def test_yes_alone_refuses_it(self, shop: FakeStacks) -> None:
        shop.tell(A, plan_json=BLOCKED)
        ran = cli.run("apply", "--yes")
        assert ran.exit_code == 1
        assert (
            "not applied: a finding of the review blocks; to apply anyway, add --despite-findings"
            in ran.stderr
        )
        assert f"applied: {PROVIDER}\nnot applied: {A}, {B}, {ACCEPTANCE}\n" in ran.stderr
        assert shop.applied() == {PROVIDER}

    def test_it_can_be_applied_on_purpose(self, shop: FakeStacks) -> None:
        shop.tell(A, plan_json=BLOCKED)
        assert cli.run("apply", "--yes", "--despite-findings").exit_code == 0
        assert shop.applied() == set(SHOP)


class TestNotDetermined:
    def test_without_strict_it_is_applied(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, plan_json=NOT_DETERMINED)
        assert cli.run("apply", PROVIDER, "--yes").exit_code == 0
        assert shop.applied() == {PROVIDER}

    def test_with_strict_the_question_says_so(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, plan_json=NOT_DETERMINED)
        ran = cli.run("apply", PROVIDER, "--strict", answers="n\n", terminal=True)
        assert f"The review says: not determined. Apply {PROVIDER} anyway? [y/N]" in ran.stderr
        assert shop.applied() == set()

    def test_with_strict_yes_alone_refuses_it(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, plan_json=NOT_DETERMINED)
        ran = cli.run("apply", PROVIDER, "--strict", "--yes")
        assert ran.exit_code == 1
        assert (
            "not applied: the plans do not show whether all paths are open, and --strict is given; "
            "to apply anyway, add --despite-findings" in ran.stderr
        )
        assert shop.applied() == set()
        assert cli.run("apply", PROVIDER, "--strict", "--yes", "--despite-findings").exit_code == 0
        assert shop.applied() == {PROVIDER}


def test_the_policy_of_a_commit_that_cannot_be_read_is_refused(shop: FakeStacks) -> None:
    ran = cli.run("apply", "--yes", "--policy-from", "nowhere")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert shop.log() == []


def test_a_failure_in_the_middle_says_what_is_done_and_how_to_go_on(shop: FakeStacks) -> None:
    shop.tell(A, changes=5, fail_after=2)
    shop.tell(B, resource_seconds=0.3)
    out = ["--out", str(shop.out)]
    ran = cli.run("apply", "--yes", *out)
    assert ran.exit_code == 1
    assert f"{A} failed: `terraform apply" in ran.stderr
    assert "error: no more room" in ran.stderr
    assert ran.stderr.endswith(
        f"applied: {PROVIDER}, {B}\nnot applied: {A}, {ACCEPTANCE}\n"
        f"to continue: privatelink apply --out {shop.out}\n"
    )
    shop.tell(A)
    assert cli.run("apply", "--yes", *out).exit_code == 0
    assert shop.applied() == set(SHOP)


def test_what_depends_on_stacks_that_are_not_applied_is_refused(shop: FakeStacks) -> None:
    ran = cli.run("apply", A, "--yes")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.rstrip().endswith(f"privatelink apply {PROVIDER} {A}")
    assert shop.log("apply-begin") == []


def test_the_command_that_accepts_pending_connections_is_printed(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, outputs={"id": "x", "service_name": NAME})
    path = shop.folder(PROVIDER) / "cdk.tf.json"
    configuration = json.loads(path.read_text())
    configuration["provider"]["aws"][0]["profile"] = "owner"
    path.write_text(json.dumps(configuration))
    for name in (A, B):
        outputs = {
            "id": "x",
            "endpoint_state": "pendingAcceptance",
            "connection_to_accept": {"service_name": NAME, "endpoint_id": f"vpce-{name}"},
        }
        shop.tell(name, outputs=outputs)
    ran = cli.run("apply", PROVIDER, A, B, "--yes")
    assert ran.exit_code == 0
    assert f"{A}: vpce-{A} is pendingAcceptance\n" in ran.stderr
    assert ran.stderr.endswith(
        "to accept, as the service provider:\n"
        f"  privatelink connections {NAME} --accept vpce-{A} --accept vpce-{B} --profile owner\n"
    )
