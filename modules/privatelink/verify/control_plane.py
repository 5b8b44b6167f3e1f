"""What the API says about the private path, hop by hop, before any packet is sent."""

from collections.abc import Collection
from ipaddress import IPv4Network

from privatelink.facts import AVAILABLE, EXPIRED, PENDING, PENDING_ACCEPTANCE, REJECTED
from privatelink.verify.check import BESIDE, HOPS, Check, Hop, compared, first_broken, not_checked
from privatelink.verify.consumer_facts import ConsumerFacts
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.rules import Rule

PRIVATE_HOPS = tuple(hop for hop in HOPS if hop not in BESIDE)
NO_PROVIDER = "the provider's stack is not applied here: verify where it is, or ask the service's owner"
ADMITS = "the load balancer's security group admits the consumer, or does not hold PrivateLink traffic"
COVERS = "every backend is a target; each of the endpoint's zones has one, or reaches one across zones"
HEALTHY = "every backend runs, every target is healthy"


def control_plane(consumer: ConsumerFacts, provider: ProviderFacts | None) -> list[Check]:
    """The checks that need no packets; those of the provider's side only where it is known."""
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
            not_checked("load-balancer-group", "", ADMITS, NO_PROVIDER, "load balancer security group"),
            not_checked("targets", "", COVERS, NO_PROVIDER, "targets"),
            not_checked("backends", "W2", HEALTHY, NO_PROVIDER, "backend"),
        ]
    return checks


def ports(consumer: ConsumerFacts, provider: ProviderFacts | None) -> tuple[int, ...]:
    """The service's ports: its listeners', or as far as they are not known, what the endpoint admits."""
    if provider:
        return provider.ports
    admitted = {rule.from_port for rule in consumer.rules if rule.from_port == rule.to_port}
    return tuple(sorted(admitted))


def likely_cause(
    consumer: ConsumerFacts, provider: ProviderFacts | None, hops: Collection[Hop] = PRIVATE_HOPS
) -> Check | None:
    """The first hop, among some, that the API already shows to be broken."""
    return first_broken(check for check in control_plane(consumer, provider) if check.hop in hops)


def _connection(consumer: ConsumerFacts, provider: ProviderFacts | None) -> Check:
    expected = "the service's owner sees the connection as available"
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
        "the consumer sees the endpoint as available",
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
        "the endpoints to other services are available, too",
        waiting or f"{', '.join(consumer.further)} {AVAILABLE}",
        not waiting,
        "further endpoints",
        f"{waiting}: have the owner of the service accept it, or look at the endpoint's status reason",
    )


def _why_not_available(state: str, consumer: ConsumerFacts, service: str) -> str:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html"""
    accept = f"privatelink connections {service} --accept {consumer.endpoint_id}"
    known = {
        PENDING_ACCEPTANCE: f"pending acceptance: the service's owner has not accepted it yet: {accept}",
        REJECTED: f"rejected: the service's owner has rejected the connection; to accept it: {accept}",
        PENDING: "accepted, and on its way: verify again in a minute",
        EXPIRED: "expired: it was not accepted in time; replace the endpoint (terraform apply -replace=…)",
        "unknown to the service": "the endpoint leads to another service: apply provider and consumer again",
    }
    return known.get(state, f"the endpoint is {state}: look at its status reason, then apply the stack again")


def _endpoint_zones(consumer: ConsumerFacts, provider: ProviderFacts | None) -> Check:
    """An endpoint has its zones among the service's, compared by AZ ID.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    have = sorted(item.zone_id for item in consumer.addresses)
    observed = "endpoint in " + (
        ", ".join(f"{item.zone} ({item.zone_id})" for item in consumer.addresses) or "none"
    )
    expected = "an address in each of the endpoint's zones" + (
        "" if consumer.far else ", all of them zones of the service"
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
        "subnets changed outside Terraform, or the service left a zone: apply both stacks again",
    )


def _vpc_dns(consumer: ConsumerFacts) -> Check:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"""
    on = {True: "on", False: "off"}
    observed = (
        f"enableDnsSupport {on[consumer.dns_support]}, enableDnsHostnames {on[consumer.dns_hostnames]}, "
        f"private DNS {on[consumer.private_dns]}"
    )
    if not consumer.dns_support:
        cause = "enableDnsSupport is off: nothing resolves in this VPC; set enable_dns_support = true"
    else:
        cause = (
            "enableDnsHostnames is off: private DNS names need it; set enable_dns_hostnames = true on the "
            "VPC (aws ec2 modify-vpc-attribute --enable-dns-hostnames)"
        )
    return compared(
        "vpc-dns",
        "W10",
        "the VPC resolves names; with private DNS it has DNS hostnames on, too",
        observed,
        consumer.dns_support and (consumer.dns_hostnames or not consumer.private_dns),
        "dns",
        cause,
    )


def _endpoint_group(consumer: ConsumerFacts, provider: ProviderFacts | None) -> Check:
    wanted = ports(consumer, provider)
    who, shut = _not_admitted(consumer, consumer.rules, wanted)
    admitted = ", ".join(map(str, wanted)) if wanted else "no port"
    return compared(
        "endpoint-group",
        "",
        f"the endpoint's security group admits {who} on every port of the service",
        f"shut: port {', '.join(map(str, shut))}" if shut else f"open: {admitted}",
        bool(wanted) and not shut,
        "endpoint security group",
        f"the endpoint's security group {', '.join(consumer.group_ids)} does not admit {who}: add its CIDR "
        f"to endpoint.allow_from of {consumer.name}, and apply",
    )


def _balancer_group(consumer: ConsumerFacts, provider: ProviderFacts) -> Check:
    """The rules see the consumers' own addresses, where they hold PrivateLink traffic at all.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    if not provider.enforced:
        observed = "rules do not hold PrivateLink traffic"
        return compared("load-balancer-group", "", ADMITS, observed, True, "load balancer security group")
    who, shut = _not_admitted(consumer, provider.rules, provider.ports, other_vpc=True)
    return compared(
        "load-balancer-group",
        "",
        ADMITS,
        f"rules hold PrivateLink traffic; {who} "
        + (f"shut out of port {', '.join(map(str, shut))}" if shut else "admitted"),
        not shut,
        "load balancer security group",
        f"the rules of {', '.join(provider.group_ids)} hold PrivateLink traffic and do not admit {who}: "
        f"add the consumer's {', '.join(map(str, consumer.vpc_cidrs))} to load_balancer.allow_from, or set "
        "enforce_private_link_ingress: false, and apply",
    )


