"""What VPC endpoints of all types have in common, and the services that they connect to.

https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-vpc-endpoints
"""

import datetime
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError, InvalidServiceName
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.vpcs import VPCEndPoint

from privatelink.sandbox.addresses import remove_interface
from privatelink.sandbox.aws_services import aws_services
from privatelink.sandbox.ec2_answers import KeptAnswer
from privatelink.sandbox.endpoint_services import EndpointService, is_custom, service_named
from privatelink.sandbox.ids import hex_id
from privatelink.sandbox.untyped import Moto

DEFAULT_POLICY = json.dumps(VPCEndPoint.DEFAULT_POLICY)


def refuse(message: str, code: str = "InvalidParameter") -> EC2ClientError:
    """Return EC2's error for a valid request that cannot be fulfilled."""
    return EC2ClientError(code, message)


@dataclass(frozen=True)
class Target:
    """The service of an endpoint: a customer's service or an AWS service."""

    name: str
    region: str
    base_dns_name: str
    zone_ids: frozenset[str]
    ip_address_types: tuple[str, ...]
    types: tuple[str, ...] = ("Interface",)
    private_dns_name: str | None = None
    private_dns_verified: bool = True
    service: EndpointService | None = None

    @property
    def acceptance_required(self) -> bool:
        """Whether the provider must accept connections."""
        return self.service is not None and self.service.acceptance_required


def target_of(service: EndpointService) -> Target:
    """Return a customer's service as a target."""
    dns = service.private_dns
    return Target(
        name=service.name,
        region=service.region,
        base_dns_name=service.base_dns_name,
        zone_ids=frozenset(service.zones.values()),
        ip_address_types=tuple(service.ip_address_types),
        private_dns_name=dns.name if dns else None,
        private_dns_verified=dns is not None and dns.state == "verified",
        service=service,
        types=(service.type,),
    )


def find_target(backend: Moto, name: str, region: str | None) -> Target:
    """Return the service with a service name, as an account sees it.

    Raises:
        InvalidServiceName: there is none, or it does not allow the account.
    """
    wanted_region = region or backend.region_name
    if is_custom(name):
        service = service_named(name)
        if (
            service is None
            or service.region != wanted_region
            or backend.region_name not in service.supported_regions
            or not service.admits(backend.account_id)
        ):
            raise InvalidServiceName(name)
        return target_of(service)

    details = [d for d in aws_services(backend.account_id, wanted_region) if d["ServiceName"] == name]
    if not details:
        raise InvalidServiceName(name)
    # S3 and DynamoDB have one entry for each endpoint type.
    interface = next((d for d in details if {"ServiceType": "Interface"} in d["ServiceType"]), details[0])
    zone_ids = {zone.name: zone.zone_id for zone in backend.describe_availability_zones()}
    return Target(
        name=name,
        region=wanted_region,
        base_dns_name=interface["BaseEndpointDnsNames"][0],
        zone_ids=frozenset(zone_ids.values()),
        ip_address_types=("ipv4", "ipv6"),
        types=tuple(kind["ServiceType"] for detail in details for kind in detail["ServiceType"]),
        private_dns_name=interface.get("PrivateDnsName"),
    )


class Names(NamedTuple):
    """What the DNS names of an endpoint are made of.

    Arguments:
        token: makes the names unique.
        base: the DNS name of the service.
        private: the private DNS name, if it is enabled.
    """

    token: str
    base: str
    private: str | None


class Shown(NamedTuple):
    """What the API shows of an endpoint. The values cannot change, so equal ones have the same answer.

    Arguments:
        interfaces: the subnet, the ID and the Availability Zone of each network interface.
        groups: the IDs and names of the security groups.
        names: what the DNS names are made of.
    """

    id: str
    type: str
    vpc_id: str
    owner_id: str
    service_name: str
    service_region: str
    state: str
    policy_document: str | None
    ip_address_type: str
    dns_options: tuple[tuple[str, object], ...] | None
    private_dns_enabled: bool
    requester_managed: bool
    creation_timestamp: datetime.datetime
    route_table_ids: tuple[str, ...]
    interfaces: tuple[tuple[str, str, str], ...]
    groups: tuple[tuple[str, str], ...]
    names: Names | None
    tags: tuple[tuple[str, str], ...]


