"""DNS names: the private name of a service, and names in a hosted zone."""

import re
from typing import Annotated

from privatelink.facts import LONGEST_DNS_LABEL, LONGEST_DNS_NAME
from privatelink.topology.broken import Broken, Rule, refuse
from privatelink.topology.types.patterns import matches

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"


def _check_private_dns_name(name: str) -> str:
    """Refuse what AWS refuses as a service's private DNS name, with what is wrong with it.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    allowed = (
        "lower-case letters, digits and hyphens in labels of at most "
        f"{LONGEST_DNS_LABEL} characters, two labels at least, {LONGEST_DNS_NAME} characters in all, "
        "`*` as the first label alone"
    )
    if len(name) > LONGEST_DNS_NAME:
        raise refuse(Broken(f"DNS name of {len(name)} characters", allowed, "shorten it"))
    if name != name.lower():
        raise refuse(Broken("DNS name with capital letters", allowed, f"did you mean {name.lower()}"))
    if name.endswith("."):
        raise refuse(Broken("DNS name that ends with a dot", allowed, "remove the dot"))
    labels = name.removeprefix("*.").split(".")
    for label in labels:
        if len(label) > LONGEST_DNS_LABEL:
            raise refuse(Broken(f"DNS label of {len(label)} characters", allowed, "shorten it", given=label))
        if not re.fullmatch(_LABEL, label):
            what = "wildcard that is not the first label" if label == "*" else "malformed DNS name"
            raise refuse(Broken(what, allowed, "write it like api.example.com or *.example.com"))
    if len(labels) < 2:
        raise refuse(Broken("DNS name without a domain", allowed, "write it like api.example.com"))
    return name


PrivateDnsName = Annotated[
    str,
    Rule(
        _check_private_dns_name,
        {"pattern": rf"^(\*\.)?({_LABEL}\.)+{_LABEL}$", "maxLength": LONGEST_DNS_NAME},
    ),
]
DnsName = Annotated[
    str,
    matches(
        r"^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        "DNS name",
        "lower-case letters, digits, hyphens and underscores in labels of at most "
        f"{LONGEST_DNS_LABEL} characters, two labels at least, {LONGEST_DNS_NAME} characters in all, "
        "`*` as the first label alone",
        "write it like api.shop.internal",
        LONGEST_DNS_NAME,
    ),
]
