"""Checks of Terraform or OpenTofu, and of the source of its AWS provider."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from privatelink.doctor.finding import Finding
from privatelink.terraform.binary import TerraformMissingError, look_up
from privatelink.terraform.environment import CONFIG_VARIABLE, is_ours, users_config
from privatelink.terraform.mirror import MIRROR_VARIABLE, PREFIXES, MirrorError, find_mirror, versions

NEEDED_FOR = ("plan", "apply", "destroy", "output", "hcl", "demo")


def binary(environment: Mapping[str, str] = os.environ) -> Finding:
    """Check that the selected Terraform or OpenTofu is installed and new enough."""
    # Otherwise Terraform looks for a newer version of itself on the network.
    quiet = {**environment, "CHECKPOINT_DISABLE": "1"}
    try:
        found = look_up(quiet, Path.cwd())
    except TerraformMissingError as error:
        what, _, fix = str(error).partition("; ")
        return Finding("Terraform", "missing", what, fix, NEEDED_FOR)
    return Finding(found.product, "ok", f"{found.version}, {found.path}", needed_for=NEEDED_FOR)


def provider(environment: Mapping[str, str] = os.environ, prefixes: Iterable[Path] = PREFIXES) -> Finding:
    """Check where Terraform gets the AWS provider from."""
    name = "AWS provider"
    try:
        mirror = find_mirror(environment, prefixes)
    except MirrorError as error:
        what, _, fix = str(error).partition("; ")
        return Finding(name, "missing", what, fix, NEEDED_FOR)
    config = users_config(environment)
    if config and config.is_file() and not is_ours(str(config)):
        return Finding(name, "ok", f"configured in {config}", needed_for=NEEDED_FOR)
    if mirror:
        held = ", ".join(".".join(map(str, version)) for version in sorted(versions(mirror)))
        return Finding(name, "ok", f"{held} in the mirror {mirror}", needed_for=NEEDED_FOR)
    if environment.get(CONFIG_VARIABLE) and not is_ours(environment[CONFIG_VARIABLE]):
        return Finding(
            name,
            "warning",
            f"{CONFIG_VARIABLE} names a file that does not exist: {environment[CONFIG_VARIABLE]}",
            f"correct it, or unset {CONFIG_VARIABLE}",
            NEEDED_FOR,
        )
    found = f"no mirror: `terraform init` downloads it; without a network, set {MIRROR_VARIABLE} to a mirror"
    return Finding(name, "ok", found, needed_for=NEEDED_FOR)
