"""Consumer: its endpoints, names and region, beside services in the file and without."""

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
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_message,
    check_right,
    first_problem,
    only,
)
from tests.support.written import written

RIGHT = {
    "several services": several(endpoints={"stock": {"service": "stock"}}),
    "two endpoints to one service": several(endpoints={"orders": {"service": "orders"}}),
    "another region": far(),
    "another region, service elsewhere": alone(
        region="eu-west-1", network={"cidr": "10.20.0.0/16", "zones": ["eu-west-1a"]}
    ),
    "dualstack": dualstack(),
    "IPv4 of a dualstack service": dualstack(theirs="ipv4", ipv6=False),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, what is said.
WRONG = {
    "the same private DNS name twice": (
        endpoints(
            one={"service_name": S3, "private_dns": True}, two={"service_name": S3, "private_dns": True}
        ),
        "endpoints.two.private_dns",
        "endpoints.one has",
    ),
    "name without a zone": (endpoint(names=["a.b"]), "endpoint.names[0]", "without a zone"),
    "name outside the zone": (named("a.shop.example"), "endpoint.names[0]", "outside the hosted zone"),
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
}


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    problem = first_problem(topology)
    assert problem.field == f"consumers.client.{field}"
    assert what in problem.what


# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "consumer of another region": (
        "  client:",
        "  client:\n    region: us-east-1",
        "us-east-1",
        "consumers.client.region",
        ["does not support", '"us-east-1"', "ap-northeast-2"],
    ),
    "ports of a service in the file": (
        "      zones: [ap-northeast-2a]\n",
        "      ports: [80]\n",
        "ports",
        "consumers.client.endpoint.ports",
        ["service is in this file", "80, 443"],
    ),
    "service name of a service in the file": (
        "  client:",
        "  client:\n    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-01234567",
        "com.amaz",
        "consumers.client.service_name",
        ["service is in this file", "remove it"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "no service name": (
        "    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0\n",
        "",
        "client",
        "consumers.client.service_name",
        ["service name", "add service_name"],
    ),
    "no ports": (
        "    endpoint: {ports: [80]}\n",
        "",
        "client",
        "consumers.client.endpoint.ports",
        ["nor ports", "ports: [80]"],
    ),
    "another region": (
        "  client:",
        "  client:\n    region: cn-north-1",
        "cn-north-1",
        "consumers.client.region",
        ["another partition"],
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "mark", "field", "words"), ALONE_IN_A_FILE.values(), ids=ALONE_IN_A_FILE
)
def test_wrong_in_a_file_without_a_service(old, new, mark, field, words):
    check_message(FILE_WITHOUT_A_SERVICE, old, new, mark, field, words)


def test_a_consumer_alone_takes_its_region_from_the_service_name():
    consumer = {
        "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        "network": {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"]},
        "endpoint": {"ports": [443, 80]},
    }
    client = Topology.model_validate({"name": "shop", "consumers": {"client": consumer}}).consumers["client"]
    assert client.region == "us-east-1"
    assert client.endpoint_ports == (80, 443)


def by_private_dns(**fields):
    """A consumer whose endpoint has the service's private DNS name."""
    topology = consumer(endpoint={"private_dns": True}, **fields)
    topology["service"]["private_dns"] = {"name": "api.example.com", "record_exists": True}
    return topology


def test_the_service_needs_a_name():
    wrong = by_private_dns()
    del wrong["service"]["private_dns"]

    problem = only(written(wrong))
    assert problem.field == "consumers.client.endpoint.private_dns"
    assert "the service has no private DNS name" in str(problem)
