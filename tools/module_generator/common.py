"""The inputs that the modules of both sides have."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from privatelink.topology.broken import Broken
from privatelink.topology.rules.network import Network
from privatelink.topology.types.names import name_of
from tools.module_generator.hcl import Raw
from tools.module_generator.variables import Check, Place, Variable, checks_of, kind_of, refusal

LONGEST_NAME = 64  # `<topology>-consumer-<key>` at its longest
_ZONES = ("ap-northeast-2a", "ap-northeast-2c")


def name_variable() -> Variable:
    """What every resource is named after."""
    kind = Annotated[str, name_of(LONGEST_NAME)]
    return Variable("name", "string", "Name of all that is made", checks=[*_rules(kind, "name")])


def tags_variable() -> Variable:
    """Tags, besides the `default_tags` of the AWS provider."""
    return Variable("tags", "map(string)", "Tags of all that is made, besides Name", Raw("{}"))


def existing_network_variables(of: str) -> list[Variable]:
    """A VPC that exists, and its subnets."""
    subnet_ids = ("subnet-0a1b2c3d4e5f6000a", "subnet-0a1b2c3d4e5f6000c")
    same = dict.fromkeys(_ZONES, subnet_ids[0])
    twice = replace(_refused(_existing(same)), what="subnet of another zone too")
    return [
        Variable("vpc_id", "string", f"VPC of {of}", checks=[*_rules(_kind("vpc_id"), "vpc_id")]),
        Variable(
            "subnet_ids",
            "map(string)",
            "Its subnets to use: one for each zone, by the zone's name or AZ ID",
            checks=[
                *_rules(_kind("existing_subnets"), "subnet_ids"),
                *_rules_of_zones("subnet_ids", subnet_ids, _existing),
                Check("length(distinct(values(var.subnet_ids))) == length(var.subnet_ids)", str(twice), same),
            ],
        ),
    ]


def made_network_variables() -> list[Variable]:
    """A VPC to make, and its subnets."""
    outside = {_ZONES[0]: "10.99.0.0/20"}
    return [
        Variable(
            "cidr", "string", "IPv4 CIDR of the VPC, /16 to /28", checks=[*_rules(_kind("cidr"), "cidr")]
        ),
        Variable(
            "subnets",
            "map(string)",
            "CIDR of the subnet in each zone, by the zone's name or AZ ID",
            checks=[
                *_rules(_kind("subnets_in_file_order"), "subnets"),
                *_rules_of_zones("subnets", ("10.10.0.0/20", "10.10.16.0/20"), _made),
                Check(
                    'try(cidrhost("${split("/", item)[0]}/${split("/", var.cidr)[1]}", 0) == '
                    'split("/", var.cidr)[0], true)',
                    str(replace(_refused(_made(outside)), given="${item}")).replace(CIDR, "${var.cidr}"),
                    outside,
                    "values(var.subnets)",
                ),
            ],
        ),
    ]


CIDR = "10.10.0.0/16"
# What messages call by its name in a topology.
REWORDED = {
    r"network\.subnet_ids": "subnet_ids",
    "cross_zone: true": "cross_zone = true",
    "is not in the topology": "is not in the configuration",
}
MADE_NETWORK_OUTPUTS = {
    "vpc_id": ("Id of the VPC", "aws_vpc.network.id"),
    "subnet_ids": (
        "Id of each zone's subnet",
        "{ for zone, subnet in aws_subnet.network : zone => subnet.id }",
    ),
}


def _existing(subnet_ids: Mapping[str, str]) -> dict[str, Any]:
    return {"vpc_id": "vpc-0a1b2c3d4e5f60001", "subnet_ids": dict(subnet_ids)}


def _made(subnets: Mapping[str, str]) -> dict[str, Any]:
    return {"cidr": CIDR, "zones": dict(subnets)}


def _rules_of_zones(name: str, two: tuple[str, str], network: Any) -> Iterator[Check]:  # noqa: ANN401
    yield Check(f"length(var.{name}) > 0", str(_refused(network({}))), {})
    mixed = dict(zip((_ZONES[0], "apne2-az3"), two, strict=True))
    given = f'${{join(", ", keys(var.{name}))}}'
    yield Check(
        f'length(distinct([for zone in keys(var.{name}) : strcontains(zone, "-az")])) < 2',
        str(replace(_refused(network(mixed)), given=given)),
        mixed,
    )


def _refused(network: Mapping[str, Any]) -> Broken:
    return refusal(Network, network)


def _kind(name: str) -> Any:  # noqa: ANN401
    return kind_of(Network.model_fields[name])


def _rules(kind: Any, name: str) -> Iterator[Check]:  # noqa: ANN401
    yield from checks_of(kind, Place(f"var.{name}", None, optional=False))
