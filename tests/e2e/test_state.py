"""State in S3: locked while Terraform works, taken up where a killed apply left off, moved to from files."""

import contextlib
import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError
from rich.console import Console

from privatelink.demo.synthesis import NotShownError, synthesize, synthesize_shown
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import Stack, read_stacks
from tests.support.existing import arranged
from tests.support.left import left
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account, HomeAccount

pytestmark = pytest.mark.terraform

REGION = "ap-northeast-2"
EXAMPLE = PROJECT / "examples" / "s3-state.yaml"
BUCKET, BUCKET_OF_ANOTHER, STATE_ACCOUNT = "our-states", "their-states", "444444444444"
APPLY = ("apply", "-auto-approve", "-no-color", "-input=false")
MOST_SECONDS = 120.0


class Workspace:
    """A folder that topologies are generated into, with Terraform as a user has it in a shell."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.environment = terraform_environment(folder, sandbox.client_environment)

    def stacks(self, topology: dict[str, Any]) -> list[Stack]:
        path = self.folder / "topology.yaml"
        path.write_text(yaml.safe_dump(topology))
        synthesize(path, self.folder / "cdktf.out")
        return read_stacks(self.folder / "cdktf.out", self.environment)

    def start(self, stack: Stack, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["terraform", *command],
            cwd=stack.root.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, stack: Stack, *command: str) -> tuple[int, str]:
        with self.start(stack, *command) as running:
            said, _ = running.communicate()
            return running.returncode, said


@contextlib.contextmanager
def begun(workspace: Workspace, stack: Stack) -> Iterator[subprocess.Popen[str]]:
    """An apply that does not outlive the block."""
    with workspace.start(stack, *APPLY) as running:
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


def wait_for(look: Any) -> Any:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + MOST_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def make_bucket(account: Account, name: str) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def keys(account: Account) -> set[str]:
    listed = account.client("s3").list_objects_v2(Bucket=BUCKET)
    return {entry["Key"] for entry in listed.get("Contents", [])}


def tagged(account: Account, kind: str, topology: str) -> list[dict[str, Any]]:
    """The VPCs, endpoints and so on that carry the topology's tag."""
    (listed,) = (
        value
        for key, value in getattr(account.ec2, f"describe_{kind}")(
            Filters=[{"Name": "tag:Topology", "Values": [topology]}]
        ).items()
        if key != "ResponseMetadata"
    )
    return list(listed)


def test_two_at_once_and_one_that_is_killed(plain_sandbox: Sandbox, tmp_path: Path):
    account = HomeAccount(plain_sandbox, "", REGION)
    make_bucket(account, BUCKET)
    consumer = {
        "service_name": account.vpc().service()["ServiceName"],
        "network": {"cidr": "10.20.0.0/16", "zones": ["ap-northeast-2a", "ap-northeast-2c"]},
        "endpoint": {"ports": [80]},
    }
    topology = {
        "name": "locked",
        "backend": {"s3": {"bucket": BUCKET, "region": REGION, "key_prefix": "team"}},
        "consumers": {"client": consumer},
    }
    existed = sorted(left(account))
    workspace = Workspace(tmp_path, plain_sandbox)
    (stack,) = workspace.stacks(topology)
    state = "team/locked/locked-consumer-client.tfstate"
    stack.root.init()

    # Two at once: the first is held where it waits for its VPC, so that it is surely at work.
    with begun(workspace, stack) as first:
        (vpc,) = wait_for(lambda: tagged(account, "vpcs", "locked"))
        os.killpg(first.pid, signal.SIGSTOP)
        assert keys(account) == {f"{state}.tflock"}
        lock = json.loads(
            account.client("s3").get_object(Bucket=BUCKET, Key=f"{state}.tflock")["Body"].read()
        )

        code, said = workspace.run(stack, *APPLY)

        assert code == 1
        assert "Error acquiring the state lock" in said
        assert lock["ID"] in said
        assert lock["Who"] in said
        assert f"{BUCKET}/{state}" in said

    # Killed, it leaves its lock, to be opened by hand, and a VPC that it had no time to note, to be imported.
    # What docs/state.md has users ask finds it.
    found = account.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "Topology", "Values": ["locked"]}]
    )["ResourceTagMappingList"]
    assert [arn["ResourceARN"].rpartition("/")[2] for arn in found] == [vpc["VpcId"]]
    assert keys(account) == {f"{state}.tflock"}
    assert workspace.run(stack, "force-unlock", "-force", lock["ID"])[0] == 0
    assert keys(account) == set()
    code, said = workspace.run(stack, "import", "-no-color", "aws_vpc.network", vpc["VpcId"])
    assert code == 0, said

    # The next is asked to stop half-way, as by Ctrl-C or by a CI that cancels: it notes all and unlocks.
    with begun(workspace, stack) as second:
        wait_for(lambda: tagged(account, "vpc_endpoints", "locked"))
        second.send_signal(signal.SIGINT)
        said, _ = second.communicate()
    assert second.returncode == 1, said
    assert keys(account) == {state}

    # The one after it needs no hand; nothing is there twice, nor left when it is destroyed.
    stack.root.apply()

    assert stack.root.plan().clean
    assert [found["VpcId"] for found in tagged(account, "vpcs", "locked")] == [vpc["VpcId"]]
    stack.root.destroy()
    assert sorted(left(account)) == existed