def dns_entries(shown: Shown) -> list[dict[str, str]]:
    """Return the regional DNS name, the zonal ones, and the private one if enabled; none without a subnet."""
    names = shown.names
    if not shown.interfaces or names is None:
        return []
    prefix = f"{shown.id}-{names.token}"
    hosts = [prefix, *(f"{prefix}-{zone}" for zone in sorted(zone for _, _, zone in shown.interfaces))]
    zone_id = hosted_zone_id(shown.service_region)
    entries = [{"DnsName": f"{host}.{names.base}", "HostedZoneId": zone_id} for host in hosts]
    if names.private:
        private_zone = hosted_zone_id(f"{shown.vpc_id} {names.private}")
        entries.append({"DnsName": names.private, "HostedZoneId": private_zone})
    return entries


@functools.lru_cache(1024)
def hosted_zone_id(key: str) -> str:
    """Return a stable, invented ID: AWS does not publish the hosted zones of endpoint names."""
    return "Z" + hashlib.sha256(key.encode()).hexdigest()[:20].upper()


def answer_of(shown: Shown) -> KeptAnswer:
    """Return a `VpcEndpoint`."""
    return KeptAnswer(
        {
            "VpcEndpointId": shown.id,
            "VpcEndpointType": shown.type,
            "VpcId": shown.vpc_id,
            "ServiceName": shown.service_name,
            "State": shown.state,
            "PolicyDocument": shown.policy_document,
            "RouteTableIds": shown.route_table_ids,
            "SubnetIds": [subnet_id for subnet_id, _, _ in shown.interfaces],
            "Groups": [{"GroupId": group_id, "GroupName": name} for group_id, name in shown.groups],
            "IpAddressType": shown.ip_address_type,
            "DnsOptions": None if shown.dns_options is None else dict(shown.dns_options),
            "PrivateDnsEnabled": shown.private_dns_enabled,
            "RequesterManaged": shown.requester_managed,
            "NetworkInterfaceIds": [interface_id for _, interface_id, _ in shown.interfaces],
            "DnsEntries": dns_entries(shown),
            "CreationTimestamp": shown.creation_timestamp,
            "Tags": [{"Key": key, "Value": value} for key, value in shown.tags],
            "OwnerId": shown.owner_id,
            "ServiceRegion": shown.service_region,
        }
    )


