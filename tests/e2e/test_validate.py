"""`terraform validate` of every example as HCL: all of their stacks in one go, as modules of one root.

As JSON each is applied, which validates it as well. Some mutated examples are validated too; `make fuzz` has
Terraform validate more of them.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from privatelink.cli.hcl import write
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from privatelink.topology.model import Topology
from tests.support.kept_provider import kept_provider
from tests.support.project import PROJECT
from tests.support.synth import TOPOLOGIES, synth_to
from tests.support.topology_fuzz import OF_MODULES, checked, mutated_examples

pytestmark = pytest.mark.terraform

# No test can apply it: there is no HCP Terraform here.
IN_HCP_TERRAFORM = yaml.safe_dump(
    yaml.safe_load((PROJECT / "examples" / "s3-state.yaml").read_text(encoding="utf-8"))
    | {"backend": {"hcp": {"organization": "acme", "project": "Network"}}}
)


def test_every_stack_of_every_example_is_valid_and_formatted_as_hcl(tmp_path: Path):
    with kept_provider(terraform_environment(tmp_path)) as environment:
        modules = as_modules(tmp_path, environment)
        root = TerraformRoot(tmp_path, environment)
        root.init()

        assert {warning.summary for warning in root.validate().warnings} <= OF_MODULES
    assert len(modules) == len(list(tmp_path.glob("*/stacks/*"))) > len(TOPOLOGIES)
    subprocess.run(["terraform", "fmt", "-check", "-recursive", "."], cwd=tmp_path, check=True)


def mutated() -> dict[str, str]:
    """Mutated examples that the check accepts, by name."""
    return {
        f"mutated-{number}": text
        for number, text in enumerate(mutated_examples(20))
        if isinstance(checked(text), Topology)
    }


def as_modules(tmp_path: Path, environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Write each stack as HCL, and a root that has them as its modules."""
    modules = {}
    topologies = {path.stem: path for path in TOPOLOGIES} | {"hcp-state": IN_HCP_TERRAFORM} | mutated()
    for stem, topology in topologies.items():
        synth_to(tmp_path / stem, topology)
        for folder in write(tmp_path / stem, environment):
            source = {"source": f"./{folder.relative_to(tmp_path)}"}
            modules[f"{stem}_{folder.name}"] = source
    (tmp_path / "main.tf.json").write_text(json.dumps({"module": modules}))
    return modules
