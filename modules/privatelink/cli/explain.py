"""`privatelink explain`: why a rule exists, what is allowed, and how to fix it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Annotated

import typer

from privatelink.changes import catalogue as changes
from privatelink.cli.exits import DONE
from privatelink.constructs import built_in
from privatelink.constructs import rules as constructs
from privatelink.errors import UserError, nearest
from privatelink.review import catalogue as review
from privatelink.rule import YAML, Rule, Severity
from privatelink.topology import catalogue as topology


@dataclass(frozen=True)
class Explanation:
    """A rule of any kind, as it is shown; `kind` is the heading that it is listed under."""

    kind: str
    id: str
    severity: str
    what: str
    why: str
    allowed: str
    fix: str
    where: str
    page: str


def command(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="ID of the rule. Default: list all rules.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Explain a rule: why it exists, what is allowed, how to fix it.

    An error or a warning ends with the ID of its rule, in brackets. Without RULE, lists all rules.

    Exit codes: 0 explained, 2 no such rule.
    """
    known = explanations()
    if rule is None:
        print(json.dumps([asdict(each) for each in known], indent=2) if as_json else _listed(known))
        return DONE
    found = next((each for each in known if each.id == rule), None)
    if found is None:
        near = nearest(rule, [each.id for each in known])
        fix = f"did you mean {near}" if near else "list all rules with `privatelink explain`"
        raise UserError(f'unknown rule: "{rule}"\n  fix: {fix}')
    print(json.dumps(asdict(found), indent=2) if as_json else _explained(found))
    return DONE


def explanations() -> list[Explanation]:
    """Return every rule, kind by kind."""
    of_topology = [
        _explanation(f"{_KINDS[rule.severity]} a topology", rule, f"a topology: {place}")
        for place, rules in topology.PLACES.items()
        for rule in rules
    ]
    return [
        *sorted(of_topology, key=lambda each: each.kind),  # errors before warnings
        *_of_constructs("Errors in arguments of constructs", constructs.ARGUMENTS),
        *_of_constructs("Conditions that Terraform checks", constructs.CONDITIONS),
        *_of_review(),
        *_staged(),
        *_built_in(),
    ]


_KINDS: Mapping[Severity, str] = {"error": "Errors in", "warning": "Warnings of"}


def _of_constructs(kind: str, rules: Iterable[Rule]) -> Iterator[Explanation]:
    return (_explanation(kind, rule) for rule in rules if rule not in topology.RULES)


def _explanation(kind: str, rule: Rule, *where: str) -> Explanation:
    placeholders = {name: f"<{name}>" for name in rule.parameters}
    said = rule.with_fixed(**placeholders).broken().message(YAML)
    everywhere = [
        *where,
        *(["arguments of constructs"] if rule in constructs.ARGUMENTS else []),
        *(["a plan: conditions that Terraform checks"] if rule in constructs.CONDITIONS else []),
    ]
    return Explanation(
        kind=kind,
        id=rule.id,
        severity=rule.severity,
        what=said.what,
        why=rule.why,
        allowed=said.allowed,
        fix=said.fix,
        where="; ".join(everywhere),
        page=rule.page,
    )


def _of_review() -> Iterator[Explanation]:
    for rule in review.RULES:
        yield Explanation(
            kind="Findings of the review",
            id=rule.id,
            severity=rule.severity,
            what=rule.title,
            why=rule.consequence,
            allowed="",
            fix=rule.instead,
            where="a plan that `privatelink review` reads",
            page=rule.page,
        )


def _staged() -> Iterator[Explanation]:
    for kind in changes.KINDS:
        yield Explanation(
            kind="Changes that need several applies",
            id=kind.id,
            severity="staged",
            what=kind.what,
            why=kind.why,
            allowed="",
            fix=kind.instead,
            where="plans of all stacks, which `privatelink plan` and `apply` make",
            page=kind.page,
        )


def _built_in() -> Iterator[Explanation]:
    for rule in built_in.RULES:
        yield Explanation(
            kind="Built in: cannot be broken",
            id=rule.id,
            severity="built in",
            what=rule.what,
            why=rule.why,
            allowed="",
            fix="nothing to do: constructs, topologies and modules always keep it",
            where="the generated Terraform",
            page=rule.page,
        )


def _listed(known: list[Explanation]) -> str:
    width = max(len(each.id) for each in known)
    blocks = (
        "\n".join([f"{kind}:", *(f"  {each.id:{width}}  {each.what}" for each in group)])
        for kind, group in groupby(known, lambda each: each.kind)
    )
    return "\n\n".join(blocks)


def _explained(rule: Explanation) -> str:
    rows = (
        ("why", rule.why),
        ("allowed", rule.allowed),
        ("fix", rule.fix),
        ("where", rule.where),
        ("page", rule.page),
    )
    return "\n".join(
        [f"{rule.id} ({rule.severity}): {rule.what}", *(f"  {name:8} {text}" for name, text in rows if text)]
    )
