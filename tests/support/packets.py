"""What the tests of single features build: a server, a load balancer, an endpoint, and who asks.

They share one of each, and add a listener for what they test.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import itertools
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.dataplane_fixtures import ANYWHERE, Lab, Machine, eventually
from tests.support.sandbox_fixtures import Vpc

SERVER = Path(__file__).with_name("packet_server.py")
EVERYTHING = {"IpProtocol": "-1", "IpRanges": ANYWHERE, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
QUICK = {
    "HealthyThresholdCount": 2,
    "UnhealthyThresholdCount": 2,
    "HealthCheckIntervalSeconds": 5,
    "HealthCheckTimeoutSeconds": 5,
}
UDP_PORT, HTTP_PORT, HTTPS_PORT, PROXY_PORT, LINES_PORT = 5300, 8080, 8443, 8081, 8082
_ports = itertools.count(7001)


def new_certificate(*names: str, days: tuple[int, int] = (-1, 30)) -> tuple[str, str]:
    """A certificate for names, signed with its own key, and the key; valid from and to days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), written.decode()


def served(name: str, *places: str, days: tuple[int, int] = (-1, 30)) -> str:
    """User data that runs the server of the tests; its certificate is valid from and to days from now."""
    text = base64.b64encode(SERVER.read_bytes()).decode()
    certificate, key = new_certificate("server.internal", days=days)
    return (
        f"#!/bin/sh\ncat >/opt/server.pem <<'END'\n{key}{certificate}END\n"
        f"echo {text} | base64 -d >/opt/server.py\n"
        f"nohup python3 /opt/server.py {name} {' '.join(places)} >/opt/server.log 2>&1 &\n"
    )


@dataclass
class Scene:
    """A provider's VPC with a server and a load balancer, and a consumer's VPC with an endpoint to it."""

    provider: Lab
    consumer: Lab
    groups: dict[str, str] = field(default_factory=dict)

    @cached_property
    def vpc(self) -> Vpc:
        """The provider's VPC."""
        return with_ipv6(self.provider.account.vpc("10.60.0.0/16"))

    @cached_property
    def consumer_vpc(self) -> Vpc:
        """The consumer's VPC."""
        return with_ipv6(self.consumer.account.vpc("10.61.0.0/16"))

    @cached_property
    def server(self) -> Machine:
        """The server, in zone a."""
        places = (
            f"udp:{UDP_PORT}",
            f"http:{HTTP_PORT}",
            f"https:{HTTPS_PORT}",
            f"proxy:{PROXY_PORT}",
            f"lines:{LINES_PORT}",
        )
        return self.provider.instance(self.vpc, "a", [self.open], script=served("server", *places))

    @cached_property
    def open(self) -> str:
        """A security group of the provider's VPC that allows everything."""
        return self.provider.group(self.vpc, EVERYTHING)

    @cached_property
    def balancer(self) -> dict[str, Any]:
        """An internal load balancer in zone a."""
        return self.vpc.load_balancer(self.provider.name("nlb"), "a", IpAddressType="dualstack")

    @property
    def node(self) -> str:
        """The load balancer's IPv4 address."""
        return str(self.node_interface["PrivateIpAddress"])

    @property
    def node_ipv6(self) -> str:
        """The load balancer's IPv6 address."""
        return str(self.node_interface["Ipv6Addresses"][0]["Ipv6Address"])

    @cached_property
    def node_interface(self) -> dict[str, Any]:
        """The load balancer's network interface."""
        found = self.provider.account.ec2.describe_network_interfaces(
            Filters=[
                {"Name": "vpc-id", "Values": [self.vpc.id]},
                {"Name": "interface-type", "Values": ["network_load_balancer"]},
            ]
        )["NetworkInterfaces"]
        (interface,) = [item for item in found if self.balancer_id in item["Description"]]
        return dict(interface)

    @property
    def balancer_id(self) -> str:
        return str(self.balancer["LoadBalancerArn"].rpartition("/")[2])

    @cached_property
    def service(self) -> dict[str, Any]:
        """The endpoint service, which any account may use."""
        ec2 = self.provider.account.ec2
        made = ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[self.balancer["LoadBalancerArn"]],
            AcceptanceRequired=False,
            SupportedIpAddressTypes=["ipv4", "ipv6"],
        )["ServiceConfiguration"]
        ec2.modify_vpc_endpoint_service_permissions(ServiceId=made["ServiceId"], AddAllowedPrincipals=["*"])
        return dict(made)

    @cached_property
    def consumer_group(self) -> str:
        """A security group of the consumer's VPC that allows everything."""
        return self.consumer.group(self.consumer_vpc, EVERYTHING)

    @cached_property
    def endpoint(self) -> dict[str, Any]:
        """The consumer's endpoint, in zone a."""
        return self.consumer_vpc.endpoint(
            self.service["ServiceName"],
            "a",
            SecurityGroupIds=[self.consumer_group],
            IpAddressType="dualstack",
            DnsOptions={"DnsRecordIpType": "dualstack"},
        )

    @property
    def door(self) -> str:
        """The endpoint's name."""
        return str(self.endpoint["DnsEntries"][0]["DnsName"])

    @cached_property
    def client(self) -> Machine:
        """Who asks in the consumer's VPC."""
        return self.consumer.probe(self.consumer_vpc)

    @cached_property
    def neighbour(self) -> Machine:
        """Who asks in the provider's VPC."""
        return self.provider.probe(self.vpc)

    def group(
        self,
        protocol: str,
        port: int,
        *targets: dict[str, Any],
        attributes: dict[str, str] | None = None,
        **arguments: Any,
    ) -> str:
        """A target group; default target: the server."""
        elb = self.provider.account.elb
        settings = QUICK | {"TargetType": "instance", "VpcId": self.vpc.id} | arguments
        arn = elb.create_target_group(
            Name=self.provider.name("tg"), Protocol=protocol, Port=port, **settings
        )["TargetGroups"][0]["TargetGroupArn"]
        if attributes:
            elb.modify_target_group_attributes(
                TargetGroupArn=arn,
                Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()],
            )
        elb.register_targets(TargetGroupArn=arn, Targets=list(targets) or [{"Id": self.server.id}])
        return str(arn)

    def listener(self, protocol: str, group: str, *, wait: bool = True, **arguments: Any) -> int:
        """A listener on a port of its own; waits until the targets are healthy."""
        port = next(_ports)
        self.provider.account.elb.create_listener(
            LoadBalancerArn=self.balancer["LoadBalancerArn"],
            Protocol=protocol,
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
            **arguments,
        )
        if wait:
            self.wait(group)
        return port

    def listener_arn(self, port: int) -> str:
        """The ARN of the listener on a port."""
        found = self.provider.account.elb.describe_listeners(
            LoadBalancerArn=self.balancer["LoadBalancerArn"]
        )["Listeners"]
        (arn,) = [item["ListenerArn"] for item in found if item["Port"] == port]
        return str(arn)

    def states(self, group: str) -> set[str]:
        """The states of the targets of a group."""
        found = self.provider.account.elb.describe_target_health(TargetGroupArn=group)
        return {item["TargetHealth"]["State"] for item in found["TargetHealthDescriptions"]}

    def wait(self, group: str, state: str = "healthy") -> None:
        """Wait until all targets have a state."""
        if not eventually(lambda: self.states(group) == {state}, 20):
            self.provider.account.sandbox.settle()  # fails with the error of the data plane, if there is one
            raise AssertionError(self.states(group))


