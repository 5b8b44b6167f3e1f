"""Service: its load balancers, targets, zones, Regions and principals."""

import pytest

from privatelink.topology.file import parse
from privatelink.topology.model import Topology
from tests.support.consumer_side import changed, dualstack
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
from tests.support.rules import breaks, keeps, right, wrong
from tests.support.topology_cases import FILE, check_broken, check_change, check_right, made, only
from tests.support.topology_strategies import ZONES, both_sides

LISTENER = "service.listeners[0]"
ALLOCATIONS = {ZONES[0]: "eipalloc-0123456789abcdef0", ZONES[1]: "eipalloc-0123456789abcdef1"}
EVERYONE = {"acceptance": "automatic", "allowed_principals": ["*"]}


def small_subnets(most):
    """A service in two subnets of 11 usable addresses, with at most so many backends in each."""
    return with_service(
        network={
            "cidr": "10.10.0.0/24",
            "zones": {zone: f"10.10.0.{16 * n}/28" for n, zone in enumerate(ZONES)},
        },
        backends={"text": "x", "auto_scaling": {"min": 1, "max": most}},
    )


def elastic_ips(allocations):
    return with_service(load_balancer={"scheme": "internet-facing", "elastic_ips": allocations})


def dualstack_targets(**fields):
    """A dualstack service with existing targets."""
    topology = dualstack()
    del topology["service"]["backends"]
    topology["service"] |= {"targets": {"addresses": ADDRESSES}, **fields}
    return topology


