"""The fix of a message, followed to the letter, leads on: the same problem is gone."""

import re

import pytest

from privatelink.topology.file import TopologyError, parse
from tests.support.topology_cases import FILE, FILE_WITHOUT_A_SERVICE


def problems(text):
    try:
        parse(text)
    except TopologyError as error:
        return error.problems
    return ()


def followed(text, problem):
    """Change the file as the first fix of a problem says."""
    fix = problem.fix
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: problem.line - 1])) + problem.column - 1
    width = problem.excerpt.splitlines()[1].count("^")
    before, value, after = text[:start], text[start : start + width], text[start + width :]
    if found := re.match(r"(?:did you mean|write it in quotes:|remove the quotes:) (.+)", fix):
        return before + found[1] + after
    if fix.startswith("remove it") and re.fullmatch(r"\s*\w+: [^\[{]+\n", line := lines[problem.line - 1]):
        return text.replace(line, "")
    if fix.startswith("remove it") and after.startswith(": "):  # a key between braces
        return before + re.sub(r"^: [^,}]+(, )?", "", after)
    if fix.startswith("remove it"):  # an item of a list
        return before + after.removeprefix(", ") if after.startswith(", ") else before.rstrip(", ") + after
    msg = f"no way to follow: {fix} ({value})"
    raise AssertionError(msg)


# What of which file is replaced, by what, and the rule that this breaks.
MISTAKES = {
    "misspelt field": (FILE, "acceptance:", "acceptence:", "field-unknown"),
    "unknown field": (FILE, "  acceptance: manual", "  qqq: 1\n  acceptance: manual", "field-unknown"),
    "misspelt value": (FILE, "acceptance: manual", "acceptance: manul", "value-unknown"),
    "number in quotes": (FILE, "    port: 80\n", '    port: "80"\n', "value-type"),
    "truth in quotes": (FILE, "scheme: internet-facing", 'cross_zone: "true"', "value-type"),
    "number for text": (FILE, "{team: platform}", "{team: 7}", "value-type"),
    "host bits": (FILE, "10.10.0.0/16", "10.10.0.1/16", "cidr-host-bits"),
    "tag of another case": (FILE, "team: platform", "name: x", ""),
    "service network": (
        FILE_WITHOUT_A_SERVICE,
        "endpoint: {ports: [80]}",
        "endpoint: {service_network_arn: sn-1, ports: [80]}",
        "field-unsupported",
    ),
    "Local Zone": (FILE_WITHOUT_A_SERVICE, "[us-east-1a]", "[us-east-1-bos-1a, us-east-1a]", "local-zone"),
    "zone that other Regions do not reach": (
        FILE_WITHOUT_A_SERVICE.replace("vpce.us-east-1", "vpce.us-west-2").replace(
            "    network", "    region: us-east-1\n    network"
        ),
        "[us-east-1a]",
        "[use1-az1, use1-az3]",
        "endpoint-cross-region-zone",
    ),
    "principal of another partition": (
        FILE,
        "arn:aws:iam",
        "arn:aws-cn:iam",
        "arn-partition",
    ),
    "Region of a service that has one": (
        FILE_WITHOUT_A_SERVICE,
        "endpoint: {ports: [80]}",
        "endpoint: {ports: [80]}\n    endpoints:\n      s3:\n        service_region: us-west-2\n"
        "        service_name: com.amazonaws.us-west-2.s3",
        "endpoint-service-region",
    ),
    "account ID": (FILE, "arn:aws:iam::123456789012:root", "123456789012", ""),
    "account ID in quotes": (FILE, "arn:aws:iam::123456789012:root", '"123456789012"', ""),
}  # fmt: skip
WRONG = {name: case for name, case in MISTAKES.items() if case[3]}


@pytest.mark.parametrize(("text", "old", "new", "rule"), WRONG.values(), ids=WRONG)
def test_the_fix_leads_on(text, old, new, rule):
    assert text.count(old) == 1
    changed = text.replace(old, new)
    (problem,) = problems(changed)
    assert problem.rule == rule

    assert problems(followed(changed, problem)) == ()


@pytest.mark.parametrize("name", sorted(MISTAKES.keys() - WRONG.keys()))
def test_what_is_no_mistake(name):
    text, old, new, _ = MISTAKES[name]
    assert problems(text.replace(old, new, 1)) == ()
