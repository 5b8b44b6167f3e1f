"""EC2 instances that Terraform creates as targets."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from privatelink.facts import DATAGRAMS, MOST_TARGETS_OF_A_ZONE
from privatelink.rule import KEY, Broken, Rule, Setting
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import broken_in, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.rules.listener import Listener
from privatelink.topology.rules.network import BY_ZONE_JSON
from privatelink.topology.rules.targets import LISTENER_TARGETS
from privatelink.topology.types.instance_types import InstanceType
from privatelink.topology.types.numbers import within
from privatelink.topology.types.ports import Port
from privatelink.topology.types.text import LONGEST_TEXT, check_text
from privatelink.topology.types.zones import check_zone

_TARGET_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html"
)
_ATTRIBUTES = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html"
)

GROUP_SIZE = Rule(
    "auto-scaling-size",
    what="minimum size above the maximum size",
    allowed="at most the maximum size, {max}",
    fix="raise {.max}, or lower {.min}",
    why="AWS refuses an Auto Scaling group whose minimum size is larger than its maximum size.",
    page="https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html",
)
BACKEND_PROTOCOL = Rule(
    "backend-protocol",
    what="{protocol} listener with backends",
    allowed="TCP or TLS",
    fix="set {.protocol=TCP}, or use {.targets} instead of {.backends}",
    why="The instances run an HTTP server, which listens on TCP only.",
    page=f"{_TARGET_GROUPS}#target-group-routing-configuration",
)
BACKEND_PORT = Rule(
    "backend-port",
    what="{field} with backends",
    allowed="only the port in {.backends.port}",
    fix="remove it, and set {.backends.port} to change the port",
    why="The instances listen on one port, for traffic and for health checks.",
    page=f"{_TARGET_GROUPS}#target-group-routing-configuration",
)
BACKEND_ENCRYPTION = Rule(
    "backend-encryption",
    what="encryption between the load balancer and backends",
    allowed="{plain}",
    fix="set {plain}",
    why="The instances serve HTTP without TLS, so an encrypted connection or health check fails.",
    page=f"{_TARGET_GROUPS}#target-group-routing-configuration",
)
BACKEND_PROXY_PROTOCOL = Rule(
    "backend-proxy-protocol",
    what="Proxy Protocol v2 header for backends",
    allowed="only with targets that support it",
    fix="remove it",
    why="The HTTP server of the instances does not support the header, and would answer each request with "
    "an error.",
    page=f"{_ATTRIBUTES}#proxy-protocol",
)
RULES = (GROUP_SIZE, BACKEND_PROTOCOL, BACKEND_PORT, BACKEND_ENCRYPTION, BACKEND_PROXY_PROTOCOL)


def _check_texts(given: object) -> object:
    if isinstance(given, dict):
        refuse_any(broken for zone in given for broken in broken_in(check_zone, zone, (zone, KEY)))
        refuse_any(broken for zone in given for broken in broken_in(check_text, given[zone], (zone,)))
    else:
        check_text(given)
    return given


# At least one: a zone of the load balancer without a target fails the clients that use it.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
Instances = Annotated[int, within(1, MOST_TARGETS_OF_A_ZONE, "instances")]
_TEXT_JSON = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


class AutoScaling(Part):
    """The size of the Auto Scaling groups, one group in each zone."""

    min: Instances = Field(description="Minimum number of instances in each zone")
    max: Instances = Field(description="Maximum number of instances in each zone")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.min > self.max:
            raise refuse(GROUP_SIZE.broken(at=("min",), max=self.max))
        return self


class Backends(Part):
    """EC2 instances that Terraform creates as targets; they answer HTTP requests with a text."""

    text: Annotated[
        str | dict[str, str],
        PlainValidator(_check_texts),
        WithJsonSchema({"anyOf": [_TEXT_JSON, {**BY_ZONE_JSON, "additionalProperties": _TEXT_JSON}]}),
    ] = Field(
        description="Text of the HTTP responses, in which {zone} stands for the instance's zone; or a "
        "mapping of each zone to its text",
    )
    port: Port = Field(default=80, description="Port that the instances listen on")
    instance_type: InstanceType = Field(default="t3.micro", description="EC2 instance type")
    auto_scaling: AutoScaling | None = Field(
        default=None,
        description="Create an Auto Scaling group in each zone; default: one instance in each zone, and no "
        "group",
    )

    def unfit(self, listener: Listener) -> Iterator[Broken]:
        """Report the settings of a listener that the instances do not support."""
        check = listener.health_check
        if listener.targets is not None:
            yield LISTENER_TARGETS.broken(at=("targets",), given="")
        if listener.protocol in DATAGRAMS:
            yield BACKEND_PROTOCOL.broken(at=("protocol",), protocol=listener.protocol)
        if listener.target_port:
            yield BACKEND_PORT.broken(at=("target_port",), field=FieldName("target_port"))
        if listener.target_protocol == "TLS":
            plain = Setting("target_protocol", "TCP")
            yield BACKEND_ENCRYPTION.broken(at=("target_protocol",), plain=plain)
        if listener.proxy_protocol_v2:
            yield BACKEND_PROXY_PROTOCOL.broken(at=("proxy_protocol_v2",))
        if check.protocol == "HTTPS":
            plain = Setting("health_check.protocol", "HTTP")
            yield BACKEND_ENCRYPTION.broken(at=("health_check", "protocol"), plain=plain)
        if check.port and check.port != self.port:
            yield BACKEND_PORT.broken(at=("health_check", "port"), field=FieldName("health_check.port"))
