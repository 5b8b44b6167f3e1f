"""Topologies for tests: one to change by hand, any valid one, and each way to break one rule of it."""

import copy
from ipaddress import IPv4Network

from hypothesis import strategies as st

from tests.support.project import PROJECT

EXAMPLES = [PROJECT / "topology.yaml", *sorted((PROJECT / "examples").glob("*.yaml"))]
ZONES = ["ap-northeast-2a", "ap-northeast-2c"]


def both_sides():
    """Give a small topology, as the file's plain values, that the caller may change."""
    return {
        "name": "shop",
        "service": {
            "region": "ap-northeast-2",
            "network": {"cidr": "10.10.0.0/16", "zones": list(ZONES)},
            "backends": {"text": "SVR in {zone}", "port": 8080},
            "listeners": [{"port": 443}, {"port": 80}],
        },
        "consumers": {"client": {"network": {"cidr": "10.20.0.0/16", "zones": list(ZONES)}}},
    }


# ---- any valid topology

REGIONS = {  # and what AZ IDs start with; not taken from the code that is tested
    "ap-northeast-2": "apne2",
    "us-east-1": "use1",
    "eu-central-1": "euc1",
    "us-gov-west-1": "usgw1",
    "cn-north-1": "cnn1",
}
ALIKE = {  # Regions of the same partition, by the first part of a Region's name
    **{start: ["eu-west-3", "eu-west-1"] for start in ("ap", "us", "eu")},
    "cn": ["cn-northwest-1"],
}
WITHOUT_CROSS_REGION = {"use1-az3", "apne2-az2", "apne2-az4"}  # of the Regions above
MOST_ZONES = 5
HEX = "0123456789abcdef"

names = st.from_regex(r"[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,6}){0,2}", fullmatch=True).filter(
    lambda name: name != "internal" and not name.startswith("internal-")
)
ports = st.integers(1, 65535)
port_lists = st.lists(ports, min_size=1, max_size=3, unique=True) | st.builds(
    lambda: [
        "1-79",
        80,
        "1024-65535",
    ]  # a new list each time: YAML would write one that is repeated as an alias
)
"""Ports of a service of another owner."""
accounts = st.sampled_from(["111111111111", "222222222222", "333333333333"])


def partition_of(region):
    return "aws-us-gov" if "gov" in region else "aws-cn" if region.startswith("cn") else "aws"


def principals(region):
    arn = f"arn:{partition_of(region)}:iam::{{}}:{{}}"
    return st.just("*") | st.builds(arn.format, accounts, st.sampled_from(["root", "role/ci", "user/a/eve"]))


