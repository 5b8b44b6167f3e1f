"""Network: a VPC with one subnet in each Availability Zone."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType

from privatelink.constructs.component import Component
from privatelink.constructs.iam import allow, assume_role_policy
from privatelink.facts import ANYWHERE
from privatelink.framework import aws
from privatelink.topology.types.zones import is_zone_id, slot

KEYS_ARE_ZONES: Mapping[str, str] = MappingProxyType({})


def flow_log_group(name: str) -> str:
    """Return the name of the log group of a network's flow log.

    Arguments:
        name: name of the network.
    """
    return f"/vpc/{name}/flow-log"


class Network(Component):
    """Create a VPC with one subnet in each zone, without access by default.

    Creates `aws_vpc` (DNS support and DNS hostnames on), `aws_default_security_group` without rules,
    `aws_route_table`, and an `aws_subnet` and `aws_route_table_association` for each zone; with `internet`
    an `aws_internet_gateway` and the default `aws_route`; with `flow_log_retention_in_days` an `aws_flow_log`
    to CloudWatch Logs with its log group and IAM role.

    Arguments:
        name: the Name tag, and prefix of others.
        cidr_block: IPv4 CIDR of the VPC, /16 to /28.
        subnet_cidr_blocks: IPv4 CIDR of the subnet by zone; a zone is a name (`ap-northeast-2a`) or an AZ ID
            (`apne2-az1`).
        zones: the zone of each key of `subnet_cidr_blocks` that is its former form; default: none.
        internet: whether the subnets have a route to an internet gateway.
        assign_generated_ipv6_cidr_block: whether AWS assigns an IPv6 CIDR to the VPC, of which each subnet
            gets a /64; default: False.
        flow_log_retention_in_days: days for which CloudWatch Logs keeps the flow log; default: no flow log.
        flow_log_kms_key_id: ARN of the KMS key of the flow log, whose policy must allow CloudWatch Logs to
            use it; default: the keys of CloudWatch Logs.

    Attributes:
        vpc_id: ID of the VPC, as a Terraform template.
        vpc_reference: ID of the VPC, as a Terraform expression.
        cidr_block: IPv4 CIDR of the VPC.
        ipv6_cidr_block: IPv6 CIDR of the VPC; None without `assign_generated_ipv6_cidr_block`.
        subnet_ids: subnet ID by zone.
        internet_route: the default route to the internet gateway, on which resources with public addresses
            depend; None without `internet`.

    https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        cidr_block: IPv4Network,
        subnet_cidr_blocks: Mapping[str, IPv4Network],
        internet: bool,
        zones: Mapping[str, str] = KEYS_ARE_ZONES,
        assign_generated_ipv6_cidr_block: bool = False,
        flow_log_retention_in_days: int | None = None,
        flow_log_kms_key_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        # Private DNS names of endpoints resolve only in a VPC with both DNS attributes:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        vpc = self.add(
            aws.Vpc,
            cidr_block=str(cidr_block),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            assign_generated_ipv6_cidr_block=assign_generated_ipv6_cidr_block,
            tags={"Name": name},
        )
        self.vpc_id: str = vpc.id
        self.vpc_reference = f"aws_vpc.{self.address}.id"
        self._cidr = cidr_block
        self.cidr_block = str(cidr_block)
        self.ipv6_cidr_block = (
            f"${{aws_vpc.{self.address}.ipv6_cidr_block}}" if assign_generated_ipv6_cidr_block else None
        )
        # A resource that is created without a security group gets this one, and can reach nothing:
        # https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
        self.add(aws.DefaultSecurityGroup, vpc_id=self.vpc_id, tags={"Name": f"{name}-default-closed"})

        route_table_id = self.add(aws.RouteTable, vpc_id=self.vpc_id, tags={"Name": name}).id
        self.internet_route: aws.Route | None = None
        if internet:
            gateway = self.add(aws.InternetGateway, "internet", vpc_id=self.vpc_id, tags={"Name": name})
            self.internet_route = self.add(
                aws.Route,
                "to-internet",
                route_table_id=route_table_id,
                destination_cidr_block=str(ANYWHERE),
                gateway_id=gateway.id,
            )

        self.subnet_ids: dict[str, str] = {}
        for zone, subnet_cidr_block in subnet_cidr_blocks.items():
            placed_in = zones.get(zone, zone)
            subnet_id = self.add(
                aws.Subnet,
                zone,
                vpc_id=self.vpc_id,
                cidr_block=str(subnet_cidr_block),
                ipv6_cidr_block=self._ipv6_block(zone) if assign_generated_ipv6_cidr_block else None,
                map_public_ip_on_launch=False,
                tags={"Name": f"{name}-{zone}"},
                availability_zone=None if is_zone_id(placed_in) else placed_in,
                availability_zone_id=placed_in if is_zone_id(placed_in) else None,
                # AWS deletes a subnet only after its endpoints and load balancers have left it. Terraform
                # would otherwise delete it first when a zone is removed or its CIDR changes:
                # https://github.com/hashicorp/terraform/blob/main/docs/destroying.md
                lifecycle=aws.TerraformResourceLifecycle(create_before_destroy=True),
            ).id
            self.add(
                aws.RouteTableAssociation,
                f"routes-{zone}",
                subnet_id=subnet_id,
                route_table_id=route_table_id,
            )
            self.subnet_ids[zone] = subnet_id

        if flow_log_retention_in_days is not None:
            self._add_flow_log(name, flow_log_retention_in_days, flow_log_kms_key_id)

    def _ipv6_block(self, zone: str) -> str:
        """Return a zone's /64 of the VPC's /56, which does not depend on other zones."""
        return f"${{cidrsubnet(aws_vpc.{self.address}.ipv6_cidr_block, 8, {slot(zone)})}}"

    def zone_name(self, zone: str) -> str:
        """Return a Terraform expression of the zone's name in this account, also if `zone` is an AZ ID.

        Arguments:
            zone: a key of `subnet_ids`.
        """
        return f"aws_subnet.{self.address_of(zone)}.availability_zone"

    def zone_id(self, zone: str) -> str:
        """Return a Terraform expression of the zone's AZ ID, also if `zone` is a name.

        Arguments:
            zone: a key of `subnet_ids`.
        """
        return f"aws_subnet.{self.address_of(zone)}.availability_zone_id"

    def availability_zone_of(self, address: IPv4Address) -> str | None:
        """Return the `availability_zone` with which to register a target: `all` for one outside the VPC.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html

        Arguments:
            address: private address of the target.
        """
        return None if address in self._cidr else "all"

    def _add_flow_log(self, name: str, retention_in_days: int, kms_key_id: str | None) -> None:
        """Add a flow log to CloudWatch Logs, with a role that can write to its log group only.

        https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
        """
        group = self.add(
            aws.CloudwatchLogGroup,
            "flow-log",
            name=flow_log_group(name),
            retention_in_days=retention_in_days,
            kms_key_id=kms_key_id,
            tags={"Name": name},
        )
        role = self.add(
            aws.IamRole,
            "flow-log",
            name_prefix=f"{name}-flow-"[:38],
            assume_role_policy=assume_role_policy("vpc-flow-logs.amazonaws.com"),
            tags={"Name": f"{name}-flow-log"},
        )
        self.add(
            aws.IamRolePolicy,
            "flow-log",
            name="write-flow-log",
            role=role.id,
            policy=allow(
                ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], [f"{group.arn}:*"]
            ),
        )
        self.add(
            aws.FlowLog,
            "flow-log",
            vpc_id=self.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,
            tags={"Name": name},
        )
