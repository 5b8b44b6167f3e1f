"""`privatelink`: one command with a subcommand for each task.

The file of a subcommand is imported when it runs. So `--help` and `check` start fast, and no subcommand needs
the packages of another.
"""

import functools
import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from privatelink.cli.exits import DONE, EXIT_CODES, ended
from privatelink.errors import UserError, nearest

try:
    from privatelink.cli.plain_parameters import without_pydantic
except ImportError:
    # It uses private names of typer: in a version without them, typer converts all parameters itself.
    def without_pydantic(parameters: "list[Parameter]") -> "list[Parameter]":
        """Return the parameters of a command."""
        return parameters


if TYPE_CHECKING:  # private: typer's own copy of click
    from typer._click import Command, Context, Parameter

# In the order of the help: first what a user does first.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("Start here", "Ask a few questions and write a topology file."),
    "check": ("Start here", "Check topology files; needs no AWS account."),
    "explain": ("Start here", "Explain a rule: why it exists, what is allowed, how to fix it."),
    "draw": ("Start here", "Draw a topology."),
    "doctor": ("Start here", "List what is missing on this machine, and how to fix it."),
    "demo": ("Start here", "Run the walkthrough on a local AWS."),
    "synth": ("Build and apply", "Generate Terraform from a topology."),
    "plan": ("Build and apply", "Plan all stacks, in dependency order, and review the plans."),
    "apply": ("Build and apply", "Plan, review and apply all stacks."),
    "destroy": ("Build and apply", "Destroy all stacks, in reverse order."),
    "output": ("Build and apply", "Show the outputs of the applied stacks."),
    "hcl": ("Build and apply", "Write the generated stacks as plain HCL."),
    "review": ("Review and verify", "Review Terraform plans: what they do to consumers."),
    "verify": ("Review and verify", "Test the applied path, hop by hop."),
    "connections": ("Review and verify", "List, accept and reject the endpoint connections of a service."),
    "sandbox": ("Tools", "Run a local AWS on 127.0.0.1."),
    "schema": ("Tools", "Print the JSON Schema of topology files."),
    "environment": ("Tools", "Print shell commands that set environment variables for Terraform."),
}
# For each extra, packages that it installs and that subcommands import.
EXTRAS = {
    "synth": ("jsii", "constructs"),
    "sandbox": ("moto", "werkzeug"),
}
NEEDS: dict[str, tuple[str, ...]] = {
    "synth": ("synth",),
    "demo": ("synth", "sandbox"),
    "sandbox": ("sandbox",),
}


class MissingExtraError(UserError):
    """A subcommand needs packages that are not installed."""

    def __init__(self, command: str, extras: Sequence[str]) -> None:
        wanted = extras[0] if len(extras) == 1 else "all"
        super().__init__(
            f"`privatelink {command}` needs packages that are not installed\n"
            f"  fix: pip install 'privatelink[{wanted}]'"
        )


def missing_extras(command: str) -> list[str]:
    """Return the extras that a subcommand needs and that are not installed."""
    return [
        extra
        for extra in NEEDS.get(command, ())
        if any(importlib.util.find_spec(package) is None for package in EXTRAS[extra])
    ]


class _Command(TyperCommand):
    """One subcommand."""

    def get_params(self, ctx: "Context") -> "list[Parameter]":
        return without_pydantic(super().get_params(ctx))


class _Group(TyperGroup):
    """The subcommands. Each is imported when it runs; the help imports none of them."""

    def get_params(self, ctx: "Context") -> "list[Parameter]":
        return without_pydantic(super().get_params(ctx))

    def list_commands(self, ctx: "Context") -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        return _stand_in(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: "Context", args: list[str]
    ) -> "tuple[str | None, Command | None, list[str]]":
        name, *rest = args
        if name not in COMMANDS:
            near = nearest(name, COMMANDS)
            hint = f"did you mean {near}?" if near else f"allowed: {', '.join(COMMANDS)}"
            ctx.fail(f'no such command: "{name}"; {hint}')
        if not ctx.resilient_parsing and (missing := missing_extras(name)):
            raise MissingExtraError(name, missing)
        return name, load(name), rest


def _stand_in(name: str) -> TyperCommand:
    """Return a command that has only a name and a line of help, for the list of commands."""
    panel, text = COMMANDS[name]
    made = TyperCommand(name, help=text)
    made.rich_help_panel = panel
    return made


def load(name: str) -> "Command":
    """Import the file of a subcommand and return the command."""
    command: Callable[..., int | None] = importlib.import_module(f"privatelink.cli.{name}").command

    @functools.wraps(command)
    def run(**arguments: object) -> NoReturn:
        raise typer.Exit(ended(lambda: command(**arguments)))

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(name, cls=_Command)(run)
    return get_command(app)


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"privatelink {version('privatelink')}")
        raise typer.Exit


@app.callback(
    help="AWS PrivateLink as code: generate Terraform for endpoint services and their consumers, review "
    "plans, and test the path.",
    epilog=EXIT_CODES,
)
def _privatelink(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code."""
    return ended(lambda: _run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> int:
    try:
        app(args=list(arguments), prog_name="privatelink")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE
    return DONE
