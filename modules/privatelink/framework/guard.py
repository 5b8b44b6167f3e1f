"""Warn, once, when a measure of the fast start misses a private name that it needs, and is skipped."""

import warnings

_said: set[str] = set()


def stock_way(name: str) -> None:
    """Warn, once for each name, that a private name of jsii or the bindings is missing or has changed.

    Arguments:
        name: the private name that the fast start uses.
    """
    if name not in _said:
        _said.add(name)
        warnings.warn(
            f"{name} is missing or has changed in the installed packages: the fast start skips a measure and "
            "runs are slower; the generated Terraform is the same",
            RuntimeWarning,
            stacklevel=2,
        )
