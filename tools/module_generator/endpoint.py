"""The inputs of an interface endpoint."""

import json
from typing import Annotated

from privatelink.facts import (
    DNS_RECORD_IP_TYPES,
    LONGEST_ENDPOINT_POLICY,
    MOST_SECURITY_GROUPS,
    RULES_OF_A_SECURITY_GROUP,
)
from privatelink.topology.rules.consumer import NAME_OUTSIDE_THE_ZONE, NAME_WITHOUT_A_ZONE
from privatelink.topology.rules.endpoint import (
    ALLOW_FROM_UNUSED,
    DNS_RECORD_TYPE,
    POLICY_LENGTH,
    POLICY_STATEMENT,
    PORTS_MISSING,
    EndpointSettings,
    FurtherEndpoint,
)
from privatelink.topology.rules.hosted_zone import ONE_OF_TWO, HostedZone
from privatelink.topology.rules.hosted_zone import WILDCARD as ZONE_WILDCARD
from privatelink.topology.rules.quotas import FEWER_CLIENTS, FEWER_PORTS, GROUP_RULES
from privatelink.topology.types.clients import Client
from privatelink.topology.types.dns_names import DnsName
from privatelink.topology.types.ids import SecurityGroupId
from privatelink.topology.types.lists import TOO_MANY, each_once
from privatelink.topology.types.ports import PORTS_APART, PortOrRange
from privatelink.topology.types.zones import Region
from tools.module_generator.conditions import condition
from tools.module_generator.inputs import (
    Place,
    Variable,
    good,
    kind_of,
    of_field,
    validations_of,
    variable_of,
)
from tools.module_generator.network import EXISTING_NETWORK, NAME, RULES_QUOTA, TAGS, own_rule

_KEY = "web"  # of a mapping under keys of the user's choice, which no rule restricts

# Terraform converts a number in a list of texts, so that a port needs no quotes beside a range.
_PORT_LIST = Annotated[tuple[PortOrRange, ...], PORTS_APART, each_once("port")]
_OR_RANGES = "and ranges of them such as 1024-65535"
# AWS counts the rules of each address family separately. A security group counts in both. So does a prefix
# list here, as its family is not known.
_IPV4 = r'length([for client in values(var.allow_from) : client if can(regex("^[0-9.]+/", client))])'
_IPV6 = r'length([for client in values(var.allow_from) : client if strcontains(client, ":")])'
_OTHERS = r'length([for client in values(var.allow_from) : client if can(regex("^(sg|pl)-", client))])'
_RULES = f"(length(var.ports) + length(var.udp_ports)) * max(1, max({_IPV4}, {_IPV6}) + {_OTHERS})"
_PORTS = [
    variable_of("ports", _PORT_LIST, f"TCP ports of the service, {_OR_RANGES}").also(
        own_rule("length(var.ports) + length(var.udp_ports) > 0", PORTS_MISSING.broken(given=""), ports=[]),
        own_rule(
            f"length(var.security_group_ids) > 0 || {_RULES} <= var.{RULES_QUOTA.name}",
            GROUP_RULES.broken(
                given="",
                number=f"${{{_RULES}}}",
                group="the endpoint",
                most=f"${{var.{RULES_QUOTA.name}}}",
                fewer=f"{FEWER_PORTS}; {FEWER_CLIENTS}",
            ),
            ports=[good(PortOrRange, number) for number in range(RULES_OF_A_SECURITY_GROUP + 1)],
        ),
    ),
    variable_of("udp_ports", _PORT_LIST, f"UDP ports of the service, {_OR_RANGES}", []),
]


def _by_key(name: str, kind: object, description: str) -> Variable:
    """Return a variable of values under keys that the user chooses."""
    place = Place("item", lambda bad: {name: {_KEY: bad}}, f"values(var.{name})")
    return Variable(name, "map(string)", description, {}, validations=[*validations_of(kind, place)])


