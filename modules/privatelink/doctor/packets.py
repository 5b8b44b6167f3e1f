"""Checks whether the sandbox can have a data plane on this machine."""

import importlib.util
from collections.abc import Callable

from privatelink.doctor.finding import Finding
from privatelink.sandbox.dataplane.availability import why_not

NEEDED_FOR = ("sandbox", "demo")


def packets(why_not: Callable[[], str | None] = why_not) -> Finding:
    """Check for network namespaces and nft, which the sandbox's data plane needs."""
    name = "sandbox data plane"
    if importlib.util.find_spec("moto") is None:
        return Finding(name, "ok", "not used: the sandbox extra is not installed", needed_for=NEEDED_FOR)
    reason = why_not()
    if reason is None:
        return Finding(name, "ok", "namespaces and nft work", needed_for=NEEDED_FOR)
    what, _, fix = reason.partition(": ")
    return Finding(name, "warning", f"{what}; the sandbox only answers API requests", fix, NEEDED_FOR)
