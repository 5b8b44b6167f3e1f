"""NetworkLoadBalancer: a Network Load Balancer with its security group, listeners and target groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from privatelink.constructs.component import Component
from privatelink.constructs.network_interface import private_addresses
from privatelink.constructs.peer import Peer
from privatelink.constructs.ports import Ports
from privatelink.constructs.rules import ELASTIC_IPS_INTERNAL
from privatelink.constructs.security_group import (
    RULE_LIFECYCLE,
    RuleOrder,
    SecurityGroupRule,
    add_security_group,
)
from privatelink.constructs.targets import Targets
from privatelink.facts import DEFAULT_HEALTH_CHECK_PATH, DEFAULT_HEALTHY_CODES
from privatelink.framework import aws
from privatelink.topology.rules.listener import HealthCheck, Listener


class NetworkLoadBalancer(Component):
    """Create a Network Load Balancer with a security group.

    Creates `aws_lb` and its `aws_security_group`; for an internet-facing load balancer without
    `allocation_ids` an `aws_eip` for each zone. `add_listener` adds listeners.

    Arguments:
        name: name of the load balancer, at most 32 letters, digits and hyphens.
        vpc_id: ID of the VPC.
        subnet_ids: subnet ID by zone.
        internal: whether the load balancer has private addresses only.
        allocation_ids: allocation ID of an Elastic IP address by zone, for an internet-facing load balancer;
            default: new Elastic IP addresses.
        allow_from: peers that may connect directly, not through PrivateLink; default: none.
        enforce_security_group_inbound_rules_on_private_link_traffic: `on` to apply `allow_from` to
            PrivateLink traffic as well, which arrives from the consumers' private addresses; default: `off`,
            as acceptance and principals decide who connects, and the CIDRs of consumers in other accounts are
            neither known nor unique.
        enable_cross_zone_load_balancing: whether each zone of the load balancer forwards to the targets in
            all zones; default: False.
        ip_address_type: `ipv4` or `dualstack`, which needs subnets with IPv6; default: `ipv4`.
        enable_deletion_protection: whether AWS refuses to delete the load balancer, also by `terraform
            destroy`; default: False.
        access_logs: S3 bucket for the access logs of TLS listeners; default: no access logs.
        depends_on: resources that must exist first, such as the route to the internet gateway.
        listener_ranges: ranges with one rule for all listeners in them, for fewer rules; default: a rule for
            each listener.
        target_ranges: ranges with one rule for all ports of targets in them; default: a rule for each port.
        rules_in_order: whether new rules of the security groups are created before former ones are deleted,
            also if nothing else changes; default: False.

    Attributes:
        security_group_id: ID of the load balancer's security group.
        arn: ARN of the load balancer.
        arn_suffix: ARN suffix of the load balancer, its dimension in CloudWatch.
        target_groups: target group by port of the listener.
        dns_name: DNS name of the load balancer.
        addresses: address by zone: the private address if internal, else the Elastic IP address.

    Raises:
        ValueError: `allocation_ids` for an internal load balancer.

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
        allocation_ids: Mapping[str, str] | None = None,
        allow_from: Sequence[Peer] = (),
        enforce_security_group_inbound_rules_on_private_link_traffic: Literal["on", "off"] = "off",
        enable_cross_zone_load_balancing: bool = False,
        ip_address_type: Literal["ipv4", "dualstack"] = "ipv4",
        enable_deletion_protection: bool = False,
        access_logs: aws.LbAccessLogs | None = None,
        depends_on: Sequence[aws.TerraformElement] = (),
        listener_ranges: Sequence[Ports] = (),
        target_ranges: Sequence[Ports] = (),
        rules_in_order: bool = False,
    ) -> None:
        if internal and allocation_ids:
            raise ValueError(str(ELASTIC_IPS_INTERNAL.broken(given=f"allocation_ids={dict(allocation_ids)}")))
        super().__init__(scope, id)
        self._name = name
        self._vpc_id = vpc_id
        self._allow_from = tuple(allow_from)
        self._listener_ranges, self._target_ranges = tuple(listener_ranges), tuple(target_ranges)
        self._rule_order = RuleOrder(self) if rules_in_order else None
        self._rules_of_clients: dict[Ports, list[SecurityGroupRule]] = {}
        self._rules_of_targets: dict[tuple[Ports, str | None], list[SecurityGroupRule]] = {}
        # AWS never allows a security group for a load balancer that was created without one.
        self.security_group_id = add_security_group(
            self,
            name=name,
            description="Network Load Balancer: its direct clients in, its targets out",
            vpc_id=vpc_id,
        )
        elastic_ips: dict[str, aws.Eip | aws.DataAwsEip] = {}
        for zone in () if internal else subnet_ids:
            if allocation_ids:
                elastic_ips[zone] = self.add(aws.DataAwsEip, zone, id=allocation_ids[zone])
            else:
                elastic_ips[zone] = self.add(
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
            ip_address_type=ip_address_type,
            subnet_mapping=[
                aws.LbSubnetMapping(
                    subnet_id=subnet_id, allocation_id=elastic_ips[zone].id if zone in elastic_ips else None
                )
                for zone, subnet_id in subnet_ids.items()
            ],
            security_groups=[self.security_group_id],
            enforce_security_group_inbound_rules_on_private_link_traffic=(
                enforce_security_group_inbound_rules_on_private_link_traffic
            ),
            enable_cross_zone_load_balancing=enable_cross_zone_load_balancing,
            enable_deletion_protection=enable_deletion_protection,
            access_logs=access_logs,
            tags={"Name": name},
            depends_on=list(depends_on),
            # AWS deletes a load balancer only after it has left its endpoint service:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
            lifecycle=aws.TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.target_groups: dict[int, aws.LbTargetGroup] = {}
        self.dns_name = balancer.dns_name
        if internal:
            self.addresses = private_addresses(
                self, description=f"ELB {self.arn_suffix}", subnet_ids=subnet_ids
            )
        else:
            self.addresses = {zone: elastic_ip.public_ip for zone, elastic_ip in elastic_ips.items()}

    def add_listener(
        self, listener: Listener, targets: Targets, *, target_port: int, health_check: HealthCheck
    ) -> None:
        """Add a listener with its target group, and the security group rules that its traffic needs.

        Creates `aws_lb_listener`, `aws_lb_target_group`, an `aws_lb_target_group_attachment` for each target
        or an `aws_autoscaling_attachment` for each Auto Scaling group; ingress rules for the peers of
        `allow_from`, egress rules to the targets, and ingress rules in the security group of the targets.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html

        Arguments:
            listener: port and protocol of the listener, TLS settings, and attributes of the target group.
            targets: targets of the load balancer; the listener forwards to all, or to those that it selects.
            target_port: port of the targets.
            health_check: health check of the target group.
        """
        targets = targets.only(listener.targets)
        # Without the protocol, which can change without a replacement.
        key = f"port-{listener.port}"
        group_arn = self._add_target_group(key, listener, targets, target_port, health_check)
        tls = listener.protocol == "TLS"
        rules = [*self._open_to_targets(targets, Ports.tcp(health_check.port or target_port))]
        for protocol in listener.ip_protocols:
            rules += self._open_to_clients(Ports.of(protocol, listener.port))
            rules += self._open_to_targets(targets, Ports.of(protocol, target_port))
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
            # Rules of former targets are deleted after it forwards to others.
            depends_on=list(dict.fromkeys(rules)) or None,
        )

    def _add_target_group(
        self, key: str, listener: Listener, targets: Targets, port: int, health_check: HealthCheck
    ) -> str:
        preserve_client_ip = targets.preserve_client_ip(listener.group_protocol)
        over_http = health_check.over_http
        group = self.add(
            aws.LbTargetGroup,
            # AWS requires a health check over HTTP or HTTPS for an Application Load Balancer. The provider
            # refuses to plan one over TCP for a resource whose state has a path, also when it replaces it:
            # https://github.com/hashicorp/terraform-provider-aws/pull/46036
            f"{key}-alb" if targets.target_type == "alb" else key,
            # Another port or protocol needs another group, whose name must differ from the old one's.
            name_prefix=f"{listener.port}-",
            port=port,
            protocol=listener.group_protocol,
            target_type=targets.target_type,
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
                create_before_destroy=True, precondition=list(targets.preconditions) or None
            ),
        )
        self.target_groups[listener.port] = group
        group_arn = group.arn
        for target, target_id in targets.target_ids.items():
            self.add(
                aws.LbTargetGroupAttachment,
                f"{key}-{target}",
                target_group_arn=group_arn,
                target_id=target_id,
                port=port,
                availability_zone=targets.availability_zones.get(target),
            )
        for auto_scaling_group, name in targets.autoscaling_group_names.items():
            self.add(
                aws.AutoscalingAttachment,
                f"{key}-{auto_scaling_group}",
                autoscaling_group_name=name,
                lb_target_group_arn=group_arn,
            )
        return group_arn

    def _open_to_clients(self, port: Ports) -> list[SecurityGroupRule]:
        """Return the rules that allow direct clients, which are added once for each range of ports."""
        ports = _range_of(port, self._listener_ranges)
        if ports not in self._rules_of_clients:
            self._rules_of_clients[ports] = self._in_order(
                self._add_client(ports, peer) for peer in self._allow_from
            )
        return self._rules_of_clients[ports]

    def _add_client(self, ports: Ports, peer: Peer) -> SecurityGroupRule:
        return self.add(
            aws.VpcSecurityGroupIngressRule,
            f"{ports.key}-from-{peer.key}",
            security_group_id=self.security_group_id,
            description=f"Direct clients of port {ports}",
            tags={"Name": ports.key},
            lifecycle=RULE_LIFECYCLE,
            **ports.rule_arguments,
            **peer.rule_arguments,
        )

    def _open_to_targets(self, targets: Targets, port: Ports) -> list[SecurityGroupRule]:
        """Return the rules for traffic and health checks, which are added once for each port and target: AWS
        refuses a rule twice.
        """
        ports = _range_of(port, self._target_ranges)
        places = [None] if targets.security_group_id else [peer.key for peer in targets.peers]
        missing = [place for place in places if (ports, place) not in self._rules_of_targets]
        added: list[SecurityGroupRule] = []
        for place in missing:
            peer = next((peer for peer in targets.peers if peer.key == place), None)
            rules = [
                *(self._add_to_group(targets, ports) if peer is None else self._add_to_peer(ports, peer))
            ]
            self._rules_of_targets[ports, place] = rules
            added += rules
        self._in_order(added)
        return [rule for place in places for rule in self._rules_of_targets[ports, place]]

    def _add_to_peer(self, ports: Ports, peer: Peer) -> Iterator[SecurityGroupRule]:
        yield self._add_egress(f"to-targets-{ports.key}-{peer.key}", ports, peer)

    def _add_to_group(self, targets: Targets, ports: Ports) -> Iterator[SecurityGroupRule]:
        assert targets.security_group_id  # noqa: S101  (rules without a peer)
        group = Peer.security_group(targets.security_group_id, key="targets")
        yield self._add_egress(f"to-targets-{ports.key}", ports, group)
        if targets.add_ingress_rules:
            yield self.add(
                aws.VpcSecurityGroupIngressRule,
                f"at-targets-{ports.key}",
                security_group_id=targets.security_group_id,
                description="Traffic and health checks from the load balancer",
                # PrivateLink traffic, too, reaches targets from the load balancer's addresses:
                # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
                referenced_security_group_id=self.security_group_id,
                tags={"Name": f"from-load-balancer-{ports.key}"},
                lifecycle=RULE_LIFECYCLE,
                **ports.rule_arguments,
            )

    def _add_egress(self, key: str, ports: Ports, peer: Peer) -> SecurityGroupRule:
        return self.add(
            aws.VpcSecurityGroupEgressRule,
            key,
            security_group_id=self.security_group_id,
            description="Traffic and health checks to the targets",
            tags={"Name": f"to-targets-{ports.key}"},
            lifecycle=RULE_LIFECYCLE,
            **ports.rule_arguments,
            **peer.rule_arguments,
        )

    def _in_order(self, rules: Iterable[SecurityGroupRule]) -> list[SecurityGroupRule]:
        added = list(rules)
        if self._rule_order:
            self._rule_order.add(added)
        return added


def _range_of(port: Ports, ranges: Sequence[Ports]) -> Ports:
    """Return the range that contains a port, or else the port."""
    return next((found for found in ranges if found.contains(port)), port)
