"""The test instance of a consumer."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from privatelink.rule import Rule
from privatelink.topology.broken import refuse
from privatelink.topology.part import Part
from privatelink.topology.types.values import wrong_type

_ENDPOINTS = "https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html"

PROBE_SHUT_OUT = Rule(
    "endpoint-systems-manager",
    what="endpoint to Systems Manager that refuses the test instance, which has no public address",
    allowed="the subnet of the test instance, {subnet}",
    fix="add {subnet}, or remove {.allow_from} to allow the whole network",
    why="Without a public address, the test instance reaches Systems Manager only through this endpoint.",
    page=_ENDPOINTS,
)
RULES = (PROBE_SHUT_OUT,)


class Probe(Part):
    """A test instance in the VPC of a consumer.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
    """

    public_address: bool = Field(
        default=True,
        description="Whether the instance has a public IPv4 address, and a new VPC an internet gateway. With "
        "`false`, the instance of a new VPC reaches Systems Manager through interface endpoints: those in "
        "`endpoints` with `private_dns`, and otherwise new ones. An existing VPC needs endpoints or a NAT "
        "gateway of its own",
    )


@dataclass(frozen=True, slots=True)
class _OrBoolean:
    """Let a file have `true` or `false` in place of the mapping."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_wrap_validator_function(_parse, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        mapping, _ = handler(schema)["anyOf"]  # the other one is null, which no file has
        return {"anyOf": [{"type": "boolean"}, mapping]}


def _parse(given: object, mapping: core_schema.ValidatorFunctionWrapHandler) -> object:
    if isinstance(given, bool):
        return Probe() if given else None
    if isinstance(given, dict | Probe):
        return mapping(given)
    raise refuse(wrong_type("true, false or a mapping", given, str(given)))


ProbeOrBoolean = Annotated[Probe | None, _OrBoolean()]
