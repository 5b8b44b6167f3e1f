"""Runs `terraform init` only if it is needed, because it computes the provider's checksum each time.

https://developer.hashicorp.com/terraform/cli/init
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path

from privatelink.errors import UserError
from privatelink.terraform.environment import users_config
from privatelink.terraform.events import OnEvent
from privatelink.terraform.stacks import Stack

STAMP = "privatelink-init"
LOCK_NAME = ".terraform.lock.hcl"
DATA_VARIABLE = "TF_DATA_DIR"
CACHE_VARIABLE = "TF_PLUGIN_CACHE_DIR"
_CACHE_SETTING = "plugin_cache_dir"

# Only one process at a time may write to Terraform's plugin cache:
# https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
_one_at_a_time = threading.Lock()


def is_initialized(stack: Stack) -> bool:
    """Return whether the stack is initialized for its current backend, providers, lock file and binary."""
    stamp = data_folder(stack) / STAMP
    providers = data_folder(stack) / "providers"
    return (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8") == _digest(stack)
        # A provider may be a link to a mirror that no longer exists.
        and all(package.exists() for package in providers.glob("*/*/*/*/*"))
    )


def initialize(stack: Stack, on_event: OnEvent | None = None) -> None:
    """Initialize a stack; raises `TerraformError`."""
    if _has_plugin_cache(stack):
        with _one_at_a_time:
            stack.root.init(on_event=on_event)
    else:
        stack.root.init(on_event=on_event)
    (data_folder(stack) / STAMP).write_text(_digest(stack), encoding="utf-8")


def check_data_folders(stacks: Sequence[Stack]) -> None:
    """Raise `UserError` if stacks would overwrite each other's data folder."""
    folders = {data_folder(stack) for stack in stacks}
    if len(folders) < len(stacks):
        named = stacks[0].root.environment[DATA_VARIABLE]
        raise UserError(
            f'{DATA_VARIABLE} is "{named}", which all stacks would share; set a relative path, or unset it'
        )


def _digest(stack: Stack) -> str:
    lock = stack.root.directory / LOCK_NAME
    needs = [
        stack.root.binary,
        stack.configuration.get("terraform"),
        stack.configuration.get("module"),
        lock.read_text(encoding="utf-8") if lock.is_file() else None,
    ]
    return hashlib.sha256(json.dumps(needs, sort_keys=True).encode()).hexdigest()


def data_folder(stack: Stack) -> Path:
    """Return the folder in which Terraform keeps the providers and the backend of a stack."""
    return stack.root.directory / (stack.root.environment.get(DATA_VARIABLE) or ".terraform")


def _has_plugin_cache(stack: Stack) -> bool:
    if stack.root.environment.get(CACHE_VARIABLE):
        return True
    config = users_config(stack.root.environment)
    try:
        return config is not None and _CACHE_SETTING in config.read_text(errors="replace")
    except OSError:
        return False
