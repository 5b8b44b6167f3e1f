"""What answers behind the load balancer."""

from typing import Annotated, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from privatelink.facts import MOST_TARGETS_OF_A_ZONE
from privatelink.topology.broken import KEY, Broken, broken_in, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.rules.network import BY_ZONE_JSON
from privatelink.topology.types.instance_types import InstanceType
from privatelink.topology.types.numbers import within
from privatelink.topology.types.ports import Port
from privatelink.topology.types.text import LONGEST_TEXT, check_text
from privatelink.topology.types.zones import check_zone


def _check_texts(given: object) -> object:
    if isinstance(given, dict):
        refuse_any(broken for zone in given for broken in broken_in(check_zone, zone, (zone, KEY)))
        refuse_any(broken for zone in given for broken in broken_in(check_text, given[zone], (zone,)))
    else:
        check_text(given)
    return given


# One at least: a zone of the load balancer without a target fails its clients.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
Instances = Annotated[int, within(1, MOST_TARGETS_OF_A_ZONE, "instances")]
_TEXT_JSON = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


class AutoScaling(Part):
    """How many instances each zone has: one group a zone, so that each keeps its own."""

    min: Instances = Field(description="Instances that each zone has at least")
    max: Instances = Field(description="Instances that each zone has at most")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.min > self.max:
            fix = "raise max, or lower min"
            raise refuse(Broken("min above max", f"at most max, {self.max}", fix, ("min",), str(self.min)))
        return self


class Backends(Part):
    """The instances behind the load balancer, each answering HTTP with the text of its zone."""

    text: Annotated[
        str | dict[str, str],
        PlainValidator(_check_texts),
        WithJsonSchema({"anyOf": [_TEXT_JSON, {**BY_ZONE_JSON, "additionalProperties": _TEXT_JSON}]}),
    ] = Field(
        description="What an instance answers: a text, in which {zone} is its zone; or a text for each zone",
    )
    port: Port = Field(default=80, description="Port that the instances listen on")
    instance_type: InstanceType = Field(default="t3.micro", description="EC2 instance type")
    auto_scaling: AutoScaling | None = Field(
        default=None,
        description="Have Auto Scaling groups keep the instances of each zone; default: one instance a zone",
    )
