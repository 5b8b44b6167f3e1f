"""ExistingNetwork: a VPC and subnets that are managed elsewhere."""

from collections.abc import Mapping
from ipaddress import IPv4Address

from privatelink.constructs.component import Component
from privatelink.constructs.conditions import postcondition
from privatelink.constructs.network import KEYS_ARE_ZONES
from privatelink.constructs.rules import OTHER_VPC, OTHER_ZONE, SUBNET_FULL
from privatelink.facts import FREE_ADDRESSES
from privatelink.framework import aws
from privatelink.topology.types.zones import is_zone_id


class ExistingNetwork(Component):
    """Read a VPC and one of its subnets in each zone, without changing them.

    Reads `aws_vpc` and an `aws_subnet` for each zone. The plan fails if a subnet is in another VPC or in
    another zone.

    Arguments:
        vpc_id: ID of the VPC, `vpc-…`.
        subnet_ids: subnet ID by zone; a zone is a name (`ap-northeast-2a`) or an AZ ID (`apne2-az1`).
        zones: the zone of each key of `subnet_ids` that is its former form; default: none.

    Attributes:
        vpc_id: ID of the VPC, as a Terraform template.
        vpc_reference: ID of the VPC, as a Terraform expression.
        cidr_block: primary IPv4 CIDR of the VPC.
        ipv6_cidr_block: IPv6 CIDR of the VPC; empty for a VPC without IPv6.
        subnet_ids: subnet ID by zone, known once the conditions are met.
        internet_route: None, as the routes of the subnets are managed elsewhere.

    https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    """

    internet_route = None

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        vpc_id: str,
        subnet_ids: Mapping[str, str],
        zones: Mapping[str, str] = KEYS_ARE_ZONES,
    ) -> None:
        super().__init__(scope, id)
        vpc = self.add(aws.DataAwsVpc, id=vpc_id)
        self.vpc_id: str = vpc.id
        self.vpc_reference = f"data.aws_vpc.{self.address}.id"
        self.cidr_block: str = vpc.cidr_block
        self.ipv6_cidr_block: str | None = vpc.ipv6_cidr_block
        self._subnet_ids = subnet_ids
        self.subnet_ids: dict[str, str] = {
            zone: self.add(
                aws.DataAwsSubnet,
                zone,
                id=subnet_id,
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[
                        in_vpc(self.vpc_reference, "subnet", subnet_id),
                        _in_zone(zones.get(zone, zone), subnet_id),
                    ]
                ),
            ).id
            for zone, subnet_id in subnet_ids.items()
        }

    def warn_of_full_subnets(self) -> None:
        """Add a check for each subnet: every plan warns if it has too few free addresses for a load balancer.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        """
        for zone, subnet_id in self._subnet_ids.items():
            free = f"data.aws_subnet.{self.address_of(zone)}.available_ip_address_count"
            self.warn(
                f"room-{zone}",
                condition=f"${{{free} >= {FREE_ADDRESSES}}}",
                error_message=str(SUBNET_FULL.broken(given=subnet_id, free=f"${{{free}}}")),
            )

    def zone_name(self, zone: str) -> str:
        """Return a Terraform expression of the zone's name in this account, also if `zone` is an AZ ID.

        Arguments:
            zone: a key of `subnet_ids`.
        """
        return f"data.aws_subnet.{self.address_of(zone)}.availability_zone"

    def zone_id(self, zone: str) -> str:
        """Return a Terraform expression of the zone's AZ ID, also if `zone` is a name.

        Arguments:
            zone: a key of `subnet_ids`.
        """
        return f"data.aws_subnet.{self.address_of(zone)}.availability_zone_id"

    def availability_zone_of(self, address: IPv4Address) -> str:
        """Return the `availability_zone` with which to register a target: `all` for one outside the VPC.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html

        Arguments:
            address: private address of the target.
        """
        network, bits = (f'split("/", block.cidr_block)[{part}]' for part in (0, 1))
        inside = f'cidrhost("{address}/${{{bits}}}", 0) == {network}'
        blocks = f"data.aws_vpc.{self.address}.cidr_block_associations"
        return f'${{anytrue([for block in {blocks} : {inside}]) ? null : "all"}}'


def in_vpc(vpc_reference: str, resource: str, id: str) -> aws.Postcondition:  # noqa: A002
    """Return the condition that a resource that was read is in a VPC.

    Arguments:
        vpc_reference: Terraform expression of the VPC's ID.
        resource: kind of the resource, for the message.
        id: the resource's ID or ARN.
    """
    return postcondition(
        f"${{self.vpc_id == {vpc_reference}}}",
        OTHER_VPC.broken(given=id, resource=resource, found="${self.vpc_id}", vpc=f"${{{vpc_reference}}}"),
    )


def _in_zone(zone: str, subnet_id: str) -> aws.Postcondition:
    attribute = "availability_zone_id" if is_zone_id(zone) else "availability_zone"
    return postcondition(
        f'${{self.{attribute} == "{zone}"}}',
        OTHER_ZONE.broken(given=subnet_id, found=f"${{self.{attribute}}}", zone=zone),
    )
