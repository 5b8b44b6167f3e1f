"""A proxy between Terraform and the AWS provider, which makes many Terraform commands cheaper.

Most of the cost of a command is the start of the provider, and its schema of 2,100 types, which the provider
encodes and Terraform decodes. The proxy keeps provider processes running, and forwards only the types in the
schema that a root module uses. It forwards all other calls unchanged.

A provider process has only one configuration: it is configured once, and serves the connections with exactly
this configuration and the same environment. Another configuration (Region, role, default tags) gets another
process. Calls that need no configuration, such as validation, go to a process that is never configured.

Each root module has a Unix socket, in a directory that only its user can enter: a program that can reach a
provider can use its credentials, and a TCP port would be open to every user of the machine. gRPC cannot
distinguish the connections of a Unix socket, because their peers have no names. So each connection is relayed
to the gRPC server from a socket with a name.

Protocol: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
Reattaching a running provider: https://developer.hashicorp.com/terraform/plugin/debugging
"""

import asyncio
import contextlib
import functools
import hashlib
import itertools
import json
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

import grpc.aio  # type: ignore[import-untyped]

from privatelink.terraform.proxy_process import REATTACH_VARIABLE, Client

ATTACH = re.compile(rf"{REATTACH_VARIABLE}='(.*)'")
SERVICE = "/tfplugin5.Provider/"
PROTOCOL_VERSION = 5
# Of GetProviderSchema.Response: resources, data sources, ephemeral resources, list resources, actions.
# https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto
TYPES_BY_NAME = {2, 3, 8, 9, 11}
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
# The directory of go-plugin's socket: https://github.com/hashicorp/go-plugin/blob/main/constants.go
SOCKET_DIR_VARIABLE = "PLUGIN_UNIX_SOCKET_DIR"
MOST_IDLE = 4
"""Maximum number of configured processes without a connection; each needs about 150 MB."""
CHUNK_BYTES = 65536
LONGEST_REQUEST_BYTES = 2**28
START_SECONDS = 60.0
STATE_SECONDS = 60.0
"""Maximum time to read a state; without the state, the whole schema is forwarded."""


class Address(TypedDict):
    """The address of a plugin."""

    Network: str
    String: str


class Reattach(TypedDict):
    """A running provider, in TF_REATTACH_PROVIDERS."""

    Protocol: str
    ProtocolVersion: int
    Pid: int
    Test: bool
    Addr: Address


class ProviderStartError(Exception):
    """The provider did not start."""


class Root:
    """A root module, and what its commands share."""

    def __init__(self, client: Client, socket: Path) -> None:
        self.client = client
        self.socket = socket
        # Fixed for a process: its environment, and its folder if it may read files there.
        self.context = dict(client.environment), client.directory if client.reads_files else ""
        self.attach = ""
        self._types: asyncio.Task[set[str] | None] | None = None

    async def types(self) -> set[str] | None:
        """Return the types in the configuration and in the state; None if the state cannot be read.

        The state is read once, by the first command that asks for the schema: `init` has run before, and the
        plan has locked the state. An apply adds no types that are not in the configuration.
        """
        if self._types is None:
            self._types = asyncio.create_task(self._read_types())
        return await asyncio.shield(self._types)

    async def _read_types(self) -> set[str] | None:
        types = set(self.client.types)
        if not self.client.state_command:
            return types
        process = await asyncio.create_subprocess_exec(
            *self.client.state_command,
            cwd=self.client.directory,
            # Otherwise Terraform would verify the checksum of the installed provider.
            env={**self.client.environment, REATTACH_VARIABLE: self.attach},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), STATE_SECONDS)
            if process.returncode:
                return None
            return types | {resource["type"] for resource in json.loads(output or "{}").get("resources", [])}
        except (TimeoutError, ValueError, KeyError, TypeError, AttributeError):
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


