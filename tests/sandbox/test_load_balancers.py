"""Network Load Balancers: names, addresses, interfaces, security groups."""

import ipaddress
import re

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.30.0.0/16", zones="abc", internet=True)


def read(network: Vpc, arn: str) -> dict:
    return network.account.elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]


def interfaces(network: Vpc, balancer: dict) -> dict[str, dict]:
    """The load balancer's network interfaces by subnet."""
    path = balancer["LoadBalancerArn"].split(":loadbalancer/")[1]
    found = network.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "description", "Values": [f"ELB {path}"]}]
    )["NetworkInterfaces"]
    return {item["SubnetId"]: item for item in found}


def elastic_ip(network: Vpc) -> dict:
    return network.account.ec2.allocate_address(Domain="vpc")


def test_arn_and_dns_name_are_those_of_a_network_load_balancer(network: Vpc) -> None:
    balancer = network.load_balancer("ZIGI-ELB-Pub", Scheme="internet-facing")
    number = network.account.number
    assert re.fullmatch(
        rf"arn:aws:elasticloadbalancing:ap-northeast-2:{number}:loadbalancer/net/ZIGI-ELB-Pub/[0-9a-f]{{16}}",
        balancer["LoadBalancerArn"],
    )
    assert re.fullmatch(
        r"ZIGI-ELB-Pub-[0-9a-f]{16}\.elb\.ap-northeast-2\.amazonaws\.com", balancer["DNSName"]
    )
    assert balancer["Type"] == "network"
    assert balancer["VpcId"] == network.id
    assert balancer["CanonicalHostedZoneId"] == "ZIBE1TIR4HY56"

    group = network.account.elb.create_target_group(Name="arn", Protocol="TCP", Port=80, VpcId=network.id)
    group_arn = group["TargetGroups"][0]["TargetGroupArn"]
    listener = network.account.elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="TCP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )["Listeners"][0]
    assert ":listener/net/ZIGI-ELB-Pub/" in listener["ListenerArn"]

    network.account.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    (after,) = network.account.elb.describe_target_groups(TargetGroupArns=[group_arn])["TargetGroups"]
    assert not after.get("LoadBalancerArns")


def test_elastic_ips_read_back_and_are_taken(network: Vpc) -> None:
    first, second = elastic_ip(network), elastic_ip(network)
    by_zone = {"a": first, "c": second}
    balancer = network.load_balancer(
        "elastic",
        Scheme="internet-facing",
        SubnetMappings=[
            {"SubnetId": network.subnets[zone], "AllocationId": address["AllocationId"]}
            for zone, address in by_zone.items()
        ],
    )
    shown = {
        zone["SubnetId"]: zone["LoadBalancerAddresses"]
        for zone in read(network, balancer["LoadBalancerArn"])["AvailabilityZones"]
    }
    assert shown == {
        network.subnets[zone]: [{"IpAddress": address["PublicIp"], "AllocationId": address["AllocationId"]}]
        for zone, address in by_zone.items()
    }

    ec2 = network.account.ec2
    (taken,) = ec2.describe_addresses(AllocationIds=[first["AllocationId"]])["Addresses"]
    interface = interfaces(network, balancer)[network.subnets["a"]]
    assert taken["NetworkInterfaceId"] == interface["NetworkInterfaceId"]
    assert taken["AssociationId"].startswith("eipassoc-")
    assert interface["Association"]["PublicIp"] == first["PublicIp"]
    with refused("ResourceInUse", "The allocation IDs are not available for use"):
        network.load_balancer(
            "elastic-again",
            Scheme="internet-facing",
            SubnetMappings=[{"SubnetId": network.subnets["a"], "AllocationId": first["AllocationId"]}],
        )
    with refused("InvalidIPAddress.InUse", first["PublicIp"]):
        ec2.release_address(AllocationId=first["AllocationId"])

    network.account.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    assert interfaces(network, balancer) == {}
    (free,) = ec2.describe_addresses(AllocationIds=[first["AllocationId"]])["Addresses"]
    assert "AssociationId" not in free
    ec2.release_address(AllocationId=first["AllocationId"])


