"""A provider for tests of the proxy: says who it is and what it was told.

The folder named by FAKE_PROVIDER gets a file for each schema that was asked for.
"""

import asyncio
import functools
import json
import os
import stat
import sys
import tempfile
from pathlib import Path

import grpc.aio

from tests.support.project import PROJECT

REFUSED = b"refused"
DIAGNOSTICS = b"\x0a\x02no"


def binary(folder: Path, *arguments: str) -> Path:
    """An executable that runs this module."""
    path = folder / "terraform-provider-fake"
    command = f"{sys.executable} -m tests.support.fake_provider {' '.join(arguments)}"
    path.write_text(f'#!/bin/sh\nexport PYTHONPATH="{PROJECT}"\nexec {command} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def length_delimited(number: int, content: bytes) -> bytes:
    """A field with a length, as protobuf encodes it."""
    length = len(content)
    encoded = [length & 0x7F | 0x80, length >> 7] if length > 0x7F else [length]
    return bytes([number << 3 | 2, *encoded]) + content


def entry(name: str, content: bytes = b"a block") -> bytes:
    """An entry of a map from names to schemas."""
    return length_delimited(1, name.encode()) + length_delimited(2, content)


SCHEMA = {name: length_delimited(2, entry(name)) for name in ("aws_eip", "aws_lb", "aws_vpc")}


class Provider(grpc.GenericRpcHandler):
    """Answers by what it knows."""

    def __init__(self) -> None:
        self.configuration: bytes | None = None
        self.stops = 0

    def service(self, call):
        name = call.method.rpartition("/")[2]
        return grpc.unary_unary_rpc_method_handler(functools.partial(self.answer, name))

    async def answer(self, name: str, request: bytes, context: grpc.aio.ServicerContext) -> bytes:
        match name:
            case "GetSchema":
                folder = os.environ.get("FAKE_PROVIDER")
                if folder:
                    tempfile.mkstemp(dir=folder)
                return b"".join(SCHEMA.values())
            case "Configure":
                assert self.configuration is None, "configured twice"
                self.configuration = request
                return DIAGNOSTICS if request == REFUSED else b""
            case "Stop":
                self.stops += 1
                return b""
        return json.dumps(
            {
                "pid": os.getpid(),
                "configuration": self.configuration.decode() if self.configuration is not None else None,
                "stops": self.stops,
                "mark": os.environ.get("MARK"),
                "folder": str(Path.cwd()),
            }
        ).encode()


async def main(version: int) -> None:
    path = Path(os.environ["PLUGIN_UNIX_SOCKET_DIR"], f"plugin{os.getpid()}")
    server = grpc.aio.server(handlers=[Provider()])
    server.add_insecure_port("unix:" + str(path).replace("%", "%25").replace(" ", "%20"))
    await server.start()
    address = {"Network": "unix", "String": str(path)}
    how = {"Protocol": "grpc", "ProtocolVersion": version, "Pid": os.getpid(), "Test": True, "Addr": address}
    print("Provider started.\n\n\tTF_REATTACH_PROVIDERS='" + json.dumps({"fake": how}) + "'", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    if "-debug" not in sys.argv or "broken" in sys.argv:
        sys.exit(7)
    asyncio.run(main(6 if "six" in sys.argv else 5))
