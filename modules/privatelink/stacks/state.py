"""Where Terraform stores the state of a stack: the backend, and the data source that reads it elsewhere.

Each has the name of the stack, so no two stacks of a topology have the same one.

Settings are templates, as everywhere in stacks. Terraform evaluates them in the data source; in JSON it does
not evaluate the backend, which has plain text.
https://developer.hashicorp.com/terraform/language/state/remote-state-data
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from privatelink.framework import aws
from privatelink.literal import plain
from privatelink.topology.rules.backend import Backend, HcpState, S3State

# Name of the role session in CloudTrail: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
SESSION = "terraform-state"


class Place(TypedDict, total=False):
    """Arguments of the S3 backend and of the data source that reads its state."""

    bucket: str
    key: str
    region: str
    profile: str
    assume_role: aws.S3BackendAssumeRoleConfig


class State(ABC):
    """Where Terraform stores the state of a stack: a `LocalFile`, an `S3Object` or an `HcpWorkspace`.

    Attributes:
        terraform_versions: versions of Terraform that support it.
    """

    # 1.5 introduced check blocks: https://developer.hashicorp.com/terraform/language/checks
    terraform_versions = ">= 1.5.0"

    @abstractmethod
    def keep(self, stack: aws.TerraformStack) -> None:
        """Add the backend to a stack.

        Arguments:
            stack: the stack.
        """

    @abstractmethod
    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Add the data source that reads the outputs of the stack; return it.

        Arguments:
            scope: the stack that reads.
            key: ID of the data source.
        """


@dataclass(frozen=True)
class LocalFile(State):
    """A local file.

    Arguments:
        path: path of the file, relative to the stack's folder `<out>/stacks/<name>`, so that it is the same
            on every machine.

    https://developer.hashicorp.com/terraform/language/backend/local
    """

    path: str

    def keep(self, stack: aws.TerraformStack) -> None:
        """Add the backend to a stack."""
        aws.LocalBackend(stack, path=plain(self.path))

    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Add the data source that reads the outputs of the stack; return it."""
        return aws.DataTerraformRemoteStateLocal(scope, key, path=self.path)


@dataclass(frozen=True)
class S3Object(State):
    """An object in an S3 bucket, with the lock file `<key>.tflock` beside it while Terraform runs.

    Arguments:
        settings: bucket, Region, encryption and account.
        object_key: key of the object.

    Attributes:
        terraform_versions: versions of Terraform that support it.

    https://developer.hashicorp.com/terraform/language/backend/s3
    """

    settings: S3State
    object_key: str
    # 1.10 introduced the lock file: https://github.com/hashicorp/terraform/blob/v1.10/CHANGELOG.md
    terraform_versions = ">= 1.10.0"

    def keep(self, stack: aws.TerraformStack) -> None:
        """Add the backend to a stack."""
        settings = plain(self.settings)
        aws.S3Backend(
            stack, encrypt=settings.encrypt, kms_key_id=settings.kms_key_id, **self._place(settings)
        )
        # The framework's class does not have this argument.
        stack.add_override("terraform.backend.s3.use_lockfile", True)

    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Add the data source that reads the outputs of the stack; return it."""
        return aws.DataTerraformRemoteStateS3(scope, key, **self._place(self.settings))

    def _place(self, settings: S3State) -> Place:
        place: Place = {
            "bucket": settings.bucket,
            "key": self.object_key,
            "region": settings.region,
        }
        account = settings.account
        if account and account.profile:
            place["profile"] = account.profile
        elif account and account.role_arn:
            place["assume_role"] = aws.S3BackendAssumeRoleConfig(
                role_arn=account.role_arn, external_id=account.external_id, session_name=SESSION
            )
        return place


@dataclass(frozen=True)
class HcpWorkspace(State):
    """A workspace of HCP Terraform or Terraform Enterprise.

    The data source reads its state through the older backend `remote`, as it supports no other for it.

    Arguments:
        settings: organization, project and host name.
        workspace: name of the workspace.

    Attributes:
        terraform_versions: versions of Terraform that support it.

    https://developer.hashicorp.com/terraform/cli/cloud/settings
    """

    settings: HcpState
    workspace: str
    # 1.6 introduced projects: https://github.com/hashicorp/terraform/blob/v1.6/CHANGELOG.md
    terraform_versions = ">= 1.6.0"

    def keep(self, stack: aws.TerraformStack) -> None:
        """Add the backend to a stack."""
        settings = plain(self.settings)
        aws.CloudBackend(
            stack,
            organization=settings.organization,
            hostname=settings.hostname,
            workspaces=aws.NamedCloudWorkspace(plain(self.workspace), settings.project),
        )

    def read(self, scope: aws.Construct, key: str) -> aws.TerraformRemoteState:
        """Add the data source that reads the outputs of the stack; return it."""
        return aws.DataTerraformRemoteState(
            scope,
            key,
            organization=self.settings.organization,
            hostname=self.settings.hostname,
            workspaces=aws.NamedRemoteWorkspace(self.workspace),
        )


States = Callable[[str], State]
"""Returns where the state of a stack is stored, by the name of the stack."""


def states_of(topology: str, backend: Backend | None) -> States:
    """Return where Terraform stores the states of a topology's stacks.

    Arguments:
        topology: name of the topology.
        backend: backend of the topology; None for local files beside the output folder.
    """
    return lambda stack: state_of(stack, topology, backend)


def state_of(stack: str, topology: str, backend: Backend | None) -> State:
    """Return where Terraform stores the state of a stack.

    Arguments:
        stack: name of the stack.
        topology: name of the topology.
        backend: backend of the topology; None for a local file beside the output folder.
    """
    if backend and backend.s3:
        # Stacks of two topologies may have one name: `a-consumer-provider` is in `a` and in `a-consumer`.
        parts = (backend.s3.key_prefix, topology, f"{stack}.tfstate")
        return S3Object(backend.s3, "/".join(filter(None, parts)))
    if backend and backend.hcp:
        return HcpWorkspace(backend.hcp, backend.hcp.workspace_prefix + stack)
    directory = backend.local.directory if backend and backend.local else "."
    path = "" if directory == "." else f"{directory}/"
    return LocalFile(f"../../../{path}terraform.{stack}.tfstate")
