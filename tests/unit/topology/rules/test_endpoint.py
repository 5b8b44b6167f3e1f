"""Endpoint, FurtherEndpoint and Policy: zones, addresses, clients, security groups, types."""

import pytest

from privatelink.facts import LONGEST_ENDPOINT_POLICY
from tests.support.consumer_side import (
    ADDRESSES,
    ALLOW,
    GROUP,
    PARTNER,
    S3,
    changed,
    dualstack,
    endpoint,
    endpoints,
    policy,
    policy_of,
    s3,
    several,
)
from tests.support.provider_side import EXISTING
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_message,
    check_right,
    first_problem,
)

RIGHT = {
    "prefix list of a VPC to make": endpoint(allow_from=["pl-0a1b2c3d"]),
    "security groups that exist": endpoint(EXISTING, security_group_ids=[GROUP]),
    "first and last address": endpoint(addresses=ADDRESSES),
    "address in a subnet that exists": endpoint(
        EXISTING, addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.8.9"}
    ),
    "AWS service": s3(private_dns=True),
    "service by UDP alone": endpoints(dns={"service_name": PARTNER, "ports": [1], "udp_ports": [53]}),
    "policy": policy(Version="2012-10-17", Id="one"),
    "list of statements": s3(policy={"Statement": [ALLOW, dict(ALLOW)]}),
    "longest policy": policy_of(LONGEST_ENDPOINT_POLICY),
    "dualstack with names for IPv4 alone": changed(
        dualstack(), "consumers", "client", "endpoint", "dns_record_ip_type", value="ipv4"
    ),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, what is said.
WRONG = {
    "client twice": (
        endpoint(EXISTING, allow_from=["10.0.0.0/8", GROUP, GROUP]),
        "endpoint.allow_from[2]",
        "client listed twice",
    ),
    "group of a VPC to make": (endpoint(allow_from=[GROUP]), "endpoint.allow_from[0]", "still to be made"),
    "groups of a VPC to make": (
        endpoint(security_group_ids=[GROUP]),
        "endpoint.security_group_ids[0]",
        "still to be made",
    ),
    "groups beside clients": (
        endpoint(EXISTING, security_group_ids=[GROUP], allow_from=["10.0.0.0/8"]),
        "endpoint.allow_from",
        "beside security groups",
    ),
    "too many groups": (
        endpoint(EXISTING, security_group_ids=[f"sg-{number:08x}" for number in range(17)]),
        "endpoint.security_group_ids",
        "17 security groups",
    ),
    "reserved address": (
        endpoint(addresses=ADDRESSES | {"ap-northeast-2a": "10.20.0.3"}),
        "endpoint.addresses.ap-northeast-2a",
        "subnet cannot give",
    ),
    "broadcast address": (
        endpoint(addresses=ADDRESSES | {"ap-northeast-2c": "10.20.47.255"}),
        "endpoint.addresses.ap-northeast-2c",
        "subnet cannot give",
    ),
    "address of another subnet": (
        endpoint(addresses=ADDRESSES | {"ap-northeast-2a": "10.20.32.9"}),
        "endpoint.addresses.ap-northeast-2a",
        "subnet cannot give",
    ),
    "address twice": (
        endpoint(EXISTING, addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.9.9"}),
        "endpoint.addresses.ap-northeast-2c",
        "given twice",
    ),
    "zone without an address": (
        endpoint(addresses={"ap-northeast-2a": "10.20.0.4"}),
        "endpoint.addresses",
        "no address for zone ap-northeast-2c",
    ),
    "address of a zone that is not chosen": (
        endpoint(zones=["ap-northeast-2a"], addresses=ADDRESSES),
        "endpoint.addresses.ap-northeast-2c",
        "another zone",
    ),
    "further endpoint's zone": (s3(zones=["ap-northeast-2b"]), "endpoints.s3.zones[0]", "without a subnet"),
    "no service": (endpoints(x={}), "endpoints.x", "neither a service nor a service name"),
    "service and name": (
        several(endpoints={"x": {"service": "stock", "service_name": S3}}),
        "endpoints.x",
        "both a service and a service name",
    ),
    "ports of someone's service": (endpoints(x={"service_name": PARTNER}), "endpoints.x.ports", "no ports"),
    "policy that is text": (s3(policy="{}"), "endpoints.s3.policy", "must be a mapping"),
    "policy without a statement": (s3(policy={"Id": "x"}), "endpoints.s3.policy.Statement", "missing"),
    "policy of another element": (policy(Statements=[]), "endpoints.s3.policy.Statements", "unknown field"),
    "policy of another version": (
        policy(Version="2020-01-01"),
        "endpoints.s3.policy.Version",
        "unknown value",
    ),
    "empty statement": (s3(policy={"Statement": []}), "endpoints.s3.policy.Statement", "malformed statement"),
    "policy one too long": (
        policy_of(LONGEST_ENDPOINT_POLICY + 1),
        "endpoints.s3.policy",
        "20,481 characters",
    ),
    "dualstack without IPv6": (dualstack(ipv6=False), "endpoint.ip_address_type", "network without IPv6"),
    "IPv6 alone beside IPv4": (dualstack(theirs="ipv6"), "endpoint.ip_address_type", "have IPv4, too"),
    "names of addresses that it lacks": (
        endpoint(dns_record_ip_type="ipv6"),
        "endpoint.dns_record_ip_type",
        "type ipv4 lacks",
    ),
    "IPv4 addresses of an IPv6 endpoint": (
        endpoint(
            EXISTING,
            ip_address_type="ipv6",
            addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.8.9"},
        ),
        "endpoint.addresses",
        "of an endpoint that has none",
    ),
}


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    problem = first_problem(topology)
    assert problem.field == f"consumers.client.{field}"
    assert what in problem.what


# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "endpoint zone": (
        "      zones: [ap-northeast-2a]",
        "      zones: [ap-northeast-2d]",
        "ap-northeast-2d",
        "consumers.client.endpoint.zones[0]",
        ["without a subnet", '"ap-northeast-2d"'],
    ),
    "endpoint zone twice": (
        "      zones: [ap-northeast-2a]",
        "      zones: [ap-northeast-2a, ap-northeast-2a]",
        "ap-northeast-2a]",
        "consumers.client.endpoint.zones[1]",
        ["listed twice"],
    ),
    "endpoint type": (
        "      zones: [ap-northeast-2a]",
        "      type: Gateway",
        "type: G",
        "consumers.client.endpoint.type",
        ["unknown field", "remove it"],
    ),
    "no clients": (
        "      zones: [ap-northeast-2a]",
        "      allow_from: []",
        "allow_from",
        "consumers.client.endpoint.allow_from",
        ["no clients", "at least one"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "port twice": ("[80]", "[80, 80]", "80]", "consumers.client.endpoint.ports[1]", ["listed twice"]),
    "no port": ("[80]", "[]", "ports", "consumers.client.endpoint.ports", ["no ports"]),
}


@pytest.mark.parametrize(
    ("old", "new", "mark", "field", "words"), ALONE_IN_A_FILE.values(), ids=ALONE_IN_A_FILE
)
def test_wrong_in_a_file_without_a_service(old, new, mark, field, words):
    check_message(FILE_WITHOUT_A_SERVICE, old, new, mark, field, words)
