"""What the tests of the data plane build: the walkthrough, through the API alone."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import pytest

from privatelink.constructs.backends import user_data
from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.process import Sandbox
from tests.support.sandbox_fixtures import Account, Vpc
from tests.support.warm_sandbox import warm_sandbox

ANYWHERE = [{"CidrIp": "0.0.0.0/0"}]
MANAGED = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})

needs_data_plane = pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}")


def eventually(check: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true value of `check`; its last one when the time is over."""
    deadline, pause = time.monotonic() + seconds, 0.03
    while not (found := check()) and time.monotonic() < deadline:
        # Twenty that ask again and again would leave no time to what they ask about.
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)
    return found


@dataclass
class Lab:
    """An account in a sandbox with a data plane."""

    account: Account
    names: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))
    managed: set[str] = field(default_factory=set)
    """The VPCs with endpoints to Systems Manager."""

    @cached_property
    def image(self) -> str:
        return self.account.client("ssm").get_parameter(
            Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
        )["Parameter"]["Value"]

    @cached_property
    def profile(self) -> str:
        """An instance profile that Systems Manager may use."""
        iam = self.account.client("iam")
        iam.create_role(RoleName="probe", AssumeRolePolicyDocument=TRUST)
        iam.attach_role_policy(RoleName="probe", PolicyArn=MANAGED)
        iam.create_instance_profile(InstanceProfileName="probe")
        iam.add_role_to_instance_profile(InstanceProfileName="probe", RoleName="probe")
        return "probe"

    def name(self, prefix: str) -> str:
        return f"{prefix}-{next(self.names)}"

    def group(self, vpc: Vpc, *rules: dict[str, Any], closed: bool = False) -> str:
        """A security group that admits what `rules` say, and lets everything out unless it is closed."""
        group = vpc.security_group(self.name("group"))
        if rules:
            self.account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(rules))
        if closed:
            everything = {"IpProtocol": "-1", "IpRanges": ANYWHERE}
            self.account.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
        return group

    def internet_routes(self, vpc: Vpc) -> None:
        """Route to the internet gateway from every subnet."""
        ec2 = self.account.ec2
        gateways = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc.id]}])
        tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])
        ec2.create_route(
            RouteTableId=tables["RouteTables"][0]["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateways["InternetGateways"][0]["InternetGatewayId"],
        )

    def instance(
        self,
        vpc: Vpc,
        zone: str,
        groups: list[str],
        *,
        public: bool = False,
        script: str = "",
        probe: bool = False,
    ) -> Machine:
        arguments: dict[str, Any] = {"IamInstanceProfile": {"Name": self.profile}} if probe else {}
        if probe and not public:
            self.systems_manager(vpc, zone)
        made = self.account.ec2.run_instances(
            ImageId=self.image,
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            UserData=script,
            NetworkInterfaces=[
                {
                    "DeviceIndex": 0,
                    "SubnetId": vpc.subnets[zone],
                    "Groups": groups,
                    "AssociatePublicIpAddress": public,
                }
            ],
            **arguments,
        )["Instances"][0]
        return Machine(self, made["InstanceId"], made["PrivateIpAddress"])

    def systems_manager(self, vpc: Vpc, zone: str) -> None:
        """Endpoints through which instances of a VPC reach Systems Manager, made when first needed."""
        if vpc.id in self.managed:
            return
        self.managed.add(vpc.id)
        group = self.group(vpc, tcp(443, cidr="0.0.0.0/0"))
        for service in ("ssm", "ssmmessages"):
            name = f"com.amazonaws.{self.account.region}.{service}"
            vpc.endpoint(name, zone, SecurityGroupIds=[group], PrivateDnsEnabled=True)

    def probe(self, vpc: Vpc, zone: str = "a", *, public: bool = False) -> Machine:
        """An instance to look from: everything out, nothing in."""
        return self.instance(vpc, zone, [self.group(vpc)], public=public, probe=True)


@dataclass
class Machine:
    """An instance that commands can be run on."""

    lab: Lab
    id: str
    address: str

    def invocation(self, script: str, **parameters: list[str]) -> dict[str, Any]:
        """How a command ended, through Run Command."""
        ssm = self.lab.account.client("ssm")
        command = ssm.send_command(
            InstanceIds=[self.id],
            DocumentName="AWS-RunShellScript",
            Parameters={"commands": [script], **parameters},
        )["Command"]
        where = {"CommandId": command["CommandId"], "InstanceId": self.id}

        def ended() -> dict[str, Any] | None:
            found = ssm.get_command_invocation(**where)
            return None if found["Status"] in ("Pending", "InProgress") else found

        found = eventually(ended, 60)
        assert found, f"the command did not end: {script}"
        return found

    def run(self, script: str) -> str:
        """What a command prints."""
        return self.invocation(script)["StandardOutputContent"].strip()

    def curl(self, name: str, seconds: float = 1.0) -> str:
        """The text that is served, or `curl: <its exit code>`."""
        return self.run(f"curl -s -m {seconds} http://{name}/ || echo curl: $?")

    def texts(self, name: str, times: int = 8) -> set[str]:
        """The texts that so many requests get."""
        script = f"for i in $(seq {times}); do curl -s -m 1 http://{name}/ || echo curl: $?; done"
        return set(self.run(script).splitlines())

    def trace(self, name: str) -> list[str]:
        """The hops to port 80 of a name."""
        return self.run(shlex.join(trace_command(name))).splitlines()

    def resolve(self, name: str) -> list[str]:
        """The addresses of a name, sorted."""
        script = f"getent ahostsv4 {name} | awk '$2 == \"STREAM\" {{ print $1 }}'"
        return sorted(self.run(script).split())


@dataclass
class Service:
    """The provider's side of the walkthrough."""

    lab: Lab
    vpc: Vpc
    balancer: dict[str, Any]
    balancer_group: str
    backend_group: str
    backends: dict[str, Machine]
    target_groups: dict[int, str]
    service_id: str
    service_name: str
    public: list[str]

    @property
    def name(self) -> str:
        return self.balancer["DNSName"]

    @property
    def target_group(self) -> str:
        return self.target_groups[80]

    def health(self, port: int = 80) -> dict[str, str]:
        found = self.lab.account.elb.describe_target_health(TargetGroupArn=self.target_groups[port])
        return {
            item["Target"]["Id"]: item["TargetHealth"]["State"] for item in found["TargetHealthDescriptions"]
        }

    def wait_healthy(self) -> None:
        """Wait for all targets on all ports: the name leaves out a zone where one of them has none."""
        for port in self.target_groups:
            assert eventually(partial(self._is_healthy, port), 15), self.health(port)

    def _is_healthy(self, port: int) -> bool:
        return set(self.health(port).values()) == {"healthy"}


def states(service: Service, *expected: str) -> bool:
    """Whether the targets, in the order of their zones, come to these states."""
    wanted = {backend.id: state for backend, state in zip(service.backends.values(), expected, strict=True)}
    return bool(eventually(lambda: service.health() == wanted, 15))


# Answers with the address that the request came from, so that it shows whose address a target sees; or with
# as many bytes as the path says.
ECHO = """#!/bin/sh
cat >/opt/echo.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.client_address[0].encode()
        if self.path.startswith("/bytes/"):
            body = bytes(int(self.path[7:]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
PYTHON
nohup python3 /opt/echo.py >/dev/null 2>&1 &
"""


# One line for each hop: the address that answered, and "reached" at the end. With TCP, as a client connects.
TRACE = """
import socket, sys
address = socket.gethostbyname(sys.argv[1])
for hops in range(1, 8):
    probe = socket.socket()
    probe.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
    probe.setsockopt(socket.IPPROTO_IP, 11, 1)
    probe.settimeout(1)
    try:
        probe.connect((address, 80))
        print(address, "reached")
        break
    except OSError:
        pass
    try:
        for level, kind, data in probe.recvmsg(1, 1024, socket.MSG_ERRQUEUE)[1]:
            print(socket.inet_ntoa(data[20:24]))
    except OSError:
        print("*")
"""


def trace_command(name: str) -> list[str]:
    return ["python3", "-c", TRACE, name]


def tcp(port: int, *, cidr: str | None = None, group: str | None = None) -> dict[str, Any]:
    """A rule for one port."""
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    if cidr:
        return rule | {"IpRanges": [{"CidrIp": cidr}]}
    return rule | {"UserIdGroupPairs": [{"GroupId": group}]}


def build_service(
    lab: Lab,
    *,
    internal: bool = False,
    cross_zone: bool = False,
    acceptance: bool = True,
    backend_zones: str = "ac",
    enforce: str = "off",
    cidr: str = "10.10.0.0/16",
) -> Service:
    """Two backends with the user data that is generated, a load balancer, an endpoint service."""
    ec2, elb = lab.account.ec2, lab.account.elb
    vpc = lab.account.vpc(cidr, internet=not internal)
    if not internal:
        lab.internet_routes(vpc)
    balancer_group = lab.group(vpc, tcp(80, cidr="0.0.0.0/0"), tcp(8080, cidr="0.0.0.0/0"))
    backend_group = lab.group(
        vpc, tcp(80, group=balancer_group), tcp(8080, group=balancer_group), closed=True
    )
    backends = {
        zone: lab.instance(
            vpc, zone, [backend_group], script=user_data(f"ZIGISPACE - SVR#{number}", 80) + "\n" + ECHO
        )
        for number, zone in enumerate(backend_zones, 1)
    }
    addresses = {} if internal else {zone: ec2.allocate_address(Domain="vpc") for zone in vpc.subnets}
    mappings = [
        {"SubnetId": subnet} | ({} if internal else {"AllocationId": addresses[zone]["AllocationId"]})
        for zone, subnet in vpc.subnets.items()
    ]
    balancer = vpc.load_balancer(
        lab.name("nlb"),
        Scheme="internal" if internal else "internet-facing",
        SubnetMappings=mappings,
        SecurityGroups=[balancer_group],
    )
    arn = balancer["LoadBalancerArn"]
    elb.set_security_groups(
        LoadBalancerArn=arn,
        SecurityGroups=[balancer_group],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=enforce,
    )
    if cross_zone:
        elb.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
        )
    groups = {}
    for port in (80, 8080):
        groups[port] = elb.create_target_group(
            Name=lab.name("tg"),
            Protocol="TCP",
            Port=port,
            VpcId=vpc.id,
            TargetType="instance",
            HealthyThresholdCount=3,
            UnhealthyThresholdCount=3,
            HealthCheckIntervalSeconds=30,
        )["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(
            TargetGroupArn=groups[port], Targets=[{"Id": backend.id} for backend in backends.values()]
        )
        elb.create_listener(
            LoadBalancerArn=arn,
            Protocol="TCP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": groups[port]}],
        )
    service = ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[arn], AcceptanceRequired=acceptance
    )["ServiceConfiguration"]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"], AddAllowedPrincipals=["*"])
    return Service(
        lab=lab,
        vpc=vpc,
        balancer=balancer,
        balancer_group=balancer_group,
        backend_group=backend_group,
        backends=backends,
        target_groups=groups,
        service_id=service["ServiceId"],
        service_name=service["ServiceName"],
        public=sorted(item["PublicIp"] for item in addresses.values()),
    )