RIGHT = {
    "subnet with just enough room": (small_subnets(3), "load-balancer-subnet-size"),
    "two load balancers": (
        with_service(load_balancers={"old": {}, "new": {"scheme": "internet-facing"}}),
        "nlb-name",
    ),
    "existing load balancer": (
        with_service(backends=None, network=None, existing_load_balancers=[NETWORK], acceptance="managed"),
        "existing-load-balancer-settings",
        "load-balancer-region",
    ),
    "existing load balancer and a new one": (
        with_service(existing_load_balancers=[NETWORK], load_balancer={}),
        "existing-load-balancer-settings",
        "service-network-missing",
    ),
    "backends": (with_service(), "targets-missing", "targets-conflict"),
    "targets": (targets(addresses=ADDRESSES), "targets-missing", "targets-conflict"),
    "two ports": (with_service(listeners=[{"port": 80}, {"port": 443}]), "list-duplicate", "list-empty"),
    "50 listeners": (with_service(listeners=[{"port": port} for port in range(1, 51)]), "list-length"),
    "a text for each zone": (
        with_service(backends={"text": dict.fromkeys(ZONES, "x")}),
        "zone-setting-unknown",
        "zone-setting-missing",
    ),
    "an Elastic IP for each zone": (
        elastic_ips(ALLOCATIONS),
        "zone-setting-unknown",
        "zone-setting-missing",
        "elastic-ip-duplicate",
    ),
    "certificate of the Region": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE),
        "tls-certificate-region",
    ),
    "certificate of no Region": (
        listener(protocol="TLS", certificate_arn=IAM_CERTIFICATE),
        "tls-certificate-region",
    ),
    "principals": (
        with_service(
            allowed_principals=[f"arn:aws:iam::111122223333:{who}" for who in ("root", "role/a", "user/b")]
        ),
        "service-public",
        "principal-arn",
    ),
    "everyone, with acceptance": (with_service(allowed_principals=["*"]), "service-public"),
    "everyone, confirmed": (with_service(**EVERYONE, open_to_everyone=True), "service-public"),
    "dualstack": (dualstack(), "service-ipv6-missing", "dualstack-listener-protocol"),
    "other Regions": (
        with_service(supported_regions=["eu-west-1", "us-east-1"]),
        "supported-region-partition",
        "cross-region-zones",
    ),
    "the default idle timeout, with other Regions": (
        with_service(supported_regions=["eu-west-1"], listeners=[{"port": 80, "idle_timeout_seconds": 350}]),
        "cross-region-idle-timeout",
    ),
    "another idle timeout, without other Regions": (
        with_service(
            supported_regions=["ap-northeast-2"], listeners=[{"port": 80, "idle_timeout_seconds": 60}]
        ),
        "cross-region-idle-timeout",
    ),
    "zones that other Regions reach": (
        across_regions(["apne2-az1", "apne2-az3"]),
        "cross-region-zone-unsupported",
        "cross-region-zones",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "another idle timeout, with other Regions": (
        with_service(
            supported_regions=["eu-west-1"],
            listeners=[{"port": 80}, {"port": 443, "idle_timeout_seconds": 60}],
        ),
        "service.listeners[1].idle_timeout_seconds",
        "cross-region-idle-timeout",
        "60 seconds",
        "350 seconds",
    ),
    "subnet without room": (
        small_subnets(4),
        "service.network.zones.ap-northeast-2a",
        "load-balancer-subnet-size",
        "subnet with 11 usable addresses: 10.10.0.0/28",
        "at least 12: 8 for a load balancer",
    ),
    "certificate elsewhere": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE.replace("northeast", "south")),
        f"{LISTENER}.certificate_arn",
        "tls-certificate-region",
        "in ap-northeast-2",
    ),
    "51 listeners": (
        with_service(listeners=[{"port": port} for port in range(1, 52)]),
        "service.listeners",
        "list-length",
        "51 listeners",
        "at most 50",
        "remove 1",
    ),
    "no targets": (
        with_service(backends=None),
        "service",
        "targets-missing",
        "add `backends` or `targets`",
    ),
    "backends and targets": (
        with_service(targets={"addresses": ADDRESSES}),
        "service",
        "targets-conflict",
        "both `backends` and `targets`",
    ),
    "ALB elsewhere": (
        targets(EXISTING, application_load_balancer=APPLICATION.replace("northeast", "south"), listeners=TCP),
        "service.targets.application_load_balancer",
        "load-balancer-region",
        "in ap-northeast-2",
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
        "elastic-ip-duplicate",
        '"eipalloc-0a1b2c3d4e5f60001"',
    ),
    "no Elastic IP": (
        elastic_ips({}),
        "service.load_balancer.elastic_ips",
        "zone-setting-missing",
        "no Elastic IP for zone",
    ),
    "network beside existing load balancers alone": (
        with_service(backends=None, existing_load_balancers=[NETWORK]),
        "service.network",
        "existing-load-balancer-settings",
        "`network` of a service",
        "add `load_balancer`",
    ),
    "backends beside existing load balancers alone": (
        with_service(network=None, existing_load_balancers=[NETWORK]),
        "service.backends",
        "existing-load-balancer-settings",
        "`backends` of a service",
    ),
    "no network": (
        with_service(network=None),
        "service.network",
        "service-network-missing",
        "add `network`",
    ),
    "load balancer elsewhere": (
        with_service(existing_load_balancers=[NETWORK.replace("northeast", "south")], load_balancer={}),
        "service.existing_load_balancers[0]",
        "load-balancer-region",
        "in ap-northeast-2",
    ),
    "load balancer twice": (
        with_service(
            backends=None, network=None, existing_load_balancers=[NETWORK, NETWORK], acceptance="managed"
        ),
        "service.existing_load_balancers[1]",
        "list-duplicate",
        "load balancer is listed twice",
    ),
    "Region of another partition": (
        with_service(supported_regions=["cn-north-1"]),
        "service.supported_regions[0]",
        "supported-region-partition",
        '"cn-north-1"',
        "the partition aws",
    ),
    "zone out of other Regions' reach": (
        across_regions(["apne2-az1", "apne2-az2"]),
        "service.network.zones[1]",
        "cross-region-zone-unsupported",
        '"apne2-az2"',
        "apne1-az3, apne2-az2, apne2-az4, use1-az3, usw1-az2",
    ),
    "one zone for other Regions": (
        across_regions(["apne2-az1"]),
        "service.network.zones",
        "cross-region-zones",
        "apne2-az1",
        "at least 2 zones",
    ),
    "network without IPv6": (
        changed(dualstack(), "service", "network", "ipv6", value=False),
        "service.network",
        "service-ipv6-missing",
        "for a dualstack service",
        "set `network.ipv6: true`",
    ),
    "UDP of a dualstack load balancer": (
        dualstack_targets(listeners=[{"port": 53, "protocol": "UDP"}]),
        f"{LISTENER}.protocol",
        "dualstack-listener-protocol",
        "UDP listener",
        "set `ip_address_type: ipv4`",
    ),
    "everyone, with automatic acceptance": (
        with_service(**EVERYONE),
        "service.allowed_principals[0]",
        "service-public",
        "any AWS account may connect without approval",
        "set `acceptance: manual`",
        "`open_to_everyone: true`",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)


