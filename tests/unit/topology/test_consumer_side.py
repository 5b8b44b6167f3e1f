"""Rules of the consumer side beyond the walkthrough: endpoints, clients, policies, names, regions."""

import copy

import pytest

from privatelink.facts import LONGEST_ENDPOINT_POLICY
from privatelink.topology.file import TopologyError, parse
from privatelink.topology.model import Topology
from tests.support.consumer_side import (
    ADDRESSES,
    ALLOW,
    GROUP,
    PARTNER,
    S3,
    alone,
    changed,
    consumer,
    dualstack,
    endpoint,
    endpoints,
    far,
    named,
    policy,
    policy_of,
    s3,
    several,
)
from tests.support.provider_side import EXISTING
from tests.support.topology_strategies import both_sides
from tests.support.written import written

RIGHT = {
    "clients of every kind": endpoint(
        EXISTING, allow_from=["10.0.0.0/8", GROUP, "pl-0a1b2c3d", "2001:db8::/56"]
    ),
    "prefix list of a VPC to make": endpoint(allow_from=["pl-0a1b2c3d"]),
    "security groups that exist": endpoint(EXISTING, security_group_ids=[GROUP]),
    "first and last address": endpoint(addresses=ADDRESSES),
    "address in a subnet that exists": endpoint(
        EXISTING, addresses={"ap-northeast-2a": "10.9.9.9", "ap-northeast-2c": "10.9.8.9"}
    ),
    "AWS service": s3(private_dns=True),
    "AWS service of another form": endpoints(
        notebook={"service_name": "aws.sagemaker.ap-northeast-2.notebook"}
    ),
    "AWS service of another region": endpoints(s3={"service_name": "com.amazonaws.us-east-1.s3"}),
    "service by UDP alone": endpoints(dns={"service_name": PARTNER, "ports": [1], "udp_ports": [53]}),
    "vendor's name": endpoints(vendor={"service_name": "com.vendor.vpce.thing", "ports": [443]}),
    "policy": policy(Version="2012-10-17", Id="one"),
    "list of statements": s3(policy={"Statement": [ALLOW, dict(ALLOW)]}),
    "longest policy": policy_of(LONGEST_ENDPOINT_POLICY),
    "names": named("a.shop.internal", "*.shop.internal", "shop.internal"),
    "names in a zone that exists": named("a.example.com", zone={"zone_id": "Z0123456789ABCDEFGHIJ"}),
    "shared zone": named(
        "a.shop.internal",
        zone={"name": "shop.internal", "shared_with": {"office": {"vpc_id": "vpc-0a1b2c3d4e5f60009"}}},
    ),
    "several services": several(endpoints={"stock": {"service": "stock"}}),
    "two endpoints to one service": several(endpoints={"orders": {"service": "orders"}}),
    "another region": far(),
    "another region, service elsewhere": alone(
        region="eu-west-1", network={"cidr": "10.20.0.0/16", "zones": ["eu-west-1a"]}
    ),
    "dualstack": dualstack(),
    "IPv4 of a dualstack service": dualstack(theirs="ipv4", ipv6=False),
    "dualstack with names for IPv4 alone": changed(
        dualstack(), "consumers", "client", "endpoint", "dns_record_ip_type", value="ipv4"
    ),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    assert parse(written(topology)) == Topology.model_validate(topology)


CLIENT = "consumers.client"

WRONG = {
    "malformed group": (endpoint(EXISTING, allow_from=["sg-1"]), "endpoint.allow_from[0]", "malformed id"),
    "malformed prefix list": (endpoint(allow_from=["pl-xyz"]), "endpoint.allow_from[0]", "malformed id"),
    "IPv6 with host bits": (
        endpoint(allow_from=["2001:db8::1/56"]),
        "endpoint.allow_from[0]",
        "malformed IPv6",
    ),
    "client that is a number": (endpoint(allow_from=[1]), "endpoint.allow_from[0]", "must be text"),
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
    "malformed service name": (endpoints(x={"service_name": "s3"}), "endpoints.x.service_name", "malformed"),
    "ports of someone's service": (endpoints(x={"service_name": PARTNER}), "endpoints.x.ports", "no ports"),
    "the same private DNS name twice": (
        endpoints(
            one={"service_name": S3, "private_dns": True}, two={"service_name": S3, "private_dns": True}
        ),
        "endpoints.two.private_dns",
        "endpoints.one has",
    ),
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
    "name without a zone": (endpoint(names=["a.b"]), "endpoint.names[0]", "without a zone"),
    "name outside the zone": (named("a.shop.example"), "endpoint.names[0]", "outside the hosted zone"),
    "malformed name": (named("A.shop.internal"), "endpoint.names[0]", "malformed DNS name"),
    "name of two endpoints": (
        consumer(
            endpoint={"names": ["a.shop.internal"]},
            endpoints={"s3": {"service_name": S3, "names": ["a.shop.internal"]}},
            hosted_zone={"name": "shop.internal"},
        ),
        "endpoints.s3.names[0]",
        "name of two endpoints",
    ),
    "zone without a name": (consumer(hosted_zone={"name": "a.b"}), "hosted_zone", "without a name in it"),
    "zone of both kinds": (
        named("a.b", zone={"name": "a.b", "zone_id": "Z0123456789ABCDEFGHIJ"}),
        "hosted_zone",
        "both a name",
    ),
    "zone of neither kind": (
        consumer(endpoint={"names": ["a.b"]}, hosted_zone={}),
        "hosted_zone",
        "neither a name",
    ),
    "wildcard zone": (named("a.b", zone={"name": "*.b.c"}), "hosted_zone.name", "wildcard"),
    "zone that exists, shared": (
        named(
            "a.b",
            zone={"zone_id": "Z0123456789ABCDEFGHIJ", "shared_with": {"x": {"vpc_id": "vpc-0a1b2c3d"}}},
        ),
        "hosted_zone.shared_with",
        "sharing of a zone that exists",
    ),
    "account of a zone to make": (
        named("a.b", zone={"name": "a.b", "account": {"profile": "dns"}}),
        "hosted_zone.account",
        "made for the consumer",
    ),
    "zone of the service's private DNS name": (
        changed(
            consumer(
                endpoint={"private_dns": True, "names": ["x.api.example.com"]},
                hosted_zone={"name": "api.example.com"},
            ),
            "service",
            "private_dns",
            value={"name": "api.example.com", "record_exists": True},
        ),
        "hosted_zone.name",
        "private DNS name",
    ),
    "private DNS name that is not verified": (
        changed(endpoint(private_dns=True), "service", "private_dns", value={"name": "api.example.com"}),
        "endpoint.private_dns",
        "not verified",
    ),
    "which service": (several(service=None) | {}, "service", "service is missing"),
    "unknown service": (several(service="stocks"), "service", "unknown service"),
    "unknown further service": (
        several(endpoints={"x": {"service": "stocks"}}),
        "endpoints.x.service",
        "unknown service",
    ),
    "key of the only service": (consumer(service="orders"), "service", "unknown service"),
    "ports of a further service in the file": (
        several(endpoints={"x": {"service": "stock", "ports": [80]}}),
        "endpoints.x.ports",
        "though the service is in this file",
    ),
    "service that is nowhere": (
        alone(endpoints={"x": {"service": "stock"}}),
        "endpoints.x.service",
        "unknown",
    ),
    "region that is not supported": (far(region="eu-west-3"), "region", "does not support"),
    "region of another partition": (alone(region="cn-north-1"), "region", "another partition"),
    "dualstack endpoint of an IPv4 service": (
        dualstack(ours="ipv4"),
        "endpoint.ip_address_type",
        "does not answer to",
    ),
    "IPv4 endpoint of an IPv6 service": (
        dualstack(ours="ipv6", theirs="ipv4"),
        "endpoint.ip_address_type",
        "does not answer to",
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


def without_none(value):
    if isinstance(value, dict):
        return {key: without_none(found) for key, found in value.items() if found is not None}
    return value


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    with pytest.raises(TopologyError) as caught:
        parse(written(without_none(topology)))

    problem = caught.value.problems[0]
    assert problem.field == f"{CLIENT}.{field}"
    assert what in problem.what
    assert problem.line
    assert problem.allowed
    assert problem.fix


ELSEWHERE = {
    "service and services": (several() | {"service": both_sides()["service"]}, "service", "both a service"),
    "load balancer of two services": (
        changed(
            changed(several(), "services", "orders", "load_balancer", value={"name": "front"}),
            "services",
            "stock",
            "load_balancer",
            value={"name": "front"},
        ),
        "services.stock.load_balancer.name",
        "given twice",
    ),
    "managed without a consumer of it": (
        changed(several(), "services", "stock", "acceptance", value="managed"),
        "services.stock.acceptance",
        "without consumers",
    ),
    "network without IPv6": (
        changed(dualstack(), "service", "network", "ipv6", value=False),
        "service.network",
        "without IPv6",
    ),
}


@pytest.mark.parametrize(("topology", "field", "what"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_wrong_on_the_other_side(topology, field, what):
    with pytest.raises(TopologyError) as caught:
        parse(written(topology))

    assert (field, True) in [(problem.field, what in problem.what) for problem in caught.value.problems]


def test_a_vpc_with_more_endpoints_than_aws_allows_is_warned_of():
    def warned(further):
        made = endpoints(**{f"s{number}": {"service_name": S3} for number in range(further)})
        return [warning.id for warning in Topology.model_validate(made).warnings]

    assert warned(49) == []
    assert warned(50) == ["endpoint-quota"]


def test_endpoints_of_several_consumers_in_one_vpc_are_counted_together():
    topology = both_sides()
    topology["consumers"] = {f"c{number}": {"network": copy.deepcopy(EXISTING)} for number in range(51)}

    (warning,) = Topology.model_validate(topology).warnings
    assert warning.id == "endpoint-quota"


def test_zones_of_services_in_other_regions_need_not_match():
    topology = far()
    topology["consumers"]["client"]["network"]["zones"] = ["eu-west-1c"]

    assert Topology.model_validate(topology).warnings == ()