def test_the_demo_says_that_it_has_no_hcp_terraform(tmp_path: Path):
    topology = yaml.safe_load(EXAMPLE.read_text()) | {"backend": {"hcp": {"organization": "acme"}}}
    path = tmp_path / "topology.yaml"
    path.write_text(yaml.safe_dump(topology))

    with pytest.raises(NotShownError, match="remove `backend` for the demo"):
        synthesize_shown(path, tmp_path, Console(file=io.StringIO()))


def test_moved_from_files_to_a_bucket_of_another_account(sandbox: Sandbox, tmp_path: Path):
    states = Account(sandbox, STATE_ACCOUNT)
    key = states.client("kms").create_key()["KeyMetadata"]["Arn"]
    text, account = arranged(EXAMPLE, sandbox)
    make_bucket(states, BUCKET_OF_ANOTHER)
    workspace = Workspace(tmp_path, sandbox)
    in_files = yaml.safe_load(text) | {"name": "moved", "backend": {"local": {"directory": "state"}}}
    provider, _ = workspace.stacks(in_files)
    provider.root.init()
    provider.root.apply()
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["terraform.moved-provider.tfstate"]
    left_behind = (tmp_path / "state" / "terraform.moved-provider.tfstate").read_text()

    # The same topology, its state elsewhere.
    role = f"arn:aws:iam::{STATE_ACCOUNT}:role/states"
    s3 = {"bucket": BUCKET_OF_ANOTHER, "region": REGION, "kms_key_id": key, "account": {"role_arn": role}}
    provider, consumer = workspace.stacks(in_files | {"backend": {"s3": s3}})
    with pytest.raises(TerraformError, match="Backend configuration changed"):
        provider.root.init()
    code, said = workspace.run(provider, "init", "-migrate-state", "-force-copy", "-no-color")

    assert code == 0, said
    assert (tmp_path / "state" / "terraform.moved-provider.tfstate").read_text() == left_behind
    assert provider.root.plan().clean
    kept = states.client("s3").head_object(Bucket=BUCKET_OF_ANOTHER, Key="moved/moved-provider.tfstate")
    assert (kept["ServerSideEncryption"], kept["SSEKMSKeyId"]) == ("aws:kms", key)
    with pytest.raises(ClientError):  # it is the role that opens the bucket
        account.client("s3").list_objects_v2(Bucket=BUCKET_OF_ANOTHER)
    # The other side reads it there.
    consumer.root.init()
    (endpoint,) = (
        change["change"]["after"]
        for change in consumer.root.plan().changes
        if change["type"] == "aws_vpc_endpoint"
    )
    assert endpoint["service_name"] == provider.outputs["service_name"]