texts = st.text(
    st.characters(min_codepoint=32, exclude_characters="{}", categories=("L", "N", "P", "Zs")),
    min_size=1,
    max_size=40,
).filter(str.isprintable)
cidrs = st.builds(
    lambda address, prefix: str(IPv4Network((address, prefix), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
clients = cidrs | st.sampled_from(["pl-0a1b2c3d", "2001:db8::/56"])


def optional(strategies):
    """Draw a mapping with any of these fields."""
    return st.fixed_dictionaries({}, optional=strategies)


@st.composite
def networks(draw, zones):
    """Draw a network of these zones, whose numbers are below MOST_ZONES."""
    prefix = draw(st.integers(16, 25))  # so that every zone has a slot
    first, rest = draw(st.sampled_from([10, 172, 192, 100, 1, 240])), draw(st.integers(0, 2**24 - 1))
    address = (first << 24) + rest  # in no range that AWS refuses
    vpc = IPv4Network((address, prefix), strict=False)
    form = list(zones)
    if draw(st.booleans()):
        subnets = list(vpc.subnets(new_prefix=28 if prefix > 20 else prefix + 5))
        places = st.lists(
            st.integers(0, len(subnets) - 1), min_size=len(zones), max_size=len(zones), unique=True
        )
        form = {zone: str(subnets[place]) for zone, place in zip(zones, draw(places), strict=True)}
    logs = draw(
        optional({"flow_logs": st.fixed_dictionaries({"retention_days": st.sampled_from([1, 30, 3653])})})
    )
    return {"cidr": str(vpc), "zones": form, **logs}


def some_of(zones):
    """Draw some of the zones, in any order."""
    return st.lists(st.sampled_from(zones), min_size=1, max_size=len(zones), unique=True)


@st.composite
def topologies(draw, service=None, consumers=None):
    """Draw a valid topology, as a file's plain values. `service` and `consumers` say whether to have them."""
    service = draw(st.booleans()) if service is None else service
    consumers = True if not service else draw(st.booleans()) if consumers is None else consumers
    region = draw(st.sampled_from(sorted(REGIONS)))
    by_id = draw(st.booleans())
    zone = (REGIONS[region] + "-az{}").format if by_id else lambda n: region + "abcdefgh"[n - 1]
    region_zones = [zone(n) for n in range(1, MOST_ZONES + 1)]
    topology = {
        "name": draw(names),
        **draw(
            optional(
                {
                    "tags": st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "x y", "팀"])),
                    "backend": st.sampled_from(
                        [
                            {"s3": {"bucket": "states", "region": "eu-west-1", "key_prefix": "a/b"}},
                            {"hcp": {"organization": "acme", "workspace_prefix": "a-"}},
                            {"local": {"directory": "state"}},
                        ]
                    ),
                }
            )
        ),
    }
    zones = draw(some_of(region_zones))
    if service:
        topology["service"] = draw(services(region, zones))
        listened = [listener["port"] for listener in topology["service"]["listeners"]]
    if consumers:
        keys = draw(st.lists(names, min_size=1, max_size=3, unique=True))
        topology["consumers"] = {key: draw(one_consumer(region, zones, service)) for key in keys}
        if service and draw(st.booleans()):
            topology["service"]["acceptance"] = "managed"
    if service and consumers:
        assert listened
        balancer = topology["service"].setdefault("load_balancer", {})
        if draw(st.booleans()):
            balancer["enforce_private_link_ingress"] = True
            balancer["allow_from"] = sorted(
                {one["network"]["cidr"] for one in topology["consumers"].values()}
            )
    return topology


@st.composite
def listeners(draw, region):
    """Draw a listener that the backends made here can answer."""
    listener = {"port": draw(ports)}
    if draw(st.booleans()):
        listener |= {
            "protocol": "TLS",
            "certificate_arn": f"arn:{partition_of(region)}:acm:{region}:111111111111:certificate/"
            "01234567-89ab-cdef-0123-456789abcdef",
            **draw(optional({"alpn_policy": st.sampled_from(["None", "HTTP2Preferred"])})),
        }
    else:
        listener |= draw(optional({"idle_timeout_seconds": st.sampled_from([60, 350, 6000])}))
    check = st.fixed_dictionaries(
        {"protocol": st.just("HTTP")},
        optional={"path": st.just("/x"), "healthy_codes": st.sampled_from(["200", "200-299"])},
    ) | optional({"timeout_seconds": st.integers(2, 5), "interval_seconds": st.integers(5, 300)})
    return listener | draw(
        optional(
            {
                "health_check": check,
                "deregistration_delay_seconds": st.integers(0, 3600),
                "connection_termination": st.booleans(),
            }
        )
    )


