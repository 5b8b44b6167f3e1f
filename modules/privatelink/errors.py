"""What this package raises when the user can do something about it."""

from typing import ClassVar


class UserError(Exception):
    """Something the user can understand and fix; the text is shown as it is.

    `exit_code` is what a command ends with (see `privatelink.cli.exits`): 2 for bad input or a bad
    environment, 1 where the answer to what was asked is no. `is_located` says that the text starts with a
    place in a file, which editors and terminals lead to.
    """

    exit_code: ClassVar[int] = 2
    is_located: ClassVar[bool] = False
