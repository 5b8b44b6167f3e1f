"""Scans with checkov: what is read, what is written, and what is missing."""

import json

import pytest

from tools import scan
from tools.scan import BEGIN, END, PAGE, Scan, ScanError, read, scan_all, tables, unexplained, with_tables

EXPLAINED = "CKV_AWS_150"


def found(check, path="/shop/stacks/provider/cdk.tf.json"):
    return {"check_id": check, "check_name": f"{check}'s name", "file_path": path}


def answer(passed=(), failed=(), unread=()):
    results = {"passed_checks": passed, "failed_checks": failed, "parsing_errors": unread}
    return json.dumps({"check_type": "terraform_json", "results": results})


def test_each_folder_has_its_own_checks():
    other = found("CKV_1", "/bank/stacks/provider/cdk.tf.json")
    text = answer(passed=[found("CKV_2"), other], failed=[found("CKV_1"), found("CKV_1")])

    scans = list(read(text, {"shop": "examples/shop.yaml", "bank": "examples/bank.yaml"}))

    assert [each.row for each in scans] == [
        "| `examples/shop.yaml` | 3 | 2 | CKV_1 (2) |",
        "| `examples/bank.yaml` | 1 | 0 |  |",
    ]


def test_a_module_has_the_checks_of_the_modules_that_it_calls():
    text = answer(failed=[found("CKV_1", "/main.tf"), found("CKV_2", "/../vpc/main.tf")])

    (only,) = read(text, {"": "terraform/service-provider"})

    assert only.row == "| `terraform/service-provider` | 2 | 2 | CKV_1 (1), CKV_2 (1) |"


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        (answer(passed=[found("CKV_1")], unread=["/a/cdk.tf.json"]), {"": "a"}, "cannot read /a/cdk.tf.json"),
        (
            answer(passed=[found("CKV_1")]),
            {"shop": "shop.yaml", "bank": "bank.yaml"},
            "nothing to check in bank",
        ),
        (
            json.dumps({"passed": 0, "failed": 0, "parsing_errors": 0}),
            {"": "shop"},
            "nothing to check in shop",
        ),
    ],
    ids=["not-parsed", "one-without-checks", "no-checks"],
)
def test_what_was_not_checked_is_an_error_although_checkov_exits_with_0(text, names, message):
    with pytest.raises(ScanError, match=message):
        list(read(text, names))


def test_variables_that_checkov_cannot_parse_are_no_error():
    (only,) = read(answer(passed=[found("CKV_1")], unread=["/terraform/vpc/variables.tf"]), {"": "vpc"})

    assert only.passed == 1


def test_reasons_and_failed_checks_belong_together(monkeypatch):
    reasons = {EXPLAINED: scan.REMAINING[EXPLAINED], "CKV_AWS_2": scan.REMAINING["CKV_AWS_2"]}
    monkeypatch.setattr(scan, "REMAINING", reasons)

    assert unexplained([Scan("shop", 1, [found(EXPLAINED), found("CKV_9")])]) == [
        "CKV_9 fails, and has no reason in REMAINING",
        "CKV_AWS_2 does not fail; remove it from REMAINING",
    ]


def test_the_page_keeps_its_text_around_the_tables():
    written = tables([Scan("shop", 1, [found(EXPLAINED)])])

    page = with_tables(f"before\n{BEGIN}old\n{END}after\n", written)

    assert page == f"before\n{BEGIN}\n{written}\n{END}after\n"
    assert (
        f"| {EXPLAINED}: {EXPLAINED}'s name | `deletion_protection: true`; `profile: production` | With it"
        in page
    )
    assert "CKV_AWS_2:" not in page
    assert with_tables(page, written) == page


@pytest.mark.reuse
@pytest.mark.timeout(900)
def test_all_examples_and_modules_have_the_failed_checks_of_the_page():
    scans = scan_all()

    assert unexplained(scans) == []
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, tables(scans)) == page
