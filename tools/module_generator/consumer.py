"""The modules of the consumer's side, out of `ConsumerStack`."""

import json
from dataclasses import replace
from typing import Any

from privatelink.constructs.acceptance import Acceptance
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.hosted_zone import HostedZone
from privatelink.constructs.interface_endpoint import InterfaceEndpoint
from privatelink.constructs.network import Network as MadeNetwork
from privatelink.facts import (
    DNS_RECORD_IP_TYPES,
    LONGEST_ENDPOINT_POLICY,
    MOST_SECURITY_GROUPS,
    IpAddressType,
)
from privatelink.framework import aws
from privatelink.stacks.consumer_stack import ConsumerStack
from privatelink.stacks.state import states_of
from privatelink.topology.model import Topology
from privatelink.topology.part import Part
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.endpoint import (
    Endpoint,
    EndpointSettings,
    FurtherEndpoint,
    Policy,
)
from privatelink.topology.rules.hosted_zone import HostedZone as HostedZoneSettings
from privatelink.topology.rules.network import Network
from privatelink.topology.types import zones
from privatelink.topology.types.clients import Client
from privatelink.topology.types.ids import SecurityGroupId
from privatelink.topology.types.lists import twice
from tools.module_generator.cases import Axis, Case, Cases
from tools.module_generator.common import (
    MADE_NETWORK_OUTPUTS,
    REWORDED,
    existing_network_variables,
    made_network_variables,
    name_variable,
    tags_variable,
)
from tools.module_generator.hcl import Raw
from tools.module_generator.loops import Collection, Loop
from tools.module_generator.module import Module
from tools.module_generator.variables import (
    NOTHING,
    Check,
    Place,
    Variable,
    checks_of,
    kind_of,
    of_field,
    refusal,
    within,
)

REGION, ZONE, ZONE_ID = "us-east-1", "us-east-1z", "use1-az99"
VPC_ID, SUBNET_ID, GROUP_ID = "vpc-00000000000000a11", "subnet-00000000000000a11", "sg-00000000000000a11"
CIDR, SUBNET = "198.18.0.0/16", "198.18.16.0/20"
SERVICE = f"com.amazonaws.vpce.{REGION}.vpce-svc-00000000000000a11"
RECORD = "api.specimen.internal"
POLICY = Policy.model_validate({"Statement": {"Sid": "Specimen"}})
CLIENT = "198.51.100.0/24"
CLIENTS = {
    "ipv4": CLIENT,
    "ipv6": "2001:db8::/56",
    "security_group": "sg-00000000000000c11",
    "prefix_list": "pl-00000000000000c11",
}


class _Consumer(ConsumerStack):
    """As the stack, but that private DNS is an attribute of the endpoint, not a stack of its own."""

    def _add_endpoint(self, *arguments: Any, **named: Any) -> InterfaceEndpoint:  # noqa: ANN401
        named["private_dns"] = named.pop("private_dns_elsewhere")
        return super()._add_endpoint(*arguments, **named)


