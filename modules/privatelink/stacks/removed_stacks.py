"""Finds stacks that are no longer in the topology, and keeps those that may have state.

A stack without state is deleted. A stack that may have state moves from `stacks/<stack>` to
`removed/<stack>`, because its Terraform is needed to destroy its resources. The depth is the same, so that
relative paths of state files stay valid. `removed/manifest.json` has the form of CDKTF's manifest, which no
longer lists these stacks; the CDKTF CLI reads only CDKTF's. A stack that is in the topology again, or whose
state is empty, leaves `removed/`.
"""

import json
import shlex
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from privatelink.stacks.manifest import (
    DEFAULT_FOLDER,
    GENERATED,
    STACKS,
    VERSIONS,
    generated_files,
    read_manifest,
    stack_folders,
    write_manifest,
)
from privatelink.stacks.saved_plans import saved_plans

REMOVED = "removed"
# Files of Terraform in a stack's folder, other than states and saved plans.
TERRAFORMS = {".terraform", ".terraform.lock.hcl"}
ACCEPTER = "aws_vpc_endpoint_connection_accepter"
SERVICE = "aws_vpc_endpoint_service"


@dataclass(frozen=True)
class RemovedStack:
    """A stack that is in the output folder, but not in the topology.

    Arguments:
        name: its name.
        entry: its entry in the manifest.
        folder: its folder in the output folder.
        state: a description of its state, as text; None if it has none.
        files: files of users in its folder.
        is_remote: its state is not a local file, so later runs cannot see that it was destroyed.
        accepters: addresses of its acceptances of endpoint connections.
        has_service: it has an endpoint service.
    """

    name: str
    entry: Mapping[str, Any]
    folder: Path
    state: str | None
    files: tuple[str, ...]
    is_remote: bool
    accepters: tuple[str, ...]
    has_service: bool

    @property
    def is_kept(self) -> bool:
        """Whether it is kept in `removed/`."""
        return bool(self.state or self.files)

    @property
    def was_moved(self) -> bool:
        """Whether an earlier run has moved it to `removed/`."""
        return self.folder.parent.name == REMOVED


def find_removed(out: Path, stacks: Collection[str]) -> list[RemovedStack]:
    """Find the stacks in an output folder that are not in `stacks`, each before those that it depends on."""
    found = {}
    for place, manifest in (
        (out / REMOVED, read_manifest(out / REMOVED)),
        (out / STACKS, read_manifest(out)),
    ):
        for folder in stack_folders(place):
            if folder.name not in stacks and (folder.name in manifest or (folder / GENERATED).exists()):
                entry = manifest.get(folder.name, {"name": folder.name})
                found[folder.name] = _describe(folder, entry)
    order = TopologicalSorter({name: found[name].entry.get("dependencies", []) for name in sorted(found)})
    return [found[name] for name in reversed([*order.static_order()]) if name in found]


def notes_on(stacks: Sequence[RemovedStack], out: Path) -> list[str]:
    """Return notes for the user: why stacks are kept, and the commands that destroy them.

    A consumer is destroyed before the other stacks are applied: the acceptance stack would otherwise reject
    its connections first. A service is destroyed after the apply: AWS does not delete one with connections.

    Arguments:
        stacks: the removed stacks, each before those that it depends on.
        out: the output folder, as the user names it.
    """
    lines = [
        f"note: {out / REMOVED / stack.name} has no stack any more; it is kept because of your files "
        f"{', '.join(stack.files)}"
        for stack in stacks
        if stack.files and not stack.state
    ]
    built = [stack for stack in stacks if stack.state]
    if built:
        lines.append("note: these stacks are no longer in the topology; to destroy them, run in this order:")
        if first := [stack.name for stack in built if not stack.has_service]:
            lines.append(f"  {_command('destroy', out, '--removed', *first)}")
        if last := [stack.name for stack in built if stack.has_service]:
            lines.append(f"  {_command('apply', out)}  # AWS does not delete a service that has connections")
            lines.append(f"  {_command('destroy', out, '--removed', *last)}")
        lines += [f"  {stack.name}: {_consequences(stack, out)}" for stack in built]
    return lines


