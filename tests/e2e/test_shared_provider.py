"""Real plans with a shared provider: those of plain runs, and plain Terraform applies them."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import botocore
import pytest

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.mirror import PROVIDER, allowed_range
from privatelink.terraform.plan import Plan
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.shared_provider import LOCK_FILE, Sharing, shared_provider
from privatelink.terraform.stacks import Stack
from tests.support import cli
from tests.support.sandbox_fixtures import HomeAccount
from tests.support.warm_sandbox import warm_sandbox

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

SEOUL, VIRGINIA = "ap-northeast-2", "us-east-1"
# Of a type that the configuration no longer has.
TOPIC = {"aws_sns_topic": {"events": {"name": "events"}}}


class Stacks:
    """Small roots as the generator writes them, each in a folder of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.names: list[str] = []

    def generate(self, name: str, region: str, backend: Mapping[str, Any] = {}, **resources: Any) -> None:
        directory = self.folder / name
        directory.mkdir(parents=True, exist_ok=True)
        if name not in self.names:
            self.names.append(name)
        configuration = {
            "terraform": {
                "backend": backend or {"local": {"path": f"../{name}.tfstate"}},
                "required_providers": {"aws": {"source": PROVIDER, "version": allowed_range()}},
            },
            "provider": {"aws": [{"region": region, "default_tags": [{"tags": {"Stack": name[0]}}]}]},
            "data": {"aws_region": {"this": {}}, "aws_caller_identity": {"this": {}}},
            "resource": {"aws_vpc": {"this": {"cidr_block": "10.0.0.0/16"}}, **resources},
            "output": {
                "region": {"value": "${data.aws_region.this.name}"},
                "account": {"value": "${data.aws_caller_identity.this.account_id}"},
                "vpc": {"value": "${aws_vpc.this.id}"},
            },
        }
        (directory / "cdk.tf.json").write_text(json.dumps(configuration))

    def read(self) -> list[Stack]:
        return [Stack(name, TerraformRoot(self.folder / name, self.environment)) for name in self.names]


@pytest.fixture(scope="module")
def account() -> Iterator[HomeAccount]:
    """The account that Terraform runs in, in a sandbox without the provider that other tests keep."""
    with warm_sandbox() as sandbox:
        yield HomeAccount(sandbox, "", SEOUL)


@pytest.fixture
def stacks(account: HomeAccount, tmp_path: Path) -> Stacks:
    # A provider that is configured for a second time refuses this setting.
    bundle = {"AWS_CA_BUNDLE": str(Path(botocore.__file__).with_name("cacert.pem"))}
    environment = terraform_environment(tmp_path / "work", account.sandbox.client_environment)
    return Stacks(tmp_path / "stacks", environment | bundle)


def planned(sharing: Sharing, stack: Stack) -> Plan:
    root = stack.root.using(sharing.environment_of(stack))
    root.init()
    plan = root.plan()
    _ = plan.json
    return plan


def changes(plan: Plan) -> dict[str, Any]:
    return {key: plan.json[key] for key in ("resource_changes", "output_changes")}


def test_plans_are_those_of_plain_runs_and_plain_terraform_applies_them(
    stacks: Stacks, tmp_path: Path
) -> None:
    for name, region in (("a1", SEOUL), ("a2", SEOUL), ("b", VIRGINIA)):
        stacks.generate(name, region, aws_eip={"this": {}})
    plain = Stacks(tmp_path / "plain", stacks.environment)
    shutil.copytree(stacks.folder, plain.folder)
    plain.names = stacks.names

    with shared_provider(stacks.read(), tmp_path / "work") as sharing, ThreadPoolExecutor(4) as threads:
        assert sharing.note == ""
        plans = list(threads.map(lambda stack: planned(sharing, stack), stacks.read()))

    alone = [planned(Sharing(), stack) for stack in plain.read()]
    assert [changes(plan) for plan in plans] == [changes(plan) for plan in alone]
    assert all(len(plan.changes) == 2 for plan in plans)
    for stack, other, plan in zip(stacks.read(), plain.read(), plans, strict=True):
        lock = (stack.root.directory / LOCK_FILE).read_bytes()
        assert lock == (other.root.directory / LOCK_FILE).read_bytes()
        stack.root.apply(plan)  # in folders that have never seen a plain `terraform init` but the first
        assert stack.root.outputs()["region"] == (VIRGINIA if stack.name == "b" else SEOUL)
        stack.root.init()
        assert (stack.root.directory / LOCK_FILE).read_bytes() == lock

    # Drift is seen, and a stack without any is seen to have none.
    with shared_provider(stacks.read(), tmp_path / "work") as sharing:
        assert all(planned(sharing, stack).clean for stack in stacks.read())
        stacks.generate("a1", SEOUL)
        plan = planned(sharing, stacks.read()[0])
        assert [change["change"]["actions"] for change in plan.changes] == [["delete"]]


@pytest.mark.parametrize("place", ["file", "bucket"])
def test_a_type_that_only_the_state_has_is_planned_too(
    place: str, stacks: Stacks, account: HomeAccount, tmp_path: Path
) -> None:
    backend: dict[str, Any] = {}
    if place == "bucket":
        account.client("s3").create_bucket(
            Bucket="shared-states", CreateBucketConfiguration={"LocationConstraint": SEOUL}
        )
        backend = {"s3": {"bucket": "shared-states", "key": "a", "region": SEOUL, "use_lockfile": True}}
    stacks.generate("a", SEOUL, backend, **TOPIC)
    (stack,) = stacks.read()
    stack.root.init()
    stack.root.apply()
    stacks.generate("a", SEOUL, backend)

    with shared_provider(stacks.read(), tmp_path / "work") as sharing:
        assert sharing.note == ""
        plan = planned(sharing, stacks.read()[0])

    assert [(change["address"], change["change"]["actions"]) for change in plan.changes] == [
        ("aws_sns_topic.events", ["delete"])
    ]


def test_a_plan_that_fails_says_what_a_plain_one_does(stacks: Stacks, tmp_path: Path) -> None:
    stacks.generate("a", SEOUL, aws_no_such_type={"this": {}})
    (stack,) = stacks.read()

    said = []
    with shared_provider([stack], tmp_path / "work") as sharing:
        for each in (sharing, Sharing()):
            with pytest.raises(TerraformError) as error:
                planned(each, stack)
            said.append(str(error.value))

    assert said[0] == said[1]
    assert 'does not support resource type "aws_no_such_type"' in said[0]


def test_the_command_shares_the_provider_or_says_why_not(
    stacks: Stacks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        stacks.generate(name, SEOUL)
    manifest = {name: {"name": name, "dependencies": [], "workingDirectory": name} for name in ("a", "b")}
    (stacks.folder / "manifest.json").write_text(json.dumps({"stacks": manifest}))
    monkeypatch.chdir(tmp_path)
    for name in os.environ.keys() - stacks.environment.keys():
        monkeypatch.delenv(name)
    for name, value in stacks.environment.items():
        monkeypatch.setenv(name, value)

    shared = cli.run("plan", "--json", "--out", stacks.folder)
    (stacks.folder / "b/more.tf").touch()
    alone = cli.run("plan", "--json", "--out", stacks.folder)

    assert (shared.exit_code, alone.exit_code) == (0, 0), shared.output + alone.output
    assert "note: " not in shared.stderr
    assert "note: each stack starts its own AWS provider: " in alone.stderr
    assert "b has more.tf in addition to cdk.tf.json" in alone.stderr
    assert shared.stdout == alone.stdout
