"""Command line: `python -m sandbox [--port 5566]`."""

import argparse
import sys

from sandbox.client import DEFAULT_PORT


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"port must be 0 to 65535 (0 picks a free one), not {port}")
    return port


def main(arguments: list[str] | None = None) -> int:
    """Serve in the foreground until interrupted; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A local AWS on 127.0.0.1 for trying and testing. It keeps nothing when it stops. "
        "With a data plane (Linux) instances run, and packets reach them, in namespaces of its own.",
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help=f"0 picks a free one (default: {DEFAULT_PORT})"
    )
    parser.add_argument("--verbose", action="store_true", help="log every request to stderr")
    parser.add_argument(
        "--exit-with-parent", type=int, metavar="PID", help="stop when this parent process is gone"
    )
    parser.add_argument(
        "--data-plane",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="insist that packets flow, in namespaces of its own (Linux), or answer API calls only "
        "(default: packets flow where they can)",
    )
    options = parser.parse_args(arguments)

    # moto takes seconds to import: not before the arguments are known to be right.
    from sandbox.server import SandboxError, serve

    try:
        serve(
            options.port,
            verbose=options.verbose,
            parent=options.exit_with_parent,
            data_plane=options.data_plane,
        )
    except SandboxError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
