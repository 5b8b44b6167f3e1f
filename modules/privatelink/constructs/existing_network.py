"""ExistingNetwork: a VPC and subnets that someone else made."""

from collections.abc import Mapping
from ipaddress import IPv4Address

from privatelink.constructs.component import Component
from privatelink.framework import aws
from privatelink.topology.types.zones import is_zone_id


class ExistingNetwork(Component):
    """Look up a VPC and one subnet of it for each zone; change nothing of them.

    Reads `aws_vpc` and, for each zone, `aws_subnet`. Planning fails when a subnet is not of the VPC or not in
    its zone.

    Arguments:
        vpc_id: the VPC.
        subnet_ids: subnet id by zone; a zone is a name (`ap-northeast-2a`) or an AZ ID (`apne2-az1`).

    https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    """

    internet_route = None  # whether the subnets reach the internet is for who made them to say

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        vpc_id: str,
        subnet_ids: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        vpc = self.add(aws.DataAwsVpc, id=vpc_id)
        self.vpc_id: str = vpc.id
        self.vpc_reference = f"data.aws_vpc.{self.address}.id"
        self.cidr: str = vpc.cidr_block
        # One without IPv6 has the empty text, and nothing to admit.
        self.ipv6_cidr: str | None = vpc.ipv6_cidr_block
        self._subnet_ids = subnet_ids
        self.subnet_ids: dict[str, str] = {
            zone: self.add(
                aws.DataAwsSubnet,
                zone,
                id=subnet_id,
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[
                        of_vpc(self.vpc_reference, f"subnet {subnet_id}", "network.subnet_ids, or vpc_id"),
                        _in_zone(zone, subnet_id),
                    ]
                ),
            ).id
            for zone, subnet_id in subnet_ids.items()
        }

    def warn_of_full_subnets(self, free: int, what: str) -> None:
        """Say in every plan which subnets have fewer free addresses than `what` takes.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        """
        for zone, subnet_id in self._subnet_ids.items():
            left = f"data.aws_subnet.{self.address_of(zone)}.available_ip_address_count"
            self.warn(
                f"room-{zone}",
                condition=f"${{{left} >= {free}}}",
                message=f"subnet {subnet_id} has ${{{left}}} free addresses: {what} takes {free} to be made",
            )

    def zone_name(self, zone: str) -> str:
        """Terraform reference to the zone's name in this account, also where `zone` is an AZ ID."""
        return f"data.aws_subnet.{self.address_of(zone)}.availability_zone"

    def zone_id(self, zone: str) -> str:
        """Terraform reference to the zone's AZ ID, also where `zone` is a name."""
        return f"data.aws_subnet.{self.address_of(zone)}.availability_zone_id"

    def availability_zone_of(self, address: IPv4Address) -> str:
        """The availability zone to register a target's address with: all of them, beyond the VPC.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
        """
        network, bits = (f'split("/", block.cidr_block)[{part}]' for part in (0, 1))
        inside = f'cidrhost("{address}/${{{bits}}}", 0) == {network}'
        blocks = f"data.aws_vpc.{self.address}.cidr_block_associations"
        return f'${{anytrue([for block in {blocks} : {inside}]) ? null : "all"}}'


def of_vpc(vpc: str, what: str, field: str) -> aws.Postcondition:
    """What was looked up is of this VPC: `vpc` is the Terraform reference to its id."""
    return aws.Postcondition(
        condition=f"${{self.vpc_id == {vpc}}}",
        error_message=f"{what} is of ${{self.vpc_id}}, not of ${{{vpc}}}: correct {field}",
    )


def _in_zone(zone: str, subnet_id: str) -> aws.Postcondition:
    attribute = "availability_zone_id" if is_zone_id(zone) else "availability_zone"
    return aws.Postcondition(
        condition=f'${{self.{attribute} == "{zone}"}}',
        error_message=(
            f"subnet {subnet_id} is in ${{self.{attribute}}}, not in {zone}: "
            "correct network.subnet_ids; an endpoint and a load balancer have one subnet in a zone"
        ),
    )
