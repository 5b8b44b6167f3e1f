"""UDP and TCP_UDP listeners, with packets."""

import shlex

import pytest

from tests.support.dataplane_fixtures import Machine, eventually
from tests.support.packets import HTTP_PORT, UDP_PORT, Scene, udp_command

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]


def ask(machine: Machine, host: str, port: int, *texts: str) -> list[str]:
    return machine.run(shlex.join(udp_command(host, port, *texts))).splitlines()


@pytest.fixture(scope="module")
def port(scene: Scene) -> int:
    """A UDP listener whose targets are checked over TCP."""
    return scene.listener("UDP", scene.group("UDP", UDP_PORT, HealthCheckPort=str(HTTP_PORT)))


def test_a_target_sees_the_client(scene: Scene, port: int) -> None:
    assert ask(scene.neighbour, scene.node, port, "one", "two") == [
        f"{scene.neighbour.address} server {text}" for text in ("one", "two")
    ]


def test_through_an_endpoint_a_target_sees_the_load_balancer(scene: Scene, port: int) -> None:
    assert ask(scene.client, scene.door, port, "one") == [f"{scene.node} server one"]


def test_health_is_checked_as_configured_and_not_over_udp(scene: Scene) -> None:
    group = scene.group(
        "UDP",
        UDP_PORT,
        HealthCheckProtocol="HTTP",
        HealthCheckTimeoutSeconds=5,
        HealthCheckPort=str(HTTP_PORT),
        HealthCheckPath="/health",
    )
    port = scene.listener("UDP", group)
    assert ask(scene.neighbour, scene.node, port, "x") == [f"{scene.neighbour.address} server x"]
    # Nothing listens on TCP on the port of the datagrams.
    failing = scene.group("UDP", UDP_PORT, HealthCheckPort="traffic-port")
    scene.listener("UDP", failing, wait=False)
    scene.wait(failing, "unhealthy")


def test_tcp_and_udp_on_one_port_go_to_one_group(scene: Scene) -> None:
    group = scene.group("TCP_UDP", UDP_PORT, HealthCheckPort=str(HTTP_PORT))
    port = scene.listener("TCP_UDP", group)
    assert ask(scene.client, scene.door, port, "x") == [f"{scene.node} server x"]
    pages = scene.group("TCP_UDP", HTTP_PORT)
    port = scene.listener("TCP_UDP", pages)
    assert scene.client.curl(f"{scene.door}:{port}") == f"{scene.node} server /"
    assert eventually(lambda: scene.neighbour.curl(f"{scene.node}:{port}"))[:3] == "10."
