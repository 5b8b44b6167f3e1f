"""IPv6 and dualstack: which part of a desired state is of which IP version, and with packets."""

import errno
import ipaddress
import shlex

import pytest

from privatelink.sandbox.dataplane.families import IPV4, IPV6, fabric_in, in_family
from privatelink.sandbox.dataplane.world import Group, Instance, Interface, Rule, Subnet, Vpc, World
from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import Lab, Machine, eventually
from tests.support.packets import (
    HTTP_PORT,
    PROXY_PORT,
    UDP_PORT,
    Scene,
    ipv6_of,
    served,
    udp_command,
    with_ipv6,
)

REFUSED = str(errno.ECONNREFUSED)


def test_each_family_has_its_addresses_and_rules_alone() -> None:
    rules = (Rule("-1", cidr="10.0.0.0/8"), Rule("-1", cidr="fd00::/8"), Rule("-1", group="sg-1"))
    subnet = Subnet("subnet-1", "10.0.0.0/24", "z1", ipv6_cidr="fd00::/64")
    vpc = Vpc(
        "vpc-1",
        ("10.0.0.0/16",),
        (subnet, Subnet("subnet-2", "10.0.1.0/24", "z1")),
        (Group("sg-1", rules, (), ("10.0.0.5", "fd00::5")),),
        ipv6_cidrs=("fd00::/56",),
    )
    both = Instance("i-1", Interface("eni-1", "vpc-1", "subnet-1", "10.0.0.5", (), "fd00::5"), "a")
    only = Instance("i-2", Interface("eni-2", "vpc-1", "subnet-2", "10.0.1.5"), "b")
    world = World((vpc,), (both, only))
    one, other = in_family(world, IPV4), in_family(world, IPV6)
    assert [item.interface.address for item in one.instances] == ["10.0.0.5", "10.0.1.5"]
    assert [item.interface.address for item in other.instances] == ["fd00::5"]
    assert [subnet.cidr for subnet in other.vpcs[0].subnets] == ["fd00::/64"]
    assert one.vpcs[0].groups[0].ingress == (rules[0], rules[2])
    assert other.vpcs[0].groups[0].ingress == rules[1:]
    assert other.vpcs[0].groups[0].members == ("fd00::5",)


def test_a_fabric_address_has_the_same_number_in_both_families() -> None:
    assert fabric_in("240.1.0.2", IPV4) == "240.1.0.2"
    made = fabric_in("240.1.0.2", IPV6)
    assert ipaddress.ip_address(made) in ipaddress.ip_network(IPV6.fabric)
    assert int(ipaddress.ip_address(made)) % 2**32 == int(ipaddress.ip_address("240.1.0.2"))


def curl(machine: Machine, host: str, port: int, *options: str) -> str:
    where = f"[{host}]" if ":" in host else host
    words = shlex.join(["curl", "-s", "-m", "1", *options, f"http://{where}:{port}/"])
    return machine.run(f"{words} || echo curl: $?")


