"""Changes that need several applies: printed with their stages, and refused by `apply`."""

import json
from typing import Any

import pytest

from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks
from tests.support.staged_plans import DELETE, NO_OP, A, C, endpoint, subnet, vpc

PROVIDER, ONE, *_ = SHOP


def plan_of(*changes: dict[str, Any]) -> dict[str, Any]:
    configuration: dict[str, Any] = {"root_module": {}}
    return {"format_version": "1.2", "resource_changes": [*changes], "configuration": configuration}


REMOVED = plan_of(
    vpc(),
    subnet(A, NO_OP, "10.20.0.0/24"),
    subnet(C, DELETE, "10.20.1.0/24"),
    endpoint("ac", "a"),
)
PRINTED = f"""
staged: subnets of {C} are deleted or replaced [subnet-in-use]
  aws_subnet.network_{C} in shop-provider
"""
STAGES = f"""
  stages, each an edit of the topology file as it was last applied, and an apply:
  1. service.endpoint.zones: [{A}]
       privatelink synth
       privatelink apply
  2. the file as it is now
       privatelink synth
       privatelink apply
"""


@pytest.fixture
def staged(shop: FakeStacks) -> FakeStacks:
    """Stacks of which the first, which can be planned, has such a change."""
    shop.tell(PROVIDER, plan_json=REMOVED)
    return shop


def test_plan_prints_the_stages(staged: FakeStacks) -> None:
    ran = cli.run("plan")
    assert ran.exit_code == 1
    assert PRINTED in ran.stdout
    assert STAGES in ran.stdout
    assert staged.log("state-begin") == [f"state-begin {PROVIDER}"]


def test_plan_has_them_in_json(staged: FakeStacks) -> None:
    ran = cli.run("plan", "--json")
    assert ran.exit_code == 1
    (found,) = json.loads(ran.stdout)["staged"]
    assert (found["stack"], found["address"]) == (PROVIDER, f"aws_subnet.network_{C}")
    assert found["stages"][0]["edits"] == [f"service.endpoint.zones: [{A}]"]


def test_apply_refuses_and_nothing_overrides_it(staged: FakeStacks) -> None:
    ran = cli.run("apply", "--yes", "--despite-findings")
    assert ran.exit_code == 1
    assert STAGES in ran.stdout
    assert "not applied: AWS cannot make this change in one apply; apply its stages instead\n" in ran.stderr
    assert "to continue" not in ran.stderr
    assert staged.applied() == set()


def test_apply_does_not_ask(staged: FakeStacks) -> None:
    ran = cli.run("apply", terminal=True)
    assert ran.exit_code == 1
    assert "Apply shop" not in ran.stderr


def test_apply_has_them_in_json(staged: FakeStacks) -> None:
    ran = cli.run("apply", "--yes", "--json")
    assert ran.exit_code == 1
    assert [found["kind"] for found in json.loads(ran.stdout)["staged"]] == ["subnet-in-use"]


def test_another_wave_is_not_applied(shop: FakeStacks) -> None:
    """The stacks before it are; it may need their outputs."""
    shop.tell(ONE, plan_json=REMOVED)
    ran = cli.run("apply", "--yes", "--despite-findings")
    assert ran.exit_code == 1
    assert shop.applied() == {PROVIDER}


def test_several_are_made_one_after_the_other(staged: FakeStacks) -> None:
    changes = REMOVED["resource_changes"]
    others = [
        {**each, "change": json.loads(json.dumps(each["change"]).replace("vpc-1", "vpc-2"))}
        for each in changes
    ]
    staged.tell(PROVIDER, plan_json=plan_of(*changes, *others))
    assert cli.run("plan").stdout.endswith("\nmake these changes one after the other\n")


def test_commands_name_the_folder(staged: FakeStacks) -> None:
    staged.out.rename("generated")
    ran = cli.run("plan", "--out", "generated")
    assert "       privatelink apply --out generated\n" in ran.stdout


def test_no_stages_without_such_a_change(shop: FakeStacks) -> None:
    assert json.loads(cli.run("plan", "--json").stdout)["staged"] == []
    assert shop.log("state-begin") == []


@pytest.fixture
def unplanned(shop: FakeStacks) -> FakeStacks:
    """Stacks of which the first cannot be planned, because the provider of a resource is gone."""
    provider = 'provider["registry.terraform.io/hashicorp/aws"].dns'
    record = {"mode": "managed", "type": "aws_route53_record", "name": "api", "provider": provider}
    shop.tell(PROVIDER, plan={"fail": "Provider configuration not present"}, state={"resources": [record]})
    return shop


def test_plan_prints_the_stages_of_a_plan_that_failed(unplanned: FakeStacks) -> None:
    ran = cli.run("plan")
    assert ran.exit_code == 1
    assert "[provider-removed]\n  aws_route53_record.api in shop-provider\n" in ran.stdout
    assert "Provider configuration not present" in ran.stderr


def test_apply_prints_the_stages_of_a_plan_that_failed(unplanned: FakeStacks) -> None:
    ran = cli.run("apply", "--yes")
    assert ran.exit_code == 1
    assert ran.stdout.count("[provider-removed]") == 1
    assert "not applied: AWS cannot make this change in one apply; apply its stages instead\n" in ran.stderr
    found = json.loads(cli.run("apply", "--yes", "--json").stdout)["staged"]
    assert [each["kind"] for each in found] == ["provider-removed"]


def test_other_failures_have_no_stages(unplanned: FakeStacks) -> None:
    unplanned.tell(PROVIDER, init={"fail": "no network"})
    assert json.loads(cli.run("plan", "--json").stdout)["staged"] == []
    assert unplanned.log("state-begin") == []
