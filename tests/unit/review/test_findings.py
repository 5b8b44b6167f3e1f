"""The review as a whole: no finding on any example, what counts, and how it is summed up."""

import json
import re

import pytest

from privatelink.review.findings import review
from tests.support.generated import FOLDER
from tests.support.plan_facts import as_document, as_plan

EXAMPLES = sorted(FOLDER.iterdir())
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
REFERENCE = re.compile(r"\$\{(?:join\([^,]*, \[)?((?:data\.)?[\w-]+\.[\w-]+(?:\.[\w\[\]\"-]+)*)")


def is_unknown(value):
    return isinstance(value, str) and "${" in value


def known(value):
    """Values as a plan has them: what refers to something to be made is null."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return None if is_unknown(value) else value


def unknown(value):
    if isinstance(value, dict):
        return {key: unknown(item) for key, item in value.items() if item not in (None, [], {})}
    return [unknown(item) for item in value] if isinstance(value, list) else is_unknown(value)


def expression(value):
    if isinstance(value, dict):
        return {key: expression(item) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [expression(item) for item in value]
    references = REFERENCE.findall(json.dumps(value))
    return {"references": references} if references else {"constant_value": value}


def plans(example, *, applied):
    """Every stack as a plan: of its first apply, or of the one after it."""
    for stack, configuration in json.loads(example.read_text()).items():
        changes, resources = [], []
        for kind, named in configuration.get("resource", {}).items():
            for name, body in named.items():
                values = {key: item for key, item in body.items() if key not in ("lifecycle", "depends_on")}
                place = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
                after = known(values)
                change = {
                    "actions": ["no-op"] if applied else ["create"],
                    "before": after if applied else None,
                    "after": after,
                    "after_unknown": {} if applied else unknown(values) | {"id": True, "arn": True},
                }
                changes.append(place | {"change": change})
                resources.append(place | {"expressions": {key: expression(v) for key, v in values.items()}})
        root = {"root_module": {"resources": resources}}
        yield as_plan(as_document(*changes, configuration=root), stack)


@each_example
@pytest.mark.parametrize("applied", [False, True], ids=["first", "no-op"])
def test_no_finding(example, applied):
    found = review([*plans(example, applied=applied)])

    assert [(finding.rule.id, finding.change.address) for finding in found.findings] == []


@each_example
def test_what_hangs_together_is_found_before_it_exists(example):
    found = review([*plans(example, applied=False)])

    for lb in found.worlds.after.network_load_balancers():
        listeners = found.worlds.after.leading_to(lb, "aws_lb_listener", "load_balancer_arn")
        assert listeners, lb.address
        assert found.worlds.after.leading_to(lb, "aws_vpc_endpoint_service", "network_load_balancer_arns")
