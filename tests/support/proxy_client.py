"""What the tests of the proxy do as Terraform does, and how they see what runs."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import grpc

from privatelink.terraform.provider_proxy import address

SECONDS = 20.0


class Terraform:
    """One connection of Terraform's."""

    def __init__(self, attach: str) -> None:
        (how,) = json.loads(attach).values()
        assert how["Addr"]["Network"] == "unix"
        # Each of its own: gRPC would have two channels to one address share a connection.
        self.channel = grpc.insecure_channel(
            address(how["Addr"]["String"]), [("grpc.use_local_subchannel_pool", 1)]
        )

    def call(self, method: str, request: bytes = b"") -> bytes:
        return self.channel.unary_unary(f"/tfplugin5.Provider/{method}")(request, timeout=SECONDS)

    def configure(self, configuration: str) -> "Terraform":
        assert self.call("Configure", configuration.encode()) == b""
        return self

    def described(self) -> dict:
        return json.loads(self.call("ReadResource"))

    def close(self) -> None:
        self.channel.close()


def environment(**variables: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **variables}


def wait_until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
