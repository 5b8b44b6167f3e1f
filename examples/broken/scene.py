"""Both sides of a topology in a sandbox, ready to use: applied, connections accepted, targets healthy."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from privatelink.connections import endpoint_connections as connections
from privatelink.demo.synthesis import synthesize
from privatelink.facts import AVAILABLE, PENDING_ACCEPTANCE
from privatelink.sandbox.client import DEFAULT_REGION
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import Stack, read_stacks
from privatelink.verify.check import Check
from privatelink.verify.consumer import control_plane, verify_consumer

HEALTHY_SECONDS = 90.0


@dataclass(frozen=True)
class Scene:
    """The provider and its consumer."""

    provider: Stack
    consumer: Stack
    sandbox: Sandbox

    @property
    def service_id(self) -> str:
        """The ID of the endpoint service."""
        return str(self.provider.outputs["service_id"])

    @property
    def endpoint_id(self) -> str:
        """The ID of the consumer's endpoint."""
        return str(self.consumer.outputs["endpoint_id"])

    def verify(self) -> list[Check]:
        """Run all checks of the consumer."""
        return verify_consumer(self.consumer, self.provider)

    def settle(self) -> None:
        """Wait until packets and health checks follow what the API says."""
        self.sandbox.settle()
        self.wait_for_targets()

    def wait_for_targets(self) -> None:
        """Wait until no target is in the state `initial`."""
        self._wait(lambda check: "initial" not in check.observed)

    def wait_until_healthy(self) -> None:
        """Wait until all targets are healthy."""
        self.sandbox.settle()
        self._wait(lambda check: check.outcome == "holds")

    def _wait(self, done: Callable[[Check], bool]) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while time.monotonic() < deadline:
            checks = control_plane(self.consumer, self.provider)
            if all(done(check) for check in checks if check.hop == "backend"):
                return
            time.sleep(0.5)


def nothing(_: object) -> None:
    """Do nothing."""


def no_names(_: Sandbox) -> Mapping[str, str]:
    """Make nothing: the topology names nothing that exists."""
    return {}


@dataclass(frozen=True)
class Setting:
    """A topology with one service and one consumer, and what others do for it.

    Arguments:
        topology: its file.
        before: makes what the topology names; returns the names, by what the file has in their place.
        after: does what other programs do once the service is there.
    """

    topology: Path
    before: Callable[[Sandbox], Mapping[str, str]] = no_names
    after: Callable[[Scene], None] = nothing


def client(sandbox: Sandbox, service: str) -> Any:  # noqa: ANN401 - of any service
    """Return a client of the sandbox, for what no stack describes."""
    key = sandbox.key
    return boto3.client(
        service,  # type: ignore[call-overload]  # its name is not known here
        endpoint_url=sandbox.url,
        region_name=DEFAULT_REGION,
        aws_access_key_id=key.id,
        aws_secret_access_key=key.secret,
    )


def apply(setting: Setting, work_dir: Path, sandbox: Sandbox, tell: Callable[[str], None] = print) -> Scene:
    """Apply a topology, or its changes, and accept the connection."""
    text = setting.topology.read_text(encoding="utf-8")
    for given, made in setting.before(sandbox).items():
        text = text.replace(given, made)
    topology, out = work_dir / setting.topology.name, work_dir / "cdktf.out"
    topology.write_text(text, encoding="utf-8")
    synthesize(topology, out)
    stacks = read_stacks(out, terraform_environment(work_dir, sandbox.client_environment))
    for stack in stacks:
        tell(f"{stack.name}: terraform apply ...")
        if not (stack.root.directory / ".terraform").is_dir():
            stack.root.init()
        tell(f"{stack.name}: {stack.root.apply().summary}")
    (provider,) = (stack for stack in stacks if stack.side == "provider")
    (consumer,) = (stack for stack in stacks if stack.side == "consumer")
    scene = Scene(provider, consumer, sandbox)
    found = connections.list_connections(provider.ec2, scene.service_id)
    if pending := [item.endpoint_id for item in found if item.state == PENDING_ACCEPTANCE]:
        connections.accept(provider.ec2, scene.service_id, pending)
        connections.wait(provider.ec2, scene.service_id, dict.fromkeys(pending, AVAILABLE))
        tell(f"{', '.join(pending)} accepted")
    setting.after(scene)
    scene.settle()
    return scene
