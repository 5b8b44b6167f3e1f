"""The process that owns every namespace: it makes a world that a test writes down, and changes it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from privatelink.sandbox.dataplane import plane as module
from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlane
from privatelink.sandbox.dataplane.messages import Ran, Run
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.plane import Plane, has_targets
from privatelink.sandbox.dataplane.world import Interface, World
from tests.support.dataplane_fixtures import eventually
from tests.support.small_world import ADDRESS, HEALTH_KEY, NAME, changed, small_world

SECONDS = 30.0
CLOSED = "curl: 28"


class Machines:
    """A plane's machines, and what it would send: enough for it to run a command."""

    def __init__(self, *machines: str) -> None:
        self._machines = dict.fromkeys(machines, (None, self))
        self.sent: list[Ran] = []
        self._send = self.sent.append

    def run(self, command: list[str], seconds: float, text: str) -> Outcome:
        if command == ["break"]:
            raise RuntimeError("broken")
        return Outcome(0, f"{' '.join(command)} {seconds} {text}", "")


def test_a_command_is_run_in_its_machine() -> None:
    machines = Machines("i-1")
    Plane._run(machines, Run(7, "i-1", ["cat", "x"], 5.0, "text"))  # type: ignore[arg-type]
    assert machines.sent == [Ran(7, Outcome(0, "cat x 5.0 text", ""))]


def test_a_machine_that_does_not_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MACHINE_SECONDS", 0.01)
    machines = Machines("i-1")
    Plane._run(machines, Run(7, "i-2", ["true"], 5.0))  # type: ignore[arg-type]
    assert machines.sent == [Ran(7, None)]


def test_a_command_that_cannot_be_run_is_answered_all_the_same() -> None:
    machines = Machines("i-1")
    Plane._run(machines, Run(7, "i-1", ["break"], 5.0))  # type: ignore[arg-type]
    ((number, outcome),) = [(item.number, item.outcome) for item in machines.sent]
    assert number == 7
    assert outcome
    assert outcome.code == -1
    assert "broken" in outcome.stderr


def test_a_node_has_targets_when_every_listener_has() -> None:
    (node,) = small_world().nodes
    assert has_targets(node, {HEALTH_KEY: True})
    assert not has_targets(node, {})
    (listener,) = node.listeners
    without = replace(listener, port=81, targets=())
    assert not has_targets(replace(node, listeners=(listener, without)), {HEALTH_KEY: True})


def test_only_another_address_or_another_start_is_another_boot() -> None:
    (server, _) = small_world().instances
    same = replace(
        server,
        boot_script="other",
        interface=replace(server.interface, groups=()),
    )
    assert module._identity(same) == module._identity(server)
    elsewhere = Interface("eni-other", "vpc-provider", "subnet-provider", "10.10.0.10")
    for other in (
        replace(server, launch=1),
        replace(server, interface=replace(server.interface, address="10.10.0.11")),
        replace(server, interface=elsewhere),
    ):
        assert module._identity(other) != module._identity(server)


def apply(plane: DataPlane, world: World) -> None:
    number = plane.apply(world)
    assert plane.wait_applied(number, SECONDS)
    assert plane.last_error is None


def run(plane: DataPlane, machine: str, script: str) -> str:
    outcome = plane.run(machine, ["sh", "-c", script], 10.0)
    assert outcome, f"{machine} is not there"
    return outcome.stdout.strip()


def curl(plane: DataPlane) -> str:
    """What the client gets through the endpoint."""
    return run(plane, "i-client", "curl -s -m 0.5 http://10.20.0.4/ || echo curl: $?")


def resolve(plane: DataPlane, machine: str) -> str:
    return run(plane, machine, f"getent ahostsv4 {NAME} | awk 'NR == 1 {{ print $1 }}'")


@pytest.fixture(scope="module")
def made(bare_plane: DataPlane) -> Iterator[DataPlane]:
    """The data plane with the small world in it, whose server is healthy."""
    apply(bare_plane, small_world())
    assert eventually(lambda: bare_plane.health == {HEALTH_KEY: True}, SECONDS), bare_plane.health
    yield bare_plane
    apply(bare_plane, World())


@pytest.mark.dataplane
@pytest.mark.slow
@pytest.mark.xdist_group("bare-plane")
class TestAWorld:
    """With packets. Each test leaves the small world behind."""

    def test_the_endpoint_leads_to_the_server_and_the_name_to_the_load_balancer(
        self, made: DataPlane
    ) -> None:
        assert eventually(lambda: curl(made) == "hello")
        assert resolve(made, OUTSIDE_ID) == resolve(made, "i-client") == ADDRESS

    def test_a_change_is_made_at_once_and_leaves_the_machines_alone(self, made: DataPlane) -> None:
        run(made, "i-client", "touch /opt/file")
        world = small_world()
        (endpoint,) = world.endpoints
        apply(made, replace(world, endpoints=(replace(endpoint, available=False),)))
        assert curl(made) == CLOSED
        apply(made, world)
        assert curl(made) == "hello"
        assert run(made, "i-client", "ls /opt/file") == "/opt/file"

    def test_what_cannot_be_made_is_told_and_the_next_world_is_made(self, made: DataPlane) -> None:
        world = small_world()
        broken = made.apply(replace(world, vpcs=(world.vpcs[0], replace(world.vpcs[1], cidrs=("x/16",)))))
        assert made.wait_applied(broken, SECONDS)
        assert made.failed(broken)
        assert made.last_error
        assert "'x' does not appear to be an IPv4 or IPv6 address" in made.last_error
        apply(made, world)
        assert curl(made) == "hello"

    def test_another_start_is_another_boot_and_the_health_follows(self, made: DataPlane) -> None:
        run(made, "i-server", "touch /opt/file")
        told: list[dict[Any, bool]] = []
        made.on_health = lambda: told.append(made.health)
        apply(made, changed(small_world(), "i-server", launch=1, boot_script="touch /opt/booted\n"))
        seen = "ls /opt/file /opt/booted 2>/dev/null"
        assert eventually(lambda: run(made, "i-server", seen) == "/opt/booted")
        # This boot serves nothing.
        assert eventually(lambda: made.health == {HEALTH_KEY: False}, SECONDS), made.health
        assert told[-1] == {HEALTH_KEY: False}
        apply(made, changed(small_world(), "i-server", launch=2))
        assert eventually(lambda: made.health == {HEALTH_KEY: True}, SECONDS), made.health

    def test_what_is_no_more_in_the_world_is_gone(self, made: DataPlane) -> None:
        apply(made, World())
        assert eventually(lambda: made.health == {})
        assert resolve(made, OUTSIDE_ID) == ""
        apply(made, small_world())
        assert eventually(lambda: made.health == {HEALTH_KEY: True}, SECONDS), made.health
        assert eventually(lambda: curl(made) == "hello")
