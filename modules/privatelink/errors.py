"""Errors that the user can fix, and the name that a misspelt one stands for."""

from collections.abc import Iterable
from typing import ClassVar


class UserError(Exception):
    """Something the user can understand and fix; the text is shown as it is.

    `exit_code` is what a command ends with (see `privatelink.cli.exits`): 2 for bad input or a bad
    environment, 1 where the answer to what was asked is no. `is_located` says that the text starts with a
    place in a file, which editors and terminals lead to.
    """

    exit_code: ClassVar[int] = 2
    is_located: ClassVar[bool] = False


def nearest(given: str, names: Iterable[str]) -> str | None:
    """Return the name that is most like a misspelt one; None if none is like it.

    Arguments:
        given: the misspelt name.
        names: the right names.
    """
    from difflib import get_close_matches  # 1 ms that only a mistake needs

    return next(iter(get_close_matches(given, list(names), 1)), None)
