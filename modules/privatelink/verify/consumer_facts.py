"""The consumer's side as the AWS API describes it: endpoint, VPC, probe."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, ip_address
from typing import TYPE_CHECKING, Any

from privatelink.terraform.documents import EndpointOutput, Outputs
from privatelink.terraform.stacks import Stack
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.outputs import read_outputs, verified_endpoint
from privatelink.verify.rules import Rule, read_rules

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.type_defs import VpcEndpointTypeDef


@dataclass(frozen=True)
class EndpointAddress:
    """The endpoint's address in one zone, and its subnet there."""

    address: str
    zone: str
    zone_id: str
    subnet: IPv4Network


@dataclass(frozen=True)
class Probe:
    """The test instance in the consumer's VPC, or this machine there."""

    instance_id: str
    address: IPv4Network
    public_address: IPv4Network | None
    group_ids: tuple[str, ...]
    internet_gateway: str | None
    """The internet gateway of its subnet's default route, if there is one."""


@dataclass(frozen=True)
class ConsumerFacts:
    """The consumer's side, read with the consumer's credentials."""

    name: str
    endpoint_id: str
    state: str
    service_name: str
    far: bool
    """Whether the service is in another Region, so that zones cannot be compared."""
    vpc_id: str
    vpc_cidrs: tuple[IPv4Network, ...]
    dns_support: bool
    dns_hostnames: bool
    private_dns: bool
    regional_name: str
    zonal_names: dict[str, str]
    """Zonal DNS names by zone, in the topology's form: zone name or AZ ID."""
    private_names: tuple[str, ...]
    """The service's private DNS name, and names in the consumer's private hosted zone."""
    addresses: tuple[EndpointAddress, ...]
    group_ids: tuple[str, ...]
    rules: tuple[Rule, ...]
    probe: Probe | None
    further: dict[str, str]
    """State of each other endpoint, by key."""
    zones_of_names: dict[str, str] = field(default_factory=dict)
    """Zone of each private name that resolves to the address in one zone only."""
    tests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of the topology for the test of a port, such as 443 or 53/udp."""

    def zones_entered(
        self, addresses: Iterable[EndpointAddress], service_zones: tuple[str, ...]
    ) -> list[str]:
        """Return the zones of the service that traffic to these addresses of the endpoint can enter."""
        return list(service_zones) if self.far else [item.zone_id for item in addresses]

    def addresses_of(self, private_name: str) -> tuple[EndpointAddress, ...]:
        """Return the addresses that a private name has to resolve to."""
        zone = self.zones_of_names.get(private_name)
        if zone is None:
            return self.addresses
        return tuple(item for item in self.addresses if zone in (item.zone, item.zone_id))

    def in_zone(self, zone: str) -> EndpointAddress | None:
        """Return the address in a zone, given by name or AZ ID."""
        return next((item for item in self.addresses if zone in (item.zone, item.zone_id)), None)


def read_consumer(stack: Stack, *, with_probe: bool = True) -> ConsumerFacts:
    """Read the consumer's side from the AWS API.

    Arguments:
        stack: the consumer's stack.
        with_probe: whether the stack's probe is used, which then must run.

    Raises:
        CouldNotCheckError: the consumer's stack is not applied.
    """
    outputs, ec2 = read_outputs(stack), stack.ec2
    verified = verified_endpoint(outputs)
    if verified is None:
        raise CouldNotCheckError(
            f"{stack.name} is not applied, or not initialized here; run terraform "
            f"-chdir={stack.root.directory} init, and apply if needed"
        )
    endpoint = ec2.describe_vpc_endpoints(VpcEndpointIds=[verified["endpoint_id"]])["VpcEndpoints"][0]
    vpc_id = endpoint["VpcId"]
    vpc = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    support = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute="enableDnsSupport")
    hostnames = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute="enableDnsHostnames")
    group_ids = tuple(group["GroupId"] for group in endpoint.get("Groups", []))
    names = verified["dns_names"]
    further = {
        key: other
        for key, other in outputs.get("further_endpoints", {}).items()
        if other["endpoint_id"] != verified["endpoint_id"]
    }
    probe_id = outputs.get("probe_instance_id") if with_probe else None
    return ConsumerFacts(
        name=stack.consumer,
        endpoint_id=endpoint["VpcEndpointId"],
        state=_state(endpoint),
        service_name=endpoint["ServiceName"],
        far=endpoint.get("ServiceRegion", ec2.meta.region_name) != ec2.meta.region_name,
        vpc_id=vpc_id,
        vpc_cidrs=tuple(
            IPv4Network(item["CidrBlock"])
            for item in vpc.get("CidrBlockAssociationSet", [{"CidrBlock": vpc["CidrBlock"]}])
        ),
        dns_support=support["EnableDnsSupport"]["Value"],
        dns_hostnames=hostnames["EnableDnsHostnames"]["Value"],
        private_dns=bool(endpoint.get("PrivateDnsEnabled")),
        regional_name=names["regional"],
        zonal_names=dict(names["zonal"]),
        private_names=tuple(
            map(_matched, [*_private_names(endpoint), *_own_names(outputs, endpoint["VpcEndpointId"])])
        ),
        addresses=_addresses(ec2, endpoint.get("NetworkInterfaceIds", [])),
        group_ids=group_ids,
        rules=read_group_rules(ec2, group_ids),
        probe=_probe(ec2, probe_id) if probe_id else None,
        further=_further(ec2, further),
        zones_of_names={
            _matched(name): zone for name, zone in outputs.get("endpoint_name_zones", {}).items()
        },
        tests=outputs.get("verify", {}),
    )


def _matched(name: str) -> str:
    """Return a name to test: for a wildcard name, any name that it matches."""
    return name.replace("*.", "verify.", 1)


def _state(endpoint: "VpcEndpointTypeDef") -> str:
    """Return the state; the API reference writes PendingAcceptance, the API returns pendingAcceptance."""
    return str(endpoint["State"][:1].lower() + endpoint["State"][1:])


def _further(ec2: "EC2Client", endpoints: Mapping[str, EndpointOutput]) -> dict[str, str]:
    if not endpoints:
        return {}
    ids = {key: found["endpoint_id"] for key, found in endpoints.items()}
    described = ec2.describe_vpc_endpoints(VpcEndpointIds=sorted(ids.values()))["VpcEndpoints"]
    states = {endpoint["VpcEndpointId"]: _state(endpoint) for endpoint in described}
    return {key: states[endpoint_id] for key, endpoint_id in sorted(ids.items())}


def _private_names(endpoint: "VpcEndpointTypeDef") -> Iterator[str]:
    for entry in endpoint.get("DnsEntries", []):
        if not entry["DnsName"].startswith(endpoint["VpcEndpointId"]):
            yield entry["DnsName"]


def _own_names(outputs: Outputs, verified: str) -> Iterator[str]:
    for name, endpoint_id in outputs.get("endpoint_names", {}).items():
        if endpoint_id == verified:
            yield name


def read_group_rules(ec2: "EC2Client", group_ids: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the inbound rules of security groups."""
    if not group_ids:
        return ()
    groups = ec2.describe_security_groups(GroupIds=list(group_ids))["SecurityGroups"]
    return tuple(rule for group in groups for rule in read_rules(group["IpPermissions"]))