# What of the file is replaced, by what, the text at which the problem is; the field, the rule, words.
IN_A_FILE = {
    "text for no zone of the service": (
        (
            '"SVR {zone}"',
            "{ap-northeast-2a: x, ap-northeast-2c: y, ap-northeast-2d: z}",
            "ap-northeast-2d",
        ),
        "service.backends.text.ap-northeast-2d",
        "zone-setting-unknown",
        "text for a zone that the service is not in",
        '"ap-northeast-2d"',
        "allowed: ap-northeast-2a, ap-northeast-2c",
    ),
    "zone without text": (
        ('"SVR {zone}"', "{ap-northeast-2a: x}", "text: {ap"),
        "service.backends.text",
        "zone-setting-missing",
        "no text for zone ap-northeast-2c",
    ),
    "port twice": (
        ("- port: 443", "- {port: 80}", "80}"),
        "service.listeners[1].port",
        "list-duplicate",
        "listener port is listed twice",
        ": 80",
    ),
    "no listeners": (
        ("  listeners:\n    - port: 80\n    - port: 443\n", "  listeners: []\n", "listeners"),
        "service.listeners",
        "list-empty",
        "list of listeners is empty",
        "at least one",
    ),
    "Elastic IP missing": (
        (
            "    scheme: internet-facing",
            "    scheme: internet-facing\n    elastic_ips: {ap-northeast-2a: eipalloc-01234567}",
            "elastic_ips",
        ),
        "service.load_balancer.elastic_ips",
        "zone-setting-missing",
        "no Elastic IP for zone ap-northeast-2c",
    ),
    "unknown acceptance": (
        ("acceptance: manual", "acceptance: auto", "auto"),
        "service.acceptance",
        "value-unknown",
        '"auto"',
        "manual, managed, automatic",
    ),
    "everyone, unasked": (
        (
            "manual\n  allowed_principals: [arn:aws:iam::123456789012:root]",
            "automatic\n  allowed_principals: ['*']",
            "'*'",
        ),
        "service.allowed_principals[0]",
        "service-public",
        '"*"',
        "`open_to_everyone: true`",
    ),
    "principal twice": (
        ("[arn:aws:iam::123456789012:root]", '["*", "*"]', '"*"]'),
        "service.allowed_principals[1]",
        "list-duplicate",
        "principal is listed twice",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


def test_texts_name_their_zone_and_are_sorted_by_zone():
    topology = both_sides()
    topology["service"]["network"]["zones"].reverse()
    texts = Topology.model_validate(topology).service.backend_texts
    assert list(texts.items()) == [(zone, f"SVR in {zone}") for zone in ZONES]


def test_existing_elastic_ips_stay_with_their_zones():
    load_balancer = {"scheme": "internet-facing", "elastic_ips": ALLOCATIONS}
    assert made(load_balancer=load_balancer).service.load_balancer.elastic_ips == ALLOCATIONS


@keeps("principal-arn", "list-duplicate")
@pytest.mark.parametrize("account", ["111122223333", '"111122223333"', "012345670123", '"012345670123"'])
@pytest.mark.parametrize(("region", "partition"), [("ap-northeast-2", "aws"), ("cn-north-1", "aws-cn")])
def test_an_account_id_means_its_root(account, region, partition):
    text = FILE.replace("arn:aws:iam::123456789012:root", account).replace("ap-northeast-2", region)

    root = f"arn:{partition}:iam::{account.strip(chr(34))}:root"
    assert parse(text).service.allowed_principals == (root,)


@breaks("principal-arn", "list-duplicate", "value-type")
@pytest.mark.parametrize(
    ("principals", "rule"),
    [
        ("[1111222233334]", "principal-arn"),
        ("[80]", "principal-arn"),
        ("[true]", "value-type"),
        ("[111122223333, arn:aws:iam::111122223333:root]", "list-duplicate"),
    ],
)
def test_not_an_account_id(principals, rule):
    assert only(FILE.replace("[arn:aws:iam::123456789012:root]", principals)).rule == rule
