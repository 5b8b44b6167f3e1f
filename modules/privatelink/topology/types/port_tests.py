"""Values of a test of a port: bytes, certificate authorities, names of gRPC services."""

import re
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
CARRIAGE_RETURN = Rule(
    "verify-carriage-return",
    what="carriage return without a line feed",
    allowed="text in which a line feed follows each carriage return",
    fix="remove it, or write bytes to send in hexadecimal",
    why="In JSON, Terraform reads no template directive between such a character and the end of the line.",
    page="https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping",
)
RULES = (HEXADECIMAL, AUTHORITIES, GRPC_SERVICE, CARRIAGE_RETURN)


def _check_authorities(text: str) -> str:
    if text in ("system", "any"):
        return text
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        raise refuse(AUTHORITIES.broken(given="")) from None
    return text


_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_BYTES)


def _check_payload(text: str) -> str:
    if len(text) > LONGEST_BYTES:
        raise refuse(_LENGTH.broken(length=len(text)))
    if re.search(r"\r(?!\n)", text):
        raise refuse(CARRIAGE_RETURN.broken())
    return text


Payload = Annotated[str, Check(_check_payload, (_LENGTH, CARRIAGE_RETURN), {"maxLength": LONGEST_BYTES})]
Hexadecimal = Annotated[str, matches(r"^([0-9a-fA-F]{2})*$", HEXADECIMAL, 2 * LONGEST_BYTES)]
Authorities = Annotated[str, Check(_check_authorities, (AUTHORITIES,), {"minLength": 3})]
GrpcService = Annotated[str, matches(r"^[A-Za-z0-9_.]+$", GRPC_SERVICE, 200)]
