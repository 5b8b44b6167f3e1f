"""Synthesize a topology in this process and read the JSON back."""

import json
import tempfile
from pathlib import Path
from typing import Any

from privatelink.framework import aws
from privatelink.stacks import build as stacks
from privatelink.topology.file import load, parse
from privatelink.topology.model import Topology
from tests.support.project import PROJECT

WALKTHROUGH = PROJECT / "topology.yaml"
EXAMPLES = sorted((PROJECT / "examples").glob("*.yaml"))
TOPOLOGIES = [WALKTHROUGH, *EXAMPLES]


def synth(topology: Topology | Path | str) -> dict[str, dict[str, Any]]:
    """The JSON of each stack, by stack name. Text is YAML."""
    with tempfile.TemporaryDirectory() as out_dir:
        synth_to(Path(out_dir), topology)
        return {
            path.parent.name: json.loads(path.read_text())
            for path in Path(out_dir).glob("stacks/*/cdk.tf.json")
        }


def synth_to(out_dir: Path, topology: Topology | Path | str) -> None:
    """Synthesize to a directory, in this process. Text is YAML."""
    if isinstance(topology, Path):
        topology = load(topology)
    elif isinstance(topology, str):
        topology = parse(topology)
    app = aws.App(outdir=str(out_dir))
    stacks.build(app, topology)
    app.synth()


def synth_one(build: Any) -> dict[str, Any]:
    """The JSON of one stack that `build(stack)` fills."""
    with tempfile.TemporaryDirectory() as out_dir:
        app = aws.App(outdir=out_dir)
        stack = aws.TerraformStack(app, "test")
        aws.AwsProvider(stack, "aws", region="ap-northeast-2")
        build(stack)
        app.synth()
        return json.loads((Path(out_dir) / "stacks/test/cdk.tf.json").read_text())


def resources(stack: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type, by name, without cdktf's metadata."""
    return {
        name: {key: value for key, value in body.items() if key != "//"}
        for name, body in stack.get("resource", {}).get(kind, {}).items()
    }


def addresses(stack: dict[str, Any]) -> set[str]:
    """Every resource address of a stack."""
    return {f"{kind}.{name}" for kind, named in stack.get("resource", {}).items() for name in named}
