"""VPC endpoint services: the provider's side of PrivateLink.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
"""

import re
from collections.abc import Callable, Container, Iterator
from operator import attrgetter

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidServiceName, UnknownVpcEndpointService
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.responses._base_response import EC2BaseResponse
from moto.ec2.utils import add_tag_specification
from moto.elbv2.models import elbv2_backends

from privatelink.sandbox.aws_services import aws_services, offer_of
from privatelink.sandbox.filters import page, select
from privatelink.sandbox.ids import hex_id
from privatelink.sandbox.private_dns import PrivateDnsName
from privatelink.sandbox.service_views import (
    BalancerArns,
    Offer,
    ServiceConfiguration,
    ServiceDetail,
    ServiceView,
)
from privatelink.sandbox.untyped import Moto

PRINCIPAL = re.compile(r"\*|arn:aws[\w-]*:iam::(?P<account>\d{12}):((?P<root>root)|(?P<kind>user|role)/.+)")
ACTIVE_STATES = ("available", "pendingAcceptance")
BALANCER_TYPES = {"network": "Interface", "gateway": "GatewayLoadBalancer"}
"""The type of a service by the type of its load balancers."""


class Permission(TaggedEC2Resource):  # type: ignore[misc]
    """One allowed principal of a service."""

    def __init__(self, service: "EndpointService", principal: str) -> None:
        self.ec2_backend = service.ec2_backend
        self.id = hex_id("vpce-svc-perm")
        self.service_id = service.id
        self.principal = principal

    @property
    def principal_type(self) -> str:
        """`All`, `Account`, `User` or `Role`."""
        if self.principal == "*":
            return "All"
        match = PRINCIPAL.fullmatch(self.principal)
        kind = match.group("kind") if match else None
        return kind.capitalize() if kind else "Account"

    def admits(self, account: str) -> bool:
        """Return whether it allows an account.

        A user or role allows its whole account here: the sandbox does not track callers within an account.
        """
        match = PRINCIPAL.fullmatch(self.principal)
        return self.principal == "*" or bool(match and match.group("account") == account)

    def describe(self) -> dict[str, object]:
        """Return an `AllowedPrincipal` or `AddedPrincipal`."""
        return {
            "PrincipalType": self.principal_type,
            "Principal": self.principal,
            "ServicePermissionId": self.id,
            "ServiceId": self.service_id,
            "Tags": self.get_tags(),
        }


