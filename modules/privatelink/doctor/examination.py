"""Runs all checks, in parallel, because each of them waits for something else."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from privatelink.doctor import aws, folders, installation, node, packets, terraform
from privatelink.doctor.finding import Finding

SECONDS = 2.5
"""Maximum time of a check."""

Check = Callable[[], Finding]


def checks(extras: Mapping[str, Sequence[str]], needs: Mapping[str, Sequence[str]]) -> dict[str, Check]:
    """Return the checks by name, in the order in which a new user needs them.

    Arguments:
        extras: Python packages that each extra installs.
        needs: extras that each subcommand needs.
    """
    return {
        "Python": installation.python,
        "current folder": folders.current_folder,
        "home folder": folders.home,
        **{
            f"extra: {name}": partial(installation.extra, name, packages, needs)
            for name, packages in extras.items()
        },
        "Node.js": node.node,
        "jsii package cache": node.package_cache,
        "Terraform": terraform.binary,
        "AWS provider": terraform.provider,
        "sandbox data plane": packets.packets,
        "AWS endpoint": aws.endpoint,
        "AWS account": aws.account,
    }


def examine(checks: Mapping[str, Check], seconds: float = SECONDS) -> list[Finding]:
    """Run checks in parallel, and return their findings in the same order.

    Arguments:
        checks: the checks by name.
        seconds: maximum time; a check that takes longer is reported as a warning.
    """
    found: dict[str, Finding] = {}
    failed: list[Exception] = []

    def run(name: str, check: Check) -> None:
        try:
            found[name] = check()
        except Exception as error:
            failed.append(error)

    # Daemon threads: a check that never returns does not stop the program from ending.
    threads = [threading.Thread(target=run, args=each, daemon=True) for each in checks.items()]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    if failed:
        raise failed[0]
    return [found.get(name) or Finding(name, "warning", f"no answer within {seconds:g} s") for name in checks]
