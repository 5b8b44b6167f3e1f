"""Valid topologies with every field of the model: those of `topologies()`, with some of these features."""

import copy

from hypothesis import strategies as st

from tests.support.topology_strategies import (
    REGIONS,
    WITHOUT_CROSS_REGION,
    networks,
    partition_of,
    topologies,
)

ACCOUNT = "111122223333"
GLOBAL_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
POLICY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:*:s3:::a/${aws:username}"}
NUMBERS = st.integers(2, 9)


@st.composite
def full_topologies(draw):
    """Draw a valid topology, as a file's plain values, with any features, in the order of this file."""
    topology = draw(topologies(service=draw(st.sampled_from([True, True, False]))))
    for feature in FEATURES:
        if draw(st.booleans()):
            feature(draw, topology)
    return topology


# ---- parts of a topology


def services_of(topology):
    """The services, without their keys."""
    return [topology["service"]] if "service" in topology else [*topology.get("services", {}).values()]


def consumers_of(topology):
    return [*topology.get("consumers", {}).values()]


def region_of(topology):
    """The Region that all parts have, if they have no other."""
    if services := services_of(topology):
        return services[0]["region"]
    return consumers_of(topology)[0]["service_name"].removeprefix("cn.").split(".")[3]


def zones_of(network):
    return [*network.get("subnet_ids", network.get("zones", ()))]


def is_existing(network):
    return "vpc_id" in network


def balancers_of(service):
    """The load balancers that Terraform creates, at least one."""
    if not service.get("load_balancers"):
        service.setdefault("load_balancer", {})
    only = [service["load_balancer"]] if "load_balancer" in service else []
    return [*only, *service.get("load_balancers", {}).values()]


def endpoints_of(consumer):
    """All endpoints of a consumer; there is one without settings too."""
    main = [consumer.setdefault("endpoint", {})] if consumer.get("service_name") else []
    return [*main, *consumer.get("endpoints", {}).values()]


def hex_id(start, number):
    return f"{start}-{number:017x}"


def arn(topology, service, resource):
    region = "" if service == "iam" else region_of(topology)
    return f"arn:{partition_of(region_of(topology))}:{service}:{region}:{ACCOUNT}:{resource}"


def account(draw, topology):
    role = {"role_arn": arn(topology, "iam", "role/deploy"), "external_id": "ab"}
    return dict(draw(st.sampled_from([{"profile": "team-b"}, role])))


# ---- features: each changes a valid topology to another one


def quotas(draw, topology):
    topology["quotas"] = {"security_group_rules": draw(st.sampled_from([60, 200, 1000]))}


def silenced(draw, topology):
    topology["silenced"] = {draw(st.sampled_from(["one-zone", "idle-timeout"])): "a trial"}


def states(draw, topology):
    key = arn(topology, "kms", "key/0123abcd-0123-4abc-8abc-0123456789ab")
    s3 = {"bucket": "states", "region": region_of(topology), "account": account(draw, topology)}
    hcp = {"organization": "acme", "project": "Network", "hostname": "tfe.example.com"}
    encryption = draw(st.sampled_from([{"encrypt": False}, {"kms_key_id": key, "key_prefix": "a"}]))
    topology["backend"] = draw(st.sampled_from([{"s3": s3 | encryption}, {"hcp": hcp}]))


def keys_and_profile(draw, topology):
    """Customer managed keys, by field or by the profile."""
    if draw(st.booleans()):
        topology["profile"] = "production"
    for part in (*services_of(topology), *consumers_of(topology)):
        if draw(st.booleans()):
            part["kms_key"] = draw(st.sampled_from(["create", "aws"]))


def accounts(draw, topology):
    for part in (*services_of(topology), *consumers_of(topology)):
        if draw(st.booleans()):
            part["account"] = account(draw, topology)


def existing_networks(draw, topology):
    for number, part in enumerate((*services_of(topology), *consumers_of(topology))):
        if part in services_of(topology) or draw(st.booleans()):
            zones = zones_of(part["network"])
            subnets = {zone: hex_id("subnet", 100 * number + at) for at, zone in enumerate(zones)}
            part["network"] = {"vpc_id": hex_id("vpc", number), "subnet_ids": subnets}


def existing_targets(draw, topology):
    """Replace the backends, also with what only some targets support."""
    for service in services_of(topology):
        del service["backends"]
        for balancer in balancers_of(service):
            balancer["cross_zone"] = True
        kind = "addresses"
        if is_existing(service["network"]):
            kind = draw(st.sampled_from(["instances", "alb", "auto_scaling_groups"]))
        elsewhere = draw(st.sampled_from(["", "", "ip", "instance", "alb"]))
        group = draw(st.sampled_from([{}, {"security_group_id": hex_id("sg", 1)}]))
        if elsewhere:
            service["targets"] = {"registered_elsewhere": {"type": elsewhere}, **group}
            kind = "alb" if elsewhere == "alb" else kind
        elif kind == "alb":
            alb = arn(topology, "elasticloadbalancing", "loadbalancer/app/web/0a1b2c3d4e5f6789")
            service["targets"] = {"application_load_balancer": alb}
        if kind == "alb":
            service["listeners"] = [
                {"port": each["port"], "target_port": 8080} for each in service["listeners"]
            ]
            service.get("alarms", {}).pop("unhealthy_targets", None)
            continue
        values = {
            "addresses": ["192.168.77.5", "192.168.77.6"],
            "instances": [hex_id("i", 1), hex_id("i", 2)],
            "auto_scaling_groups": ["web-blue", "eks-Nodes_1/a.b"],
        }[kind]
        targets = dict(zip(("web", "db"), values, strict=True))
        if not elsewhere:
            service["targets"] = {kind: targets, **group}
        for listener in service["listeners"]:
            target_settings(draw, listener)
            if not elsewhere and draw(st.booleans()):
                listener["targets"] = draw(st.lists(st.sampled_from([*targets]), min_size=1, unique=True))


