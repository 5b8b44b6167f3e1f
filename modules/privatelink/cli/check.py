"""`privatelink check`: a topology file, checked alone."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from privatelink.cli.arguments import TopologyFile, topology_file
from privatelink.cli.exits import BAD_INPUT, DONE, say
from privatelink.topology.file import TopologyError, load
from privatelink.topology.model import Topology


def command(
    file: TopologyFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check a topology file; no Node.js, no AWS.

    Every rule that can be checked without AWS is checked. Exit codes: 0 right, 2 wrong or not readable.
    """
    path = topology_file(file)
    try:
        topology = load(path)
    except TopologyError as error:
        if not as_json:
            raise
        print(json.dumps({"file": str(path), "errors": [asdict(each) for each in error.problems]}, indent=2))
        return BAD_INPUT
    if as_json:
        print(json.dumps({"file": str(path), "errors": [], "warnings": _warnings(topology)}, indent=2))
        return DONE
    for warning in topology.warnings:
        say(f"warning: {warning.field}: {warning.text} [{warning.id}]")
    print(f"{path}: {_summary(topology)}")
    return DONE


def _summary(topology: Topology) -> str:
    services, consumers = len(topology.every_service), len(topology.consumers)
    return f"right: {_counted(services, 'service')}, {_counted(consumers, 'consumer')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _warnings(topology: Topology) -> list[dict[str, Any]]:
    return [{"id": warning.id, "field": warning.field, "text": warning.text} for warning in topology.warnings]
