"""Consumer: its endpoints, names and Region, beside services in the topology and without."""

import pytest

from privatelink.topology.model import Topology
from tests.support.consumer_side import (
    S3,
    alone,
    changed,
    consumer,
    dualstack,
    endpoint,
    endpoints,
    far,
    named,
    several,
)
from tests.support.rules import breaks, right, wrong
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_broken,
    check_change,
    check_right,
    only,
)
from tests.support.written import written


def by_private_dns(name="api.example.com", **fields):
    """A consumer whose endpoint has the service's private DNS name."""
    topology = consumer(endpoint={"private_dns": True, **fields.pop("endpoint", {})}, **fields)
    topology["service"]["private_dns"] = {"name": name, "record_exists": True}
    return topology


def others_alone(region=None, **further):
    """A consumer with endpoints to AWS services, and no service."""
    topology = consumer(endpoints={"s3": {"service_name": S3}, **further})
    del topology["service"]
    client = topology["consumers"]["client"]
    client.pop("endpoint", None)
    if region:
        client["region"] = region
    return topology


RIGHT = {
    "several services": (
        several(endpoints={"stock": {"service": "stock"}}),
        "consumer-service-missing",
        "consumer-service-unknown",
        "endpoint-ports-unused",
        "service-name-unused",
    ),
    "endpoints of equal rank": (
        several(service=None, endpoints={"stock": {"service": "stock"}, "orders": {"service": "orders"}}),
        "consumer-service-missing",
        "consumer-region-missing",
    ),
    "endpoints to other services alone": (
        others_alone(),
        "service-name-missing",
        "endpoint-ports-missing",
        "consumer-region-missing",
    ),
    "endpoints to services of two Regions": (
        others_alone(region="ap-northeast-2", far={"service_name": "com.amazonaws.us-east-1.s3"}),
        "consumer-region-missing",
    ),
    "two endpoints to one service": (several(endpoints={"orders": {"service": "orders"}}),),
    "another Region": (far(), "consumer-region-unsupported"),
    "service elsewhere": (alone(), "service-name-missing"),
    "another Region, service elsewhere": (
        alone(region="eu-west-1", network={"cidr": "10.20.0.0/16", "zones": ["eu-west-1a"]}),
        "consumer-region-partition",
    ),
    "dualstack": (dualstack(), "endpoint-ip-address-type"),
    "IPv4 of a dualstack service": (dualstack(theirs="ipv4", ipv6=False), "endpoint-ip-address-type"),
    "private DNS": (by_private_dns(), "private-dns-name-missing", "private-dns-name-unverified"),
    "private DNS beside a hosted zone": (
        by_private_dns(
            endpoint={"names": ["shop.internal"]},
            hosted_zone={"name": "shop.internal"},
        ),
        "hosted-zone-private-dns",
    ),
    "private DNS of one endpoint of two": (
        endpoints(one={"service_name": S3, "private_dns": True}, two={"service_name": S3}),
        "private-dns-name-twice",
    ),
    "names of two endpoints": (
        consumer(
            endpoint={"names": ["a.shop.internal"]},
            endpoints={"s3": {"service_name": S3, "names": ["b.shop.internal"]}},
            hosted_zone={"name": "shop.internal"},
        ),
        "hosted-zone-missing",
        "hosted-zone-empty",
        "hosted-zone-name-outside",
        "hosted-zone-name-twice",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "the same private DNS name twice": (
        endpoints(
            one={"service_name": S3, "private_dns": True}, two={"service_name": S3, "private_dns": True}
        ),
        "endpoints.two.private_dns",
        "private-dns-name-twice",
        "endpoint one",
    ),
    "two Regions, none of its own": (
        others_alone(far={"service_name": "com.amazonaws.us-east-1.s3"}),
        "region",
        "consumer-region-missing",
        "ap-northeast-2, us-east-1",
        "`region`",
    ),
    "no service name has a Region": (
        changed(
            others_alone(),
            "consumers",
            "client",
            "endpoints",
            value={"iam": {"service_name": "com.amazonaws.iam"}},
        ),
        "region",
        "consumer-region-missing",
        "none",
    ),
    "settings of an endpoint to no service": (
        changed(others_alone(), "consumers", "client", "endpoint", value={"ports": [80]}),
        "service_name",
        "service-name-missing",
        "`endpoints`",
    ),
    "name without a zone": (
        endpoint(names=["a.b"]),
        "endpoint.names[0]",
        "hosted-zone-missing",
        '"a.b"',
        "`hosted_zone`",
    ),
    "name outside the zone": (
        named("a.shop.example"),
        "endpoint.names[0]",
        "hosted-zone-name-outside",
        '"a.shop.example"',
        "shop.internal",
    ),
    "name of two endpoints": (
        consumer(
            endpoint={"names": ["a.shop.internal"]},
            endpoints={"s3": {"service_name": S3, "names": ["a.shop.internal"]}},
            hosted_zone={"name": "shop.internal"},
        ),
        "endpoints.s3.names[0]",
        "hosted-zone-name-twice",
        '"a.shop.internal"',
    ),
    "zone without a name": (
        consumer(hosted_zone={"name": "a.b"}),
        "hosted_zone",
        "hosted-zone-empty",
        "`names`",
    ),
    "zone of the service's private DNS name": (
        by_private_dns(
            endpoint={"names": ["x.api.example.com"]},
            hosted_zone={"name": "api.example.com"},
        ),
        "hosted_zone.name",
        "hosted-zone-private-dns",
        "private DNS of consumers.client.endpoint",
    ),
    "zone of the service's wildcard name": (
        by_private_dns(
            "*.api.example.com",
            endpoint={"names": ["x.api.example.com"]},
            hosted_zone={"name": "api.example.com"},
        ),
        "hosted_zone.name",
        "hosted-zone-private-dns",
    ),
    "private DNS name that is not verified": (
        changed(endpoint(private_dns=True), "service", "private_dns", value={"name": "api.example.com"}),
        "endpoint.private_dns",
        "private-dns-name-unverified",
        "api.example.com is not verified",
        "`private_dns.zone_id` or `private_dns.record_exists: true`",
    ),
    "which service": (
        several(service=None),
        "service",
        "consumer-service-missing",
        "orders, stock",
    ),
    "unknown service": (
        several(service="stocks"),
        "service",
        "consumer-service-unknown",
        '"stocks"',
        "orders, stock",
    ),
    "unknown further service": (
        several(endpoints={"x": {"service": "stocks"}}),
        "endpoints.x.service",
        "consumer-service-unknown",
        '"stocks"',
        "orders, stock",
    ),
    "key of the only service": (
        consumer(service="orders"),
        "service",
        "consumer-service-unknown",
        "none",
    ),
    "ports of a further service in the topology": (
        several(endpoints={"x": {"service": "stock", "ports": [80]}}),
        "endpoints.x.ports",
        "endpoint-ports-unused",
    ),
    "service that is nowhere": (
        alone(endpoints={"x": {"service": "stock"}}),
        "endpoints.x.service",
        "consumer-service-unknown",
        '"stock"',
    ),
    "Region that is not supported": (
        far(region="eu-west-3"),
        "region",
        "consumer-region-unsupported",
        '"eu-west-3"',
        "ap-northeast-2, eu-west-1",
    ),
    "Region of another partition": (
        alone(region="cn-north-1"),
        "region",
        "consumer-region-partition",
        '"cn-north-1"',
        "partition aws",
    ),
    "dualstack endpoint of an IPv4 service": (
        dualstack(ours="ipv4"),
        "endpoint.ip_address_type",
        "endpoint-ip-address-type",
        "a service of type ipv4",
        "allowed: ipv4",
    ),
    "IPv4 endpoint of an IPv6 service": (
        dualstack(ours="ipv6", theirs="ipv4"),
        "endpoint.ip_address_type",
        "endpoint-ip-address-type",
        "a service of type ipv6",
        "allowed: ipv6",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)


# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "consumer of another Region": (
        ("  client:", "  client:\n    region: us-east-1", "us-east-1"),
        "consumers.client.region",
        "consumer-region-unsupported",
        '"us-east-1"',
        "ap-northeast-2",
    ),
    "ports of a service in the topology": (
        ("      zones: [ap-northeast-2a]\n", "      ports: [80]\n", "ports"),
        "consumers.client.endpoint.ports",
        "endpoint-ports-unused",
        "80, 443",
    ),
    "service name of a service in the topology": (
        (
            "  client:",
            "  client:\n    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-01234567",
            "com.amaz",
        ),
        "consumers.client.service_name",
        "service-name-unused",
        "`service_name`",
        "remove it",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "no service name": (
        ("    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0\n", "", "client"),
        "consumers.client.service_name",
        "service-name-missing",
        "com.amazonaws.vpce.<region>.vpce-svc-",
        "add `service_name`",
    ),
    "no ports": (
        ("    endpoint: {ports: [80]}\n", "", "client"),
        "consumers.client.endpoint.ports",
        "endpoint-ports-missing",
        "`ports` or `udp_ports`",
    ),
    "another Region": (
        ("  client:", "  client:\n    region: cn-north-1", "cn-north-1"),
        "consumers.client.region",
        "consumer-region-partition",
        "partition aws",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(ALONE_IN_A_FILE))
def test_wrong_in_a_file_without_a_service(change, field, rule, words):
    check_change(FILE_WITHOUT_A_SERVICE, change, field, rule, words)


def test_a_consumer_alone_takes_its_region_from_the_service_name():
    consumer = {
        "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        "network": {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"]},
        "endpoint": {"ports": [443, 80]},
    }
    topology = Topology.model_validate({"name": "shop", "consumers": {"client": consumer}})
    (client,) = topology.resolve().consumers
    assert client.region == "us-east-1"
    assert client.endpoint.ports == (80, 443)


@breaks("private-dns-name-missing")
def test_the_service_needs_a_name():
    wrong = by_private_dns()
    del wrong["service"]["private_dns"]

    problem = only(written(wrong))
    assert problem.field == "consumers.client.endpoint.private_dns"
    assert problem.rule == "private-dns-name-missing"
    assert "`private_dns`" in problem.fix
