"""The inputs that all modules have, and those of a VPC: an existing one, or a new one."""

from typing import Annotated, Any

from pydantic import Field

from privatelink.facts import RULES_OF_A_SECURITY_GROUP
from privatelink.rule import Broken
from privatelink.topology.model import Quotas
from privatelink.topology.rules.network import (
    NO_ZONES,
    SUBNET_OF_TWO_ZONES,
    SUBNET_OUTSIDE,
    ZONES_MIXED,
    Network,
)
from privatelink.topology.rules.network import FlowLogs as FlowLogSettings
from privatelink.topology.types.arns import KmsKeyArn
from privatelink.topology.types.cidrs import NetworkCidr
from privatelink.topology.types.ids import SubnetId, VpcId
from privatelink.topology.types.names import name_of
from privatelink.topology.types.zones import Zone
from tools.module_generator.inputs import Validation, Variable, good, kind_of, variable_of

LONGEST_NAME = 64  # that of a stack, <topology>-consumer-<key>, at its longest
ZONES = (good(Zone, 0), good(Zone, 1))
NAME = variable_of("name", Annotated[str, name_of(LONGEST_NAME)], "Name of the resources")
TAGS = Variable("tags", "map(string)", "Tags of the resources, besides Name", {})


def own_rule(holds: str, broken: Broken, each: str = "", **bad: Any) -> Validation:  # noqa: ANN401
    """Return a rule that no kind of value has by itself.

    Arguments:
        holds: the expression that is true of good inputs.
        broken: the rule; the value and the parameters are templates.
        each: what `item` goes through.
        bad: inputs that break it.
    """
    return Validation(holds, broken, bad, each)


def _of_zones(variable: str, kind: Any) -> list[Validation]:  # noqa: ANN401
    """Return the rules of a mapping of zones to values of a kind."""
    mixed = {ZONES[0]: good(kind, 0), "apne2-az3": good(kind, 1)}
    return [
        Validation(f"length(var.{variable}) > 0", NO_ZONES.broken(given=""), {variable: {}}),
        Validation(
            f'length(distinct([for zone in keys(var.{variable}) : strcontains(zone, "-az")])) < 2',
            ZONES_MIXED.broken(given=f'${{join(", ", keys(var.{variable}))}}'),
            {variable: mixed},
        ),
    ]


EXISTING_NETWORK = [
    variable_of("vpc_id", VpcId, "ID of the VPC"),
    variable_of(
        "subnet_ids", dict[Zone, SubnetId], "Subnet ID of each zone; a zone is a name or an AZ ID"
    ).also(
        *_of_zones("subnet_ids", SubnetId),
        own_rule(
            "length([for other in values(var.subnet_ids) : other if other == var.subnet_ids[item]]) == 1",
            SUBNET_OF_TWO_ZONES.broken(
                given="${var.subnet_ids[item]}",
                other='${join(", ", [for zone, other in var.subnet_ids : zone '
                "if other == var.subnet_ids[item] && zone != item])}",
            ),
            "keys(var.subnet_ids)",
            subnet_ids=dict.fromkeys(ZONES, good(SubnetId)),
        ),
    ),
]


class FlowLogs(FlowLogSettings):
    """Flow logs, with the key that the topology has for a whole stack."""

    kms_key_id: KmsKeyArn | None = Field(
        default=None,
        description="ARN of the KMS key of the flow logs, whose policy must allow CloudWatch Logs to use it; "
        "default: the keys of CloudWatch Logs",
    )


NEW_NETWORK = [
    variable_of("cidr", kind_of(Network.model_fields["cidr"]), "IPv4 CIDR of the VPC, /16 to /28"),
    variable_of(
        "subnets", dict[Zone, NetworkCidr], "CIDR of the subnet in each zone; a zone is a name or an AZ ID"
    ).also(
        *_of_zones("subnets", NetworkCidr),
        own_rule(
            'try(cidrhost("${split("/", item)[0]}/${split("/", var.cidr)[1]}", 0) == '
            'split("/", var.cidr)[0], true)',
            SUBNET_OUTSIDE.broken(given="${item}", cidr="${var.cidr}"),
            "values(var.subnets)",
            subnets={ZONES[0]: "10.99.0.0/20"},
        ),
    ),
    variable_of("flow_logs", FlowLogs, Network.model_fields["flow_logs"].description or "", None),
]
RULES_QUOTA = variable_of(
    "security_group_rules",
    kind_of(Quotas.model_fields["security_group_rules"]),
    "Quota of inbound, and of outbound, rules of a security group; default: AWS's own",
    RULES_OF_A_SECURITY_GROUP,
)
INTERNET_GATEWAY = Variable(
    "internet_gateway", "bool", "Create an internet gateway, and route all other traffic to it", default=False
)