_MOST_GROUPS = condition(
    TOO_MANY.with_fixed(most=MOST_SECURITY_GROUPS, items="security groups"), "var.security_group_ids"
)
_CLIENTS = [
    _by_key(
        "allow_from",
        Client,
        "Clients of the endpoint, each under a key of your choice: CIDRs, security group IDs, prefix list "
        "IDs; default: the VPC",
    ).also(
        own_rule(
            "length(var.allow_from) == 0 || length(var.security_group_ids) == 0",
            ALLOW_FROM_UNUSED.broken(given=""),
            allow_from={_KEY: good(Client)},
            security_group_ids={_KEY: good(SecurityGroupId)},
        )
    ),
    _by_key(
        "security_group_ids",
        SecurityGroupId,
        "IDs of existing security groups for the endpoint, each under a key of your choice, instead of a new "
        "one",
    ).also(
        own_rule(
            _MOST_GROUPS.holds,
            _MOST_GROUPS.broken,
            security_group_ids={
                f"group-{number}": good(SecurityGroupId, number) for number in range(MOST_SECURITY_GROUPS + 1)
            },
        )
    ),
]
_POLICY = Variable(
    "policy",
    "string",
    "Endpoint policy as JSON, if the service supports one; default: AWS's policy of full access",
    None,
    validations=[
        own_rule(
            "can(jsondecode(item).Statement)", POLICY_STATEMENT.broken(given=""), "var.policy[*]", policy="{}"
        ),
        own_rule(
            f"length(item) <= {LONGEST_ENDPOINT_POLICY}",
            POLICY_LENGTH.broken(given="", length="${length(item)}"),
            "var.policy[*]",
            policy=f'${{jsonencode({{ Statement = format("%0{LONGEST_ENDPOINT_POLICY}d", 0) }})}}',
        ),
    ],
)
_RECORD_TYPES = f"try({json.dumps(DNS_RECORD_IP_TYPES)}[var.ip_address_type], [])"
_HOSTED_ZONE_PLACE = Place("var.hosted_zone", lambda bad: {"hosted_zone": bad}, optional=True)
_HOSTED_ZONE = Variable(
    "hosted_zone",
    "object({\nname = optional(string)\nid = optional(string)\n})",
    "\n".join(
        [
            "Private Route 53 hosted zone for `names`; default: none, only the DNS names that AWS assigns",
            f"- name: {HostedZone.model_fields['name'].description}",
            f"- id: {HostedZone.model_fields['zone_id'].description}",
        ]
    ),
    None,
    ("name", "id"),
).also(
    *(
        rule
        for name, field in (("name", "name"), ("id", "zone_id"))
        for rule in validations_of(
            kind_of(HostedZone.model_fields[field]), _HOSTED_ZONE_PLACE.attribute(name)
        )
    ),
    own_rule(
        'var.hosted_zone == null ? true : !startswith(coalesce(var.hosted_zone.name, "-"), "*")',
        ZONE_WILDCARD.broken(given='"${try(coalesce(var.hosted_zone.name), "")}"'),
        hosted_zone={"name": "*.shop.internal"},
    ),
    own_rule(
        "var.hosted_zone == null ? true : (var.hosted_zone.name == null) != (var.hosted_zone.id == null)",
        ONE_OF_TWO.broken(given=""),
        hosted_zone={},
    ),
)
_NAMES = variable_of(
    "names",
    Annotated[tuple[DnsName, ...], each_once("DNS name")],
    "DNS names in the hosted zone that resolve to the endpoint",
    [],
).also(
    own_rule(
        "length(var.names) == 0 || var.hosted_zone != null",
        NAME_WITHOUT_A_ZONE.broken(given='${join(", ", var.names)}'),
        names=["api.shop.internal"],
    ),
    own_rule(
        'endswith(".${item}", ".${try(coalesce(var.hosted_zone.name), item)}")',
        NAME_OUTSIDE_THE_ZONE.broken(given='"${item}"', zone="${var.hosted_zone.name}"),
        "var.names",
        hosted_zone={"name": "shop.internal"},
        names=["api.example.com"],
    ),
)
VARIABLES = [
    NAME,
    *EXISTING_NETWORK,
    variable_of(
        "service_name",
        kind_of(FurtherEndpoint.model_fields["service_name"]),
        "Name of the service, such as com.amazonaws.ap-northeast-2.ssm, or the one that the service provider "
        "gives you",
    ),
    variable_of("service_region", Region, "Region of the service; default: the Region of the endpoint", None),
    *_PORTS,
    *_CLIENTS,
    RULES_QUOTA,
    _POLICY,
    of_field(EndpointSettings, "ip_address_type"),
    of_field(EndpointSettings, "dns_record_ip_type").also(
        own_rule(
            f"contains({_RECORD_TYPES}, item)",
            DNS_RECORD_TYPE.broken(
                given='"${item}"',
                ip_address_type="${var.ip_address_type}",
                types=f'${{join(", ", {_RECORD_TYPES})}}',
            ),
            "var.dns_record_ip_type[*]",
            ip_address_type="ipv4",
            dns_record_ip_type="ipv6",
        )
    ),
    Variable(
        "private_dns",
        "bool",
        "Resolve the service's private DNS name to the endpoint; if the service requires acceptance, only "
        "once the connection is accepted",
        default=False,
    ),
    Variable(
        "accept",
        "bool",
        "Accept the connection, with the provider aws.accepter: that of the service's account",
        default=False,
    ),
    _HOSTED_ZONE,
    _NAMES,
    TAGS,
]
