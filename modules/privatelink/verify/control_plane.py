"""Checks of the private path with the AWS API, hop by hop, without sending packets."""

from collections.abc import Collection
from ipaddress import IPv4Network

from privatelink.facts import (
    AVAILABLE,
    EXPIRED,
    PENDING,
    PENDING_ACCEPTANCE,
    REJECTED,
    IpProtocol,
    port_title,
)
from privatelink.verify.check import BESIDE, HOPS, Check, Hop, compared, first_broken, not_checked
from privatelink.verify.consumer_facts import ConsumerFacts
from privatelink.verify.provider_facts import EVERY_ZONE, ProviderFacts, Target
from privatelink.verify.rules import Rule

ServicePort = tuple[int, IpProtocol]
PRIVATE_HOPS = tuple(hop for hop in HOPS if hop not in BESIDE)
NO_PROVIDER = "the provider's stack is not applied here; verify where it is, or ask the service provider"
ALLOWS = "the load balancer's security group allows the consumer, or does not apply to PrivateLink traffic"
COVERS = (
    "every backend is a target; each zone of the endpoint has a target, or cross-zone load balancing is on"
)
HEALTHY = "every backend runs, and every target is healthy"


def control_plane(consumer: ConsumerFacts, provider: ProviderFacts | None) -> list[Check]:
    """Run the checks that need no packets; those of the provider's side only if it is known."""
    checks = [
        _connection(consumer, provider),
        _endpoint(consumer),
        _endpoint_zones(consumer, provider),
        _vpc_dns(consumer),
        _endpoint_group(consumer, provider),
        *([_further_endpoints(consumer)] if consumer.further else []),
    ]
    if provider:
        checks += [_balancer_group(consumer, provider), _targets(consumer, provider)]
        checks.append(_backends(consumer, provider))
    else:
        checks += [
            not_checked("load-balancer-group", "", ALLOWS, NO_PROVIDER, "load balancer security group"),
            not_checked("targets", "", COVERS, NO_PROVIDER, "targets"),
            not_checked("backends", "W2", HEALTHY, NO_PROVIDER, "backend"),
        ]
    return checks


def ports(consumer: ConsumerFacts, provider: ProviderFacts | None) -> tuple[ServicePort, ...]:
    """Return the ports of the service's listeners, or if unknown, the first ports that the endpoint allows.

    Of a range, one port is enough: a rule allows all of its ports or none.
    """
    if provider:
        return provider.ports
    return tuple(sorted({(rule.from_port, rule.ip_protocol) for rule in consumer.rules}))


def likely_cause(
    consumer: ConsumerFacts, provider: ProviderFacts | None, hops: Collection[Hop] = PRIVATE_HOPS
) -> Check | None:
    """Return the first of some hops that is broken according to the API."""
    return first_broken(check for check in control_plane(consumer, provider) if check.hop in hops)


def _connection(consumer: ConsumerFacts, provider: ProviderFacts | None) -> Check:
    expected = "the connection is available for the service provider"
    if provider is None:
        return not_checked("connection", "W8", expected, NO_PROVIDER, "connection")
    state = provider.connections.get(consumer.endpoint_id, "unknown to the service")
    cause = _why_not_available(state, consumer, provider.service_id)
    return compared(
        "connection",
        "W8",
        expected,
        f"{consumer.endpoint_id} {state}",
        state == AVAILABLE,
        "connection",
        cause,
    )


def _endpoint(consumer: ConsumerFacts) -> Check:
    cause = _why_not_available(consumer.state, consumer, consumer.service_name)
    waits = consumer.state in (PENDING_ACCEPTANCE, REJECTED)
    return compared(
        "endpoint",
        "W8",
        "the endpoint is available for the consumer",
        f"{consumer.endpoint_id} {consumer.state}",
        consumer.state == AVAILABLE,
        "connection" if waits else "endpoint",
        cause,
    )


def _further_endpoints(consumer: ConsumerFacts) -> Check:
    waiting = ", ".join(f"{key} is {state}" for key, state in consumer.further.items() if state != AVAILABLE)
    return compared(
        "further-endpoints",
        "",
        "the endpoints to other services are available",
        waiting or f"{', '.join(consumer.further)} {AVAILABLE}",
        not waiting,
        "further endpoints",
        f"{waiting}: ask the service provider to accept it, or check the endpoint's status reason",
    )


def _why_not_available(state: str, consumer: ConsumerFacts, service: str) -> str:
    """Return the cause and the fix of a state.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html
    """
    accept = f"privatelink connections {service} --accept {consumer.endpoint_id}"
    known = {
        PENDING_ACCEPTANCE: f"pending acceptance: the service provider has not accepted it; accept: {accept}",
        REJECTED: f"rejected: the service provider has rejected the connection; to accept it: {accept}",
        PENDING: "accepted, but not yet available: verify again in a minute",
        EXPIRED: "expired: it was not accepted in time; replace the endpoint (terraform apply -replace=…)",
        "unknown to the service": "the endpoint connects to another service: apply both stacks again",
    }
    return known.get(state, f"the endpoint is {state}: check its status reason, then apply the stack again")