@st.composite
def services(draw, region, zones):
    """Draw a service in these zones."""
    text = draw(texts | st.just("SVR: {zone}") | st.fixed_dictionaries(dict.fromkeys(zones, texts)))
    service = {
        "region": region,
        "network": draw(networks(zones)),
        "backends": {
            "text": text,
            **draw(
                optional(
                    {
                        "port": ports,
                        "instance_type": st.just("t3.nano"),
                        "auto_scaling": st.just({"min": 1, "max": 2}),
                    }
                )
            ),
        },
        "listeners": draw(
            st.lists(
                listeners(region),
                min_size=1,
                max_size=4,
                unique_by=lambda listener: listener["port"],
            )
        ),
        "allowed_principals": draw(st.lists(principals(region), max_size=4, unique=True)),
        "acceptance": draw(st.sampled_from(["manual", "automatic"])),
    }
    if "*" in service["allowed_principals"] and service["acceptance"] == "automatic":
        service["open_to_everyone"] = True
    service |= draw(
        optional(
            {
                "private_dns": st.sampled_from(
                    [
                        {"name": "api.example.com"},
                        {"name": "*.a-1.example", "record_exists": True},
                        {"name": "api.example.com", "zone_id": "Z1", "account": {"profile": "dns"}},
                    ]
                ),
                "alarms": optional(
                    {
                        "topics": st.just([f"arn:{partition_of(region)}:sns:{region}:111111111111:topic"]),
                        "minutes": st.integers(1, 1440),
                        "unhealthy_targets": st.just(2),
                        "reset_packets": st.just(1),
                        "port_allocation_errors": st.just(9),
                    }
                ),
                "notifications": optional(
                    {
                        "events": st.lists(
                            st.sampled_from(["Accept", "Connect", "Delete", "Reject"]),
                            min_size=1,
                            unique=True,
                        ),
                        "topic_arn": st.just(f"arn:{partition_of(region)}:sns:{region}:111111111111:topic"),
                    }
                ),
            }
        )
    )
    timeouts = {listener.get("idle_timeout_seconds", 350) for listener in service["listeners"]}
    if len(zones) > 1 and not WITHOUT_CROSS_REGION.intersection(zones) and timeouts == {350}:
        others = ["us-gov-east-1"] if "gov" in region else ALIKE[region.partition("-")[0]]
        service |= draw(optional({"supported_regions": st.just([region]) | st.just([*others, region])}))
    if draw(st.booleans()):
        balancer = draw(
            optional(
                {
                    "name": st.just("ELB-1"),
                    "cross_zone": st.booleans(),
                    "allow_from": st.lists(cidrs, max_size=3, unique=True),
                    "deletion_protection": st.booleans(),
                    "access_logs": st.sampled_from(
                        [{"bucket": "logs-1"}, {"expire_days": 9, "prefix": "a/b"}]
                    ),
                }
            )
        )
        service |= draw(optional({"load_balancers": st.just({"another": {"name": "ELB-2"}})}))
        if draw(st.booleans()):
            balancer["scheme"] = "internet-facing"
            if draw(st.booleans()):
                allocations = st.lists(
                    st.text(HEX, min_size=17, max_size=17),
                    min_size=len(zones),
                    max_size=len(zones),
                    unique=True,
                )
                balancer["elastic_ips"] = {
                    zone: f"eipalloc-{digits}" for zone, digits in zip(zones, draw(allocations), strict=True)
                }
        service["load_balancer"] = balancer
    return service


def further_endpoints(region, zones):
    """Draw endpoints to services of AWS, each service once."""
    policy = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
    settings = optional(
        {
            "zones": some_of(zones),
            "allow_from": st.lists(clients, min_size=1, max_size=2, unique=True),
            "policy": st.just(policy).map(copy.deepcopy),  # the same one twice would be a YAML alias
            "ports": port_lists,
            "private_dns": st.booleans(),
        }
    )
    return st.dictionaries(st.sampled_from(["s3", "ssm", "logs"]), settings, max_size=3).map(
        lambda found: {
            key: {"service_name": f"com.amazonaws.{region}.{key}", **fields} for key, fields in found.items()
        }
    )


@st.composite
def one_consumer(draw, region, services_zones, service):
    """Draw a consumer; `service` says whether the service is in the same file."""
    zones = draw(some_of(services_zones))
    probes = st.booleans() | st.fixed_dictionaries({"public_address": st.booleans()})
    consumer = {"network": draw(networks(zones)), **draw(optional({"probe": probes}))}
    endpoint = draw(
        optional(
            {"zones": some_of(zones), "allow_from": st.lists(clients, min_size=1, max_size=3, unique=True)}
        )
    )
    if draw(st.booleans()):
        consumer["endpoints"] = draw(further_endpoints(region, zones))
        if consumer.get("probe"):  # which must be allowed by the endpoint, if it has no public address
            consumer["endpoints"].get("ssm", {}).pop("allow_from", None)
    if draw(st.booleans()):
        zone = draw(st.sampled_from(endpoint.get("zones", zones)))
        in_zone = [f"*.{zone}.shop.internal", {"name": "c.shop.internal", "zone": zone}]
        own = ["shop.internal", "a.shop.internal", "*.b.shop.internal", *in_zone]
        endpoint["names"] = draw(st.lists(st.sampled_from(own), min_size=1, max_size=3, unique_by=str))
        consumer["hosted_zone"] = draw(
            st.sampled_from([{"name": "shop.internal"}, {"zone_id": "Z0123456789ABCDEFGHIJ"}]).map(dict)
        )
    if not service:
        digits = draw(st.text(HEX, min_size=17, max_size=17))
        start = "cn.com.amazonaws" if region.startswith("cn") else "com.amazonaws"
        consumer["service_name"] = f"{start}.vpce.{region}.vpce-svc-{digits}"
        endpoint["ports"] = draw(port_lists)
    if draw(st.booleans()):
        consumer["region"] = region
    if endpoint:
        consumer["endpoint"] = endpoint
    return consumer


