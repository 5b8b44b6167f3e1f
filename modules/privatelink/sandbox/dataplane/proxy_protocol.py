"""The header of Proxy Protocol version 2.

https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol
"""

import ipaddress
import struct

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
VERSION, LOCAL, PROXY = 0x20, 0x0, 0x1
TCP_OVER_IPV4, TCP_OVER_IPV6 = 0x11, 0x21
AWS, VPC_ENDPOINT = 0xEA, 0x01
"""The type of Amazon's field, and its subtype for the ID of an endpoint."""

Address = tuple[str, int]
"""An IP address and a port."""


def header(source: Address, destination: Address, endpoint_id: str = "") -> bytes:
    """Return the header of a connection.

    Arguments:
        source: the client.
        destination: the address of the load balancer.
        endpoint_id: the ID of the endpoint through which the client connected; empty without one.
    """
    here, there = ipaddress.ip_address(source[0]), ipaddress.ip_address(destination[0])
    family = TCP_OVER_IPV4 if here.version == 4 else TCP_OVER_IPV6
    fields = b""
    if endpoint_id:
        value = bytes([VPC_ENDPOINT]) + endpoint_id.encode()
        fields = struct.pack("!BH", AWS, len(value)) + value
    body = here.packed + there.packed + struct.pack("!HH", source[1], destination[1]) + fields
    return SIGNATURE + struct.pack("!BBH", VERSION | PROXY, family, len(body)) + body


def local_header() -> bytes:
    """Return the header of a health check, which has no client."""
    return SIGNATURE + struct.pack("!BBH", VERSION | LOCAL, 0, 0)
