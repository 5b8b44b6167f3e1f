"""The Node processes of a process, by /proc."""

from pathlib import Path


def node_processes(pid):
    """The command lines of the Node processes below a process."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        arguments = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        found += [" ".join(arguments)] * ("node" in arguments[0]) + node_processes(child)
    return found
