"""The plans in a CDKTF output directory: for each stack the one saved in its directory."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from privatelink.errors import UserError
from privatelink.review.document import PlanError
from privatelink.review.plan import Plan, check_apart, parse_plan, read_plan
from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment
from privatelink.terraform.root import TerraformRoot

MANIFEST = "manifest.json"
# The name that docs/review.md uses, and other common ones.
JSON_NAMES = ("plan.json", "tfplan.json", "terraform.tfplan.json")
SAVED_NAMES = ("terraform.tfplan", "plan.tfplan", "tfplan", "plan")


def read_plans(paths: Sequence[Path]) -> list[Plan]:
    """Read plan files, and the plan of each stack in CDKTF output directories.

    Raises:
        PlanError: a plan cannot be read, or is given twice.
    """
    read: list[Plan] = []
    for path in paths:
        read += plans_of(path) if path.is_dir() else [read_plan(path)]
    check_apart(read)
    return read


def plans_of(folder: Path) -> list[Plan]:
    """Read the plan of each stack in a CDKTF output directory.

    Raises:
        PlanError: it is not a CDKTF output directory, or a stack has no plan.
    """
    try:
        stacks = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["stacks"]
        directories = {name: folder / stack["workingDirectory"] for name, stack in sorted(stacks.items())}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(
            f"{folder}: is not a CDKTF output directory: {MANIFEST} is missing or not readable; name plan "
            "files instead"
        ) from error
    return [_plan(name, directory) for name, directory in directories.items()]


def _plan(stack: str, directory: Path) -> Plan:
    for name in JSON_NAMES:
        if (directory / name).is_file():
            return read_plan(directory / name, stack)
    for name in SAVED_NAMES:
        if (directory / name).is_file():
            return _saved(stack, directory, directory / name)
    raise PlanError(
        f"{directory}: stack {stack} has no plan; create one with `terraform -chdir={directory} plan "
        f"-out={SAVED_NAMES[0]}`"
    )


def _saved(stack: str, directory: Path, path: Path) -> Plan:
    try:
        root = TerraformRoot(directory, terraform_environment(DEFAULT_WORK_DIR, os.environ))
        return parse_plan(json.dumps(root.show_plan(path)).encode(), str(path), stack)
    except UserError as error:
        raise PlanError(f"{path}: {error}") from error
