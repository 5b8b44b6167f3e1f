"""Where Terraform stores the state of each stack.

https://developer.hashicorp.com/terraform/language/backend
"""

from collections.abc import Iterator
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.rule import Broken, Rule
from privatelink.topology.broken import refuse, refuse_any
from privatelink.topology.part import Account, Part
from privatelink.topology.types.arns import KmsKeyArn, region_in
from privatelink.topology.types.buckets import BucketName, KeyPrefix
from privatelink.topology.types.state_places import (
    Directory,
    HostName,
    Organization,
    Project,
    WorkspacePrefix,
)
from privatelink.topology.types.zones import Region

KINDS = ("s3", "hcp", "local")

ONE_OF_THREE = Rule(
    "backend-kind",
    what="backend with {number} places for the state",
    allowed="exactly one of {.s3}, {.hcp} and {.local}",
    fix="keep one of them; without {.backend}, the state is in local files",
    why="Terraform stores a state in one place.",
    page="https://developer.hashicorp.com/terraform/language/backend",
)
KEY_WITHOUT_ENCRYPTION = Rule(
    "state-kms-key-unused",
    what="KMS key for a state that Terraform does not encrypt",
    allowed="only with {.encrypt=true}",
    fix="set {.encrypt=true}, or remove the key",
    why="Terraform sends the key only together with a request for encryption.",
    page="https://developer.hashicorp.com/terraform/language/backend/s3",
)
KEY_OF_ANOTHER_REGION = Rule(
    "state-kms-key-region",
    what="KMS key in another Region than the bucket",
    allowed="a key in {region}",
    fix="use a key in {region}",
    why="S3 encrypts an object with a KMS key of the bucket's Region only.",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
)
RULES = (ONE_OF_THREE, KEY_WITHOUT_ENCRYPTION, KEY_OF_ANOTHER_REGION)


class S3State(Part):
    """State in an existing S3 bucket: one object for each stack, with a lock file beside it."""

    bucket: BucketName = Field(
        description="Name of an existing S3 bucket; with versioning, it keeps earlier states"
    )
    region: Region = Field(description="Region of the bucket")
    key_prefix: KeyPrefix | None = Field(
        default=None,
        description="Prefix of the keys, `<key_prefix>/<topology>/<stack>.tfstate`; default: none",
    )
    encrypt: bool = Field(
        default=True,
        description="Request server-side encryption of the state, with `kms_key_id` or else with Amazon S3 "
        "managed keys",
    )
    kms_key_id: KmsKeyArn | None = Field(
        default=None, description="ARN of the KMS key that encrypts the state"
    )
    account: Account | None = Field(
        default=None, description="Account of the bucket; default: the account that Terraform runs in"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.kms_key_id:
            return
        if not self.encrypt:
            yield KEY_WITHOUT_ENCRYPTION.broken(at=("kms_key_id",))
        if region_in(self.kms_key_id) != self.region:
            yield KEY_OF_ANOTHER_REGION.broken(at=("kms_key_id",), region=self.region)


class HcpState(Part):
    """State in HCP Terraform or Terraform Enterprise: one workspace for each stack."""

    organization: Organization = Field(description="Name of an existing organization")
    project: Project | None = Field(
        default=None, description="Project of new workspaces; default: the organization's default project"
    )
    workspace_prefix: WorkspacePrefix = Field(
        default="", description="Prefix of the workspace names, `<workspace_prefix><stack>`"
    )
    hostname: HostName = Field(
        default="app.terraform.io", description="Host name of HCP Terraform or Terraform Enterprise"
    )


class LocalState(Part):
    """State in local files: one file for each stack."""

    directory: Directory = Field(
        default=".", description="Directory of the state files, relative to the directory that has cdktf.out"
    )


class Backend(Part):
    """Where Terraform stores the state of each stack, and where stacks read the outputs of other stacks."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind]} for kind in KINDS]})

    s3: S3State | None = Field(default=None, description="State in an S3 bucket")
    hcp: HcpState | None = Field(default=None, description="State in HCP Terraform or Terraform Enterprise")
    local: LocalState | None = Field(default=None, description="State in files on this machine")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind)]
        if len(given) != 1:
            raise refuse(ONE_OF_THREE.broken(given=", ".join(given), number=len(given)))
        return self
