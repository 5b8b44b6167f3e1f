"""Tags of resources that are parts of an endpoint service."""

from tests.support.sandbox_fixtures import Account, Vpc


def test_an_allowed_principal_has_tags_of_its_own(provider: Account) -> None:
    network: Vpc = provider.vpc("10.44.0.0/16")
    service = network.service_admitting("*")
    read = provider.ec2.describe_vpc_endpoint_service_permissions
    (principal,) = read(ServiceId=service["ServiceId"])["AllowedPrincipals"]
    named = [{"Key": "Name", "Value": "everyone"}]
    provider.ec2.create_tags(Resources=[principal["ServicePermissionId"]], Tags=named)
    (principal,) = read(ServiceId=service["ServiceId"])["AllowedPrincipals"]
    assert principal["Tags"] == named
    (tag,) = provider.ec2.describe_tags(
        Filters=[{"Name": "resource-id", "Values": [principal["ServicePermissionId"]]}]
    )["Tags"]
    assert tag["ResourceType"] == "vpc-endpoint-service-permission"


def test_services_and_endpoints_are_tagged_as_before(provider: Account) -> None:
    network = provider.vpc("10.45.0.0/16")
    service = network.service(acceptance=False)
    endpoint = network.endpoint(service["ServiceName"])
    kinds = {service["ServiceId"]: "vpc-endpoint-service", endpoint["VpcEndpointId"]: "vpc-endpoint"}
    provider.ec2.create_tags(Resources=[*kinds], Tags=[{"Key": "Name", "Value": "x"}])
    for resource, kind in kinds.items():
        (tag,) = provider.ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [resource]}])["Tags"]
        assert tag["ResourceType"] == kind


def tagged(kind: str) -> list[dict]:
    return [{"ResourceType": kind, "Tags": [{"Key": "team", "Value": "network"}]}]


def test_dhcp_options_have_the_tags_of_the_request(provider: Account) -> None:
    options = provider.ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name", "Values": ["corp.example"]}],
        TagSpecifications=tagged("dhcp-options"),
    )["DhcpOptions"]
    assert options["Tags"] == [{"Key": "team", "Value": "network"}]


def test_tags_are_deleted_with_their_resource(provider: Account) -> None:
    ec2, network = provider.ec2, provider.vpc("10.79.0.0/16", zones="")
    group = ec2.create_security_group(
        GroupName="tags", Description="tags", VpcId=network.id, TagSpecifications=tagged("security-group")
    )["GroupId"]
    table = ec2.create_route_table(VpcId=network.id, TagSpecifications=tagged("route-table"))["RouteTable"]
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    names = [group, table["RouteTableId"], address]
    by_id = [{"Name": "resource-id", "Values": names}]
    assert {tag["ResourceId"] for tag in ec2.describe_tags(Filters=by_id)["Tags"]} == set(names)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_route_table(RouteTableId=table["RouteTableId"])
    ec2.release_address(AllocationId=address)
    assert ec2.describe_tags(Filters=by_id)["Tags"] == []


def test_every_action_that_deletes_tags_exists() -> None:
    from moto.ec2.responses import EC2Response

    from privatelink.sandbox.tags import DELETED

    assert all(callable(getattr(EC2Response, name)) for name in DELETED)
