"""What answers behind the load balancer."""

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from modules.topology.fields import (
    KEY,
    LONGEST_TEXT,
    InstanceType,
    Port,
    broken_in,
    check_text,
    check_zone,
    refuse_any,
)
from modules.topology.network import BY_ZONE_JSON
from modules.topology.part import Part


def _check_texts(given: object) -> object:
    if isinstance(given, dict):
        refuse_any(broken for zone in given for broken in broken_in(check_zone, zone, (zone, KEY)))
        refuse_any(broken for zone in given for broken in broken_in(check_text, given[zone], (zone,)))
    else:
        check_text(given)
    return given


_TEXT_JSON = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


class Backends(Part):
    """The instances behind the load balancer, one in each zone, each answering HTTP with its own text."""

    text: Annotated[
        str | dict[str, str],
        PlainValidator(_check_texts),
        WithJsonSchema({"anyOf": [_TEXT_JSON, {**BY_ZONE_JSON, "additionalProperties": _TEXT_JSON}]}),
    ] = Field(
        description="What an instance answers: a text, in which {zone} is its zone; or a text for each zone",
    )
    port: Port = Field(default=80, description="Port that the instances listen on")
    instance_type: InstanceType = Field(default="t3.micro", description="EC2 instance type")