def test_private_addresses_read_back(network: Vpc) -> None:
    balancer = network.load_balancer(
        "fixed",
        SubnetMappings=[
            {"SubnetId": network.subnets["a"], "PrivateIPv4Address": "10.30.0.200"},
            {"SubnetId": network.subnets["c"]},
        ],
    )
    zones = read(network, balancer["LoadBalancerArn"])["AvailabilityZones"]
    assert [zone["LoadBalancerAddresses"] for zone in zones] == [
        [{"PrivateIPv4Address": "10.30.0.200"}],
        [],
    ]
    held = interfaces(network, balancer)
    assert held[network.subnets["a"]]["PrivateIpAddress"] == "10.30.0.200"
    assert held[network.subnets["c"]]["PrivateIpAddress"].startswith("10.30.2.")
    assert held[network.subnets["c"]]["InterfaceType"] == "network_load_balancer"
    assert all("Association" not in item for item in held.values())
    with refused("InvalidConfigurationRequest", "10.30.0.200"):
        network.load_balancer(
            "fixed-again",
            SubnetMappings=[{"SubnetId": network.subnets["a"], "PrivateIPv4Address": "10.30.0.200"}],
        )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 33, "cannot be longer than '32' characters"),
        ("under_score", "alphanumeric characters and hyphens"),
        ("-dash", "cannot begin or end with hyphens"),
        ("dash-", "cannot begin or end with hyphens"),
        ("internal-web", "cannot begin with 'internal-'"),
    ],
)
def test_names(network: Vpc, name: str, message: str) -> None:
    with refused("ValidationError", message):
        network.load_balancer(name)


def test_what_is_refused(network: Vpc) -> None:
    network.load_balancer("taken")
    with refused("DuplicateLoadBalancerName"):
        network.load_balancer("taken")
    ec2 = network.account.ec2
    twin = ec2.create_subnet(VpcId=network.id, CidrBlock="10.30.9.0/28", AvailabilityZone="ap-northeast-2a")[
        "Subnet"
    ]["SubnetId"]
    with refused("InvalidConfigurationRequest", "multiple subnets in the same Availability Zone"):
        network.load_balancer("twin", Subnets=[network.subnets["a"], twin])
    for _ in range(4):
        ec2.create_network_interface(SubnetId=twin)
    with refused("InvalidSubnet", "at least 8 free IP addresses"):
        network.load_balancer("full", Subnets=[twin])
    with refused("InvalidConfigurationRequest", "Elastic IPs are not supported"):
        network.load_balancer(
            "inward",
            SubnetMappings=[
                {"SubnetId": network.subnets["a"], "AllocationId": elastic_ip(network)["AllocationId"]}
            ],
        )
    with refused("AllocationIdNotFound"):
        network.load_balancer(
            "unknown",
            Scheme="internet-facing",
            SubnetMappings=[{"SubnetId": network.subnets["a"], "AllocationId": "eipalloc-0123456789abcdef0"}],
        )
    other = network.account.vpc()
    with refused("InvalidSubnet", f"VPC {other.id} has no internet gateway"):
        other.load_balancer("outward", Scheme="internet-facing")
    with refused("InvalidConfigurationRequest", "same VPC"):
        network.load_balancer("torn", Subnets=[network.subnets["a"], other.subnets["c"]])
    with refused("SubnetNotFound"):
        network.load_balancer("nowhere", Subnets=["subnet-0123456789abcdef0"])
    with refused("InvalidSecurityGroup"):
        network.load_balancer("foreign", SecurityGroups=[other.security_group()])


def test_security_groups_and_private_link_enforcement(network: Vpc) -> None:
    group, other = network.security_group("one"), network.security_group("two")
    arn = network.load_balancer("guarded", SecurityGroups=[group])["LoadBalancerArn"]
    key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    assert read(network, arn)["SecurityGroups"] == [group]
    # Absent, not `on`, although AWS applies the rules.
    assert key not in read(network, arn)

    answer = network.account.elb.set_security_groups(
        LoadBalancerArn=arn,
        SecurityGroups=[other],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off",
    )
    assert answer[key] == "off"
    after = read(network, arn)
    assert (after["SecurityGroups"], after[key]) == ([other], "off")
    held = interfaces(network, after)
    assert [g["GroupId"] for item in held.values() for g in item["Groups"]] == [other] * 3
    with refused("InvalidConfigurationRequest", "at least one must remain"):
        network.account.elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[])


