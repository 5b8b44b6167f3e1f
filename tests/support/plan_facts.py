"""Plans for tests: the committed ones of the real provider, and small ones made here."""

import functools
import json
from typing import Any

from privatelink.review.findings import Finding, Review, review
from privatelink.review.plan import Plan, parse_plan
from privatelink.review.policy import Policy
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
