"""State made under one framework goes on under the other: `make test-cdktn`."""

import pytest

from privatelink.demo.synthesis import synthesize
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import read_stacks
from tests.support.existing import arranged
from tests.support.project import PROJECT

pytestmark = [pytest.mark.terraform, pytest.mark.cdktn]


def test_what_one_framework_made_the_other_plans_clean_and_the_same(sandbox, tmp_path, monkeypatch):
    text, _ = arranged(PROJECT / "examples/consumer-only.yaml", sandbox)
    topology = tmp_path / "topology.yaml"
    topology.write_text(text)
    environment = terraform_environment(tmp_path, sandbox.client_environment)

    def under(framework):
        monkeypatch.setenv("PRIVATELINK_FRAMEWORK", framework)
        synthesize(topology, tmp_path / "cdktf.out")
        (stack,) = read_stacks(tmp_path / "cdktf.out", environment)
        return stack.root

    root = under("cdktf")
    root.init()
    root.apply()

    root = under("cdktn")
    assert root.plan().clean
    root.destroy()
    root.apply()

    root = under("cdktf")
    assert root.plan().clean
    root.destroy()
    assert root.state_resources() == []