def target_settings(draw, listener):
    """Draw settings of a listener with targets that exist."""
    check = {"port": 8081, "healthy_threshold": draw(NUMBERS), "unhealthy_threshold": draw(NUMBERS)}
    check |= {"timeout_seconds": draw(NUMBERS), "interval_seconds": 30}
    listener["health_check"] = listener.get("health_check", {}) | check
    listener["proxy_protocol_v2"] = draw(st.booleans())
    listener["target_port"] = draw(st.integers(1, 65535))
    if listener.get("protocol") == "TLS":
        listener["target_protocol"] = draw(st.sampled_from(["TCP", "TLS"]))
        listener["ssl_policy"] = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    elif "idle_timeout_seconds" not in listener:
        listener["protocol"] = draw(st.sampled_from(["TCP", "UDP", "TCP_UDP"]))


def elastic_ips(draw, topology):
    for service in services_of(topology):
        zones = zones_of(service["network"])
        for number, balancer in enumerate(balancers_of(service)):
            addresses = {zone: hex_id("eipalloc", 100 * number + at) for at, zone in enumerate(zones)}
            balancer |= {"scheme": "internet-facing", "elastic_ips": addresses}


def access_logs(draw, topology):
    for service in services_of(topology):
        for balancer in balancers_of(service):
            bucket = draw(st.sampled_from([{"bucket": "logs-1"}, {"expire_days": 9}]))
            balancer["access_logs"] = {**bucket, "prefix": "a/b"}


def alarms_of_clients(draw, topology):
    for service in services_of(topology):
        for balancer in balancers_of(service):
            balancer |= {"enforce_private_link_ingress": True, "allow_from": ["0.0.0.0/0"]}
        service.setdefault("alarms", {}).update({"blocked_flows": draw(NUMBERS), "minutes": draw(NUMBERS)})


def existing_load_balancers(draw, topology):
    for service in services_of(topology):
        for field in ("network", "backends", "targets", "load_balancer", "load_balancers", "alarms"):
            service.pop(field, None)
        one = arn(topology, "elasticloadbalancing", "loadbalancer/net/front/0a1b2c3d4e5f6789")
        service["existing_load_balancers"] = [one]
        for listener in service["listeners"]:
            listener.pop("targets", None)


def ipv6(draw, topology):
    """Dualstack on both sides, unless there are UDP listeners."""
    protocols = {one.get("protocol") for service in services_of(topology) for one in service["listeners"]}
    if protocols & {"UDP", "TCP_UDP"}:
        return
    for part in (*services_of(topology), *consumers_of(topology)):
        if "network" in part and not is_existing(part["network"]):
            part["network"]["ipv6"] = True
    for service in services_of(topology):
        service["ip_address_type"] = "dualstack"
    for consumer in consumers_of(topology):
        consumer.setdefault("endpoint", {})
        for endpoint in [consumer["endpoint"], *consumer.get("endpoints", {}).values()]:
            endpoint["ip_address_type"] = "dualstack"
            endpoint["dns_record_ip_type"] = draw(st.sampled_from(["dualstack", "ipv6", "service-defined"]))


def endpoints_alone(draw, topology):
    """A consumer with endpoints to services of AWS alone."""
    if "service" in topology or not consumers_of(topology):
        return
    region = region_of(topology)
    zones = zones_of(consumers_of(topology)[0]["network"])
    endpoints = {"ssm": {"service_name": f"com.amazonaws.{region}.ssm"}}
    topology["consumers"]["zz-alone"] = {
        "network": draw(networks(zones)),
        "endpoints": endpoints,
        **draw(st.sampled_from([{}, {"region": region}])),
    }


