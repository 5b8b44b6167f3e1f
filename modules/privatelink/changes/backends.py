"""Stacks whose backend has changed, and the commands that move their state.

https://developer.hashicorp.com/terraform/cli/commands/init#backend-initialization
"""

import json
from collections.abc import Sequence

from privatelink.json_types import Json
from privatelink.literal import plain
from privatelink.terraform.documents import Initialized
from privatelink.terraform.initialization import data_folder
from privatelink.terraform.stacks import Stack

_FILE = "terraform.tfstate"
"""In the data folder, Terraform keeps the backend of the last `terraform init`."""


def moved(stacks: Sequence[Stack]) -> list[Stack]:
    """Return the stacks that Terraform has initialized with another backend than they have now.

    Arguments:
        stacks: the stacks.
    """
    return [stack for stack in stacks if _is_moved(stack)]


def _is_moved(stack: Stack) -> bool:
    file = data_folder(stack) / _FILE
    if not file.is_file():
        return False
    initialized: Initialized = json.loads(file.read_text(encoding="utf-8"))
    former = initialized.get("backend")
    if former is None:
        return False
    ((kind, wanted),) = plain(stack.backend).items()
    arguments: dict[str, Json] = former["config"]
    # Terraform adds the arguments that are not set, with null.
    return former["type"] != kind or any(
        not _same(arguments.get(name), value) for name, value in wanted.items()
    )


def _same(former: Json, wanted: object) -> bool:
    """Whether an argument is the same; Terraform keeps a nested block as a list or as an object."""
    if isinstance(wanted, dict) and isinstance(former, dict | list):
        block = former[0] if isinstance(former, list) and former else former
        return isinstance(block, dict) and all(_same(block.get(name), each) for name, each in wanted.items())
    return former == wanted
