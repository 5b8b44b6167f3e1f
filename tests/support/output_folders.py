"""Output folders as CDKTF writes them, without CDKTF."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROVIDER = {"resource": {"aws_vpc_endpoint_service": {"s": {}}}}
SAVED_PLAN = b"PK\x03\x04" + b"\0" * 26 + b"tfplan" + b"\0" * 100
JSON_PLAN = b'{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{}}'


def local(stack: str, **others: Any) -> dict[str, Any]:
    """The Terraform of a stack with its state beside the output folder."""
    path = f"../../../terraform.{stack}.tfstate"
    return {"terraform": {"backend": {"local": {"path": path}}}, **others}


def generate(
    folder: Path,
    stacks: Mapping[str, Mapping[str, Any]],
    dependencies: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write the Terraform of each stack, and the manifest last, as CDKTF does."""
    (folder / "stacks").mkdir(parents=True, exist_ok=True)
    manifest = {}
    for name, configuration in stacks.items():
        path = f"stacks/{name}"
        (folder / path).mkdir(exist_ok=True)
        (folder / path / "cdk.tf.json").write_text(json.dumps(configuration), encoding="utf-8")
        manifest[name] = {
            "name": name,
            "workingDirectory": path,
            "synthesizedStackPath": f"{path}/cdk.tf.json",
            "stackMetadataPath": f"{path}/metadata.json",
            "dependencies": list((dependencies or {}).get(name, [])),
        }
    (folder / "manifest.json").write_text(json.dumps({"stacks": manifest, "version": "0.21.0"}))


def generated(folder: Path) -> dict[str, str]:
    """Every generated file of an output folder, by its path: what a reader of it may see."""
    files = [folder / "manifest.json", *folder.glob("stacks/*/cdk.tf.json")]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


def state(path: Path, resources: int) -> None:
    """Write a state with so many resources, and a data source that is no resource."""
    instances = [{} for _ in range(resources)]
    found = [{"mode": "data", "instances": [{}]}, {"mode": "managed", "instances": instances}]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": 4, "resources": found}), encoding="utf-8")


def beside(folder: Path) -> set[str]:
    """What lies beside the output folder and is of it."""
    return {path.name for path in folder.parent.iterdir() if path.name.startswith(f".{folder.name}.")}
