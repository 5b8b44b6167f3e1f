"""Sandboxes forked from one process that has imported moto and made its backends.

`privatelink sandbox` takes some 2 s of CPU before its first answer, and 5 s more until each service has given
one; the tests start eighty. A run of tests starts one process, when it first needs it; it forks a sandbox
for each connection, and ends with the run. How the sandbox starts and ends for users is tested by
tests/sandbox/test_process.py and the demo's tests.
"""

import contextlib
import fcntl
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from privatelink.sandbox.client import DEFAULT_REGION, environment
from privatelink.sandbox.process import Sandbox, SandboxStartError, read_sandbox
from privatelink.sandbox.server import HOST, MOTO_SETTINGS, application, serve
from tests.support.project import PROJECT

READY_SECONDS = 120.0
STOP_SECONDS = 60.0
SOCKET, LOCK, ERRORS = "socket", "lock", "errors"
# A service, and an operation that needs no argument.
ASKED = {
    "autoscaling": "describe_auto_scaling_groups",
    "cloudwatch": "describe_alarms",
    "ec2": "describe_images",
    "elbv2": "describe_load_balancers",
    "iam": "list_policies",
    "logs": "describe_log_groups",
    "route53": "list_hosted_zones",
    "s3": "list_buckets",
    "sns": "list_topics",
    "ssm": "describe_parameters",
    "sts": "get_caller_identity",
}

_processes: list[subprocess.Popen[bytes]] = []


@contextlib.contextmanager
def warm_sandbox(*, data_plane: bool | None = False) -> Iterator[Sandbox]:
    """Run a sandbox for the time of the block, as `running_sandbox` does."""
    with asked(data_plane) as connection:
        lines = connection.makefile("r")
        pid = int(lines.readline())
        ready = read_sandbox(lines, pid)
        if ready is None:
            said = (_started(_test_run()) / ERRORS).read_text()
            raise SandboxStartError(f"the sandbox did not start:\n{said}")
        try:
            yield ready
        finally:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(STOP_SECONDS)
            while lines.readline():
                pass


def asked(data_plane: bool | None = False) -> socket.socket:
    """Ask for a sandbox: it says its process number, then what it prints, and ends with the connection."""
    folder = _started(_test_run())
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(READY_SECONDS)
    connection.connect(str(folder / SOCKET))
    wanted = {"data_plane": data_plane, "environment": dict(os.environ)}
    connection.sendall(json.dumps(wanted).encode() + b"\n")
    return connection


def _test_run() -> int:
    """The process whose tests these are: pytest, also where its workers run them."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _started(test_run: int) -> Path:
    """Where the process listens; the first who asks starts it."""
    folder = Path(tempfile.gettempdir(), f"warm-sandbox-{os.getuid()}-{test_run}")
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / SOCKET).exists():
            with (folder / ERRORS).open("ab") as errors:
                process = subprocess.Popen(
                    [sys.executable, "-m", "tests.support.warm_sandbox", str(folder), str(test_run)],
                    cwd=PROJECT,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    start_new_session=True,
                )
            _processes.append(process)  # it ends after this one
            assert process.stdout
            assert process.stdout.readline(), (folder / ERRORS).read_text()
    return folder


def _make_backends(app: Any) -> None:
    """Ask each service for something, which has moto import it and make what it keeps for an account."""
    from werkzeug.serving import make_server

    server = make_server(HOST, 0, app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    of_this_one = environment(server.port)
    for service, operation in ASKED.items():
        client = boto3.client(
            service,
            endpoint_url=of_this_one["AWS_ENDPOINT_URL"],
            region_name=DEFAULT_REGION,
            aws_access_key_id=of_this_one["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=of_this_one["AWS_SECRET_ACCESS_KEY"],
        )
        getattr(client, operation)()
    server.shutdown()
    thread.join()
    server.server_close()


def _serve(connection: socket.socket, app: Any) -> None:
    """Be a sandbox, in a process that has just been forked, for as long as the connection lasts."""
    from moto.moto_api._internal import mock_random

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    requests = connection.makefile("r")
    asked = json.loads(requests.readline())
    os.environ.clear()
    os.environ.update(asked["environment"] | MOTO_SETTINGS)
    os.dup2(connection.fileno(), sys.stdout.fileno())
    mock_random.seed()
    print(os.getpid(), flush=True)

    def stop_at_the_end() -> None:
        with contextlib.suppress(ConnectionResetError):  # by one who has not read all that was said
            requests.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop_at_the_end, daemon=True).start()
    serve(0, data_plane=asked["data_plane"], app=app)


def is_running(pid: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main(folder: Path, test_run: int) -> None:
    """Listen in `folder` until the process `test_run` is gone."""
    app = application()
    gc.disable()
    _make_backends(app)
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no one waits for the sandboxes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen()
        listener.settimeout(1.0)
        print("ready", flush=True)
        while is_running(test_run):
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                if os.fork() == 0:
                    listener.close()
                    connection.setblocking(True)
                    try:
                        _serve(connection, app)
                    finally:
                        os._exit(0)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
