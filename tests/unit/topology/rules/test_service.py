"""Service: what answers behind which listeners and load balancers, in which zones and regions."""

import pytest
from pydantic import ValidationError

from privatelink.topology.model import Topology
from tests.support.consumer_side import changed, dualstack
from tests.support.provider_side import (
    ADDRESSES,
    APPLICATION,
    CERTIFICATE,
    EXISTING,
    NETWORK,
    TCP,
    across_regions,
    listener,
    targets,
    with_service,
)
from tests.support.topology_cases import FILE, check_message, check_right, made, problem_at
from tests.support.topology_strategies import ZONES, both_sides

LISTENER = "service.listeners[0]"

RIGHT = {
    "one zone's address, cross-zone": with_service(
        backends=None, targets={"addresses": {"one": "10.10.0.5"}}, load_balancer={"cross_zone": True}
    ),
    "subnet with just enough room": with_service(
        network={
            "cidr": "10.10.0.0/24",
            "zones": {zone: f"10.10.0.{16 * n}/28" for n, zone in enumerate(ZONES)},
        },
        backends={"text": "x", "auto_scaling": {"min": 1, "max": 3}},
    ),
    "two load balancers": with_service(load_balancers={"old": {}, "new": {"scheme": "internet-facing"}}),
    "existing load balancer": with_service(
        backends=None, network=None, existing_load_balancers=[NETWORK], acceptance="managed"
    ),
    "existing load balancer beside one to make": with_service(
        existing_load_balancers=[NETWORK], load_balancer={}
    ),
    "principals": with_service(
        allowed_principals=[f"arn:aws:iam::111122223333:{who}" for who in ("root", "role/a", "user/b")]
    ),
    "other regions": with_service(supported_regions=["eu-west-1", "us-east-1"]),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


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
    "certificate elsewhere": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE.replace("northeast", "south")),
        f"{LISTENER}.certificate_arn",
        "certificate of another region",
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
    "instances in a VPC to make": (
        targets(instances={"one": "i-0a1b2c3d4e5f60001"}),
        "service.targets",
        "still to be made",
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
    "load balancer twice": (
        with_service(
            backends=None, network=None, existing_load_balancers=[NETWORK, NETWORK], acceptance="managed"
        ),
        "service.existing_load_balancers[1]",
        "load balancer listed twice",
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
    "network without IPv6": (
        changed(dualstack(), "service", "network", "ipv6", value=False),
        "service.network",
        "without IPv6",
    ),
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))


# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "text for no zone of the service": (
        '"SVR {zone}"',
        "{ap-northeast-2a: x, ap-northeast-2c: y, ap-northeast-2d: z}",
        "ap-northeast-2d",
        "service.backends.text.ap-northeast-2d",
        ["zone that the service is not in", '"ap-northeast-2d"'],
    ),
    "zone without text": (
        '"SVR {zone}"',
        "{ap-northeast-2a: x}",
        "text: {ap",
        "service.backends.text",
        ["no text for a zone", "ap-northeast-2c"],
    ),
    "port twice": ("- port: 443", "- {port: 80}", "80}", "service.listeners[1].port", ["twice", ": 80"]),
    "no listeners": (
        "  listeners:\n    - port: 80\n    - port: 443\n",
        "  listeners: []\n",
        "listeners",
        "service.listeners",
        ["no listeners", "at least one"],
    ),
    "Elastic IP missing": (
        "    scheme: internet-facing",
        "    scheme: internet-facing\n    elastic_ips: {ap-northeast-2a: eipalloc-01234567}",
        "elastic_ips",
        "service.load_balancer.elastic_ips",
        ["no Elastic IP for a zone", "ap-northeast-2c"],
    ),
    "unknown acceptance": (
        "acceptance: manual",
        "acceptance: auto",
        "auto",
        "service.acceptance",
        ["unknown value", '"auto"', "manual, managed, automatic"],
    ),
    "everyone, unasked": (
        "manual\n  allowed_principals: [arn:aws:iam::123456789012:root]",
        "automatic\n  allowed_principals: ['*']",
        "'*'",
        "service.allowed_principals[0]",
        ["every AWS account", '"*"', "open_to_everyone: true"],
    ),
    "principal twice": (
        "[arn:aws:iam::123456789012:root]",
        '["*", "*"]',
        '"*"]',
        "service.allowed_principals[1]",
        ["listed twice"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


def test_texts_name_their_zone_and_are_sorted_by_zone():
    topology = both_sides()
    topology["service"]["network"]["zones"].reverse()
    texts = Topology.model_validate(topology).service.backend_texts
    assert list(texts.items()) == [(zone, f"SVR in {zone}") for zone in ZONES]


def test_everyone_may_come_when_that_is_said_in_so_many_words():
    made(acceptance="automatic", allowed_principals=["*"], open_to_everyone=True)
    made(acceptance="manual", allowed_principals=["*"])
    with pytest.raises(ValidationError, match="open_to_everyone: true"):
        made(acceptance="automatic", allowed_principals=["*"])


def test_own_elastic_ips_are_one_for_each_zone():
    allocations = {ZONES[0]: "eipalloc-0123456789abcdef0", ZONES[1]: "eipalloc-0123456789abcdef1"}
    public = {"scheme": "internet-facing"}
    assert (
        made(load_balancer={**public, "elastic_ips": allocations}).service.load_balancer.elastic_ips
        == allocations
    )
    for wrong in ({}, {ZONES[0]: allocations[ZONES[0]]}, dict.fromkeys(ZONES, allocations[ZONES[0]])):
        with pytest.raises(ValidationError, match="Elastic IP"):
            made(load_balancer={**public, "elastic_ips": wrong})
