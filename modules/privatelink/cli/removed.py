"""Names the stacks that are no longer in the topology, in the commands that work on those that are."""

from pathlib import Path

from privatelink.cli.exits import say
from privatelink.stacks.manifest import read_manifest
from privatelink.stacks.removed_stacks import find_removed, notes_on


def show_removed(out: Path) -> None:
    """Print the stacks that left the topology and still have resources, and the commands that destroy them.

    Arguments:
        out: the output folder.
    """
    removed = find_removed(out, read_manifest(out))
    for note in notes_on([stack for stack in removed if stack.was_moved and stack.state], out):
        say(note)