class EndpointService(TaggedEC2Resource):  # type: ignore[misc]
    """A VPC endpoint service of Network Load Balancers, or of Gateway Load Balancers.

    Arguments:
        backend: the EC2 backend of its provider.
        balancer_type: the type of its load balancers: `network` or `gateway`.
        acceptance_required: whether the provider must accept connections.
        supported_regions: the Regions of its consumers; default: its own.
    """

    def __init__(
        self, backend: Moto, *, balancer_type: str, acceptance_required: bool, supported_regions: list[str]
    ) -> None:
        self.ec2_backend = backend
        self.id = hex_id("vpce-svc")
        self.balancer_type = balancer_type
        self.acceptance_required = acceptance_required
        self.load_balancer_arns: list[str] = []
        self.ip_address_types: list[str] = ["ipv4"]
        self.supported_regions = supported_regions or [self.region]
        self.private_dns: PrivateDnsName | None = None
        self.permissions: dict[str, Permission] = {}

    @property
    def owner(self) -> str:
        """The provider's account."""
        return str(self.ec2_backend.account_id)

    @property
    def region(self) -> str:
        """The Region of the service."""
        return str(self.ec2_backend.region_name)

    @property
    def name(self) -> str:
        """The service name."""
        return f"com.amazonaws.vpce.{self.region}.{self.id}"

    @property
    def type(self) -> str:
        """The type of its endpoints."""
        return BALANCER_TYPES[self.balancer_type]

    @property
    def base_dns_name(self) -> str:
        """The suffix of the DNS names of its endpoints."""
        return f"{self.id}.{self.region}.vpce.amazonaws.com"

    @property
    def zones(self) -> dict[str, str]:
        """Zone names to AZ IDs: the current zones of its load balancers."""
        balancers = elbv2_backends[self.owner][self.region].load_balancers
        subnets = (
            subnet for arn in self.load_balancer_arns if arn in balancers for subnet in balancers[arn].subnets
        )
        return dict(sorted((subnet.availability_zone, subnet.availability_zone_id) for subnet in subnets))

    def balancer_arns(self) -> BalancerArns:
        """Return the ARNs of the load balancers under the API names of their types."""
        network = self.balancer_type == "network"
        return {
            "NetworkLoadBalancerArns": self.load_balancer_arns if network else [],
            "GatewayLoadBalancerArns": [] if network else self.load_balancer_arns,
        }

    def admits(self, account: str) -> bool:
        """Return whether an account may see the service and connect to it."""
        return account == self.owner or any(p.admits(account) for p in self.permissions.values())

    def connections(self) -> list[Moto]:
        """Return the endpoints of this service, of all accounts and Regions."""
        return connections_of({self.id})

    def add_load_balancers(self, arns: list[str]) -> None:
        """Add load balancers, which must be of the service's type and must not belong to another service."""
        balancers = elbv2_backends[self.owner][self.region].load_balancers
        for arn in arns:
            if arn not in balancers:
                raise EC2ClientError("LoadBalancerNotFound", f"Load balancer '{arn}' not found")
            if balancers[arn].type != self.balancer_type:
                kind = self.balancer_type.capitalize()
                raise EC2ClientError(
                    "InvalidParameter", f"Load balancer '{arn}' is not a {kind} Load Balancer"
                )
            user = service_of_load_balancer(arn)
            if user is not None and user is not self:
                raise EC2ClientError(
                    "InvalidParameter",
                    f"Load balancer '{arn}' is already associated with another VPC endpoint service",
                )
            if arn not in self.load_balancer_arns:
                self.load_balancer_arns.append(arn)

    def remove_load_balancers(self, arns: list[str]) -> None:
        """Remove load balancers; one must remain."""
        remaining = [arn for arn in self.load_balancer_arns if arn not in arns]
        if not remaining:
            raise EC2ClientError(
                "InvalidParameter", f"VPC endpoint service '{self.id}' must have at least one load balancer"
            )
        self.load_balancer_arns = remaining

    def set_ip_address_types(self, types: list[str]) -> None:
        """Set the address types; `ipv6` requires dualstack load balancers."""
        balancers = elbv2_backends[self.owner][self.region].load_balancers
        for arn in self.load_balancer_arns:
            if "ipv6" in types and balancers[arn].ip_address_type != "dualstack":
                raise EC2ClientError(
                    "InvalidParameter", f"Load balancer '{arn}' does not support the IP address type ipv6"
                )
        if not types:
            raise EC2ClientError("InvalidParameter", "At least one supported IP address type is required")
        self.ip_address_types = types

    def set_private_dns_name(self, name: str | None) -> None:
        """Set or remove the private DNS name; a new name needs verification before consumers can use it."""
        if name and self.type != "Interface":
            raise EC2ClientError(
                "InvalidParameter",
                "Private DNS names are not supported by Gateway Load Balancer endpoint services",
            )
        if not name:
            self.private_dns = None
        elif self.private_dns is None or self.private_dns.name != name:
            self.private_dns = PrivateDnsName(name)

    def _common(self) -> ServiceView:
        return {
            "ServiceId": self.id,
            "ServiceName": self.name,
            "ServiceType": [{"ServiceType": self.type}],
            "AvailabilityZones": list(self.zones),
            "AvailabilityZoneIds": sorted(self.zones.values()),
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": False,
            # AWS lists one for both types, although only interface endpoints have DNS names.
            "BaseEndpointDnsNames": [self.base_dns_name],
            "PrivateDnsName": self.private_dns.name if self.private_dns else None,
            "SupportedIpAddressTypes": self.ip_address_types,
            "Tags": self.get_tags(),
        }

    def configuration(self) -> ServiceConfiguration:
        """Return the provider's view."""
        return {
            **self._common(),
            "ServiceState": "Available",
            **self.balancer_arns(),
            "PrivateDnsNameConfiguration": self.private_dns.describe() if self.private_dns else None,
            "SupportedRegions": [
                {"Region": region, "ServiceState": "Available"} for region in self.supported_regions
            ],
        }

    def detail(self) -> ServiceDetail:
        """Return the consumer's view."""
        view: ServiceDetail = {
            **self._common(),
            "ServiceRegion": self.region,
            "Owner": self.owner,
            "VpcEndpointPolicySupported": False,
        }
        if self.private_dns:
            view["PrivateDnsNames"] = [{"PrivateDnsName": self.private_dns.name}]
            view["PrivateDnsNameVerificationState"] = self.private_dns.state
        return view

    def offer(self) -> Offer:
        """Return the service as its consumers find it."""
        return Offer(
            name=self.name,
            owner=self.owner,
            region=self.region,
            types=[self.type],
            ip_address_types=self.ip_address_types,
            tags=self.get_tags,
            detail=self.detail,
        )


