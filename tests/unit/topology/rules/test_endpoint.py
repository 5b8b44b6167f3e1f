"""Endpoint, FurtherEndpoint and Policy: zones, addresses, clients, security groups, types."""

import datetime

import pytest

from privatelink.facts import LONGEST_ENDPOINT_POLICY
from privatelink.topology.rules.endpoint import Policy
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
from tests.support.rules import breaks, right, wrong
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_broken,
    check_change,
    check_right,
    check_value_broken,
)

RIGHT = {
    "Region of a global service": (
        endpoints(iam={"service_name": "com.amazonaws.iam", "service_region": "us-east-1"}),
        "endpoint-service-region",
    ),
    "prefix list of a new VPC": (endpoint(allow_from=["pl-0a1b2c3d"]), "security-group-vpc"),
    "existing security groups": (
        endpoint(EXISTING, security_group_ids=[GROUP]),
        "security-group-vpc",
        "endpoint-allow-from-unused",
    ),
    "clients of an existing VPC": (
        endpoint(EXISTING, allow_from=["10.0.0.0/8", GROUP]),
        "security-group-vpc",
        "endpoint-allow-from-unused",
    ),
    "zone of the network": (endpoint(zones=["ap-northeast-2a"]), "endpoint-zone-subnet"),
    "first and last address": (
        endpoint(addresses=ADDRESSES),
        "endpoint-address-missing",
        "endpoint-address-zone",
        "endpoint-address-subnet",
        "endpoint-address-ipv6",
    ),
    "address in an existing subnet": (
        endpoint(EXISTING, addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.8.9"}),
        "endpoint-address-subnet",
    ),
    "AWS service": (s3(private_dns=True), "endpoint-service", "endpoint-ports-missing"),
    "service by UDP alone": (
        endpoints(dns={"service_name": PARTNER, "ports": [1], "udp_ports": [53]}),
        "endpoint-ports-missing",
    ),
    "policy": (policy(Version="2012-10-17", Id="one"), "endpoint-policy-statement", "endpoint-policy-value"),
    "list of statements": (s3(policy={"Statement": [ALLOW, dict(ALLOW)]}), "endpoint-policy-statement"),
    "longest policy": (policy_of(LONGEST_ENDPOINT_POLICY), "endpoint-policy-length"),
    "dualstack in a network with IPv6": (dualstack(), "endpoint-dualstack-network"),
    "IPv6 in an existing VPC": (
        changed(dualstack(theirs="ipv6"), "consumers", "client", "network", value=dict(EXISTING)),
        "endpoint-ipv6-network",
    ),
    "dualstack with names for IPv4 alone": (
        changed(dualstack(), "consumers", "client", "endpoint", "dns_record_ip_type", value="ipv4"),
        "endpoint-dns-record-type",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "Region of a service that has one in its name": (
        endpoints(s3={"service_name": S3, "service_region": "us-east-1"}),
        "endpoints.s3.service_region",
        "endpoint-service-region",
        "com.amazonaws.iam",
    ),
    "Region of a service of this topology": (
        several(endpoints={"x": {"service": "stock", "service_region": "us-east-1"}}),
        "endpoints.x.service_region",
        "endpoint-service-region",
    ),
    "client twice": (
        endpoint(EXISTING, allow_from=["10.0.0.0/8", GROUP, GROUP]),
        "endpoint.allow_from[2]",
        "list-duplicate",
        "client",
    ),
    "group of a new VPC": (
        endpoint(allow_from=[GROUP]),
        "endpoint.allow_from[0]",
        "security-group-vpc",
        GROUP,
        "`network.vpc_id`",
    ),
    "groups of a new VPC": (
        endpoint(security_group_ids=[GROUP]),
        "endpoint.security_group_ids[0]",
        "security-group-vpc",
        GROUP,
    ),
    "groups beside clients": (
        endpoint(EXISTING, security_group_ids=[GROUP], allow_from=["10.0.0.0/8"]),
        "endpoint.allow_from",
        "endpoint-allow-from-unused",
        "`allow_from` together with `security_group_ids`",
    ),
    "too many groups": (
        endpoint(EXISTING, security_group_ids=[f"sg-{number:08x}" for number in range(17)]),
        "endpoint.security_group_ids",
        "list-length",
        "17 security groups",
        "at most 16",
    ),
    "reserved address": (
        endpoint(addresses=ADDRESSES | {"ap-northeast-2a": "10.20.0.3"}),
        "endpoint.addresses.ap-northeast-2a",
        "endpoint-address-subnet",
        "10.20.0.4 to 10.20.15.254, in 10.20.0.0/20",
    ),
    "broadcast address": (
        endpoint(addresses=ADDRESSES | {"ap-northeast-2c": "10.20.47.255"}),
        "endpoint.addresses.ap-northeast-2c",
        "endpoint-address-subnet",
        "to 10.20.47.254",
    ),
    "address of another subnet": (
        endpoint(addresses=ADDRESSES | {"ap-northeast-2a": "10.20.32.9"}),
        "endpoint.addresses.ap-northeast-2a",
        "endpoint-address-subnet",
        '"10.20.32.9"',
    ),
    "address twice": (
        endpoint(EXISTING, addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.9.9"}),
        "endpoint.addresses.ap-northeast-2c",
        "list-duplicate",
        "address",
    ),
    "zone without an address": (
        endpoint(addresses={"ap-northeast-2a": "10.20.0.4"}),
        "endpoint.addresses",
        "endpoint-address-missing",
        "no address for zone ap-northeast-2c",
    ),
    "address of a zone that is not chosen": (
        endpoint(zones=["ap-northeast-2a"], addresses=ADDRESSES),
        "endpoint.addresses.ap-northeast-2c",
        "endpoint-address-zone",
        "zones of the endpoint: ap-northeast-2a",
    ),
    "further endpoint's zone": (
        s3(zones=["ap-northeast-2b"]),
        "endpoints.s3.zones[0]",
        "endpoint-zone-subnet",
        '"ap-northeast-2b"',
        "ap-northeast-2a, ap-northeast-2c",
    ),
    "no service": (endpoints(x={}), "endpoints.x", "endpoint-service", "`service`", "`service_name`"),
    "service and name": (
        several(endpoints={"x": {"service": "stock", "service_name": S3}}),
        "endpoints.x",
        "endpoint-service",
    ),
    "ports of someone's service": (
        endpoints(x={"service_name": PARTNER}),
        "endpoints.x.ports",
        "endpoint-ports-missing",
        "`ports` or `udp_ports`",
    ),
    "policy that is text": (s3(policy="{}"), "endpoints.s3.policy", "value-type", "must be a mapping"),
    "policy without a statement": (
        s3(policy={"Id": "x"}),
        "endpoints.s3.policy.Statement",
        "field-missing",
        "`Statement`",
    ),
    "policy of another element": (
        policy(Statements=[]),
        "endpoints.s3.policy.Statements",
        "field-unknown",
        "did you mean Statement",
    ),
    "policy of another version": (
        policy(Version="2020-01-01"),
        "endpoints.s3.policy.Version",
        "value-unknown",
        "2012-10-17, 2008-10-17",
    ),
    "empty statement": (
        s3(policy={"Statement": []}),
        "endpoints.s3.policy.Statement",
        "endpoint-policy-statement",
    ),
    "policy one too long": (
        policy_of(LONGEST_ENDPOINT_POLICY + 1),
        "endpoints.s3.policy",
        "endpoint-policy-length",
        "20481 characters",
        "at most 20480",
    ),
    "dualstack without IPv6": (
        dualstack(ipv6=False),
        "endpoint.ip_address_type",
        "endpoint-dualstack-network",
        "`network.ipv6: true`",
    ),
    "IPv6 alone beside IPv4": (
        dualstack(theirs="ipv6"),
        "endpoint.ip_address_type",
        "endpoint-ipv6-network",
        "`ip_address_type: dualstack`",
    ),
    "names of addresses that it lacks": (
        endpoint(dns_record_ip_type="ipv6"),
        "endpoint.dns_record_ip_type",
        "endpoint-dns-record-type",
        "of type ipv4",
        "ipv4, service-defined",
    ),
    "IPv4 addresses of an IPv6 endpoint": (
        endpoint(
            EXISTING,
            ip_address_type="ipv6",
            addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.8.9"},
        ),
        "endpoint.addresses",
        "endpoint-address-ipv6",
        "`ip_address_type: dualstack`",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)


@breaks("endpoint-policy-value")
def test_a_policy_with_a_value_that_json_does_not_have():
    statement = ALLOW | {"Condition": {"DateLessThan": {"aws:CurrentTime": datetime.date(2030, 1, 1)}}}
    check_value_broken(Policy, {"Statement": statement}, "endpoint-policy-value", ["date"])


# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
ENDPOINT_ZONES = "      zones: [ap-northeast-2a]"
IN_A_FILE = {
    "endpoint zone": (
        (ENDPOINT_ZONES, "      zones: [ap-northeast-2d]", "ap-northeast-2d"),
        "consumers.client.endpoint.zones[0]",
        "endpoint-zone-subnet",
        '"ap-northeast-2d"',
        "ap-northeast-2a, ap-northeast-2c",
    ),
    "endpoint zone twice": (
        (ENDPOINT_ZONES, "      zones: [ap-northeast-2a, ap-northeast-2a]", "ap-northeast-2a]"),
        "consumers.client.endpoint.zones[1]",
        "list-duplicate",
    ),
    "endpoint type": (
        (ENDPOINT_ZONES, "      type: Gateway", "type: G"),
        "consumers.client.endpoint.type",
        "field-unknown",
        "remove it",
    ),
    "no clients": (
        (ENDPOINT_ZONES, "      allow_from: []", "allow_from"),
        "consumers.client.endpoint.allow_from",
        "list-empty",
        "clients",
        "at least one",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "port twice": (
        ("[80]", "[80, 80]", "80]"),
        "consumers.client.endpoint.ports[1]",
        "list-duplicate",
        "port",
    ),
    "no port": (("[80]", "[]", "ports"), "consumers.client.endpoint.ports", "list-empty", "ports"),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(ALONE_IN_A_FILE))
def test_wrong_in_a_file_without_a_service(change, field, rule, words):
    check_change(FILE_WITHOUT_A_SERVICE, change, field, rule, words)
