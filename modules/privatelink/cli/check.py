"""`privatelink check`: check topology files."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.arguments import DEFAULT, VARIABLE, topology_file
from privatelink.cli.exits import BAD_INPUT, DONE, say
from privatelink.rule import YAML
from privatelink.topology.file import TopologyError, load
from privatelink.topology.model import Topology
from privatelink.topology.warnings import field_of, line_of


def command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help=f"Topology files. Default: the file in {VARIABLE}, or else {DEFAULT}."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON list with one entry for each file.")
    ] = False,
) -> int:
    """Check topology files; needs no AWS account.

    Checks every rule that needs no call to AWS; `privatelink explain RULE` explains one. Warnings do not
    change the exit code.

    Exit codes: 0 no errors, 2 a file has errors or cannot be read.
    """
    results = []
    for path in files or [topology_file(None)]:
        errors: list[dict[str, object]] = []
        warnings: list[dict[str, object]] = []
        try:
            topology = load(path)
        except TopologyError as error:
            errors = [asdict(problem) for problem in error.problems]
            if not as_json:
                say(str(error))
        else:
            warnings = _warnings(topology)
            if not as_json:
                for warning in topology.warnings:
                    say(f"{path}: {line_of(warning)}")
                print(f"{path}: {_summary(topology)}")
        results.append({"file": str(path), "errors": errors, "warnings": warnings})
    if as_json:
        print(json.dumps(results, indent=2))
    return BAD_INPUT if any(result["errors"] for result in results) else DONE


def _summary(topology: Topology) -> str:
    services, consumers = len(topology.every_service), len(topology.consumers)
    return f"valid: {_counted(services, 'service')}, {_counted(consumers, 'consumer')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _warnings(topology: Topology) -> list[dict[str, object]]:
    messages = [(field_of(warning), warning.message(YAML)) for warning in topology.warnings]
    return [
        {"id": said.rule, "field": field, "what": said.what, "fix": said.fix, "rule": said.rule}
        for field, said in messages
    ]
