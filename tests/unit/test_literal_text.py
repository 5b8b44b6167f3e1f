"""Text of a topology reaches Terraform as it is written (docs/adr/0017): no field's text is evaluated."""

import ast
import base64
import json
import re

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.imports import SOURCE
from tests.support.literal_text import (
    DANGEROUS,
    OPEN,
    REASON,
    accepts,
    any_text,
    evaluated,
    full_topology,
    number_of_texts,
    samples,
    strings,
    text_fields,
    topology_of_another_service,
)
from tests.support.synth import TOPOLOGIES, synth

EXAMPLES = 12
PLACES = number_of_texts()
PACKAGE = SOURCE / "privatelink"


def test_every_text_field_of_the_model_is_open_here_or_refuses_template_markers():
    known = samples(TOPOLOGIES)
    found = {field for field, leaves in text_fields().items() if any(accepts(leaf, known) for leaf in leaves)}

    assert found == OPEN.keys(), "add a new field to OPEN and to full_topology"


def test_topology_has_a_text_in_each_open_field():
    assert PLACES.keys() == OPEN.keys()
    assert EXAMPLES * PLACES.total() >= 2000


# A failing example is not made smaller: an assertion names the text at fault.
@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.randoms(use_true_random=True))
def test_each_text_is_evaluated_to_itself(random):
    topology = full_topology(lambda field: any_text(field, random))
    made = synth(yaml.safe_dump(topology, allow_unicode=True))

    assert_texts(topology, made)
    assert not [text for text in strings(made) if REASON in text]

    topology = topology_of_another_service(lambda field: any_text(field, random))
    (stack,) = synth(yaml.safe_dump(topology, allow_unicode=True)).values()
    (consumer,) = topology["consumers"].values()
    assert_port_tests({str(test["port"]): test for test in consumer["endpoint"]["verify"]}, stack)


def assert_texts(topology, made):
    """Each text of a topology in its stacks, as Terraform evaluates it there."""
    for key, service in topology["services"].items():
        assert_service(service, made[f"text-provider-{key}"])
    for key, consumer in topology["consumers"].items():
        assert_consumer(consumer, made[f"text-consumer-{key}"])
    profile = topology["backend"]["s3"]["account"]["profile"]
    for stack in made.values():
        # Terraform does not evaluate this block in JSON.
        assert stack["terraform"]["backend"]["s3"]["profile"] == profile
        for state in stack.get("data", {}).get("terraform_remote_state", {}).values():
            assert evaluated(state["config"]["profile"]) == profile


def profiles(stack):
    return sorted(evaluated(provider["profile"]) for provider in stack["provider"]["aws"])


def assert_service(service, stack):
    accounts = [service["account"], service["private_dns"]["account"]]
    assert profiles(stack) == sorted(account["profile"] for account in accounts)

    groups = stack["resource"]["aws_lb_target_group"].values()
    paths = {listener["port"]: listener["health_check"]["path"] for listener in service["listeners"]}
    assert sorted(evaluated(group["health_check"]["path"]) for group in groups) == sorted(paths.values())

    scripts = [evaluated(each["user_data"]) for each in stack["resource"].get("aws_instance", {}).values()]
    templates = stack["resource"].get("aws_launch_template", {}).values()
    scripts += [base64.b64decode(template["user_data"]).decode() for template in templates]
    served = [ast.literal_eval(re.search(r'BODY = \((.*) \+ "\\n"\)', script)[1]) for script in scripts]
    text = service["backends"]["text"]
    zones = service["network"]["zones"]
    expected = text if isinstance(text, dict) else {zone: text.replace("{zone}", zone) for zone in zones}
    assert sorted(served) == sorted(expected.values())

    tests = {str(listener["port"]): listener["verify"] for listener in service["listeners"]}
    assert_port_tests(tests, stack)


def assert_port_tests(tests, stack):
    output = stack["output"]["verify"]["value"]
    assert {
        port: {name: evaluated(value) for name, value in test.items()} for port, test in output.items()
    } == {
        port: {name: value for name, value in test.items() if name != "port"} for port, test in tests.items()
    }


def assert_consumer(consumer, stack):
    accounts = [consumer["account"], consumer["hosted_zone"].get("account")]
    accounts += [vpc["account"] for vpc in consumer["hosted_zone"].get("shared_with", {}).values()]
    assert profiles(stack) == sorted(account["profile"] for account in accounts if account)

    for key, endpoint in consumer["endpoints"].items():
        policy = stack["resource"]["aws_vpc_endpoint"][f"endpoint-{key}"]["policy"]
        assert json.loads(evaluated(policy)) == {"Version": "2012-10-17", **endpoint["policy"]}


def nodes(path, kind):
    """The nodes of one kind in a module."""
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kind)]


def test_text_becomes_templates_at_one_place():
    """In `build`; for the script that a construct writes itself; and for what is no template in JSON."""
    used: dict[str, set[str]] = {"literal": set(), "plain": set()}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).as_posix()
        for call in nodes(path, ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id in used:
                used[call.func.id].add(module)

    assert used == {
        "literal": {"stacks/build.py", "constructs/backends.py", "hcl/configuration.py"},
        "plain": {
            "changes/backends.py",
            "changes/unplannable.py",
            "stacks/state.py",
            "stacks/provider_stack.py",
            "terraform/stacks.py",
        },
    }


def test_no_other_module_writes_escapes():
    for path in sorted(PACKAGE.rglob("*.py")):
        # The converter to HCL recognizes escapes, to copy them.
        if path.relative_to(PACKAGE).as_posix() not in ("literal.py", "hcl/expressions.py"):
            assert not {"$${", "%%{"} & {node.value for node in nodes(path, ast.Constant)}, path


def test_stacks_are_made_of_the_escaped_topology_alone():
    for path in sorted((PACKAGE / "stacks").glob("*.py")):
        if path.name == "synthesis.py":  # reads the file, and passes it to `build`
            continue
        source = path.read_text(encoding="utf-8")
        assert source.count("topology.resolve()") == source.count("literal(topology.resolve())"), path
        assert source.count("topology.resolve()") == (path.name == "build.py"), path
        imported = {node.module for node in nodes(path, ast.ImportFrom)}
        assert "privatelink.topology.file" not in imported, path
        assert "privatelink.topology.model" not in imported or path.name == "build.py", path


def test_markers_are_found():
    assert DANGEROUS == ("${", "%{")
    assert evaluated("$${a} %%{b} $%%{") == "${a} %{b} $%{"