def _endpoint_zones(consumer: ConsumerFacts, provider: ProviderFacts | None) -> Check:
    """Check that the zones of the endpoint are zones of the service, compared by AZ ID.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    have = sorted(item.zone_id for item in consumer.addresses)
    observed = "endpoint in " + (
        ", ".join(f"{item.zone} ({item.zone_id})" for item in consumer.addresses) or "none"
    )
    expected = "the endpoint has an address in each of its zones" + (
        "" if consumer.far else ", and the service has these zones"
    )
    missing = [zone for zone in consumer.zonal_names if consumer.in_zone(zone) is None]
    if missing:
        observed += f"; no address in {', '.join(missing)}"
    beyond: list[str] = []
    if provider:
        beyond = [] if consumer.far else [zone for zone in have if zone not in provider.zone_ids]
        observed += f"; service in {', '.join(provider.zone_ids)}"
    return compared(
        "endpoint-zones",
        "W7",
        expected,
        observed,
        bool(have) and not missing and not beyond,
        "endpoint",
        "subnets were changed outside Terraform, or the service lost a zone: apply both stacks again",
    )


def _vpc_dns(consumer: ConsumerFacts) -> Check:
    """Check the DNS attributes of the VPC.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    on = {True: "on", False: "off"}
    observed = (
        f"enableDnsSupport {on[consumer.dns_support]}, enableDnsHostnames {on[consumer.dns_hostnames]}, "
        f"private DNS {on[consumer.private_dns]}"
    )
    if not consumer.dns_support:
        cause = "enableDnsSupport is off: the VPC has no DNS resolver; set enable_dns_support = true"
    else:
        cause = (
            "enableDnsHostnames is off: private DNS needs it; set enable_dns_hostnames = true on the VPC "
            "(aws ec2 modify-vpc-attribute --enable-dns-hostnames)"
        )
    return compared(
        "vpc-dns",
        "W10",
        "the VPC has DNS support, and DNS hostnames if the endpoint has private DNS",
        observed,
        consumer.dns_support and (consumer.dns_hostnames or not consumer.private_dns),
        "dns",
        cause,
    )


def _endpoint_group(consumer: ConsumerFacts, provider: ProviderFacts | None) -> Check:
    wanted = ports(consumer, provider)
    who, blocked = _blocked(consumer, consumer.rules, wanted)
    allowed = ", ".join(port_title(*port) for port in wanted) if wanted else "no port"
    return compared(
        "endpoint-group",
        "",
        f"the endpoint's security group allows {who} on every port of the service",
        f"blocked: port {', '.join(blocked)}" if blocked else f"allowed: {allowed}",
        bool(wanted) and not blocked,
        "endpoint security group",
        f"the endpoint's security group {', '.join(consumer.group_ids)} does not allow {who}: add its CIDR "
        f"to endpoint.allow_from of {consumer.name}, and apply",
    )


