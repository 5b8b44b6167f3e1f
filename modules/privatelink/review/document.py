"""The JSON of a plan from `terraform show -json`: its structure; the values in it are parsed on demand.

Most of a large plan is values that no rule reads, repeated in `planned_values` and in the prior state. They
are skipped, or kept as unparsed bytes. A plan of 100,000 resources has 300 MB, so its resources are read one
by one, and what is kept of each is a copy: the whole text can be dropped.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct
from msgspec.json import Decoder

from privatelink.errors import UserError
from privatelink.escapes import console_line
from privatelink.review.shapes import Value

HOW: Final = "create one with `terraform plan -out=plan.tfplan` and `terraform show -json plan.tfplan`"
NULL: Final = b"null"
_NULL: Final = Raw(NULL)
_ABSENT: Final = Raw()
_LONGEST_REASON = 120


class PlanError(UserError):
    """A file is not a plan in JSON; the message says how to create one."""

    def __init__(self, message: str) -> None:
        super().__init__(console_line(message))


class Difference(Struct, gc=False):
    """The actions on a resource, and its values on both sides."""

    actions: tuple[str, ...]
    before: Raw = _NULL
    after: Raw = _NULL
    after_unknown: Raw = _NULL
    before_sensitive: Raw = _NULL
    after_sensitive: Raw = _NULL
    replace_paths: tuple[tuple[Any, ...], ...] | None = None


class ResourceChange(Struct, gc=False):
    """One resource in `resource_changes`."""

    address: str
    change: Difference
    type: str = ""
    name: str = ""
    mode: str = "managed"
    module_address: str = ""
    index: str | int | None = None
    deposed: str | None = None


class Drift(Struct, gc=False):
    """One resource in `resource_drift`."""

    address: str
    change: Difference | None = None
    type: str = ""
    mode: str = "managed"


class Deferred(Struct, gc=False):
    """One change in `deferred_changes`; what Terraform knows of it may be incomplete."""

    reason: str = ""


class CheckedAddress(Struct, gc=False):
    """The object of a check."""

    to_display: str = ""


class Check(Struct, gc=False):
    """One object in `checks`: a `check` block, or a resource, output or variable with conditions."""

    address: CheckedAddress
    status: str = ""


class StateResource(Struct, gc=False):
    """One resource in the prior state."""

    address: str
    type: str = ""
    name: str = ""
    mode: str = "managed"
    index: str | int | None = None
    values: Raw = _NULL
    sensitive_values: Raw = _NULL


class StateModule(Struct):
    """A module in the prior state, with its child modules."""

    address: str = ""
    resources: tuple[StateResource, ...] | None = None
    child_modules: tuple["StateModule", ...] | None = None


class StateValues(Struct):
    """The values in the prior state."""

    root_module: StateModule | None = None


class State(Struct):
    """The prior state."""

    values: StateValues | None = None


class Document(Struct):
    """A plan. Some keys only serve to recognize other files."""

    format_version: Any = None
    resource_changes: tuple[Raw, ...] | None = None
    resource_drift: tuple[Drift, ...] | None = None
    deferred_changes: tuple[Deferred, ...] | None = None
    checks: tuple[Check, ...] | None = None
    configuration: dict[str, Any] | None = None
    prior_state: State | None = None
    errored: bool = False
    complete: bool = True
    planned_values: Raw = _ABSENT
    output_changes: Raw = _ABSENT
    values: Raw = _ABSENT
    lineage: Raw = _ABSENT
    serial: Raw = _ABSENT

    @property
    def is_plan(self) -> bool:
        """Whether it has the keys of every plan."""
        parts = (self.resource_changes, self.configuration)
        return isinstance(self.format_version, str) and (
            any(part is not None for part in parts)
            or self.planned_values != _ABSENT
            or self.output_changes != _ABSENT
        )

    @property
    def is_state(self) -> bool:
        """Whether it has a key of a state."""
        return any(part != _ABSENT for part in (self.values, self.lineage, self.serial))


class Identifiers(Struct, gc=False):
    """The attributes by which other resources refer to one."""

    id: Any = None
    arn: Any = None


_DOCUMENT: Final = Decoder(Document)
_CHANGE: Final = Decoder(ResourceChange)
IDENTIFIERS: Final[Decoder[Identifiers | None]] = Decoder(Identifiers | None)
VALUES: Final[Decoder[dict[str, Value] | None]] = Decoder(dict[str, Any] | None)
MARKS: Final[Decoder[Value]] = Decoder()
"""For the marks of unknown and sensitive values, which are nested like the values."""


def read_document(content: bytes | bytearray, path: str) -> Document:
    """Parse the JSON of a plan.

    Raises:
        PlanError: it is not the JSON of a plan.
    """
    try:
        # PowerShell writes UTF-16.
        encoding = json.detect_encoding(content)
        return _DOCUMENT.decode(content if encoding == "utf-8" else content.decode(encoding))
    except msgspec.ValidationError as error:
        if " - at " not in str(error):
            _check_json(content, path)
            raise PlanError(f"{path}: is JSON but not a plan: it must be an object; {HOW}") from None
        raise _wrong_type(path, "", error) from None
    except (ValueError, RecursionError) as error:
        raise _not_json(content, path, error) from error


def resource_changes(document: Document, path: str) -> Iterator[ResourceChange]:
    """Yield the resources in `resource_changes`.

    Raises:
        PlanError: one has a wrong type.
    """
    for number, raw in enumerate(document.resource_changes or ()):
        try:
            yield _CHANGE.decode(raw)
        except msgspec.ValidationError as error:
            raise _wrong_type(path, f"resource_changes[{number}]", error) from None
        except (ValueError, RecursionError) as error:
            raise _not_json(raw, path, error) from error


def _wrong_type(path: str, inside: str, error: Exception) -> PlanError:
    what, _, place = str(error).partition(" - at ")
    where = f"{inside}{place.strip('`').removeprefix('$')}".removeprefix(".")
    return PlanError(
        f"{path}: {where} has the wrong type: {what[:1].lower()}{what[1:]}; the file is damaged; {HOW}"
    )


def _check_json(content: bytes | bytearray, path: str) -> None:
    try:
        msgspec.json.decode(content, type=Raw)
    except (ValueError, RecursionError) as error:
        raise _not_json(content, path, error) from error


def _not_json(content: bytes | bytearray | Raw, path: str, error: Exception) -> PlanError:
    if b'"@level"' in bytes(memoryview(content)[:4096]):
        return PlanError(f"{path}: is the log of `terraform plan -json`, not a plan; {HOW}")
    return PlanError(f"{path}: is not JSON: {f'{error}'[:_LONGEST_REASON].rstrip('.')}; {HOW}")
