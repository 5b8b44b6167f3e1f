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
