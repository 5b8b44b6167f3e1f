"""A change that needs several applies, and its stages."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of change that AWS or the provider cannot make in one apply.

    Arguments:
        id: its name.
        what: the change, in a few words.
        why: why the change fails or does not end.
        page: the page of AWS or Terraform that documents it.
        instead: the way to make the change, in the words of Terraform.
    """

    id: str
    what: str
    why: str
    page: str
    instead: str


@dataclass(frozen=True)
class Stage:
    """One stage: edits of the topology file, or commands, and then an apply.

    Arguments:
        edits: what to change in the file, or what to do.
        commands: commands to run instead of `privatelink synth` and `privatelink apply`.
    """

    edits: tuple[str, ...]
    commands: tuple[str, ...] = ()


APPLIED = "the file as it was last applied"
LAST = Stage(("the file as it is now",))
AS_IT_IS = "and otherwise the file as it is now"


def destroy_first(stack: str, addresses: Iterable[str]) -> Stage:
    """Return the stage that destroys resources while the file still describes them.

    Arguments:
        stack: their stack.
        addresses: their addresses.
    """
    targets = " ".join(f"-target={address}" for address in addresses)
    folder = f"cdktf.out/stacks/{stack}"
    return Stage((APPLIED,), ("privatelink synth", f"terraform -chdir={folder} apply -destroy {targets}"))


@dataclass(frozen=True)
class Staged:
    """A planned change that needs several applies.

    Arguments:
        stack: the stack of the resource.
        address: the resource.
        change: the planned change.
        kind: why this cannot be one apply.
        stages: the stages, from the file as it was applied to the file as it is.
    """

    stack: str
    address: str
    change: str
    kind: Kind
    stages: tuple[Stage, ...]

    def as_json(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            "stack": self.stack,
            "address": self.address,
            "kind": self.kind.id,
            "change": self.change,
            "why": self.kind.why,
            "page": self.kind.page,
            "stages": [{"edits": [*stage.edits], "commands": [*stage.commands]} for stage in self.stages],
        }