def _specimen(app: aws.App, case: Case, topology: str) -> ConsumerStack:
    zone = ZONE_ID if case["zone_id"] else ZONE
    existing = {"vpc_id": VPC_ID, "subnet_ids": {zone: SUBNET_ID}}
    made = {"cidr": CIDR, "zones": {zone: SUBNET}}
    groups = {"security_group_ids": [GROUP_ID]} if case["groups_given"] else {}
    hosted_zone = {
        "none": {},
        "made": {"hosted_zone": {"name": "specimen.internal"}},
        "found": {"hosted_zone": {"zone_id": "ZSPECIMEN"}},
    }[str(case["hosted_zone"])]
    consumer = Topology.model_validate(
        {
            "name": topology,
            "consumers": {
                "client": {
                    "region": REGION,
                    "service_name": SERVICE,
                    "network": existing,
                    "endpoint": {
                        "ports": [50001],
                        "private_dns": case["private_dns"],
                        **groups,
                        **({"names": [RECORD]} if hosted_zone else {}),
                    },
                    **hosted_zone,
                }
            },
        }
    ).consumers["client"]
    service_name = {
        "custom": SERVICE,
        "aws": f"com.amazonaws.{REGION}.specimen",
        "s3": f"com.amazonaws.{REGION}.s3",
    }[str(case["service"])]
    # Not validated: a specimen has values that no consumer has together.
    endpoint = consumer.endpoint.model_copy(
        update={
            "allow_from": () if groups else (case_client(case),),
            "policy": POLICY if case["policy"] else None,
            "ip_address_type": case["ip_address_type"],
            "dns_record_ip_type": "specimen-type",
        }
    )
    consumer = consumer.model_copy(
        update={
            "network": Network.model_validate(existing if case["existing"] else made),
            "region": "eu-west-1" if case["other_region"] else REGION,
            "service_name": service_name,
            "endpoint": endpoint,
        }
    )
    stack = _Consumer(
        app,
        topology,
        "client",
        consumer,
        {},
        states_of(topology, None),
        providers={},
        accepted_by={},
    )
    if case["accept"]:
        Acceptance(
            stack,
            "acceptance",
            service_id="${data.aws_vpc_endpoint_service.endpoint.service_id}",
            endpoint_ids={"Default": "${aws_vpc_endpoint.endpoint.id}"},
        )
    return stack


def case_client(case: Case) -> Any:  # noqa: ANN401
    """The client of a case, as the topology has it."""
    return EndpointSettings.model_validate({"allow_from": [CLIENTS[str(case["client"])]]}).allow_from[0]


def _cases(*, existing: bool) -> Cases:
    address_type = Axis(
        "ip_address_type", "var.ip_address_type", ("ipv4", "dualstack", "ipv6") if existing else ("ipv4",)
    )
    return Cases(
        [
            [Axis("existing", "", (existing,))],
            [Axis("zone_id", f'can(regex("{zones.ZONE_ID_PATTERN}", each.key))')],
            [Axis("groups_given", "length(var.security_group_ids) > 0")],
            [Axis("client", "each.value.kind", tuple(CLIENTS))],
            [Axis("other_region", "var.service_region != null")],
            [Axis("hosted_zone", "local.hosted_zone", ("none", "made", "found")), address_type],
            [
                Axis("private_dns", "var.private_dns"),
                Axis("service", "local.service", ("custom", "aws", "s3")),
                Axis("policy", "var.policy != null"),
            ],
            [Axis("accept", "var.accept")],
        ]
    )


def _rules(model: type[Part], name: str, variable: str = "") -> list[Check]:
    """The rules of a field that is a variable of its own."""
    place = Place(f"var.{variable or name}", None, optional=bool(variable))
    return [*checks_of(kind_of(model.model_fields[name]), place)]


_LONG = {"Statement": {"Sid": "a" * LONGEST_ENDPOINT_POLICY}}
LONG_POLICY = Policy.model_construct(statement=_LONG["Statement"])
_TOO_LONG = str(refusal(Policy, _LONG))
_TOO_MANY_GROUPS = str(
    refusal(
        kind_of(EndpointSettings.model_fields["security_group_ids"]),
        tuple(f"sg-{number:017x}" for number in range(MOST_SECURITY_GROUPS + 1)),
    )
)


def _fitting(*, existing: bool) -> list[Check]:
    """Names resolve to addresses that the endpoint has."""
    checks = []
    tried: list[tuple[IpAddressType, str]] = [("ipv4", "ipv6"), ("ipv6", "ipv4")]
    for address_type, bad in tried if existing else tried[:1]:
        fitting = json.dumps(DNS_RECORD_IP_TYPES[address_type])
        of_another = f'var.ip_address_type != "{address_type}" || ' if existing else ""
        broken = refusal(EndpointSettings, {"ip_address_type": address_type, "dns_record_ip_type": bad})
        checks.append(
            Check(
                f"{of_another}contains({fitting}, item)",
                str(replace(broken, given='"${item}"')),
                bad,
                "var.dns_record_ip_type[*]",
                others={"ip_address_type": address_type} if existing else NOTHING,
            )
        )
    return checks


