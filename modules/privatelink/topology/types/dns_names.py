"""DNS names: the private DNS name of an endpoint service, and names of records in a hosted zone."""

import re
from typing import Annotated

from privatelink.facts import LONGEST_DNS_LABEL, LONGEST_DNS_NAME
from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse
from privatelink.topology.types.patterns import TOO_LONG, matches

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_MANAGE_NAMES = "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"
_DNS_FORMAT = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"
_LABELS = f"in two or more labels of at most {LONGEST_DNS_LABEL} characters"
_WILDCARD = "`*` only as the whole first label"

_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_DNS_NAME)
CAPITALS = Rule(
    "private-dns-name-capitals",
    what="DNS name with capital letters",
    allowed="lower-case letters",
    fix="did you mean {lower}",
    why="AWS requires a private DNS name in lower case.",
    page=_MANAGE_NAMES,
)
TRAILING_DOT = Rule(
    "private-dns-name-trailing-dot",
    what="DNS name that ends with a dot",
    allowed="a name without the final dot",
    fix="remove the dot",
    why="AWS refuses a private DNS name with the final dot of a zone file.",
    page=_MANAGE_NAMES,
)
LABEL_LENGTH = Rule(
    "dns-label-length",
    what="DNS label of {length} characters",
    allowed=f"at most {LONGEST_DNS_LABEL} characters between two dots",
    fix=f"shorten the label to {LONGEST_DNS_LABEL} characters",
    why="DNS limits the length of each label.",
    page=_DNS_FORMAT,
)
WILDCARD = Rule(
    "private-dns-name-wildcard",
    what="misplaced wildcard",
    allowed=_WILDCARD,
    fix="write it like *.example.com",
    why="A wildcard name stands for every name of one label before the rest.",
    page=_MANAGE_NAMES,
)
PRIVATE_DNS_NAME = Rule(
    "private-dns-name",
    what="malformed private DNS name",
    allowed=f"letters, digits and hyphens {_LABELS}, no hyphen at either end of a label, {_WILDCARD}",
    fix="write it like api.example.com or *.example.com",
    why="AWS asks the provider to prove ownership of the domain, so it accepts a full domain name only.",
    page=_MANAGE_NAMES,
)
DNS_NAME = Rule(
    "dns-name",
    what="malformed DNS name",
    allowed=f"lower-case letters, digits, hyphens and underscores {_LABELS}, {_WILDCARD}",
    fix="write it like api.shop.internal",
    why="Route 53 refuses a name with empty or longer labels, and stores other characters as escape codes.",
    page=_DNS_FORMAT,
)
RULES = (CAPITALS, TRAILING_DOT, LABEL_LENGTH, WILDCARD, PRIVATE_DNS_NAME, DNS_NAME)


def _check_private_dns_name(name: str) -> str:
    if len(name) > LONGEST_DNS_NAME:
        raise refuse(_LENGTH.broken(length=len(name)))
    if name != name.lower():
        raise refuse(CAPITALS.broken(lower=name.lower()))
    if name.endswith("."):
        raise refuse(TRAILING_DOT.broken())
    rest = name.removeprefix("*.")
    labels = rest.split(".")
    for label in labels:
        if len(label) > LONGEST_DNS_LABEL:
            raise refuse(LABEL_LENGTH.broken(length=len(label), given=label))
    if "*" in rest:
        raise refuse(WILDCARD.broken())
    if len(labels) < 2 or not all(re.fullmatch(_LABEL, label) for label in labels):
        raise refuse(PRIVATE_DNS_NAME.broken())
    return name


PrivateDnsName = Annotated[
    str,
    Check(
        _check_private_dns_name,
        (_LENGTH, CAPITALS, TRAILING_DOT, LABEL_LENGTH, WILDCARD, PRIVATE_DNS_NAME),
        {"pattern": rf"^(\*\.)?({_LABEL}\.)+{_LABEL}$", "maxLength": LONGEST_DNS_NAME},
    ),
]
DNS_NAME_CHECK = matches(
    r"^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    DNS_NAME,
    LONGEST_DNS_NAME,
)
DnsName = Annotated[str, DNS_NAME_CHECK]