class Provider:
    """A provider process, with one configuration or none."""

    def __init__(self, binary: Path, root: Root, socket_dir: Path, configuration: bytes | None) -> None:
        self.context = root.context
        self.configuration = configuration
        self.connections: set[Connection] = set()
        self._attach: dict[str, Reattach] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._channel: grpc.aio.Channel | None = None
        self._ended = False
        self.configured = asyncio.create_task(self._start(binary, root.client, socket_dir))
        """The provider's response to its configuration."""

    @property
    def is_usable(self) -> bool:
        """Whether the process can serve another connection."""
        if self._ended or (self._process is not None and self._process.returncode is not None):
            return False
        if not self.configured.done():
            return True
        # A response has diagnostics or is empty. After diagnostics, the next connection configures again.
        return self.configured.exception() is None and not self.configured.result()

    async def _start(self, binary: Path, client: Client, socket_dir: Path) -> bytes:
        self._process = process = await asyncio.create_subprocess_exec(
            binary,
            "-debug",
            cwd=client.directory,
            env={**client.environment, SOCKET_DIR_VARIABLE: str(socket_dir)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            self._attach = await asyncio.wait_for(_attach(process), START_SECONDS)
        except TimeoutError:
            raise ProviderStartError(f"the provider did not start within {START_SECONDS:.0f} s") from None
        (server,) = self._attach.values()
        if server["ProtocolVersion"] != PROTOCOL_VERSION:
            raise ProviderStartError(
                f"the provider uses version {server['ProtocolVersion']} of the plugin protocol, not "
                f"{PROTOCOL_VERSION}"
            )
        self._channel = grpc.aio.insecure_channel(address(server["Addr"]["String"]), UNLIMITED)
        if self.configuration is None:
            return b""
        return await self._call(SERVICE + "Configure", self.configuration)

    async def attach(self) -> dict[str, Reattach]:
        """Wait until the process has started, and return how Terraform reaches it."""
        await asyncio.shield(self.configured)
        return self._attach

    async def answer(self, method: str, request: bytes) -> bytes:
        """Wait until the process is ready, and forward a call."""
        # Shielded: if one caller stops waiting, others still wait.
        await asyncio.shield(self.configured)
        return await self._call(method, request)

    async def _call(self, method: str, request: bytes) -> bytes:
        assert self._channel is not None  # noqa: S101 - for the type checker: it was made at the start
        try:
            answer: bytes = await self._channel.unary_unary(method)(request)
        except grpc.aio.AioRpcError as error:
            # The process has died, although asyncio may not have noticed yet: start another one next time.
            self._ended |= error.code() is grpc.StatusCode.UNAVAILABLE
            raise
        return answer

    async def end(self) -> None:
        """End the process."""
        self._ended = True
        self.configured.cancel()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


class Connection:
    """A connection from Terraform: one provider block in one command."""

    def __init__(self, root: Root) -> None:
        self.root = root
        self.provider: Provider | None = None


class Proxy(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Forwards Terraform's calls to the provider process with the connection's configuration."""

    def __init__(self, binary: Path, cache_dir: Path, socket_dir: Path) -> None:
        self.binary = binary
        self.cache_dir = cache_dir
        self.socket_dir = socket_dir
        self.providers: list[Provider] = []
        self.connections: dict[str, Connection] = {}
        self._names = (f"connection-{number}" for number in itertools.count())
        self._schema_lock = asyncio.Lock()

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """Handle the provider's service; Terraform's plugin library works without the other services."""
        if not call.method.startswith(SERVICE):
            return None
        return grpc.unary_unary_rpc_method_handler(functools.partial(self._answer, call.method))

    async def _answer(self, method: str, request: bytes, call: grpc.aio.ServicerContext) -> bytes:
        connection = self.connections[call.peer().rpartition("/")[2]]
        try:
            match method.removeprefix(SERVICE):
                case "Configure":
                    return await self._configure(connection, request)
                case "GetSchema":
                    return await self._schema(connection.root, method, request)
                case "Stop" if connection.provider and len(connection.provider.connections) > 1:
                    # It would also stop the other connections' calls. Terraform waits for running calls.
                    return b""
            return await (connection.provider or self.unconfigured(connection.root)).answer(method, request)
        except grpc.aio.AioRpcError as error:
            await call.abort(error.code(), error.details() or "")
        except (OSError, ProviderStartError) as error:
            await call.abort(grpc.StatusCode.UNAVAILABLE, str(error))
        raise AssertionError("abort raises")

    async def _configure(self, connection: Connection, request: bytes) -> bytes:
        if connection.provider:
            connection.provider.connections.discard(connection)
        connection.provider = provider = self._provider(connection.root, request)
        provider.connections.add(connection)
        return await asyncio.shield(provider.configured)

    def unconfigured(self, root: Root) -> Provider:
        """Return the process for calls that need no configuration."""
        return self._provider(root, None)

    def _provider(self, root: Root, configuration: bytes | None) -> Provider:
        """Return a process with this configuration; start one if there is none."""
        for provider in self.providers:
            alike = provider.context == root.context and provider.configuration == configuration
            if alike and provider.is_usable:
                return provider
        made = Provider(self.binary, root, self.socket_dir, configuration)
        self.providers.append(made)
        return made

    async def _end_idle(self) -> None:
        idle = [one for one in self.providers if one.configuration is not None and not one.connections]
        for provider in idle[:-MOST_IDLE]:
            self.providers.remove(provider)
            await provider.end()

    async def _schema(self, root: Root, method: str, request: bytes) -> bytes:
        whole, types = await asyncio.gather(self._whole_schema(root, method, request), root.types())
        return whole if types is None else only(types, whole)

    async def _whole_schema(self, root: Root, method: str, request: bytes) -> bytes:
        """Return the schema from the cache; the provider takes 0.5 s of CPU to encode it."""
        binary = self.binary.resolve()
        found = binary.stat()
        key = hashlib.sha256(repr((str(binary), found.st_size, found.st_mtime_ns)).encode()).hexdigest()
        kept = self.cache_dir / f"provider-schema-{key[:32]}"
        async with self._schema_lock:
            with contextlib.suppress(OSError):
                return kept.read_bytes()
            schema = await self.unconfigured(root).answer(method, request)
            with contextlib.suppress(OSError):  # work without a cache if it cannot be written
                write_at_once(kept, schema)
            return schema

    async def listen(self, client: Client, number: int) -> Root:
        """Listen for the connections of a root module."""
        root = Root(client, self.socket_dir / str(number))
        await asyncio.start_unix_server(functools.partial(self._relay, root), root.socket)
        return root

    async def _relay(self, root: Root, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay a connection to the server from a socket with a name."""
        name = next(self._names)
        path = self.socket_dir / name
        named = socket.socket(socket.AF_UNIX)
        named.setblocking(False)
        named.bind(str(path))
        connection = self.connections[name] = Connection(root)
        try:
            await asyncio.get_running_loop().sock_connect(named, str(self.server))
            answers, requests = await asyncio.open_unix_connection(sock=named)
            await asyncio.gather(_pump(reader, requests), _pump(answers, writer))
        finally:
            path.unlink()
            del self.connections[name]
            if connection.provider:
                connection.provider.connections.discard(connection)
                await self._end_idle()

    @property
    def server(self) -> Path:
        """The socket of the gRPC server."""
        return self.socket_dir / "server"

    async def end(self) -> None:
        """End all processes."""
        await asyncio.gather(*(provider.end() for provider in self.providers))


async def _attach(process: asyncio.subprocess.Process) -> dict[str, Reattach]:
    """Wait until a provider has started, and return how Terraform reaches it."""
    assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    async for line in process.stdout:
        if found := ATTACH.search(line.decode()):
            attach: dict[str, Reattach] = json.loads(found[1])
            return attach
    raise ProviderStartError(f"the provider did not start (exit code {await process.wait()})")


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one side closes, then close the other one."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    writer.close()


def address(path: str | Path) -> str:
    """Return gRPC's address of a Unix socket."""
    return f"unix:{quote(str(path))}"


def write_at_once(path: Path, content: bytes) -> None:
    """Write a file in one step, because other processes may read or write it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            file.write(content)
            file.close()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink()
            raise


def only(types: set[str], schema: bytes) -> bytes:
    """Return a response to GetSchema that contains only these types."""
    kept = []
    for number, whole, content in fields(schema):
        if number in TYPES_BY_NAME:
            name = next(text for key, _, text in fields(content) if key == 1)
            if name.decode() not in types:
                continue
        kept.append(whole)
    return b"".join(kept)


def fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield number, encoding and content of each field; all fields here have a length.

    https://protobuf.dev/programming-guides/encoding/#length-types
    """
    at = 0
    while at < len(message):
        start = at
        tag, at = varint(message, at)
        assert tag & 7 == 2, f"field {tag >> 3} has no length"  # noqa: S101 - by the protocol's definition
        length, at = varint(message, at)
        yield tag >> 3, message[start : at + length], message[at : at + length]
        at += length


def varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a number and where it ends: https://protobuf.dev/programming-guides/encoding/#varints."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


async def serve() -> None:
    """Read the clients, print how Terraform reaches the provider, and serve until standard input ends.

    Standard input ends when the process that started this one ends, for any reason.
    """
    asked = asyncio.StreamReader(limit=LONGEST_REQUEST_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    request = json.loads(await asked.readline())
    with tempfile.TemporaryDirectory(prefix="privatelink-", ignore_cleanup_errors=True) as folder:
        if "," in folder:  # gRPC separates addresses by commas, even if they are encoded
            raise ProviderStartError(f'the path of the temporary folder contains a comma: "{folder}"')
        proxy = Proxy(Path(request["binary"]), Path(request["cache_dir"]), Path(folder))
        try:
            roots = [
                await proxy.listen(Client(**client), number)
                for number, client in enumerate(request["clients"])
            ]
            attach = await proxy.unconfigured(roots[0]).attach()
            for root in roots:
                here = {"Pid": os.getpid(), "Addr": {"Network": "unix", "String": str(root.socket)}}
                root.attach = json.dumps({name: {**how, **here} for name, how in attach.items()})
            server = grpc.aio.server(handlers=[proxy], options=UNLIMITED)
            server.add_insecure_port(address(proxy.server))
            await server.start()
            print(json.dumps({"folder": folder, "attach": [root.attach for root in roots]}), flush=True)
            await asked.read()
        finally:
            await proxy.end()


async def main() -> None:
    """Serve until SIGTERM or the end of standard input."""
    serving = asyncio.create_task(serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (OSError, ProviderStartError) as error:
        raise SystemExit(str(error)) from error
