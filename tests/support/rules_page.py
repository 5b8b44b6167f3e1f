"""docs/rules.md: every rule, with tests that show it.

`python -m tests.support.rules_page` writes it, from the rules, the marks of the tests, and the text beside
this file.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from privatelink.constructs import built_in
from privatelink.constructs import rules as constructs
from privatelink.review import catalogue as review
from privatelink.rule import YAML, Rule
from privatelink.topology import catalogue as topology
from tests.support.project import PROJECT
from tests.support.rule_marks import Shown, collected

PAGE = PROJECT / "docs" / "rules.md"
TEMPLATE = Path(__file__).with_suffix(".md")
# What a section is about, and how the IDs of its rules begin; of several beginnings the longest counts.
SECTIONS: Mapping[str, Sequence[str]] = {
    "Topology file": (
        *("file", "yaml", "field", "value", "topology", "name", "tag", "tags", "list", "number"),
        *("text-length", "service-and-services", "nothing-silenced", "renamed-from"),
        *("renamed-without-moved", "several-applies"),
    ),
    "State": ("backend-kind", "state", "hcp", "s3", "kms"),
    "Accounts": ("account", "profile", "external-id", "iam", "arn"),
    "VPCs, subnets and zones": (
        *("vpc", "subnet", "network", "cidr", "ipv4-address", "zone", "region", "log-retention"),
        *("local-zone", "zone-names-across-accounts"),
    ),
    "Network Load Balancers": (
        *("nlb", "load-balancer", "existing-load-balancer", "elastic-ip", "access-log", "access-logs"),
        *("deletion-protection", "enforcement", "no-one-admitted", "nothing-to-log", "one-zone"),
        "unknown-clients",
    ),
    "Listeners and health checks": (
        *("listener", "tls", "alpn", "certificate", "idle-timeout", "port", "health-check"),
        "dualstack-listener",
    ),
    "Targets": (
        *("target", "targets", "alb", "application-rule", "auto-scaling", "backend", "instance", "text"),
        *("client-ip-preservation", "unknown-targets", "proxy-protocol", "capacity", "scaling-group"),
    ),
    "Endpoint services": (
        *("service", "principal", "acceptance", "accepter", "supported-region", "cross-region"),
        *("ip-type", "omitted-value", "zone-setting"),
    ),
    "Private DNS names": ("private-dns", "dns", "verification", "name-not-verified", "vpc-dns"),
    "Consumers and endpoints": (
        *("consumer", "endpoint", "service-name", "security-group", "prefix-list", "ipv6-cidr", "path"),
        "inline-and-separate-rules",
    ),
    "Private hosted zones": ("hosted-zone", "resolver-rule"),
    "Gateway Load Balancers": ("gateway",),
    "Alarms and notifications": ("alarm", "notification", "sns"),
    "Tests of ports": ("verify",),
    "Constructs": ("construct", "peer"),
}


@dataclass(frozen=True)
class Row:
    """A rule, as the page shows it."""

    id: str
    what: str
    how: str


def rows() -> list[Row]:
    """Return every rule."""
    return [
        *(Row(rule.id, _in_words(rule), _how(rule)) for rule in topology.RULES),
        *(
            Row(rule.id, _in_words(rule), _how(rule))
            for rule in (*constructs.ARGUMENTS, *constructs.CONDITIONS)
            if rule not in topology.RULES
        ),
        *(Row(rule.id, rule.title, "review") for rule in review.RULES),
        *(Row(rule.id, rule.what, "built in") for rule in built_in.RULES),
    ]


def section_of(rule: str) -> str:
    """Return the section of a rule; raises ValueError when `SECTIONS` has no beginning of its ID."""
    fitting = [
        (len(start), section)
        for section, starts in SECTIONS.items()
        for start in starts
        if f"{rule}-".startswith(f"{start}-")
    ]
    if not fitting:
        msg = f"the ID of the rule {rule} begins like none in SECTIONS: add its beginning to one"
        raise ValueError(msg)
    return max(fitting)[1]


def render(shown: Mapping[str, Shown]) -> str:
    """Return the text of the page.

    Arguments:
        shown: the tests that are marked with each rule.
    """
    every = rows()
    ways = Counter(way for row in every for way in row.how.split(", "))
    counted = {way.replace(" ", "_"): number for way, number in ways.items()}
    sections = "\n\n".join(_section(name, every, shown) for name in SECTIONS)
    return TEMPLATE.read_text(encoding="utf-8").format(rules=sections, **counted)


def _section(name: str, every: Sequence[Row], shown: Mapping[str, Shown]) -> str:
    own = [row for row in every if section_of(row.id) == name]
    lines = [f"## {name}", "", "| rule | what is wrong | how | broken | kept |", "|---|---|---|---|---|"]
    for row in own:
        tests = shown.get(row.id, Shown())
        cells = (f"`{row.id}`", row.what, row.how, _link(tests.breaks), _link(tests.keeps))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _how(rule: Rule) -> str:
    ways = [rule.severity] if rule in topology.RULES or rule in constructs.ARGUMENTS else []
    return ", ".join([*ways, *(["plan"] if rule in constructs.CONDITIONS else [])])


def _in_words(rule: Rule) -> str:
    placeholders = {name: f"*{name.replace('_', ' ')}*" for name in rule.parameters}
    return rule.with_fixed(**placeholders).broken().message(YAML).what


def _link(tests: Sequence[str]) -> str:
    """Link the first unit test, or else the first test, by the name of its case."""
    if not tests:
        return ""
    first = min(tests, key=lambda test: not test.startswith("tests/unit/"))
    file, _, test = first.partition("::")
    function, _, case = test.rstrip("]").partition("[")
    # A function's name has no capital letters.
    text = case or function.removeprefix("test_").replace("_", " ").replace(" region", " Region")
    return f"[{text}](../{file})"


def too_long(page: str, longest: int) -> Iterator[str]:
    """Return the rows of a page that are longer than that without their links' targets."""
    for line in page.splitlines():
        if line.startswith("| `") and len(re.sub(r"\]\([^)]*\)", "]", line)) > longest:
            yield line


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(collected()), encoding="utf-8")


if __name__ == "__main__":
    main()
