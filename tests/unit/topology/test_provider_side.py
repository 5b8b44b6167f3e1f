"""Rules of the provider side beyond the walkthrough: listeners, targets, load balancers, known networks."""

import copy

import pytest

from privatelink.topology.file import TopologyError, parse
from privatelink.topology.model import Topology
from tests.support.provider_side import (
    ADDRESSES,
    APPLICATION,
    CERTIFICATE,
    EXISTING,
    IAM_CERTIFICATE,
    NETWORK,
    TCP,
    across_regions,
    listener,
    targets,
    with_service,
)
from tests.support.topology_strategies import ZONES
from tests.support.written import written

RIGHT = {
    "TLS": listener(protocol="TLS", certificate_arn=CERTIFICATE),
    "TLS, certificate in IAM": listener(protocol="TLS", certificate_arn=IAM_CERTIFICATE),
    "TLS anew to the targets": targets(
        addresses=ADDRESSES,
        listeners=[{"port": 1, "protocol": "TLS", "certificate_arn": CERTIFICATE, "target_protocol": "TLS"}],
    ),
    "UDP": targets(addresses=ADDRESSES, listeners=[{"port": 53, "protocol": "UDP"}]),
    "proxy protocol": targets(addresses=ADDRESSES, listeners=[{"port": 53, "proxy_protocol_v2": True}]),
    "address beyond the VPC": targets(addresses={"one": "172.16.0.9"}),
    "one zone's address, cross-zone": with_service(
        backends=None, targets={"addresses": {"one": "10.10.0.5"}}, load_balancer={"cross_zone": True}
    ),
    "instances": targets(EXISTING, instances={"one": "i-0a1b2c3d4e5f60001"}),
    "application load balancer": targets(EXISTING, application_load_balancer=APPLICATION, listeners=TCP),
    "health check more often than its usual time-out": listener(health_check={"interval_seconds": 5}),
    "subnet with just enough room": with_service(
        network={
            "cidr": "10.10.0.0/24",
            "zones": {zone: f"10.10.0.{16 * n}/28" for n, zone in enumerate(ZONES)},
        },
        backends={"text": "x", "auto_scaling": {"min": 1, "max": 3}},
    ),
    "auto scaling": with_service(backends={"text": "x", "auto_scaling": {"min": 1, "max": 1}}),
    "two load balancers": with_service(load_balancers={"old": {}, "new": {"scheme": "internet-facing"}}),
    "existing load balancer": with_service(
        backends=None, network=None, existing_load_balancers=[NETWORK], acceptance="managed"
    ),
    "existing load balancer beside one to make": with_service(
        existing_load_balancers=[NETWORK], load_balancer={}
    ),
    "access logs": with_service(load_balancer={"access_logs": {"expire_days": 1}}),
    "Elastic IPs": with_service(
        load_balancer={
            "scheme": "internet-facing",
            "elastic_ips": {
                "ap-northeast-2a": "eipalloc-0a1b2c3d4e5f60001",
                "ap-northeast-2c": "eipalloc-0a1b2c3d4e5f60002",
            },
        }
    ),
    "load balancer name of 32": with_service(load_balancer={"name": "E" * 32}),
    "enforced, the consumer admitted": with_service(
        load_balancer={"enforce_private_link_ingress": True, "allow_from": ["10.20.0.0/16"]}
    ),
    "wildcard name": with_service(private_dns={"name": "*.example.com"}),
    "every event": with_service(notifications={"events": ["Accept", "Connect", "Delete", "Reject"]}),
    "principals": with_service(
        allowed_principals=[f"arn:aws:iam::111122223333:{who}" for who in ("root", "role/a", "user/b")]
    ),
    "other regions": with_service(supported_regions=["eu-west-1", "us-east-1"]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right(name):
    assert Topology.model_validate(copy.deepcopy(RIGHT[name]))


LISTENER = "service.listeners[0]"
# The topology, the field at fault, words of the message.
WRONG = {
    "subnet without room": (
        with_service(
            network={
                "cidr": "10.10.0.0/24",
                "zones": {zone: f"10.10.0.{16 * n}/28" for n, zone in enumerate(ZONES)},
            },
            backends={"text": "x", "auto_scaling": {"min": 1, "max": 4}},
        ),
        "service.network.zones",
        "room for 11 addresses",
    ),
    "TLS without a certificate": (
        listener(protocol="TLS"),
        f"{LISTENER}.certificate_arn",
        "TLS without a certificate",
    ),
    "certificate of TCP": (
        listener(certificate_arn=CERTIFICATE),
        f"{LISTENER}.certificate_arn",
        "only with protocol: TLS",
    ),
    "policy of TCP": (
        listener(ssl_policy="ELBSecurityPolicy-2016-08"),
        f"{LISTENER}.ssl_policy",
        "only with protocol: TLS",
    ),
    "ALPN of TCP": (listener(alpn_policy="None"), f"{LISTENER}.alpn_policy", "only with protocol: TLS"),
    "certificate elsewhere": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE.replace("northeast", "south")),
        f"{LISTENER}.certificate_arn",
        "certificate of another region",
    ),
    "idle time-out of TLS": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE, idle_timeout_seconds=60),
        f"{LISTENER}.idle_timeout_seconds",
        "only with protocol: TCP",
    ),
    "idle time-out too short": (
        listener(idle_timeout_seconds=59),
        f"{LISTENER}.idle_timeout_seconds",
        "60 to 6000",
    ),
    "delay too long": (
        listener(deregistration_delay_seconds=3601),
        f"{LISTENER}.deregistration_delay_seconds",
        "3600",
    ),
    "path of a TCP check": (
        listener(health_check={"path": "/"}),
        f"{LISTENER}.health_check.path",
        "path of a TCP health check",
    ),
    "time-out over the interval": (
        listener(health_check={"interval_seconds": 5, "timeout_seconds": 6}),
        f"{LISTENER}.health_check.timeout_seconds",
        "longer than the interval",
    ),
    "UDP of backends": (listener(protocol="UDP"), f"{LISTENER}.protocol", "backends answer over TCP alone"),
    "proxy protocol of backends": (
        listener(proxy_protocol_v2=True),
        f"{LISTENER}.proxy_protocol_v2",
        "broken request",
    ),
    "HTTPS check of backends": (
        listener(health_check={"protocol": "HTTPS"}),
        f"{LISTENER}.health_check.protocol",
        "in the clear",
    ),
    "target port of backends": (listener(target_port=8080), f"{LISTENER}.target_port", "backends.port"),
    "51 listeners": (
        with_service(listeners=[{"port": port} for port in range(1, 52)]),
        "service.listeners",
        "at most 50",
    ),
    "nothing answers": (with_service(backends=None), "service", "neither backends nor targets"),
    "two that answer": (
        with_service(targets={"addresses": ADDRESSES}),
        "service",
        "both backends and targets",
    ),
    "no targets": (targets(), "service.targets", "no targets"),
    "two kinds of targets": (
        targets(EXISTING, addresses=ADDRESSES, application_load_balancer=APPLICATION),
        "service.targets",
        "exactly one of",
    ),
    "instances in a VPC to make": (
        targets(instances={"one": "i-0a1b2c3d4e5f60001"}),
        "service.targets",
        "still to be made",
    ),
    "instance twice": (
        targets(EXISTING, instances=dict.fromkeys(("one", "two"), "i-0a1b2c3d4e5f60001")),
        "service.targets.instances.two",
        "instance listed twice",
    ),
    "public address": (
        targets(addresses={"one": "8.8.8.8"}),
        "service.targets.addresses.one",
        "cannot be a target",
    ),
    "zone without a target": (
        targets(addresses={"one": "10.10.0.5"}),
        "service.targets.addresses",
        "no target in zone ap-northeast-2c",
    ),
    "UDP of an ALB": (
        targets(EXISTING, application_load_balancer=APPLICATION, listeners=[{"port": 53, "protocol": "UDP"}]),
        f"{LISTENER}.protocol",
        "target of TCP alone",
    ),
    "proxy protocol of an ALB": (
        targets(
            EXISTING,
            application_load_balancer=APPLICATION,
            listeners=[{"port": 53, "proxy_protocol_v2": True}],
        ),
        f"{LISTENER}.proxy_protocol_v2",
        "broken request",
    ),
    "TCP check of an ALB": (
        targets(
            EXISTING,
            application_load_balancer=APPLICATION,
            listeners=[{"port": 53, "health_check": {"port": 80}}],
        ),
        f"{LISTENER}.health_check.protocol",
        "over HTTP or HTTPS",
    ),
    "ALB elsewhere": (
        targets(EXISTING, application_load_balancer=APPLICATION.replace("northeast", "south"), listeners=TCP),
        "service.targets.application_load_balancer",
        "load balancer of another region",
    ),
    "min above max": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 3, "max": 2}}),
        "service.backends.auto_scaling.min",
        "min above max",
    ),
    "no instance in a zone": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 0, "max": 2}}),
        "service.backends.auto_scaling.min",
        "1 to 500",
    ),
    "one name for two load balancers": (
        with_service(load_balancers={"old": {"name": "front"}, "new": {"name": "front"}}),
        "service.load_balancers.old.name",
        "given twice",
    ),
    "an Elastic IP of two load balancers": (
        with_service(
            load_balancers={
                key: {
                    "scheme": "internet-facing",
                    "elastic_ips": {
                        "ap-northeast-2a": "eipalloc-0a1b2c3d4e5f60001",
                        "ap-northeast-2c": f"eipalloc-0a1b2c3d4e5f6001{digit}",
                    },
                }
                for key, digit in (("new", 1), ("old", 2))
            }
        ),
        "service.load_balancers.old.elastic_ips.ap-northeast-2a",
        "two load balancers",
    ),
    "network beside existing load balancers alone": (
        with_service(backends=None, existing_load_balancers=[NETWORK]),
        "service.network",
        "only with a load balancer to make",
    ),
    "backends beside existing load balancers alone": (
        with_service(network=None, existing_load_balancers=[NETWORK]),
        "service.backends",
        "only with a load balancer to make",
    ),
    "no network": (with_service(network=None), "service.network", "network is missing"),
    "load balancer elsewhere": (
        with_service(existing_load_balancers=[NETWORK.replace("northeast", "south")], load_balancer={}),
        "service.existing_load_balancers[0]",
        "load balancer of another region",
    ),
    "logs to two places": (
        with_service(load_balancer={"access_logs": {"expire_days": 1, "bucket": "mine"}}),
        "service.load_balancer.access_logs",
        "both a bucket and expire_days",
    ),
    "logs to nowhere": (
        with_service(load_balancer={"access_logs": {"prefix": "a"}}),
        "service.load_balancer.access_logs",
        "neither",
    ),
    "made and existing VPC": (
        with_service(network={"cidr": "10.10.0.0/16", **EXISTING}),
        "service.network.cidr",
        "cidr of a VPC that exists",
    ),
    "existing VPC without subnets": (
        with_service(network={"vpc_id": EXISTING["vpc_id"]}),
        "service.network.subnet_ids",
        "subnet_ids is missing",
    ),
    "one subnet for two zones": (
        with_service(
            network={
                **EXISTING,
                "subnet_ids": dict.fromkeys(EXISTING["subnet_ids"], "subnet-0a1b2c3d4e5f6000a"),
            }
        ),
        "service.network.subnet_ids.ap-northeast-2c",
        "subnet of zone ap-northeast-2a too",
    ),
    "load balancer twice": (
        with_service(
            backends=None, network=None, existing_load_balancers=[NETWORK, NETWORK], acceptance="managed"
        ),
        "service.existing_load_balancers[1]",
        "load balancer listed twice",
    ),
    "fixed private address": (
        with_service(load_balancer={"private_ips": {"ap-northeast-2a": "10.10.0.5"}}),
        "service.load_balancer.private_ips",
        "unknown field",
    ),
    "IPv6": (
        with_service(load_balancer={"ip_address_type": "dualstack"}),
        "service.load_balancer.ip_address_type",
        "unknown field",
    ),
    "zone out of other regions' reach": (
        across_regions(["apne2-az1", "apne2-az2"]),
        "service.network.zones[1]",
        "zone that other regions cannot reach",
    ),
    "one zone for other regions": (
        across_regions(["apne2-az1"]),
        "service.network.zones",
        "two zones at least",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name):
    topology, field, words = WRONG[name]
    with pytest.raises(TopologyError) as refused:
        parse(written(topology))
    found = {problem.field: str(problem) for problem in refused.value.problems}
    assert field in found, refused.value
    assert words in found[field]


