"""Plans for tests: the committed ones of the real provider, and small ones made here."""

import functools
import json
from collections.abc import Sequence
from typing import Any

from privatelink.review.findings import Finding, Review, review
from privatelink.review.plan import Plan, parse_plan
from privatelink.review.policy import Policy
from privatelink.review.reachability import Path
from privatelink.review.shapes import UNKNOWN
from tests.support.project import PROJECT

FOLDER = PROJECT / "tests" / "data" / "plans"


@functools.cache
def document(name: str) -> dict[str, Any]:
    """A committed plan; no test changes what it reads."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def as_plan(document: dict[str, Any], stack: str = "stack") -> Plan:
    """The plan that a document is."""
    return parse_plan(json.dumps(document).encode(), f"{stack}.json", stack)


def committed(name: str) -> Plan:
    return as_plan(document(name), name)


def change(
    address: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    *,
    unknown: Any = None,
    replaced_by: tuple[str, ...] = (),
    sensitive: Any = None,
    **further: Any,
) -> dict[str, Any]:
    """A resource change; what has only `before` is destroyed, only `after` created, both alike unchanged."""
    actions = ["no-op"] if before == after and not unknown else ["update"]
    if before is None or after is None:
        actions = ["create"] if before is None else ["delete"]
    elif replaced_by:
        actions = ["delete", "create"]
    plain, _, key = address.partition("[") if not address.startswith("module.") else (address, "", "")
    kind, name = plain.split(".")[-2:]
    if key:
        further.setdefault("index", json.loads(key.removesuffix("]")))
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": sensitive or {},
            "after_sensitive": sensitive or {},
            "replace_paths": [[each] for each in replaced_by],
        },
        **further,
    }


def plan(*changes: dict[str, Any], stack: str = "stack", configuration: Any = None, **further: Any) -> Plan:
    """A plan of some changes; without a configuration nothing is omitted in it."""
    root = {"root_module": {"resources": configuration or []}}
    return as_plan(as_document(*changes, configuration=root, **further), stack)


def as_document(*changes: dict[str, Any], **further: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [*changes], **further}


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    """A resource in the configuration; each attribute refers to what is named."""
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "expressions": {
            attribute: {"references": value} if isinstance(value, list) else {"constant_value": value}
            for attribute, value in expressions.items()
        },
    }


def reviewed(*plans: Plan, **policy: Any) -> Review:
    return review(plans, Policy.model_validate(policy))


def found(*plans: Plan) -> list[str]:
    """The ids of the rules that find something, each once, in order."""
    return list(dict.fromkeys(finding.rule.id for finding in reviewed(*plans).findings))


def only(*plans: Plan) -> Finding:
    (finding,) = reviewed(*plans).findings
    return finding


def renamed(
    number: int = 1,
    address: str = "aws_vpc_endpoint_service.a[%d]",
    before: str = "a.example",
    after: str = "b.example",
) -> list[dict[str, Any]]:
    """Services with another private DNS name: one finding each."""
    return [
        change(
            address.replace("%d", str(each)),
            {"id": f"s{each}", "private_dns_name": before},
            {"id": f"s{each}", "private_dns_name": after},
        )
        for each in range(number)
    ]


# A path from a client to a target with nothing in its way, as all the resources that it needs.
VPC = {"id": "vpc-c", "cidr_block": "10.20.0.0/16"}
SUBNET = {"id": "subnet-c", "availability_zone": "a", "owner_id": "1", "cidr_block": "10.20.0.0/24"}
GROUP = {"id": "sg-e", "ingress": [], "egress": []}
ADMITS = {
    "security_group_id": "sg-e", "cidr_ipv4": "10.20.0.0/16", "ip_protocol": "tcp", "from_port": 443,
    "to_port": 443,
}  # fmt: skip
ENDPOINT = {
    "id": "vpce-1", "vpc_endpoint_type": "Interface", "service_name": "com.vpce-svc-1", "vpc_id": "vpc-c",
    "subnet_ids": ["subnet-c"], "security_group_ids": ["sg-e"], "state": "available",
}  # fmt: skip
SERVICE = {
    "id": "vpce-svc-1", "service_name": "com.vpce-svc-1", "acceptance_required": True,
    "network_load_balancer_arns": ["arn:lb"],
}  # fmt: skip
LB_SUBNET = {"id": "subnet-p", "availability_zone": "a", "owner_id": "1", "cidr_block": "10.10.0.0/24"}
LB = {
    "id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "subnets": ["subnet-p"],
    "security_groups": ["sg-lb"], "enforce_security_group_inbound_rules_on_private_link_traffic": "off",
}  # fmt: skip
LB_GROUP = {
    "id": "sg-lb", "ingress": [],
    "egress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.10.0.0/16"]}],
}  # fmt: skip
LISTENER = {
    "id": "arn:listener", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP",
    "default_action": [{"type": "forward", "target_group_arn": "arn:tg"}],
}  # fmt: skip
TARGETS = {"id": "arn:tg", "arn": "arn:tg", "port": 8443, "health_check": [{"port": "traffic-port"}]}
ATTACHED = {"id": "x", "target_group_arn": "arn:tg", "target_id": "i-1", "port": 8443}
INSTANCE = {"id": "i-1", "vpc_security_group_ids": ["sg-t"], "subnet_id": "subnet-p"}
TARGET_GROUP = {
    "id": "sg-t", "egress": [],
    "ingress": [{"protocol": "tcp", "from_port": 8443, "to_port": 8443, "security_groups": ["sg-lb"]}],
}  # fmt: skip
ACL = {"id": "acl-1", "subnet_ids": ["subnet-p"]}
ALLOW = {
    "rule_no": 100,
    "action": "allow",
    "protocol": "-1",
    "from_port": 0,
    "to_port": 0,
    "cidr_block": "0.0.0.0/0",
}
DENY = {"rule_no": 50, "action": "deny", "protocol": "6", "from_port": 8443, "to_port": 8443}

WORLD = {
    "aws_vpc.c": VPC, "aws_subnet.c": SUBNET, "aws_security_group.e": GROUP,
    "aws_vpc_security_group_ingress_rule.e": ADMITS, "aws_vpc_endpoint.e": ENDPOINT,
    "aws_vpc_endpoint_service.s": SERVICE, "aws_subnet.p": LB_SUBNET, "aws_lb.l": LB,
    "aws_security_group.lb": LB_GROUP, "aws_lb_listener.l": LISTENER, "aws_lb_target_group.t": TARGETS,
    "aws_lb_target_group_attachment.t": ATTACHED, "aws_instance.t": INSTANCE,
    "aws_security_group.t": TARGET_GROUP,
    "aws_network_acl.p": ACL | {"ingress": [ALLOW], "egress": [ALLOW]},
}  # fmt: skip
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"


def path_after(changes: dict[str, Any], *further: dict[str, Any]) -> Path:
    """The path once some resources have other values; None takes one away, a set leaves those unknown."""
    made = []
    for address, values in WORLD.items():
        new = changes.get(address, {})
        unknown = {name: True for name in new if new[name] is UNKNOWN} if new else {}
        after = None if new is None else values | {k: v for k, v in new.items() if v is not UNKNOWN}
        made.append(change(address, values, after, unknown=unknown))
    (path,) = [each for each in reviewed(plan(*made, *further)).paths if str(each.port) == "443"]
    return path


def paths_after(changes: dict[str, Any]) -> Sequence[Path]:
    """Every path once some resources have other values."""
    made = (change(address, values, values | changes.get(address, {})) for address, values in WORLD.items())
    return reviewed(plan(*made)).paths
