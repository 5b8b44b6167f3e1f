"""The policy that plans are reviewed with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from privatelink.review.policy import Policy

DEFAULT_FILE = Path("review-policy.yaml")
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy", metavar="FILE", help=f"Accepted findings. Default: {DEFAULT_FILE}, if it exists."
    ),
]


def chosen_policy(path: Path | None) -> "Policy | None":
    """Read the policy that is named, or else the one that lies here; raises `PolicyError`."""
    if path is None and not DEFAULT_FILE.is_file():
        return None
    # Its model takes a tenth of a second to build.
    from privatelink.review.policy import read_policy

    return read_policy(path or DEFAULT_FILE)
