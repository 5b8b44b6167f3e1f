"""The examples that the walkthrough does not show: real init, apply, packets, plan, growth, destroy."""

import contextlib
import copy
import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from privatelink.demo.synthesis import synthesize
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import Stack, read_stacks
from privatelink.verify.consumer import control_plane, verify_consumer
from privatelink.verify.verification import provider_of
from tests.support.examples import APPLIED
from tests.support.examples import PRIVATE_DNS as EXAMPLE
from tests.support.existing import arranged
from tests.support.generated import committed
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left
from tests.support.synth import TOPOLOGIES

pytestmark = pytest.mark.terraform

HEALTHY_SECONDS = 180.0
# With packets, and a probe in every consumer's VPC from which the path is verified.
SEEN_FROM_INSIDE = {"auto-scaling", "cross-region", "hosted-zone", "services", "zonal-names"}


def sandbox_for(example: Path, shared: Sandbox) -> contextlib.AbstractContextManager[Sandbox]:
    """The shared sandbox, or where packets are looked at one of the example's own."""
    if example.stem in SEEN_FROM_INSIDE:
        return attached_sandbox(data_plane=None)
    return contextlib.nullcontext(shared)


def stacks_of(example: Path) -> int:
    return len(json.loads(committed(example).read_text()))


@pytest.mark.parametrize(
    "example",
    # The longest first, so that no worker is left with one at the end.
    sorted((path for path in TOPOLOGIES if path not in [*APPLIED, EXAMPLE]), key=stacks_of, reverse=True),
    ids=lambda path: path.stem,
)
def test_example_applies_changes_nothing_when_planned_again_and_destroys(
    example: Path, sandbox: Sandbox, tmp_path: Path
):
    with sandbox_for(example, sandbox) as own:
        text, account = arranged(example, own)
        existed = sorted(left(account))
        used = tmp_path / example.name
        used.write_text(with_probes(text) if example.stem in SEEN_FROM_INSIDE else text)
        synthesize(used, tmp_path / "cdktf.out")
        environment = terraform_environment(tmp_path, own.client_environment)
        stacks = read_stacks(tmp_path / "cdktf.out", environment)

        for stack in stacks:
            stack.root.init()
            stack.root.apply()
        unseen = example.stem in SEEN_FROM_INSIDE and own.data_plane_missing
        if example.stem in SEEN_FROM_INSIDE and not unseen:
            every_path_holds(stacks)
        if example.stem == "endpoints-only":
            (consumer,) = stacks
            assert {check.outcome for check in control_plane(consumer, None)} == {"holds", "not checked"}
        for stack in stacks:
            plan = stack.root.plan()
            assert plan.clean, (stack.name, plan.changes)
        if example.stem in GROWN:
            growing_replaces_nothing(used, tmp_path, stacks)
        if example.stem == "production":
            data_is_encrypted_with_keys_that_rotate(stacks)
            deletion_protection_is_removed(used, tmp_path, stacks)
        for stack in reversed(stacks):
            stack.root.destroy()

        assert sorted(left(account)) == existed
    if unseen:
        pytest.skip(f"all but the packets: {unseen}")


def data_is_encrypted_with_keys_that_rotate(stacks: Sequence[Stack]) -> None:
    """Each stack's own key, in what it encrypts."""
    for stack in stacks:
        (key,) = stack.resources("aws_kms_key")
        assert key["enable_key_rotation"]
        used = [
            *(group["kms_key_id"] for group in stack.resources("aws_cloudwatch_log_group")),
            *(topic["kms_master_key_id"] for topic in stack.resources("aws_sns_topic")),
            *(instance["root_block_device"][0]["kms_key_id"] for instance in stack.resources("aws_instance")),
        ]
        assert len(used) > 1
        assert set(used) == {key["arn"]}


def deletion_protection_is_removed(used: Path, tmp_path: Path, stacks: Sequence[Stack]) -> None:
    """AWS refuses to delete the load balancer until an apply has removed its protection."""
    (provider,) = (stack for stack in stacks if stack.side == "provider")
    topology = yaml.safe_load(used.read_text())
    topology["service"]["load_balancer"]["deletion_protection"] = False
    used.write_text(yaml.safe_dump(topology, sort_keys=False))
    synthesize(used, tmp_path / "cdktf.out")
    plan = provider.root.plan()
    assert [change["address"] for change in plan.changes] == ["aws_lb.load-balancer"]
    provider.root.apply(plan)


