"""The header of Proxy Protocol v2, byte by byte."""

from privatelink.sandbox.dataplane.proxy_protocol import header, local_header

START = "0d0a0d0a000d0a515549540a"


def test_a_connection_over_ipv4() -> None:
    made = header(("10.0.0.5", 40000), ("10.0.1.4", 80))
    assert made.hex() == f"{START}2111000c0a0000050a0001049c400050"


def test_a_connection_over_ipv6() -> None:
    made = header(("fd00::5", 40000), ("fd00::4", 80))
    addresses = "fd000000000000000000000000000005fd000000000000000000000000000004"
    assert made.hex() == f"{START}21210024{addresses}9c400050"


def test_a_connection_through_an_endpoint_has_its_id() -> None:
    made = header(("10.0.0.5", 40000), ("10.0.1.4", 80), "vpce-1")
    assert made.hex() == f"{START}211100160a0000050a0001049c400050ea000701" + b"vpce-1".hex()


def test_a_health_check_has_no_client() -> None:
    assert local_header().hex() == f"{START}20000000"
