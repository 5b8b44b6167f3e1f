"""Run a command on a host outside all VPCs: `python -m privatelink.sandbox.outside [--port 5566] -- curl http://…`.

The host has the programs of this machine, and an address and DNS of the sandbox's internet: it reaches public
addresses there. Exit code and output are those of the command. The environment must have the variables that
the sandbox has printed.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, cast

from privatelink.json_types import JsonObject
from privatelink.sandbox.client import DEFAULT_PORT

ADDRESS = "192.0.2.10"
IPV6_ADDRESS = "2001:db8::10"
AWS_ADDRESS = "192.0.2.80"
"""The address of AWS's own services in the internet of the sandbox."""
EXTRA_SECONDS = 60.0


class OutsideError(RuntimeError):
    """The command could not be run; the message has the reason."""


@dataclass(frozen=True)
class Answer:
    """The result of a command; its exit code is -1 after a timeout."""

    code: int
    stdout: str
    stderr: str
    timed_out: bool = False


class _AnswerJson(TypedDict):
    code: int
    stdout: str
    stderr: str
    timed_out: bool


def run(port: int, token: str, command: Sequence[str], seconds: float = 30.0) -> Answer:
    """Run a command on the host outside all VPCs.

    Arguments:
        port: the port of the sandbox.
        token: its secret access key.
        command: the command with its arguments.
        seconds: its timeout.

    Raises:
        OutsideError: it could not be run.
    """
    answer = _ask(port, token, "outside/run", {"command": list(command), "seconds": seconds}, seconds)
    return Answer(**cast(_AnswerJson, answer))


def settle(port: int, token: str) -> None:
    """Wait until the data plane matches the state of the API.

    Raises:
        OutsideError: it does not.
    """
    answer = _ask(port, token, "data-plane/settle", {})
    if error := answer["error"]:
        raise OutsideError(str(error))
    if not answer["settled"]:
        raise OutsideError("the data plane does not settle")


def data_plane_missing(port: int, token: str) -> str | None:
    """Return the reason why the sandbox has no data plane; None if it has one."""
    missing = _ask(port, token, "data-plane")["missing"]
    return None if missing is None else str(missing)


def _ask(port: int, token: str, path: str, body: object = None, seconds: float = 0.0) -> JsonObject:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_sandbox/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    # The user's proxy does not reach loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=seconds + EXTRA_SECONDS) as response:
            answer: JsonObject = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        raise OutsideError(json.load(error)["message"]) from None
    except OSError as error:
        raise OutsideError(f"no sandbox on 127.0.0.1:{port}: {error}") from None


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m privatelink.sandbox.outside", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--seconds", type=float, default=30.0, help="timeout of the command (default: 30)")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    try:
        token = os.environ.get("AWS_SECRET_ACCESS_KEY", "")
        answer = run(options.port, token, options.command, options.seconds)
    except OutsideError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    sys.stdout.write(answer.stdout)
    sys.stderr.write(answer.stderr)
    return 124 if answer.timed_out else answer.code


if __name__ == "__main__":
    sys.exit(main())
