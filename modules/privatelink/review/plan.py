"""Reads plans as `terraform show -json` writes them.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from privatelink.review.change import Change
from privatelink.review.configuration import Configuration
from privatelink.review.document import (
    HOW,
    Difference,
    Document,
    PlanError,
    ResourceChange,
    StateModule,
    read_document,
)
from privatelink.review.shapes import encodable, steps_of, text

FORMAT_MAJOR: Final = "1"
# What has an id of its own at AWS, and belongs to one state.
_ONE_OWNER = (
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_service",
)
_Asked = Mapping[str, set[str]]
# Names that say nothing: such a plan is called by its folder.
_ANY_PLAN = ("plan", "tfplan", "terraform", "terraform.tfplan", "show")


@dataclass(frozen=True)
class Plan:
    """One plan.

    Arguments:
        stack: what it is called in the review.
        path: the file it is from, as given.
        drift: addresses of what changed outside Terraform.
        notes: what a reader must know of the plan itself, such as that it is incomplete.
    """

    stack: str
    path: str
    changes: Sequence[Change]
    drift: Sequence[str] = ()
    notes: Sequence[str] = ()
    secrets: frozenset[str] = frozenset()


def read_plan(path: Path, stack: str = "") -> Plan:
    """Read one plan; raises `PlanError` where the file is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlanError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith(b"PK"):
        raise PlanError(
            f"{path}: is a plan as Terraform saves it, not JSON: `terraform show -json {path.name}` writes it"
        )
    return parse_plan(content, str(path), stack or _stack_name(path))


def parse_plan(content: bytes, path: str, stack: str) -> Plan:
    """Read a plan's JSON; raises `PlanError` where it is none."""
    path, stack = encodable(path), encodable(stack)
    document = read_document(content, path)
    if not document.is_plan:
        kind = "a state" if document.is_state else "JSON"
        raise PlanError(f"{path}: is {kind}, but no plan: format_version or changes are missing; {HOW}")
    configuration = Configuration(document.configuration or {})
    asked: dict[str, set[str]] = defaultdict(set)
    changes = [_change(each, stack, configuration, asked) for each in document.resource_changes or ()]
    values = document.prior_state.values if document.prior_state else None
    if values and values.root_module:
        present = {change.address for change in changes}
        changes += _data_sources(values.root_module, stack, configuration, asked, present)
    return Plan(
        stack,
        path,
        changes,
        tuple(each.address for each in document.resource_drift or ()),
        tuple(_notes(document)),
        frozenset(secret for change in changes for secret in change.secrets()),
    )


def check_apart(plans: Sequence[Plan]) -> None:
    """Refuse two plans of one name, or of one state: what one keeps would hide what the other destroys."""
    if len(plans) < 2:
        return
    names = [plan.stack for plan in plans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(
            f"two plans are called {', '.join(twice)}: a plan is called by its file, or by its folder "
            f"where the file "
            "is plan.json; rename one"
        )
    owners: dict[tuple[str, str], Change] = {}
    for change in (each for plan in plans for each in plan.changes):
        if change.type not in _ONE_OWNER or change.mode != "managed" or change.deposed:
            continue
        if identity := text(change.value("before", "id")):
            owner = owners.setdefault((change.type, identity), change)
            if owner.stack != change.stack:
                raise PlanError(
                    f"{owner.stack} and {change.stack} both hold {owner.address} ({identity}): they are "
                    f"plans of one "
                    "state; name the newest alone"
                )


def _notes(document: Document) -> Iterator[str]:
    version = document.format_version
    if version.partition(".")[0] != FORMAT_MAJOR:
        yield f"the plan's format is {version[:20]}, this reads {FORMAT_MAJOR}.x: findings may be missing"
    if document.errored:
        yield "the plan ended with an error: it is incomplete, and cannot be applied"
    elif not document.complete:
        yield "the plan is incomplete: Terraform put off some changes to a later plan"


def _change(item: ResourceChange, stack: str, configuration: Configuration, asked: _Asked) -> Change:
    paths = item.change.replace_paths or ()
    return Change(
        stack,
        item.address,
        item.mode,
        # Of ten thousand resources a hundred have types of their own.
        sys.intern(item.type),
        item.name,
        steps_of(item.module_address),
        item.index,
        item.change.actions,
        item.deposed is not None,
        tuple(dict.fromkeys(text(path[0]) for path in paths if path)),
        configuration,
        asked[item.type],
        item.change,
    )


def _data_sources(
    module: StateModule, stack: str, configuration: Configuration, asked: _Asked, present: set[str]
) -> Iterator[Change]:
    """What the data sources found: subnets and the like that exist, which no change tells of."""
    for item in module.resources or ():
        if item.mode != "data" or item.address in present:
            continue
        found = Difference(
            ("no-op",),
            before=item.values,
            after=item.values,
            before_sensitive=item.sensitive_values,
            after_sensitive=item.sensitive_values,
        )
        yield Change(
            stack, item.address, "data", item.type, item.name, steps_of(module.address), item.index,
            found.actions, False, (), configuration, asked[item.type], found,
        )  # fmt: skip
    for child in module.child_modules or ():
        yield from _data_sources(child, stack, configuration, asked, present)


def _stack_name(path: Path) -> str:
    stem = re.sub(r"\.(json|tfplan)$", "", path.stem)
    return (path.absolute().parent.name if stem in _ANY_PLAN else stem) or stem
