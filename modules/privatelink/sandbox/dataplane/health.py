"""Health checks: each load balancer node checks each of its targets from its own address.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html

Intervals are shorter than configured: see `pace`. A target is healthy within 2 s.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from privatelink.sandbox.dataplane.families import IPV4, IPV6, address_in
from privatelink.sandbox.dataplane.namespaces import Namespace
from privatelink.sandbox.dataplane.pace import SPEED
from privatelink.sandbox.dataplane.proxy_protocol import local_header
from privatelink.sandbox.dataplane.world import HealthCheck, Target, World

SHORTEST_INTERVAL = 0.2
LONGEST_TIMEOUT = 1.0
"""In seconds: on one machine, a longer wait for a response is in vain."""

Key = tuple[str, str, str]
"""Node, target group, target."""


@dataclass
class _Check:
    node_address: str
    namespace: Namespace
    target: Target
    task: asyncio.Task[None] | None = None
    good: int = 0
    bad: int = 0
    healthy: bool | None = None


@dataclass
class HealthChecks:
    """Runs the checks; `changed` is called in the loop's thread when the health of a target changes."""

    loop: asyncio.AbstractEventLoop
    changed: Callable[[], None]
    _checks: dict[Key, _Check] = field(default_factory=dict)

    def states(self) -> dict[Key, bool]:
        """Return the known states of targets."""
        return {key: check.healthy for key, check in list(self._checks.items()) if check.healthy is not None}

    def update(self, world: World, namespaces: Mapping[str, Namespace]) -> None:
        """Start and stop checks for a new desired state; call it in the loop's thread."""
        wanted = dict(wanted_checks(world, namespaces))
        forgotten = False
        for key in list(self._checks):
            check, other = self._checks[key], wanted.get(key)
            same = other and (other.target, other.node_address) == (check.target, check.node_address)
            if not same or (other and other.namespace is not check.namespace):
                del self._checks[key]
                forgotten = forgotten or check.healthy is not None
                if check.task:
                    check.task.cancel()
        if forgotten:
            # A target that is registered again starts without a state.
            self.changed()
        for key, check in wanted.items():
            if key not in self._checks:
                self._checks[key] = check
                check.task = self.loop.create_task(self._run(check))

    async def _run(self, check: _Check) -> None:
        settings = check.target.check
        while True:
            if await passes(check):
                check.good, check.bad = check.good + 1, 0
                if check.healthy is not True and check.good >= settings.healthy_threshold:
                    self._set(check, healthy=True)
            else:
                check.good, check.bad = 0, check.bad + 1
                if check.healthy is not False and check.bad >= settings.unhealthy_threshold:
                    self._set(check, healthy=False)
            await asyncio.sleep(max(settings.interval / SPEED, SHORTEST_INTERVAL))

    def _set(self, check: _Check, *, healthy: bool) -> None:
        check.healthy = healthy
        self.changed()


def wanted_checks(world: World, namespaces: Mapping[str, Namespace]) -> Iterator[tuple[Key, _Check]]:
    """Yield the checks of a desired state."""
    for node in world.nodes:
        if node.interface.vpc_id in namespaces:
            for listener in node.listeners:
                for target in node.candidates(listener):
                    own = address_in(node.interface, IPV6 if target.address in IPV6 else IPV4)
                    if own:
                        yield (
                            (node.id, target.group_arn, target.id),
                            _Check(own, namespaces[node.interface.vpc_id], target),
                        )


async def passes(check: _Check) -> bool:
    """Run one check; return whether it passes."""
    with check.namespace.entered():
        kind = socket.AF_INET6 if check.target.address in IPV6 else socket.AF_INET
        probe = socket.socket(kind, socket.SOCK_STREAM)
    try:
        probe.setblocking(False)
        probe.bind((check.node_address, 0))
        async with asyncio.timeout(min(check.target.check.timeout, LONGEST_TIMEOUT)):
            loop = asyncio.get_running_loop()
            await loop.sock_connect(probe, (check.target.address, check.target.check_port))
            if check.target.proxy_protocol:
                await loop.sock_sendall(probe, local_header())
            if check.target.check.protocol == "TCP":
                return True
            return await _http(probe, check)
    except (OSError, TimeoutError, ssl.SSLError, ValueError):
        return False
    finally:
        with contextlib.suppress(OSError):
            probe.close()


async def _http(probe: socket.socket, check: _Check) -> bool:
    settings = check.target.check
    secure = None
    if settings.protocol == "HTTPS":
        # The load balancer does not validate certificates of targets:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
        secure = ssl.create_default_context()
        secure.check_hostname, secure.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(
        sock=probe, ssl=secure, server_hostname="" if secure else None
    )
    try:
        family = IPV6 if check.target.address in IPV6 else IPV4
        host = family.place(check.target.address, check.target.check_port)
        headers = (f"Host: {host}", "Connection: close", "User-Agent: ELB-HealthChecker/2.0")
        writer.write("\r\n".join([f"GET {settings.path} HTTP/1.1", *headers, "", ""]).encode())
        await writer.drain()
        status = (await reader.readline()).split(b" ")
        return len(status) > 1 and status[1].isdigit() and matches(settings, int(status[1]))
    finally:
        writer.close()


def matches(settings: HealthCheck, code: int) -> bool:
    """Return whether a status code matches the codes of a check, such as `200`, `200,202` or `200-399`."""
    for part in settings.codes.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= code <= int(last or first):
            return True
    return False
