"""Command line: `python -m verify [--out DIR] [--consumer KEY] [--requests N] [--json]`."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from runner.environment import DEFAULT_WORK_DIR, terraform_environment
from runner.errors import RunnerError
from runner.stacks import Stack, read_stacks
from verify.consumer import REQUESTS, verify_consumer
from verify.errors import CouldNotCheckError
from verify.outputs import read_outputs
from verify.report import FAILS, HOLDS, UNKNOWN, Finding, as_json, exit_code, show

# Wide enough for the table where there is no terminal to ask.
LOG_WIDTH = 140
INTERRUPTED = 130


def main(
    out: Annotated[Path, typer.Option(help="Where the generated Terraform is.")] = Path("cdktf.out"),
    consumer: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Verify this consumer of the topology alone; repeatable."),
    ] = None,
    requests: Annotated[
        int, typer.Option(min=1, max=200, help="HTTP requests to each name, at least.")
    ] = REQUESTS,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Verify the applied stacks: what the API says of the path, and what the consumers' probes see of it."""
    errors = Console(stderr=True, highlight=False)
    try:
        # Shown on a terminal alone; a new probe may take a minute to be known to Systems Manager.
        with errors.status("asking AWS, and the consumers' probes ..."):
            findings = verify(out, consumer or [], requests)
    except (RunnerError, OSError, ValueError) as error:
        errors.print(f"could not check: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(UNKNOWN) from None
    except KeyboardInterrupt:
        errors.print("interrupted; nothing was changed")
        raise typer.Exit(INTERRUPTED) from None
    if as_json_:
        print(json.dumps(as_json(findings), indent=2))
    else:
        console = Console(width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)
        for finding in findings:
            show(console, finding)
    raise typer.Exit(exit_code(findings))


main.__doc__ = (
    f"{main.__doc__}\n\nExit codes: {HOLDS} everything that was checked holds, {FAILS} something does not, "
    f"{UNKNOWN} something could not be checked, {INTERRUPTED} interrupted."
)


def verify(out: Path, keys: Sequence[str], requests: int) -> list[Finding]:
    """Verify the consumers in a directory of generated Terraform; all of them where none is named."""
    stacks = _read(out)
    providers = [stack for stack in stacks if stack.side == "provider"]
    consumers = [stack for stack in stacks if stack.side == "consumer"]
    known = ", ".join(stack.consumer for stack in consumers)
    if not consumers:
        raise CouldNotCheckError(f"{out} has no consumer: verify where the consumers' stacks are")
    if unknown := sorted(set(keys) - {stack.consumer for stack in consumers}):
        raise CouldNotCheckError(f"no such consumer: {', '.join(unknown)}; allowed: {known}")
    return [
        _verify_one(stack, providers, requests) for stack in consumers if not keys or stack.consumer in keys
    ]


def provider_of(consumer: Stack, providers: Sequence[Stack]) -> Stack | None:
    """The stack of the service that a consumer's endpoint leads to, among those of several services."""
    if len(providers) < 2:
        return next(iter(providers), None)
    wanted = read_outputs(consumer).get("connection_to_accept", {}).get("service_name")
    return next(
        (stack for stack in providers if wanted and read_outputs(stack).get("service_name") == wanted), None
    )


def _read(out: Path) -> list[Stack]:
    if not (out / "manifest.json").is_file():
        raise CouldNotCheckError(
            f"no generated Terraform in {out}: run main.py and apply, or name it with --out"
        )
    return read_stacks(out, terraform_environment(DEFAULT_WORK_DIR, os.environ))


def _verify_one(stack: Stack, providers: Sequence[Stack], requests: int) -> Finding:
    try:
        provider = provider_of(stack, providers)
        return Finding(stack.consumer, verify_consumer(stack, provider, requests=requests))
    except RunnerError as error:
        return Finding(stack.consumer, error=str(error))


if __name__ == "__main__":
    typer.run(main)
