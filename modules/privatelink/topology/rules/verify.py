"""How `privatelink verify` tests a port of the service."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from privatelink.facts import DATAGRAMS, IpProtocol, port_title
from privatelink.rule import Broken, Rule
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types.dns_names import DnsName
from privatelink.topology.types.http import HealthyCodes, UrlPath
from privatelink.topology.types.numbers import within
from privatelink.topology.types.port_tests import Authorities, GrpcService, Hexadecimal, Payload
from privatelink.topology.types.ports import Port

VerifyProtocol = Literal["tcp", "tls", "http", "https", "udp", "grpc", "grpcs"]
_PAGE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html"
_COMMAND = "https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html"
# The fields that each protocol has, beside `protocol`.
_BYTES = ("send", "send_hex", "expect")
_TLS = ("server_name", "authorities", "min_days_left")
FIELDS: dict[VerifyProtocol, tuple[str, ...]] = {
    "tcp": _BYTES,
    "tls": (*_BYTES, *_TLS, "http2"),
    "http": ("path", "healthy_codes", "expect"),
    "https": ("path", "healthy_codes", "expect", *_TLS, "http2"),
    "udp": _BYTES,
    "grpc": ("grpc_service",),
    "grpcs": ("grpc_service", *_TLS),
}

PROTOCOL_OF_LISTENER = Rule(
    "verify-protocol",
    what="test with {protocol} of a {listener} listener",
    allowed="{allowed}",
    fix="set one of these protocols, or remove {.verify} for the default",
    why="The test instance connects as a client does: with TLS to a TLS listener, with UDP to UDP.",
    page=_PAGE,
)
FIELD_OF_PROTOCOL = Rule(
    "verify-field",
    what="{field} of a test with {protocol}",
    allowed="{allowed}",
    fix="remove it, or set another protocol",
    why="The field has no meaning in this protocol, so nothing would be tested with it.",
    page=_COMMAND,
)
BYTES_TWICE = Rule(
    "verify-bytes-twice",
    what="both {.send} and {.send_hex}",
    allowed="one of the two",
    fix="remove one of them",
    why="Both are the same bytes: as text, or in hexadecimal.",
    page=_COMMAND,
)
UDP_WITHOUT_BYTES = Rule(
    "verify-udp-bytes",
    what="test with udp that sends nothing",
    allowed="{.send} or {.send_hex}",
    fix="add the bytes of a request that the service responds to",
    why="Only a response shows that UDP arrives.",
    page=_PAGE,
)
PORT_TWICE = Rule(
    "verify-port-twice",
    what="port with two tests",
    allowed="one test for each port",
    fix="remove one of the two",
    why="`privatelink verify` tests a port in one way.",
    page=_COMMAND,
)
PORT_UNKNOWN = Rule(
    "verify-port",
    what="test of a {ip_protocol} port that the endpoint does not allow",
    allowed="a port of {.ports}, or with udp one of {.udp_ports}",
    fix="add the port there, or correct it here",
    why="The endpoint's security group allows no other port, so the test could only fail.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
)
TEST_OF_OWN_SERVICE = Rule(
    "verify-unused",
    what="tests of ports, although this topology has the service",
    allowed="{.verify} of the service's listeners",
    fix="move them to the listeners",
    why="What a port responds is a property of its listener, the same for all consumers.",
    page=_PAGE,
)
RULES = (
    PORT_TWICE,
    PORT_UNKNOWN,
    TEST_OF_OWN_SERVICE,
    PROTOCOL_OF_LISTENER,
    FIELD_OF_PROTOCOL,
    BYTES_TWICE,
    UDP_WITHOUT_BYTES,
)


class Verify(Part):
    """How a port is tested, and the expected response."""

    protocol: VerifyProtocol = Field(
        description="Protocol of the test: `tcp` connects, `tls` makes a TLS handshake, `http` and `https` "
        "send a GET request, `udp` sends a datagram, `grpc` and `grpcs` (over TLS) ask gRPC's health service"
    )
    path: UrlPath = Field(default="/", description="Path of the HTTP request")
    healthy_codes: HealthyCodes = Field(
        default="200", description="HTTP status codes of a successful response"
    )
    send: Payload | None = Field(default=None, description="Text to send")
    send_hex: Hexadecimal | None = Field(
        default=None, description="Bytes to send, in hexadecimal, instead of `send`"
    )
    expect: Payload | None = Field(default=None, description="Text that the response must contain")
    server_name: DnsName | None = Field(
        default=None,
        description="Server name of the TLS handshake, which the certificate must have; default: the "
        "endpoint's private DNS name, or a name of the hosted zone, if there is one",
    )
    authorities: Authorities = Field(
        default="system",
        description="Certificate authorities that the certificate must be of: `system` for those that the "
        "test instance knows, `any`, or PEM text of certificates",
    )
    min_days_left: Annotated[int, within(0, 825, "days")] = Field(
        default=0, description="Days for which the certificate must still be valid"
    )
    http2: bool = Field(
        default=False, description="Whether the server must negotiate HTTP/2 in the TLS handshake (ALPN h2)"
    )
    grpc_service: GrpcService | None = Field(
        default=None, description="Name of the gRPC service; default: the state of the whole server"
    )

    @property
    def ip_protocol(self) -> IpProtocol:
        """The IP protocol of the test."""
        return "udp" if self.protocol == "udp" else "tcp"

    def key_of(self, port: int) -> str:
        """Return the key of a port in the output, such as 443 or 53/udp."""
        return port_title(port, self.ip_protocol)

    @property
    def as_output(self) -> dict[str, object]:
        """The settings that were given, as an output of a stack has them."""
        return self.model_dump(exclude_unset=True, exclude={"port"}, mode="json")

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        allowed = FIELDS[self.protocol]
        for field in sorted(self.model_fields_set - {"protocol", "port", *allowed}):
            yield FIELD_OF_PROTOCOL.broken(
                at=(field,),
                field=FieldName(field),
                protocol=self.protocol,
                allowed=[FieldName(name) for name in allowed],
            )
        if self.send is not None and self.send_hex is not None:
            yield BYTES_TWICE.broken(at=("send_hex",))
        if self.protocol == "udp" and not (self.send or self.send_hex):
            yield UDP_WITHOUT_BYTES.broken(at=("protocol",))

    def broken_for(self, listener: str) -> Iterator[Broken]:
        """Report a protocol that clients of a listener do not use."""
        allowed = allowed_protocols(listener)
        if self.protocol not in allowed:
            yield PROTOCOL_OF_LISTENER.broken(
                at=("protocol",), protocol=self.protocol, listener=listener, allowed=allowed
            )


def allowed_protocols(listener: str) -> Sequence[VerifyProtocol]:
    """Return the protocols with which a listener can be tested."""
    if listener == "TLS":
        return ("tls", "https", "grpcs")
    over_tcp: tuple[VerifyProtocol, ...] = ("tcp", "tls", "http", "https", "grpc", "grpcs")
    if listener == "UDP":
        over_tcp = ()
    over_udp: tuple[VerifyProtocol, ...] = ("udp",) if listener in DATAGRAMS else ()
    return (*over_tcp, *over_udp)


class VerifyPort(Verify):
    """How a port of a service outside the topology is tested."""

    port: Port = Field(description="Port to test")
