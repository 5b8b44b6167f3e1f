"""The example of three accounts: not admitted, pending, accepted, known by the service's own name."""

from pathlib import Path

import pytest
import yaml

from privatelink.demo.synthesis import SynthError, synthesize
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import Stack, read_stacks
from tests.support.examples import NOT_FOUND
from tests.support.examples import PRIVATE_DNS as EXAMPLE
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left
from tests.support.sandbox_fixtures import Account

pytestmark = pytest.mark.terraform

PROVIDER, CONSUMER, DNS = "111111111111", "222222222222", "333333333333"
NAME = "api.example.com"


def root_of(account):
    return f"arn:aws:iam::{account}:root"


class Workspace:
    """A folder that one topology after another is generated into; states stay."""

    def __init__(self, directory: Path, sandbox) -> None:
        self.directory, self.sandbox = directory, sandbox

    def stacks(self, topology) -> list[Stack]:
        path = self.directory / "topology.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(topology))
        synthesize(path, self.directory / "cdktf.out")
        environment = terraform_environment(self.directory, self.sandbox.client_environment)
        stacks = read_stacks(self.directory / "cdktf.out", environment)
        for stack in stacks:
            stack.root.init()
        return stacks


def test_a_service_across_accounts(tmp_path):
    with attached_sandbox() as sandbox:
        accounts = {number: Account(sandbox, number) for number in (PROVIDER, CONSUMER, DNS)}
        zone = accounts[DNS].client("route53").create_hosted_zone(Name="example.com", CallerReference="x")
        zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
        ours = Workspace(tmp_path / "ours", sandbox)

        topology = yaml.safe_load(EXAMPLE.read_text())

        # A name that no one verifies is refused to the consumer before anything is generated.
        topology["service"]["private_dns"] = {"name": NAME}
        with pytest.raises(SynthError, match="is not verified"):
            ours.stacks(topology)

        # With the zone of the third account it is. Nobody of the consumer's may look the service up.
        topology = yaml.safe_load(EXAMPLE.read_text().replace("Z0123456789ABCDEFGHIJ", zone_id))
        provider, client, acceptance, private_dns = stacks = ours.stacks(topology)
        assert [stack.side for stack in stacks] == ["provider", "consumer", "acceptance", "private-dns"]
        provider.root.apply()
        service_id = provider.root.outputs()["service_id"]
        permissions = {"ServiceId": service_id, "RemoveAllowedPrincipals": [root_of(CONSUMER)]}
        accounts[PROVIDER].ec2.modify_vpc_endpoint_service_permissions(**permissions)
        with pytest.raises(TerraformError, match=NOT_FOUND):
            client.root.plan()

        # Allowed again by the next apply: pending, and no name yet.
        provider.root.apply()
        client.root.apply()
        assert client.root.outputs()["endpoint_id"].startswith("vpce-")
        endpoint_id = client.root.outputs()["endpoint_id"]
        assert state_of(accounts[CONSUMER], endpoint_id) == "pendingAcceptance"
        with pytest.raises(TerraformError) as early:
            private_dns.root.plan()
        assert "[private-dns-connection-state]" in " ".join(str(early.value).split())

        # Accepted by the provider's role, and the name becomes the endpoint's.
        acceptance.root.apply()
        assert state_of(accounts[CONSUMER], endpoint_id) == "available"
        private_dns.root.apply()
        assert NAME in names_of(accounts[CONSUMER], endpoint_id)
        client.root.apply_refresh_only()
        for stack in stacks:
            plan = stack.root.plan()
            assert plan.clean, (stack.name, plan.changes)

        for stack in reversed(stacks):
            stack.root.destroy()
        assert {number: left(account) for number, account in accounts.items()} == {
            number: [] for number in accounts
        }


def described(account, endpoint_id):
    return account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]


def state_of(account, endpoint_id):
    return described(account, endpoint_id)["State"]


def names_of(account, endpoint_id):
    return [entry["DnsName"] for entry in described(account, endpoint_id)["DnsEntries"]]
