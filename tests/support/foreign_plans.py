"""Plans of configurations that were not written for the review, with edits, as Terraform would plan them.

tests/data/foreign has five configurations as plans without a change, and cases.json: edits of one of them,
and the answer that a reviewer expects.

- `vendor`: a service with a TLS listener, `count`, and the older type of security group rules
- `proxy`: ECS tasks behind modules in modules, with rules inside security groups
- `scaled`: two services by `for_each`, on one Auto Scaling group, whose consumers are elsewhere
- `consumer`: endpoints to services of AWS and of vendors
- `application`: a Network Load Balancer in front of an Application Load Balancer
"""

import copy
import functools
import json
from collections.abc import Mapping
from typing import Any

from privatelink.review.findings import Review
from tests.support.project import PROJECT

FOLDER = PROJECT / "tests" / "data" / "foreign"
Case = Mapping[str, Any]


@functools.cache
def cases() -> dict[str, Case]:
    """The cases by their names."""
    return json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


@functools.cache
def _base(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def document(case: Case) -> dict[str, Any]:
    """The JSON of a plan.

    Each edit is that of a resource: `had` changes what is applied already, `before` adds to it; `actions`,
    `after` (what differs), `unknown` and `replace_paths` are the planned change.
    """
    plan = copy.deepcopy(_base(case["base"]))
    resources = {each["address"]: each for each in plan["resource_changes"]}
    for address in case.get("absent", ()):
        del resources[address]
    for address, edit in case["edits"].items():
        new = {"address": address, "mode": "managed", "change": {"before": None}, **edit.get("resource", {})}
        resource = resources.setdefault(address, new)
        resource["change"] = _changed(resource["change"]["before"], edit)
    for each in resources.values():
        before = each["change"]["before"]
        each["change"] = {"actions": ["no-op"], "before": before, "after": before} | each["change"]
    plan["resource_changes"] = [*resources.values()]
    for module, address, expressions in case.get("configuration", ()):
        _configure(plan["configuration"]["root_module"], module, address, expressions)
    if targets := case.get("targets"):
        _limit(plan, targets)
    return plan | {"errored": case.get("errored", False), "complete": "targets" not in case}


def _changed(before: dict[str, Any] | None, edit: Case) -> dict[str, Any]:
    before = edit.get("before", before)
    if had := edit.get("had"):
        before = (before or {}) | had
    actions = edit.get("actions", ["no-op"])
    unknown = edit.get("unknown", {})
    if isinstance(unknown, list):
        unknown = dict.fromkeys(unknown, True)
    gone = actions in (["delete"], ["forget"])
    return {
        "actions": actions,
        "before": before,
        "after": None if gone else (before or {}) | edit.get("after", {}),
        "after_unknown": unknown,
        "replace_paths": [[name] for name in edit.get("replace_paths", ())],
    }


def _configure(root: dict[str, Any], module: list[str], address: str, expressions: Any) -> None:
    for name in module:
        root = root["module_calls"][name]["module"]
    found = next((each for each in root["resources"] if each["address"] == address), None)
    if found is None:
        kind, _, name = address.partition(".")
        found = {"address": address, "mode": "managed", "type": kind, "name": name}
        root["resources"].append(found)
    found["expressions"] = expressions


def _limit(plan: dict[str, Any], targets: list[str]) -> None:
    """Leave the changes of some resources, as `-target` does; the prior state has all of them."""
    state = [
        {name: value for name, value in each.items() if name != "change"}
        | {"values": each["change"]["before"]}
        for each in plan["resource_changes"]
        if each["change"]["before"] is not None
    ]
    plan["prior_state"] = {"values": {"root_module": {"resources": state}}}
    plan["resource_changes"] = [each for each in plan["resource_changes"] if each["address"] in targets]


def answer(found: Review) -> str:
    """The answer of a review: pass, warn or block."""
    if found.exit_code:
        return "block"
    return "warn" if any(finding.severity == "warning" for finding in found.open) else "pass"