def endpoint_settings(draw, topology):
    region = region_of(topology)
    for consumer in consumers_of(topology):
        network = consumer["network"]
        iam = {"service_name": "com.amazonaws.iam", "udp_ports": [53]}
        if not WITHOUT_CROSS_REGION.intersection(zones_of(network)):
            iam["service_region"] = GLOBAL_REGIONS[partition_of(region)]
        consumer.setdefault("endpoints", {})["iam"] = iam
        ours = [consumer.setdefault("endpoint", {})] if services_of(topology) else []
        for endpoint in [*ours, *endpoints_of(consumer)]:
            endpoint["policy"] = {"Version": "2012-10-17", "Id": "a", "Statement": [copy.deepcopy(POLICY)]}
            if is_existing(network):
                endpoint.pop("allow_from", None)
                endpoint["security_group_ids"] = [hex_id("sg", 1), hex_id("sg", 2)]
                zones = endpoint.get("zones", zones_of(network))
                endpoint["addresses"] = {zone: f"10.0.{at}.9" for at, zone in enumerate(zones)}
        if "service_name" in consumer:
            consumer["endpoint"] |= {"udp_ports": [53, "5000-5100"], "private_dns": draw(st.booleans())}


def hosted_zones(draw, topology):
    """A hosted zone with names, for other VPCs too; or an existing one, of another account."""
    region = region_of(topology)
    for number, consumer in enumerate(consumers_of(topology)):
        zone = consumer.setdefault("hosted_zone", {"name": "shop.internal"})
        if "name" in zone:
            office = {
                "vpc_id": hex_id("vpc", 100 + number),
                "region": region,
                "account": account(draw, topology),
            }
            zone["shared_with"] = {"office": office}
        else:
            zone["account"] = account(draw, topology)
        kms = {"service_name": f"com.amazonaws.{region}.kms", "names": ["kms.shop.internal"]}
        consumer.setdefault("endpoints", {})["kms"] = kms


def several_services(draw, topology):
    """A second service like the first, and endpoints of the consumers to both."""
    if "service" not in topology:
        return
    one = topology.pop("service")
    two = copy.deepcopy(one) | {"acceptance": "manual"}
    two.pop("existing_load_balancers", None)
    two.pop("load_balancers", None)
    if "network" not in two:
        two["existing_load_balancers"] = [
            arn({"service": one}, "elasticloadbalancing", "loadbalancer/net/back/0a1b2c3d4e5f6780")
        ]
    else:
        two["load_balancer"] = {
            key: value
            for key, value in two.get("load_balancer", {}).items()
            if key not in ("name", "elastic_ips")
        }
    topology["services"] = {"one": one, "two": two}
    for consumer in consumers_of(topology):
        consumer["service"] = "one"
        if draw(st.booleans()):
            consumer.setdefault("endpoints", {})["second"] = {"service": "two"}


def renames(draw, topology):
    """Former forms of zones, and former keys of what has a key."""
    for number, part in enumerate(
        [
            *topology.get("services", {}).values(),
            *(one for service in services_of(topology) for one in service.get("load_balancers", {}).values()),
            *consumers_of(topology),
            *(one for consumer in consumers_of(topology) for one in consumer.get("endpoints", {}).values()),
        ]
    ):
        part["renamed_from"] = f"zz-{number}"
    for consumer in consumers_of(topology):
        if "endpoint" in consumer:
            consumer["endpoint"]["renamed_from"] = "zz-only"
    for part in (*services_of(topology), *consumers_of(topology)):
        if "zones" in part.get("network", {}):
            zone = zones_of(part["network"])[0]
            part["network"]["zones_renamed_from"] = {zone: other_form(zone)}


def other_form(zone):
    """The AZ ID for a zone name, and the other way round; in tests, zone a is az1."""
    if "-az" in zone:
        prefix, number = zone.split("-az")
        region = next(region for region, start in REGIONS.items() if start == prefix)
        return region + "abcdefgh"[int(number) - 1]
    return f"{REGIONS[zone[:-1]]}-az{'abcdefgh'.index(zone[-1]) + 1}"


OVER_TLS = {"server_name": "api.a.internal", "authorities": "any", "min_days_left": 7}
OVER_TCP = (
    {"protocol": "tls", "send": "a ${b} %{c}", **OVER_TLS},
    {"protocol": "https", "path": "/a", "healthy_codes": "204", "expect": "${a}", "http2": True},
    {"protocol": "grpcs", "grpc_service": "a.B"},
)
OVER_UDP = {"protocol": "udp", "send_hex": "00"}


def port_tests(draw, topology):
    """Tests of listeners, and of ports of services outside the topology."""
    for service in services_of(topology):
        for listener in service["listeners"]:
            udp = listener.get("protocol") == "UDP"
            listener["verify"] = dict(OVER_UDP if udp else draw(st.sampled_from(OVER_TCP)))
    for consumer in consumers_of(topology):
        if "service_name" in consumer:
            endpoint = consumer.setdefault("endpoint", {})
            ports = [port for port in endpoint.get("ports", ()) if isinstance(port, int)]
            tests = [{"port": port, **draw(st.sampled_from(OVER_TCP))} for port in ports]
            if 53 in endpoint.get("udp_ports", ()):
                tests.append({"port": 53, **OVER_UDP})
            endpoint["verify"] = tests


FEATURES = (
    quotas,
    silenced,
    states,
    keys_and_profile,
    accounts,
    existing_networks,
    existing_targets,
    elastic_ips,
    access_logs,
    alarms_of_clients,
    existing_load_balancers,
    ipv6,
    endpoints_alone,
    endpoint_settings,
    hosted_zones,
    several_services,
    renames,
    port_tests,
)