def _command(command: str, out: Path, *arguments: str) -> str:
    folder = [] if out == Path(DEFAULT_FOLDER) else ["--out", str(out)]
    return shlex.join(["privatelink", command, *folder, *arguments])


def _consequences(stack: RemovedStack, out: Path) -> str:
    if not stack.accepters:
        return stack.state or ""
    folder = out / REMOVED / stack.name
    keep = shlex.join(["terraform", f"-chdir={folder}", "state", "rm", *stack.accepters])
    return (
        f"{stack.state}; destroying it rejects the connections that it accepted; to keep them, first remove "
        f"them from its state: {keep}"
    )


def delete_destroyed(out: Path, names: Collection[str]) -> list[Path]:
    """Delete the folders of removed stacks that were destroyed; return those that are kept.

    A folder is kept with the files of users, and if a local workspace in it still has resources.

    Arguments:
        out: the output folder.
        names: the stacks that were destroyed.
    """
    place = out / REMOVED
    manifest = dict(read_manifest(place))
    kept = []
    for name in names:
        stack = _describe(place / name, manifest[name])
        if stack.state and not stack.is_remote:
            kept.append(stack.folder)
            continue
        del manifest[name]
        for path in stack.folder.iterdir():
            if path.name in stack.files:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        if stack.files:
            kept.append(stack.folder)
        else:
            stack.folder.rmdir()
    write_manifest(place, manifest)
    if not manifest and not stack_folders(place):
        shutil.rmtree(place)
    return kept


def _describe(folder: Path, entry: Mapping[str, Any]) -> RemovedStack:
    configuration = _configuration(folder)
    (kind, backend), *_ = [*_backends(configuration), ("", {})]
    is_remote = kind != "local"
    resources = configuration.get("resource", {})
    state = f"its state is in {kind}" if kind else "its backend cannot be read"
    return RemovedStack(
        folder.name,
        entry,
        folder,
        state if is_remote else _resources(_state_files(folder, backend)),
        tuple(sorted(_files_of_users(folder, entry))),
        is_remote,
        accepters=tuple(f"{ACCEPTER}.{name}" for name in sorted(resources.get(ACCEPTER, {}))),
        has_service=SERVICE in resources,
    )


def _configuration(folder: Path) -> dict[str, Any]:
    """Return the generated Terraform; empty if it is not JSON, for example HCL."""
    try:
        configuration = json.loads((folder / GENERATED).read_bytes())
    except (OSError, ValueError):
        return {}
    return configuration if isinstance(configuration, dict) else {}


def _backends(configuration: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    terraform = configuration.get("terraform", {})
    yield from terraform.get("backend", {}).items()
    if "cloud" in terraform:
        yield "HCP Terraform", terraform["cloud"]


def _files_of_users(folder: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    generated = {GENERATED, VERSIONS, *(Path(file).name for file in generated_files({folder.name: entry}))}
    left_out = generated | TERRAFORMS | set(saved_plans(folder))
    names = (file.name for file in folder.iterdir())
    return (name for name in names if name not in left_out and ".tfstate" not in name)


def _state_files(folder: Path, backend: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the state files of a stack: its own, those of its workspaces, and those of failed writes.

    https://developer.hashicorp.com/terraform/language/backend/local
    """
    yield folder / backend.get("path", "terraform.tfstate")
    yield from folder.glob("*.tfstate")
    yield from folder.glob("terraform.tfstate.d/*/*.tfstate")


def _resources(states: Iterator[Path]) -> str | None:
    """Return the number of resources in these states as text; None if there are none."""
    count = 0
    for state in {path.resolve() for path in states if path.exists()}:
        try:
            resources = json.loads(state.read_bytes())["resources"]
            count += sum(len(found["instances"]) for found in resources if found["mode"] == "managed")
        except (OSError, ValueError, KeyError, TypeError):
            return f"its state {state.name} cannot be read"
    return f"{count} resource{'s' if count > 1 else ''} in its state" if count else None
