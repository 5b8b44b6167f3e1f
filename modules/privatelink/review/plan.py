"""Read plans from the output of `terraform show -json`.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from privatelink.escapes import printable
from privatelink.review.change import Change, Sides
from privatelink.review.configuration import Configuration
from privatelink.review.content import STDIO, read_content
from privatelink.review.document import (
    HOW,
    NULL,
    Difference,
    Document,
    PlanError,
    ResourceChange,
    StateModule,
    read_document,
    resource_changes,
)
from privatelink.review.shapes import encodable, steps_of, text

FORMAT_MAJOR: Final = "1"
# Types of which each resource belongs to a single state.
_ONE_OWNER = (
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_service",
)
_Asked = Mapping[str, set[str]]
_FAILED = ("fail", "error")
_GONE = ("delete",)
# File names that do not identify a plan: it gets the name of its directory.
_ANY_PLAN = ("plan", "tfplan", "terraform", "terraform.tfplan", "show")


@dataclass(frozen=True)
class Plan:
    """One plan.

    Arguments:
        stack: its name in the review.
        path: its file, as given.
        changes: the changes of its resources, including those without an action.
        drift: addresses of resources that changed outside Terraform.
        missing: the resources of the state that Terraform did not find in AWS any more.
        notes: remarks on the plan itself, such as that it is incomplete.
        unfinished: whether Terraform did not plan all changes: planning failed, or it deferred some.
        secrets: its sensitive values.
    """

    stack: str
    path: str
    changes: Sequence[Change]
    drift: Sequence[str] = ()
    missing: Sequence[Change] = ()
    notes: Sequence[str] = ()
    unfinished: bool = False
    secrets: frozenset[str] = frozenset()


def read_plan(path: Path, stack: str = "") -> Plan:
    """Read one plan.

    Arguments:
        path: its file, which may be packed with gzip; `-`: standard input.
        stack: its name in the review; default: the name of the file or of its directory.

    Raises:
        PlanError: the file is not a plan in JSON.
    """
    return parse_plan(read_content(path), str(path), stack or _stack_name(path))


def parse_plan(content: bytes | bytearray, path: str, stack: str) -> Plan:
    """Parse the JSON of a plan.

    Raises:
        PlanError: it is not the JSON of a plan.
    """
    path, stack = encodable(path), encodable(stack)
    document = read_document(content, path)
    if not document.is_plan:
        kind = "a state" if document.is_state else "JSON"
        raise PlanError(f"{path}: is {kind} but not a plan: format_version or changes are missing; {HOW}")
    configuration = Configuration(document.configuration or {})
    asked: dict[str, set[str]] = defaultdict(set)
    keep = Copies()
    changes = [_change(each, stack, configuration, asked, keep) for each in resource_changes(document, path)]
    values = document.prior_state.values if document.prior_state else None
    if values and values.root_module:
        present = {change.address for change in changes}
        modes = ("data",) if document.complete else ("data", "managed")
        changes += _unchanged(values.root_module, stack, configuration, asked, keep, present, modes)
    return Plan(
        stack,
        path,
        changes,
        tuple(each.address for each in document.resource_drift or ()),
        tuple(_missing(document, stack, configuration, asked, keep)),
        tuple(_notes(document)),
        document.errored or bool(document.deferred_changes),
        frozenset(secret for change in changes for secret in change.secrets()),
    )


def check_apart(plans: Sequence[Plan]) -> None:
    """Check that plans differ in their names and states: one plan would hide the changes of the other.

    Raises:
        PlanError: two plans have the same name, or are of the same state.
    """
    if len(plans) < 2:
        return
    names = [plan.stack for plan in plans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(
            f"two plans are called {', '.join(twice)}; a plan is named after its file, or after its "
            "directory if the file is plan.json: rename one"
        )
    owners: dict[tuple[str, str], Change] = {}
    for change in (each for plan in plans for each in plan.changes):
        if change.type not in _ONE_OWNER or change.mode != "managed" or change.deposed:
            continue
        if identity := text(change.value("before", "id")):
            owner = owners.setdefault((change.type, identity), change)
            if owner.stack != change.stack:
                raise PlanError(
                    f"{owner.stack} and {change.stack} both have {owner.address} ({identity}): they are "
                    "plans of the same state; review only the newest"
                )


def _notes(document: Document) -> Iterator[str]:
    version = document.format_version
    if version.partition(".")[0] != FORMAT_MAJOR:
        yield f"format version {version[:20]} of the plan is not {FORMAT_MAJOR}.x: findings may be missing"
    if document.errored:
        yield "planning failed: the plan is incomplete and cannot be applied"
    elif document.deferred_changes:
        number = len(document.deferred_changes)
        yield f"the plan is incomplete: Terraform deferred changes to a later plan ({number})"
    elif not document.complete:
        yield "the plan is incomplete: it was made with -target, and leaves out all other changes"
    failed = [each.address.to_display for each in document.checks or () if each.status in _FAILED]
    if failed:
        yield f"checks failed: {', '.join(map(printable, failed))}"


class Copies:
    """Copies what a plan says of a resource, so that its whole text can be dropped.

    What many resources have alike is copied once: most values do not change, and most marks are empty.
    """

    def __init__(self) -> None:
        self._marks: dict[bytes, bytes] = {}
        self._actions: dict[tuple[str, ...], tuple[str, ...]] = {}

    def actions(self, actions: tuple[str, ...]) -> tuple[str, ...]:
        """Return the actions on a resource; there are only a few."""
        return self._actions.setdefault(actions, actions)

    def __call__(self, difference: Difference) -> Sides:
        """Return the values on both sides, with their marks."""
        before, after = bytes(difference.before), bytes(difference.after)
        unknown = bytes(difference.after_unknown)
        was_sensitive, is_sensitive = bytes(difference.before_sensitive), bytes(difference.after_sensitive)
        same = self._marks.setdefault
        return Sides(
            NULL if before == NULL else before,
            before if before == after else (NULL if after == NULL else after),
            same(unknown, unknown),
            same(was_sensitive, was_sensitive),
            same(is_sensitive, is_sensitive),
        )


def _change(
    item: ResourceChange, stack: str, configuration: Configuration, asked: _Asked, keep: Copies
) -> Change:
    paths = item.change.replace_paths
    return Change(
        stack,
        item.address,
        item.mode,
        # 10,000 resources have about 100 types, and few names: most are copies by count, for_each or modules.
        sys.intern(item.type),
        sys.intern(item.name),
        steps_of(item.module_address),
        item.index,
        keep.actions(item.change.actions),
        item.deposed is not None,
        tuple(dict.fromkeys(text(path[0]) for path in paths if path)) if paths else (),
        configuration,
        asked[item.type],
        keep(item.change),
    )


def _missing(
    document: Document, stack: str, configuration: Configuration, asked: _Asked, keep: Copies
) -> Iterator[Change]:
    for each in document.resource_drift or ():
        if each.change is not None and each.change.actions == _GONE:
            item = ResourceChange(each.address, each.change, each.type, mode=each.mode)
            yield _change(item, stack, configuration, asked, keep)


def _unchanged(
    module: StateModule,
    stack: str,
    configuration: Configuration,
    asked: _Asked,
    keep: Copies,
    present: set[str],
    modes: Sequence[str],
) -> Iterator[Change]:
    """What is in the prior state, and not among the changes.

    These are data sources, such as existing subnets. In an incomplete plan they are also managed resources: a
    plan with a listener as `-target` does not have the endpoint service, which does not change.
    """
    for item in module.resources or ():
        if item.mode not in modes or item.address in present:
            continue
        found = Difference(
            ("no-op",),
            before=item.values,
            after=item.values,
            before_sensitive=item.sensitive_values,
            after_sensitive=item.sensitive_values,
        )
        yield Change(
            stack, item.address, item.mode, item.type, item.name, steps_of(module.address), item.index,
            found.actions, False, (), configuration, asked[item.type], keep(found),
        )  # fmt: skip
    for child in module.child_modules or ():
        yield from _unchanged(child, stack, configuration, asked, keep, present, modes)


def _stack_name(path: Path) -> str:
    if path == STDIO:
        return "stdin"
    stem = re.sub(r"\.(json|tfplan)$", "", Path(path.name.removesuffix(".gz")).stem)
    return (path.absolute().parent.name if stem in _ANY_PLAN else stem) or stem