def with_probes(text: str) -> str:
    topology = yaml.safe_load(text)
    for consumer in topology["consumers"].values():
        consumer.setdefault("probe", True)
    return yaml.safe_dump(topology, sort_keys=False)


def every_path_holds(stacks: Sequence[Stack]) -> None:
    """What the consumers' probes see, of all that is there."""
    providers = [stack for stack in stacks if stack.side == "provider"]
    for consumer in (stack for stack in stacks if stack.side == "consumer"):
        provider = provider_of(consumer, providers)
        wait_for_targets(consumer, provider)
        checks = verify_consumer(consumer, provider)

        assert [check for check in checks if check.outcome == "fails"] == []
        assert {"W10", "W11", "W12"} <= {check.step for check in checks if check.outcome == "holds"}
        asked = [check.id for check in checks if check.step == "W11"]
        for record in consumer.resources("aws_route53_record"):
            name = record["name"].replace("*", "verify")  # a name that the wildcard covers
            assert any(name in id_ for id_ in asked), (name, asked)


def wait_for_targets(consumer: Stack, provider: Stack | None) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while time.monotonic() < deadline:
        if all(check.outcome == "holds" for check in control_plane(consumer, provider)):
            return
        time.sleep(0.5)


def growing_replaces_nothing(used: Path, tmp_path: Path, stacks: Sequence[Stack]) -> None:
    """Real plans of the lists grown, each at its start: nothing that is there is replaced or removed."""
    topology = yaml.safe_load(used.read_text())
    GROWN[used.stem](topology)
    grown = tmp_path / "grown.yaml"
    grown.write_text(yaml.safe_dump(topology, sort_keys=False))
    applied = {stack.name: (stack.root.directory / "cdk.tf.json").read_bytes() for stack in stacks}
    synthesize(grown, tmp_path / "cdktf.out")
    summaries = {stack.name: stack.root.plan().summary for stack in stacks}
    assert not any(summary.destroy for summary in summaries.values()), summaries  # nor replaced
    assert any(summary.add for summary in summaries.values()), summaries
    for stack in stacks:
        (stack.root.directory / "cdk.tf.json").write_bytes(applied[stack.name])


def first(mapping, key, value):
    """Put a key first into a mapping, in place."""
    before = dict(mapping)
    mapping.clear()
    mapping.update({key: value} | before)


def another_listener(topology):
    topology["service"]["listeners"].insert(0, {"port": 22})


def another_target(topology):
    first(topology["service"]["targets"]["addresses"], "another", "10.10.0.77")
    topology["service"]["listeners"].insert(0, {"port": 22})


def another_load_balancer(topology):
    first(topology["service"]["load_balancers"], "another", {})


def another_endpoint(topology):
    client = topology["consumers"]["client"]
    first(client["endpoints"], "logs", {"service_name": "com.amazonaws.ap-northeast-2.logs"})
    client["endpoint"]["allow_from"].insert(0, "10.29.0.0/16")
    client["endpoints"]["s3"]["allow_from"] = ["10.28.0.0/16", "10.20.0.0/16"]


def another_name(topology):
    client = topology["consumers"]["client"]
    client["endpoint"]["names"].insert(0, "a.shop.internal")
    first(client["hosted_zone"]["shared_with"], "another", {"vpc_id": "vpc-0a1b2c3d4e5f60099"})


def another_client(topology):
    topology["consumers"]["client"]["endpoint"]["allow_from"].insert(0, "10.2.64.0/20")
    topology["service"]["allowed_principals"] = ["arn:aws:iam::111122223333:root"]


def another_service(topology):
    first(topology["services"], "another", copy.deepcopy(topology["services"]["stock"]))
    topology["services"]["another"] |= {"acceptance": "manual"}
    topology["services"]["stock"]["listeners"].insert(0, {"port": 22})


def another_zone(topology):
    topology["service"]["network"]["zones"].insert(0, "ap-northeast-2b")


def another_region(topology):
    topology["service"]["supported_regions"].insert(0, "eu-west-1")
    topology["service"]["allowed_principals"] = ["arn:aws:iam::111122223333:root"]


GROWN = {
    "addresses": another_target,
    "auto-scaling": another_zone,
    "cross-region": another_region,
    "dualstack": another_zone,
    "endpoints": another_endpoint,
    "existing-network": another_client,
    "hosted-zone": another_name,
    "listeners": another_listener,
    "services": another_service,
    "two-load-balancers": another_load_balancer,
}