def _variables(*, existing: bool) -> list[Variable]:
    bad_ports = [*twice([443, 443], "port listed twice")]
    return [
        name_variable(),
        *(existing_network_variables("the endpoint") if existing else made_network_variables()),
        Variable(
            "service_name",
            "string",
            "Name of the service: one of AWS's, such as com.amazonaws.ap-northeast-2.ssm, or a customer's",
            checks=_rules(FurtherEndpoint, "service_name"),
        ),
        Variable(
            "service_region",
            "string",
            "Region of the service, where it is another one; default: the endpoint's",
            None,
            _rules(Consumer, "region", "service_region"),
            nullable=True,
        ),
        Variable(
            "ports",
            "list(number)",
            "TCP ports of the service",
            checks=[
                *_rules(Endpoint, "ports"),
                Check("length(distinct(var.ports)) == length(var.ports)", str(bad_ports[0]), [443, 443]),
                Check(
                    "length(var.ports) + length(var.udp_ports) > 0",
                    str(refusal(kind_of(Endpoint.model_fields["ports"]), ())),
                    [],
                ),
            ],
        ),
        Variable(
            "udp_ports",
            "list(number)",
            "UDP ports of the service",
            [],
            [
                *_rules(Endpoint, "udp_ports"),
                Check(
                    "length(distinct(var.udp_ports)) == length(var.udp_ports)", str(bad_ports[0]), [53, 53]
                ),
            ],
        ),
        Variable(
            "allow_from",
            "map(string)",
            "Who may use the endpoint, by a key of your choice that stays: CIDRs, security groups, prefix "
            "lists; default: the VPC",
            Raw("{}"),
            [
                *checks_of(
                    Client,
                    Place("item", "values(var.allow_from)", optional=False, wrap=lambda bad: {"web": bad}),
                ),
                Check(
                    "length(var.allow_from) == 0 || length(var.security_group_ids) == 0",
                    str(
                        refusal(EndpointSettings, {"allow_from": [CLIENT], "security_group_ids": [GROUP_ID]})
                    ),
                    {"web": "10.0.0.0/8"},
                    others={"security_group_ids": {"web": "sg-0a1b2c3d4e5f60001"}},
                ),
            ],
        ),
        Variable(
            "security_group_ids",
            "map(string)",
            "Security groups that exist, by a key of your choice that stays, for the endpoint to have "
            "instead of one made from allow_from",
            Raw("{}"),
            [
                *checks_of(
                    SecurityGroupId,
                    Place(
                        "item",
                        "values(var.security_group_ids)",
                        optional=False,
                        wrap=lambda bad: {"web": bad},
                    ),
                ),
                Check(
                    f"length(var.security_group_ids) <= {MOST_SECURITY_GROUPS}",
                    _TOO_MANY_GROUPS.replace(
                        f"{MOST_SECURITY_GROUPS + 1} ", "${length(var.security_group_ids)} "
                    ),
                    {f"group-{n}": f"sg-{n:017x}" for n in range(MOST_SECURITY_GROUPS + 1)},
                ),
            ],
        ),
        Variable(
            "policy",
            "string",
            "Endpoint policy as JSON, for services that know such; default: AWS's, which allows everything",
            None,
            [
                Check(
                    "can(jsondecode(item).Statement)",
                    str(refusal(Policy, {"Statement": []})),
                    "no JSON",
                    "var.policy[*]",
                ),
                Check(
                    f"length(item) <= {LONGEST_ENDPOINT_POLICY}",
                    _TOO_LONG.replace(f"{len(LONG_POLICY.json_text):,}", "${length(item)}"),
                    LONG_POLICY.json_text,
                    "var.policy[*]",
                ),
            ],
            nullable=True,
        ),
        *([of_field(EndpointSettings, "ip_address_type")] if existing else []),
        Variable(
            "dns_record_ip_type",
            "string",
            EndpointSettings.model_fields["dns_record_ip_type"].description or "",
            None,
            _fitting(existing=existing),
            nullable=True,
        ),
        Variable(
            "private_dns",
            "bool",
            "Whether the service's usual name leads to the endpoint; where the service demands acceptance, "
            "only once the connection is accepted",
            False,
        ),
        Variable(
            "accept",
            "bool",
            "Whether to accept the connection, by the provider aws.accepter: that of the service's account",
            False,
        ),
        Variable(
            "hosted_zone",
            "object({\nname = optional(string)\nid = optional(string)\n})",
            "A private Route 53 zone for names of your own: one to make, by its name, or one that exists, by "
            "its id; default: AWS's names only",
            None,
            [
                *within(HostedZoneSettings, "name", "var.hosted_zone", nullable=True),
                Check(
                    "var.hosted_zone == null ? true : "
                    "(var.hosted_zone.name == null) != (var.hosted_zone.id == null)",
                    str(refusal(HostedZoneSettings, {})),
                    {},
                ),
            ],
            nullable=True,
        ),
        Variable(
            "names",
            "list(string)",
            "Names of your own, in the hosted zone, that lead to the endpoint",
            [],
            [
                *_rules(EndpointSettings, "names"),
                Check(
                    "length(var.names) == 0 || var.hosted_zone != null",
                    "name without a zone for it (allowed: with hosted_zone; fix: set hosted_zone)",
                    ["api.shop.internal"],
                ),
            ],
        ),
        tags_variable(),
    ]


