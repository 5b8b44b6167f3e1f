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
from typing import TYPE_CHECKING

from privatelink.errors import UserError
from privatelink.sandbox.client import shell_lines
from privatelink.sandbox.untyped import Moto

if TYPE_CHECKING:
    from privatelink.sandbox.dataplane.control import DataPlane
    from privatelink.sandbox.dataplane.reconciler import Reconciler

MOTO_VERSION = "5.2.5"
HOST = "127.0.0.1"

MOTO_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # AmazonSSMManagedInstanceCore and its like exist
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # no web page has any business here
    "MOTO_ENABLE_AMI_VALIDATION": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",  # a bucket is its own account's
}
"""moto reads its settings when it is imported."""


class SandboxError(UserError):
    """The sandbox cannot start; the message says why and what to do."""


def check_moto_version() -> None:
    """Refuse another moto than the one whose internals the extensions were written against."""
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
    """moto's WSGI application, extended. The settings count only if moto was not imported before."""
    check_moto_version()
    os.environ.update(MOTO_SETTINGS)
    gc.disable()  # all that importing makes stays: looking for garbage in it is a fifth of the time to start

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

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
    app: Moto | None = None,
) -> None:
    """Serve until SIGINT, SIGTERM or the end of the process `parent`.

    With `data_plane` None there is one where this machine can have it, with True there is one or an error.
    `app` is what `application` returned, where this process has asked for it before.
    Raises SandboxError when the port is taken or moto is not the pinned one.
    """
    missing = _data_plane_missing(data_plane)
    if missing and data_plane:
        raise SandboxError(f"no data plane: {missing}")
    listener = _listen(port)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    with listener:
        # Started from this thread, which lives as long as the sandbox; and before moto is imported, so that
        # both get ready at once.
        running = None if missing else _start_data_plane()
        app = app or application()
        reconciler = _attach(running) if running else None
        app = _with_own_paths(app, reconciler, missing)

        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.INFO if verbose else logging.ERROR)
        server = make_server(
            HOST, 0, app, threaded=True, request_handler=_request_handler(), fd=listener.fileno()
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()

        actual_port: int = listener.getsockname()[1]
        print("\n".join(shell_lines(actual_port)), flush=True)
        packets = f"API answers only, no packets: {missing}" if missing else "with a data plane"
        print(
            f"sandbox: a local AWS listens on http://{HOST}:{actual_port} ({packets}; "
            "it keeps nothing). Run the lines above in another shell; Ctrl-C stops it.",
            file=sys.stderr,
            flush=True,
        )
        # moto prints now and then. Standard output is for the variables: whoever reads them may stop
        # reading after them, and a full pipe would then stop the server.
        sys.stdout = sys.stderr

        while not stop.wait(1.0):
            if parent is not None and os.getppid() != parent:
                break
        server.shutdown()
        thread.join()
        server.server_close()
        if reconciler:
            reconciler.stop()


def _data_plane_missing(wanted: bool | None) -> str | None:
    """Why there is no data plane; None when there is to be one."""
    if wanted is False:
        return "it was not asked for"
    from privatelink.sandbox.dataplane.availability import why_not

    return why_not()


def _start_data_plane() -> "DataPlane":
    from privatelink.sandbox.dataplane.control import DataPlane

    return DataPlane()


def _attach(data_plane: "DataPlane") -> "Reconciler":
    """Let the data plane follow moto, and moto tell what the data plane finds."""
    from privatelink.sandbox.changes import after_change
    from privatelink.sandbox.dataplane import run_command, target_health
    from privatelink.sandbox.dataplane.reconciler import Reconciler

    reconciler = Reconciler(data_plane)
    after_change(reconciler.changed)
    target_health.install(data_plane)
    run_command.install(reconciler)
    reconciler.start()
    return reconciler


def _with_own_paths(app: Moto, reconciler: "Reconciler | None", missing: str | None) -> Moto:
    from privatelink.sandbox.dataplane.outside_api import OutsideApi

    return OutsideApi(app, reconciler, missing)


def _listen(port: int) -> socket.socket:
    """Take the port before the slow imports, so that a busy one is reported at once."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SandboxError(
                f"port {port} on {HOST} is in use: stop what listens there, or choose another with --port "
                "(--port 0 picks a free one)"
            ) from None
        raise SandboxError(f"cannot listen on {HOST}:{port}: {error.strerror}") from None
    listener.listen(128)
    return listener


def _request_handler() -> Moto:
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    class RequestHandler(MotoRequestHandler):  # type: ignore[misc]
        """HTTP/1.1, and each answer in one piece.

        werkzeug closes the connection after an answer, and says so in its headers. Terraform's HTTP client
        may close first when the body comes later, and then asks again: a rule that was made is a duplicate.
        """

        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

    return RequestHandler
