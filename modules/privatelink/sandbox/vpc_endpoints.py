"""What VPC endpoints of all types have in common, and the services that they connect to.

https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-vpc-endpoints
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError, InvalidServiceName
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.vpcs import VPCEndPoint

from privatelink.sandbox.addresses import remove_interface
from privatelink.sandbox.aws_services import aws_services
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
        self.dns_options: Mapping[str, object] | None = dns_options
        self.policy_document = policy
        self.route_table_ids: list[str] = []
        self.interfaces: dict[str, Moto] = {}
        self.creation_timestamp = utcnow()

    @property
    def vpc_endpoint_id(self) -> str:
        """The ID, under its API name."""
        return self.id

    @property
    def vpc_endpoint_state(self) -> str:
        """The state, under the name of the filter."""
        return self.state

    @property
    def owner_id(self) -> str:
        """The consumer's account."""
        return str(self.ec2_backend.account_id)

    @property
    def tags(self) -> list[dict[str, str]]:
        """The tags, under their API name."""
        return self.get_tags()  # type: ignore[no-any-return]

    @property
    def subnet_ids(self) -> list[str]:
        """The subnets of the endpoint."""
        return list(self.interfaces)

    @property
    def network_interface_ids(self) -> list[str]:
        """The network interfaces, one in each subnet."""
        return [interface.id for interface in self.interfaces.values()]

    @property
    def groups(self) -> list[dict[str, str]]:
        """The security groups; only interface endpoints have some."""
        return []

    @property
    def dns_entries(self) -> list[dict[str, str]]:
        """The DNS names; only interface endpoints have some."""
        return []

    def set_common(self, request: Moto) -> None:
        """Set the parameters of `ModifyVpcEndpoint` that all types have; those that are absent stay."""
        if (ip_address_type := request._get_param("IpAddressType")) is not None:
            self.ip_address_type = ip_address_type
        if options := request._get_param("DnsOptions"):
            self.dns_options = {**(self.dns_options or {}), **options}
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
