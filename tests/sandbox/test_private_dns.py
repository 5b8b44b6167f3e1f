"""Private DNS names: verified by a TXT record in a public zone, usable once the connection is accepted."""

from tests.support.sandbox_fixtures import Account, refused


def configuration(provider: Account, service: dict) -> dict:
    found = provider.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])
    return found["ServiceConfigurations"][0]["PrivateDnsNameConfiguration"]


def publish(account: Account, domain: str, record: dict, *, private: bool = False) -> None:
    """Put the TXT record of a service into a zone of the domain."""
    zone = account.client("route53").create_hosted_zone(
        Name=domain,
        CallerReference=record["Name"] + str(private),
        **({"VPC": {"VPCRegion": account.region, "VPCId": account.vpc().id}} if private else {}),
    )["HostedZone"]["Id"]
    account.client("route53").change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "CREATE",
                    "ResourceRecordSet": {
                        "Name": f"{record['Name']}.{domain}",
                        "Type": "TXT",
                        "TTL": 60,
                        "ResourceRecords": [{"Value": f'"{record["Value"]}"'}],
                    },
                }
            ]
        },
    )


def verify(provider: Account, service: dict) -> str:
    provider.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service["ServiceId"])
    return configuration(provider, service)["State"]


def test_from_a_name_to_an_endpoint_that_answers_to_it(provider: Account, consumer: Account) -> None:
    service = provider.vpc().service_admitting("*", PrivateDnsName="api.sandbox.example")
    record = configuration(provider, service)
    assert record["State"] == "pendingVerification"
    assert record["Type"] == "TXT"
    assert record["Value"].startswith("vpce:")

    network = consumer.vpc("10.20.0.0/16")
    with refused("InvalidParameter", "has not verified the private DNS name"):
        network.endpoint(service["ServiceName"], PrivateDnsEnabled=True)
    assert verify(provider, service) == "failed"

    publish(provider, "sandbox.example", record)
    assert verify(provider, service) == "verified"
    (detail,) = consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[service["ServiceName"]])[
        "ServiceDetails"
    ]
    assert detail["PrivateDnsName"] == "api.sandbox.example"
    assert detail["PrivateDnsNames"] == [{"PrivateDnsName": "api.sandbox.example"}]
    assert detail["PrivateDnsNameVerificationState"] == "verified"

    wait = (
        "Private DNS can only be enabled after the endpoint connection is accepted by the owner of "
        f"{service['ServiceName']}."
    )
    with refused("InvalidParameter", wait):
        network.endpoint(service["ServiceName"], PrivateDnsEnabled=True)
    endpoint_id = network.endpoint(service["ServiceName"])["VpcEndpointId"]
    switch_on = {"VpcEndpointId": endpoint_id, "PrivateDnsEnabled": True}
    with refused("InvalidParameter", wait):
        consumer.ec2.modify_vpc_endpoint(**switch_on)

    provider.ec2.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint_id])
    consumer.ec2.modify_vpc_endpoint(**switch_on)
    (endpoint,) = consumer.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    assert endpoint["PrivateDnsEnabled"] is True
    assert endpoint["DnsEntries"][-1]["DnsName"] == "api.sandbox.example"


def test_a_record_in_a_private_zone_proves_nothing(provider: Account) -> None:
    service = provider.vpc().service(PrivateDnsName="*.private.example")
    publish(provider, "private.example", configuration(provider, service), private=True)
    assert verify(provider, service) == "failed"
    publish(provider, "private.example", configuration(provider, service))
    assert verify(provider, service) == "verified"


def test_a_new_name_has_to_be_verified_again(provider: Account) -> None:
    service = provider.vpc().service(PrivateDnsName="one.again.example")
    record = configuration(provider, service)
    publish(provider, "again.example", record)
    assert verify(provider, service) == "verified"

    modify = provider.ec2.modify_vpc_endpoint_service_configuration
    modify(ServiceId=service["ServiceId"], PrivateDnsName="one.again.example")
    assert configuration(provider, service)["State"] == "verified"
    modify(ServiceId=service["ServiceId"], PrivateDnsName="two.again.example")
    assert configuration(provider, service)["State"] == "pendingVerification"
    assert configuration(provider, service)["Value"] != record["Value"]
    modify(ServiceId=service["ServiceId"], RemovePrivateDnsName=True)
    with refused("InvalidParameter", "does not have a private DNS name"):
        verify(provider, service)


def test_private_dns_needs_the_vpc_to_resolve_names(provider: Account, consumer: Account) -> None:
    service = provider.vpc().service_admitting("*", acceptance=False, PrivateDnsName="api.vpc.example")
    publish(provider, "vpc.example", configuration(provider, service))
    verify(provider, service)
    without = consumer.vpc(hostnames=False)
    with refused("InvalidParameter", f"enableDnsHostnames VPC attributes set to true for {without.id}"):
        without.endpoint(service["ServiceName"], PrivateDnsEnabled=True)
    network = consumer.vpc()
    network.endpoint(service["ServiceName"], PrivateDnsEnabled=True)
    with refused("InvalidParameter", "conflicting DNS domain for api.vpc.example"):
        network.endpoint(service["ServiceName"], PrivateDnsEnabled=True)
