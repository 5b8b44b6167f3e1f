"""Finds a filesystem mirror of the AWS provider, for machines that cannot reach Terraform's registry.

https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
"""

import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from privatelink.errors import UserError

PROVIDER = "registry.terraform.io/hashicorp/aws"
OLDEST = (5, 100, 0)
BELOW = (7, 0, 0)
MIRROR_VARIABLE = "TF_PLUGIN_MIRROR"
PREFIXES = (Path("/opt"), Path("/usr/local/share"), Path("/usr/share"))

_TYPE = PROVIDER.rsplit("/", 1)[1]
_ARCHITECTURES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i686": "386",
    "i386": "386",
}
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class MirrorError(UserError):
    """The mirror in TF_PLUGIN_MIRROR does not have the AWS provider."""


def this_platform() -> str:
    """Return this machine's platform in Terraform's form, for example `linux_amd64`."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"


def allowed_range() -> str:
    """Return the range of allowed provider versions, as a Terraform version constraint."""
    return f">= {_dotted(OLDEST)}, < {_dotted(BELOW)}"


def find_mirror(
    environment: Mapping[str, str] = os.environ, prefixes: Iterable[Path] = PREFIXES
) -> Path | None:
    """Return the first directory with an allowed AWS provider for this platform, or None.

    Arguments:
        environment: the environment variables.
        prefixes: directories to search below, after Terraform's implied mirror directories.

    Raises:
        MirrorError: TF_PLUGIN_MIRROR names a directory without such a provider. If it were ignored, Terraform
            would use the network.
    """
    named = environment.get(MIRROR_VARIABLE)
    if named:
        return _named_mirror(Path(named).expanduser())
    for directory in (*_implied_directories(environment), *_below(prefixes)):
        if any(_is_allowed(version) for version in versions(directory)):
            return directory.absolute()
    return None


def versions(mirror: Path) -> set[tuple[int, int, int]]:
    """Return the versions of the AWS provider in a mirror for this platform, unpacked or packed.

    Pre-releases are not included, because a version range never selects them.
    """
    root = mirror / PROVIDER
    found = set()
    for entry in _entries(root):
        packed = re.fullmatch(rf"terraform-provider-{_TYPE}_(.+)_{this_platform()}\.zip", entry.name)
        if packed:
            found.add(_parse(packed[1]))
        elif any(
            binary.name.startswith(f"terraform-provider-{_TYPE}")
            for binary in _entries(entry / this_platform())
        ):
            found.add(_parse(entry.name))
    return {version for version in found if version}


def _named_mirror(mirror: Path) -> Path:
    held = versions(mirror)
    if any(_is_allowed(version) for version in held):
        return mirror.absolute()
    if not mirror.is_dir():
        reason = "that directory does not exist"
    elif held:
        reason = f"it contains only {', '.join(_dotted(version) for version in sorted(held))}"
    else:
        reason = f"it does not contain {PROVIDER}/<version>/{this_platform()}/"
    raise MirrorError(
        f'{MIRROR_VARIABLE} is "{mirror}", but {reason}; set it to a directory with '
        f"{PROVIDER} {allowed_range()} for {this_platform()} "
        f"(`terraform providers mirror DIRECTORY` creates one), or unset {MIRROR_VARIABLE}"
    )


def _implied_directories(environment: Mapping[str, str]) -> Iterator[Path]:
    # https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    home = Path(environment.get("HOME") or Path.home())
    yield Path("terraform.d/plugins")
    yield home / ".terraform.d/plugins"
    if platform.system() == "Darwin":
        yield home / "Library/Application Support/io.terraform/plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
    data_home = environment.get("XDG_DATA_HOME") or str(home / ".local/share")
    data_dirs = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for directory in (data_home, *data_dirs.split(":")):
        if directory:
            yield Path(directory) / "terraform/plugins"


def _below(prefixes: Iterable[Path]) -> Iterator[Path]:
    for prefix in prefixes:
        yield prefix
        yield from _entries(prefix)


def _entries(directory: Path) -> list[Path]:
    # A directory that is missing, is a file or cannot be read counts as empty.
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []


def _parse(text: str) -> tuple[int, int, int] | None:
    match = _VERSION.fullmatch(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _is_allowed(version: tuple[int, int, int]) -> bool:
    return OLDEST <= version < BELOW


def _dotted(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
