"""AWS's own services."""

import pytest

from tests.support.sandbox_fixtures import Account, Vpc

REGION = "ap-northeast-2"


def details(account: Account, name: str) -> dict[str, dict]:
    """The entries of a service by their type."""
    found = account.ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceDetails"]
    return {detail["ServiceType"][0]["ServiceType"]: detail for detail in found}


@pytest.mark.parametrize("service", ["s3tables", "guardduty", "route53resolver", "sqs", "execute-api"])
def test_an_interface_service(consumer: Account, service: str) -> None:
    (detail,) = details(consumer, f"com.amazonaws.{REGION}.{service}").values()
    assert detail["SupportedIpAddressTypes"] == ["ipv4", "ipv6"]
    assert detail["ServiceRegion"] == REGION
    assert detail["Owner"] == "amazon"
    assert detail["AvailabilityZones"] == [f"{REGION}{zone}" for zone in "abcd"]


def test_route_53_has_no_region_in_its_name(consumer: Account) -> None:
    assert details(consumer, "com.amazonaws.route53").keys() == {"Interface"}


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_a_gateway_service_has_no_dns_name_of_endpoints(consumer: Account, service: str) -> None:
    found = details(consumer, f"com.amazonaws.{REGION}.{service}")
    assert found.keys() == {"Gateway", "Interface"}
    gateway, interface = found["Gateway"], found["Interface"]
    assert gateway["BaseEndpointDnsNames"] == [f"{service}.{REGION}.amazonaws.com"]
    assert not {"PrivateDnsName", "PrivateDnsNames"} & gateway.keys()
    assert interface["BaseEndpointDnsNames"] == [f"{service}.{REGION}.vpce.amazonaws.com"]
    assert interface["PrivateDnsName"] == f"{service}.{REGION}.amazonaws.com"
    assert gateway["ServiceId"] != interface["ServiceId"]


def test_the_ids_of_services_stay(consumer: Account, provider: Account) -> None:
    name = f"com.amazonaws.{REGION}.s3tables"
    assert details(consumer, name) == details(provider, name)


def test_each_type_and_address_type_finds_some(consumer: Account) -> None:
    for name, value in (("service-type", "Gateway"), ("supported-ip-address-types", "ipv6")):
        filters = [{"Name": name, "Values": [value]}, {"Name": "owner", "Values": ["amazon"]}]
        assert consumer.ec2.describe_vpc_endpoint_services(Filters=filters)["ServiceDetails"]


def test_an_endpoint_of_a_global_service(consumer: Account) -> None:
    network: Vpc = consumer.vpc("10.75.0.0/16", zones="a")
    endpoint = network.endpoint("com.amazonaws.route53", zones="a")
    assert endpoint["DnsEntries"][0]["DnsName"].endswith(f".route53.{REGION}.vpce.amazonaws.com")