def _balancer_group(consumer: ConsumerFacts, provider: ProviderFacts) -> Check:
    """Check the load balancer's security group, which sees the consumers' private addresses if it applies.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    if not provider.enforced:
        observed = "does not apply to PrivateLink traffic"
        return compared("load-balancer-group", "", ALLOWS, observed, True, "load balancer security group")
    who, blocked = _blocked(consumer, provider.rules, provider.ports, other_vpc=True)
    return compared(
        "load-balancer-group",
        "",
        ALLOWS,
        f"applies to PrivateLink traffic; {who}: "
        + (f"blocked on port {', '.join(blocked)}" if blocked else "allowed"),
        not blocked,
        "load balancer security group",
        f"{', '.join(provider.group_ids)} applies to PrivateLink traffic and does not allow {who}: add the "
        f"consumer's {', '.join(map(str, consumer.vpc_cidrs))} to load_balancer.allow_from, or set "
        "enforce_private_link_ingress: false, and apply",
    )


def _blocked(
    consumer: ConsumerFacts,
    rules: tuple[Rule, ...],
    wanted: tuple[ServicePort, ...],
    *,
    other_vpc: bool = False,
) -> tuple[str, list[str]]:
    """Return the client that is checked, and the ports that the rules do not allow it.

    The client is the probe. Without a probe, it is any client in the VPC, for which a rule for a part of the
    VPC is enough.
    """
    if consumer.probe:
        # Security groups of another VPC do not match in the load balancer's rules.
        groups = () if other_vpc else consumer.probe.group_ids
        address = consumer.probe.address
        who = f"the probe {address.network_address}"
        return who, [
            port_title(*port)
            for port in wanted
            if not any(rule.allows(address, groups, *port) for rule in rules)
        ]
    who = f"clients in {', '.join(map(str, consumer.vpc_cidrs))}"
    return who, [
        port_title(*port)
        for port in wanted
        if not any(_touches(rule, consumer.vpc_cidrs, *port) for rule in rules)
    ]


def _touches(rule: Rule, networks: tuple[IPv4Network, ...], port: int, ip_protocol: IpProtocol) -> bool:
    if not rule.is_for(port, ip_protocol):
        return False
    overlap = any(cidr.overlaps(network) for cidr in rule.cidrs for network in networks)
    return overlap or bool(rule.group_ids) or bool(rule.prefix_list_ids)


def _targets(consumer: ConsumerFacts, provider: ProviderFacts) -> Check:
    """Check that each zone of the endpoint has a target, or any zone with cross-zone load balancing.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-cross-zone.html
    """
    lacking, unregistered = [], set()
    listener_ports = sorted({port for port, _ in provider.ports})
    for port in listener_ports:
        targets = [target for target in provider.targets if target.listener_port == port]
        unregistered |= provider.backend_states.keys() - {target.id for target in targets}
        for item in consumer.addresses:
            if port in provider.crossing_ports:
                found = bool(targets)
            else:
                entered = consumer.zones_entered([item], provider.zone_ids)
                # A target whose zone is unknown is no sign that a zone has none.
                found = any(target.zone_id in (*entered, EVERY_ZONE, "") for target in targets)
            if not found:
                lacking.append(f"{item.zone} ({item.zone_id}) on port {port}")
    crossing = "on" if set(listener_ports) <= set(provider.crossing_ports) else "off"
    observed = (
        f"{len({target.id for target in provider.targets})} targets, cross-zone load balancing {crossing}"
    )
    causes: list[str] = []
    if lacking:
        observed += f"; none for {', '.join(lacking)}"
        causes.append(
            f"no healthy target in {', '.join(lacking)}, and cross-zone load balancing is {crossing}: "
            "register one there (apply the provider's stack again), or set load_balancer.cross_zone: true"
        )
    elif unregistered:
        causes.append(
            f"{', '.join(sorted(unregistered))} is not registered: apply the provider's stack again"
        )
    if unregistered:
        observed += f"; not registered: {', '.join(sorted(unregistered))}"
    if misplaced := _misplaced(provider):
        observed += f"; {misplaced}"
        causes.append(
            f"{misplaced}, which is not a zone of the load balancer: it receives no traffic; register "
            f"targets in {', '.join(provider.zone_ids)}"
        )
    return compared("targets", "", COVERS, observed, not causes, "targets", "; ".join(causes))


def _misplaced(provider: ProviderFacts) -> str:
    """Return the targets in zones that the load balancer does not have; empty if there are none.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
    """
    found = {
        f"{target.id} is in {target.zone_id}"
        for target in provider.targets
        if target.state == "unused" and target.zone_id not in (*provider.zone_ids, EVERY_ZONE, "")
    }
    return ", ".join(sorted(found))


def _other_port(provider: ProviderFacts, down: Collection[Target]) -> str:
    """Return on which port the health check of unhealthy targets is, if it is not that of the traffic."""
    checked = sorted(
        {
            one.health_check.port
            for one in provider.listeners
            if not one.health_check.of_traffic_port
            and any(target.listener_port == one.port for target in down)
        }
    )
    return f"; the health check uses another port than the traffic: {', '.join(checked)}" if checked else ""


def _backends(consumer: ConsumerFacts, provider: ProviderFacts) -> Check:
    down = [target for target in provider.targets if target.state != "healthy"]
    stopped = {key: state for key, state in provider.backend_states.items() if state != "running"}
    # Of several listeners, each may have targets of its own.
    several = len({target.listener_port for target in provider.targets}) > 1
    names = sorted(
        {f"{target} on port {target.listener_port}" if several else str(target) for target in down}
        | {f"{key} {state}" for key, state in stopped.items()}
    )
    zones = {item.zone_id: item.zone for item in consumer.addresses}
    dark = sorted(
        {
            zones.get(target.zone_id, target.zone_id)
            for target in down
            if target.listener_port not in provider.crossing_ports
            and target.zone_id not in (EVERY_ZONE, "")
            and not any(
                other.zone_id in (target.zone_id, EVERY_ZONE)
                and other.listener_port == target.listener_port
                and other.state == "healthy"
                for other in provider.targets
            )
        }
    )
    effect = f"; with cross-zone load balancing off, {', '.join(dark)} has no healthy target" if dark else ""
    if not stopped and all(target.state == "initial" for target in down):
        fix = "its first health checks have not ended: verify again in a minute"
    elif stopped:
        fix = "start the instance (aws ec2 start-instances), or apply the provider's stack again"
    else:
        fix = (
            "check that its server listens on the target port, and that its security group allows the load "
            "balancer"
        ) + _other_port(provider, down)
    return compared(
        "backends",
        "W2",
        HEALTHY,
        ", ".join(names) or f"{len(provider.targets)} healthy",
        not names and bool(provider.targets),
        "backend",
        f"backend down: {', '.join(names)}{effect}: {fix}",
    )
