"""What is written: within GitHub's limit, whole tables, nothing that a name can break."""

import re
from dataclasses import replace

import pytest

from privatelink.comments import LIMIT
from privatelink.review.render_markdown import MARKER, as_markdown
from tests.support.plan_facts import ENDPOINT, change, committed, plan, renamed, reviewed

ODD = 'aws_vpc_endpoint_service.a["|`<script>@octocat\n](x) ``"]'


@pytest.mark.parametrize("number", [1, 100, 5_000])
def test_a_comment_is_within_the_limit_and_says_what_it_leaves_out(number):
    text = as_markdown(reviewed(plan(*renamed(number))))

    assert len(text.encode()) <= LIMIT
    assert text.splitlines()[0] == f"**Do not apply: {number} blocking in 1 plan**"
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert text.rstrip().endswith(MARKER)
    rows = len(re.findall(r"^\| `aws_vpc_endpoint_service", text, re.M)) or text.count("**Because:**")
    left = re.findall(r"^… and (\d+) more rows\.$", text, re.M)
    assert rows + int(left[0] if left else 0) >= number


def test_a_comment_of_exactly_the_limit_is_whole():
    found = reviewed(plan(*renamed(20)))
    whole = as_markdown(found)
    size = len(whole.encode())

    assert as_markdown(found, size) == whole
    assert len(as_markdown(found, size - 1).encode()) < size


def test_many_stacks_are_within_the_limit_too():
    plans = [
        plan(*renamed(3, f"aws_vpc_endpoint_service.a{number}[%d]"), stack=f"stack-{number:04}")
        for number in range(600)
    ]

    assert len(as_markdown(reviewed(*plans)).encode()) <= LIMIT


def test_every_row_of_a_table_has_its_cells_whatever_the_names_are():
    (odd, more) = renamed(2, before="a|b`c\nd", after="<b>|")
    text = as_markdown(reviewed(plan(odd | {"address": ODD}, more)))

    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert tables
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(counts) == 1, table


def test_findings_with_one_cause_are_under_one_heading_with_who_is_cut_off():
    text = as_markdown(reviewed(committed("listener-destroyed")))
    headings = re.findall(r"^### (.*)$", text, re.M)

    assert headings == ["Listener destroyed: `aws_lb_listener.https[0]`"]
    start = text[: text.index("<details>")]
    assert "- **Breaks:** connections to its port fail for every consumer\n" in start
    assert "- **For:** clients of `module.consumer[0].aws_vpc_endpoint.this`, port 443 in ap-north" in start
    assert "- **Because:** `port`: `443` → `(none)`\n" in start
    assert "- **Instead:** check in the load balancer's metrics" in start
    assert "in `listener-destroyed`" not in text


def test_code_to_add_is_in_a_fence_that_it_cannot_end():
    found = reviewed(plan(*renamed()))
    block = 'moved {\n  from = aws_lb.a["```"]\n  to = b\x1b\n}\n'
    text = as_markdown(replace(found, findings=[replace(found.findings[0], code=block)]))

    assert (
        "- **Or**, if it only gets another address, add:\n"
        '  ````hcl\n  moved {\n    from = aws_lb.a["```"]\n    to = b\\x1b\n  }\n  ````\n'
    ) in text
    plain = as_markdown(replace(found, findings=[replace(found.findings[0], code="moved {}\n")]))
    assert "add:\n  ```hcl\n  moved {}\n  ```\n" in plain


def test_many_resources_with_one_finding_each_are_one_heading_and_one_table():
    text = as_markdown(reviewed(plan(*renamed(7))))

    assert re.findall(r"^### (.*)$", text, re.M) == ["Private DNS name changed: 7 resources"]
    assert text.count("- **Because:**") == 3
    assert "<summary>7 findings</summary>" in text


def test_warnings_are_folded_only_below_what_blocks():
    principal = {"principal_arn": "arn:aws:iam::111122223333:root", "vpc_endpoint_service_id": "s0"}
    removed = change("aws_vpc_endpoint_service_allowed_principal.p", principal, None)
    warned = as_markdown(reviewed(plan(removed)))
    blocked = as_markdown(reviewed(plan(removed, *renamed())))
    heading = "\n### Warning: Allowed principal removed: `aws_vpc_endpoint_service_allowed_principal.p`\n"

    assert heading in warned
    assert "<summary>Warnings: 1</summary>" not in warned
    assert blocked.index("<summary>Warnings: 1</summary>") < blocked.index(heading)


def test_a_stack_is_named_only_if_there_are_several():
    one = plan(*renamed(), stack="one")
    other = plan(*renamed(address="aws_vpc_endpoint_service.b"), stack="other")

    assert "`one`" not in as_markdown(reviewed(one))
    assert "`aws_vpc_endpoint_service.a[0]` in `one`" in as_markdown(reviewed(one, other))


def test_a_severity_that_the_policy_lowered_is_said_before_the_findings():
    text = as_markdown(reviewed(plan(*renamed(2)), severity={"private-dns-name-changed": "warning"}))

    assert text.splitlines()[:3] == [
        "**Nothing blocking: 2 warning in 1 plan; severity of 2 lowered by the policy**",
        "",
        "> Severity lowered by the policy: `private-dns-name-changed` blocking → warning (2)",
    ]


def test_accepted_findings_and_unused_acceptances_have_tables():
    accepted = {"rule": "private-dns-name-changed", "reason": "r"}
    acceptances = [
        accepted | {"address": "*0]", "until": "2999-01-01", "reason": "a|b"},
        accepted | {"address": "*1]", "until": "2000-01-01", "reason": "was"},
        accepted | {"address": "*9]", "until": "2999-02-02"},
    ]
    text = as_markdown(reviewed(plan(*renamed(2)), accepted=acceptances))

    assert text.startswith("**Do not apply: 1 blocking in 1 plan; 1 accepted**\n")
    assert "<summary>Accepted: 1</summary>" in text
    row = "| `private-dns-name-changed` | `aws_vpc_endpoint_service.a[0]` | 2999-01-01 | a\\|b |"
    assert f"| rule | resource | until | reason |\n|---|---|---|---|\n{row}\n" in text
    assert "(accepted until 2000-01-01: was)" in text
    assert "<summary>Acceptances without a finding, or expired: 2</summary>" in text
    assert (
        "| rule | address | until |\n|---|---|---|\n"
        "| `private-dns-name-changed` | `*1]` | 2000-01-01 |\n"
        "| `private-dns-name-changed` | `*9]` | 2999-02-02 |\n"
    ) in text


def test_what_changed_outside_terraform_is_listed():
    drifted = change("aws_lb.l", {"id": "l", "name": "a"}, {"id": "l", "name": "b"})
    quiet = as_markdown(reviewed(plan(*renamed())))
    text = as_markdown(reviewed(plan(*renamed(), resource_drift=[drifted])))

    assert "outside Terraform" not in quiet
    assert "; 1 changed outside Terraform" in text
    assert "| changed outside Terraform |\n|---|\n| `aws_lb.l` |\n" in text


@pytest.mark.parametrize(("number", "more"), [(3, ""), (4, "; and 1 more")])
def test_paths_beyond_the_first_three_are_counted(number, more):
    endpoints = (ENDPOINT | {"id": f"vpce-{each}"} for each in range(number))
    made = plan(*(change(f"aws_vpc_endpoint.e[{n}]", each, each) for n, each in enumerate(endpoints)))
    (line,) = re.findall(r"^- \*\*endpoint service.*$", as_markdown(reviewed(made)), re.M)

    assert line.count("`aws_vpc_endpoint.e[") == 3
    assert line.endswith(f"all ports{more}")