def _addresses(ec2: "EC2Client", interface_ids: list[str]) -> tuple[EndpointAddress, ...]:
    if not interface_ids:
        return ()
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=interface_ids)["NetworkInterfaces"]
    subnets = {
        subnet["SubnetId"]: subnet
        for subnet in ec2.describe_subnets(SubnetIds=[item["SubnetId"] for item in interfaces])["Subnets"]
    }
    found = [
        EndpointAddress(
            item["PrivateIpAddress"],
            subnets[item["SubnetId"]]["AvailabilityZone"],
            subnets[item["SubnetId"]]["AvailabilityZoneId"],
            IPv4Network(subnets[item["SubnetId"]]["CidrBlock"]),
        )
        for item in interfaces
    ]
    return tuple(sorted(found, key=lambda item: item.zone))


def _probe(ec2: "EC2Client", instance_id: str) -> Probe:
    reservations = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    instance = reservations[0]["Instances"][0]
    state = instance["State"]["Name"]
    if state != "running":
        fix = "wait a minute" if state == "pending" else "start it, or apply the stack again"
        raise CouldNotCheckError(f"the probe {instance_id} is {state}; {fix}")
    public = instance.get("PublicIpAddress")
    return Probe(
        instance_id=instance_id,
        address=IPv4Network(instance["PrivateIpAddress"]),
        public_address=IPv4Network(public) if public else None,
        group_ids=tuple(group["GroupId"] for group in instance["SecurityGroups"]),
        internet_gateway=_internet_gateway(ec2, instance["SubnetId"], instance["VpcId"]),
    )


def read_probe_with_address(ec2: "EC2Client", vpc_id: str, address: IPv4Address) -> Probe:
    """Return the machine in a VPC that has a private address.

    Raises:
        CouldNotCheckError: no network interface of the VPC has the address.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
    """
    found = ec2.describe_network_interfaces(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "addresses.private-ip-address", "Values": [str(address)]},
        ]
    )["NetworkInterfaces"]
    if not found:
        raise CouldNotCheckError(
            f"--from-here: no network interface in {vpc_id} has this machine's address, {address}; run it on "
            "a machine in this VPC, or in a container with the network of its host"
        )
    interface = found[0]
    public = interface.get("Association", {}).get("PublicIp")
    return Probe(
        instance_id="this machine",
        address=IPv4Network(address),
        public_address=IPv4Network(public) if public else None,
        group_ids=tuple(group["GroupId"] for group in interface["Groups"]),
        internet_gateway=_internet_gateway(ec2, interface["SubnetId"], vpc_id),
    )


def _internet_gateway(ec2: "EC2Client", subnet_id: str, vpc_id: str) -> str | None:
    """Return the internet gateway of a subnet's default route, if there is one.

    A subnet without its own route table uses the VPC's main route table:
    https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
    """
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    own = [t for t in tables if any(a.get("SubnetId") == subnet_id for a in t["Associations"])]
    main = [t for t in tables if any(a.get("Main") for a in t["Associations"])]
    for route in (own or main or [{"Routes": []}])[0]["Routes"]:
        gateway = route.get("GatewayId") or ""
        if route.get("DestinationCidrBlock") == "0.0.0.0/0" and gateway.startswith("igw-"):
            return str(gateway)
    return None


def is_in(address: str, networks: tuple[IPv4Network, ...]) -> bool:
    """Return whether an address is in one of the networks."""
    return any(ip_address(address) in network for network in networks)
