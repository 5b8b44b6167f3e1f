"""AnyNetwork: the attributes that new and existing networks have in common."""

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Protocol

from privatelink.framework import aws


class AnyNetwork(Protocol):
    """A VPC with one subnet in each of its zones: a `Network`, which is new, or an `ExistingNetwork`.

    Attributes:
        vpc_id: ID of the VPC, as a Terraform template.
        vpc_reference: the same as a Terraform expression, without `${}`, for conditions.
        cidr_block: IPv4 CIDR of the VPC.
        ipv6_cidr_block: IPv6 CIDR of the VPC; None for a new VPC without one, empty for an existing one.
        subnet_ids: subnet ID by zone.
        internet_route: the default route to the internet gateway, on which resources with public addresses
            depend; None without one, or if it is not managed here.
    """

    @property
    def vpc_id(self) -> str:
        """ID of the VPC."""

    @property
    def vpc_reference(self) -> str:
        """ID of the VPC, as a Terraform expression."""

    @property
    def cidr_block(self) -> str:
        """IPv4 CIDR of the VPC."""

    @property
    def ipv6_cidr_block(self) -> str | None:
        """IPv6 CIDR of the VPC."""

    @property
    def subnet_ids(self) -> Mapping[str, str]:
        """Subnet ID by zone."""

    @property
    def internet_route(self) -> "aws.Route | None":
        """Default route to the internet gateway."""

    def zone_name(self, zone: str) -> str:
        """Return a Terraform expression of the zone's name in this account, also if `zone` is an AZ ID.

        Arguments:
            zone: a key of `subnet_ids`.
        """

    def zone_id(self, zone: str) -> str:
        """Return a Terraform expression of the zone's AZ ID, also if `zone` is a name.

        Arguments:
            zone: a key of `subnet_ids`.
        """

    def availability_zone_of(self, address: IPv4Address) -> str | None:
        """Return the `availability_zone` with which to register a target: `all` for one outside the VPC.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html

        Arguments:
            address: private address of the target.
        """
