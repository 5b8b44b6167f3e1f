"""The page of all fields of a topology file, section by section, with an example for each.

The fields come from the JSON Schema. A section has a part that several others have, or that has many fields;
a smaller part is listed with the part that has it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from privatelink.topology.schema import schema, tidied
from privatelink.topology.types.accounts import AccountId, ExternalId, Profile
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.arns import (
    ApplicationLoadBalancerArn,
    CertificateArn,
    KmsKeyArn,
    NetworkLoadBalancerArn,
    Principal,
    RoleArn,
    TopicArn,
)
from privatelink.topology.types.auto_scaling_group_names import AutoScalingGroupName
from privatelink.topology.types.buckets import BucketName, KeyPrefix, LogPrefix
from privatelink.topology.types.cidrs import Cidr
from privatelink.topology.types.clients import Client
from privatelink.topology.types.dns_names import DnsName, PrivateDnsName
from privatelink.topology.types.http import HealthyCodes, UrlPath
from privatelink.topology.types.ids import (
    Allocation,
    HostedZoneId,
    InstanceId,
    SecurityGroupId,
    SubnetId,
    VpcId,
)
from privatelink.topology.types.instance_types import InstanceType
from privatelink.topology.types.load_balancer_names import LoadBalancerName
from privatelink.topology.types.names import ConsumerKey, FormerKey, Name
from privatelink.topology.types.port_tests import Authorities, GrpcService, Hexadecimal, Payload
from privatelink.topology.types.ports import Port, RangeOfPorts
from privatelink.topology.types.service_names import EndpointServiceName, ServiceName
from privatelink.topology.types.ssl_policies import SslPolicy
from privatelink.topology.types.state_places import (
    Directory,
    HostName,
    Organization,
    Project,
    WorkspacePrefix,
)
from privatelink.topology.types.zones import Region, Zone
from privatelink.topology.warnings import WarningId

# How the page calls the types of values.
NAMES: Mapping[str, Any] = {
    "name": Name,
    "key": ConsumerKey,
    "former key": FormerKey,
    "warning ID": WarningId,
    "Region": Region,
    "zone": Zone,
    "CIDR": Cidr,
    "IPv4 address": Address,
    "client": Client,
    "port": Port,
    "port range": RangeOfPorts,
    "DNS name": DnsName,
    "private DNS name": PrivateDnsName,
    "profile name": Profile,
    "external ID": ExternalId,
    "role ARN": RoleArn,
    "principal": Principal,
    "account ID": AccountId,
    "SNS topic ARN": TopicArn,
    "certificate ARN": CertificateArn,
    "KMS key ARN": KmsKeyArn,
    "ALB ARN": ApplicationLoadBalancerArn,
    "NLB ARN": NetworkLoadBalancerArn,
    "bucket name": BucketName,
    "key prefix": KeyPrefix,
    "prefix": LogPrefix,
    "path": UrlPath,
    "HTTP status codes": HealthyCodes,
    "Elastic IP allocation ID": Allocation,
    "hosted zone ID": HostedZoneId,
    "Auto Scaling group name": AutoScalingGroupName,
    "instance ID": InstanceId,
    "security group ID": SecurityGroupId,
    "subnet ID": SubnetId,
    "VPC ID": VpcId,
    "instance type": InstanceType,
    "load balancer name": LoadBalancerName,
    "service name": ServiceName,
    "service name, also of AWS": EndpointServiceName,
    "security policy": SslPolicy,
    "directory": Directory,
    "host name": HostName,
    "organization": Organization,
    "project": Project,
    "workspace prefix": WorkspacePrefix,
    "text to send": Payload,
    "hexadecimal bytes": Hexadecimal,
    "certificate authorities": Authorities,
    "gRPC service": GrpcService,
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page.

    Arguments:
        title: its heading.
        part: the part's name in the JSON Schema; empty for the file.
        example: the part in a file, from the top; the rest of the file is left out.
    """

    title: str
    part: str
    example: str


