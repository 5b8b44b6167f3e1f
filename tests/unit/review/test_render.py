"""What is written: within GitHub's limit, whole tables, nothing that a name can break."""

import json
import re

import pytest

from privatelink.review.drawing import draw
from privatelink.review.findings import review
from privatelink.review.render_annotations import as_annotations
from privatelink.review.render_json import as_document
from privatelink.review.render_markdown import LIMIT, MARKER, as_markdown, cell, code
from privatelink.review.render_sarif import as_sarif, uri
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, committed, plan, reviewed

ODD = 'aws_lb_listener.a["|`<script>@octocat\n](x) ``"]'


def listeners(number, name="aws_lb_listener.a[%d]"):
    before = {"port": 443, "protocol": "TCP"}
    return [change(name % each, before, before | {"port": 8443}) for each in range(number)]


@pytest.mark.parametrize("number", [1, 100, 5_000])
def test_a_comment_is_within_the_limit_and_says_what_it_leaves_out(number):
    text = as_markdown(reviewed(plan(*listeners(number))))

    assert len(text.encode()) <= LIMIT
    assert text.splitlines()[0] == f"**Do not apply: {number} blocking in 1 plan**"
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert text.rstrip().endswith(MARKER)
    rows = len(re.findall(r"^\| `aws_lb_listener", text, re.M))
    left = re.findall(r"^… and (\d+) more rows\.$", text, re.M)
    assert rows + int(left[0] if left else 0) >= number


def test_many_stacks_are_within_the_limit_too():
    plans = [plan(*listeners(3), stack=f"stack-{number:04}") for number in range(600)]

    assert len(as_markdown(reviewed(*plans)).encode()) <= LIMIT


def test_every_row_of_a_table_has_its_cells_whatever_the_names_are():
    odd = change("aws_lb_listener.a", {"port": 1, "protocol": "a|b`c\nd"}, {"port": 1, "protocol": "<b>|"})
    text = as_markdown(reviewed(plan(odd | {"address": ODD})))

    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert tables
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(counts) == 1, table


@pytest.mark.parametrize("text", ["a", "a`b", "``", " a ", "`", "a|b"])
def test_a_code_span_is_fenced_by_more_backticks_than_it_has(text):
    fence, inner = re.fullmatch(r"(`+)(.*?)\1", code(text)).groups()

    assert inner.replace("\\|", "|").strip() == text.strip()
    assert len(fence) > max(map(len, re.findall("`+", text)), default=0)


def test_words_in_a_cell_mention_no_one_and_format_nothing():
    assert cell("@a *b* <c> #1") == "\\@a \\*b\\* &lt;c&gt; \\#1"


def test_json_has_findings_paths_and_their_hops():
    document = as_document(reviewed(committed("targets-closed")))

    (finding,) = document["findings"]
    (path,) = document["paths"]
    assert finding["rule"] == "path-broken"
    assert (path["before"]["state"], path["after"]["state"]) == ("open", "broken")
    assert [hop["name"] for hop in path["after"]["hops"] if hop["holds"] is False] == [
        "target security group"
    ]
    assert document["format"] == 1


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


def test_an_annotation_is_one_line_whatever_the_name_is():
    odd = change("aws_lb_listener.a", {"port": 1}, {"port": 2}) | {"address": "a\n::error::b"}

    assert as_annotations(reviewed(plan(odd))).count("\n") == 1


def test_the_drawing_marks_what_changes_and_stays_readable():
    drawing = draw(Worlds([committed("load-balancer-renamed")]))

    assert re.search(r'\["load balancer <b>replaced</b><br/>aws_lb\.shop"\]:::replaced', drawing)
    assert drawing.count("PrivateLink") == 1
    many = [change(f"aws_vpc_endpoint_service.a{n}", {"id": f"s{n}"}, {"id": f"s{n}"}) for n in range(100)]
    assert 'more["and 60 more"]' in draw(Worlds([plan(*many)]))


def test_nothing_of_private_link_is_no_drawing():
    assert draw(Worlds([plan()])) == ""
    assert "mermaid" not in as_markdown(review([plan()]))
