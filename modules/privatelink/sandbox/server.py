"""The HTTP server: moto's application with the sandbox's extensions, bound to loopback."""

import errno
import gc
import importlib.metadata
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink.errors import UserError
from privatelink.sandbox.client import shell_lines
from privatelink.sandbox.credentials import ANY_KEY, AccessKey, new_access_key
from privatelink.sandbox.untyped import Moto

if TYPE_CHECKING:
    from privatelink.sandbox.dataplane.control import DataPlane
    from privatelink.sandbox.dataplane.reconciler import Reconciler

MOTO_VERSION = "5.2.5"
HOST = "127.0.0.1"

MOTO_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # such as AmazonSSMManagedInstanceCore
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # web pages must not use it
    "MOTO_ENABLE_AMI_VALIDATION": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
}
"""Settings that moto reads on import."""


class SandboxError(UserError):
    """The sandbox cannot start; the message has the reason and the fix."""


def check_moto_version() -> None:
    """Check that the installed moto is the version that the extensions are written for.

    Raises:
        SandboxError: it is not.
    """
    try:
        found = f"moto {importlib.metadata.version('moto')}"
    except importlib.metadata.PackageNotFoundError:
        found = "no moto"
    if found != f"moto {MOTO_VERSION}":
        raise SandboxError(
            f"{found} is installed, but the sandbox extends the internals of moto {MOTO_VERSION}: "
            f"pip install 'moto[server]=={MOTO_VERSION}'"
        )


def application() -> Moto:
    """Return moto's WSGI application with all extensions; moto must not be imported before."""
    check_moto_version()
    os.environ.update(MOTO_SETTINGS)
    gc.disable()  # imported objects stay: garbage collection would take 20 % of the start

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    from privatelink.sandbox.instance_type_offerings import read_on_use

    with read_on_use():
        from privatelink.sandbox import extensions, unimplemented

    extensions.install()
    gc.freeze()
    gc.enable()
    return DomainDispatcherApplication(unimplemented.create_backend_app)


def serve(
    port: int,
    *,
    verbose: bool = False,
    parent: int | None = None,
    data_plane: bool | None = False,
    any_credentials: bool = False,
    exports: Path | None = None,
    app: Moto | None = None,
) -> None:
    """Serve until SIGINT, SIGTERM or the end of a process.

    Arguments:
        port: the port; 0 selects a free one.
        verbose: log each request.
        parent: the ID of the process.
        data_plane: True requires a data plane, None uses one if this machine supports it.
        any_credentials: do not check access keys; only without a data plane.
        exports: a file to which the commands are written that set the environment of clients.
        app: the result of `application`, if this process has called it before.

    Raises:
        SandboxError: the port is in use, moto has another version, the required data plane is missing, or
            access keys are not to be checked with a data plane.
    """
    if any_credentials and data_plane is not False:
        raise SandboxError(
            "with a data plane, requests run commands, so access keys are checked: add --no-data-plane to "
            "--any-credentials"
        )
    missing = _data_plane_missing(data_plane)
    if missing and data_plane:
        raise SandboxError(f"no data plane: {missing}")
    listener = _listen(port)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    with listener:
        # Started in this thread, which lives as long as the sandbox, and in parallel with the import of moto.
        running = None if missing else _start_data_plane()
        app = app or application()
        reconciler = _attach(running) if running else None
        key = None if any_credentials else new_access_key()
        app = _with_own_paths(app, reconciler, missing, key)

        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.INFO if verbose else logging.ERROR)
        server = make_server(
            HOST, 0, app, threaded=True, request_handler=_request_handler(), fd=listener.fileno()
        )
        if running:
            running.answer_calls(server.process_request)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()

        actual_port: int = listener.getsockname()[1]
        lines = "\n".join(shell_lines(actual_port, key=key or ANY_KEY))
        if exports:
            _write_for_this_user(exports, lines)
        print(lines, flush=True)
        packets = f"API only, no data plane: {missing}" if missing else "with a data plane"
        print(
            f"sandbox: local AWS on http://{HOST}:{actual_port} ({packets}; state is lost when it stops). "
            "Run the lines above in another shell; stop it with Ctrl-C.",
            file=sys.stderr,
            flush=True,
        )
        # moto prints to standard output. A program that stops reading after the variables would fill the
        # pipe, which would block the server.
        sys.stdout = sys.stderr

        while not stop.wait(1.0):
            if parent is not None and os.getppid() != parent:
                break
        server.shutdown()
        thread.join()
        server.server_close()
        if reconciler:
            reconciler.stop()
        if exports:
            exports.unlink(missing_ok=True)


def _write_for_this_user(path: Path, text: str) -> None:
    """Write a file that only this user can read: the text has the access key."""
    try:
        path.unlink(missing_ok=True)  # an existing file would keep its permissions
        # In one step: other users could replace the file in between, if they may write to its directory.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as opened:
            opened.write(f"{text}\n")
    except OSError as error:
        raise SandboxError(f"{path}: cannot be written: {error.strerror or error}") from None


def _data_plane_missing(wanted: bool | None) -> str | None:
    """The reason why there is no data plane; None if there is one."""
    if wanted is False:
        return "not requested"
    from privatelink.sandbox.dataplane.availability import why_not

    return why_not()


def _start_data_plane() -> "DataPlane":
    from privatelink.sandbox.dataplane.control import DataPlane

    return DataPlane()


def _attach(data_plane: "DataPlane") -> "Reconciler":
    """Connect the data plane to moto's state, and moto's answers to the data plane."""
    from privatelink.sandbox.changes import after_change
    from privatelink.sandbox.dataplane import run_command, target_health
    from privatelink.sandbox.dataplane.reconciler import Reconciler

    reconciler = Reconciler(data_plane)
    after_change(reconciler.changed)
    target_health.install(data_plane)
    run_command.install(reconciler)
    reconciler.start()
    return reconciler


def _with_own_paths(
    app: Moto, reconciler: "Reconciler | None", missing: str | None, key: AccessKey | None
) -> Moto:
    from privatelink.sandbox.dataplane.outside_api import OutsideApi
    from privatelink.sandbox.guard import Guard

    return Guard(OutsideApi(app, reconciler, missing), key)


def _listen(port: int) -> socket.socket:
    """Bind the port before the slow imports, so that an error is reported at once."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SandboxError(
                f"port {port} on {HOST} is in use: stop the program that uses it, or choose another port "
                "with --port (--port 0 selects a free one)"
            ) from None
        raise SandboxError(f"cannot listen on {HOST}:{port}: {error.strerror}") from None
    listener.listen(128)
    return listener


def _request_handler() -> Moto:
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    class RequestHandler(MotoRequestHandler):  # type: ignore[misc]
        """HTTP/1.1, with each response in a single write.

        werkzeug closes the connection after a response and announces it in the headers. If the body came
        later, Terraform's HTTP client could close first and repeat the request, which fails as a duplicate.
        """

        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

    return RequestHandler
