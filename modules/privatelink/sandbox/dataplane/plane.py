"""The process that owns all namespaces; `control` runs this module with a file descriptor.

It is the first process of its PID namespace: when it ends, the kernel ends all other processes in it, and
deletes links, rules and mounts. It ends when the other end of its socket is closed.
"""

import asyncio
import os
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection

from privatelink.sandbox.dataplane.authority import Authority
from privatelink.sandbox.dataplane.availability import nft_environment
from privatelink.sandbox.dataplane.connections import Ending, end, endings, registered
from privatelink.sandbox.dataplane.health import HealthChecks
from privatelink.sandbox.dataplane.machines import Machine, provide_python
from privatelink.sandbox.dataplane.messages import Applied, Apply, HealthChanged, Ran, Run
from privatelink.sandbox.dataplane.network import OUTSIDE_DNS, Network
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.relays import HTTPS_PORT, Relays
from privatelink.sandbox.dataplane.resolver import Resolver, View
from privatelink.sandbox.dataplane.ruleset import Health, resolver_addresses, usable_targets
from privatelink.sandbox.dataplane.world import Instance, Node, World
from privatelink.sandbox.outside import ADDRESS as OUTSIDE

OUTSIDE_ID = "outside"
MACHINE_SECONDS = 5.0
"""How long a command waits for its machine to start."""
RUNNERS = 64
REACH_SECONDS = 1.0
"""How long a machine waits for a connection to a service of AWS."""


