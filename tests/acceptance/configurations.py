"""The configurations: one resource or data source each, with the attributes that Terraform must read back.

The subjects are those of the provider's acceptance tests of `aws_vpc_endpoint*`, `aws_vpc_endpoint_service*`,
`aws_lb` (network and gateway), `aws_lb_listener`, `aws_lb_target_group`, `aws_lb_target_group_attachment` and
`aws_ssm_association`:
https://github.com/hashicorp/terraform-provider-aws/tree/v5.100.0/internal/service
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

REGION = "ap-northeast-2"
ZONES = ("a", "b", "c")
TAGS = {"team": "network", "stage": "test"}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
    }
)
Values = Mapping[str, object]


@dataclass(frozen=True)
class Configuration:
    """A resource, or a data source.

    Arguments:
        type: its type.
        arguments: its arguments.
        expected: the values that Terraform must read, by attribute path, such as `health_check.0.path`.
        data: whether it is a data source.
    """

    type: str
    arguments: Values
    expected: Values = field(default_factory=dict)
    data: bool = False


def of(resource: str, attribute: str = "id") -> str:
    """Return a reference to an attribute."""
    return f"${{{resource}.{attribute}}}"


def subnet(zone: str, attribute: str = "id") -> str:
    """Return a reference to an attribute of a subnet."""
    return of(f"aws_subnet.{zone}", attribute)


SUBNETS = [subnet(zone) for zone in ZONES]
VPC = of("aws_vpc.main")


def base(certificate: str, key: str) -> dict[str, dict[str, Values]]:
    """Return the resources that all configurations share, by type and name."""
    return {
        "aws_vpc": {
            "main": {
                "cidr_block": "10.0.0.0/16",
                "enable_dns_hostnames": True,
                "assign_generated_ipv6_cidr_block": True,
            }
        },
        "aws_internet_gateway": {"main": {"vpc_id": VPC}},
        "aws_subnet": {
            zone: {
                "vpc_id": VPC,
                "cidr_block": f"10.0.{number}.0/24",
                "ipv6_cidr_block": f"${{cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, {number})}}",
                "availability_zone": f"{REGION}{zone}",
            }
            for number, zone in enumerate(ZONES)
        },
        "aws_security_group": {name: {"name": name, "vpc_id": VPC} for name in ("one", "two")},
        "aws_route_table": {name: {"vpc_id": VPC} for name in ("one", "two", "three", "appliances")},
        "aws_eip": {zone: {"domain": "vpc", "depends_on": ["aws_internet_gateway.main"]} for zone in ZONES},
        "aws_sns_topic": {"events": {"name": "events"}},
        "aws_acm_certificate": {
            name: {"certificate_body": certificate, "private_key": key} for name in ("one", "two")
        },
    }


def _target_groups() -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}

    def add(name: str, expected: Values | None = None, **arguments: object) -> None:
        name = name.replace("_", "-")
        common = {"name": f"tg-{name}", "vpc_id": VPC, "port": 443, "protocol": "TCP"}
        merged = {**common, **arguments}
        wanted = {key: merged[key] for key in ("port", "protocol")} | dict(expected or {})
        found[f"tg-{name}"] = Configuration("aws_lb_target_group", merged, wanted)

    for protocol in ("TCP", "TLS", "UDP", "TCP_UDP"):
        kept = "true" if protocol in ("UDP", "TCP_UDP") else ""
        tcp = {
            "health_check.0.protocol": "TCP",
            "health_check.0.port": "traffic-port",
            "health_check.0.interval": 30,
            "health_check.0.timeout": 10,
            "deregistration_delay": "300",
            "proxy_protocol_v2": False,
        }
        low = protocol.lower()
        add(
            f"{low}-instance",
            {**tcp, "target_type": "instance", "preserve_client_ip": "true"},
            protocol=protocol,
        )
        add(
            f"{low}-ip",
            {**tcp, "target_type": "ip", "preserve_client_ip": kept or "false"},
            protocol=protocol,
            target_type="ip",
        )
        for kind, seconds in (("HTTP", 6), ("HTTPS", 10)):
            add(
                f"{low}-{kind.lower()}",
                {
                    "health_check.0.path": "/",
                    "health_check.0.matcher": "200-399",
                    "health_check.0.timeout": seconds,
                },
                protocol=protocol,
                health_check={"protocol": kind},
            )
        add(
            f"{low}-checked",
            {
                "health_check.0.path": "/ready",
                "health_check.0.matcher": "200-204",
                "health_check.0.healthy_threshold": 2,
                "health_check.0.port": "8080",
            },
            protocol=protocol,
            health_check={
                "protocol": "HTTP",
                "path": "/ready",
                "matcher": "200-204",
                "port": 8080,
                "interval": 10,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": 3,
            },
        )
    for seconds in (0, 60, 3600):
        add(f"delay-{seconds}", {"deregistration_delay": str(seconds)}, deregistration_delay=seconds)
    for name in ("connection_termination", "proxy_protocol_v2"):
        add(f"{name}-on", {name: True}, **{name: True})
        add(f"{name}-off", {name: False}, **{name: False})
    for value in (True, False):
        text = str(value).lower()
        add(f"preserve-{text}", {"preserve_client_ip": text}, preserve_client_ip=value)
    for value in ("true", "false", "use_load_balancer_configuration"):
        name = "cross-zone-" + value[:5].rstrip("_")
        expected = {"load_balancing_cross_zone_enabled": value}
        add(name, expected, load_balancing_cross_zone_enabled=value)
    for protocol in ("TCP", "UDP", "TCP_UDP"):
        add(
            f"sticky-{protocol.lower()}",
            {"stickiness.0.enabled": True, "stickiness.0.type": "source_ip"},
            protocol=protocol,
            stickiness={"enabled": True, "type": "source_ip"},
        )
    add("ipv6", {"ip_address_type": "ipv6"}, target_type="ip", ip_address_type="ipv6")
    add("tagged", {"tags.team": "network"}, tags=TAGS)
    add("high-port", {}, port=65535)
    add("low-port", {}, port=1)
    add("interval-5", {"health_check.0.interval": 5}, health_check={"interval": 5, "timeout": 2})
    add("thresholds", {"health_check.0.unhealthy_threshold": 10}, health_check={"unhealthy_threshold": 10})
    add(
        "unhealthy-terminates-not",
        {"target_health_state.0.enable_unhealthy_connection_termination": False},
        target_health_state={
            "enable_unhealthy_connection_termination": False,
            "unhealthy_draining_interval": 60,
        },
    )
    add(
        "group-health",
        {"target_group_health.0.dns_failover.0.minimum_healthy_targets_count": "2"},
        target_group_health={
            "dns_failover": {"minimum_healthy_targets_count": "2"},
            "unhealthy_state_routing": {"minimum_healthy_targets_count": 1},
        },
    )
    add("alb", {"target_type": "alb"}, target_type="alb", port=80, health_check={"protocol": "HTTP"})
    geneve = {"protocol": "GENEVE", "port": 6081}
    add("geneve", {"health_check.0.protocol": "TCP", "health_check.0.interval": 10}, **geneve)
    add("geneve-ip", {"target_type": "ip"}, target_type="ip", **geneve)
    add(
        "geneve-http",
        {"health_check.0.port": "80", "health_check.0.path": "/"},
        health_check={"protocol": "HTTP", "port": 80},
        **geneve,
    )
    add(
        "geneve-failover",
        {"target_failover.0.on_unhealthy": "rebalance"},
        target_failover={"on_deregistration": "rebalance", "on_unhealthy": "rebalance"},
        **geneve,
    )
    add(
        "geneve-sticky",
        {"stickiness.0.type": "source_ip_dest_ip"},
        stickiness={"enabled": True, "type": "source_ip_dest_ip"},
        **geneve,
    )
    return found


def _attachments() -> dict[str, Configuration]:
    return {
        f"target-{number}": Configuration(
            "aws_lb_target_group_attachment",
            {"target_group_arn": of("aws_lb_target_group.tg-tcp-ip", "arn"), "target_id": target, **more},
            {"target_id": target, **expected},
        )
        for number, (target, more, expected) in enumerate(
            (
                ("10.0.0.50", {}, {}),
                ("10.0.1.50", {"port": 8443}, {"port": 8443}),
                ("192.168.7.9", {"availability_zone": "all"}, {"availability_zone": "all"}),
                ("10.200.0.9", {"availability_zone": "all", "port": 80}, {"port": 80}),
            )
        )
    }


def _load_balancers() -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}

    def add(name: str, expected: Values | None = None, **arguments: object) -> None:
        common: dict[str, object] = {"name": name, "load_balancer_type": "network", "internal": True}
        if "subnet_mapping" not in arguments:
            common["subnets"] = SUBNETS
        found[name] = Configuration(
            "aws_lb",
            {**common, **arguments, "depends_on": ["aws_internet_gateway.main"]},
            {"name": name, "enable_deletion_protection": False, **(expected or {})},
        )

    add("nlb-plain", {"internal": True, "ip_address_type": "ipv4", "enable_cross_zone_load_balancing": False})
    add("nlb-public", {"internal": False}, internal=False)
    add("nlb-shared", {"load_balancer_type": "network"})
    add("nlb-dualstack", {"ip_address_type": "dualstack"}, ip_address_type="dualstack")
    add(
        "nlb-groups",
        {"security_groups.#": 2},
        security_groups=[of("aws_security_group.one"), of("aws_security_group.two")],
    )
    for value in ("on", "off"):
        name = "enforce_security_group_inbound_rules_on_private_link_traffic"
        add(
            f"nlb-enforce-{value}",
            {name: value},
            security_groups=[of("aws_security_group.one")],
            **{name: value},
        )
    add("nlb-cross-zone", {"enable_cross_zone_load_balancing": True}, enable_cross_zone_load_balancing=True)
    for number, value in enumerate(
        ("any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity")
    ):
        name = "dns_record_client_routing_policy"
        add(f"nlb-routing-{number}", {name: value}, **{name: value})
    add("nlb-zonal-shift", {"enable_zonal_shift": True}, enable_zonal_shift=True)
    add("nlb-tagged", {"tags.team": "network"}, tags=TAGS)
    add(
        "nlb-fixed",
        {"subnet_mapping.#": 2},
        subnet_mapping=[
            {"subnet_id": subnet("a"), "private_ipv4_address": "10.0.0.220"},
            {"subnet_id": subnet("b"), "private_ipv4_address": "10.0.1.220"},
        ],
    )
    add(
        "nlb-elastic",
        {"subnet_mapping.#": 2},
        internal=False,
        subnet_mapping=[{"subnet_id": subnet(zone), "allocation_id": of(f"aws_eip.{zone}")} for zone in "ab"],
    )
    add(
        "nlb-ipv6",
        {"subnet_mapping.#": 1},
        ip_address_type="dualstack",
        subnet_mapping=[
            {"subnet_id": subnet("c"), "ipv6_address": "${cidrhost(aws_subnet.c.ipv6_cidr_block, 20)}"}
        ],
    )
    add(
        "nlb-capacity",
        {"minimum_load_balancer_capacity.0.capacity_units": 8250},
        minimum_load_balancer_capacity={"capacity_units": 8250},
    )
    gateway = {"load_balancer_type": "gateway", "internal": None}
    add("gwlb-plain", {"load_balancer_type": "gateway"}, **gateway)
    add(
        "gwlb-cross-zone",
        {"enable_cross_zone_load_balancing": True},
        enable_cross_zone_load_balancing=True,
        **gateway,
    )
    add("gwlb-tagged", {"tags.team": "network"}, tags=TAGS, **gateway)
    add("gwlb-one", {"subnets.#": 1}, subnets=[subnet("a")], **gateway)
    return found


def _listeners() -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}
    shared = of("aws_lb.nlb-shared", "arn")

    def forward(group: str) -> list[Values]:
        return [{"type": "forward", "target_group_arn": of(f"aws_lb_target_group.{group}", "arn")}]

    def add(name: str, group: str, expected: Values | None = None, **arguments: object) -> None:
        common = {"load_balancer_arn": shared, "default_action": forward(group)}
        merged = {**common, "port": 1000 + len(found), **arguments}
        wanted = {key: merged[key] for key in ("port", "protocol") if merged.get(key)}
        found[name] = Configuration("aws_lb_listener", merged, {**wanted, **(expected or {})})

    for protocol in ("TCP", "UDP", "TCP_UDP"):
        add(
            f"listener-{protocol.lower()}",
            f"tg-{protocol.lower().replace('_', '-')}-instance",
            protocol=protocol,
        )
    add("listener-tcp-to-tcp-udp", "tg-tcp-udp-ip", protocol="TCP")
    add("listener-udp-to-tcp-udp", "tg-tcp-udp-ip", protocol="UDP")
    for seconds in (60, 350, 6000):
        add(
            f"listener-idle-{seconds}",
            "tg-tcp-ip",
            {"tcp_idle_timeout_seconds": seconds},
            protocol="TCP",
            tcp_idle_timeout_seconds=seconds,
        )
    tls = {"protocol": "TLS", "certificate_arn": of("aws_acm_certificate.one", "arn")}
    for policy in (
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
    ):
        name = f"listener-tls-{policy.removeprefix('ELBSecurityPolicy-').lower()}"
        add(name, "tg-tls-instance", {"ssl_policy": policy}, ssl_policy=policy, **tls)
    for policy in ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"):
        name = f"listener-alpn-{policy.lower()}"
        add(
            name,
            "tg-tls-ip",
            {"alpn_policy": policy},
            alpn_policy=policy,
            ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            **tls,
        )
    add("listener-tls-to-tcp", "tg-tcp-http", ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06", **tls)
    add("listener-tagged", "tg-tcp-https", {"tags.team": "network"}, protocol="TCP", tags=TAGS)
    add("listener-gateway", "tg-geneve", load_balancer_arn=of("aws_lb.gwlb-plain", "arn"), port=None)
    found["further-certificate"] = Configuration(
        "aws_lb_listener_certificate",
        {
            "listener_arn": of("aws_lb_listener.listener-tls-2016-08", "arn"),
            "certificate_arn": of("aws_acm_certificate.two", "arn"),
        },
    )
    return found


def _services() -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}

    def add(name: str, balancer: str, expected: Values | None = None, **arguments: object) -> None:
        kind = "gateway" if balancer.startswith("gwlb") else "network"
        common = {
            f"{kind}_load_balancer_arns": [of(f"aws_lb.{balancer}", "arn")],
            "acceptance_required": False,
        }
        found[name] = Configuration(
            "aws_vpc_endpoint_service",
            {**common, **arguments},
            {
                "service_type": "Interface" if kind == "network" else "GatewayLoadBalancer",
                "state": "Available",
                "manages_vpc_endpoints": False,
                **(expected or {}),
            },
        )

    add("service-open", "nlb-plain", {"acceptance_required": False, "availability_zones.#": 3})
    add("service-asked", "nlb-public", {"acceptance_required": True}, acceptance_required=True)
    add("service-tagged", "nlb-tagged", {"tags.team": "network"}, tags=TAGS)
    add(
        "service-dualstack",
        "nlb-dualstack",
        {"supported_ip_address_types.#": 2},
        supported_ip_address_types=["ipv4", "ipv6"],
    )
    add("service-ipv6", "nlb-ipv6", {"supported_ip_address_types.#": 1}, supported_ip_address_types=["ipv6"])
    add(
        "service-named",
        "nlb-cross-zone",
        {
            "private_dns_name": "api.corp.example",
            "private_dns_name_configuration.0.type": "TXT",
            "private_dns_name_configuration.0.state": "pendingVerification",
        },
        private_dns_name="api.corp.example",
    )
    add(
        "service-principals",
        "nlb-routing-0",
        {"allowed_principals.#": 2},
        allowed_principals=["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:role/deploy"],
    )
    add(
        "service-regions",
        "nlb-routing-1",
        {"supported_regions.#": 2},
        supported_regions=[REGION, "us-east-1"],
    )
    add(
        "service-two",
        "nlb-routing-2",
        {"network_load_balancer_arns.#": 2},
        network_load_balancer_arns=[
            of(f"aws_lb.{name}", "arn") for name in ("nlb-routing-2", "nlb-zonal-shift")
        ],
    )
    add("service-gateway", "gwlb-cross-zone", {"gateway_load_balancer_arns.#": 1})
    add("service-gateway-asked", "gwlb-tagged", {"acceptance_required": True}, acceptance_required=True)

    for number, principal in enumerate(
        (
            "*",
            "arn:aws:iam::333333333333:root",
            "arn:aws:iam::333333333333:user/alice",
            "arn:aws:iam::333333333333:role/app",
        )
    ):
        found[f"principal-{number}"] = Configuration(
            "aws_vpc_endpoint_service_allowed_principal",
            {
                "vpc_endpoint_service_id": of("aws_vpc_endpoint_service.service-open"),
                "principal_arn": principal,
            },
            {"principal_arn": principal},
        )
    for number, events in enumerate((["Accept"], ["Connect", "Accept", "Reject", "Delete"])):
        found[f"notification-{number}"] = Configuration(
            "aws_vpc_endpoint_connection_notification",
            {
                "vpc_endpoint_service_id": of("aws_vpc_endpoint_service.service-asked"),
                "connection_notification_arn": of("aws_sns_topic.events", "arn"),
                "connection_events": events,
            },
            {"connection_events.#": len(events), "state": "Enabled", "notification_type": "Topic"},
        )
        if number == 0:
            continue
        found[f"notification-{number}"] = Configuration(
            "aws_vpc_endpoint_connection_notification",
            {
                "vpc_endpoint_id": of("aws_vpc_endpoint.interface-open"),
                "connection_notification_arn": of("aws_sns_topic.events", "arn"),
                "connection_events": events,
            },
            {"connection_events.#": len(events), "state": "Enabled"},
        )
    return found


def _endpoints() -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}

    def add(name: str, service: str, expected: Values | None = None, **arguments: object) -> None:
        found[name] = Configuration(
            "aws_vpc_endpoint",
            {"vpc_id": VPC, "service_name": service, **arguments},
            {"requester_managed": False, **(expected or {})},
        )

    s3, dynamodb = f"com.amazonaws.{REGION}.s3", f"com.amazonaws.{REGION}.dynamodb"
    gateway = {
        "vpc_endpoint_type": "Gateway",
        "network_interface_ids.#": 0,
        "private_dns_enabled": False,
        "security_group_ids.#": 0,
        "subnet_ids.#": 0,
        "dns_entry.#": 0,
    }
    add("gateway-s3", s3, {**gateway, "cidr_blocks.#": 3, "route_table_ids.#": 0, "ip_address_type": "ipv4"})
    add("gateway-dynamodb", dynamodb, {**gateway, "cidr_blocks.#": 4})
    add("gateway-tagged", s3, {**gateway, "tags.team": "network"}, tags=TAGS)
    add(
        "gateway-routed",
        s3,
        {**gateway, "route_table_ids.#": 2},
        route_table_ids=[of("aws_route_table.one"), of("aws_route_table.two")],
    )
    add("gateway-policy", s3, gateway, policy=POLICY)
    add("gateway-associated", dynamodb, gateway)
    found["route-table-association"] = Configuration(
        "aws_vpc_endpoint_route_table_association",
        {
            "vpc_endpoint_id": of("aws_vpc_endpoint.gateway-associated"),
            "route_table_id": of("aws_route_table.three"),
        },
    )
    interface = {"vpc_endpoint_type": "Interface", "cidr_blocks.#": 0, "state": "available"}

    def add_interface(name: str, service: str, expected: Values | None = None, **arguments: object) -> None:
        add(
            name,
            service,
            {**interface, **(expected or {})},
            **({"vpc_endpoint_type": "Interface"} | arguments),
        )

    aws = f"com.amazonaws.{REGION}"
    add_interface(
        "interface-bare",
        f"{aws}.ec2",
        {
            "subnet_ids.#": 0,
            "dns_entry.#": 0,
            "security_group_ids.#": 1,
            "dns_options.0.dns_record_ip_type": "ipv4",
        },
    )
    for service in (
        "ssm",
        "ssmmessages",
        "sqs",
        "sns",
        "logs",
        "kms",
        "secretsmanager",
        "sts",
        "s3tables",
        "execute-api",
    ):
        add_interface(
            f"interface-{service}",
            f"{aws}.{service}",
            {"network_interface_ids.#": 1, "dns_entry.#": 3},
            subnet_ids=[subnet("a")],
            private_dns_enabled=True,
        )
    add_interface(
        "interface-three",
        f"{aws}.events",
        {"subnet_ids.#": 3, "network_interface_ids.#": 3, "dns_entry.#": 4},
        subnet_ids=SUBNETS,
    )
    add_interface(
        "interface-groups",
        f"{aws}.states",
        {"security_group_ids.#": 2},
        subnet_ids=[subnet("a")],
        security_group_ids=[of("aws_security_group.one"), of("aws_security_group.two")],
    )
    add_interface(
        "interface-policy", f"{aws}.s3", {"cidr_blocks.#": 3}, subnet_ids=[subnet("b")], policy=POLICY
    )
    add_interface("interface-tagged", f"{aws}.glue", {"tags.team": "network"}, tags=TAGS)
    for kind in ("ipv4", "dualstack", "ipv6"):
        add_interface(
            f"interface-type-{kind}",
            f"{aws}.lambda",
            {"ip_address_type": kind, "dns_options.0.dns_record_ip_type": kind},
            subnet_ids=[subnet("a")],
            ip_address_type=kind,
        )
        add_interface(
            f"interface-record-{kind}",
            f"{aws}.athena",
            {"dns_options.0.dns_record_ip_type": kind},
            subnet_ids=[subnet("b")],
            ip_address_type="dualstack",
            dns_options={"dns_record_ip_type": kind},
        )
    add_interface(
        "interface-chosen-ipv4",
        f"{aws}.monitoring",
        {"subnet_configuration.#": 2},
        subnet_ids=[subnet("a"), subnet("b")],
        subnet_configuration=[
            {"subnet_id": subnet("a"), "ipv4": "10.0.0.177"},
            {"subnet_id": subnet("b"), "ipv4": "10.0.1.177"},
        ],
    )
    add_interface(
        "interface-chosen-both",
        f"{aws}.rds",
        {"subnet_configuration.#": 1},
        subnet_ids=[subnet("c")],
        ip_address_type="dualstack",
        subnet_configuration=[
            {
                "subnet_id": subnet("c"),
                "ipv4": "10.0.2.177",
                "ipv6": "${cidrhost(aws_subnet.c.ipv6_cidr_block, 77)}",
            }
        ],
    )

    def custom(name: str) -> str:
        return of(f"aws_vpc_endpoint_service.{name}", "service_name")

    add_interface(
        "interface-open",
        custom("service-open"),
        {"dns_entry.#": 3, "service_region": REGION},
        subnet_ids=[subnet("a"), subnet("b")],
    )
    add_interface("interface-auto", custom("service-asked"), {}, subnet_ids=[subnet("a")], auto_accept=True)
    add_interface(
        "interface-pending", custom("service-asked"), {"state": "pendingAcceptance"}, subnet_ids=[subnet("c")]
    )
    add_interface(
        "interface-accepted",
        custom("service-asked"),
        {"state": "pendingAcceptance"},
        subnet_ids=[subnet("b")],
    )
    add_interface(
        "interface-v6-service",
        custom("service-ipv6"),
        {"ip_address_type": "ipv6"},
        subnet_ids=[subnet("c")],
        ip_address_type="ipv6",
    )
    found["accepter"] = Configuration(
        "aws_vpc_endpoint_connection_accepter",
        {
            "vpc_endpoint_service_id": of("aws_vpc_endpoint_service.service-asked"),
            "vpc_endpoint_id": of("aws_vpc_endpoint.interface-accepted"),
        },
        {"vpc_endpoint_state": "available"},
    )
    found["security-group-association"] = Configuration(
        "aws_vpc_endpoint_security_group_association",
        {
            "vpc_endpoint_id": of("aws_vpc_endpoint.interface-bare"),
            "security_group_id": of("aws_security_group.one"),
        },
    )
    add_interface("interface-subnet-later", f"{aws}.ecs")
    found["subnet-association"] = Configuration(
        "aws_vpc_endpoint_subnet_association",
        {"vpc_endpoint_id": of("aws_vpc_endpoint.interface-subnet-later"), "subnet_id": subnet("c")},
    )
    add_interface("interface-policy-later", f"{aws}.backup", {}, subnet_ids=[subnet("a")])
    found["policy"] = Configuration(
        "aws_vpc_endpoint_policy",
        {"vpc_endpoint_id": of("aws_vpc_endpoint.interface-policy-later"), "policy": POLICY},
    )
    for name, service, state in (
        ("appliance-open", "service-gateway", "available"),
        ("appliance-pending", "service-gateway-asked", "pendingAcceptance"),
    ):
        add(
            name,
            custom(service),
            {
                "vpc_endpoint_type": "GatewayLoadBalancer",
                "state": state,
                "network_interface_ids.#": 1,
                "dns_entry.#": 0,
                "security_group_ids.#": 0,
                "private_dns_enabled": False,
            },
            vpc_endpoint_type="GatewayLoadBalancer",
            subnet_ids=[subnet("a")],
        )
    found["appliance-route"] = Configuration(
        "aws_route",
        {
            "route_table_id": of("aws_route_table.appliances"),
            "destination_cidr_block": "10.99.0.0/16",
            "vpc_endpoint_id": of("aws_vpc_endpoint.appliance-open"),
        },
        {"state": "active"},
    )
    return found


def _data() -> dict[str, Configuration]:
    def filters(**values: str) -> list[Values]:
        return [{"name": name.replace("_", "-"), "values": [value]} for name, value in values.items()]

    found = {
        "data-endpoint": Configuration(
            "aws_vpc_endpoint",
            {"id": of("aws_vpc_endpoint.interface-open")},
            {"dns_entry.#": 3, "vpc_endpoint_type": "Interface"},
        ),
        "data-endpoint-filters": Configuration(
            "aws_vpc_endpoint",
            {
                "filter": filters(
                    vpc_endpoint_id=of("aws_vpc_endpoint.interface-open"),
                    ip_address_type="ipv4",
                    service_region=REGION,
                )
            },
            {"state": "available"},
        ),
        "data-endpoint-gateway": Configuration(
            "aws_vpc_endpoint",
            {"id": of("aws_vpc_endpoint.gateway-s3")},
            {"cidr_blocks.#": 3, "vpc_endpoint_type": "Gateway"},
        ),
        "data-service-custom": Configuration(
            "aws_vpc_endpoint_service",
            {"service_name": of("aws_vpc_endpoint_service.service-open", "service_name")},
            {"acceptance_required": False, "availability_zones.#": 3, "service_type": "Interface"},
        ),
        "data-service-s3-gateway": Configuration(
            "aws_vpc_endpoint_service",
            {"service": "s3", "service_type": "Gateway"},
            {"owner": "amazon", "vpc_endpoint_policy_supported": True},
        ),
        "data-service-s3-interface": Configuration(
            "aws_vpc_endpoint_service",
            {"service": "s3", "service_type": "Interface"},
            {"private_dns_name": f"s3.{REGION}.amazonaws.com"},
        ),
        "data-service-filter": Configuration(
            "aws_vpc_endpoint_service",
            {"filter": filters(service_name=f"com.amazonaws.{REGION}.dynamodb", service_type="Interface")},
            {"service_type": "Interface"},
        ),
        "data-prefix-list": Configuration(
            "aws_prefix_list", {"name": f"com.amazonaws.{REGION}.s3"}, {"cidr_blocks.#": 3}
        ),
        "data-lb": Configuration(
            "aws_lb",
            {"arn": of("aws_lb.nlb-fixed", "arn")},
            {"load_balancer_type": "network", "subnet_mapping.#": 2},
        ),
        "data-lb-gateway": Configuration(
            "aws_lb", {"arn": of("aws_lb.gwlb-one", "arn")}, {"load_balancer_type": "gateway"}
        ),
        "data-listener": Configuration(
            "aws_lb_listener", {"arn": of("aws_lb_listener.listener-tcp", "arn")}, {"protocol": "TCP"}
        ),
        "data-target-group": Configuration(
            "aws_lb_target_group",
            {"arn": of("aws_lb_target_group.tg-tcp-checked", "arn")},
            {"health_check.0.path": "/ready"},
        ),
    }
    return {
        name: Configuration(item.type, item.arguments, item.expected, data=True)
        for name, item in found.items()
    }


def _associations() -> dict[str, Configuration]:
    targets = [{"key": "tag:stage", "values": ["test"]}]
    kept = {
        "association_name": "all",
        "schedule_expression": "rate(1 day)",
        "compliance_severity": "HIGH",
        "sync_compliance": "MANUAL",
        "max_concurrency": "50%",
        "max_errors": "10",
        "document_version": "1",
        "apply_only_at_cron_interval": False,
    }
    return {
        "association-plain": Configuration(
            "aws_ssm_association",
            {"name": "AWS-RunShellScript", "targets": targets},
            {
                "document_version": "$DEFAULT",
                "targets.0.key": "tag:stage",
                "apply_only_at_cron_interval": False,
            },
        ),
        "association-all": Configuration(
            "aws_ssm_association",
            {
                "name": "AWS-RunShellScript",
                "targets": targets,
                "parameters": {"commands": "true"},
                "output_location": {"s3_bucket_name": "logs", "s3_key_prefix": "of/all"},
                "tags": TAGS,
                **kept,
            },
            {**kept, "output_location.0.s3_key_prefix": "of/all", "parameters.commands": "true"},
        ),
    }


CONFIGURATIONS: dict[str, Configuration] = {
    **_target_groups(),
    **_attachments(),
    **_load_balancers(),
    **_listeners(),
    **_services(),
    **_endpoints(),
    **_associations(),
    **_data(),
}


def document(certificate: str, key: str, *, imports: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return all configurations as one Terraform root module.

    Arguments:
        certificate: the certificate of TLS listeners, in PEM.
        key: its private key, in PEM.
        imports: the IDs of the resources to import, by address.
    """
    resources = {kind: dict(items) for kind, items in base(certificate, key).items()}
    data: dict[str, dict[str, Values]] = {}
    for name, item in CONFIGURATIONS.items():
        (data if item.data else resources).setdefault(item.type, {})[name] = item.arguments
    made: dict[str, object] = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}},
        "provider": {"aws": {"region": REGION}},
        "resource": resources,
        "data": data,
    }
    if imports:
        made["import"] = [{"to": address, "id": name} for address, name in imports.items()]
    return made
