"""The attributes of an endpoint service that the API shows to its provider and to its consumers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NotRequired, TypedDict


class ServiceType(TypedDict):
    """The type of a service, as the API lists it."""

    ServiceType: str


class ServiceView(TypedDict):
    """The attributes of a service that its provider and its consumers see."""

    ServiceId: str
    ServiceName: str
    ServiceType: list[ServiceType]
    AvailabilityZones: list[str]
    AvailabilityZoneIds: list[str]
    AcceptanceRequired: bool
    ManagesVpcEndpoints: bool
    BaseEndpointDnsNames: list[str]
    PrivateDnsName: str | None
    SupportedIpAddressTypes: list[str]
    Tags: list[dict[str, str]]
    PrivateDnsNames: NotRequired[list[dict[str, str]]]
    PrivateDnsNameVerificationState: NotRequired[str]


class BalancerArns(TypedDict):
    """The load balancers of a service, by their type."""

    NetworkLoadBalancerArns: list[str]
    GatewayLoadBalancerArns: list[str]


class ServiceConfiguration(ServiceView, BalancerArns):
    """The provider's view."""

    ServiceState: str
    PrivateDnsNameConfiguration: dict[str, str] | None
    SupportedRegions: list[dict[str, str]]


class ServiceDetail(ServiceView):
    """The consumer's view."""

    ServiceRegion: str
    Owner: str
    VpcEndpointPolicySupported: bool


@dataclass(frozen=True)
class Offer:
    """A service that a consumer may find.

    Arguments:
        name: its service name.
        owner: the provider's account.
        region: its Region.
        types: the types of its endpoints.
        ip_address_types: the IP address types that it supports.
        tags: reads its tags.
        detail: makes the consumer's view, which is shown only for the services of a page.
    """

    name: str
    owner: str
    region: str
    types: list[str]
    ip_address_types: list[str]
    tags: Callable[[], list[dict[str, str]]]
    detail: Callable[[], ServiceDetail]
