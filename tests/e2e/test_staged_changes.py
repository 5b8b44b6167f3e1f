"""Changes that AWS cannot make in one apply: refused, and the stages that are printed lead through them."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from privatelink.demo.synthesis import synthesize
from privatelink.sandbox.process import Sandbox
from tests.support import cli
from tests.support.sandbox_fixtures import HomeAccount

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("staged-changes")]

REGION = "ap-northeast-2"
A, C = f"{REGION}a", f"{REGION}c"
Topology = dict[str, Any]
_EDIT = re.compile(r"([a-z0-9_.-]+): (\S.*)")


@pytest.fixture
def workspace(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, in a shell whose AWS is the sandbox."""
    monkeypatch.chdir(tmp_path)
    for name, value in sandbox.client_environment.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def generate(topology: Topology) -> None:
    Path("topology.yaml").write_text(yaml.safe_dump(topology))
    synthesize(Path("topology.yaml"), Path("cdktf.out"))


def apply(topology: Topology) -> None:
    """Apply a topology, which needs no stages."""
    generate(topology)
    applied = cli.run("apply", "--yes", "--despite-findings")
    assert applied.exit_code == 0, applied.output


def staged(topology: Topology) -> list[dict[str, Any]]:
    """Plan a change that needs stages, and see that it is not applied; return it as JSON."""
    generate(topology)
    refused = cli.run("apply", "--yes", "--despite-findings", "--json")
    assert refused.exit_code == 1, refused.output
    assert "not applied: AWS cannot make this change in one apply" in refused.stderr
    printed = json.loads(refused.stdout)
    assert "applied" not in {stack["state"] for stack in printed["stacks"]}
    found: list[dict[str, Any]] = printed["staged"]
    return found


def follow(applied: Topology, wanted: Topology, kind: str) -> int:
    """Follow the stages from one topology to another; return their number."""
    (found,) = staged(wanted)
    assert found["kind"] == kind
    topology = copy.deepcopy(applied)
    for stage in found["stages"]:
        assert stage["commands"] == []
        for edit in stage["edits"]:
            if edit == "the file as it is now":
                topology = wanted
            else:
                change(topology, edit)
        apply(topology)
    stacks = json.loads(cli.run("plan", "--json").stdout)["stacks"]
    # The outputs of an endpoint have the DNS name of a new zone one refresh later.
    assert {(stack["add"], stack["change"], stack["destroy"]) for stack in stacks} == {(0, 0, 0)}
    return len(found["stages"])


def change(topology: Topology, edit: str) -> None:
    """Edit a topology as a stage says."""
    parsed = _EDIT.fullmatch(edit)
    assert parsed, edit
    *path, last = parsed[1].split(".")
    part = topology
    for step in path:
        part = part.setdefault(step, {})
    part[last] = yaml.safe_load(parsed[2])


def with_zones(topology: Topology, zones: dict[str, str]) -> Topology:
    changed = copy.deepcopy(topology)
    changed["consumers"]["one"]["network"]["zones"] = zones
    return changed


def forget_the_order() -> None:
    """Make the state one of the first version, which had no create_before_destroy for subnets."""
    path = Path("terraform.staged-consumer-one.tfstate")
    state = json.loads(path.read_text())
    for resource in state["resources"]:
        for instance in resource["instances"] if resource["type"] == "aws_subnet" else ():
            assert instance.pop("create_before_destroy")
    state["serial"] += 1
    path.write_text(json.dumps(state))


def test_subnets_of_an_endpoint(sandbox: Sandbox, workspace: Path) -> None:
    service = HomeAccount(sandbox, "", REGION).vpc(zones="ac").service(acceptance=False)
    base: Topology = {
        "name": "staged",
        "consumers": {
            "one": {
                "network": {"cidr": "10.20.0.0/16", "zones": {A: "10.20.0.0/24", C: "10.20.1.0/24"}},
                "service_name": service["ServiceName"],
                "endpoint": {"ports": [80]},
            }
        },
    }
    apply(base)
    try:
        forget_the_order()
        without_zone = with_zones(base, {A: "10.20.0.0/24"})
        assert follow(base, without_zone, "subnet-in-use") == 2

        apply(base)
        moved = with_zones(base, {A: "10.20.2.0/24", C: "10.20.1.0/24"})
        assert follow(base, moved, "endpoint-subnet-same-zone") == 2

        swapped = with_zones(base, {A: "10.20.1.0/24", C: "10.20.2.0/24"})
        assert follow(moved, swapped, "subnet-overlaps-old") == 5
    finally:
        destroyed = cli.run("destroy", "--yes")
    assert destroyed.exit_code == 0, destroyed.output


def test_a_load_balancer_and_its_service(sandbox: Sandbox, workspace: Path) -> None:
    base: Topology = {
        "name": "staged",
        "service": {
            "region": REGION,
            "network": {"cidr": "10.10.0.0/16", "zones": {A: "10.10.0.0/24", C: "10.10.1.0/24"}},
            "targets": {"addresses": {"one": "10.10.0.9", "two": "10.10.1.9"}},
            "listeners": [{"port": 80}],
            "acceptance": "automatic",
        },
        "consumers": {"one": {"network": {"cidr": "10.20.0.0/16", "zones": [A]}}},
    }
    apply(base)
    try:
        other_subnet = copy.deepcopy(base)
        other_subnet["service"]["network"]["zones"][C] = "10.10.2.0/24"
        other_subnet["service"]["targets"]["addresses"]["two"] = "10.10.2.9"
        assert kinds(other_subnet) == ["load-balancer-subnets"]

        renamed = copy.deepcopy(base)
        renamed["service"]["load_balancer"] = {"name": "other"}
        assert kinds(renamed) == ["load-balancer-in-use-replaced"]
        two = copy.deepcopy(base)
        two["service"]["load_balancers"] = {
            "first": {"renamed_from": "load_balancer"},
            "second": {"name": "other"},
        }
        apply(two)
        del two["service"]["load_balancers"]["first"]
        apply(two)

        without_service(two)
        refused = cli.run("apply", "--yes", "--despite-findings", "--json")
        (found,) = json.loads(refused.stdout)["staged"]
        assert (refused.exit_code, found["kind"]) == (1, "service-in-use")
        generate(two)
        program, *destroy = found["stages"][0]["commands"][1].split()
        assert program == "privatelink"
        assert cli.run(*destroy, "--yes").exit_code == 0
        without_service(two)
        deleted = cli.run("apply", "staged-provider", "--yes", "--despite-findings")
        assert deleted.exit_code == 0, deleted.output
    finally:
        generate(base)
        destroyed = cli.run("destroy", "--yes")
    assert destroyed.exit_code == 0, destroyed.output


def kinds(topology: Topology) -> list[str]:
    return [found["kind"] for found in staged(topology)]


def without_service(topology: Topology) -> None:
    """Generate a provider's stack whose endpoint service is gone, as no topology can."""
    generate(topology)
    path = Path("cdktf.out/stacks/staged-provider/cdk.tf.json")
    configuration = json.loads(path.read_text())
    for kind in [kind for kind in configuration["resource"] if "endpoint_service" in kind]:
        del configuration["resource"][kind]
    configuration.pop("check", None)
    # The consumers' stacks read them.
    configuration["output"] = {name: {"value": "none"} for name in configuration["output"]}
    path.write_text(json.dumps(configuration))
