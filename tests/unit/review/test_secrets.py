"""Sensitive values: they appear nowhere, by their marks or in the clear."""

import pytest

from privatelink.review.render_json import as_json
from privatelink.review.render_markdown import as_markdown
from privatelink.review.render_sarif import as_sarif
from privatelink.review.secrets import Redaction
from tests.support.plan_facts import change, plan, reviewed

SECRET = "hunter2-hunter2"


def test_sensitive_values_never_appear():
    before = {"port": 443, "protocol": "TCP", "load_balancer_arn": "arn:lb", "tags": {"key": SECRET}}
    service = {
        "id": "vpce-svc-1",
        "private_dns_name": f"{SECRET}.example",
        "supported_regions": [SECRET, "b"],
    }
    renamed = {"private_dns_name": "b", "supported_regions": ["b"]}
    made = plan(
        change("aws_lb_listener.a", before, before | {"port": 8443},
               sensitive={"port": True, "tags": {"key": True}}),
        change("aws_vpc_endpoint_service.a", service, service | renamed,
               sensitive={"private_dns_name": True, "supported_regions": [True, False]}),
        # Another attribute that holds a secret in the clear.
        change("aws_vpc_endpoint_service.b", {"private_dns_name": SECRET}, {"private_dns_name": "c"}),
    )  # fmt: skip
    found = reviewed(made)

    assert {finding.rule.id for finding in found.findings} >= {"listener-changed", "private-dns-name-changed"}
    for text in (as_markdown(found), as_json(found), as_sarif(found)):
        assert "hunter2" not in text
        assert "8443" not in text
        assert "(sensitive)" in text


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        ([], "a.b*c", "a.b*c"),
        (["a.b"], "axb a.b", "axb (sensitive)"),
        (["ab", "abc"], "abc ab", "(sensitive) (sensitive)"),
        (["abc", "ab", "abc"], "xabcx", "x(sensitive)x"),
        (["abcd", "cdef"], "xabcdefx", "x(sensitive)x"),
        (["abcd", "bc"], "abcd bc", "(sensitive) (sensitive)"),
        (["abcd"], "abcdabcd", "(sensitive)(sensitive)"),
        (["abcdefgh"], "x abcde…", "x (sensitive)…"),
        (["abcdefgh", "abcd"], "x abcde…", "x (sensitive)…"),
        (["abcdefgh", "zz"], "x abc… abcdefgh", "x abc… (sensitive)"),
        (["abcdefgh"], "xbcdef…", "xbcdef…"),
    ],
)
def test_secrets_are_taken_out_wherever_they_are(secrets, text, shown):
    assert Redaction(secrets)(text) == shown


def test_one_of_many_secrets_is_hidden_and_what_only_sorts_among_them_is_not():
    hide = Redaction(f"secret-{number:03}" for number in range(400))

    assert hide("xx secret-39… yyyy… zzzz-zz…") == "xx (sensitive)… yyyy… zzzz-zz…"


def test_a_secret_at_the_end_of_a_value_that_is_cut_is_hidden():
    value = f"{'x' * 110}{SECRET}"
    service = {"id": "s", "private_dns_name": value}
    made = plan(
        change("aws_vpc_endpoint_service.a", service, service | {"private_dns_name": "b"}),
        change("aws_x.y", {"key": SECRET}, {"key": SECRET}, sensitive={"key": True}),
    )
    found = reviewed(made)

    assert found.findings[0].before == f"{'x' * 110}(sensitive)…"
    assert "hunter2" not in as_markdown(found)
