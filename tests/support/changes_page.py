"""docs/changes.md: every change that a field of the topology admits, with its class.

`python -m tests.support.changes_page` writes it, from the rows of the changes and the text beside this file.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from privatelink.changes.catalogue import KINDS as STAGED_KINDS
from tests.support.changes import CLASSES, KINDS, Class, Kind, Planned
from tests.support.changes_backends import BACKENDS
from tests.support.changes_model import admitted
from tests.support.changes_refused import REFUSED
from tests.support.changes_rows import NOT_APPLIED, TOPOLOGIES, TRACKS
from tests.support.changes_staged import LEAVING, STAGED
from tests.support.changes_world import reorders
from tests.support.project import PROJECT

PAGE = PROJECT / "docs" / "changes.md"
TEMPLATE = Path(__file__).with_suffix(".md")
NOTHING = "nothing"
# A section has the fields below its path; of several the longest counts.
SECTIONS: Mapping[str, str] = {
    "": "The file",
    "backend": "State",
    "service": "Services",
    "service.network": "Networks of services",
    "service.load_balancer": "Load balancers",
    "service.listeners": "Listeners and health checks",
    "service.backends": "Backends",
    "service.targets": "Targets",
    "service.private_dns": "Private DNS names",
    "service.notifications": "Notifications",
    "service.alarms": "Alarms",
    "consumers": "Consumers",
    "consumers.*.network": "Networks of consumers",
    "consumers.*.endpoint": "Endpoints",
    "consumers.*.endpoints": "Endpoints to other services",
    "consumers.*.hosted_zone": "Private hosted zones",
    "account": "Accounts",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page: changes of a field that belong to one class.

    Arguments:
        field: path of the field.
        kinds: kinds of the changes.
        result: their class.
        does: what Terraform does, the steps of a staged change, or why the file refuses it.
    """

    field: str
    kinds: tuple[Kind, ...]
    result: Class
    does: str


def rows() -> list[Row]:
    """Return every row."""
    order = list(admitted())
    kinds: dict[tuple[str, Class, str], set[Kind]] = {}
    for changes, result, does in _changes():
        for path, found in changes.items():
            kinds.setdefault((path, result, does), set()).update(found)
    found_rows = (
        Row(path, tuple(kind for kind in KINDS if kind in found), result, does)
        for (path, result, does), found in kinds.items()
    )
    return sorted(found_rows, key=lambda row: (order.index(row.field), row.result, row.kinds, row.does))


def _changes() -> Iterator[tuple[Mapping[str, tuple[Kind, ...]], Class, str]]:
    for tracks in TRACKS.values():
        for track in tracks:
            for change in filter(None, track.changes):
                does = summary(track.planned(change), track.stack)
                later = "; the next apply changes an output" if change.again else ""
                blocks = "; the review blocks it" if change.blocks else ""
                yield change.fields, change.result, f"{_note(change.note)}{does}{later}{blocks}"
    for make in TOPOLOGIES.values():
        for path in reorders(make()):
            yield {path: ("reorder",)}, "in place", NOTHING
    instead = {kind.id: kind.instead for kind in STAGED_KINDS}
    for staged in chain.from_iterable(STAGED.values()):
        yield staged.fields, "staged", f"{_note(staged.note)}`{staged.kind}`: {instead[staged.kind]}"
    for leaving in chain.from_iterable(LEAVING.values()):
        stacks = ", ".join(f"`{stack}`" for stack in leaving.stacks)
        does = f"{stacks} leaves the topology: `privatelink destroy --removed`"
        yield leaving.fields, "staged", f"{_note(leaving.note)}{does}"
    for moved in BACKENDS:
        yield moved.changes, "staged", "`terraform init -migrate-state` of each stack; then nothing"
    for refused in REFUSED:
        yield refused.changes, "refused", f"`{refused.rule}`"
    for changes, why in NOT_APPLIED:
        yield changes, "not applied", why


def _note(note: str) -> str:
    return f"{note}: " if note else ""


def summary(actions: Sequence[Planned], own: str) -> str:
    """Return actions by resource type, such as `+ aws_lb, ~ aws_vpc_endpoint_service`.

    Arguments:
        actions: the actions.
        own: the stack of the change; others are named.
    """
    types: dict[tuple[str, str], set[str]] = {}
    for action in actions:
        place = "" if action.stack == own else f"{action.stack}: "
        types.setdefault((place, action.action), set()).add(action.address.partition(".")[0])
    parts = (
        f"{place}{action} {', '.join(name.removeprefix('aws_') for name in sorted(names))}"
        for (place, action), names in sorted(types.items())
    )
    return "; ".join(parts) or NOTHING


def section_of(path: str) -> str:
    """Return the section of a field."""
    return max((start for start in SECTIONS if f"{path}.".startswith(f"{start}.") or not start), key=len)


def counts() -> Counter[str]:
    """Return the number of changes in each class: a kind of change of a field counts once in a class."""
    return Counter(result for _, _, result in {(r.field, kind, r.result) for r in rows() for kind in r.kinds})


def render() -> str:
    """Return the text of the page."""
    number = counts()
    sections = [_section(start, title) for start, title in SECTIONS.items()]
    return TEMPLATE.read_text(encoding="utf-8").format(
        classes="\n".join(f"| {name} | {what} | {number[name]} |" for name, what in CLASSES.items()),
        total=number.total(),
        fields=len(admitted()),
        sections="\n\n".join(sections),
    )


def _section(start: str, title: str) -> str:
    lines = [f"## {title}", "", "| field | change | class | Terraform |", "|---|---|---|---|"]
    for row in rows():
        if section_of(row.field) == start:
            lines.append(f"| `{row.field}` | {', '.join(row.kinds)} | {row.result} | {row.does} |")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
