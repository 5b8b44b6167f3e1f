"""DNS names in a consumer's hosted zone that resolve to an endpoint, or to its address in one zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types.dns_names import DNS_NAME_CHECK, DnsName
from privatelink.topology.types.lists import TWICE, AsTuple, twice
from privatelink.topology.types.values import wrong_type
from privatelink.topology.types.zones import Zone, is_zone, same_region

ZONE_OF_THE_NAME = Rule(
    "endpoint-name-zone",
    what="DNS name of zone {zone}, in which the endpoint has no network interface",
    allowed="zones of the endpoint: {zones}",
    fix="set {.zone} of the name to one of these, or add the zone to the endpoint",
    why="AWS creates a zonal DNS name for each zone of an endpoint, and a name with a zone is its alias.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
    "#interface-endpoint-dns-hostnames",
)
RULES = (ZONE_OF_THE_NAME,)
NAME_TWICE = TWICE.with_fixed(item="DNS name")


class EndpointName(Part):
    """A DNS name that resolves to an endpoint; as text, only the name.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
    """

    name: DnsName = Field(description="DNS name in the hosted zone")
    zone: Zone | None = Field(
        default=None,
        description="Zone of the endpoint whose zonal DNS name the name resolves to; default: the zone in a "
        "label of the name, otherwise all zones",
    )

    def zone_among(self, zones: Sequence[str]) -> str | None:
        """Return the zone that the name belongs to, given the endpoint's zones; None for the regional name.

        A label that is a zone of the same Region counts, as in `*.usw2-az1.example.com`.
        """
        labels = self.name.split(".")
        return self.zone or next(
            (label for label in labels if is_zone(label) and same_region(label, zones[0])), None
        )


@dataclass(frozen=True, slots=True)
class _OrText:
    """Let a file have the name alone, as text, in place of the mapping."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_wrap_validator_function(_parse_name, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [TypeAdapter(DnsName).json_schema(), handler(schema)]}


def _parse_name(given: object, mapping: core_schema.ValidatorFunctionWrapHandler) -> object:
    if isinstance(given, str):
        return mapping({"name": DNS_NAME_CHECK.check(given)})
    if isinstance(given, dict | EndpointName):
        return mapping(given)
    raise refuse(wrong_type("text", given))


def _check_names(names: tuple[EndpointName, ...]) -> tuple[EndpointName, ...]:
    refuse_any(twice([each.name for each in names], NAME_TWICE))
    return tuple(sorted(names, key=lambda each: each.name))


EndpointNames = Annotated[
    tuple[Annotated[EndpointName, _OrText()], ...],
    AsTuple,
    Check(_check_names, (NAME_TWICE,), {"uniqueItems": True}),
]
