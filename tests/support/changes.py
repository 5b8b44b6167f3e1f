"""Changes of a topology, and what Terraform plans for each: the rows of docs/changes.md.

A track is a sequence of changes of one service or consumer. The changes at the same place of all tracks are
one wave: they are planned and applied together. So the changes of a track may build on each other, and tracks
of one service or consumer may not change the same field.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

Kind = Literal["add", "remove", "edit", "reorder", "rename", "switch"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Class = Literal["in place", "adds only", "staged", "replaces", "refused", "not applied"]
CLASSES: Mapping[Class, str] = {
    "in place": "one apply; Terraform updates, adds or deletes without replacing anything that has traffic",
    "adds only": "one apply; Terraform only creates resources",
    "staged": "AWS, the provider or the state needs several steps: `plan` shows them",
    "replaces": "one apply; Terraform deletes resources that have traffic, and creates others",
    "refused": "the file cannot express it: `check` refuses it, and says why",
    "not applied": "no test applies it; the row has the reason",
}
Action = Literal["+", "-", "~", "±"]
ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("create",): "+",
    ("delete",): "-",
    ("update",): "~",
    ("delete", "create"): "±",
    ("create", "delete"): "±",
}
"""The actions of a plan, as rows write them."""
GONE: Any = object()
"""The value of a field that an edit removes."""
Edit = Mapping[str, Any]
"""New values by the path of a field below a service or consumer, such as `listeners.0.port`."""


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """An action on a resource; of a row, the address may be a pattern.

    Arguments:
        stack: the stack without the name of the topology, such as consumer-web; of a row, also a pattern.
        action: what Terraform does.
        address: address of the resource.
    """

    stack: str
    action: Action
    address: str

    def __str__(self) -> str:
        return f"{self.stack} {self.action} {self.address}"

    def matches(self, other: "Planned") -> bool:
        """Say whether an action is of this pattern."""
        return (
            self.action == other.action
            and fnmatchcase(other.stack, self.stack)
            and fnmatchcase(other.address, self.address)
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a field.

    Arguments:
        fields: kinds of the change, by the path of the field, with * for keys.
        result: its class.
        edit: the change in the track's service or consumer.
        planned: the actions in the plan, each `[stack] action address`; without a stack, it is that of the
            track.
        note: a remark for the page.
        again: outputs that only the next apply changes, each with its stack.
        blocks: the review blocks it.
    """

    fields: Mapping[str, tuple[Kind, ...]]
    result: Class
    edit: Edit
    planned: tuple[str, ...] = ()
    note: str = ""
    again: tuple[str, ...] = ()
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """A change that `plan` shows with its stages, and that `apply` refuses.

    Arguments:
        fields: as of `Change`.
        kind: ID of the kind of staged change.
        edit: the change in the topology, after all its waves.
        note: a remark for the page.
    """

    fields: Mapping[str, tuple[Kind, ...]]
    kind: str
    edit: Edit
    note: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A change that makes stacks leave the topology, while they have resources: `plan` names them.

    Arguments:
        fields: as of `Change`.
        edit: the change in the topology, after all its waves and those before it.
        stacks: the stacks that leave.
        goes_on: the printed command is run, and the topology applied; the next change starts from it.
        note: a remark for the page.
    """

    fields: Mapping[str, tuple[Kind, ...]]
    edit: Edit
    stacks: tuple[str, ...]
    goes_on: bool
    note: str


@dataclass(frozen=True, slots=True)
class Track:
    """Changes of one service or consumer, one in each wave.

    Arguments:
        part: its path in the file, such as services.web.
        changes: its changes, in order.
    """

    part: str
    changes: tuple[Change | None, ...]

    @property
    def stack(self) -> str:
        """The stack of the service or consumer, without the name of the topology."""
        side, _, key = self.part.partition(".")
        return f"{'provider' if side == 'services' else 'consumer'}-{key}"

    def planned(self, change: Change) -> list[Planned]:
        """Return the actions of a change of this track."""
        return [_planned(text, self.stack) for text in change.planned]

    def acts_on(self, change: Change, stack: str, address: str) -> bool:
        """Say whether a change of this track has an action on a resource."""
        return any(
            fnmatchcase(stack, action.stack) and fnmatchcase(address, action.address)
            for action in self.planned(change)
        )


def _planned(text: str, stack: str) -> Planned:
    found = re.fullmatch(r"(?:(\S+) )?([-+~±]) (\S+)", text)
    assert found, text
    return Planned(found[1] or stack, found[2], found[3])  # type: ignore[arg-type]


def change(
    fields: str,
    result: Class,
    edit: Edit,
    *planned: str,
    note: str = "",
    again: tuple[str, ...] = (),
    blocks: bool = False,
) -> Change:
    """Return a change; `fields` as for `by_field`."""
    return Change(by_field(fields), result, edit, planned, note, again, blocks)


def by_field(text: str) -> dict[str, tuple[Kind, ...]]:
    """Return the kinds of change by field of a text such as `backend add, backend.local add edit`."""
    words = [part.split(maxsplit=1) for part in text.split(",") if part]
    return {path: _kinds(kinds) for path, kinds in words}


def _kinds(text: str) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS if kind in text.split())


def waves(tracks: Sequence[Track]) -> Iterator[list[tuple[Track, Change]]]:
    """Return the changes of each wave."""
    for number in range(max(len(track.changes) for track in tracks)):
        yield [
            (track, track.changes[number])  # type: ignore[misc]
            for track in tracks
            if number < len(track.changes) and track.changes[number]
        ]


def edited(topology: Mapping[str, Any], part: str, edit: Edit) -> dict[str, Any]:
    """Return a topology with an edit of a part applied."""
    result: dict[str, Any] = json.loads(json.dumps(topology))  # values that are in it twice become two
    for path, value in edit.items():
        *above, last = [*(part.split(".") if part else ()), *path.split(".")]
        place: Any = result
        for name in above:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        if value is GONE:
            del place[int(last) if isinstance(place, list) else last]
        elif isinstance(place, list):
            place[int(last) : int(last) + 1] = [copy.deepcopy(value)]  # or appended
        else:
            place[last] = copy.deepcopy(value)
    return result


def unexpected(expected: Iterable[Planned], planned: Iterable[Planned]) -> list[str]:
    """Return the planned actions that no pattern expects, and the patterns without an action."""
    patterns, actions = list(expected), sorted(planned)
    found = [f"not expected: {each}" for each in actions if not any(p.matches(each) for p in patterns)]
    return found + [
        f"not planned: {pattern}"
        for pattern in sorted(set(patterns))
        if not any(pattern.matches(each) for each in actions)
    ]
