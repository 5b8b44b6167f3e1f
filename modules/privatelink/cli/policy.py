"""The policy option of the commands that review plans."""

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


def chosen_policy(path: Path | None) -> "Policy | None":
    """Read the given policy, or the default file if it exists.

    Raises:
        PolicyError: the policy is wrong or cannot be read.
    """
    if path is None and not DEFAULT_FILE.is_file():
        return None
    # Imported late: building its model takes a tenth of a second.
    from privatelink.review.policy import read_policy

    return read_policy(path or DEFAULT_FILE)
