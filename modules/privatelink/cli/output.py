"""`privatelink output`: show the outputs of the applied stacks."""

import json

from privatelink.cli.exits import DONE, FINDING, say
from privatelink.cli.stack_runs import (
    DEFAULT_OUT,
    AsJson,
    Binary,
    Names,
    Out,
    open_run,
    show_errors,
)
from privatelink.cli.tables import print_table, table
from privatelink.json_types import Json

HIDDEN = "<sensitive>"
"""As `terraform output` has it."""


def command(
    stacks: Names = None, out: Out = DEFAULT_OUT, terraform: Binary = None, json_: AsJson = False
) -> int:
    """Show the outputs of the applied stacks.

    Sensitive values are hidden; --json prints them, as `terraform output` does.

    Exit codes: 0 shown, 1 Terraform failed, 2 bad input or environment, 130 interrupted.
    """
    run = open_run(stacks or [], out, terraform=terraform)
    outputs = run.outputs()
    if run.failed:
        show_errors(run)
        return FINDING
    if json_:
        print(json.dumps(outputs, indent=2))
        return DONE
    shown = table("stack", "output", "value")
    for stack, described in outputs.items():
        for name, output in described.items():
            shown.add_row(stack, name, HIDDEN if output["sensitive"] else _text(output["value"]))
    if shown.row_count:
        print_table(shown)
    for stack, described in outputs.items():
        if not described:
            say(f"{stack} is not applied, or has no outputs")
    return DONE


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
