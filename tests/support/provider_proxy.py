"""A process before the AWS provider that makes Terraform commands cheap.

Starting the provider is 2 s of CPU in every command, and reading its schema of 1,500 types is some 3 s more.
Here the provider stays up, and of its schema only the types that are asked for are passed on; any other is an
error of Terraform's. All else that Terraform and the provider say to one another goes through as it is.

The protocol: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
A provider that runs already: https://developer.hashicorp.com/terraform/plugin/debugging
"""

import asyncio
import functools
import hashlib
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc.aio

ATTACH = re.compile(r"TF_REATTACH_PROVIDERS='(.*)'")
SERVICE = "/tfplugin5.Provider/"
# Open for as long as the connection is.
# https://github.com/hashicorp/go-plugin/blob/main/internal/plugin/grpc_stdio.proto
STANDARD_OUTPUT = "/plugin.GRPCStdio/StreamStdio"
# Of GetProviderSchema.Response: resources, data sources, ephemeral resources.
# https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto
TYPES_BY_NAME = {2, 3, 8}
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Provider:
    """One process of the provider, which has one configuration at a time."""

    def __init__(self, process: asyncio.subprocess.Process, attach: dict) -> None:
        self.process = process
        self.attach = attach
        self.configuration: bytes | None = None
        self.configured: asyncio.Future[bytes] | None = None
        self.connections: set[str] = set()
        (server,) = attach.values()
        self.channel = grpc.aio.insecure_channel(f"unix:{server['Addr']['String']}", UNLIMITED)

    @classmethod
    async def start(cls, binary: Path) -> "Provider":
        process = await asyncio.create_subprocess_exec(
            binary,
            "-debug",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout
        async for line in process.stdout:
            if found := ATTACH.search(line.decode()):
                return cls(process, json.loads(found[1]))
        raise SystemExit("the provider has not started")

    async def answer(self, method: str, request: bytes) -> bytes:
        return await self.channel.unary_unary(method)(request)


class Proxy(grpc.GenericRpcHandler):
    """Gives each connection of Terraform, one alias in one command, a provider of its configuration."""

    def __init__(self, binary: Path, folder: Path, types: set[str], first: Provider) -> None:
        self.binary = binary
        self.folder = folder
        self.types = types
        self.providers = [first]

    def service(self, call):
        if call.method == STANDARD_OUTPUT:
            return grpc.unary_stream_rpc_method_handler(self._until_it_closes)
        if not call.method.startswith(SERVICE):
            return None  # what else Terraform's plugin library asks for, it can do without
        return grpc.unary_unary_rpc_method_handler(functools.partial(self._answer, call.method))

    async def _answer(self, method: str, request: bytes, context: grpc.aio.ServicerContext) -> bytes:
        try:
            if method == SERVICE + "Configure":
                return await self._configure(method, request, context.peer())
            provider = self._of(context.peer()) or self.providers[0]
            if method == SERVICE + "GetSchema":
                return await self._schema(provider, method, request)
            return await provider.answer(method, request)
        except grpc.aio.AioRpcError as error:
            await context.abort(error.code(), error.details())

    async def _schema(self, provider: Provider, method: str, request: bytes) -> bytes:
        """Ask a provider once for what is in a file then: encoding and reading it all is 2 s of CPU."""
        found = self.binary.stat()
        asked = repr((found.st_size, found.st_mtime_ns, sorted(self.types)))
        kept = self.folder / f"schema-{hashlib.sha256(asked.encode()).hexdigest()}"
        if not kept.exists():
            new = kept.with_suffix(f".{os.getpid()}")
            new.write_bytes(only(self.types, await provider.answer(method, request)))
            new.replace(kept)
        return kept.read_bytes()

    def _of(self, connection: str) -> Provider | None:
        return next((each for each in self.providers if connection in each.connections), None)

    async def _configure(self, method: str, request: bytes, connection: str) -> bytes:
        """By one that has this configuration already, else by one that no connection has any more."""
        alike = (each for each in self.providers if each.configuration == request)
        free = (each for each in self.providers if not each.connections)
        provider = next(alike, None) or next(free, None)
        if provider is None:
            self.providers.append(provider := await Provider.start(self.binary))
        provider.connections.add(connection)
        if len(provider.connections) == 1:
            provider.configuration = request
            provider.configured = asyncio.ensure_future(provider.answer(method, request))
        assert provider.configured
        return await provider.configured

    async def _until_it_closes(
        self, request: bytes, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[bytes]:
        """Say nothing for as long as the connection is there, then take its provider back."""
        try:
            await asyncio.Event().wait()
            yield b""
        finally:
            if provider := self._of(context.peer()):
                provider.connections.discard(context.peer())


def only(types: set[str], schema: bytes) -> bytes:
    """Return the answer to GetSchema without the types that are not among these."""
    kept = []
    for number, whole, content in fields(schema):
        if number in TYPES_BY_NAME:
            name = next(text for key, _, text in fields(content) if key == 1)
            if name.decode() not in types:
                continue
        kept.append(whole)
    return b"".join(kept)


def fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield number, encoding and content of each field, all of which have a length here.

    https://protobuf.dev/programming-guides/encoding/#length-types
    """
    at = 0
    while at < len(message):
        start = at
        tag, at = varint(message, at)
        assert tag & 7 == 2, f"field {tag >> 3} has no length"
        length, at = varint(message, at)
        yield tag >> 3, message[start : at + length], message[at : at + length]
        at += length


def varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


async def main(binary: Path, folder: Path, types: set[str]) -> None:
    """Print how Terraform finds the provider; serve until standard input ends, as when its owner dies.

    What is kept for the next one is in `folder`.
    """
    proxy = Proxy(binary, folder, types, await Provider.start(binary))
    try:
        server = grpc.aio.server(handlers=[proxy], options=UNLIMITED)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        attach = proxy.providers[0].attach
        for provider in attach.values():
            # By TCP each connection has a name of its own.
            provider["Addr"] = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
        print(json.dumps(attach), flush=True)
        await asyncio.to_thread(sys.stdin.read)
    finally:
        for provider in proxy.providers:
            provider.process.terminate()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), set(sys.argv[3:])))
