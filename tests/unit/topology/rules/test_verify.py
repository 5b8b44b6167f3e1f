"""Verify: how a port is tested, of a listener and of a service outside the topology."""

import pytest

from privatelink.topology.model import Topology
from privatelink.topology.rules.verify import FIELDS, Verify
from tests.support.consumer_side import PARTNER, consumer
from tests.support.provider_side import ADDRESSES, CERTIFICATE, listener, targets
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

TEST = "service.listeners[0].verify"
TLS = {"protocol": "TLS", "certificate_arn": CERTIFICATE}


def alone(**fields):
    """A consumer of a service that is not in the file."""
    topology = consumer(service_name=PARTNER, endpoint=fields)
    del topology["service"]
    return topology


def udp(**verify):
    return targets(addresses=ADDRESSES, listeners=[{"port": 53, "protocol": "UDP", "verify": verify}])


RIGHT = {
    "HTTP": (
        listener(verify={"protocol": "http", "path": "/up", "healthy_codes": "200-299", "expect": "ok"}),
        "verify-field",
        "verify-protocol",
    ),
    "TLS": (
        listener(**TLS, verify={"protocol": "tls", "server_name": "api.shop.internal", "min_days_left": 14}),
        "verify-protocol",
    ),
    "bytes": (
        listener(verify={"protocol": "tcp", "send_hex": "0d0a", "expect": "PONG"}),
        "verify-bytes-twice",
    ),
    "UDP": (udp(protocol="udp", send="x"), "verify-udp-bytes"),
    "of a service by name": (
        alone(
            ports=["440-450"],
            udp_ports=[53],
            verify=[
                {"port": 443, "protocol": "https", "http2": True},
                {"port": 53, "protocol": "udp", "send_hex": "00"},
                {"port": 441, "protocol": "grpcs", "grpc_service": "shop.Orders"},
            ],
        ),
        "verify-port",
        "verify-port-twice",
    ),
    "without a test": (listener(), "verify-unused"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


WRONG = {
    "plain test of TLS": (
        listener(**TLS, verify={"protocol": "http"}),
        f"{TEST}.protocol",
        "verify-protocol",
        "test with http of a TLS listener",
        "tls, https, grpcs",
    ),
    "TCP test of UDP": (udp(protocol="tcp"), f"{TEST}.protocol", "verify-protocol", "UDP listener"),
    "path of a connection": (
        listener(verify={"protocol": "tcp", "path": "/"}),
        f"{TEST}.path",
        "verify-field",
        "`path` of a test with tcp",
        "`send_hex`",
    ),
    "text and bytes": (
        listener(verify={"protocol": "tcp", "send": "x", "send_hex": "00"}),
        f"{TEST}.send_hex",
        "verify-bytes-twice",
    ),
    "UDP without bytes": (udp(protocol="udp"), f"{TEST}.protocol", "verify-udp-bytes", "`send_hex`"),
    "days": (
        listener(**TLS, verify={"protocol": "tls", "min_days_left": 826}),
        f"{TEST}.min_days_left",
        "number-range",
        "825 days",
    ),
    "another port": (
        alone(ports=[443], verify=[{"port": 80, "protocol": "tcp"}]),
        "consumers.client.endpoint.verify[0].port",
        "verify-port",
        "tcp port",
    ),
    "of the topology's service": (
        consumer(endpoint={"verify": [{"port": 80, "protocol": "tcp"}]}),
        "consumers.client.endpoint.verify",
        "verify-unused",
        "move them to the listeners",
    ),
    "another IP protocol": (
        alone(ports=[443], verify=[{"port": 443, "protocol": "udp", "send": "x"}]),
        "consumers.client.endpoint.verify[0].port",
        "verify-port",
        "udp port",
    ),
    "a port twice": (
        alone(ports=[443], verify=[{"port": 443, "protocol": "tcp"}, {"port": 443, "protocol": "tls"}]),
        "consumers.client.endpoint.verify[1]",
        "verify-port-twice",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)


@pytest.mark.parametrize("protocol", FIELDS)
def test_the_fields_of_a_protocol_are_fields(protocol):
    assert set(FIELDS[protocol]) < set(Verify.model_fields)


def test_an_output_has_the_settings_that_were_given():
    found = Topology.model_validate(
        alone(
            ports=[443],
            udp_ports=[53],
            verify=[
                {"port": 443, "protocol": "https", "path": "/"},
                {"port": 53, "protocol": "udp", "send": "x"},
            ],
        )
    )
    (consumer,) = found.resolve().consumers
    (endpoint,) = consumer.endpoints
    assert endpoint.port_tests == {
        "443": {"protocol": "https", "path": "/"},
        "53/udp": {"protocol": "udp", "send": "x"},
    }