def connections_of(service_ids: Container[str]) -> list[Moto]:
    """Return the endpoints of services, of all accounts and Regions."""
    return [
        endpoint
        for backend in every_ec2_backend()
        for endpoint in backend.vpc_end_points.values()
        if getattr(endpoint, "service_id", None) in service_ids
    ]


def every_ec2_backend() -> Iterator[Moto]:
    """Yield the EC2 backends of all accounts and Regions in use."""
    for account in list(ec2_backends.values()):
        yield from list(account.values())


def every_service() -> Iterator[EndpointService]:
    """Yield the endpoint services of all accounts and Regions."""
    for backend in every_ec2_backend():
        yield from list(backend.configurations.values())


def service_named(name: str) -> EndpointService | None:
    """Return the service with a service name, of any account."""
    return next((service for service in every_service() if service.name == name), None)


def service_of_load_balancer(arn: str) -> EndpointService | None:
    """Return the service of a load balancer, if any."""
    return next((service for service in every_service() if arn in service.load_balancer_arns), None)


def own_service(backend: Moto, service_id: str) -> EndpointService:
    """Return a service of the account.

    Raises:
        UnknownVpcEndpointService: it does not exist.
    """
    service: EndpointService | None = backend.configurations.get(service_id)
    if service is None:
        raise UnknownVpcEndpointService(service_id)
    return service


