"""The environment Terraform and CDKTF run in: quiet, and with the provider from a mirror where there is one.

`privatelink environment` prints it for a shell.
"""

import json
import os
import re
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from privatelink.terraform.mirror import PROVIDER, find_mirror

CONFIG_VARIABLE = "TF_CLI_CONFIG_FILE"
LOCK_VARIABLE = "TF_CLI_ARGS_providers_lock"
CONFIG_NAME = "terraform.rc"
DEFAULT_WORK_DIR = Path(".build")
_MARK = "# Written by privatelink environment; it is written again on each run."
_FS_MIRROR = re.compile(r"-fs-mirror=('[^']*'|\S+)")


def terraform_environment(work_dir: Path, base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the whole environment for a `terraform` or `cdktf` process.

    A CLI configuration of the user's own is left in charge. Where there is none and a mirror of the AWS
    provider is found, one that uses the mirror is written to `work_dir`. Raises `MirrorError` when
    TF_PLUGIN_MIRROR is wrong.
    """
    environment = dict(base)
    # https://developer.hashicorp.com/terraform/cli/commands#upgrade-and-security-bulletin-checks
    environment["CHECKPOINT_DISABLE"] = "1"
    environment["TF_IN_AUTOMATION"] = "1"
    # Each command reads the AWS provider's schema anew, a third of its time spent collecting garbage:
    # https://go.dev/doc/gc-guide#GOGC
    environment.setdefault("GOGC", "400")

    config = environment.get(CONFIG_VARIABLE, "")
    if is_ours(config):
        # The mirror may have moved since: decide again.
        del environment[CONFIG_VARIABLE]
        arguments = _FS_MIRROR.sub("", environment.pop(LOCK_VARIABLE, "")).strip()
        if arguments:
            environment[LOCK_VARIABLE] = arguments
    elif config and not Path(config).is_file():
        # Terraform warns on every command about a configuration file that does not exist.
        del environment[CONFIG_VARIABLE]

    mirror = find_mirror(base)
    if mirror and not users_config(environment):
        environment[CONFIG_VARIABLE] = str(_write_config(work_dir, mirror))
        # `cdktf deploy` runs `terraform providers lock`, which asks the registry unless told otherwise:
        # https://developer.hashicorp.com/terraform/cli/commands/providers/lock
        arguments = environment.get(LOCK_VARIABLE, "")
        if "-mirror=" not in arguments:
            environment[LOCK_VARIABLE] = f"{arguments} -fs-mirror={shlex.quote(str(mirror))}".strip()
    return environment


def shell_lines(environment: Mapping[str, str], present: Mapping[str, str]) -> list[str]:
    """Return the shell commands that turn the `present` environment into `environment`, and no others."""
    exports = [
        f"export {name}={shlex.quote(value)}"
        for name, value in sorted(environment.items())
        if present.get(name) != value
    ]
    return exports + [f"unset {name}" for name in sorted(present.keys() - environment.keys())]


def users_config(environment: Mapping[str, str]) -> Path | None:
    """Return the CLI configuration file of the user's own that Terraform reads in this environment."""
    # https://developer.hashicorp.com/terraform/cli/config/config-file#locations
    named = environment.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    default = Path(environment.get("HOME") or Path.home()) / ".terraformrc"
    return default if default.is_file() else None


def is_ours(config: str) -> bool:
    """Return whether a CLI configuration is one that this module wrote."""
    try:
        return bool(config) and Path(config).read_text(errors="replace").startswith(_MARK)
    except OSError:
        return False


def _write_config(work_dir: Path, mirror: Path) -> Path:
    text = f"""{_MARK}
provider_installation {{
  filesystem_mirror {{
    path    = {json.dumps(str(mirror), ensure_ascii=False)}
    include = ["{PROVIDER}"]
  }}
  direct {{
    exclude = ["{PROVIDER}"]
  }}
}}
"""
    path = work_dir.absolute() / CONFIG_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    # Replaced in one step: another Terraform may be reading it.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=CONFIG_NAME, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
    return path
