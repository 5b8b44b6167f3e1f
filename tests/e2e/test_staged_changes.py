"""Changes that AWS cannot make in one apply: refused, and the stages that are printed lead through them."""

import copy
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from privatelink.sandbox.process import Sandbox
from tests.support import cli
from tests.support.sandbox_fixtures import Account, HomeAccount

pytestmark = pytest.mark.terraform

REGION = "ap-northeast-2"
A, C = f"{REGION}a", f"{REGION}c"
SSM, DOMAIN = f"com.amazonaws.{REGION}.ssm", f"ssm.{REGION}.amazonaws.com"
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
    generated = cli.run("synth", "topology.yaml")
    assert generated.exit_code == 0, generated.output


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
        if "and otherwise the file as it is now" in stage["edits"]:
            topology = copy.deepcopy(wanted)
        for edit in stage["edits"]:
            if edit == "the file as it is now":
                topology = wanted
            elif edit != "and otherwise the file as it is now":
                change(topology, edit)
        apply(topology)
    assert_clean()
    return len(found["stages"])


def assert_clean() -> None:
    """See that another plan changes nothing."""
    planned = json.loads(cli.run("plan", "--json").stdout)
    assert {stack["state"] for stack in planned["stacks"]} == {"no changes"}


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


def with_clients(topology: Topology, clients: list[str]) -> Topology:
    changed = copy.deepcopy(topology)
    changed["consumers"]["one"]["endpoint"]["allow_from"] = clients
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


def run_commands(stage: dict[str, Any]) -> None:
    """Run the commands of a stage that are not `privatelink`'s own, without questions."""
    for command in stage["commands"]:
        program, *arguments = command.split()
        if program == "terraform":
            arguments.append("-auto-approve")
        if program != "privatelink":
            subprocess.run([program, *arguments], check=True, capture_output=True)


def test_subnets_of_an_endpoint_and_its_names(sandbox: Sandbox, workspace: Path) -> None:
    home = HomeAccount(sandbox, "", REGION)
    vpc = home.vpc(zones="ac")
    service = vpc.service(acceptance=False)
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

        zone = home.client("route53").create_hosted_zone(
            Name="shop.internal",
            CallerReference="names",
            VPC={"VPCRegion": REGION, "VPCId": vpc.id},
            HostedZoneConfig={"PrivateZone": True},
        )
        named = copy.deepcopy(swapped)
        named["consumers"]["one"]["endpoint"]["names"] = ["api.shop.internal", "www.shop.internal"]
        named["consumers"]["one"]["hosted_zone"] = {
            "zone_id": zone["HostedZone"]["Id"].rpartition("/")[2],
            "account": {"role_arn": "arn:aws:iam::123456789012:role/dns"},
        }
        apply(named)
        (found,) = staged(swapped)
        assert (found["kind"], len(found["stages"])) == ("provider-removed", 2)
        generate(named)
        run_commands(found["stages"][0])
        apply(swapped)
        assert_clean()

        former, new = ([f"10.{first + number}.0.0/24" for number in range(40)] for first in (100, 130))
        apply(with_clients(swapped, former))
        (found,) = staged(with_clients(swapped, new))
        assert found["kind"] == "security-group-rules-quota"
        apply(with_clients(swapped, [client for client in former if client in new]))
        apply(with_clients(swapped, new))
        assert_clean()

        another_subnet = home.ec2.create_subnet(VpcId=vpc.id, CidrBlock="10.0.9.0/24", AvailabilityZone=A)[
            "Subnet"
        ]["SubnetId"]
        two = copy.deepcopy(swapped)
        two["consumers"]["one"]["endpoints"] = {"ssm": {"service_name": SSM, "private_dns": True}}
        two["consumers"]["two"] = {
            "network": {"vpc_id": vpc.id, "subnet_ids": {A: vpc.subnets["a"], C: vpc.subnets["c"]}},
            "service_name": service["ServiceName"],
            "endpoint": {"ports": [80]},
        }
        apply(two)
        in_another = copy.deepcopy(two)
        in_another["consumers"]["two"]["network"]["subnet_ids"][A] = another_subnet
        assert follow(two, in_another, "endpoint-subnet-same-zone") == 2

        own_zone = copy.deepcopy(in_another)
        own_zone["consumers"]["one"]["endpoints"]["ssm"] = {"service_name": SSM, "names": [DOMAIN]}
        own_zone["consumers"]["one"]["hosted_zone"] = {"name": DOMAIN}
        assert follow(in_another, own_zone, "private-dns-name-moves") == 2
        other_account_and_back(sandbox, own_zone)
        assert follow(own_zone, in_another, "private-dns-name-moves") == 2
    finally:
        destroyed = cli.run("destroy", "--yes")
    assert destroyed.exit_code == 0, destroyed.output