# ---- the same topology, written in another order


def shuffled(topology):
    """Draw the same topology with lists and mappings in any other order."""
    if isinstance(topology, dict):
        items = st.permutations(list(topology.items()))
        return items.flatmap(
            lambda pairs: st.fixed_dictionaries({k: shuffled(v) for k, v in pairs}).map(
                lambda d: {k: d[k] for k, _ in pairs}
            )
        )
    if isinstance(topology, list):
        return st.permutations(topology).flatmap(lambda values: st.tuples(*map(shuffled, values)).map(list))
    return st.just(topology)


# ---- one rule broken: each changes a topology with a service and a consumer, and gives the field at fault


def _consumer(topology):
    key = sorted(topology["consumers"])[0]
    return topology["consumers"][key], f"consumers.{key}"


def _set(*path, value, field=None):
    def mutate(topology):
        part = topology
        for key in path[:-1]:
            part = part.setdefault(key, {})
        part[path[-1]] = value
        return field or ".".join(path)

    return mutate


def _add(*path, value, index=True):
    def mutate(topology):
        part = topology
        for key in path[:-1]:
            part = part[key]
        part.setdefault(path[-1], []).append(value)
        return ".".join(path) + f"[{len(part[path[-1]]) - 1}]"

    return mutate


def _zone_twice(topology):
    zones = topology["service"]["network"]["zones"] = list(topology["service"]["network"]["zones"])
    zones.append(zones[0])
    return f"service.network.zones[{len(zones) - 1}]"


def _zone_elsewhere(topology):
    network = topology["service"]["network"]
    network["cidr"], network["zones"] = "10.0.0.0/16", ["ap-south-1a"]
    return "service.network.zones[0]"


def _forms_mixed(topology):
    network = topology["service"]["network"]
    region = topology["service"]["region"]
    network["cidr"], network["zones"] = "10.0.0.0/16", [f"{region}a", f"{REGIONS[region]}-az2"]
    return "service.network.zones"


def _no_place(topology):
    network = topology["service"]["network"]
    network["cidr"], network["zones"] = "10.0.0.0/27", [f"{topology['service']['region']}c"]
    return "service.network.zones[0]"


def _subnet_outside(topology):
    network = topology["service"]["network"]
    zone = sorted(network["zones"])[0]
    network["cidr"], network["zones"] = "10.0.0.0/16", {zone: "10.1.0.0/24"}
    return f"service.network.zones.{zone}"


def _subnets_overlap(topology):
    network = topology["service"]["network"]
    one, other = f"{topology['service']['region']}a", f"{topology['service']['region']}b"
    network["cidr"], network["zones"] = "10.0.0.0/16", {one: "10.0.0.0/20", other: "10.0.8.0/24"}
    return f"service.network.zones.{other}"


def _host_bits(topology):
    topology["service"]["network"]["cidr"] = "10.0.1.0/16"
    return "service.network.cidr"


def _port_twice(topology):
    listeners = topology["service"]["listeners"]
    listeners.append({"port": listeners[0]["port"]})
    return f"service.listeners[{len(listeners) - 1}].port"


def _zone_not_the_services(topology):
    consumer, field = _consumer(topology)
    zone = next(iter(topology["service"]["network"]["zones"]))
    other = zone[:-1] + {"9": "8"}.get(zone[-1], "9" if zone[-1].isdigit() else "h")
    consumer["network"] = {"cidr": "10.0.0.0/16", "zones": [other]}
    for part in ("endpoint", "endpoints", "hosted_zone"):
        consumer.pop(part, None)
    return f"{field}.network.zones[0]"


def _endpoint_zone_without_a_subnet(topology):
    consumer, field = _consumer(topology)
    consumer.setdefault("endpoint", {})["zones"] = ["ap-south-1a"]
    return f"{field}.endpoint.zones[0]"


