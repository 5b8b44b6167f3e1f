"""Where one stack's state is: the backend that keeps it there, and how another stack reads it.

Each is known by the stack's name, so no two stacks of a topology share one.
https://developer.hashicorp.com/terraform/language/state/remote-state-data
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from privatelink.framework import aws
from privatelink.topology.rules.backend import Backend, HcpState, S3State

# The role session that CloudTrail shows: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
SESSION = "terraform-state"


class Place(TypedDict, total=False):
    """Arguments that the backend and whoever reads its state share."""

    bucket: str
    key: str
    region: str
    profile: str
    assume_role: aws.S3BackendAssumeRoleConfig


class State(ABC):
    """Where one stack's state is."""

    # Check blocks came with 1.5: https://developer.hashicorp.com/terraform/language/checks
    terraform_versions = ">= 1.5.0"

    @abstractmethod
    def keep(self, stack: aws.TerraformStack) -> None:
        """Have the stack keep its state here."""

    @abstractmethod
    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Read the outputs of the stack whose state is here, under an id of the reader's."""


@dataclass(frozen=True)
class LocalFile(State):
    """A file, by its path relative to the stack's folder `<out>/stacks/<name>`: the same on every machine."""

    path: str

    def keep(self, stack: aws.TerraformStack) -> None:
        """Have the stack keep its state here."""
        aws.LocalBackend(stack, path=self.path)

    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Read the outputs of the stack whose state is here."""
        return aws.DataTerraformRemoteStateLocal(scope, key, path=self.path)


@dataclass(frozen=True)
class S3Object(State):
    """An object in a bucket, `<key>.tflock` beside it while Terraform works on it.

    https://developer.hashicorp.com/terraform/language/backend/s3
    """

    settings: S3State
    object_key: str
    # The lock file came with 1.10: https://github.com/hashicorp/terraform/blob/v1.10/CHANGELOG.md
    terraform_versions = ">= 1.10.0"

    def keep(self, stack: aws.TerraformStack) -> None:
        """Have the stack keep its state here."""
        aws.S3Backend(
            stack, encrypt=self.settings.encrypt, kms_key_id=self.settings.kms_key_id, **self._place()
        )
        # The framework's class is older than the argument.
        stack.add_override("terraform.backend.s3.use_lockfile", True)

    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Read the outputs of the stack whose state is here."""
        return aws.DataTerraformRemoteStateS3(scope, key, **self._place())

    def _place(self) -> Place:
        place: Place = {
            "bucket": self.settings.bucket,
            "key": self.object_key,
            "region": self.settings.region,
        }
        account = self.settings.account
        if account and account.profile:
            place["profile"] = account.profile
        elif account and account.role_arn:
            place["assume_role"] = aws.S3BackendAssumeRoleConfig(
                role_arn=account.role_arn, external_id=account.external_id, session_name=SESSION
            )
        return place


@dataclass(frozen=True)
class HcpWorkspace(State):
    """A workspace of HCP Terraform.

    Its state is read by the backend of old, `remote`: the data source has no other for it.
    https://developer.hashicorp.com/terraform/cli/cloud/settings
    """

    settings: HcpState
    workspace: str
    # Projects came with 1.6: https://github.com/hashicorp/terraform/blob/v1.6/CHANGELOG.md
    terraform_versions = ">= 1.6.0"

    def keep(self, stack: aws.TerraformStack) -> None:
        """Have the stack keep its state here."""
        aws.CloudBackend(
            stack,
            organization=self.settings.organization,
            hostname=self.settings.hostname,
            workspaces=aws.NamedCloudWorkspace(self.workspace, self.settings.project),
        )

    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Read the outputs of the stack whose state is here."""
        return aws.DataTerraformRemoteState(
            scope,
            key,
            organization=self.settings.organization,
            hostname=self.settings.hostname,
            workspaces=aws.NamedRemoteWorkspace(self.workspace),
        )


States = Callable[[str], State]
"""Gives the place of a stack's state by the stack's name."""


def states_of(topology: str, backend: Backend | None) -> States:
    """Give the places of the states of a topology's stacks, by its name and its backend."""
    return lambda stack: state_of(stack, topology, backend)


def state_of(stack: str, topology: str, backend: Backend | None) -> State:
    """Give the place of a stack's state; without a backend, a file beside the folder of all stacks."""
    if backend and backend.s3:
        # Stacks of two topologies may have one name: `a-consumer-provider` is of `a` or of `a-consumer`.
        parts = (backend.s3.key_prefix, topology, f"{stack}.tfstate")
        return S3Object(backend.s3, "/".join(filter(None, parts)))
    if backend and backend.hcp:
        return HcpWorkspace(backend.hcp, backend.hcp.workspace_prefix + stack)
    directory = backend.local.directory if backend and backend.local else "."
    path = "" if directory == "." else f"{directory}/"
    return LocalFile(f"../../../{path}terraform.{stack}.tfstate")
