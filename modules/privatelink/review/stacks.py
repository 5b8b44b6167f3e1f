"""The plans in files and folders; in a CDKTF output directory, the plan of each stack."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from privatelink.errors import UserError
from privatelink.review.document import HOW, PlanError
from privatelink.review.plan import Plan, check_apart, parse_plan, read_plan

MANIFEST = "manifest.json"
# The name that docs/review.md uses, and other common ones.
JSON_NAMES = ("plan.json", "tfplan.json", "terraform.tfplan.json")
SAVED_NAMES = ("terraform.tfplan", "plan.tfplan", "tfplan", "plan")
_PACKED = ".gz"


def read_plans(paths: Sequence[Path]) -> list[Plan]:
    """Read plan files, `-` for standard input, folders of plans, and CDKTF output directories.

    Raises:
        PlanError: a plan cannot be read, or is given twice.
    """
    read: list[Plan] = []
    for path in paths:
        if not path.is_dir():
            read.append(read_plan(path))
        elif (path / MANIFEST).is_file():
            read += plans_of(path)
        else:
            read += [read_plan(each) for each in _plan_files(path)]
    check_apart(read)
    return read


def plans_of(folder: Path) -> list[Plan]:
    """Read the plan of each stack in a CDKTF output directory.

    Raises:
        PlanError: its manifest is damaged, or a stack has no plan.
    """
    try:
        stacks = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["stacks"]
        directories = {name: folder / stack["workingDirectory"] for name, stack in sorted(stacks.items())}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlanError(
            f"{folder}: is not a CDKTF output directory: {MANIFEST} is damaged; name plan files instead"
        ) from error
    return [_plan(name, directory) for name, directory in directories.items()]


def _plan_files(folder: Path) -> list[Path]:
    """The JSON files in a folder, and the plan in each of its subfolders, as a CI system stores artifacts."""
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name.removesuffix(_PACKED).endswith(".json")
    ]
    below = [found for path in sorted(folder.iterdir()) if path.is_dir() and (found := _json_plan(path))]
    if not files and not below:
        raise PlanError(
            f"{folder}: has no plan: neither {MANIFEST}, nor a file that ends with .json or .json.gz, nor a "
            f"subfolder with {JSON_NAMES[0]}; {HOW}"
        )
    return [*files, *below]


def _json_plan(directory: Path) -> Path | None:
    names = (f"{name}{packed}" for name in JSON_NAMES for packed in ("", _PACKED))
    return next((directory / name for name in names if (directory / name).is_file()), None)


def _plan(stack: str, directory: Path) -> Plan:
    if path := _json_plan(directory):
        return read_plan(path, stack)
    for name in SAVED_NAMES:
        if (directory / name).is_file():
            return _saved(stack, directory, directory / name)
    raise PlanError(
        f"{directory}: stack {stack} has no plan; create one with `terraform -chdir={directory} plan "
        f"-out={SAVED_NAMES[0]}`"
    )


def _saved(stack: str, directory: Path, path: Path) -> Plan:
    # Imported here: only plans that Terraform saved need it, and it is a tenth of the start.
    from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment
    from privatelink.terraform.root import TerraformRoot

    try:
        root = TerraformRoot(directory, terraform_environment(DEFAULT_WORK_DIR, os.environ))
        return parse_plan(json.dumps(root.show_plan(path)).encode(), str(path), stack)
    except UserError as error:
        raise PlanError(f"{path}: {error}") from error
