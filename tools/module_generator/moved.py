"""`moved` blocks from a stack of the generator to a module, or back: nothing is replaced.

`terraform state pull | python -m tools.module_generator.moved MODULE NAME` reads the state of a stack, and
prints the blocks for a root that has `module "NAME"` and that state; with `--back`, from the module
to the stack.

https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools.module_generator.loops import Target
from tools.module_generator.module import Generated, Module

# In an address of a stack these are shortened; the module has what the resource says.
_BY_ATTRIBUTE = {"principal_key": "principal_arn", "record_key": "name"}
_PATTERNS = {"protocol": "tcp|udp", "port": "[0-9]+", "target_port": "[0-9]+"}


def moves(targets: Iterable[Target], state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where each resource in a stack's state is in the module: both addresses.

    Raises LookupError for one that the module does not have.
    """
    by_kind: dict[str, list[Target]] = {}
    for target in targets:
        by_kind.setdefault(target.kind, []).append(target)
    for resource in state["resources"]:
        if resource["mode"] != "managed":
            continue
        address = f"{resource['type']}.{resource['name']}"
        (instance,) = resource["instances"]
        found = [
            f"{target.address}{index}"
            for target in by_kind.get(resource["type"], [])
            if (index := _index(target, resource["name"], instance["attributes"])) is not None
        ]
        if len(found) != 1:
            msg = f"the module has nothing for {address}"
            raise LookupError(msg)
        yield address, found[0]


def _index(target: Target, name: str, attributes: Mapping[str, Any]) -> str | None:
    """What chooses the one of this name among a block's resources; None if it is none of them."""
    pattern = re.escape(target.shape)
    for key in target.keys:
        pattern = pattern.replace(re.escape(f"{{{key}}}"), f"(?P<{key}>{_PATTERNS.get(key, '.+')})")
    if not (matched := re.fullmatch(pattern, name)):
        return None
    index = target.index
    for key, value in matched.groupdict().items():
        index = index.replace(f"{{{key}}}", attributes.get(_BY_ATTRIBUTE.get(key, ""), value))
    return index


def blocks(found: Iterable[tuple[str, str]], module: str, *, back: bool = False) -> str:
    """The blocks, for a root that calls the module by this name."""
    pairs = [(stack, f"module.{module}.{inside}") for stack, inside in found]
    return "\n".join(
        f"moved {{\n  from = {inside if back else stack}\n  to   = {stack if back else inside}\n}}\n"
        for stack, inside in pairs
    )


def main(modules: Mapping[str, Module]) -> None:
    """Read a stack's state from standard input, and print the blocks."""
    parser = argparse.ArgumentParser(prog="python -m tools.module_generator.moved", description=__doc__)
    parser.add_argument("module", choices=sorted(modules), help="the module of terraform/")
    parser.add_argument("name", help="what the root calls it by")
    parser.add_argument("--back", action="store_true", help="from the module to the stack")
    arguments = parser.parse_args()
    targets = Generated(modules[arguments.module]).targets.values()
    try:
        found = [*moves(targets, json.load(sys.stdin))]
    except LookupError as error:
        parser.exit(2, f"error: {error}\n")
    print(blocks(found, arguments.name, back=arguments.back), end="")


if __name__ == "__main__":
    from tools.module_generator.__main__ import MODULES

    main({module.name: module for module in MODULES})
