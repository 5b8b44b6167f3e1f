"""Forms beyond the walkthrough, with packets: applied by real Terraform, verified from inside the VPCs."""

import time

import pytest
import yaml

import verify.__main__ as cli
from demo.synthesis import synthesize
from runner.environment import terraform_environment
from runner.stacks import read_stacks
from sandbox.process import running_sandbox
from tests.dataplane_fixtures import needs_data_plane
from tests.synth import PROJECT
from verify.consumer import control_plane, verify_consumer

pytestmark = [pytest.mark.terraform, pytest.mark.dataplane, pytest.mark.slow, needs_data_plane]

HEALTHY_SECONDS = 60.0
FORMS = {
    "auto-scaling": ("W10", "W11", "W12"),
    "cross-region": ("W10", "W11", "W12"),
    "hosted-zone": ("W10", "W11", "W12"),
    "services": ("W10", "W11", "W12"),
}


def looked_at_from_inside(example):
    """An example as it is, but every consumer has a probe, and no VPC of someone else's is named."""
    topology = yaml.safe_load((PROJECT / "examples" / f"{example}.yaml").read_text())
    for consumer in topology["consumers"].values():
        consumer["probe"] = True
        consumer.get("hosted_zone", {}).pop("shared_with", None)
    return yaml.safe_dump(topology, sort_keys=False)


def wait_for_targets(consumer, provider):
    deadline = time.monotonic() + HEALTHY_SECONDS
    while time.monotonic() < deadline:
        if all(check.outcome == "holds" for check in control_plane(consumer, provider)):
            return
        time.sleep(0.5)


@pytest.mark.parametrize("example", FORMS)
def test_every_path_of_it_holds(example, tmp_path):
    with running_sandbox(data_plane=True) as sandbox:
        file = tmp_path / "topology.yaml"
        file.write_text(looked_at_from_inside(example))
        synthesize(file, tmp_path / "cdktf.out")
        stacks = read_stacks(
            tmp_path / "cdktf.out", terraform_environment(tmp_path, sandbox.client_environment)
        )
        for stack in stacks:
            stack.root.init()
            stack.root.apply()

        providers = [stack for stack in stacks if stack.side == "provider"]
        for consumer in (stack for stack in stacks if stack.side == "consumer"):
            provider = cli.provider_of(consumer, providers)
            wait_for_targets(consumer, provider)
            checks = verify_consumer(consumer, provider)

            assert [check for check in checks if check.outcome == "fails"] == []
            held = {check.step for check in checks if check.outcome == "holds"}
            assert set(FORMS[example]) <= held
            if example == "hosted-zone":
                texts = [check.id for check in checks if check.step == "W11"]
                assert any("orders.shop.internal" in id_ for id_ in texts)
                assert any("verify.orders.shop.internal" in id_ for id_ in texts)
