"""The environment variables of Terraform and CDKTF: no telemetry, and the provider mirror, if there is one.

`privatelink environment` prints them for a shell.
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
    """Return the complete environment of a `terraform` or `cdktf` process.

    The user's own Terraform CLI configuration is used, if there is one. Otherwise, if there is a mirror of
    the AWS provider, a configuration that uses it is written.

    Arguments:
        work_dir: the folder for the CLI configuration.
        base: the environment to start from.

    Raises:
        MirrorError: TF_PLUGIN_MIRROR is wrong.
    """
    environment = dict(base)
    # https://developer.hashicorp.com/terraform/cli/commands#upgrade-and-security-bulletin-checks
    environment["CHECKPOINT_DISABLE"] = "1"
    environment["TF_IN_AUTOMATION"] = "1"
    # Each command reads the AWS provider's schema. By default, a third of that time is garbage collection:
    # https://go.dev/doc/gc-guide#GOGC
    environment.setdefault("GOGC", "400")

    config = environment.get(CONFIG_VARIABLE, "")
    if is_ours(config):
        # The mirror may have changed since then: write the configuration again.
        del environment[CONFIG_VARIABLE]
        arguments = _FS_MIRROR.sub("", environment.pop(LOCK_VARIABLE, "")).strip()
        if arguments:
            environment[LOCK_VARIABLE] = arguments
    elif config and not Path(config).is_file():
        # With a configuration file that does not exist, Terraform warns in every command.
        del environment[CONFIG_VARIABLE]

    mirror = find_mirror(base)
    if mirror and not users_config(environment):
        environment[CONFIG_VARIABLE] = str(_write_config(work_dir, mirror))
        # `cdktf deploy` runs `terraform providers lock`, which uses the registry by default:
        # https://developer.hashicorp.com/terraform/cli/commands/providers/lock
        arguments = environment.get(LOCK_VARIABLE, "")
        if "-mirror=" not in arguments:
            environment[LOCK_VARIABLE] = f"{arguments} -fs-mirror={shlex.quote(str(mirror))}".strip()
    return environment


def shell_lines(environment: Mapping[str, str], present: Mapping[str, str]) -> list[str]:
    """Return the shell commands that change the `present` environment into `environment`."""
    exports = [
        f"export {name}={shlex.quote(value)}"
        for name, value in sorted(environment.items())
        if present.get(name) != value
    ]
    return exports + [f"unset {name}" for name in sorted(present.keys() - environment.keys())]


def users_config(environment: Mapping[str, str]) -> Path | None:
    """Return the user's own CLI configuration file, if Terraform reads one in this environment."""
    # https://developer.hashicorp.com/terraform/cli/config/config-file#locations
    named = environment.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    default = Path(environment.get("HOME") or Path.home()) / ".terraformrc"
    return default if default.is_file() else None


def is_ours(config: str) -> bool:
    """Return whether this module wrote a CLI configuration file."""
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
    # Replace it in one step: another Terraform process may be reading it.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=CONFIG_NAME, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
    return path
