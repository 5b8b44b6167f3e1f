"""LoadBalancer and AccessLogs."""

from ipaddress import IPv4Network

import pytest

from privatelink.facts import ANYWHERE
from tests.support.provider_side import with_service
from tests.support.topology_cases import FILE, check_message, check_right, made, problem_at

RIGHT = {
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
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, words of the message.
WRONG = {
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
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))


# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "unknown scheme": (
        "internet-facing",
        "internet_facing",
        "internet_facing",
        "service.load_balancer.scheme",
        ["unknown value", '"internet_facing"', "internet-facing, internal", "did you mean internet-facing"],
    ),
    "Elastic IPs on internal": (
        "    scheme: internet-facing",
        "    scheme: internal\n    elastic_ips: {ap-northeast-2a: eipalloc-01234567}",
        "elastic_ips",
        "service.load_balancer.elastic_ips",
        ["internal load balancer", "internet-facing"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


def test_an_internet_facing_load_balancer_admits_anyone_unless_told():
    assert made(load_balancer={"scheme": "internet-facing"}).service.load_balancer.allow_from == (ANYWHERE,)
    told = made(load_balancer={"scheme": "internet-facing", "allow_from": ["203.0.113.0/24"]})
    assert told.service.load_balancer.allow_from == (IPv4Network("203.0.113.0/24"),)
