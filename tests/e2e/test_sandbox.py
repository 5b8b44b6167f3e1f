"""Real Terraform and the real AWS provider: apply, no drift, change in place, destroy, nothing left."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.mirror import find_mirror
from privatelink.terraform.plan import Summary
from privatelink.terraform.root import TerraformRoot
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on the PATH"),
    pytest.mark.skipif(find_mirror() is None, reason="no filesystem mirror of the AWS provider"),
]

DATA = PROJECT / "tests/data/sandbox"
DEFAULT_ACCOUNT = "123456789012"

Root = Callable[..., TerraformRoot]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own: what is left in it is the test's."""
    with attached_sandbox() as running:
        yield running


@pytest.fixture
def root(sandbox: Sandbox, tmp_path: Path) -> Root:
    """A copy of one of the Terraform directories, with nothing but variables pointing at the sandbox."""

    def make(name: str, **variables: str) -> TerraformRoot:
        directory = tmp_path / name
        shutil.copytree(DATA / name, directory)
        environment = terraform_environment(tmp_path, sandbox.client_environment)
        environment |= {f"TF_VAR_{key}": value for key, value in variables.items()}
        made = TerraformRoot(directory, environment)
        made.init()
        return made

    return make


def assert_no_changes(root: TerraformRoot) -> None:
    assert root.plan().clean


def test_a_private_dns_name_and_changes_in_place(sandbox: Sandbox, root: Root) -> None:
    account = Account(sandbox, DEFAULT_ACCOUNT)
    network = account.vpc("10.61.0.0/16", zones="abc")
    balancer_arn = network.load_balancer("private-dns")["LoadBalancerArn"]
    before = left(account)
    made = root("private_dns", load_balancer_arn=balancer_arn)
    made.apply()
    made.apply_refresh_only()  # the private name appears after the endpoint was stored
    assert made.outputs()["names"][-1] == "api.terraform.example"
    assert_no_changes(made)

    made.environment["TF_VAR_changed"] = "true"
    plan = made.plan()
    assert plan.summary == Summary(change=plan.summary.change)
    made.apply(plan)
    made.apply_refresh_only()  # the provider stores the network interfaces from before the change
    assert len(made.outputs()["names"]) == 5
    assert_no_changes(made)

    made.destroy()
    assert sorted(left(account)) == sorted(before)
