"""Lets the plans of many stacks share one AWS provider process, if that does not change the plans.

Terraform connects to a running provider (TF_REATTACH_PROVIDERS) through `provider_proxy.py`. One plain
`terraform init` in the first stack installs the provider, and verifies its checksum with the lock file. The
other stacks get the same lock file and the same installation, as their own `init` would write them: a saved
plan contains the lock file, and a plain `terraform apply` refuses the plan if the lock file has changed.

Configurations that are not generated here, or whose plans could differ, are planned by plain runs
(docs/adr/0014).
"""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from privatelink.json_types import Json
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.documents import Configuration
from privatelink.terraform.environment import users_config
from privatelink.terraform.events import OnEvent
from privatelink.terraform.mirror import PROVIDER, this_platform
from privatelink.terraform.proxy_process import REATTACH_VARIABLE, Client, ProxyStartError, running_proxy
from privatelink.terraform.stacks import Stack

LOCK_FILE = ".terraform.lock.hcl"
CONFIGURATION_FILE = "cdk.tf.json"
# Beside it, and has only the versions of Terraform that the stack works with.
VERSIONS_FILE = "cdk.versions.tf"
SOURCES = {"aws", "hashicorp/aws", PROVIDER}
BUILT_IN = {"terraform_data", "terraform_remote_state"}
# Backends that can plan remotely: https://developer.hashicorp.com/terraform/cloud-docs/run/remote-operations
REMOTE = {"cloud", "remote"}
# Variables that change where Terraform installs providers, or that log a provider that Terraform starts.
# https://developer.hashicorp.com/terraform/cli/config/environment-variables
UNSHARED_VARIABLES = (REATTACH_VARIABLE, "TF_DATA_DIR", "TF_LOG", "TF_LOG_PROVIDER")
UNSHARED_OPTIONS = ("-lockfile", "-plugin-dir")


@dataclass(frozen=True)
class Sharing:
    """How stacks reach the provider.

    `note` is the reason why each stack starts its own provider; it is empty if they share one.
    """

    note: str = ""
    _attach: Mapping[str, str] = field(default_factory=dict, repr=False)

    def environment_of(self, stack: Stack) -> dict[str, str]:
        """Return the environment for a stack's Terraform."""
        environment = dict(stack.root.environment)
        if stack.name in self._attach:
            environment[REATTACH_VARIABLE] = self._attach[stack.name]
        return environment


class NotSharedError(Exception):
    """The stacks cannot share the provider; the message is the reason."""


@contextlib.contextmanager
def shared_provider(
    stacks: Sequence[Stack], work_dir: Path, *, on_event: OnEvent | None = None
) -> Iterator[Sharing]:
    """Run one AWS provider during the block, for all stacks.

    Each stack still needs `terraform init`, which sets up the backend; with the environment yielded here, it
    takes 0.1 s.

    Arguments:
        stacks: the stacks.
        work_dir: the folder of the cached provider schema.
        on_event: is called with the events of the `terraform init` of the first stack.

    https://developer.hashicorp.com/terraform/plugin/debugging
    """
    with contextlib.ExitStack() as running:
        try:
            sharing = Sharing("", running.enter_context(_attached(stacks, work_dir, on_event)))
        except NotSharedError as reason:
            sharing = Sharing(str(reason))
        yield sharing


@contextlib.contextmanager
def _attached(
    stacks: Sequence[Stack], work_dir: Path, on_event: OnEvent | None
) -> Iterator[Mapping[str, str]]:
    _check_machine()
    for stack in stacks:
        _check_environment(stack.root.environment)
        _check_configuration(stack, stacks[0])
    binary = _install(stacks, on_event)
    clients = [_client(stack) for stack in stacks]
    with contextlib.ExitStack() as running:
        try:
            work_dir.mkdir(parents=True, exist_ok=True)
            attach = running.enter_context(running_proxy(binary, work_dir.absolute(), clients))
        except (OSError, ProxyStartError) as error:
            raise NotSharedError(f"the shared AWS provider did not start: {error}") from error
        yield {stack.name: each for stack, each in zip(stacks, attach, strict=True)}


def _check_machine() -> None:
    if os.name == "nt":
        raise NotSharedError("a shared AWS provider needs Unix sockets, which Windows does not have")
    if importlib.util.find_spec("grpc") is None:
        raise NotSharedError(
            "a shared AWS provider needs a package that is not installed: pip install 'privatelink[synth]'"
        )


def _check_environment(environment: Mapping[str, str]) -> None:
    for name in UNSHARED_VARIABLES:
        if environment.get(name):
            raise NotSharedError(f"{name} is set")
    for name, value in environment.items():
        if name.startswith("TF_CLI_ARGS") and (found := [o for o in UNSHARED_OPTIONS if o in value]):
            raise NotSharedError(f"{name} has {found[0]}")
    home = Path(environment.get("HOME") or Path.home())
    # https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
    for path in (users_config(environment), *(home / ".terraform.d").glob("*.tfrc")):
        if path and "dev_overrides" in path.read_text(encoding="utf-8", errors="replace"):
            raise NotSharedError(f"{path} has dev_overrides")


