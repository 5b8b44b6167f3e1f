"""The AWS provider kept running for the Terraform commands of a test, by `privatelink`'s own proxy."""

import contextlib
import fcntl
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.mirror import PROVIDER, allowed_range
from privatelink.terraform.proxy_process import REATTACH_VARIABLE, Client, running_proxy
from privatelink.terraform.root import TerraformRoot
from tests.support.project import PROJECT
from tests.support.warm_sandbox import warm_sandbox

INSTALLED = PROJECT / ".build/kept_provider"


@contextlib.contextmanager
def kept_provider(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the environment in which Terraform finds the provider running, with this one's settings."""
    tests = Client(str(INSTALLED), environment, used_types())
    with running_proxy(provider_binary(), INSTALLED, [tests]) as (attach,):
        yield {**environment, REATTACH_VARIABLE: attach}


@dataclass(frozen=True)
class AttachedSandbox(Sandbox):
    """A sandbox whose Terraform finds the provider running."""

    attach: str

    @property
    def client_environment(self) -> dict[str, str]:
        return super().client_environment | {REATTACH_VARIABLE: self.attach}


@contextlib.contextmanager
def attached_sandbox(
    *, data_plane: bool | None = False, aws_config: Path | None = None
) -> Iterator[AttachedSandbox]:
    """Run a sandbox, and the provider beside it, which reads profiles from an AWS configuration file."""
    profiles = {"AWS_CONFIG_FILE": str(aws_config)} if aws_config else {}
    with (
        warm_sandbox(data_plane=data_plane) as sandbox,
        kept_provider(terraform_environment(INSTALLED, sandbox.client_environment | profiles)) as environment,
    ):
        yield AttachedSandbox(sandbox.port, sandbox.pid, sandbox.key, environment[REATTACH_VARIABLE])


@functools.cache
def provider_binary() -> Path:
    """The provider that `terraform init` takes, from a mirror or the registry."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    required = {
        "terraform": {"required_providers": {"aws": {"source": PROVIDER, "version": allowed_range()}}}
    }
    with (INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        configuration = INSTALLED / "main.tf.json"
        if not configuration.exists() or json.loads(configuration.read_text()) != required:
            configuration.write_text(json.dumps(required))
            TerraformRoot(INSTALLED, terraform_environment(INSTALLED)).init(upgrade=True)
    (binary,) = INSTALLED.glob(f".terraform/providers/{PROVIDER}/*/*/terraform-provider-aws*")
    return binary


@functools.cache
def used_types() -> list[str]:
    """The types that anything here names: what is generated, and what the tests write."""
    files = [
        *PROJECT.glob("tests/data/generated/**/*.json"),
        *PROJECT.glob("tests/**/*.py"),
        *PROJECT.glob("tests/support/plans/**/*.tf"),
        *PROJECT.glob("terraform/**/*.tf"),
        *PROJECT.glob("examples/terraform/**/*.tf"),
    ]
    return sorted({name for file in files for name in re.findall(r"\baws_[a-z0-9_]+", file.read_text())})
