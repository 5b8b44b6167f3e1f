"""A file as it is in a commit of the Git repository that contains it."""

import os
import subprocess
from pathlib import Path

from privatelink.errors import UserError
from privatelink.escapes import console_line


class GitError(UserError):
    """Git cannot read a commit; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(console_line(message))


def file_at(ref: str, path: Path, most: int) -> bytes | None:
    """Return the start of a file as it is in a commit; None if the commit does not have the file.

    Arguments:
        ref: the commit: its ID, a branch or a tag.
        path: the file.
        most: the number of bytes to return at most.

    Raises:
        GitError: there is no Git, no repository, or no such commit.
    """
    # `--end-of-options` and a verified ID: whatever the name of the reference is, it is no option.
    # https://git-scm.com/docs/gitcli
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise GitError(
            f"{ref}: not a commit of this Git repository; fetch it first, for example with `git fetch "
            "--depth=1 origin main:refs/remotes/origin/main`"
        )
    # Git resolves `./` and `../` against the working directory, any other path against the repository's root.
    below = os.path.join(".", os.path.relpath(path))  # noqa: PTH118 - a Path drops the `./`
    name = f"{commit.decode().strip()}:{below}"
    if _git("rev-parse", "--verify", "--quiet", "--end-of-options", name) is None:
        return None
    content = _git("cat-file", "blob", name)
    if content is None:
        raise GitError(f"{ref}:{path}: not a file")
    return content[:most]


def _git(*arguments: str) -> bytes | None:
    """The output of a command of Git; None if it fails."""
    try:
        ran = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise GitError(f"git: {error.strerror or error}; it reads the policy of another commit") from error
    return ran.stdout if ran.returncode == 0 else None
