"""`privatelink draw`: draw a topology."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.arguments import TopologyFile, topology_file
from privatelink.drawing.mermaid import as_mermaid
from privatelink.drawing.outline import as_text
from privatelink.drawing.picture import Picture, picture_of
from privatelink.drawing.svg import as_svg
from privatelink.errors import UserError
from privatelink.topology.file import load

Render = Callable[[Picture], str]
BY_SUFFIX: dict[str, Render] = {".svg": as_svg, ".mmd": as_mermaid, ".mermaid": as_mermaid}


def command(
    file: TopologyFile = None,
    svg: Annotated[bool, typer.Option("--svg", help="Draw an SVG, for a web page or a README.")] = False,
    mermaid: Annotated[
        bool, typer.Option("--mermaid", help="Draw a Mermaid flowchart, for a Markdown page.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write to FILE instead of standard output; the suffix .svg or .mmd selects the format.",
        ),
    ] = None,
) -> None:
    """Draw a topology: consumers, endpoints, endpoint services, load balancers and targets.

    Without --svg or --mermaid, it prints a text tree. It reads only the file; it needs no AWS account.

    Exit codes: 0 drawn, 2 the topology has errors or FILE cannot be written.
    """
    render = _chosen(svg, mermaid, output)
    drawn = render(picture_of(load(topology_file(file))))
    if output is None:
        sys.stdout.write(drawn)
    else:
        output.write_text(drawn, encoding="utf-8")


def _chosen(svg: bool, mermaid: bool, output: Path | None) -> Render:
    if svg and mermaid:
        raise UserError("--svg and --mermaid cannot be used together; remove one of them")
    if svg or mermaid:
        return as_svg if svg else as_mermaid
    return BY_SUFFIX.get(output.suffix.lower(), as_text) if output else as_text