@dataclass
class Consumer:
    """The consumer's side of the walkthrough."""

    lab: Lab
    vpc: Vpc
    probe: Machine
    endpoint: dict[str, Any]
    endpoint_group: str

    @property
    def id(self) -> str:
        return self.endpoint["VpcEndpointId"]

    @property
    def names(self) -> list[str]:
        """The regional name, then the zonal ones."""
        return [entry["DnsName"] for entry in self.endpoint["DnsEntries"]]


def build_consumer(
    lab: Lab, service: Service, cidr: str = "10.20.0.0/16", *, internet: bool = False, zones: str = "ac"
) -> Consumer:
    """A VPC with a probe and an endpoint to the service."""
    vpc = lab.account.vpc(cidr, internet=internet)
    if internet:
        lab.internet_routes(vpc)
    group = lab.group(vpc, tcp(80, cidr=cidr), tcp(8080, cidr=cidr))
    endpoint = vpc.endpoint(service.service_name, zones, SecurityGroupIds=[group])
    return Consumer(lab, vpc, lab.probe(vpc, public=internet), endpoint, group)


def accept(service: Service, *consumers: Consumer) -> None:
    """Accept the consumers' connections."""
    service.lab.account.ec2.accept_vpc_endpoint_connections(
        ServiceId=service.service_id, VpcEndpointIds=[consumer.id for consumer in consumers]
    )


@pytest.fixture(scope="session")
def plane() -> Iterator[Sandbox]:
    """One sandbox with a data plane for the whole run."""
    if why_not():
        pytest.skip(f"no data plane here: {why_not()}")
    with warm_sandbox(data_plane=True) as running:
        yield running


@pytest.fixture(scope="session")
def provider_lab(plane: Sandbox) -> Lab:
    """The service provider's account."""
    return Lab(Account(plane, "111111111111"))


@pytest.fixture(scope="session")
def consumer_lab(plane: Sandbox) -> Lab:
    """The service consumer's account."""
    return Lab(Account(plane, "222222222222"))