class Plane:
    """Owns the network, the machines, the resolvers and the health checks."""

    def __init__(self, connection: Connection, api: socket.socket) -> None:
        self._connection = connection
        self._authority = Authority()
        self._sending = threading.Lock()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._refresh_waits = threading.Event()
        self._network: Network
        self._world = World()
        self._machines: dict[str, tuple[Instance | None, Machine]] = {}
        self._resolvers: dict[str, Resolver] = {}
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._health = HealthChecks(self._loop, self._health_changed)
        self._relays = Relays(self._loop, self._health.states, api, self._authority)
        self._starters = ThreadPoolExecutor(8)
        self._runners = ThreadPoolExecutor(RUNNERS)

    def serve(self) -> None:
        """Handle messages until the other end is closed."""
        self._work.put(self._start)
        threading.Thread(target=self._worker, daemon=True).start()
        while True:
            try:
                message = self._connection.recv()
            except (EOFError, OSError):
                os._exit(0)
            if isinstance(message, Apply):
                self._work.put(lambda message=message: self._apply(message))  # type: ignore[misc]
            elif isinstance(message, Run):
                self._runners.submit(self._run, message)

    def _send(self, message: Applied | Ran | HealthChanged) -> None:
        with self._sending:
            try:
                self._connection.send(message)
            except OSError:
                os._exit(0)

    def _worker(self) -> None:
        """Run the only thread that changes the network."""
        while True:
            work = self._work.get()
            try:
                work()
            except Exception:
                traceback.print_exc()

    def _start(self) -> None:
        # Created in the thread that uses it: pyroute2 opens sockets per thread, in the thread's namespace.
        nft = nft_environment()
        if nft is None:
            raise RuntimeError("nft is missing")
        binary, variables = nft
        self._network = Network(binary, os.environ | dict(variables))
        self._resolve("", [OUTSIDE_DNS])
        machine = Machine(self._network.outside, hostname="outside", nameserver=OUTSIDE_DNS, address=OUTSIDE)
        self._machines[OUTSIDE_ID] = (None, machine)

    def _apply(self, message: Apply) -> None:
        world = message.world
        error = None
        try:
            self._stop_machines(world)
            before, fabric = self._world, dict(self._network.fabric_addresses)
            self._network.apply(world, self._health.states())
            self._world = world
            for ending in endings(before, world, fabric):
                work = partial(self._work.put, partial(self._end, ending))
                self._loop.call_soon_threadsafe(partial(self._loop.call_later, ending.seconds, work))
            self._update_resolvers()
            known = self._health.states()
            self._in_loop(self._update_checks)
            if self._health.states() != known:
                # Before Applied: who waits for the change must not read the states of checks that it ended.
                self._send(HealthChanged(self._health.states()))
            self._update_relays()
            self._start_machines(world)
        except Exception:
            error = traceback.format_exc()
        self._send(Applied(message.number, error))

    def _end(self, ending: Ending) -> None:
        """End connections, unless their target is registered again."""
        nodes = [node for node in self._world.nodes if node.interface.address in ending.addresses]
        if any((ending.port, ending.target) in registered(node) for node in nodes):
            return
        if router := self._network.routers.get(ending.vpc_id):
            end(router.namespace, ending)
        self._in_loop(partial(self._relays.end, ending))

    def _in_loop(self, call: Callable[[], None]) -> None:
        """Run a function in the loop's thread, and wait for it."""
        done = threading.Event()

        def wrapped() -> None:
            try:
                call()
            finally:
                done.set()

        self._loop.call_soon_threadsafe(wrapped)
        done.wait()

    def _update_checks(self) -> None:
        namespaces = {vpc_id: router.namespace for vpc_id, router in self._network.routers.items()}
        self._health.update(self._world, namespaces)

    def _update_relays(self) -> None:
        namespaces = {vpc_id: router.namespace for vpc_id, router in self._network.routers.items()}
        namespaces[""] = self._network.internet.namespace
        updated = self._relays.update(
            self._world, namespaces, self._network.fabric_addresses, self._network.relay_marks(self._world)
        )
        asyncio.run_coroutine_threadsafe(updated, self._loop).result()

    def _health_changed(self) -> None:
        """Called in the loop's thread."""
        if not self._refresh_waits.is_set():
            self._refresh_waits.set()
            self._work.put(self._refresh)

    def _refresh(self) -> None:
        self._refresh_waits.clear()
        states = self._health.states()
        try:
            self._network.refresh(self._world, states)
        finally:
            self._send(HealthChanged(states))

    def _stop_machines(self, world: World) -> None:
        wanted = {instance.id: instance for instance in world.instances}
        for machine_id, (instance, machine) in list(self._machines.items()):
            other = wanted.get(machine_id)
            if instance and (other is None or _identity(other) != _identity(instance)):
                del self._machines[machine_id]
                machine.stop()

    def _start_machines(self, world: World) -> None:
        vpcs = {vpc.id: vpc for vpc in world.vpcs}

        def start(instance: Instance) -> None:
            _, namespace = self._network.ports[instance.interface.id]
            machine = Machine(
                namespace,
                hostname=instance.hostname,
                nameserver=resolver_addresses(vpcs[instance.interface.vpc_id])[0],
                address=instance.interface.address,
            )
            machine.boot(self._authority.trust_script() + provide_python() + instance.boot_script)
            self._machines[instance.id] = (instance, machine)

        new = [instance for instance in world.instances if instance.id not in self._machines]
        list(self._starters.map(start, new))

    def _update_resolvers(self) -> None:
        vpcs = {vpc.id: vpc for vpc in self._world.vpcs}
        for vpc_id in list(self._resolvers):
            if vpc_id and vpc_id not in vpcs:
                self._in_loop(self._resolvers.pop(vpc_id).close)
        for vpc_id, vpc in vpcs.items():
            if vpc_id not in self._resolvers:
                self._resolve(vpc_id, resolver_addresses(vpc))
            self._resolvers[vpc_id].view = View.of(
                self._world.public_records, vpc.private_zones, self._node_is_up
            )
        self._resolvers[""].view = View.of(self._world.public_records, (), self._node_is_up)

    def _resolve(self, vpc_id: str, addresses: list[str]) -> None:
        routers = self._network.routers
        namespace = routers[vpc_id].namespace if vpc_id else self._network.internet.namespace
        resolver = Resolver(View.of((), (), self._node_is_up))
        asyncio.run_coroutine_threadsafe(resolver.listen(namespace, addresses), self._loop).result()
        self._resolvers[vpc_id] = resolver

    def _node_is_up(self, node_id: str) -> bool:
        node = next((node for node in self._world.nodes if node.id == node_id), None)
        return node is not None and has_targets(node, self._health.states())

    def _run(self, message: Run) -> None:
        deadline = time.monotonic() + MACHINE_SECONDS
        while message.machine_id not in self._machines and time.monotonic() < deadline:
            time.sleep(0.05)
        try:
            instance, machine = self._machines[message.machine_id]
            if instance and not all(self._reaches(instance, machine, name) for name in message.needs):
                raise KeyError(message.needs)
            outcome: Outcome | None = machine.run(message.command, message.seconds, message.text)
        except KeyError:
            outcome = None
        except Exception:
            outcome = Outcome(-1, "", traceback.format_exc())
        self._send(Ran(message.number, outcome))

    def _reaches(self, instance: Instance, machine: Machine, name: str) -> bool:
        """Return whether a machine can connect to a service of AWS, as an agent on it would."""
        vpc_id = instance.interface.vpc_id
        vpc = next((vpc for vpc in self._world.vpcs if vpc.id == vpc_id), None)
        if vpc is None or not vpc.dns_support or vpc_id not in self._resolvers:
            return False
        answers, _ = self._resolvers[vpc_id].view.lookup(name, "A")
        for _, _, address in answers:
            with machine.namespace.entered():
                sock = socket.socket()
            with sock:
                sock.settimeout(REACH_SECONDS)
                if sock.connect_ex((address, HTTPS_PORT)) == 0:
                    return True
        return False


def has_targets(node: Node, health: Health) -> bool:
    """Return whether all listeners of a node have usable targets."""
    return all(usable_targets(node, listener, health) for listener in node.listeners)


def _identity(instance: Instance) -> tuple[object, ...]:
    """The attributes that change only with a new boot."""
    return instance.interface.id, instance.interface.address, instance.launch


if __name__ == "__main__":
    Plane(Connection(int(sys.argv[1])), socket.socket(fileno=int(sys.argv[2]))).serve()
