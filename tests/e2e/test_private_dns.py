"""A service's private DNS name, with real Terraform: added later, changed, in the wrong zone, taken away."""

from pathlib import Path

import pytest

from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.private_dns_name import PrivateDnsName
from privatelink.framework import aws
from privatelink.stacks.stack import PrivateLinkStack
from privatelink.stacks.state import LocalFile
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from tests.support.kept_provider import attached_sandbox
from tests.support.rules import breaks
from tests.support.sandbox_fixtures import DEFAULT_REGION, HomeAccount

pytestmark = pytest.mark.terraform


@pytest.fixture
def account():
    with attached_sandbox() as sandbox:
        yield HomeAccount(sandbox, "", DEFAULT_REGION)


def zone(account, name, **arguments):
    made = account.client("route53").create_hosted_zone(Name=name, CallerReference=name, **arguments)
    return made["HostedZone"]["Id"].rpartition("/")[2]


def generate(directory: Path, load_balancer_arn, name=None, zone_id=None):
    """Write the root of a service with this private DNS name."""
    app = aws.App(outdir=str(directory / "out"))
    stack = PrivateLinkStack(
        app, "test", state=LocalFile("../../../test.tfstate"), region=DEFAULT_REGION, account=None, tags={}
    )
    service = EndpointService(
        stack,
        "service",
        name="test",
        network_load_balancer_arns=[load_balancer_arn],
        private_dns_name=name,
        supported_regions=[DEFAULT_REGION, "ap-northeast-1"],
    )
    if name:
        PrivateDnsName(stack, "private-dns", service=service, private_dns_name=name, zone_id=zone_id)
    app.synth()


def the_name(account):
    (service,) = account.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    return service.get("PrivateDnsName"), service.get("PrivateDnsNameConfiguration", {}).get("State")


@breaks("private-dns-name-left", "verification-zone-private", "hosted-zone-name-outside")
def test_a_private_dns_name_comes_changes_and_goes(account, tmp_path):
    balancer = account.vpc(zones="ac").load_balancer()["LoadBalancerArn"]
    public = zone(account, "example.com")
    own = account.vpc("10.9.0.0/16")
    private = zone(account, "internal.example.com", VPC={"VPCRegion": DEFAULT_REGION, "VPCId": own.id})

    generate(tmp_path, balancer)
    environment = terraform_environment(tmp_path, account.sandbox.client_environment)
    root = TerraformRoot(tmp_path / "out/stacks/test", environment)
    root.init()
    root.apply()
    assert root.plan().clean

    # Added later, to a service that has no record yet; then changed, where the record is another.
    for name in ("api.example.com", "*.shop.example.com"):
        generate(tmp_path, balancer, name, public)
        root.apply()
        assert the_name(account) == (name, "verified")
        assert root.plan().clean

    for zone_id, rule in (
        (private, "verification-zone-private"),
        (zone(account, "example.org"), "hosted-zone-name-outside"),
    ):
        generate(tmp_path, balancer, "api.internal.example.com", zone_id)
        with pytest.raises(TerraformError, match=rf"\[{rule}\]"):
            root.plan()

    # Taken away in the file: the provider leaves it where it is, which every plan says.
    generate(tmp_path, balancer)
    (warning,) = root.apply().warnings
    assert "[private-dns-name-left]" in str(warning)
    assert "*.shop.example.com" in str(warning)
    assert the_name(account) == ("*.shop.example.com", "verified")
    (service,) = account.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    account.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=service["ServiceId"], RemovePrivateDnsName=True
    )
    plan = root.plan()
    assert (plan.clean, plan.warnings) == (True, [])
    root.destroy()
