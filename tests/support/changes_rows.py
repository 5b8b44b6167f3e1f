"""All rows of docs/changes.md, by the topology that they start from."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.changes import Track, by_field
from tests.support.changes_groups import AUTO_SCALING, groups
from tests.support.changes_keys import CREDENTIALS, KEYS
from tests.support.changes_matrix import MATRIX
from tests.support.changes_small import OUTSIDE_TRACKS, SMALL
from tests.support.changes_stages import STAGES
from tests.support.changes_world import credentials, keys, matrix, outside, small, stages

TOPOLOGIES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "matrix": matrix,
    "stages": stages,
    "keys": keys,
    "outside": outside,
    "small": small,
    "groups": groups,
    "credentials": credentials,
}
TRACKS: Mapping[str, tuple[Track, ...]] = {
    "matrix": MATRIX,
    "stages": STAGES,
    "keys": KEYS,
    "outside": OUTSIDE_TRACKS,
    "small": SMALL,
    "groups": AUTO_SCALING,
    "credentials": CREDENTIALS,
}
# Changes that no test can apply, with the reason.
NOT_APPLIED = tuple(
    (by_field(changes), why)
    for changes, why in (
        (
            "backend.hcp add remove, backend.hcp.organization edit, "
            "backend.hcp.project add edit remove, backend.hcp.workspace_prefix edit, "
            "backend.hcp.hostname edit",
            "HCP Terraform is not in the local AWS",
        ),
        (
            "consumers.*.endpoints.*.service_region edit",
            "AWS offers each service without a Region in its name in one Region of a partition",
        ),
    )
)