@pytest.mark.dataplane
@pytest.mark.slow
class TestPackets:
    def test_instances_reach_each_other_under_rules_of_ipv6(self, scene: Scene) -> None:
        server, client = ipv6_of(scene.server), ipv6_of(scene.neighbour)
        assert curl(scene.neighbour, server, HTTP_PORT) == f"{client} server /"
        ec2 = scene.provider.account.ec2
        group = scene.provider.group(scene.vpc, closed=True)
        ec2.modify_instance_attribute(InstanceId=scene.server.id, Groups=[group])
        assert curl(scene.neighbour, server, HTTP_PORT) == "curl: 28"
        rule = {"IpProtocol": "tcp", "FromPort": HTTP_PORT, "ToPort": HTTP_PORT}
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[rule | {"Ipv6Ranges": [{"CidrIpv6": f"{client}/128"}]}]
        )
        assert curl(scene.neighbour, server, HTTP_PORT) == f"{client} server /"
        ec2.modify_instance_attribute(InstanceId=scene.server.id, Groups=[scene.open])

    def test_a_network_acl_filters_ipv6(self, scene: Scene) -> None:
        ec2 = scene.provider.account.ec2
        server = ipv6_of(scene.server)
        asking = scene.provider.probe(scene.vpc, "c")
        assert ipv6_of(asking)
        assert curl(asking, server, HTTP_PORT).endswith("server /")
        acl = ec2.create_network_acl(VpcId=scene.vpc.id)["NetworkAcl"]["NetworkAclId"]
        for egress in (True, False):
            ec2.create_network_acl_entry(
                NetworkAclId=acl,
                RuleNumber=1,
                Protocol="-1",
                RuleAction="allow",
                Egress=egress,
                CidrBlock="0.0.0.0/0",
            )
        (old,) = [
            association
            for item in ec2.describe_network_acls()["NetworkAcls"]
            for association in item["Associations"]
            if association["SubnetId"] == scene.vpc.subnets["c"]
        ]
        ec2.replace_network_acl_association(AssociationId=old["NetworkAclAssociationId"], NetworkAclId=acl)
        assert curl(asking, server, HTTP_PORT) == "curl: 28"
        assert curl(asking, scene.server.address, HTTP_PORT).endswith("server /")

    def test_a_dualstack_load_balancer_reaches_ipv4_targets_with_its_own_address(self, scene: Scene) -> None:
        port = scene.listener("TCP", scene.group("TCP", HTTP_PORT))
        assert ipv6_of(scene.neighbour)
        assert curl(scene.neighbour, scene.node_ipv6, port) == f"{scene.node} server /"
        assert curl(scene.neighbour, scene.node, port) == f"{scene.neighbour.address} server /"
        # By name, as a client does.
        name = scene.balancer["DNSName"]
        assert curl(scene.neighbour, name, port, "-6") == f"{scene.node} server /"
        assert curl(scene.neighbour, name, port, "-4") == f"{scene.neighbour.address} server /"

    def test_ipv6_targets_see_the_ipv6_client(self, scene: Scene) -> None:
        address = ipv6_of(scene.server)
        group = scene.group(
            "TCP",
            HTTP_PORT,
            {"Id": address},
            TargetType="ip",
            IpAddressType="ipv6",
            attributes={"preserve_client_ip.enabled": "true"},
        )
        port = scene.listener("TCP", group)
        client = ipv6_of(scene.neighbour)
        assert curl(scene.neighbour, scene.node_ipv6, port) == f"{client} server /"

    def test_udp_over_ipv6(self, scene: Scene) -> None:
        group = scene.group(
            "UDP",
            UDP_PORT,
            {"Id": ipv6_of(scene.server)},
            TargetType="ip",
            IpAddressType="ipv6",
            HealthCheckPort=str(HTTP_PORT),
        )
        port = scene.listener("UDP", group)
        client = ipv6_of(scene.neighbour)
        said = scene.neighbour.run(shlex.join(udp_command(scene.node_ipv6, port, "x")))
        assert said == f"{client} server x"

    def test_an_endpoint_has_both_addresses_in_dns_and_carries_both(self, scene: Scene) -> None:
        port = scene.listener("TCP", scene.group("TCP", HTTP_PORT))
        assert ipv6_of(scene.client)
        (interface,) = scene.consumer.account.ec2.describe_network_interfaces(
            NetworkInterfaceIds=scene.endpoint["NetworkInterfaceIds"]
        )["NetworkInterfaces"]
        found = scene.client.run(f"getent ahostsv6 {scene.door} | awk '/STREAM/ {{ print $1 }}'")
        assert found == interface["Ipv6Addresses"][0]["Ipv6Address"]
        assert curl(scene.client, scene.door, port, "-6") == f"{scene.node} server /"
        assert curl(scene.client, scene.door, port, "-4") == f"{scene.node} server /"

    def test_the_proxy_protocol_has_the_ipv6_client_of_the_consumer(self, scene: Scene) -> None:
        group = scene.group("TCP", PROXY_PORT, attributes={"proxy_protocol_v2.enabled": "true"})
        port = scene.listener("TCP", group)
        client = ipv6_of(scene.client)
        script = "import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 2); "
        script += "s.sendall(b'x'); print(s.makefile().readline())"
        address = scene.client.run(f"getent ahostsv6 {scene.door} | awk 'NR == 1 {{ print $1 }}'")
        _, seen = scene.client.run(shlex.join(["python3", "-c", script, address, str(port)])).split()
        assert ipaddress.ip_address(bytes.fromhex(seen)[16:32]) == ipaddress.ip_address(client)

    def test_the_internet_is_reached_over_ipv6_and_an_egress_only_gateway_lets_nothing_in(
        self, plane: Sandbox, provider_lab: Lab
    ) -> None:
        vpc = with_ipv6(provider_lab.account.vpc("10.62.0.0/16", internet=True))
        ec2 = provider_lab.account.ec2
        group = provider_lab.group(vpc, {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
        script = served("server", f"http:{HTTP_PORT}")
        machine = provider_lab.instance(vpc, "a", [group], script=script, probe=True)
        address = ipv6_of(machine)
        tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])
        table = tables["RouteTables"][0]["RouteTableId"]
        route = {"RouteTableId": table, "DestinationIpv6CidrBlock": "::/0"}

        def inward() -> str:
            url = f"http://[{address}]:{HTTP_PORT}/"
            return plane.run_outside(["curl", "-s", "-m", "1", url]).stdout.strip()

        def outward() -> str:
            # A refused connection has reached the host.
            script = "import socket; s = socket.socket(socket.AF_INET6); s.settimeout(1); "
            return machine.run(f"python3 -c '{script} print(s.connect_ex((\"2001:db8::10\", 9)))'")

        assert outward() != REFUSED
        gateway = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc.id]}])[
            "InternetGateways"
        ][0]["InternetGatewayId"]
        ec2.create_route(**route, GatewayId=gateway)
        assert eventually(lambda: (outward(), inward()) == (REFUSED, "2001:db8::10 server /"))
        ec2.delete_route(**route)
        egress = ec2.create_egress_only_internet_gateway(VpcId=vpc.id)["EgressOnlyInternetGateway"]
        ec2.create_route(**route, EgressOnlyInternetGatewayId=egress["EgressOnlyInternetGatewayId"])
        assert (outward(), inward()) == (REFUSED, "")