def test_one_created_without_security_groups_never_gets_any(network: Vpc) -> None:
    arn = network.load_balancer("bare")["LoadBalancerArn"]
    assert read(network, arn).get("SecurityGroups", []) == []
    assert all(item["Groups"] == [] for item in interfaces(network, read(network, arn)).values())
    with refused("InvalidConfigurationRequest", "only when it is created"):
        network.account.elb.set_security_groups(
            LoadBalancerArn=arn, SecurityGroups=[network.security_group("late")]
        )


def test_attributes(network: Vpc) -> None:
    arn = network.load_balancer("attributes")["LoadBalancerArn"]
    elb = network.account.elb
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn,
        Attributes=[
            {"Key": "load_balancing.cross_zone.enabled", "Value": "true"},
            {"Key": "deletion_protection.enabled", "Value": "true"},
        ],
    )
    found = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    values = {item["Key"]: item["Value"] for item in found}
    assert values["load_balancing.cross_zone.enabled"] == "true"
    assert values["dns_record.client_routing_policy"] == "any_availability_zone"
    with refused("OperationNotPermitted", "because deletion protection is enabled"):
        elb.delete_load_balancer(LoadBalancerArn=arn)


def test_subnets_can_be_added(network: Vpc) -> None:
    balancer = network.load_balancer("growing", "a")
    before = interfaces(network, balancer)
    network.account.elb.set_subnets(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        SubnetMappings=[{"SubnetId": network.subnets[zone]} for zone in "ab"],
    )
    after = interfaces(network, balancer)
    assert set(after) == {network.subnets["a"], network.subnets["b"]}
    kept = network.subnets["a"]
    assert after[kept]["NetworkInterfaceId"] == before[kept]["NetworkInterfaceId"]


def test_one_behind_a_service_cannot_be_deleted(network: Vpc) -> None:
    service = network.service()
    (arn,) = service["NetworkLoadBalancerArns"]
    with refused("ResourceInUse", "currently associated with another service"):
        network.account.elb.delete_load_balancer(LoadBalancerArn=arn)
    network.account.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])
    network.account.elb.delete_load_balancer(LoadBalancerArn=arn)


def test_an_application_load_balancer_is_still_motos(network: Vpc) -> None:
    balancer = network.load_balancer("alb", Type="application")
    assert ":loadbalancer/app/alb/" in balancer["LoadBalancerArn"]
    with refused("InvalidParameter", "is not a Network Load Balancer"):
        network.account.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]]
        )
    network.account.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])


def test_a_zone_stays_while_endpoints_are_connected(network: Vpc, consumer: Account) -> None:
    service = network.service_admitting("*", zones="ac")
    (arn,) = service["NetworkLoadBalancerArns"]
    endpoint = consumer.vpc("10.48.0.0/16").endpoint(service["ServiceName"])
    elb = network.account.elb

    def keep(zones: str) -> None:
        elb.set_subnets(LoadBalancerArn=arn, Subnets=[network.subnets[zone] for zone in zones])

    with refused("ResourceInUse", "active VPC endpoint associations"):
        keep("a")
    network.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]]
    )
    keep("a")
    (found,) = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert [zone["ZoneName"] for zone in found["AvailabilityZones"]] == ["ap-northeast-2a"]