def _locals(*, existing: bool) -> dict[str, str]:
    whole = (
        'merge({ vpc = data.aws_vpc.network.cidr_block }, var.ip_address_type == "ipv4" ? {} : '
        "{ vpc-ipv6 = data.aws_vpc.network.ipv6_cidr_block })"
        if existing
        else '{ (replace(var.cidr, "/[.:/]/", "-")) = var.cidr }'
    )
    return {
        "service": 'strcontains(var.service_name, ".vpce-svc-") ? "custom" : '
        'endswith(var.service_name, ".s3") ? "s3" : "aws"',
        "hosted_zone": 'var.hosted_zone == null ? "none" : var.hosted_zone.name != null ? "made" : "found"',
        "dns_record_ip_type": "var.dns_record_ip_type != null ? var.dns_record_ip_type : "
        + ("var.ip_address_type" if existing else '"ipv4"'),
        "endpoint_state": "(\nvar.accept ? "
        "aws_vpc_endpoint_connection_accepter.acceptance[0].vpc_endpoint_state :\n"
        "aws_vpc_endpoint.endpoint.state\n)",
        "clients": f"length(var.allow_from) > 0 ? var.allow_from : {whole}",
        "rules": """merge([for key, client in local.clients : {
for rule in concat(
[for port in var.ports : { protocol = "tcp", port = port }],
[for port in var.udp_ports : { protocol = "udp", port = port }],
) : "${rule.protocol}-${rule.port}-from-${key}" => merge(rule, {
client = client
kind = (
startswith(client, "sg-") ? "security_group" :
startswith(client, "pl-") ? "prefix_list" :
strcontains(client, ":") ? "ipv6" : "ipv4"
)
})
}]...)""",
    }