def other_account_and_back(sandbox: Sandbox, base: Topology) -> None:
    """Share a hosted zone with a VPC, then under the same key with one of another account, and back."""
    other = "222233334444"
    own, foreign = (copy.deepcopy(base) for _ in range(2))
    vpc = {"vpc_id": HomeAccount(sandbox, "", REGION).vpc("10.30.0.0/16").id}
    own["consumers"]["one"]["hosted_zone"]["shared_with"] = {"x": vpc}
    vpc = {"vpc_id": Account(sandbox, other, REGION).vpc("10.30.0.0/16").id}
    account = {"role_arn": f"arn:aws:iam::{other}:role/dns"}
    foreign["consumers"]["one"]["hosted_zone"]["shared_with"] = {"x": vpc | {"account": account}}
    apply(own)
    for former, new in ((own, foreign), (foreign, own)):
        (found,) = staged(new)
        assert (found["kind"], len(found["stages"])) == ("shared-vpc-account", 2)
        generate(former)
        run_commands(found["stages"][0])
        apply(new)
        assert_clean()
    apply(base)


def test_a_load_balancer_and_its_service(sandbox: Sandbox, workspace: Path) -> None:
    base: Topology = {
        "name": "staged",
        "service": {
            "region": REGION,
            "network": {"cidr": "10.10.0.0/16", "zones": {A: "10.10.0.0/24", C: "10.10.1.0/24"}},
            "targets": {"addresses": {"one": "10.10.0.9", "two": "10.10.1.9"}},
            "listeners": [{"port": 80, "health_check": {"protocol": "HTTP"}}],
            "acceptance": "automatic",
        },
        "consumers": {"one": {"network": {"cidr": "10.20.0.0/16", "zones": [A]}}},
    }
    apply(base)
    try:
        acceptance_modes_keep_the_connection(sandbox, base)

        base = copy.deepcopy(base)
        del base["service"]["listeners"][0]["health_check"]
        (found,) = staged(base)
        assert (found["kind"], len(found["stages"])) == ("health-check-to-tcp", 2)
        run_commands(found["stages"][0])
        apply(base)
        assert_clean()

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


def acceptance_modes_keep_the_connection(sandbox: Sandbox, automatic: Topology) -> None:
    """Go from automatic to managed to manual acceptance and back, each in one apply."""
    managed, manual = copy.deepcopy(automatic), copy.deepcopy(automatic)
    managed["service"]["acceptance"], manual["service"]["acceptance"] = "managed", "manual"
    apply(managed)
    assert_clean()
    apply(manual)
    # Terraform accepts nothing any more; destroying its acceptance would be a rejection.
    noted = cli.run("plan").output
    found = re.search(r"first remove them from its state: (.*)", noted)
    assert found, noted
    assert connections(sandbox) == ["available"]
    subprocess.run(shlex.split(found[1]), check=True, capture_output=True)
    assert cli.run("destroy", "--removed", "--yes").exit_code == 0
    assert connections(sandbox) == ["available"]
    apply(automatic)
    assert_clean()


def connections(sandbox: Sandbox) -> list[str]:
    """Return the states of the connections to all services."""
    found = HomeAccount(sandbox, "", REGION).ec2.describe_vpc_endpoint_connections()
    return [each["VpcEndpointState"] for each in found["VpcEndpointConnections"]]


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
