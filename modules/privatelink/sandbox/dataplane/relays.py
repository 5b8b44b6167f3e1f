"""Relays: the listeners of load balancers whose connections the kernel cannot pass on by itself.

A relay ends TLS with the listener's certificates, and connects to a target: over TLS, over the other IP
version, or with a header of Proxy Protocol v2 at the start, as the target group wants it.
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html
"""

import asyncio
import contextlib
import itertools
import random
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from privatelink.sandbox.dataplane.authority import Authority
from privatelink.sandbox.dataplane.certificate_files import load
from privatelink.sandbox.dataplane.connections import Ending
from privatelink.sandbox.dataplane.families import FAMILIES, IPV4, IPV6, address_in, fabric_in
from privatelink.sandbox.dataplane.http_rules import Request, action_of, response
from privatelink.sandbox.dataplane.namespaces import Namespace
from privatelink.sandbox.dataplane.netlink import NetlinkError, NFCTAttrTuple, NFCTSocket
from privatelink.sandbox.dataplane.pace import SPEED
from privatelink.sandbox.dataplane.proxy_protocol import Address, header
from privatelink.sandbox.dataplane.ruleset import Health, usable_targets
from privatelink.sandbox.dataplane.world import (
    Application,
    Certificate,
    Endpoint,
    HttpListener,
    HttpTarget,
    Listener,
    Node,
    Target,
    Tls,
    World,
)
from privatelink.sandbox.outside import AWS_ADDRESS

CONNECT_SECONDS = 10.0
CHUNK = 1 << 16
HTTPS_PORT = 443
IPV6_TRANSPARENT = 75
"""Of Linux; the module `socket` does not have it."""
TRANSPARENT = {
    socket.AF_INET: (socket.SOL_IP, socket.IP_TRANSPARENT),
    socket.AF_INET6: (socket.IPPROTO_IPV6, IPV6_TRANSPARENT),
}
"""The socket option for the address of a client as the source, by the address family."""


@dataclass(frozen=True)
class Place:
    """Where a relay listens."""

    vpc_id: str
    address: str
    port: int
    tls: Tls | None = None
    aws: bool = False
    """Whether the sandbox's API answers, over TLS."""


@dataclass(frozen=True)
class Front:
    """A listener at a place: the node that has it, and the mark of its connections to targets."""

    node: Node
    listener: Listener
    mark: int
    over_privatelink: bool


@dataclass(frozen=True)
class HttpFront:
    """A listener of an Application Load Balancer at a place."""

    application: Application
    listener: HttpListener


@dataclass(frozen=True)
class AwsFront:
    """AWS's own services at a place."""