def _module(*, existing: bool, **given: Any) -> Module:  # noqa: ANN401
    zone = Collection(
        "zone", "var.subnet_ids" if existing else "var.subnets", "subnet_id" if existing else "subnet"
    )
    rule = {"protocol": "each.value.protocol", "port": "each.value.port", "client": "each.value.client"}
    return Module(
        **given,
        constructs={
            "network": ExistingNetwork if existing else MadeNetwork,
            "endpoint": InterfaceEndpoint,
            "acceptance": Acceptance,
            "hosted-zone": HostedZone,
        },
        specimen=_specimen,
        cases=_cases(existing=existing),
        same={
            ZONE_ID: ZONE,
            "from-2001-db8---56": "from-198-51-100-0-24",
            "from-[sp][gl]-00000000000000c11": "from-198-51-100-0-24",
            "2001:db8::/56|[sp][gl]-00000000000000c11": CLIENT,
            rf"com\.amazonaws\.{REGION}\.(s3|specimen)": SERVICE,
            # An endpoint's own state is as old as its last refresh; the accepter's is of now.
            r"aws_vpc_endpoint\.endpoint\.state": "local.endpoint_state",
            **REWORDED,
            r"hosted_zone\.zone_id": "hosted_zone.id",
        },
        specimens={
            "zone": ZONE,
            "subnet_id": SUBNET_ID,
            "subnet": SUBNET,
            "group_id": GROUP_ID,
            "protocol": "tcp",
            "port": 50001,
            "client": CLIENT,
            "client_key": "198-51-100-0-24",
            "record": RECORD,
            "record_key": "name-api-specimen-internal",
        },
        expressions={
            "specimen-client": "var.name",
            SERVICE: "var.service_name",
            REGION: "var.service_region",
            VPC_ID: "var.vpc_id",
            CIDR: "var.cidr",
            POLICY.json_text: "var.policy",
            "specimen-type": "local.dns_record_ip_type",
            "specimen.internal": "var.hosted_zone.name",
            "ZSPECIMEN": "var.hosted_zone.id",
        },
        loops={
            "network_{zone}": Loop(zone.expression, {"zone": "each.key", str(zone.value): "each.value"}),
            "network_routes-{zone}": Loop(zone.expression, {"zone": "each.key"}),
            "endpoint_{zone}": Loop(zone.expression, {"zone": "each.key"}),
            "endpoint_{group_id}": Loop("var.security_group_ids", {"group_id": "each.value"}, always=True),
            "endpoint_{protocol}-{port}-from-{client_key}": Loop("local.rules", rule),
            "hosted-zone_{record_key}-A": Loop(
                "toset(var.names)", {"record": "each.key"}, name="hosted_zone_a"
            ),
            "hosted-zone_{record_key}-AAAA": Loop(
                "toset(var.names)", {"record": "each.key"}, name="hosted_zone_aaaa"
            ),
        },
        collections=[
            zone,
            Collection("group_id", "values(var.security_group_ids)"),
            Collection("record", "var.names"),
        ],
        variables=_variables(existing=existing),
        locals=_locals(existing=existing),
        outputs={} if existing else MADE_NETWORK_OUTPUTS,
        provider_aliases={"accepter": ["aws_vpc_endpoint_connection_accepter.acceptance"]},
    )


_NOTES = """
- `aws.accepter` is the provider that accepts the connection, where `accept` is set: one of the service's
  account. A module cannot leave a provider open, so without `accept` give it the same as `aws`.
- `allow_from` and `security_group_ids` are mappings, so that groups may be made in the same plan: the keys
  are yours.
- A connection that is not `available` carries nothing, though Terraform is content: every plan warns until it
  is.
- `private_dns` on a service that demands acceptance comes in a second apply, once the connection is accepted.
"""
INTERFACE_ENDPOINT = _module(
    existing=True,
    name="interface-endpoint",
    title="Connect a VPC that exists to an endpoint service: a customer's, or one of AWS's.",
    usage="""
module "endpoint" {
  source    = "./terraform/interface-endpoint"
  providers = { aws = aws, aws.accepter = aws }

  name         = "shop"
  vpc_id       = "vpc-0a1b2c3d4e5f60002"
  subnet_ids   = { ap-northeast-2a = "subnet-0a1b2c3d4e5f6002a" }
  service_name = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
  ports        = [443]
}
""",
    notes=_NOTES,
)
SERVICE_CONSUMER = _module(
    existing=False,
    name="service-consumer",
    title="Make a VPC, and connect it to an endpoint service.",
    usage="""
module "consumer" {
  source    = "./terraform/service-consumer"
  providers = { aws = aws, aws.accepter = aws }

  name         = "shop"
  cidr         = "10.20.0.0/16"
  subnets      = { ap-northeast-2a = "10.20.0.0/20" }
  service_name = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
  ports        = [443]
}
""",
    notes=_NOTES,
)
