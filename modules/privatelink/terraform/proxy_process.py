"""Starts the proxy for the AWS provider (`provider_proxy.py`) and is sure that it ends."""

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
"""Where Terraform looks for a provider that runs already.

https://developer.hashicorp.com/terraform/plugin/debugging#running-terraform-with-a-provider-in-debug-mode
"""
STOP_SECONDS = 10.0


class ProxyStartError(Exception):
    """The proxy did not start; the message is its own."""


@dataclass(frozen=True)
class Client:
    """The Terraform commands of one root: they have a socket of their own.

    Arguments:
        directory: the root.
        environment: the environment of a provider process for this root.
        types: the types of resources and data sources in the configuration.
        state_command: prints the state, whose types are added to `types`; empty if they are there already.
        reads_files: the provider may open files by paths relative to the root.
    """

    directory: str
    environment: Mapping[str, str] = field(repr=False)
    types: Sequence[str]
    state_command: Sequence[str] = ()
    reads_files: bool = False


@contextlib.contextmanager
def running_proxy(binary: Path, cache_dir: Path, clients: Sequence[Client]) -> Iterator[list[str]]:
    """Run the proxy for the time of the block; yield a value of TF_REATTACH_PROVIDERS for each client.

    The proxy ends with this process, whatever ends it: it waits for the end of its standard input.

    Arguments:
        binary: the provider.
        cache_dir: where the provider's schema is kept for the next proxy.

    Raises `ProxyStartError`.
    """
    request = {
        "binary": str(binary),
        "cache_dir": str(cache_dir),
        "clients": [asdict(one) for one in clients],
    }
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            # -P: no package of the current directory is taken for one of these.
            [sys.executable, "-P", "-m", "privatelink.terraform.provider_proxy"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # Ctrl-C in the terminal is not for the proxy: Terraform needs it until it has ended.
            start_new_session=True,
        ) as process,
    ):
        assert process.stdin is not None  # noqa: S101 - for the type checker: they are pipes
        assert process.stdout is not None  # noqa: S101
        folder = ""
        try:
            # By the pipe: an environment holds credentials, and arguments are for everyone to see.
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
            # Has the proxy been killed, its providers and its sockets are still there.
            kill_group(process)
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