def _in_consumer(*path, value, field=None):
    def mutate(topology):
        consumer, prefix = _consumer(topology)
        return f"{prefix}.{_set(*path, value=value, field=field)(consumer)}"

    return mutate


def _missing(*path):
    def mutate(topology):
        part = topology
        for key in path[:-1]:
            part = part[key]
        part.pop(path[-1], None)
        return ".".join(path)

    return mutate


def _elastic_ips_on_internal(topology):
    balancer = topology["service"].setdefault("load_balancer", {})
    balancer["scheme"], balancer["elastic_ips"] = "internal", {}
    return "service.load_balancer.elastic_ips"


def _open_unasked(topology):
    service = topology["service"]
    service["acceptance"], service["allowed_principals"] = "automatic", ["*"]
    service["open_to_everyone"] = False
    return "service.allowed_principals[0]"


def _shut_out(topology):
    consumer, _ = _consumer(topology)
    consumer["network"] = {"cidr": "10.9.0.0/16", "zones": list(consumer["network"]["zones"])}
    balancer = topology["service"].setdefault("load_balancer", {})
    others = [one["network"]["cidr"] for one in topology["consumers"].values() if one is not consumer]
    balancer["enforce_private_link_ingress"] = True
    balancer["allow_from"] = sorted(
        {cidr for cidr in others if not IPv4Network(cidr).overlaps(IPv4Network("10.9.0.0/16"))}
    )
    return "service.load_balancer.allow_from"


def _one_zone_for_other_regions(topology):
    service, network = topology["service"], topology["service"]["network"]
    network["cidr"], network["zones"] = "10.0.0.0/16", [f"{service['region']}a"]
    for consumer in topology["consumers"].values():
        consumer["network"] = {"cidr": "10.1.0.0/16", "zones": list(network["zones"])}
        for part in ("endpoint", "endpoints", "hosted_zone"):
            consumer.pop(part, None)
    service.get("load_balancer", {}).pop("elastic_ips", None)
    service.get("load_balancer", {}).pop("enforce_private_link_ingress", None)
    service["backends"]["text"] = "x"
    service["supported_regions"] = [_another_region(service["region"], alike=True)]
    return "service.network.zones"


def _another_region(region, *, alike):
    """Give a Region of the same partition, or of another."""
    partitions = (["eu-west-1"], ["us-gov-east-1"], ["cn-northwest-1"])
    own = 1 if region.startswith("us-gov") else 2 if region.startswith("cn") else 0
    return partitions[own if alike else (own + 1) % 3][0]


def _another_partition(topology):
    region = topology["service"]["region"]
    topology["service"]["supported_regions"] = [_another_region(region, alike=False)]
    return "service.supported_regions[0]"


def _not_admitted(topology):
    consumer, _ = _consumer(topology)
    iam = f"arn:{partition_of(topology['service']['region'])}:iam"
    topology["service"]["account"] = {"role_arn": f"{iam}::444444444444:role/a"}
    topology["service"]["allowed_principals"] = []
    consumer["account"] = {"role_arn": f"{iam}::555555555555:role/b"}
    return "service.allowed_principals"


DNS_NAME = "service.private_dns.name"


def dns(name, **more):
    return {"name": name, **more}


