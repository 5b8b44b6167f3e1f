"""The plain-HCL form in the place of the JSON: the same plan, and the same state goes on."""

import pytest

from privatelink.cli.hcl import write
from privatelink.demo.synthesis import synthesize
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.stacks import read_stacks
from tests.support.existing import arranged
from tests.support.project import PROJECT

pytestmark = pytest.mark.terraform


def both_forms(example, sandbox, tmp_path):
    """The first stack of an example, whose prerequisites exist, as JSON and as HCL; both initialized."""
    text, _ = arranged(PROJECT / f"examples/{example}.yaml", sandbox)
    topology = tmp_path / "topology.yaml"
    topology.write_text(text)
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    synthesize(topology, tmp_path / "cdktf.out")
    as_json = read_stacks(tmp_path / "cdktf.out", environment)[0].root
    as_json.init()
    as_hcl = TerraformRoot(write(tmp_path / "cdktf.out", environment)[0], environment)
    as_hcl.init()
    return as_json, as_hcl


def what_it_does(plan):
    """A plan without what tells of the configuration's spelling and places, and when it was made."""
    parts = ("planned_values", "resource_changes", "output_changes", "checks")
    said = sorted((warning.summary, warning.detail) for warning in plan.warnings)
    return {part: plan.json.get(part) for part in parts} | {"warnings": said}


def assert_same_plans(one, other):
    assert one.json["resource_changes"]
    assert what_it_does(one) == what_it_does(other)


def test_plans_are_equal_and_hcl_takes_over_what_json_made(sandbox, tmp_path):
    as_json, as_hcl = both_forms("consumer-only", sandbox, tmp_path)
    plan = as_json.plan()
    assert_same_plans(plan, as_hcl.plan())

    as_json.apply(plan)

    assert as_hcl.plan().clean
    as_hcl.destroy()
    assert as_json.state_resources() == []


def test_plans_with_policies_certificates_and_two_load_balancers_are_equal(sandbox, tmp_path):
    as_json, as_hcl = both_forms("two-load-balancers", sandbox, tmp_path)

    assert_same_plans(as_json.plan(), as_hcl.plan())
