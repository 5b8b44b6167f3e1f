"""Network: a VPC with one subnet for each Availability Zone."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network

from privatelink.constructs.component import Component
from privatelink.constructs.iam import allow, assume_role_policy
from privatelink.facts import ANYWHERE
from privatelink.framework import aws
from privatelink.topology.types.zones import is_zone_id, slot


class Network(Component):
    """Make a VPC with one subnet a zone, closed by default.

    Creates `aws_vpc` (DNS support and hostnames on), `aws_default_security_group` without a rule, an
    `aws_subnet` and `aws_route_table_association` for each zone, `aws_route_table`; with `internet` an
    `aws_internet_gateway` and the default `aws_route`; with `flow_log_retention_days` an `aws_flow_log` to
    CloudWatch Logs with its log group and role.

    Arguments:
        name: the Name tag.
        cidr: the VPC's IPv4 block.
        subnets: subnet CIDR by zone; a zone is a name (`ap-northeast-2a`) or an AZ ID (`apne2-az1`).
        internet: whether subnets have a route to the internet.
        ipv6: whether the VPC has an IPv6 CIDR of AWS's too, and each subnet a /64 of it.
        flow_log_retention_days: None for no flow log.

    https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        cidr: IPv4Network,
        subnets: Mapping[str, IPv4Network],
        internet: bool,
        ipv6: bool = False,
        flow_log_retention_days: int | None = None,
    ) -> None:
        super().__init__(scope, id)
        # Private DNS names of endpoints resolve only in a VPC with both DNS attributes on:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        vpc = self.add(
            aws.Vpc,
            cidr_block=str(cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            assign_generated_ipv6_cidr_block=ipv6,
            tags={"Name": name},
        )
        self.vpc_id: str = vpc.id
        self.vpc_reference = f"aws_vpc.{self.address}.id"
        self._cidr = cidr
        self.cidr = str(cidr)
        self.ipv6_cidr = f"${{aws_vpc.{self.address}.ipv6_cidr_block}}" if ipv6 else None
        # Without a rule, what is started without a security group of its own reaches nothing:
        # https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
        self.add(aws.DefaultSecurityGroup, vpc_id=self.vpc_id, tags={"Name": f"{name}-default-closed"})

        route_table_id = self.add(aws.RouteTable, vpc_id=self.vpc_id, tags={"Name": name}).id
        if internet:
            gateway = self.add(aws.InternetGateway, "internet", vpc_id=self.vpc_id, tags={"Name": name})
            # What needs the internet depends on this route, not on the gateway alone.
            self.internet_route: aws.Route | None = self.add(
                aws.Route,
                "to-internet",
                route_table_id=route_table_id,
                destination_cidr_block=str(ANYWHERE),
                gateway_id=gateway.id,
            )
        else:
            self.internet_route = None

        self.subnet_ids: dict[str, str] = {}
        for zone, subnet_cidr in subnets.items():
            subnet_id = self.add(
                aws.Subnet,
                zone,
                vpc_id=self.vpc_id,
                cidr_block=str(subnet_cidr),
                ipv6_cidr_block=self._ipv6_block(zone) if ipv6 else None,
                map_public_ip_on_launch=False,
                tags={"Name": f"{name}-{zone}"},
                availability_zone=None if is_zone_id(zone) else zone,
                availability_zone_id=zone if is_zone_id(zone) else None,
            ).id
            self.add(
                aws.RouteTableAssociation,
                f"routes-{zone}",
                subnet_id=subnet_id,
                route_table_id=route_table_id,
            )
            self.subnet_ids[zone] = subnet_id

        if flow_log_retention_days is not None:
            self._log_flows(name, self.vpc_id, flow_log_retention_days)

    def _ipv6_block(self, zone: str) -> str:
        """A zone's /64 of the VPC's /56, which depends on no other zone."""
        return f"${{cidrsubnet(aws_vpc.{self.address}.ipv6_cidr_block, 8, {slot(zone)})}}"

    def zone_name(self, zone: str) -> str:
        """Terraform reference to the zone's name in this account, also where `zone` is an AZ ID."""
        return f"aws_subnet.{self.address_of(zone)}.availability_zone"

    def zone_id(self, zone: str) -> str:
        """Terraform reference to the zone's AZ ID, also where `zone` is a name."""
        return f"aws_subnet.{self.address_of(zone)}.availability_zone_id"

    def availability_zone_of(self, address: IPv4Address) -> str | None:
        """The availability zone to register a target's address with: all of them, beyond the VPC.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
        """
        return None if address in self._cidr else "all"

    def _log_flows(self, name: str, vpc_id: str, retention_days: int) -> None:
        """Send the VPC's flow logs to CloudWatch Logs, with a role that can write to that group alone.

        https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
        """
        group = self.add(
            aws.CloudwatchLogGroup,
            "flow-log",
            name=f"/vpc/{name}/flow-log",
            retention_in_days=retention_days,
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
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,
            tags={"Name": name},
        )