def test_existing_clients_of_an_enforced_group_are_warned_of():
    topology = with_service(
        load_balancer={"enforce_private_link_ingress": True, "allow_from": ["10.0.0.0/8"]}
    )
    topology["consumers"]["client"]["network"] = copy.deepcopy(EXISTING)

    (warning,) = Topology.model_validate(topology).warnings
    assert warning.id == "unknown-clients"
    assert EXISTING["vpc_id"] in warning.text


@pytest.mark.parametrize(
    ("name", "topology"),
    [
        ("idle-timeout", listener(idle_timeout_seconds=351)),
        ("name-not-verified", with_service(private_dns={"name": "api.example.com"})),
        ("unknown-targets", targets(addresses=ADDRESSES)),
        ("nothing-to-log", with_service(load_balancer={"access_logs": {"expire_days": 1}})),
    ],
    ids=["idle-timeout", "name-not-verified", "unknown-targets", "nothing-to-log"],
)
def test_warned(name, topology):
    assert [warning.id for warning in Topology.model_validate(topology).warnings] == [name]


def test_the_endpoints_own_idle_timeout_is_not_warned_of():
    assert Topology.model_validate(listener(idle_timeout_seconds=350)).warnings == ()


def test_nothing_is_warned_of_that_has_its_use():
    topology = listener(protocol="TLS", certificate_arn=CERTIFICATE)
    topology["service"]["load_balancer"] = {"access_logs": {"expire_days": 1}}

    assert Topology.model_validate(topology).warnings == ()
