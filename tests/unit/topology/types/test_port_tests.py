"""Values of a test of a port."""

import pytest

from privatelink.topology.types.port_tests import (
    LONGEST_BYTES,
    Authorities,
    GrpcService,
    Hexadecimal,
    Payload,
)
from tests.support.packets import new_certificate
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import accepted, check_value_broken


@keeps(
    "verify-hexadecimal", "verify-authorities", "verify-grpc-service", "verify-carriage-return", "text-length"
)
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Payload, "PING\r\n"),
        (Payload, "x" * LONGEST_BYTES),
        (Hexadecimal, "00fF0d"),
        (Authorities, "system"),
        (Authorities, "any"),
        (GrpcService, "shop.v1.Orders"),
    ],
)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


def test_authorities_are_certificates():
    text, _ = new_certificate("Own CA")
    assert accepted(Authorities, text) == text


@breaks(
    "verify-hexadecimal", "verify-authorities", "verify-grpc-service", "verify-carriage-return", "text-length"
)
@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (Payload, "x" * (LONGEST_BYTES + 1), "text-length"),
        (Payload, "a\rb", "verify-carriage-return"),
        (Payload, "PING\r\n\r", "verify-carriage-return"),
        (Hexadecimal, "0", "verify-hexadecimal"),
        (Hexadecimal, "0x00", "verify-hexadecimal"),
        (Authorities, "every", "verify-authorities"),
        (Authorities, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "verify-authorities"),
        (GrpcService, "shop/Orders", "verify-grpc-service"),
    ],
)
def test_refused(kind, value, rule):
    check_value_broken(kind, value, rule)
