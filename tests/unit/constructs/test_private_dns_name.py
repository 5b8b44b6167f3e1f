"""PrivateDnsName: the record, in which zone, and when AWS is asked to verify."""

import pytest

from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.private_dns_name import PrivateDnsName
from privatelink.framework import aws
from tests.support.synth import resources, synth, synth_one

VERIFICATION = "aws_vpc_endpoint_service_private_dns_verification"


def named(**arguments):
    def build(stack):
        service = EndpointService(stack, "service", name="a", network_load_balancer_arns=["arn:lb"])
        if arguments.pop("elsewhere", False):
            arguments["zone_provider"] = aws.AwsProvider(stack, "aws-dns", alias="dns", region="us-east-1")
        PrivateDnsName(stack, "name", service=service, private_dns_name="*.example.com", **arguments)

    return synth_one(build)


def test_the_record_of_the_zone_comes_before_verification():
    stack = named(zone_id="Z1")

    (record,) = resources(stack, "aws_route53_record").values()
    assert (record["type"], record["ttl"]) == ("TXT", 300)
    assert ".private_dns_name_configuration[*].name" in record["name"]
    assert ".private_dns_name_configuration[*].value" in record["records"][0]
    (verification,) = resources(stack, VERIFICATION).values()
    assert verification["wait_for_verification"] is True
    assert verification["depends_on"] == ["aws_route53_record.name"]
    assert verification["lifecycle"] == {"replace_triggered_by": ["terraform_data.name"]}


def test_the_zone_has_to_be_public_and_to_hold_the_name():
    zone = named(zone_id="Z1")["data"]["aws_route53_zone"]["name"]

    private, elsewhere = zone["lifecycle"]["postcondition"]
    assert private["condition"] == "${!self.private_zone}"
    assert '"example.com" == trimsuffix(self.name, ".")' in elsewhere["condition"]  # without the wildcard


def test_the_zones_account_is_the_records():
    stack = named(zone_id="Z1", elsewhere=True)

    assert resources(stack, "aws_route53_record")["name"]["provider"] == "aws.dns"
    assert stack["data"]["aws_route53_zone"]["name"]["provider"] == "aws.dns"
    assert "provider" not in resources(stack, VERIFICATION)["name"]


@pytest.mark.parametrize(("exists", "verifications"), [(False, 0), (True, 1)])
def test_without_a_zone_verification_waits_until_the_record_is_said_to_exist(exists, verifications):
    stack = named(record_exists=exists)

    assert resources(stack, "aws_route53_record") == {}
    assert len(resources(stack, VERIFICATION)) == verifications


TOPOLOGY = """
name: shop
service:
  region: ap-northeast-2
  network: {cidr: 10.10.0.0/16, zones: [ap-northeast-2a, ap-northeast-2c]}
  backends: {text: x}
  listeners: [{port: 80}]
"""


def test_the_stack_tells_the_record_and_uses_the_zones_account():
    dns = "{name: a.example.com, zone_id: Z1, account: {role_arn: 'arn:aws:iam::333333333333:role/dns'}}"
    (stack,) = synth(f"{TOPOLOGY}  private_dns: {dns}\n").values()

    (service,) = resources(stack, "aws_vpc_endpoint_service").values()
    assert service["private_dns_name"] == "a.example.com"
    (provider,) = [one for one in stack["provider"]["aws"] if one.get("alias") == "dns"]
    assert provider["assume_role"][0]["role_arn"] == "arn:aws:iam::333333333333:role/dns"
    assert provider["allowed_account_ids"] == ["333333333333"]
    assert provider["default_tags"] == [{"tags": {"Topology": "shop"}}]
    assert set(stack["output"]["private_dns_record"]["value"]) == {"name", "type", "value", "domain"}
    assert "endpoint-service_has_no_private_dns_name" not in stack.get("check", {})


def test_without_a_name_one_that_stays_is_told():
    (stack,) = synth(TOPOLOGY).values()

    check = stack["check"]["endpoint-service_has_no_private_dns_name"]["assert"][0]
    assert "--remove-private-dns-name" in check["error_message"]


def test_the_own_region_is_always_listed():
    def regions(text):
        (stack,) = synth(TOPOLOGY + text).values()
        return resources(stack, "aws_vpc_endpoint_service")["endpoint-service"]["supported_regions"]

    assert regions("") == ["ap-northeast-2"]
    assert regions("  supported_regions: [eu-west-1]\n") == ["ap-northeast-2", "eu-west-1"]
    assert regions("  supported_regions: [eu-west-1, ap-northeast-2]\n") == ["ap-northeast-2", "eu-west-1"]