CONFIGURATION_FILTERS: dict[str, Callable[[EndpointService], str | list[str]]] = {
    "service-id": attrgetter("id"),
    "service-name": attrgetter("name"),
    "service-state": lambda _: "Available",
    "supported-ip-address-types": attrgetter("ip_address_types"),
}
PERMISSION_FILTERS = {"principal": attrgetter("principal"), "principal-type": attrgetter("principal_type")}
OFFER_FILTERS = {
    "owner": attrgetter("owner"),
    "service-name": attrgetter("name"),
    "service-region": attrgetter("region"),
    "service-type": attrgetter("types"),
    "supported-ip-address-types": attrgetter("ip_address_types"),
}
"""Attributes by the name of the filter."""


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API actions on endpoint services."""

    def create_vpc_endpoint_service_configuration(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointServiceConfiguration.html"""
        network = self._get_param("NetworkLoadBalancerArns", [])
        gateway = self._get_param("GatewayLoadBalancerArns", [])
        if bool(network) == bool(gateway):
            raise EC2ClientError("InvalidParameter", "exactly one of NLB ARNs or GWLB ARNs is required")
        service = EndpointService(
            self.ec2_backend,
            balancer_type="network" if network else "gateway",
            acceptance_required=self._get_param("AcceptanceRequired", True),
            supported_regions=self._get_param("SupportedRegions", []),
        )
        service.add_load_balancers(network or gateway)
        service.set_ip_address_types(self._get_param("SupportedIpAddressTypes", []) or ["ipv4"])
        service.set_private_dns_name(self._get_param("PrivateDnsName"))
        self.ec2_backend.configurations[service.id] = service
        service.add_tags(add_tag_specification(self._get_param("TagSpecifications", [])))
        return ActionResult({"ServiceConfiguration": service.configuration()})

    def describe_vpc_endpoint_service_configurations(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServiceConfigurations.html"""
        backend, filters = self.ec2_backend, self._get_param("Filters", [])
        ids = self._get_param("ServiceIds", []) or list(backend.configurations)
        services = [own_service(backend, service_id) for service_id in ids]
        found = select(services, filters, CONFIGURATION_FILTERS, EndpointService.get_tags)
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        shown = [service.configuration() for service in items]
        return ActionResult({"ServiceConfigurations": shown, "NextToken": token})

    def modify_vpc_endpoint_service_configuration(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServiceConfiguration.html"""
        service = own_service(self.ec2_backend, self._get_param("ServiceId"))
        for kind in ("Network", "Gateway"):
            service.add_load_balancers(self._get_param(f"Add{kind}LoadBalancerArns", []))
            if removed := self._get_param(f"Remove{kind}LoadBalancerArns", []):
                service.remove_load_balancers(removed)

        added_types = self._get_param("AddSupportedIpAddressTypes", [])
        removed_types = self._get_param("RemoveSupportedIpAddressTypes", [])
        if added_types or removed_types:
            types = dict.fromkeys([*service.ip_address_types, *added_types])
            service.set_ip_address_types([kind for kind in types if kind not in removed_types])

        regions = dict.fromkeys([*service.supported_regions, *self._get_param("AddSupportedRegions", [])])
        removed_regions = self._get_param("RemoveSupportedRegions", [])
        service.supported_regions = [region for region in regions if region not in removed_regions]

        if (acceptance := self._get_param("AcceptanceRequired")) is not None:
            service.acceptance_required = acceptance
        if (name := self._get_param("PrivateDnsName")) is not None:
            service.set_private_dns_name(name)
        if self._get_param("RemovePrivateDnsName", False):
            service.set_private_dns_name(None)
        return ActionResult({"Return": True})

    def delete_vpc_endpoint_service_configurations(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html"""
        unsuccessful = []
        for service_id in self._get_param("ServiceIds", []):
            service = self.ec2_backend.configurations.get(service_id)
            if service is None:
                error = (
                    "InvalidVpcEndpointService.NotFound",
                    f"The VpcEndpointService Id '{service_id}' does not exist",
                )
            elif any(endpoint.state in ACTIVE_STATES for endpoint in service.connections()):
                error = (
                    "ExistingVpcEndpointConnections",
                    "Service has existing active VPC Endpoint connections!",
                )
            else:
                del self.ec2_backend.configurations[service_id]
                self.ec2_backend.tags.pop(service_id, None)
                continue
            unsuccessful.append({"ResourceId": service_id, "Error": {"Code": error[0], "Message": error[1]}})
        return ActionResult({"Unsuccessful": unsuccessful})

    def modify_vpc_endpoint_service_permissions(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html"""
        service = own_service(self.ec2_backend, self._get_param("ServiceId"))
        added = self._get_param("AddAllowedPrincipals", [])
        for principal in added:
            if not PRINCIPAL.fullmatch(principal):
                raise EC2ClientError("InvalidPrincipal", f"Invalid Principal: '{principal}'")
        for principal in added:
            service.permissions.setdefault(principal, Permission(service, principal))
        for principal in self._get_param("RemoveAllowedPrincipals", []):
            # Existing connections stay.
            service.permissions.pop(principal, None)
        shown = [service.permissions[principal].describe() for principal in dict.fromkeys(added)]
        return ActionResult({"AddedPrincipals": shown, "ReturnValue": True})

    def describe_vpc_endpoint_service_permissions(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServicePermissions.html"""
        service = own_service(self.ec2_backend, self._get_param("ServiceId"))
        filters = self._get_param("Filters", [])
        found = select(service.permissions.values(), filters, PERMISSION_FILTERS)
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        shown = [permission.describe() for permission in items]
        return ActionResult({"AllowedPrincipals": shown, "NextToken": token})

    def start_vpc_endpoint_service_private_dns_verification(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartVpcEndpointServicePrivateDnsVerification.html"""
        service = own_service(self.ec2_backend, self._get_param("ServiceId"))
        if service.private_dns is None:
            raise EC2ClientError(
                "InvalidParameter", f"VPC endpoint service '{service.id}' does not have a private DNS name"
            )
        service.private_dns.verify()
        return ActionResult({"ReturnValue": True})

    def describe_vpc_endpoint_services(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html"""
        names = self._get_param("ServiceNames", [])
        regions = self._get_param("ServiceRegions", []) or [self.region]
        offers = [
            service.offer()
            for service in every_service()
            if service.region in regions
            and self.region in service.supported_regions
            and service.admits(self.current_account)
        ]
        if not names or not all(map(is_custom, names)):
            offers += map(offer_of, aws_services(self.current_account, self.region))

        known = {offer.name for offer in offers}
        for name in names:
            if name not in known:
                raise InvalidServiceName(name)

        wanted = [offer for offer in offers if not names or offer.name in names]
        found = select(wanted, self._get_param("Filters", []), OFFER_FILTERS, lambda offer: offer.tags())
        ordered = sorted(found, key=attrgetter("name"))
        items, token = page(ordered, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        return ActionResult(
            {
                "ServiceNames": [offer.name for offer in items],
                "ServiceDetails": [offer.detail() for offer in items],
                "NextToken": token,
            }
        )


def is_custom(service_name: str) -> bool:
    """Return whether a service name is that of a customer's service, not of an AWS service."""
    return ".vpce-svc-" in service_name