SECTIONS = (
    Section(
        "The file",
        "",
        """\
name: shop
tags: {team: payments}
silenced: {one-zone: a trial that is removed next week}
""",
    ),
    Section(
        "`backend`",
        "Backend",
        """\
backend:
  s3: {bucket: acme-terraform-state, region: ap-northeast-2, key_prefix: network}
""",
    ),
    Section(
        "`service`",
        "Service",
        """\
service:
  region: ap-northeast-2
  network: {cidr: 10.10.0.0/16, zones: [ap-northeast-2a, ap-northeast-2c]}
  backends: {text: "hello from {zone}"}
  listeners: [{port: 80}]
  allowed_principals: ["arn:aws:iam::111122223333:root"]
""",
    ),
    Section(
        "`account`",
        "Account",
        """\
service:
  account: {role_arn: "arn:aws:iam::444444444444:role/network", external_id: shop}
""",
    ),
    Section(
        "`network`",
        "Network",
        """\
service:
  network:
    cidr: 10.10.0.0/16
    zones: {ap-northeast-2a: 10.10.0.0/24, ap-northeast-2c: 10.10.1.0/24}
    flow_logs: {retention_days: 30}
""",
    ),
    Section(
        "`load_balancer`",
        "LoadBalancer",
        """\
service:
  load_balancer:
    scheme: internet-facing
    allow_from: [203.0.113.0/24]
    cross_zone: true
""",
    ),
    Section(
        "`listeners`",
        "Listener",
        """\
service:
  listeners:
    - port: 443
      protocol: TLS
      certificate_arn: arn:aws:iam::444444444444:server-certificate/shop
      health_check: {protocol: HTTP, path: /health}
""",
    ),
    Section(
        "`backends`",
        "Backends",
        """\
service:
  backends: {text: "hello from {zone}", port: 8080, auto_scaling: {min: 1, max: 3}}
""",
    ),
    Section(
        "`targets`",
        "Targets",
        """\
service:
  targets:
    addresses: {one: 10.10.0.5, two: 10.10.32.5}
    security_group_id: sg-0a1b2c3d4e5f60001
""",
    ),
    Section(
        "`private_dns`",
        "PrivateDns",
        """\
service:
  private_dns: {name: api.example.com, zone_id: Z0123456789ABCDEFGHIJ}
""",
    ),
    Section(
        "`notifications`",
        "Notifications",
        """\
service:
  notifications: {events: [Connect, Reject]}
""",
    ),
    Section(
        "`alarms`",
        "Alarms",
        """\
service:
  alarms: {minutes: 5, reset_packets: 500}
""",
    ),
    Section(
        "`consumers`",
        "Consumer",
        """\
consumers:
  client:
    renamed_from: web
    network: {cidr: 10.20.0.0/16, zones: [ap-northeast-2a, ap-northeast-2c]}
    probe: true
""",
    ),
    Section(
        "`endpoint`",
        "Endpoint",
        """\
consumers:
  client:
    endpoint: {zones: [ap-northeast-2a], allow_from: [10.20.0.0/20, pl-0a1b2c3d]}
""",
    ),
    Section(
        "`endpoints`",
        "FurtherEndpoint",
        """\
consumers:
  client:
    endpoints:
      ssm: {service_name: com.amazonaws.ap-northeast-2.ssm, private_dns: true}
""",
    ),
    Section(
        "`hosted_zone`",
        "HostedZone",
        """\
consumers:
  client:
    endpoint: {names: [api.shop.internal]}
    hosted_zone: {name: shop.internal}
""",
    ),
)
_INTRODUCTION = """\
# The topology file

All fields with their types and defaults, and an example of each section; `make schema` writes this page.
`privatelink check` checks a file. `privatelink explain` lists the rules between fields, and the warning IDs.

- A *key* is a short name of your choice: lower-case letters, digits and hyphens.
- A *former key* is the key that a part had before it was renamed ([renamed keys](state.md#renamed-keys)).
- A *zone* is the name of an Availability Zone, such as ap-northeast-2a, or its AZ ID, such as apne2-az1.
- A *client* is a CIDR, a security group ID or a prefix list ID.
- `a.b` is the field `b` of the mapping `a`.
"""


def render() -> str:
    """Return the text of the page."""
    page = _Page(schema())
    return "\n".join([_INTRODUCTION, *map(page.section, SECTIONS)])


