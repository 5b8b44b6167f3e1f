"""`privatelink verify`: test the applied path, hop by hop."""

import math
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from privatelink.cli.exits import INTERRUPTED
from privatelink.cli.files import check_writable, write_files
from privatelink.cli.tables import print_text, stderr, stdout
from privatelink.errors import UserError
from privatelink.escapes import console_line, console_lines, json_text
from privatelink.verify.consumer import REQUESTS
from privatelink.verify.render_html import as_html
from privatelink.verify.render_json import as_json
from privatelink.verify.render_junit import as_junit
from privatelink.verify.render_markdown import as_markdown
from privatelink.verify.render_terminal import show
from privatelink.verify.report import Finding, Report
from privatelink.verify.verification import verify
from privatelink.verify.watch import watch

Render = Callable[[Report], str]
STDIO = Path("-")
_MOST_SECONDS = 86_400


def command(
    out: Annotated[Path, typer.Option(help="Folder of the generated Terraform.")] = Path("cdktf.out"),
    consumer: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Key of a consumer to verify; repeatable. Default: all consumers."),
    ] = None,
    from_here: Annotated[
        bool,
        typer.Option(
            "--from-here",
            help="Test from this machine, which is in the consumer's VPC (Linux), instead of from its probe.",
        ),
    ] = False,
    requests: Annotated[
        int, typer.Option(min=1, max=200, help="Minimum number of HTTP requests to each name.")
    ] = REQUESTS,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a web page with the path as a picture; -: standard output."),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write Markdown for a pull request or a job summary; -: standard output."
        ),
    ] = None,
    junit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write JUnit XML for a CI system; -: standard output."),
    ] = None,
    watch_: Annotated[
        float | None,
        typer.Option(
            "--watch",
            metavar="SECONDS",
            min=1,
            max=_MOST_SECONDS,
            help="Repeat the checks every SECONDS, and print a line for each change; Ctrl-C ends it.",
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=1, help="End --watch after SECONDS, with the last state."),
    ] = None,
) -> int:
    """Test the applied path, hop by hop, with the AWS API and from the consumers' test instances (probes).

    Exit codes: 0 the path works, 1 a check failed, 2 something could not be checked, or a file could not be
    written, 130 interrupted.
    """
    outputs: dict[Path, Render] = {}
    for path, render in ((html, as_html), (markdown, as_markdown), (junit, as_junit)):
        if path in outputs:
            raise UserError(f"{path}: two outputs cannot be written to one file; choose another name")
        if path is not None:
            outputs[path] = render
    if as_json_ and STDIO in outputs:
        raise UserError("only one of --json, --html, --markdown and --junit can be on standard output")
    if math.isnan(watch_ or 0) or math.isnan(duration or 0):
        raise UserError("--watch and --duration need a number of seconds, such as 10; given: nan")
    if watch_ is None and duration is not None:
        raise UserError("--duration ends a watch; add --watch SECONDS")
    if watch_ is not None and (as_json_ or STDIO in outputs):
        raise UserError("--watch prints the changes on standard output; name a file for each report")
    check_writable(path for path in outputs if path != STDIO)
    try:
        if watch_ is not None:
            return _watch(
                lambda: _verified(out, consumer or [], requests, from_here), watch_, duration, outputs
            )
        report = _verified(out, consumer or [], requests, from_here, _say_progress)
    except KeyboardInterrupt:
        print_text(stderr(), "interrupted; nothing was changed")
        return INTERRUPTED
    if report.error:
        _say_error(report)
    elif as_json_:
        sys.stdout.write(json_text(as_json(report)))
    elif STDIO not in outputs:
        console = stdout()
        for finding in report.findings:
            show(console, finding)
    _write(report, outputs)
    return report.exit_code


def _watch(
    verify: Callable[[], Report], seconds: float, duration: float | None, outputs: Mapping[Path, Render]
) -> int:
    """Repeat the checks, and write the reports each time."""

    def say(line: str) -> None:
        # At once, also into a pipe.
        print(line, flush=True)

    report = watch(verify, seconds, say, duration=duration, on_report=lambda report: _write(report, outputs))
    if report.error:
        _say_error(report)
    return report.exit_code


def _say_error(report: Report) -> None:
    stderr().print(Text(f"could not check: {console_lines(report.error)}", "red"), soft_wrap=True)


def _say_progress(console: Console, finding: Finding, done: int, number: int) -> None:
    """Print a line for each consumer as it is done, if there are several."""
    if number > 1:
        print_text(console, console_line(f"{done} of {number}: {finding.consumer}: {finding.headline}"))


def _verified(
    out: Path,
    keys: list[str],
    requests: int,
    from_here: bool,
    on_finding: Callable[[Console, Finding, int, int], None] = lambda *_: None,
) -> Report:
    console = stderr()
    try:
        # Shown only on a terminal. A new probe may take a minute to register with Systems Manager.
        with console.status("querying AWS and the consumers' probes ..."):
            findings = verify(
                out, keys, requests, from_here=from_here, on_finding=partial(on_finding, console)
            )
    except (UserError, OSError, ValueError) as error:
        return Report(datetime.now(UTC), error=str(error))
    return Report(datetime.now(UTC), findings)


def _write(report: Report, outputs: Mapping[Path, Render]) -> None:
    # Render all formats before writing any.
    texts = {path: render(report) for path, render in outputs.items()}
    if text := texts.pop(STDIO, ""):
        sys.stdout.write(text)
    write_files(texts)
