"""NetworkLoadBalancer: addresses, security group, listeners and their target groups."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

from privatelink.constructs.component import Component, cidr_key
from privatelink.constructs.network_interface import private_addresses
from privatelink.constructs.security_group import Ports, add_security_group
from privatelink.constructs.targets import Targets
from privatelink.facts import DEFAULT_HEALTH_CHECK_PATH, DEFAULT_HEALTHY_CODES
from privatelink.framework import aws
from privatelink.topology.rules.listener import HealthCheck, Listener


class NetworkLoadBalancer(Component):
    """Make a Network Load Balancer with a security group from birth.

    Creates `aws_lb`, its `aws_security_group`; an `aws_eip` for each zone when internet-facing, unless
    `elastic_ips` brings them; for each listener `aws_lb_listener`, `aws_lb_target_group`, its
    `aws_lb_target_group_attachment`s, and the rules that let clients in and traffic through to the targets.

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
        dualstack: whether it has IPv6 addresses too, which its subnets then need.
        deletion_protection: whether AWS refuses to delete it, and so `terraform destroy`.
        access_logs: where to log what TLS listeners served; None logs nothing.
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
        dualstack: bool = False,
        deletion_protection: bool = False,
        access_logs: aws.LbAccessLogs | None = None,
        depends_on: Sequence[aws.TerraformElement] = (),
    ) -> None:
        if internal and elastic_ips:
            msg = f"Elastic IPs go with an internet-facing load balancer only: {name!r} is internal"
            raise ValueError(msg)
        super().__init__(scope, id)
        self._name = name
        self._vpc_id = vpc_id
        self._allow_from = tuple(allow_from)
        self._opened: set[str] = set()
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
            ip_address_type="dualstack" if dualstack else "ipv4",
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
            enable_deletion_protection=deletion_protection,
            access_logs=access_logs,
            tags={"Name": name},
            depends_on=list(depends_on),
        )
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.target_groups: dict[int, aws.LbTargetGroup] = {}  # by the port of the listener
        self.dns_name = balancer.dns_name
        if internal:
            self.addresses = private_addresses(
                self, description=f"ELB {self.arn_suffix}", subnet_ids=subnet_ids
            )
        else:
            self.addresses = {zone: address.public_ip for zone, address in public.items()}

    def add_listener(
        self, listener: Listener, targets: Targets, *, target_port: int, health_check: HealthCheck
    ) -> None:
        """Forward a port to `target_port` of the targets.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
        """
        # The protocol changes in place, so it is no part of the addresses.
        key = f"port-{listener.port}"
        group_arn = self._add_target_group(key, listener, targets, target_port, health_check)
        tls = listener.protocol == "TLS"
        self.add(
            aws.LbListener,
            key,
            load_balancer_arn=self.arn,
            port=listener.port,
            protocol=listener.protocol,
            certificate_arn=listener.certificate_arn,
            ssl_policy=listener.ssl_policy if tls else None,
            alpn_policy=listener.alpn_policy if tls else None,
            tcp_idle_timeout_seconds=listener.idle_timeout_seconds if listener.protocol == "TCP" else None,
            default_action=[aws.LbListenerDefaultAction(type="forward", target_group_arn=group_arn)],
            tags={"Name": f"{self._name}-{key}"},
        )
        for protocol in listener.ip_protocols:
            for cidr in self._allow_from:
                self.add(
                    aws.VpcSecurityGroupIngressRule,
                    f"{protocol}-{listener.port}-from-{cidr_key(cidr)}",
                    security_group_id=self.security_group_id,
                    description=f"Direct clients of port {listener.port}",
                    cidr_ipv4=str(cidr),
                    ip_protocol=protocol,
                    from_port=listener.port,
                    to_port=listener.port,
                    tags={"Name": f"{protocol}-{listener.port}"},
                )
            self._open_to_targets(targets, protocol, target_port)
        self._open_to_targets(targets, "tcp", health_check.port or target_port)

    def _add_target_group(
        self, key: str, listener: Listener, targets: Targets, port: int, health_check: HealthCheck
    ) -> str:
        preserve_client_ip = targets.preserve_client_ip(listener.group_protocol)
        over_http = health_check.over_http
        group = self.add(
            aws.LbTargetGroup,
            key,
            # Another port or protocol makes another group, which needs another name beside the old one.
            name_prefix=f"{listener.port}-",
            port=port,
            protocol=listener.group_protocol,
            target_type=targets.kind,
            ip_address_type="ipv4",
            vpc_id=self._vpc_id,
            deregistration_delay=str(listener.deregistration_delay_seconds),
            connection_termination=listener.connection_termination,
            preserve_client_ip=None if preserve_client_ip is None else str(preserve_client_ip).lower(),
            proxy_protocol_v2=listener.proxy_protocol_v2,
            health_check=aws.LbTargetGroupHealthCheck(
                enabled=True,
                protocol=health_check.protocol,
                port=str(health_check.port or "traffic-port"),
                interval=health_check.interval_seconds,
                timeout=health_check.timeout_seconds,
                healthy_threshold=health_check.healthy_threshold,
                unhealthy_threshold=health_check.unhealthy_threshold,
                path=health_check.path or DEFAULT_HEALTH_CHECK_PATH if over_http else None,
                matcher=health_check.healthy_codes or DEFAULT_HEALTHY_CODES if over_http else None,
            ),
            tags={"Name": f"{self._name}-{key}"},
            lifecycle=aws.TerraformResourceLifecycle(
                create_before_destroy=True, precondition=list(targets.conditions) or None
            ),
        )
        self.target_groups[listener.port] = group
        group_arn = group.arn
        for target, target_id in targets.ids.items():
            self.add(
                aws.LbTargetGroupAttachment,
                f"{key}-{target}",
                target_group_arn=group_arn,
                target_id=target_id,
                port=port,
                availability_zone=targets.availability_zones.get(target),
            )
        for auto_scaling_group, name in targets.auto_scaling_groups.items():
            self.add(
                aws.AutoscalingAttachment,
                f"{key}-{auto_scaling_group}",
                autoscaling_group_name=name,
                lb_target_group_arn=group_arn,
            )
        return group_arn

    def _open_to_targets(self, targets: Targets, protocol: str, port: int) -> None:
        """Let traffic and health checks through to the targets, once a port: AWS refuses a rule twice."""
        name = f"{protocol}-{port}"
        if name in self._opened:
            return
        self._opened.add(name)
        rule = Ports(ip_protocol=protocol, from_port=port, to_port=port)
        for key, destination in targets.destinations.items():
            self.add(
                aws.VpcSecurityGroupEgressRule,
                "-".join(filter(None, ("to-targets", name, key))),
                security_group_id=self.security_group_id,
                description="Traffic and health checks to the targets",
                tags={"Name": f"to-targets-{name}"},
                **rule,
                **destination,
            )
        if targets.security_group_id:
            self.add(
                aws.VpcSecurityGroupIngressRule,
                f"at-targets-{name}",
                security_group_id=targets.security_group_id,
                description="Traffic and health checks from the load balancer",
                # PrivateLink traffic too reaches targets from the load balancer's own addresses:
                # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
                referenced_security_group_id=self.security_group_id,
                tags={"Name": f"from-load-balancer-{name}"},
                **rule,
            )
