"""Plans of Terraform modules with a mocked provider, by one `terraform test` for all."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from privatelink.terraform.root import TerraformRoot
from tools.module_generator.files import value
from tools.module_generator.modules import Module

Leaves = dict[tuple[str, ...], Any]
UNKNOWN = "(known after apply)"


@dataclass(frozen=True)
class Case:
    """A module, or a stack, with inputs to plan it with.

    Arguments:
        name: the name of its plan.
        source: its folder, below the root.
        mocks: the folder with the mocked provider, below the root.
        inputs: its inputs.
        found: what data sources find instead, by their addresses.
        providers: the aliases of its further providers.
    """

    name: str
    source: str
    mocks: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    providers: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The test file."""
        mocks = "".join(
            f'mock_provider "aws" {{\n{named}source = "./{self.mocks}"\n}}\n'
            for named in ("", *(f'alias = "{alias}"\n' for alias in self.providers))
        )
        inputs = "".join(f"{name} = {value(given)}\n" for name, given in self.inputs.items())
        found = "".join(
            f"override_data {{\ntarget = {address}\nvalues = {value(values)}\n}}\n"
            for address, values in self.found.items()
        )
        return (
            f'{mocks}run "plan" {{\ncommand = plan\nmodule {{\nsource = "./{self.source}"\n}}\n'
            f"variables {{\n{inputs}}}\n{found}}}\n"
        )


@dataclass(frozen=True)
class Plan:
    """What Terraform would create, or why it refuses to."""

    resources: Mapping[str, Leaves]
    outputs: Leaves
    refused: str

    @property
    def leaves(self) -> Leaves:
        """Every value, by its path."""
        found = {
            (address, *path): leaf
            for address, leaves in self.resources.items()
            for path, leaf in leaves.items()
        }
        return found | {("output", *path): leaf for path, leaf in self.outputs.items()}


def case_of(module: Module, name: str, inputs: Mapping[str, Any], found: Mapping[str, Any]) -> Case:
    """Return a case of a module in `terraform/` with inputs besides good ones."""
    folder = f"terraform/{module.name}"
    good = {**module.good, **inputs}
    return Case(name, folder, f"{folder}/tests/aws", good, found, tuple(module.providers))


def plans(root: Path, environment: Mapping[str, str], cases: Iterable[Case]) -> dict[str, Plan]:
    """Plan each case; return the plans by name."""
    (root / "main.tf").write_text("")
    (root / "tests").mkdir(exist_ok=True)
    names = []
    for case in cases:
        names.append(case.name)
        (root / "tests" / f"{case.name}.tftest.hcl").write_text(case.text)
    TerraformRoot(root, dict(environment)).init()
    run = subprocess.run(
        ["terraform", "test", "-json", "-verbose"], cwd=root, env=environment, capture_output=True, text=True
    )
    events = [json.loads(line) for line in run.stdout.splitlines()]
    return {name: _plan(events, f"tests/{name}.tftest.hcl") for name in names}


def _plan(events: list[dict[str, Any]], file: str) -> Plan:
    own = [event for event in events if event.get("@testfile") == file]
    refused = "\n".join(
        event["diagnostic"].get("detail", "")
        for event in own
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error"
    )
    found = [event["test_plan"] for event in own if event["type"] == "test_plan"]
    if not found:
        return Plan({}, {}, refused or "no plan")
    changes = found[0].get("resource_changes", [])
    return Plan(
        {change["address"]: dict(_leaves(change["change"])) for change in changes},
        {
            (name, *path): leaf
            for name, change in found[0].get("output_changes", {}).items()
            for path, leaf in _leaves(change)
        },
        refused,
    )


def _leaves(change: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return the values after a change, by their paths, without those that nobody set."""
    yield from _known(change.get("after"), ())
    yield from _unknown(change.get("after_unknown"), ())


def _known(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _known(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _known(item, (*path, str(number)))
    elif value is not None:
        yield path, value


def _unknown(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if value is True:
        yield path, UNKNOWN
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unknown(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown(item, (*path, str(number)))
