"""Both sides of a topology in a sandbox, ready to use: applied, connections accepted, targets healthy."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from privatelink.connections import endpoint_connections as connections
from privatelink.demo.synthesis import synthesize
from privatelink.facts import AVAILABLE, PENDING_ACCEPTANCE
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

    def wait_for_targets(self) -> None:
        """Wait until no target is in the state `initial`."""
        self._wait(lambda check: "initial" not in check.observed)

    def wait_until_healthy(self) -> None:
        """Wait until all targets are healthy."""
        self._wait(lambda check: check.outcome == "holds")

    def _wait(self, done: Callable[[Check], bool]) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while time.monotonic() < deadline:
            checks = control_plane(self.consumer, self.provider)
            if all(done(check) for check in checks if check.hop == "backend"):
                return
            time.sleep(0.5)


def apply(topology: Path, work_dir: Path, sandbox: Sandbox, tell: Callable[[str], None] = print) -> Scene:
    """Apply a topology with one service and one consumer, or its changes, and accept the connection."""
    out = work_dir / "cdktf.out"
    synthesize(topology, out)
    stacks = read_stacks(out, terraform_environment(work_dir, sandbox.client_environment))
    for stack in stacks:
        tell(f"{stack.name}: terraform apply ...")
        if not (stack.root.directory / ".terraform").is_dir():
            stack.root.init()
        tell(f"{stack.name}: {stack.root.apply().summary}")
    (provider,) = (stack for stack in stacks if stack.side == "provider")
    (consumer,) = (stack for stack in stacks if stack.side == "consumer")
    scene = Scene(provider, consumer)
    found = connections.list_connections(provider.ec2, scene.service_id)
    if pending := [item.endpoint_id for item in found if item.state == PENDING_ACCEPTANCE]:
        connections.accept(provider.ec2, scene.service_id, pending)
        connections.wait(provider.ec2, scene.service_id, dict.fromkeys(pending, AVAILABLE))
        tell(f"{', '.join(pending)} accepted")
    scene.wait_for_targets()
    return scene
