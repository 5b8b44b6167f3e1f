"""What a measure of the fast start needs and does not find: said once, and done the stock way."""

import warnings

_said: set[str] = set()


def stock_way(name: str) -> None:
    """Warn, once for each, that a private name of jsii or the bindings is gone or has changed.

    Arguments:
        name: the name that the fast start knows.
    """
    if name not in _said:
        _said.add(name)
        warnings.warn(
            f"{name} is gone or has changed in the installed packages: the stock way is taken, and runs are "
            "slower; what is generated stays the same",
            RuntimeWarning,
            stacklevel=2,
        )