class _Page:
    """The page of a JSON Schema.

    Arguments:
        written: the JSON Schema.
    """

    def __init__(self, written: JsonSchemaValue) -> None:
        self._parts: dict[str, JsonSchemaValue] = {"": written, **written["$defs"]}
        self._titles = {section.part: section.title for section in SECTIONS}

    def section(self, section: Section) -> str:
        """Return a section: heading, description, fields, example."""
        part = self._parts[section.part]
        lines = [f"## {section.title}", "", part["description"].replace("\n\n", "\n"), ""]
        lines += ["| field | type | default | description |", "|---|---|---|---|"]
        same, rows = self._same(section), self._rows(part)
        lines += [row for name, row in rows if name not in same]
        if same:
            listed = ", ".join(f"`{name}`" for name in same)
            lines += ["", f"And the fields of {self._link('Endpoint')}: {listed}."]
        return "\n".join([*lines, "", "```yaml", f"{section.example}```", ""])

    def _same(self, section: Section) -> list[str]:
        """Return the fields that the section of `endpoint` has already."""
        if section.part != "FurtherEndpoint":
            return []
        there, here = (self._parts[part]["properties"] for part in ("Endpoint", section.part))
        return [name for name, field in here.items() if there.get(name) == field]

    def _rows(self, part: JsonSchemaValue, above: str = "") -> Iterator[tuple[str, str]]:
        """Return the row of each field with the name of the part's field that it belongs to."""
        for name, field in part["properties"].items():
            required = name in part.get("required", ())
            cells = (f"`{above}{name}`", self._type(field), _default(field, required), field["description"])
            yield name, f"| {' | '.join(cells)} |"
            inner = _inner(field)
            if inner and inner not in self._titles:
                below = f"{above}{name}.<key>." if "additionalProperties" in field else f"{above}{name}."
                yield from ((name, row) for _, row in self._rows(self._parts[inner], below))

    def _type(self, field: JsonSchemaValue) -> str:
        """Return the type of a field in words."""
        plain = {key: value for key, value in field.items() if key not in ("default", "description")}
        if name := _names().get(_canonical(plain)):
            return name
        match plain:
            case {"$ref": _}:
                return self._link(_inner(plain))
            case {"anyOf": choices}:
                return " or ".join(self._type(choice) for choice in choices)
            case {"type": "array", "items": {"anyOf": choices} as items} if _canonical(items) not in _names():
                return f"list of {' or '.join(_plural(self._type(choice)) for choice in choices)}"
            case {"type": "array", "items": items}:
                return f"list of {_plural(self._type(items))}"
            case {"type": "object", "additionalProperties": values, **rest}:
                keys = rest.get("propertyNames", {})
                key = self._type({"type": "string", **keys}) if keys else "text"
                return f"mapping of {key} to {self._type(values)}"
            case {"type": "integer", "minimum": lowest, "maximum": highest}:
                return f"integer, {lowest} to {highest}"
            case {"type": "integer", "enum": values}:
                return f"integer: {', '.join(map(str, values))}"
            case {"type": "string", "enum": values}:
                return ", ".join(f"`{value}`" for value in values)
            case {"type": "string"} if "pattern" not in plain:
                return "text"
            case {"type": [*kinds]}:
                return " or ".join(_KINDS[kind] for kind in kinds)
            case {"type": "boolean"}:
                return "true or false"
        msg = f"no name in NAMES for the type {plain}"
        raise ValueError(msg)

    def _link(self, part: str) -> str:
        title = self._titles.get(part)
        return f"[{title}](#{title.strip('`')})" if title else "mapping"


_KINDS = {"object": "mapping", "array": "list"}


@cache
def _names() -> Mapping[str, str]:
    return {_canonical(tidied(TypeAdapter(kind).json_schema())): name for name, kind in NAMES.items()}


def _canonical(field: JsonSchemaValue) -> str:
    return json.dumps(field, sort_keys=True)


def _plural(name: str) -> str:
    return name if name.startswith(("`", "[")) else f"{name}s"


def _default(field: JsonSchemaValue, required: bool) -> str:
    if required:
        return "required"
    default = field.get("default")
    if default in (None, [], {}):
        return ""
    return f"`{default if isinstance(default, str) and default else json.dumps(default)}`"


def _inner(field: JsonSchemaValue) -> str:
    """Return the name of the part that a field, or each item of it, is."""
    items = field.get("items", {})
    choices = (*field.get("anyOf", ()), *items.get("anyOf", ()))
    for place in (field, items, *choices, field.get("additionalProperties", {})):
        if isinstance(place, dict) and "$ref" in place:
            return str(place["$ref"]).rpartition("/")[2]
    return ""
