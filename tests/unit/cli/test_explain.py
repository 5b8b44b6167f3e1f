"""`privatelink explain`: one rule of each kind, all of them, and one that does not exist."""

import json
import subprocess
import sys

import pytest

from privatelink.changes import catalogue as changes
from privatelink.cli.explain import explanations
from privatelink.constructs import built_in
from privatelink.constructs import rules as constructs
from privatelink.review import catalogue as review
from privatelink.topology import catalogue as topology
from tests.support.cli import run

IDS = {
    rule.id
    for rules in (
        *(topology.RULES, constructs.ARGUMENTS, constructs.CONDITIONS),
        *(review.RULES, changes.KINDS, built_in.RULES),
    )
    for rule in rules
}


def test_a_rule_is_explained():
    ran = run("explain", "tls-certificate-missing")

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout == (
        "tls-certificate-missing (error): TLS listener without a certificate\n"
        "  why      A TLS listener decrypts the traffic with the certificate; AWS refuses it without one.\n"
        "  allowed  the ARN of a certificate\n"
        "  fix      add `certificate_arn`, or set `protocol: TCP`\n"
        "  where    a topology: `service.listeners`\n"
        "  page     https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
        "tls-listener-certificates.html\n"
    )


@pytest.mark.parametrize(
    ("rule", "severity", "words"),
    [
        ("one-zone", "warning", ["one zone, <zone>", "`silenced`"]),
        ("vpc-mismatch", "error", ["another VPC, <found>", "correct `vpc_id`"]),
        ("endpoint-replaced", "blocking", ["interface endpoint replaced", "  why      ", "  fix      "]),
        ("endpoint-type-written", "built in", ["endpoint without a type", "nothing to do"]),
    ],
)
def test_every_kind_of_rule_is_explained(rule, severity, words):
    ran = run("explain", rule)

    assert ran.exit_code == 0
    assert ran.stdout.startswith(f"{rule} ({severity}): ")
    assert "  page     https://" in ran.stdout
    for word in words:
        assert word in ran.stdout


def test_a_rule_of_several_places_names_them_all():
    ran = run("explain", "target-zone-missing")

    assert (
        "  where    a topology: `service.targets`; a plan: conditions that Terraform checks\n" in ran.stdout
    )


def test_every_rule_is_listed_once_with_one_line():
    ran = run("explain")

    assert (ran.exit_code, ran.stderr) == (0, "")
    listed = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(IDS)
    assert "Errors in a topology:" in ran.stdout
    assert "Warnings of a topology:" in ran.stdout


def test_no_two_rules_of_any_kind_have_one_id():
    ids = [each.id for each in explanations()]

    assert sorted(set(ids)) == sorted(ids)


def test_no_placeholder_is_left():
    of_backends = "{zone}"  # a topology has it
    for each in explanations():
        text = f"{each.what}{each.allowed}{each.fix}"
        assert text.count("{") == text.count(of_backends), each.id


def test_json_of_one_and_of_all():
    one, every = run("explain", "one-zone", "--json"), run("explain", "--json")

    explained = json.loads(one.stdout)
    assert (explained["id"], explained["severity"], explained["allowed"]) == ("one-zone", "warning", "")
    assert explained in json.loads(every.stdout)
    assert len(json.loads(every.stdout)) == len(IDS)


@pytest.mark.parametrize(
    ("wrong", "fix"),
    [
        ("tls-certificate-mising", "did you mean tls-certificate-missing"),
        ("qqq", "list all rules with `privatelink explain`"),
    ],
)
def test_an_unknown_rule(wrong, fix):
    ran = run("explain", wrong)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr == f'error: unknown rule: "{wrong}"\n  fix: {fix}\n'


def test_it_needs_neither_the_framework_nor_aws():
    code = (
        "import sys; from privatelink.cli.app import main\n"
        "main(['explain', 'one-zone']); print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"cdktf", "cdktn", "jsii", "boto3", "moto"} & set(ran.stderr.split())
