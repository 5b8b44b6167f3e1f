"""The options of the commands that review plans: the policy, and what blocks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from privatelink.review.policy import Policy

DEFAULT_FILE = Path("review-policy.yaml")
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help=f"File with accepted findings. Default: {DEFAULT_FILE}, if it exists.",
    ),
]


PolicyFrom = Annotated[
    str | None,
    typer.Option(
        "--policy-from",
        metavar="REF",
        help="Read the policy from this Git commit or branch (such as origin/main), not the working tree.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Block also if plans do not show whether a path is open.")
]


def chosen_policy(path: Path | None, ref: str | None = None) -> "Policy | None":
    """Read the given policy, or the default file if it exists.

    Arguments:
        path: the policy file; default: `DEFAULT_FILE`.
        ref: the commit to read it from; default: the working tree.

    Raises:
        PolicyError: the policy is wrong or cannot be read.
        GitError: the commit cannot be read.
    """
    if path is None and ref is None and not DEFAULT_FILE.is_file():
        return None
    # Imported late: building its model takes a tenth of a second.
    from privatelink.review.policy import PolicyError, read_policy, read_policy_at

    if ref is None:
        return read_policy(path or DEFAULT_FILE)
    found = read_policy_at(ref, path or DEFAULT_FILE)
    if found is None and path is not None:
        raise PolicyError(f"{ref}:{path}: the commit has no such file")
    return found
