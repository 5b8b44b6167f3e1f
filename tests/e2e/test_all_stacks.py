"""Real Terraform on all stacks in one go: waits, waves, failures, the end; with a local AWS."""

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from privatelink.demo.synthesis import synthesize
from privatelink.sandbox.process import Sandbox
from tests.support import cli
from tests.support.examples import NOT_FOUND
from tests.support.left import left
from tests.support.sandbox_fixtures import HomeAccount

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("all-stacks")]

REGION = "ap-northeast-2"
ZONES = ["ap-northeast-2a", "ap-northeast-2c"]
NOWHERE = f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"
TOPOLOGY: dict[str, Any] = {
    "name": "shop",
    "service": {
        "region": REGION,
        "network": {"cidr": "10.10.0.0/16", "zones": ZONES},
        "backends": {"text": "shop in {zone}"},
        "listeners": [{"port": 80}],
    },
    "consumers": {
        "web": {"network": {"cidr": "10.20.0.0/16", "zones": ZONES}},
        "office": {"network": {"cidr": "10.30.0.0/16", "zones": ZONES}},
    },
}


@pytest.fixture
def workspace(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, in a shell whose AWS is the sandbox."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name not in sandbox.client_environment:
            monkeypatch.delenv(name)
    for name, value in sandbox.client_environment.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def generate(workspace: Path, topology: Mapping[str, Any]) -> None:
    path = workspace / "topology.yaml"
    path.write_text(json.dumps(topology))
    synthesize(path, workspace / "cdktf.out")


def states(ran: cli.Ran) -> dict[str, str]:
    return {stack["stack"]: stack["state"] for stack in json.loads(ran.stdout)["stacks"]}


def test_from_nothing_to_nothing(sandbox: Sandbox, workspace: Path) -> None:
    account = HomeAccount(sandbox, "", REGION)
    existed = sorted(left(account))
    generate(workspace, TOPOLOGY)

    planned = cli.run("plan")

    assert planned.exit_code == 0, planned.output
    assert re.search(r"shop-provider +0 +\d\d +0 +0 planned *\n", planned.stdout)
    assert re.search(r"shop-consumer-web +waits for shop-provider *\n", planned.stdout)
    assert "No finding in 1 plan" in planned.stdout
    assert "`privatelink apply` applies all stacks in dependency order" in planned.stderr
    # What was planned is there for everything else that takes saved plans.
    assert (workspace / "cdktf.out/stacks/shop-provider/terraform.tfplan").is_file()
    assert sorted(left(account)) == existed

    too_early = cli.run("apply", "shop-consumer-web", "--yes")
    assert too_early.exit_code == 2
    assert "privatelink apply shop-provider" in too_early.stderr

    applied = cli.run("apply", "--yes")
    try:
        assert applied.exit_code == 0, applied.output
        assert re.search(r"shop-provider .* applied *\n", applied.stdout)
        assert applied.stdout.count("No finding in") == 2  # once for each wave
        services = account.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
        accept_all(applied, [service["ServiceName"] for service in services])
        # The consumers' states learn of the acceptance.
        assert states(cli.run("apply", "--yes", "--json"))["shop-provider"] == "no changes"
        again = cli.run("plan", "--json")
        assert again.exit_code == 0, again.output
        assert set(states(again).values()) == {"no changes"}
        outputs_are_those_of_terraform(workspace)
        a_failure_in_the_middle(workspace)
        refused = cli.run("destroy", "shop-provider", "--yes")
        assert refused.exit_code == 2
        assert "shop-consumer-office, shop-consumer-web" in refused.stderr
    finally:
        generate(workspace, TOPOLOGY)
        destroyed = cli.run("destroy", "--yes", "--json")
    assert destroyed.exit_code == 0, destroyed.output
    assert set(states(destroyed).values()) == {"destroyed"}
    assert sorted(left(account)) == existed
    assert (
        cli.run("output", "--json").stdout
        == json.dumps({"shop-provider": {}, "shop-consumer-office": {}, "shop-consumer-web": {}}, indent=2)
        + "\n"
    )


def accept_all(applied: cli.Ran, service_names: list[str]) -> None:
    """Accept the connections by the command that was printed."""
    (name,) = service_names
    (line,) = [line for line in applied.stderr.splitlines() if line.startswith("  privatelink connections")]
    program, *command = shlex.split(line)
    assert (program, command[1], command.count("--accept")) == ("privatelink", name, 2)
    accepted = cli.run(*command, "--yes")
    assert accepted.exit_code == 0, accepted.output
    assert accepted.stdout.count("available") == 2


def outputs_are_those_of_terraform(workspace: Path) -> None:
    outputs = json.loads(cli.run("output", "shop-consumer-web", "--json").stdout)["shop-consumer-web"]
    assert outputs["endpoint_state"]["value"] == "available"
    shown = cli.run("output").stdout
    assert re.search(rf"shop-consumer-web +endpoint_id +{outputs['endpoint_id']['value']} *\n", shown)


def a_failure_in_the_middle(workspace: Path) -> None:
    """An endpoint to a service that is not there fails; what else was asked for is not lost."""
    changed = json.loads(json.dumps(TOPOLOGY))
    changed["tags"] = {"team": "a"}
    changed["consumers"]["office"]["endpoints"] = {"stranger": {"service_name": NOWHERE, "ports": [80]}}
    generate(workspace, changed)

    failed = cli.run("apply", "--yes", "--jobs", "1")

    assert failed.exit_code == 1, failed.output
    assert states_of_table(failed) == {
        "shop-provider": "planned",
        "shop-consumer-office": "failed",
        "shop-consumer-web": "not started",
    }
    assert "shop-consumer-office failed: `terraform plan" in failed.stderr
    assert re.search(NOT_FOUND, failed.stderr)
    assert failed.stderr.endswith(
        "applied: none\nnot applied: shop-provider, shop-consumer-office, shop-consumer-web\n"
        "to continue: privatelink apply\n"
    )


def states_of_table(ran: cli.Ran) -> dict[str, str]:
    rows = re.findall(r"^(shop-\S+)[\d ]+(\D+?) *$", ran.stdout, re.MULTILINE)
    return dict(rows)
