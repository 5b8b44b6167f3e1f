"""Text of a topology as Terraform evaluates it, in the JSON form and in the HCL form (docs/adr/0017)."""

import base64
import copy
import hashlib
import json
import subprocess
from random import Random

import pytest
import yaml

from privatelink.constructs.backends import user_data
from privatelink.hcl.expressions import expression
from privatelink.hcl.write import write
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.stacks import read_stacks
from tests.support.kept_provider import kept_provider
from tests.support.literal_text import any_text, evaluated, full_topology, strings
from tests.support.synth import synth_to

pytestmark = pytest.mark.terraform


def topology(seed):
    """A topology with any text in each place of each field that accepts template markers."""
    random = Random(seed)
    return full_topology(lambda field: any_text(field, random))


def stacks(out):
    """The JSON of each stack, by name."""
    return {path.parent.name: json.loads(path.read_text()) for path in out.glob("stacks/*/cdk.tf.json")}


def test_every_stack_is_valid_in_both_forms(tmp_path):
    out = tmp_path / "out"
    synth_to(out, yaml.safe_dump(topology(1), allow_unicode=True))
    with kept_provider(terraform_environment(tmp_path)) as environment:
        folders = [*write(out, environment), *out.glob("stacks/*")]
        modules = {
            f"{folder.parent.name}_{folder.name}": {"source": f"./{folder.relative_to(tmp_path)}"}
            for folder in folders
        }
        (tmp_path / "main.tf.json").write_text(json.dumps({"module": modules}))
        root = TerraformRoot(tmp_path, environment)
        root.init()

        # A root has a backend, a module has none: Terraform says that it is passed over.
        assert {warning.summary for warning in root.validate().warnings} == {"Backend configuration ignored"}
    assert len(modules) == 2 * len(stacks(out))


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_terraform_evaluates_each_text_to_itself_in_both_forms(seed, tmp_path):
    synth_to(tmp_path / "out", yaml.safe_dump(topology(seed), allow_unicode=True))
    made = stacks(tmp_path / "out")
    for stack in made.values():
        del stack["terraform"]  # not evaluated in JSON
    templates = sorted({text for text in strings(made) if "$${" in text or "%%{" in text})

    as_json = locals_of(tmp_path / "json", "main.tf.json", json.dumps({"locals": {"texts": templates}}))
    hcl = "".join(f"  text{number} = {expression(text)}\n" for number, text in enumerate(templates))
    names = ", ".join(f"local.text{number}" for number in range(len(templates)))
    as_hcl = locals_of(tmp_path / "hcl", "main.tf", f"locals {{\n{hcl}  texts = [{names}]\n}}\n")

    assert len(templates) > 30
    assert as_json == as_hcl == [evaluated(template) for template in templates]


def locals_of(folder, name, configuration):
    """What Terraform makes of the local value `texts` of a configuration."""
    folder.mkdir()
    (folder / name).write_text(configuration, encoding="utf-8")
    environment = terraform_environment(folder)
    ran = subprocess.run(
        ["terraform", "console"],
        input="jsonencode(local.texts)\n",
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(json.loads(ran.stdout))


def test_planned_values_are_the_texts_in_both_forms(sandbox, tmp_path):
    given = plannable(topology(5))
    out = tmp_path / "cdktf.out"
    synth_to(out, yaml.safe_dump(given, allow_unicode=True))
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    as_hcl = {folder.name: TerraformRoot(folder, environment) for folder in write(out, environment)}
    for key, service in given["services"].items():
        stack = next(each for each in read_stacks(out, environment) if each.name == f"text-provider-{key}")
        stack.root.init()
        as_hcl[stack.name].init()
        plan, other = stack.root.plan(), as_hcl[stack.name].plan()

        assert plan.json["planned_values"] == other.json["planned_values"]
        assert_planned(service, plan)


def plannable(topology):
    """A topology of what the sandbox has: no profiles, no hosted zones, fewer listeners."""
    topology = copy.deepcopy(topology)
    del topology["backend"], topology["silenced"]
    for service in topology["services"].values():
        del service["account"], service["private_dns"]
        service["listeners"] = service["listeners"][:2]
    for consumer in topology["consumers"].values():
        del consumer["account"], consumer["hosted_zone"], consumer["endpoint"]
    return topology


def assert_planned(service, plan):
    """The planned values of a provider's stack are the texts of the service."""
    resources = plan.json["planned_values"]["root_module"]["resources"]
    values = {kind: [each["values"] for each in resources if each["type"] == kind] for kind in TYPES}
    paths = sorted(listener["health_check"]["path"] for listener in service["listeners"])
    assert sorted(group["health_check"][0]["path"] for group in values["aws_lb_target_group"]) == paths
    text = service["backends"]["text"]
    for zone in service["network"]["zones"]:
        script = user_data(text[zone] if isinstance(text, dict) else text.replace("{zone}", zone), 80)
        # The provider plans the hash of an instance's user data.
        hashed = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        encoded = base64.b64encode(script.encode()).decode()
        assert {script, hashed, encoded} & {
            each["user_data"] for each in values["aws_instance"] + values["aws_launch_template"]
        }


TYPES = ("aws_lb_target_group", "aws_instance", "aws_launch_template")