def _not_admitted(
    consumer: ConsumerFacts, rules: tuple[Rule, ...], wanted: tuple[int, ...], *, other_vpc: bool = False
) -> tuple[str, list[int]]:
    """The client that is looked at, and the ports it is not admitted to.

    It is the probe; where there is none, anyone in the VPC, which a rule for a part of the VPC admits too.
    """
    if consumer.probe:
        # A group of another VPC means nothing to the load balancer's rules.
        groups = () if other_vpc else consumer.probe.group_ids
        address = consumer.probe.address
        who = f"the probe {address.network_address}"
        return who, [port for port in wanted if not any(rule.admits(address, groups, port) for rule in rules)]
    who = f"clients in {', '.join(map(str, consumer.vpc_cidrs))}"
    return who, [
        port for port in wanted if not any(_touches(rule, consumer.vpc_cidrs, port) for rule in rules)
    ]


def _touches(rule: Rule, networks: tuple[IPv4Network, ...], port: int) -> bool:
    if not rule.from_port <= port <= rule.to_port:
        return False
    overlap = any(cidr.overlaps(network) for cidr in rule.cidrs for network in networks)
    return overlap or bool(rule.group_ids) or bool(rule.prefix_list_ids)


def _targets(consumer: ConsumerFacts, provider: ProviderFacts) -> Check:
    """Each zone of the endpoint leads to a target: one there, or one anywhere where zones are crossed.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-cross-zone.html
    """
    lacking, unregistered = [], set()
    for port in provider.ports:
        targets = [target for target in provider.targets if target.listener_port == port]
        unregistered |= provider.backend_states.keys() - {target.id for target in targets}
        for item in consumer.addresses:
            if port in provider.crossing_ports:
                found = bool(targets)
            else:
                entered = consumer.zones_entered([item], provider.zone_ids)
                found = any(target.zone_id in entered for target in targets)
            if not found:
                lacking.append(f"{item.zone} ({item.zone_id}) on port {port}")
    crossing = "on" if set(provider.ports) <= set(provider.crossing_ports) else "off"
    observed = (
        f"{len({target.id for target in provider.targets})} targets, cross-zone load balancing {crossing}"
    )
    if lacking:
        observed += f"; none for {', '.join(lacking)}"
        cause = (
            f"no healthy target in {', '.join(lacking)}, and cross-zone load balancing is {crossing}: "
            "register one there (apply the provider's stack again), or set load_balancer.cross_zone: true"
        )
    else:
        cause = f"{', '.join(sorted(unregistered))} is no target: apply the provider's stack again"
    if unregistered:
        observed += f"; not registered: {', '.join(sorted(unregistered))}"
    return compared("targets", "", COVERS, observed, not lacking and not unregistered, "targets", cause)


def _backends(consumer: ConsumerFacts, provider: ProviderFacts) -> Check:
    down = [target for target in provider.targets if target.state != "healthy"]
    stopped = {key: state for key, state in provider.backend_states.items() if state != "running"}
    names = sorted({str(target) for target in down} | {f"{key} {state}" for key, state in stopped.items()})
    zones = {item.zone_id: item.zone for item in consumer.addresses}
    dark = sorted(
        {
            zones.get(target.zone_id, target.zone_id)
            for target in down
            if target.listener_port not in provider.crossing_ports
            and not any(
                other.zone_id == target.zone_id
                and other.listener_port == target.listener_port
                and other.state == "healthy"
                for other in provider.targets
            )
        }
    )
    effect = f"; with cross-zone load balancing off, {', '.join(dark)} has no healthy target" if dark else ""
    if not stopped and all(target.state == "initial" for target in down):
        fix = "its first health checks are under way: verify again in a minute"
    elif stopped:
        fix = "start the instance (aws ec2 start-instances), or apply the provider's stack again"
    else:
        fix = (
            "does its server listen on the target port, and does its security group admit the load balancer?"
        )
    return compared(
        "backends",
        "W2",
        HEALTHY,
        ", ".join(names) or f"{len(provider.targets)} healthy",
        not names and bool(provider.targets),
        "backend",
        f"backend down: {', '.join(names)}{effect}: {fix}",
    )
