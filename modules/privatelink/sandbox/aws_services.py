"""The endpoint services of AWS itself: moto's, and those that moto lacks.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from typing import cast

from moto.core.base_backend import BaseBackend
from moto.ec2.models.vpcs import VPCBackend

from privatelink.sandbox.service_views import Offer, ServiceDetail
from privatelink.sandbox.untyped import Moto

IP_ADDRESS_TYPES = ["ipv4", "ipv6"]
GATEWAY = [{"ServiceType": "Gateway"}]
MISSING = (
    "apigateway",
    "appconfig-fips",
    "appconfigdata-fips",
    "dynamodb",
    "dynamodb-streams",
    "guardduty",
    "network-firewall",
    "pipes",
    "redshift-serverless",
    "resource-groups",
    "route53resolver",
    "s3tables",
    "scheduler",
    "tagging",
    "wafv2",
)
"""Services that moto does not list, or not with interface endpoints."""
ROUTE53 = "com.amazonaws.route53"
"""Route 53 is global: its service name has no Region."""


def aws_services(account: str, region: str) -> list[ServiceDetail]:
    """Return the details of AWS's own services in a Region."""
    listed = VPCBackend._collect_default_endpoint_services(account, region)
    # moto keeps the list of a Region for ever, and its IDs are random: it is completed once.
    if all(detail["ServiceName"] != ROUTE53 for detail in listed):
        _complete(listed, region)
    return cast(list[ServiceDetail], listed)


def offer_of(detail: ServiceDetail) -> Offer:
    """Return a service of AWS as its consumers find it."""
    return Offer(
        name=detail["ServiceName"],
        owner=detail["Owner"],
        region=detail["ServiceRegion"],
        types=[kind["ServiceType"] for kind in detail["ServiceType"]],
        ip_address_types=detail["SupportedIpAddressTypes"],
        tags=lambda: [{name.lower(): value for name, value in tag.items()} for tag in detail["Tags"]],
        detail=lambda: detail,
    )


def _complete(listed: list[dict[str, Moto]], region: str) -> None:
    zones: list[str] = listed[0]["AvailabilityZones"]
    names = {detail["ServiceName"] for detail in listed if detail["ServiceType"] != GATEWAY}
    for name in MISSING:
        if f"com.amazonaws.{region}.{name}" not in names:
            listed += BaseBackend.default_vpc_endpoint_service_factory(region, zones, name)
    (route53,) = BaseBackend.default_vpc_endpoint_service_factory(region, zones, "route53")
    listed.append({**route53, "ServiceName": ROUTE53})
    for detail in listed:
        detail["ServiceRegion"] = region
        detail["SupportedIpAddressTypes"] = IP_ADDRESS_TYPES
        if detail["ServiceType"] == GATEWAY:
            _as_gateway(detail)


def _as_gateway(detail: dict[str, Moto]) -> None:
    """Remove the names of the interface endpoint: a gateway endpoint has no DNS name."""
    service, region = detail["ServiceName"].rpartition(".")[2], detail["ServiceRegion"]
    detail["BaseEndpointDnsNames"] = [f"{service}.{region}.amazonaws.com"]
    for name in ("PrivateDnsName", "PrivateDnsNames", "PrivateDnsNameVerificationState"):
        detail.pop(name, None)
