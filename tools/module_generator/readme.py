"""The tables in the README of a module: inputs, outputs, and the addresses of a stack's resources in it."""

import re
from collections.abc import Iterator

from tools.module_generator.files import value
from tools.module_generator.inputs import REQUIRED, Variable
from tools.module_generator.modules import Module
from tools.module_generator.moved import addresses

BEGIN, END = "<!-- BEGIN_TABLES: `make modules` -->", "<!-- END_TABLES -->"
_OUTPUT = re.compile(r'^output "(\w+)" \{\n  description = "(.*)"$', re.MULTILINE)


def with_tables(module: Module, page: str, outputs: str) -> str:
    """Return a page with the tables between its marks; `outputs` is the module's `outputs.tf`.

    Raises ValueError for a page without the marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        msg = f"the README of {module.name} has no place for the tables: {BEGIN} … {END}"
        raise ValueError(msg)
    return f"{before}{BEGIN}\n{_tables(module, outputs)}\n{END}{after}"


def _tables(module: Module, outputs: str) -> str:
    moves = addresses(module)
    return "\n".join(
        [
            "## Inputs",
            "",
            "| name | type | default | description |",
            "|---|---|---|---|",
            *map(_input, module.variables),
            "",
            "## Outputs",
            "",
            "| name | description |",
            "|---|---|",
            *(f"| `{name}` | {description} |" for name, description in _OUTPUT.findall(outputs)),
            *(_moves(moves) if moves else ()),
        ]
    )


def _input(variable: Variable) -> str:
    kind = re.sub(r"object\(\{.*\}\)", "object", variable.type, flags=re.DOTALL)
    default = "required" if variable.default is REQUIRED else f"`{value(variable.default)}`"
    first, *attributes = variable.description.splitlines()
    text = "<br>".join([first, *(line.replace("  - ", "&emsp;- ") for line in attributes)]).replace(
        "|", "\\|"
    )
    return f"| `{variable.name}` | `{kind}` | {default} | {text} |"


def _moves(moves: dict[str, str]) -> Iterator[str]:
    yield from ("", "## Addresses", "", "| in a stack | in the module |", "|---|---|")
    yield from (f"| `{stack}` | `{inside}` |" for stack, inside in sorted(moves.items()))
