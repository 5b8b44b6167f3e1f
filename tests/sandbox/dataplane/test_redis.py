"""A real server and its real client through an endpoint: Redis, and what `privatelink verify` says of it."""

import shutil
from typing import Any

import pytest

from privatelink.verify.check import Check
from privatelink.verify.consumer import private_path
from tests.sandbox.dataplane.test_verify_ports import stacks
from tests.support.dataplane_fixtures import Lab
from tests.support.packets import Scene

MISSING = [program for program in ("redis-server", "redis-cli") if shutil.which(program) is None]
pytestmark = [
    pytest.mark.dataplane,
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"not installed here: {', '.join(MISSING)}; on Debian, install the package redis-server",
    ),
]
PORT = 6379
PING = {"protocol": "tcp", "send": "PING\r\n", "expect": "PONG"}


def started(*options: str) -> str:
    """User data that starts Redis for all clients, with nothing on disk."""
    common = ("--bind 0.0.0.0", "--protected-mode no", "--save ''", "--dir /tmp")
    return f"#!/bin/sh\nnohup redis-server --port {PORT} {' '.join((*common, *options))} >/tmp/log 2>&1 &\n"


def listener(scene: Scene, *options: str) -> int:
    """A listener on a port of its own, whose only target is a Redis with these options."""
    server = scene.provider.instance(scene.vpc, "a", [scene.open], script=started(*options))
    return scene.listener("TCP", scene.group("TCP", PORT, {"Id": server.id}))


def verified(scene: Scene, tests: dict[int, dict[str, Any]]) -> dict[int, list[Check]]:
    """What `verify` says of each port."""
    checks = private_path(*stacks(scene, {str(port): test for port, test in tests.items()}))
    return {port: [check for check in checks if check.id.endswith(f"-{port}")] for port in tests}


@pytest.fixture(scope="module")
def scene(provider_lab: Lab, consumer_lab: Lab) -> Scene:
    """A load balancer and an endpoint of its own: `verify` looks at every listener."""
    return Scene(provider_lab, consumer_lab)


def test_its_own_client_and_verify_reach_it(scene: Scene) -> None:
    port = listener(scene)
    client = f"redis-cli -h {scene.door} -p {port}"
    big = 300_000  # bytes, which take many packets both ways

    assert scene.client.run(f"{client} set greeting hello; {client} get greeting") == "OK\nhello"
    assert scene.client.run(
        f"head -c {big} /dev/zero | tr '\\0' x | {client} -x set big; {client} strlen big; "
        f"{client} get big | tr -d '\\n' | wc -c"
    ).split() == ["OK", str(big), str(big)]

    assert {check.outcome for check in verified(scene, {port: PING})[port]} == {"holds"}


def test_one_that_wants_a_password_answers_otherwise(scene: Scene) -> None:
    port = listener(scene, "--requirepass secret")

    assert "NOAUTH" in scene.client.run(f"redis-cli -h {scene.door} -p {port} ping 2>&1")

    failed = [check for check in verified(scene, {port: PING})[port] if check.outcome == "fails"]
    assert {check.hop for check in failed} == {"backend"}
    assert "the server responds otherwise: unexpected answer" in failed[0].cause
    assert "NOAUTH" in failed[0].cause
