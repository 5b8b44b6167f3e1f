"""`privatelink review`: review what Terraform plans do to the consumers of endpoint services."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.policy import PolicyFile, PolicyFrom, Strict, chosen_policy
from privatelink.review.content import STDIO
from privatelink.review.document import PlanError
from privatelink.review.findings import Review, review
from privatelink.review.live import Live
from privatelink.review.plan import Plan
from privatelink.review.render_annotations import as_annotations
from privatelink.review.render_json import as_json
from privatelink.review.render_markdown import as_markdown
from privatelink.review.render_sarif import as_sarif
from privatelink.review.render_terminal import as_text, show
from privatelink.review.stacks import read_plans

# Variables that give a log the colors of a terminal, as rich reads them.
_COLORS = ("FORCE_COLOR", "TTY_COMPATIBLE")
_Render = Callable[[Review], str]
_Output = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write this format to FILE; -: standard output.")
]


def command(
    plans: Annotated[
        list[Path],
        typer.Argument(
            metavar="PLAN",
            help="Plans written by `terraform show -json`, also packed with gzip; folders of them; CDKTF "
            "output folders; -: standard input.",
        ),
    ],
    policy: PolicyFile = None,
    policy_from: PolicyFrom = None,
    strict: Strict = False,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Ask AWS who is connected to each service and which targets are healthy; only reads. Use "
            "the credentials of the service provider.",
        ),
    ] = False,
    region: Annotated[
        str | None, typer.Option(help="Region for --live. Default: the one in the plans.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="Profile of the AWS configuration, for --live.")] = None,
    markdown: _Output = None,
    json: _Output = None,
    sarif: _Output = None,
    annotations: Annotated[bool, typer.Option(help="Also print GitHub workflow commands.")] = False,
) -> int:
    """Review Terraform plans: what they do to the consumers of endpoint services.

    Exit codes: 0 nothing blocks, 1 a finding blocks (with --strict: or a path is not determined), 2 a plan or
    the policy cannot be read.
    """
    wanted: list[tuple[Path, _Render]] = [
        (path, render)
        for path, render in ((markdown, as_markdown), (json, as_json), (sarif, as_sarif))
        if path is not None
    ]
    if sum(path == STDIO for path, _ in wanted) > 1:
        raise PlanError("only one of --markdown, --json and --sarif can be `-` (standard output)")
    read = read_plans(plans)
    answers = _asked(read, region, profile) if live else None
    found = review(read, chosen_policy(policy, policy_from), strict=strict, live=answers)
    # Render all formats before writing any: an error leaves no incomplete set of files.
    written = [(path, render(found)) for path, render in wanted]
    for path, text in written:
        if path == STDIO:
            sys.stdout.write(text)
        else:
            path.write_text(text, encoding="utf-8")
    if not any(path == STDIO for path, _ in wanted):
        _print(found)
    if annotations:
        sys.stdout.write(as_annotations(found))
    return found.exit_code


def _print(found: Review) -> None:
    if sys.stdout.isatty() or not os.environ.keys().isdisjoint(_COLORS):
        from privatelink.cli.tables import stdout

        show(stdout(), found)
    else:
        sys.stdout.write(as_text(found))
        sys.stdout.flush()


def _asked(plans: Sequence[Plan], region: str | None, profile: str | None) -> Live:
    # Imported here: boto3 takes longer to import than most reviews take.
    from privatelink.cli.tables import print_text, stderr
    from privatelink.review.ask import ask

    answers = ask(plans, region, profile)
    for line in answers.lines():
        print_text(stderr(), line)
    return answers
