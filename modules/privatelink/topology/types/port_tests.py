"""Values of a test of a port: bytes, certificate authorities, names of gRPC services."""

import ssl
from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse
from privatelink.topology.types.patterns import TOO_LONG, matches

LONGEST_BYTES = 1024
_COMMAND = "https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html"

HEXADECIMAL = Rule(
    "verify-hexadecimal",
    what="malformed hexadecimal bytes",
    allowed="two hexadecimal digits for each byte",
    fix="write them like 000100 or 0d0a",
    why="Bytes that are no text can be given only in hexadecimal.",
    page=_COMMAND,
)
AUTHORITIES = Rule(
    "verify-authorities",
    what="malformed certificate authorities",
    allowed="system, any, or PEM text of one or more certificates",
    fix="give the text with its lines BEGIN CERTIFICATE and END CERTIFICATE",
    why="The test instance trusts these authorities as a client does.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html",
)
GRPC_SERVICE = Rule(
    "verify-grpc-service",
    what="malformed name of a gRPC service",
    allowed="letters, digits, dots and underscores",
    fix="write it like package.Service",
    why="The health service of gRPC knows services by their full name.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
)
RULES = (HEXADECIMAL, AUTHORITIES, GRPC_SERVICE)


def _check_authorities(text: str) -> str:
    if text in ("system", "any"):
        return text
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        raise refuse(AUTHORITIES.broken(given="")) from None
    return text


_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_BYTES)


def _check_length(text: str) -> str:
    if len(text) > LONGEST_BYTES:
        raise refuse(_LENGTH.broken(length=len(text)))
    return text


Payload = Annotated[str, Check(_check_length, (_LENGTH,), {"maxLength": LONGEST_BYTES})]
Hexadecimal = Annotated[str, matches(r"^([0-9a-fA-F]{2})*$", HEXADECIMAL, 2 * LONGEST_BYTES)]
Authorities = Annotated[str, Check(_check_authorities, (AUTHORITIES,), {"minLength": 3})]
GrpcService = Annotated[str, matches(r"^[A-Za-z0-9_.]+$", GRPC_SERVICE, 200)]