def unchanging(options: Mapping[str, object]) -> Mapping[str, object]:
    """Return `DnsOptions` with values that cannot change."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}


class Endpoint(TaggedEC2Resource):  # type: ignore[misc]
    """A VPC endpoint, with the attributes that the API shows."""

    vpc_endpoint_type: str
    requester_managed = False
    private_dns_enabled = False
    private_dns_name: str | None = None

    def __init__(
        self,
        backend: Moto,
        vpc: Moto,
        target: Target,
        *,
        ip_address_type: str = "ipv4",
        dns_options: Mapping[str, object] | None = None,
        policy: str | None = None,
    ) -> None:
        self.ec2_backend = backend
        self.id = hex_id("vpce")
        self.connection_id = hex_id("vpce-con")
        self.vpc_id = vpc.id
        self.service_name = target.name
        self.service_id = target.service.id if target.service else None
        self.service_region = target.region
        self.state = "pendingAcceptance" if target.acceptance_required else "available"
        self.ip_address_type = ip_address_type
        self.dns_options = None if dns_options is None else unchanging(dns_options)
        self.policy_document = policy
        self.route_table_ids: list[str] = []
        self.interfaces: dict[str, Moto] = {}
        self.creation_timestamp = utcnow()
        self._kept: tuple[Shown, KeptAnswer] | None = None

    @property
    def owner_id(self) -> str:
        """The consumer's account."""
        return str(self.ec2_backend.account_id)

    @property
    def subnet_ids(self) -> list[str]:
        """The subnets of the endpoint."""
        return list(self.interfaces)

    @property
    def dns_entries(self) -> list[dict[str, str]]:
        """The DNS names; only interface endpoints have some."""
        return dns_entries(self.shown())

    def shown(self) -> "Shown":
        """Return what the API shows of the endpoint now."""
        options, tags = self.dns_options, self.ec2_backend.tags.get(self.id)
        return Shown(
            id=self.id,
            type=self.vpc_endpoint_type,
            vpc_id=self.vpc_id,
            owner_id=self.owner_id,
            service_name=self.service_name,
            service_region=self.service_region,
            state=self.state,
            policy_document=self.policy_document,
            ip_address_type=self.ip_address_type,
            dns_options=None if options is None else tuple(options.items()),
            private_dns_enabled=self.private_dns_enabled,
            requester_managed=self.requester_managed,
            creation_timestamp=self.creation_timestamp,
            route_table_ids=tuple(self.route_table_ids),
            interfaces=tuple(
                [
                    (subnet_id, interface.id, interface.subnet.availability_zone)
                    for subnet_id, interface in self.interfaces.items()
                ]
            ),
            groups=self.named_groups(),
            names=self.names(),
            tags=tuple(tags.items()) if tags else (),
        )

    def named_groups(self) -> tuple[tuple[str, str], ...]:
        """Return the IDs and names of the security groups; only interface endpoints have some."""
        return ()

    def names(self) -> "Names | None":
        """Return what the DNS names are made of; only interface endpoints have some."""
        return None

    def answer(self) -> KeptAnswer:
        """Return the endpoint as the API shows it: the same object as before if nothing has changed."""
        shown = self.shown()
        kept = self._kept
        if kept is None or kept[0] != shown:
            kept = self._kept = shown, answer_of(shown)
        return kept[1]

    def set_common(self, request: Moto) -> None:
        """Set the parameters of `ModifyVpcEndpoint` that all types have; those that are absent stay."""
        if (ip_address_type := request._get_param("IpAddressType")) is not None:
            self.ip_address_type = ip_address_type
        if options := request._get_param("DnsOptions"):
            self.dns_options = unchanging({**(self.dns_options or {}), **options})
        if request._get_param("ResetPolicy", False):
            self.policy_document = DEFAULT_POLICY
        if policy := request._get_param("PolicyDocument"):
            self.policy_document = policy

    def remove_subnets(self, subnet_ids: Iterable[str]) -> None:
        """Delete the network interfaces in subnets."""
        for subnet_id in subnet_ids:
            if interface := self.interfaces.pop(subnet_id, None):
                remove_interface(interface)

    def detach(self) -> None:
        """Delete what the endpoint has in its VPC, before it is deleted."""
        self.remove_subnets(self.subnet_ids)


def check_subnets(backend: Moto, vpc_id: str, target: Target, subnets: list[Moto], taken: set[str]) -> None:
    """Check the subnets of an endpoint: one per zone, in its VPC, in zones of the service.

    Arguments:
        backend: the EC2 backend of the endpoint.
        vpc_id: the VPC of the endpoint.
        target: the service.
        subnets: the new subnets.
        taken: the AZ IDs that the endpoint already uses.
    """
    used = set(taken)
    for subnet in subnets:
        if subnet.vpc_id != vpc_id:
            raise refuse(f"Subnet {subnet.id} does not belong to VPC {vpc_id}")
        if subnet.availability_zone_id in used:
            raise refuse(
                f"Found another VPC endpoint subnet in the availability zone of {subnet.id}. VPC endpoint "
                "subnets should be in different availability zones supported by the VPC endpoint service.",
                "DuplicateSubnetsInSameZone",
            )
        used.add(subnet.availability_zone_id)
        # Zones need not match across Regions.
        if target.region == backend.region_name and subnet.availability_zone_id not in target.zone_ids:
            raise refuse(
                f"The VPC endpoint service {target.name} does not support the availability zone of the "
                f"subnet: {subnet.id}."
            )
