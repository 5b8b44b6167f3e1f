"""Amazon's DNS, with packets: who is told what."""

import json
import time

import pytest

from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import Lab, accept, build_consumer, build_service, eventually

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]


def outside(plane: Sandbox, name: str) -> list[str]:
    found = plane.run_outside(["getent", "ahostsv4", name]).stdout.splitlines()
    return sorted({line.split()[0] for line in found})


def record(name: str, *values: str, kind: str = "A") -> dict:
    return {
        "Changes": [
            {
                "Action": "UPSERT",
                "ResourceRecordSet": {
                    "Name": name,
                    "Type": kind,
                    "TTL": 60,
                    "ResourceRecords": [{"Value": value} for value in values],
                },
            }
        ]
    }


def test_public_zones_are_everyones_and_private_zones_their_vpcs(plane: Sandbox, consumer_lab: Lab) -> None:
    dns = consumer_lab.account.client("route53")
    inside, stranger = consumer_lab.account.vpc("10.50.0.0/16"), consumer_lab.account.vpc("10.51.0.0/16")
    public = dns.create_hosted_zone(Name="example.net", CallerReference="public")["HostedZone"]["Id"]
    private = dns.create_hosted_zone(
        Name="corp.example.net",
        CallerReference="private",
        VPC={"VPCRegion": consumer_lab.account.region, "VPCId": inside.id},
    )["HostedZone"]["Id"]
    dns.change_resource_record_sets(
        HostedZoneId=public, ChangeBatch=record("www.example.net", "203.0.113.200")
    )
    dns.change_resource_record_sets(
        HostedZoneId=public, ChangeBatch=record("alias.example.net", "www.example.net", kind="CNAME")
    )
    dns.change_resource_record_sets(
        HostedZoneId=public, ChangeBatch=record("x.corp.example.net", "203.0.113.201")
    )
    dns.change_resource_record_sets(
        HostedZoneId=private, ChangeBatch=record("*.corp.example.net", "10.50.0.9")
    )
    member, other = consumer_lab.probe(inside), consumer_lab.probe(stranger)
    for answer in (member.resolve, other.resolve, lambda name: outside(plane, name)):
        assert answer("www.example.net") == answer("alias.example.net") == ["203.0.113.200"]
        assert answer("nothing.example.net") == []
    assert member.resolve("x.corp.example.net") == ["10.50.0.9"]
    assert other.resolve("x.corp.example.net") == outside(plane, "x.corp.example.net") == ["203.0.113.201"]


def test_an_instance_is_known_by_its_private_name_in_its_vpc_alone(plane: Sandbox, consumer_lab: Lab) -> None:
    first, second = consumer_lab.account.vpc("10.52.0.0/16"), consumer_lab.account.vpc("10.53.0.0/16")
    one, other = consumer_lab.probe(first), consumer_lab.probe(second)
    name = one.run("cat /proc/sys/kernel/hostname")
    assert one.resolve(name) == [one.address]
    assert other.resolve(name) == outside(plane, name) == []


def test_a_public_name_is_private_inside_and_public_outside(plane: Sandbox, consumer_lab: Lab) -> None:
    vpc = consumer_lab.account.vpc("10.54.0.0/16", internet=True)
    consumer_lab.internet_routes(vpc)
    probe = consumer_lab.probe(vpc, public=True)
    described = consumer_lab.account.ec2.describe_instances(InstanceIds=[probe.id])
    instance = described["Reservations"][0]["Instances"][0]
    assert probe.resolve(instance["PublicDnsName"]) == [probe.address]
    assert outside(plane, instance["PublicDnsName"]) == [instance["PublicIpAddress"]]


def test_without_dns_support_nothing_answers(plane: Sandbox, consumer_lab: Lab) -> None:
    ec2 = consumer_lab.account.ec2
    vpc = consumer_lab.account.vpc("10.55.0.0/16")
    probe = consumer_lab.probe(vpc)
    name = probe.run("cat /proc/sys/kernel/hostname")
    # Not by the hosts file. Without DNS, Run Command does not reach the instance either: it asks by itself.
    ask = f"timeout 0.5 getent ahostsv4 {name} >/dev/null && echo found || echo none"
    probe.run(f"sed -i /{name}/d /etc/hosts; nohup sh -c 'while sleep 0.1; do {ask}; done' >/asked 2>&1 &")
    assert eventually(lambda: "found" in probe.run("cat /asked"))
    assert "none" not in probe.run("cat /asked")
    ec2.modify_vpc_attribute(VpcId=vpc.id, EnableDnsSupport={"Value": False})
    plane.settle()
    time.sleep(1)
    ec2.modify_vpc_attribute(VpcId=vpc.id, EnableDnsSupport={"Value": True})
    answers = probe.run("cat /asked").split()
    assert "none" in answers[answers.index("found") :]


def test_the_private_name_of_a_service_leads_to_the_endpoint(plane: Sandbox, consumer_lab: Lab) -> None:
    account = consumer_lab.account
    service = build_service(consumer_lab, internal=True, cidr="10.15.0.0/16")
    account.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=service.service_id, PrivateDnsName="api.example.org"
    )
    dns = account.client("route53")
    zone = dns.create_hosted_zone(Name="example.org", CallerReference="verify")["HostedZone"]["Id"]
    proof = account.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service.service_id])[
        "ServiceConfigurations"
    ][0]["PrivateDnsNameConfiguration"]
    dns.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch=record(f"{proof['Name']}.example.org", json.dumps(proof["Value"]), kind="TXT"),
    )
    account.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service.service_id)
    client = build_consumer(consumer_lab, service, "10.56.0.0/16", internet=True)
    accept(service, client)
    service.wait_healthy()
    assert client.probe.resolve("api.example.org") == []
    account.ec2.modify_vpc_endpoint(VpcEndpointId=client.id, PrivateDnsEnabled=True)
    assert client.probe.resolve("api.example.org") == client.probe.resolve(client.names[0])
    assert client.probe.curl("api.example.org") in ("ZIGISPACE - SVR#1", "ZIGISPACE - SVR#2")
    assert outside(plane, "api.example.org") == []
    # Private names need both attributes of the VPC.
    account.ec2.modify_vpc_attribute(VpcId=client.vpc.id, EnableDnsHostnames={"Value": False})
    assert client.probe.resolve("api.example.org") == []
