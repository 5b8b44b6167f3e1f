"""SARIF: rule, level, place, a fingerprint that lasts, and suppressions."""

import json

from privatelink.review.catalogue import RULES
from privatelink.review.render_annotations import as_annotations
from privatelink.review.render_sarif import as_sarif, uri
from tests.support.plan_facts import change, committed, plan, reviewed


def test_sarif_names_rule_level_place_and_a_fingerprint_that_lasts():
    first, again = (
        json.loads(as_sarif(reviewed(committed("principal-removed"))))["runs"][0]["results"] for _ in range(2)
    )
    (result,) = first
    assert (result["ruleId"], result["level"]) == ("principal-removed", "warning")
    (location,) = result["locations"]
    assert location["logicalLocations"][0]["fullyQualifiedName"].startswith(
        "aws_vpc_endpoint_service_allowed"
    )
    assert first[0]["partialFingerprints"] == again[0]["partialFingerprints"]


def test_a_plan_of_the_checkout_has_a_relative_uri_and_any_other_its_whole_path(tmp_path, monkeypatch):
    (tmp_path / "checkout").mkdir()
    monkeypatch.chdir(tmp_path / "checkout")
    assert uri("out/my plan.json") == uri(f"{tmp_path}/checkout/out/my plan.json") == "out/my%20plan.json"
    assert uri(f"{tmp_path}/plan.json") == f"file://{tmp_path}/plan.json"


def test_an_accepted_finding_is_suppressed_in_sarif_and_no_annotation():
    accepted = {"rule": "principal-removed", "address": "*", "reason": "gone", "until": "2999-01-01"}
    found = reviewed(committed("principal-removed"), accepted=[accepted])

    result = json.loads(as_sarif(found))["runs"][0]["results"][0]
    assert result["suppressions"][0]["justification"] == "gone (until 2999-01-01)"
    assert as_annotations(found) == ""


def test_every_rule_is_described_with_its_level():
    (run,) = json.loads(as_sarif(reviewed(committed("nothing-changes"))))["runs"]

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert (levels["path-broken"], levels["principal-removed"]) == ("error", "warning")
    assert run["results"] == []


def test_a_level_is_that_of_the_policy():
    found = reviewed(committed("principal-removed"), severity={"principal-removed": "note"})

    assert json.loads(as_sarif(found))["runs"][0]["results"][0]["level"] == "note"


def test_findings_of_one_resource_have_fingerprints_of_their_own():
    service = {"id": "s", "private_dns_name": "[a](https://b)", "supported_regions": ["a", "b"]}
    both = change(
        "aws_vpc_endpoint_service.a", service, service | {"private_dns_name": "c", "supported_regions": ["b"]}
    )
    results = json.loads(as_sarif(reviewed(plan(both))))["runs"][0]["results"]

    assert len({result["partialFingerprints"]["resource/v1"] for result in results}) == len(results) == 2
    # A message of SARIF may have links, and a value has none.
    assert " private_dns_name: [a] (https://b) → c. " in results[0]["message"]["text"]