def _check_configuration(stack: Stack, first: Stack) -> None:
    """Raise `NotSharedError` if a stack may need other providers, or types not in the generated file."""
    others = sorted(
        path.name
        for path in stack.root.directory.iterdir()
        if path.name.endswith((".tf", ".tf.json")) and path.name not in {CONFIGURATION_FILE, VERSIONS_FILE}
    )
    if others:
        raise NotSharedError(f"{stack.root.directory} has {others[0]} in addition to {CONFIGURATION_FILE}")
    configuration = stack.configuration
    if "module" in configuration:
        raise NotSharedError(f"{stack.name} calls a module")
    if REMOTE & stack.backend.keys():
        raise NotSharedError(f"{stack.name} is planned by HCP Terraform")
    required = configuration["terraform"].get("required_providers", {})
    if required.keys() != {"aws"} or required["aws"].get("source") not in SOURCES:
        raise NotSharedError(f"{stack.name} needs other providers than hashicorp/aws")
    if required != first.configuration["terraform"]["required_providers"]:
        raise NotSharedError(f"{stack.name} and {first.name} require different versions of hashicorp/aws")
    for kind, _ in _named(configuration):
        if kind not in BUILT_IN and not kind.startswith("aws_"):
            raise NotSharedError(f"{stack.name} has {kind}, which is not a type of hashicorp/aws")


def _named(configuration: Configuration) -> Iterator[tuple[str, Json]]:
    """Yield each type of resource, data source and ephemeral resource, with its blocks by name."""
    yield from configuration.get("resource", {}).items()
    yield from configuration.get("data", {}).items()
    yield from configuration.get("ephemeral", {}).items()


def _install(stacks: Sequence[Stack], on_event: OnEvent | None) -> Path:
    """Install the provider for all stacks, and return its binary."""
    locks = {stack.name: text for stack in stacks if (text := _lock(stack)) is not None}
    if len(set(locks.values())) > 1:
        first, other = next((a, b) for a in locks for b in locks if locks[a] != locks[b])
        raise NotSharedError(f"{first} and {other} have different {LOCK_FILE} files")
    leader = next((stack for stack in stacks if stack.name in locks), stacks[0])
    try:
        leader.root.init(on_event=on_event)
    except TerraformError as error:
        raise NotSharedError(f"`terraform init` failed in {leader.root.directory}") from error
    lock = _lock(leader) or ""
    locked = re.findall(r'^provider "([^"]+)"', lock, re.MULTILINE)
    version = re.search(r'^\s*version\s*=\s*"([^"]+)"', lock, re.MULTILINE)
    if locked != [PROVIDER] or version is None:
        raise NotSharedError(f"{LOCK_FILE} of {leader.name} names {', '.join(locked)}, not {PROVIDER}")
    package = Path(".terraform/providers", PROVIDER, version[1], this_platform())
    installed = leader.root.directory / package
    binaries = list(installed.glob("terraform-provider-aws*"))
    if len(binaries) != 1:
        raise NotSharedError(f"{installed} has no AWS provider")
    for stack in stacks:
        try:
            _install_as(leader.root.directory, stack.root.directory, package)
        except OSError as error:
            raise NotSharedError(f"cannot write to {stack.root.directory}: {error.strerror}") from error
    return binaries[0]


def _lock(stack: Stack) -> str | None:
    try:
        return (stack.root.directory / LOCK_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _install_as(leader: Path, root: Path, package: Path) -> None:
    """Copy the installed provider and the lock file of one root module to another, if it has none."""
    data = root / ".terraform"
    data.mkdir(exist_ok=True)
    # Create them in another folder and move them: another run may be reading or writing them.
    with tempfile.TemporaryDirectory(dir=data) as folder:
        new, installed, target = Path(folder, "package"), leader / package, root / package
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # a link whose target no longer exists
            if installed.is_symlink():
                new.symlink_to(installed.resolve())
            else:
                shutil.copytree(installed, new, copy_function=_link)
            try:
                new.rename(target)
            except OSError:
                if not target.exists():
                    raise
        if not (root / LOCK_FILE).exists():
            shutil.copyfile(leader / LOCK_FILE, Path(folder, LOCK_FILE))
            Path(folder, LOCK_FILE).replace(root / LOCK_FILE)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _client(stack: Stack) -> Client:
    root = stack.root
    text = json.dumps(stack.configuration)
    return Client(
        directory=str(root.directory),
        environment=root.environment,
        types=sorted(set(re.findall(r"\baws_[a-z0-9_]+", text))),
        state_command=[root.binary, "state", "pull"],
        reads_files=_reads_files(stack, text),
    )


def _reads_files(stack: Stack, text: str) -> bool:
    """Return whether the provider may open files by paths relative to the root module."""
    if re.search(r"\bpath\.(module|root|cwd)\b", text):
        return True
    values = [value for name, value in stack.root.environment.items() if name.startswith("AWS_")]
    values += _strings(stack.configuration["provider"])
    for kind, named in _named(stack.configuration):
        if kind not in BUILT_IN:  # Terraform itself reads the files of built-in types
            values += _strings(named)
    return any(_is_relative_path(stack.root.directory, value) for value in values)


def _is_relative_path(directory: Path, value: str) -> bool:
    try:
        return value not in ("", ".") and not Path(value).is_absolute() and (directory / value).exists()
    except (OSError, ValueError):  # too long for a path, or with characters that paths cannot have
        return False


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