def with_ipv6(vpc: Vpc) -> Vpc:
    """The VPC, which has an IPv6 CIDR and one in each subnet."""
    ec2 = vpc.account.ec2
    block = ec2.associate_vpc_cidr_block(VpcId=vpc.id, AmazonProvidedIpv6CidrBlock=True)[
        "Ipv6CidrBlockAssociation"
    ]["Ipv6CidrBlock"]
    subnets = ipaddress.ip_network(block).subnets(new_prefix=64)
    for subnet_id, cidr in zip(vpc.subnets.values(), subnets, strict=False):
        ec2.associate_subnet_cidr_block(SubnetId=subnet_id, Ipv6CidrBlock=str(cidr))
    return vpc


def ipv6_of(machine: Machine) -> str:
    """The IPv6 address of an instance, which gets one if it has none."""
    ec2 = machine.lab.account.ec2
    filters = [{"Name": "attachment.instance-id", "Values": [machine.id]}]
    (interface,) = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    if not interface["Ipv6Addresses"]:
        ec2.assign_ipv6_addresses(NetworkInterfaceId=interface["NetworkInterfaceId"], Ipv6AddressCount=1)
        (interface,) = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    return str(interface["Ipv6Addresses"][0]["Ipv6Address"])


# IPv4, if the name has such an address: a load balancer does not translate IPv6 datagrams for an IPv4 target.
UDP_CLIENT = """
import socket, sys
host, port, *texts = sys.argv[1:]
found = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)
kind, address = min((entry[0::4] for entry in found), key=lambda pair: pair[0] != socket.AF_INET)
for text in texts:
    sock = socket.socket(kind, socket.SOCK_DGRAM)
    sock.settimeout(1)
    sock.connect(address)
    try:
        sock.send(text.encode())
        print(sock.recv(1000).decode())
    except OSError as error:
        print(type(error).__name__)
"""


def udp_command(host: str, port: int, *texts: str) -> list[str]:
    """A command that sends each text in a datagram of its own flow, and prints the answers."""
    return ["python3", "-c", UDP_CLIENT, host, str(port), *texts]