@dataclass
class Relays:
    """Runs the relays; use it in the thread of the loop.

    Arguments:
        loop: the event loop.
        health: returns the health of targets.
        api: the socket to which connections for the sandbox's API are sent.
        authority: the authority for AWS's names.
    """

    loop: asyncio.AbstractEventLoop
    health: Callable[[], Health]
    api: socket.socket
    authority: Authority
    _fronts: dict[Place, Front | HttpFront | AwsFront] = field(default_factory=dict)
    _connections: set["Connection"] = field(default_factory=set)
    _servers: dict[Place, asyncio.Server] = field(default_factory=dict)
    _namespaces: Mapping[str, Namespace] = field(default_factory=dict)
    _doors: Mapping[str, Endpoint] = field(default_factory=dict)
    """The endpoints, by their fabric addresses."""

    async def update(
        self,
        world: World,
        namespaces: Mapping[str, Namespace],
        fabric: Mapping[str, str],
        marks: Mapping[str, int],
    ) -> None:
        """Start and stop relays for a new desired state.

        Arguments:
            world: the desired state.
            namespaces: the namespace of each VPC's router, and of the internet under an empty ID.
            fabric: the IPv4 fabric address of each node and endpoint, by the ID of its network interface.
            marks: the mark of each node's connections, by the ID of its network interface.
        """
        self._doors = {
            fabric_in(fabric[endpoint.interface.id], family): endpoint
            for endpoint in world.endpoints
            if endpoint.interface.id in fabric
            for family in FAMILIES
        }
        wanted: dict[Place, Front | HttpFront | AwsFront] = {
            Place("", AWS_ADDRESS, HTTPS_PORT, aws=True): AwsFront(),
            **dict(wanted_aws_fronts(world)),
            **dict(wanted_fronts(world, fabric, marks)),
            **dict(wanted_http_fronts(world)),
        }
        for place in list(self._servers):
            if place not in wanted or namespaces.get(place.vpc_id) is not self._namespaces.get(place.vpc_id):
                self._servers.pop(place).close()
        self._namespaces, self._fronts = dict(namespaces), wanted
        for place in wanted:
            if place not in self._servers:
                self._servers[place] = await self._listen(place)

    async def _listen(self, place: Place) -> asyncio.Server:
        with self._namespaces[place.vpc_id].entered():
            sock = socket.socket(kind(place.address), socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((place.address, place.port))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.closing(writer), contextlib.suppress(OSError, TimeoutError):
                await self._serve(place, reader, writer)

        secure = server_context(place.tls) if place.tls else None
        if place.aws:
            secure = self.authority.context()
        return await asyncio.start_server(serve, sock=sock, ssl=secure, backlog=1024)

    async def _serve(self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        front = self._fronts.get(place)
        if isinstance(front, HttpFront):
            await self._serve_http(place, front, reader, writer)
            return
        if isinstance(front, AwsFront):
            await self._serve_aws(reader, writer)
            return
        targets = usable_targets(front.node, front.listener, self.health()) if front else ()
        if front is None or not targets:
            return
        peer: Address = writer.get_extra_info("peername")[:2]
        target = random.choice(targets)  # noqa: S311 - it spreads connections
        there, back = await self._connect(place, front, target, peer)
        connection = Connection(place, (target.address, target.port), (writer, back))
        self._connections.add(connection)
        try:
            with contextlib.closing(back):
                await connection.pass_on(reader, there, front.listener.idle_timeout / SPEED)
        finally:
            self._connections.discard(connection)

    def end(self, ending: Ending) -> None:
        """End connections to a target that is deregistered, or of a node that is deleted."""
        for connection in list(self._connections):
            if ending.includes(connection.place.address, connection.place.port, connection.target):
                connection.abort()

    async def _serve_http(
        self, place: Place, front: HttpFront, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer a request by the rules of an Application Load Balancer; each has its own connection."""
        scheme = "https" if place.tls else "http"
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request = Request.parse(head)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return
        action = action_of(front.listener, request)
        if not action.targets:
            writer.write(response(action, request, place.port, scheme))
            await writer.drain()
            return
        there, back = await self._connect_http(place, random.choice(action.targets))  # noqa: S311
        with contextlib.closing(back):
            client: str = writer.get_extra_info("peername")[0]
            back.write(request.forwarded(client, place.port, scheme))
            body = self.loop.create_task(pump(reader, back))
            try:
                await pump(there, writer)
            finally:
                body.cancel()

    async def _serve_aws(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass a request on to the sandbox's API; each has its own connection."""
        try:
            request = Request.parse(await reader.readuntil(b"\r\n\r\n"))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return
        client: str = writer.get_extra_info("peername")[0]
        here, there = socket.socketpair()
        with there:
            socket.send_fds(self.api, [client.encode()], [there.fileno()])
        answers, api = await asyncio.open_connection(sock=here)
        with contextlib.closing(api):
            # The API finds the service by the signature, and answers only requests to this host.
            api.write(request.forwarded(client, HTTPS_PORT, "https", host="127.0.0.1"))
            body = self.loop.create_task(pump(reader, api))
            try:
                await pump(answers, writer)
            finally:
                body.cancel()

    async def _connect_http(
        self, place: Place, target: HttpTarget
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect an Application Load Balancer to a target."""
        with self._namespaces[place.vpc_id].entered():
            sock = socket.socket(kind(target.address), socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            if kind(place.address) == kind(target.address):
                sock.bind((place.address, 0))
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.loop.sock_connect(sock, (target.address, target.port))
                return await asyncio.open_connection(
                    sock=sock,
                    ssl=target_context() if target.tls else None,
                    server_hostname="" if target.tls else None,
                )
        except BaseException:
            sock.close()
            raise

    async def _connect(
        self, place: Place, front: Front, target: Target, peer: Address
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a target.

        Over PrivateLink and over the other IP version, it always sees the load balancer's address:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
        """
        own = address_in(front.node.interface, IPV6 if target.address in IPV6 else IPV4)
        same_version = kind(place.address) == kind(target.address)
        with self._namespaces[place.vpc_id].entered():
            sock = socket.socket(kind(target.address), socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, front.mark)
            if front.listener.preserve_client_ip and not front.over_privatelink and same_version:
                sock.setsockopt(*TRANSPARENT[sock.family], 1)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind(peer)
            else:
                sock.bind((own, 0))
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.loop.sock_connect(sock, (target.address, target.port))
                if target.proxy_protocol:
                    client, endpoint_id = await self._client(place, peer)
                    shown = address_in(front.node.interface, IPV6 if client[0] in IPV6 else IPV4)
                    await self.loop.sock_sendall(sock, header(client, (shown, place.port), endpoint_id))
                return await asyncio.open_connection(
                    sock=sock,
                    ssl=target_context() if target.tls else None,
                    server_hostname="" if target.tls else None,
                )
        except BaseException:
            sock.close()
            raise

    async def _client(self, place: Place, peer: Address) -> tuple[Address, str]:
        """Return the address of a client, and the ID of its endpoint; empty without one."""
        endpoint = self._doors.get(peer[0])
        if endpoint is None:
            return peer, ""
        namespace = self._namespaces[endpoint.interface.vpc_id]
        client = await self.loop.run_in_executor(
            None, translated_from, namespace, peer, (place.address, place.port)
        )
        return client or peer, endpoint.endpoint_id


@dataclass(eq=False)
class Connection:
    """A connection of a client to a target.

    Arguments:
        place: where the load balancer listens.
        target: the address and port of the target.
        writers: the streams to the client and to the target.
    """

    place: Place
    target: Address
    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]

    async def pass_on(
        self, client: asyncio.StreamReader, target: asyncio.StreamReader, idle_seconds: float
    ) -> None:
        """Copy both streams until they end, or nothing arrives for a time."""
        loop = asyncio.get_running_loop()
        to_client, to_target = self.writers
        last = loop.time()

        async def watched(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal last
            async for data in chunks(reader):
                last = loop.time()
                writer.write(data)
                await writer.drain()
            finish(writer)

        async def watch() -> None:
            while (remaining := last + idle_seconds - loop.time()) > 0:
                await asyncio.sleep(remaining)
            self.abort()

        watcher = loop.create_task(watch())
        try:
            await asyncio.gather(watched(client, to_target), watched(target, to_client))
        finally:
            watcher.cancel()

    def abort(self) -> None:
        """End the connection on both sides."""
        for writer in self.writers:
            writer.transport.abort()


def wanted_fronts(
    world: World, fabric: Mapping[str, str], marks: Mapping[str, int]
) -> Iterator[tuple[Place, Front]]:
    """Yield where relays listen: at the addresses of each node, and at its fabric addresses."""
    for node in world.nodes:
        for listener, family in itertools.product(node.listeners, FAMILIES):
            own = address_in(node.interface, family)
            ends_tls = listener.tls is None or listener.tls.certificates
            if own and ends_tls and listener.relayed(family.version):
                for address, linked in ((own, False), (fabric_in(fabric[node.id], family), True)):
                    place = Place(node.interface.vpc_id, address, listener.port, listener.tls)
                    yield place, Front(node, listener, marks[node.id], linked)


def wanted_http_fronts(world: World) -> Iterator[tuple[Place, HttpFront]]:
    """Yield where Application Load Balancers listen."""
    for application, family in itertools.product(world.applications, FAMILIES):
        if own := address_in(application.interface, family):
            for listener in application.listeners:
                place = Place(application.interface.vpc_id, own, listener.port, listener.tls)
                yield place, HttpFront(application, listener)


def wanted_aws_fronts(world: World) -> Iterator[tuple[Place, AwsFront]]:
    """Yield where endpoints to AWS's own services listen."""
    for endpoint, family in itertools.product(world.endpoints, FAMILIES):
        if endpoint.aws and (own := address_in(endpoint.interface, family)):
            yield Place(endpoint.interface.vpc_id, own, HTTPS_PORT, aws=True), AwsFront()


def kind(address: str) -> socket.AddressFamily:
    """Return the address family of an address."""
    return socket.AF_INET6 if address in IPV6 else socket.AF_INET


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy a stream until its end, and then end the other one."""
    async for data in chunks(reader):
        writer.write(data)
        await writer.drain()
    finish(writer)


async def chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield the data of a stream until its end."""
    while data := await reader.read(CHUNK):
        yield data


def finish(writer: asyncio.StreamWriter) -> None:
    """End a stream."""
    if writer.can_write_eof():
        writer.write_eof()
    else:
        writer.close()  # TLS cannot be closed in one direction


def translated_from(namespace: Namespace, source: Address, destination: Address) -> Address | None:
    """Return who opened a connection whose addresses a router has translated; None if it is gone.

    Arguments:
        namespace: the namespace of the router.
        source: the source that the receiver sees.
        destination: the address of the receiver.
    """
    answers = NFCTAttrTuple(
        family=kind(source[0]),
        saddr=destination[0],
        daddr=source[0],
        proto=socket.IPPROTO_TCP,
        sport=destination[1],
        dport=source[1],
    )
    with namespace.entered(), contextlib.closing(NFCTSocket(nfgen_family=kind(source[0]))) as connections:
        try:
            entry, *_ = connections.entry("get", tuple_reply=answers)
        except NetlinkError:
            return None
    original = NFCTAttrTuple.from_netlink(kind(source[0]), entry.get_attr("CTA_TUPLE_ORIG"))
    return original.saddr, original.sport


def server_context(tls: Tls) -> ssl.SSLContext:
    """Return how a listener ends TLS: the certificate is the one for the name that the client sends (SNI)."""
    contexts = [certificate_context(tls, certificate) for certificate in tls.certificates]
    default = contexts[0]

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name:
            connection.context = next(
                (
                    context
                    for certificate, context in zip(tls.certificates, contexts, strict=True)
                    if any(is_named(pattern, name) for pattern in certificate.names)
                ),
                default,
            )

    default.sni_callback = choose
    return default


def is_named(pattern: str, name: str) -> bool:
    """Return whether a name of a certificate, which may begin with `*.`, is that of a host."""
    if pattern.startswith("*."):
        return name.partition(".")[2].lower() == pattern[2:].lower()
    return name.lower() == pattern.lower()


def certificate_context(tls: Tls, certificate: Certificate) -> ssl.SSLContext:
    """Return the context of one certificate, with the versions and ciphers of the security policy."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    versions = [ssl.TLSVersion[version.replace(".", "_")] for version in tls.versions]
    context.minimum_version, context.maximum_version = min(versions), max(versions)
    if tls.ciphers:
        # At a higher level, OpenSSL refuses versions before TLS 1.2.
        context.set_ciphers(":".join([*tls.ciphers, "@SECLEVEL=0"]))
    if tls.alpn:
        context.set_alpn_protocols(list(tls.alpn))
    load(context, certificate.chain, certificate.key)
    return context


def target_context() -> ssl.SSLContext:
    """Return how a load balancer connects to a target over TLS: it does not validate the certificate.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
