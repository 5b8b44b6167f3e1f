"""LoadBalancer and AccessLogs."""

from ipaddress import IPv4Network

import pytest

from privatelink.facts import ANYWHERE
from tests.support.provider_side import with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import FILE, check_broken, check_change, check_right, made

BALANCER = "service.load_balancer"

RIGHT = {
    "access logs": (
        with_service(load_balancer={"access_logs": {"expire_days": 1}}),
        "access-logs-bucket",
    ),
    "access logs in an existing bucket": (
        with_service(load_balancer={"access_logs": {"bucket": "mine", "prefix": "a"}}),
        "access-logs-bucket",
    ),
    "Elastic IPs": (
        with_service(
            load_balancer={
                "scheme": "internet-facing",
                "elastic_ips": {
                    "ap-northeast-2a": "eipalloc-0a1b2c3d4e5f60001",
                    "ap-northeast-2c": "eipalloc-0a1b2c3d4e5f60002",
                },
            }
        ),
        "elastic-ip-internal",
        "elastic-ip-duplicate",
    ),
    "load balancer name of 32": (with_service(load_balancer={"name": "E" * 32}), "nlb-name"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "logs to two places": (
        with_service(load_balancer={"access_logs": {"expire_days": 1, "bucket": "mine"}}),
        f"{BALANCER}.access_logs",
        "access-logs-bucket",
        "exactly one bucket",
        "`expire_days`",
        "`bucket`",
    ),
    "logs to nowhere": (
        with_service(load_balancer={"access_logs": {"prefix": "a"}}),
        f"{BALANCER}.access_logs",
        "access-logs-bucket",
        "exactly one bucket",
    ),
    "one Elastic IP for two zones": (
        with_service(
            load_balancer={
                "scheme": "internet-facing",
                "elastic_ips": dict.fromkeys(
                    ("ap-northeast-2a", "ap-northeast-2c"), "eipalloc-0a1b2c3d4e5f60001"
                ),
            }
        ),
        f"{BALANCER}.elastic_ips.ap-northeast-2c",
        "elastic-ip-duplicate",
        '"eipalloc-0a1b2c3d4e5f60001"',
    ),
    "fixed private address": (
        with_service(load_balancer={"private_ips": {"ap-northeast-2a": "10.10.0.5"}}),
        f"{BALANCER}.private_ips",
        "field-unknown",
    ),
    "IPv6": (
        with_service(load_balancer={"ip_address_type": "dualstack"}),
        f"{BALANCER}.ip_address_type",
        "field-unknown",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)


# What of the file is replaced, by what, the text at which the problem is; the field, the rule, words.
IN_A_FILE = {
    "unknown scheme": (
        ("internet-facing", "internet_facing", "internet_facing"),
        f"{BALANCER}.scheme",
        "value-unknown",
        '"internet_facing"',
        "internet-facing, internal",
        "did you mean internet-facing",
    ),
    "Elastic IPs on internal": (
        (
            "    scheme: internet-facing",
            "    scheme: internal\n    elastic_ips: {ap-northeast-2a: eipalloc-01234567}",
            "elastic_ips",
        ),
        f"{BALANCER}.elastic_ips",
        "elastic-ip-internal",
        "internal load balancer",
        "set `scheme: internet-facing`",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


def test_an_internet_facing_load_balancer_allows_everyone_by_default():
    assert made(load_balancer={"scheme": "internet-facing"}).service.load_balancer.allow_from == (ANYWHERE,)
    some = made(load_balancer={"scheme": "internet-facing", "allow_from": ["203.0.113.0/24"]})
    assert some.service.load_balancer.allow_from == (IPv4Network("203.0.113.0/24"),)