BROKEN_RULES = {
    "unknown field": _set("servcie", value={}),
    "unknown field below": _set("service", "prot", value=80),
    "no name": _missing("name"),
    "no listeners field": _missing("service", "listeners"),
    "name too long": _set("name", value="a" * 29),
    "name with a capital": _set("name", value="Shop"),
    "tag of AWS": _set("tags", value={"aws:x": "y"}, field='tags["aws:x"]'),
    "tag too long": _set("tags", value={"x": "y" * 257}, field="tags.x"),
    "no Region": _missing("service", "region"),
    "malformed Region": _set("service", "region", value="seoul"),
    "host bits": _host_bits,
    "network too large": _set("service", "network", "cidr", value="10.0.0.0/8"),
    "network too small": _set("service", "network", "cidr", value="10.0.0.0/29"),
    "IPv6": _set("service", "network", "cidr", value="2001:db8::/56"),
    "no zones": _set("service", "network", "zones", value=[]),
    "zones not a list": _set("service", "network", "zones", value="ap-northeast-2a"),
    "zone twice": _zone_twice,
    "zone elsewhere": _zone_elsewhere,
    "names and AZ IDs": _forms_mixed,
    "no place for a zone": _no_place,
    "subnet outside": _subnet_outside,
    "subnets overlap": _subnets_overlap,
    "retention": _set("service", "network", "flow_logs", "retention_days", value=2),
    "text of two lines": _set("service", "backends", "text", value="a\nb"),
    "text too long": _set("service", "backends", "text", value="a" * 201),
    "unknown placeholder": _set("service", "backends", "text", value="{name}"),
    "text for one zone that is none": _set("service", "backends", "text", value={}),
    "port 0": _set("service", "backends", "port", value=0),
    "port 70000": _set("service", "backends", "port", value=70000),
    "port as text": _set("service", "backends", "port", value="80"),
    "instance type": _set("service", "backends", "instance_type", value="big"),
    "balancer name too long": _set("service", "load_balancer", "name", value="a" * 33),
    "balancer name with a dot": _set("service", "load_balancer", "name", value="a.b"),
    "balancer name, hyphen": _set("service", "load_balancer", "name", value="-a"),
    "balancer name, internal-": _set("service", "load_balancer", "name", value="internal-a"),
    "unknown scheme": _set("service", "load_balancer", "scheme", value="public"),
    "flag as text": _set("service", "load_balancer", "cross_zone", value="no"),
    "elastic IPs on internal": _elastic_ips_on_internal,
    "no listeners": _set("service", "listeners", value=[]),
    "port twice": _port_twice,
    "unknown acceptance": _set("service", "acceptance", value="yes"),
    "malformed principal": _add("service", "allowed_principals", value="arn:aws:iam::1:root"),
    "open unasked": _open_unasked,
    "two ways into an account": _set("service", "account", value={}),
    "consumer key": _set("consumers", "Not_A_Key", value={}),
    "consumer Region": _in_consumer("region", value="sa-east-1"),
    "consumer zone": _zone_not_the_services,
    "endpoint zone": _endpoint_zone_without_a_subnet,
    "service name beside a service": _in_consumer(
        "service_name", value="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
    ),
    "ports beside a service": _in_consumer("endpoint", "ports", value=[80]),
    "no clients": _in_consumer("endpoint", "allow_from", value=[]),
    "shut out": _shut_out,
    "not admitted": _not_admitted,
    "private name, capital": _set("service", "private_dns", value=dns("API.example.com"), field=DNS_NAME),
    "private name, label too long": _set(
        "service", "private_dns", value=dns("a" * 64 + ".example"), field=DNS_NAME
    ),
    "private name too long": _set("service", "private_dns", value=dns("a." * 126 + "ab"), field=DNS_NAME),
    "private name without a domain": _set("service", "private_dns", value=dns("api"), field=DNS_NAME),
    "private name, wildcard within": _set("service", "private_dns", value=dns("a.*.example"), field=DNS_NAME),
    "private name, underscore": _set("service", "private_dns", value=dns("a_b.example"), field=DNS_NAME),
    "private name, dot at the end": _set("service", "private_dns", value=dns("a.example."), field=DNS_NAME),
    "record beside a zone": _set(
        "service",
        "private_dns",
        value=dns("a.example", zone_id="Z1", record_exists=True),
        field="service.private_dns.record_exists",
    ),
    "zone's account without a zone": _set(
        "service",
        "private_dns",
        value=dns("a.example", account={"profile": "dns"}),
        field="service.private_dns.account",
    ),
    "malformed zone": _set(
        "service", "private_dns", value=dns("a.example", zone_id="/z"), field="service.private_dns.zone_id"
    ),
    "unknown event": _set(
        "service", "notifications", value={"events": ["Expire"]}, field="service.notifications.events[0]"
    ),
    "event twice": _set(
        "service",
        "notifications",
        value={"events": ["Accept", "Accept"]},
        field="service.notifications.events[1]",
    ),
    "malformed topic": _set(
        "service", "notifications", value={"topic_arn": "mine"}, field="service.notifications.topic_arn"
    ),
    "malformed topic of alarms": _set(
        "service", "alarms", value={"topics": ["mine"]}, field="service.alarms.topics[0]"
    ),
    "no minutes": _set("service", "alarms", value={"minutes": 0}, field="service.alarms.minutes"),
    "Region of another partition": _another_partition,
    "one zone for other Regions": _one_zone_for_other_regions,
}
