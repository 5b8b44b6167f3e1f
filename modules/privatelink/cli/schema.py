"""`privatelink schema`: print the JSON Schema of topology files, for editors."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.exits import DONE, FINDING, say
from privatelink.topology import reference, schema


def command(
    docs: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the schema, and a page with all fields, to DIR."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="With --docs: write nothing; exit with 1 if a file is outdated."),
    ] = False,
) -> int:
    """Print the JSON Schema of topology files.

    Exit codes: 0 done, 1 a file is outdated, 2 DIR cannot be written.
    """
    if docs is None:
        sys.stdout.write(schema.render())
        return DONE
    exit_code = DONE
    pages = {"topology.schema.json": schema.render(), "topology.md": reference.render()}
    for name, text in pages.items():
        path = docs / name
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            say(f"{path} is outdated; fix: make schema")
            exit_code = FINDING
    return exit_code