@pytest.fixture(scope="module")
def dualstack(provider: Account) -> Vpc:
    """A VPC with an IPv6 CIDR block in its two subnets."""
    ec2 = provider.ec2
    vpc = ec2.create_vpc(CidrBlock="10.31.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    (association,) = vpc["Ipv6CidrBlockAssociationSet"]
    blocks = ipaddress.IPv6Network(association["Ipv6CidrBlock"]).subnets(new_prefix=64)
    subnets = {
        zone: ec2.create_subnet(
            VpcId=vpc["VpcId"],
            CidrBlock=f"10.31.{number}.0/24",
            Ipv6CidrBlock=str(next(blocks)),
            AvailabilityZone=f"ap-northeast-2{zone}",
        )["Subnet"]
        for number, zone in enumerate("ac")
    }
    return Vpc(provider, vpc["VpcId"], {zone: subnet["SubnetId"] for zone, subnet in subnets.items()})


def block(network: Vpc, zone: str) -> ipaddress.IPv6Network:
    (subnet,) = network.account.ec2.describe_subnets(SubnetIds=[network.subnets[zone]])["Subnets"]
    return ipaddress.IPv6Network(subnet["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])


def mapping(network: Vpc, zone: str, **addresses: str) -> dict[str, str]:
    return {"SubnetId": network.subnets[zone], **addresses}


def test_ipv6_addresses_of_subnet_mappings(dualstack: Vpc) -> None:
    first, second = str(block(dualstack, "a")[9]), str(block(dualstack, "c")[9])
    balancer = dualstack.load_balancer(
        "ipv6",
        IpAddressType="dualstack",
        SubnetMappings=[
            mapping(dualstack, "a", IPv6Address=first),
            mapping(dualstack, "c", IPv6Address=second),
        ],
    )
    shown = {
        zone["SubnetId"]: zone["LoadBalancerAddresses"]
        for zone in read(dualstack, balancer["LoadBalancerArn"])["AvailabilityZones"]
    }
    assert shown == {
        dualstack.subnets["a"]: [{"IPv6Address": first}],
        dualstack.subnets["c"]: [{"IPv6Address": second}],
    }
    found = interfaces(dualstack, balancer)[dualstack.subnets["a"]]
    assert found["Ipv6Addresses"] == [{"Ipv6Address": first}]
    with refused("InvalidConfigurationRequest", f"{first} is in use"):
        dualstack.load_balancer(
            "ipv6-taken",
            IpAddressType="dualstack",
            SubnetMappings=[mapping(dualstack, "a", IPv6Address=first)],
        )


@pytest.mark.parametrize(
    ("kind", "address", "message"),
    [
        ("ipv4", "2001:db8::9", "not supported for load balancers with the IP address type 'ipv4'"),
        ("dualstack", "2001:db8::9", "does not fall within the subnet's address range"),
    ],
)
def test_an_ipv6_address_that_does_not_fit(dualstack: Vpc, kind: str, address: str, message: str) -> None:
    with refused("InvalidConfigurationRequest", message):
        dualstack.load_balancer(
            f"misfit-{kind}",
            IpAddressType=kind,
            SubnetMappings=[mapping(dualstack, "a", IPv6Address=address)],
        )


def test_the_ip_address_type_changes_the_interfaces(dualstack: Vpc) -> None:
    elb = dualstack.account.elb
    balancer = dualstack.load_balancer("turns")
    arn, subnet = balancer["LoadBalancerArn"], dualstack.subnets["a"]
    assert interfaces(dualstack, balancer)[subnet]["Ipv6Addresses"] == []
    elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="dualstack")
    (address,) = interfaces(dualstack, balancer)[subnet]["Ipv6Addresses"]
    assert ipaddress.ip_address(address["Ipv6Address"]) in block(dualstack, "a")
    elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4")
    assert interfaces(dualstack, balancer)[subnet]["Ipv6Addresses"] == []
    assert read(dualstack, arn)["IpAddressType"] == "ipv4"


def test_dualstack_needs_ipv6_in_all_subnets(network: Vpc) -> None:
    arn = network.load_balancer("stays-ipv4")["LoadBalancerArn"]
    with refused("InvalidSubnet", "IPv6 CIDR block"):
        network.account.elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="dualstack")


def test_attributes_of_another_type_of_load_balancer(network: Vpc) -> None:
    arn = network.load_balancer("attributes-of-alb")["LoadBalancerArn"]
    with refused("InvalidConfigurationRequest", "'idle_timeout.timeout_seconds' is not supported"):
        network.account.elb.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]
        )
