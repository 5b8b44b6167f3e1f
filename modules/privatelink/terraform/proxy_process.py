"""Starts the proxy for the AWS provider (`provider_proxy.py`), and makes sure that it ends."""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from privatelink.terraform.process import kill_group

REATTACH_VARIABLE = "TF_REATTACH_PROVIDERS"
"""The variable that tells Terraform how to reach a running provider.

https://developer.hashicorp.com/terraform/plugin/debugging#running-terraform-with-a-provider-in-debug-mode
"""
STOP_SECONDS = 10.0


class ProxyStartError(Exception):
    """The proxy did not start; the message is its own."""


@dataclass(frozen=True)
class Client:
    """The Terraform commands of one root module, which have their own socket.

    Arguments:
        directory: the root module.
        environment: the environment of its provider processes.
        types: the types of resources and data sources in the configuration.
        state_command: prints the state, whose types are added to `types`; empty if `types` already has them.
        reads_files: whether the provider may open files by paths relative to the root module.
    """

    directory: str
    environment: Mapping[str, str] = field(repr=False)
    types: Sequence[str]
    state_command: Sequence[str] = ()
    reads_files: bool = False


@contextlib.contextmanager
def running_proxy(binary: Path, cache_dir: Path, clients: Sequence[Client]) -> Iterator[list[str]]:
    """Run the proxy during the block, and yield a value of TF_REATTACH_PROVIDERS for each client.

    The proxy ends with this process, for any reason: it waits for the end of its standard input.

    Arguments:
        binary: the provider.
        cache_dir: the folder of the cached schema.
        clients: the root modules.

    Raises:
        ProxyStartError: the proxy does not start.
    """
    request = {
        "binary": str(binary),
        "cache_dir": str(cache_dir),
        "clients": [asdict(one) for one in clients],
    }
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            # -P: do not import packages from the current directory.
            [sys.executable, "-P", "-m", "privatelink.terraform.provider_proxy"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # Ctrl-C in the terminal must not end the proxy before Terraform has ended.
            start_new_session=True,
        ) as process,
    ):
        assert process.stdin is not None  # noqa: S101 - for the type checker: they are pipes
        assert process.stdout is not None  # noqa: S101
        folder = ""
        try:
            # Use the pipe: an environment contains credentials, and every user can read arguments.
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                process.wait()
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip().splitlines()
                raise ProxyStartError(said[-1] if said else f"exit code {process.returncode}")
            ready = json.loads(answer)
            folder = ready["folder"]
            yield ready["attach"]
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            # If the proxy was killed, its providers and its sockets still exist.
            kill_group(process)
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
