"""`python -m tests.support.plans [NAME…]` writes tests/data/plans anew, by the real Terraform and provider.

Each configuration is applied once on the local AWS; every plan of it is made against that state, without
asking AWS again.
"""

import functools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from tests.support.kept_provider import attached_sandbox
from tests.support.plans.scenario import Scenario
from tests.support.plans.scenarios import SCENARIOS
from tests.support.project import PROJECT

CONFIGURATIONS = Path(__file__).parent
FOLDER = PROJECT / "tests" / "data" / "plans"
# What the review does not read: the same values once more, and what differs from run to run.
LEFT_OUT = ("planned_values", "prior_state", "timestamp", "relevant_attributes", "checks", "resource_drift")


def as_kept(plan: Mapping[str, Any]) -> str:
    """A plan as text, one line for each resource so that a change can be read."""
    kept = {name: value for name, value in plan.items() if name not in LEFT_OUT}
    changes = ",\n".join(_line(_without_nulls(change)) for change in kept.pop("resource_changes", []))
    return f'{_line(kept)[:-1]},\n"resource_changes": [\n{changes}\n]}}\n'


def _without_nulls(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change without the attributes that are null, which is half of them: absent says the same."""
    values = {
        name: {key: item for key, item in value.items() if item is not None}
        if isinstance(value, dict)
        else value
        for name, value in change["change"].items()
    }
    return {**change, "change": values}


def _line(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def main(names: list[str]) -> None:
    """Apply, then plan each scenario."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = [scenario for scenario in SCENARIOS if not names or scenario.name in names]
    for base in dict.fromkeys(scenario.base for scenario in chosen):
        of_base = [scenario for scenario in chosen if scenario.base == base]
        # One local AWS for each: they have resources of the same names.
        with tempfile.TemporaryDirectory() as scratch, attached_sandbox() as sandbox:
            environment = terraform_environment(Path(scratch), sandbox.client_environment)
            applied = Path(scratch, "applied")
            shutil.copytree(CONFIGURATIONS / base, applied)
            root = TerraformRoot(applied, environment)
            root.init()
            root.apply()
            root.apply_refresh_only()
            planned = functools.partial(plan, applied=applied, environment=environment)
            with ThreadPoolExecutor(2) as workers:
                for scenario, text in zip(of_base, workers.map(planned, of_base), strict=True):
                    (FOLDER / f"{scenario.name}.json").write_text(text, encoding="utf-8")
                    print(scenario.name, len(text))
    for gone in {path.stem for path in FOLDER.iterdir()} - {scenario.name for scenario in SCENARIOS}:
        (FOLDER / f"{gone}.json").unlink()


def plan(scenario: Scenario, applied: Path, environment: Mapping[str, str]) -> str:
    """The plan of one scenario."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "root")
        shutil.copytree(applied, folder, symlinks=True)
        edit(folder, scenario)
        state = folder / "terraform.tfstate"
        state.write_text(json.dumps(crafted(json.loads(state.read_text()), scenario.state)))
        # TerraformRoot plans as one does for real, with a refresh; this state is not what AWS has.
        options = ["-destroy"] * scenario.destroy
        for command in (
            ["plan", "-input=false", "-no-color", "-refresh=false", "-out=plan", *options],
            ["show", "-json", "-no-color", "plan"],
        ):
            ran = subprocess.run(
                ["terraform", *command],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if ran.returncode:
                raise SystemExit(f"{scenario.name}: {ran.stderr}")
        return as_kept(json.loads(ran.stdout))


def edit(folder: Path, scenario: Scenario) -> None:
    """Make the edits; each piece has to be there, in one file."""
    for old, new in scenario.edits.items():
        files = [path for path in folder.rglob("*.tf") if old in path.read_text(encoding="utf-8")]
        if len(files) != 1:
            raise SystemExit(f"{scenario.name}: in {len(files)} files, not in one: {old!r}")
        files[0].write_text(files[0].read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def crafted(state: dict[str, Any], changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A state with other values."""
    wanted = dict(changes)
    for resource in state["resources"]:
        address = ".".join(filter(None, (resource.get("module"), resource["type"], resource["name"])))
        if (values := wanted.pop(address, None)) is not None:
            resource["instances"][0]["attributes"].update(values)
    if wanted:
        raise SystemExit(f"not in the state: {', '.join(wanted)}")
    return state


if __name__ == "__main__":
    main(sys.argv[1:])
