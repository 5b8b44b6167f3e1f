"""The changes of the backend, after which Terraform moves the state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.changes import Kind, by_field
from tests.support.changes_world import REGION, ROLES, STATE_BUCKETS, STATE_KEYS

_S3 = {"bucket": STATE_BUCKETS[0], "region": REGION}


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of the backend, after which the state is moved.

    Arguments:
        changes: kinds of change by the path of the field.
        backend: the backend after it; None for the default.
    """

    changes: Mapping[str, tuple[Kind, ...]]
    backend: Mapping[str, Any] | None


def _moved(changes: str, backend: Mapping[str, Any] | None) -> Moved:
    return Moved(by_field(changes), backend)


BACKENDS = (
    _moved("backend add, backend.local add", {"local": {"directory": "state"}}),
    _moved("backend.local.directory edit", {"local": {"directory": "states"}}),
    _moved("backend switch, backend.local remove, backend.s3 add", {"s3": _S3}),
    _moved("backend.s3.key_prefix add", {"s3": _S3 | {"key_prefix": "one"}}),
    _moved("backend.s3.key_prefix edit", {"s3": _S3 | {"key_prefix": "two"}}),
    _moved("backend.s3.key_prefix remove", {"s3": _S3}),
    _moved(
        "backend.s3.bucket edit, backend.s3.region edit",
        {"s3": {"bucket": STATE_BUCKETS[1], "region": "us-west-2"}},
    ),
    _moved("backend.s3.encrypt edit", {"s3": _S3 | {"encrypt": False}}),
    _moved("backend.s3.kms_key_id add", {"s3": _S3 | {"kms_key_id": STATE_KEYS[0]}}),
    _moved("backend.s3.kms_key_id edit", {"s3": _S3 | {"kms_key_id": STATE_KEYS[1]}}),
    _moved(
        "backend.s3.kms_key_id remove, backend.s3.account add",
        {"s3": _S3 | {"account": {"role_arn": ROLES[0]}}},
    ),
    _moved("backend.s3.account remove", {"s3": _S3}),
    _moved("backend remove, backend.s3 remove", None),
)
