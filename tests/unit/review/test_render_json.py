"""JSON: everything there is to say, for machines."""

import json

import pytest

from privatelink.review.render_json import as_document, as_json
from tests.support.plan_facts import committed, plan, reviewed


def test_json_has_findings_paths_and_their_hops():
    document = as_document(reviewed(committed("targets-closed")))

    (finding,) = document["findings"]
    (path,) = [each for each in document["paths"] if each["zone"] == "ap-northeast-2a"]
    assert finding["rule"] == "path-broken"
    assert (path["before"]["state"], path["after"]["state"]) == ("open", "broken")
    assert [hop["name"] for hop in path["after"]["hops"] if hop["holds"] is False] == [
        "target security group"
    ]
    assert document["format"] == 2


def test_a_finding_has_its_rule_its_place_and_its_values():
    (finding,) = as_document(reviewed(committed("load-balancer-renamed")))["findings"]

    assert {name: finding[name] for name in ("rule", "severity", "stack", "address", "attribute")} == {
        "rule": "load-balancer-replaced", "severity": "blocking", "stack": "load-balancer-renamed",
        "address": "aws_lb.shop", "attribute": "name",
    }  # fmt: skip
    assert (finding["before"], finding["after"]) == ("shop", "shop-2")
    assert finding["page"].startswith("https://")
    assert (finding["accepted"], finding["expired"]) == (None, None)


@pytest.mark.parametrize(("until", "field"), [("2999-01-01", "accepted"), ("2000-01-01", "expired")])
def test_an_acceptance_is_part_of_its_finding(until, field):
    accepted = {"rule": "principal-removed", "address": "*", "reason": "gone", "until": until}
    (finding,) = as_document(reviewed(committed("principal-removed"), accepted=[accepted]))["findings"]

    assert finding[field] == accepted | {"stack": None}


def test_the_text_is_json_that_says_what_does_not_count():
    unused = {"rule": "path-broken", "address": "ü*", "reason": "none", "until": "2999-01-01"}
    text = as_json(reviewed(plan(errored=True), accepted=[unused]))
    document = json.loads(text)

    assert document["unused_acceptances"] == [unused | {"stack": None}]
    assert document["plans"] == [
        {"stack": "stack", "path": "stack.json", "drift": [],
         "notes": ["planning failed: the plan is incomplete and cannot be applied"]}
    ]  # fmt: skip
    assert (document["verdict"], document["exit_code"]) == ("not determined", 0)
    assert document["summary"] == "Not determined: planning that did not finish in 1 plan"
    assert '"ü*"' in text


def test_a_side_without_the_endpoint_has_no_path():
    paths = as_document(reviewed(committed("everything-destroyed")))["paths"]

    assert {path["after"] for path in paths} == {None}
    assert {path["zone"]: path["before"]["state"] for path in paths}["ap-northeast-2a"] == "open"
    assert {path["protocol"] for path in paths} == {"tcp"}
