"""NetworkLoadBalancer: addresses, security group, listeners and their target groups."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

from modules import aws
from modules.component import Component, cidr_key
from modules.network_interface import private_addresses
from modules.security_group import add_security_group


class NetworkLoadBalancer(Component):
    """Make a Network Load Balancer with a security group from birth.

    Creates `aws_lb`, its `aws_security_group`; an `aws_eip` for each zone when internet-facing, unless
    `elastic_ips` brings them; for each listener `aws_lb_listener`, `aws_lb_target_group`, its
    `aws_lb_target_group_attachment`s, and the rules that let clients in and traffic out to the targets.

    Arguments:
        name: the load balancer's name, at most 32 letters, digits and hyphens.
        vpc_id: the VPC of the subnets.
        subnet_ids: subnet id by zone.
        internal: private addresses only.
        elastic_ips: allocation id by zone, for an internet-facing one; None makes them.
        allow_from: CIDRs of clients that connect to it directly, not through PrivateLink.
        enforce_private_link_ingress: whether `allow_from` also holds for PrivateLink traffic, which arrives
            with the consumers' private addresses. Off by default: acceptance and principals decide who
            connects, and the CIDRs of consumers in other accounts are neither known nor unique.
        cross_zone: whether each zone's address reaches the targets of every zone.
        depends_on: what must exist first, such as the route to the internet.

    Raises ValueError for Elastic IPs on an internal load balancer.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        vpc_id: str,
        subnet_ids: Mapping[str, str],
        internal: bool,
        elastic_ips: Mapping[str, str] | None = None,
        allow_from: Sequence[IPv4Network] = (),
        enforce_private_link_ingress: bool = False,
        cross_zone: bool = False,
        depends_on: Sequence[aws.TerraformElement] = (),
    ) -> None:
        if internal and elastic_ips:
            msg = f"Elastic IPs go with an internet-facing load balancer only: {name!r} is internal"
            raise ValueError(msg)
        super().__init__(scope, id)
        self._name = name
        self._vpc_id = vpc_id
        self._allow_from = tuple(allow_from)
        self._opened: set[tuple[str, int]] = set()
        # A load balancer created without a security group can never get one.
        self.security_group_id = add_security_group(
            self,
            name=name,
            description="Network Load Balancer: its direct clients in, its targets out",
            vpc_id=vpc_id,
        )
        public: dict[str, aws.Eip | aws.DataAwsEip] = {}
        for zone in () if internal else subnet_ids:
            if elastic_ips:
                public[zone] = self.add(aws.DataAwsEip, zone, id=elastic_ips[zone])
            else:
                public[zone] = self.add(
                    aws.Eip,
                    zone,
                    domain="vpc",
                    tags={"Name": f"{name}-{zone}"},
                    depends_on=list(depends_on),
                )
        balancer = self.add(
            aws.Lb,
            name=name,
            load_balancer_type="network",
            internal=internal,
            ip_address_type="ipv4",
            subnet_mapping=[
                aws.LbSubnetMapping(
                    subnet_id=subnet_id, allocation_id=public[zone].id if zone in public else None
                )
                for zone, subnet_id in subnet_ids.items()
            ],
            security_groups=[self.security_group_id],
            enforce_security_group_inbound_rules_on_private_link_traffic=(
                "on" if enforce_private_link_ingress else "off"
            ),
            enable_cross_zone_load_balancing=cross_zone,
            enable_deletion_protection=False,
            tags={"Name": name},
            depends_on=list(depends_on),
        )
        self.arn = balancer.arn
        self.dns_name = balancer.dns_name
        if internal:
            self.addresses = private_addresses(
                self, description=f"ELB {balancer.arn_suffix}", subnet_ids=subnet_ids
            )
        else:
            self.addresses = {zone: address.public_ip for zone, address in public.items()}

    def add_listener(
        self,
        *,
        port: int,
        target_port: int,
        targets: Mapping[str, str],
        target_security_group_id: str,
    ) -> None:
        """Forward TCP `port` to `target_port` of the target instances (instance id by a stable key).

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
        """
        key = f"tcp-{port}"
        group_arn = self.add(
            aws.LbTargetGroup,
            key,
            # A group is replaced when its port changes; its successor needs another name beside it.
            name_prefix="tcp-",
            port=target_port,
            protocol="TCP",
            target_type="instance",
            ip_address_type="ipv4",
            vpc_id=self._vpc_id,
            deregistration_delay="300",
            connection_termination=False,
            # Without effect on PrivateLink traffic, which comes from the load balancer's own addresses.
            preserve_client_ip="true",
            # A backend that does not speak proxy protocol takes its header for a broken request.
            proxy_protocol_v2=False,
            health_check={
                "enabled": True,
                "protocol": "TCP",
                "port": "traffic-port",
                "interval": 30,
                "timeout": 10,
                "healthy_threshold": 3,
                "unhealthy_threshold": 3,
            },
            tags={"Name": f"{self._name}-{key}"},
            lifecycle=aws.TerraformResourceLifecycle(create_before_destroy=True),
        ).arn
        for target_key, target_id in targets.items():
            self.add(
                aws.LbTargetGroupAttachment,
                f"{key}-{target_key}",
                target_group_arn=group_arn,
                target_id=target_id,
                port=target_port,
            )
        self.add(
            aws.LbListener,
            key,
            load_balancer_arn=self.arn,
            port=port,
            protocol="TCP",
            default_action=[aws.LbListenerDefaultAction(type="forward", target_group_arn=group_arn)],
            tags={"Name": f"{self._name}-{key}"},
        )
        for cidr in self._allow_from:
            self.add(
                aws.VpcSecurityGroupIngressRule,
                f"{key}-from-{cidr_key(cidr)}",
                security_group_id=self.security_group_id,
                description=f"Direct clients of port {port}",
                cidr_ipv4=str(cidr),
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                tags={"Name": key},
            )
        self._open_to_targets(target_security_group_id, target_port)

    def _open_to_targets(self, security_group_id: str, port: int) -> None:
        """Let traffic and health checks out to the targets, once for each port: AWS refuses a rule twice."""
        if (security_group_id, port) in self._opened:
            return
        self._opened.add((security_group_id, port))
        self.add(
            aws.VpcSecurityGroupEgressRule,
            f"to-targets-{port}",
            security_group_id=self.security_group_id,
            description="Traffic and health checks to the targets",
            referenced_security_group_id=security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags={"Name": f"to-targets-{port}"},
        )
