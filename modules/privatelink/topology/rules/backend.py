"""Where Terraform keeps the state of each stack.

https://developer.hashicorp.com/terraform/language/backend
"""

from collections.abc import Iterator
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.topology.broken import Broken, refuse, refuse_any
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


class S3State(Part):
    """State in an S3 bucket that exists, an object for each stack; the lock is a file beside it."""

    bucket: BucketName = Field(description="A bucket of yours; versioning on it keeps former states")
    region: Region = Field(description="The bucket's region")
    key_prefix: KeyPrefix | None = Field(
        default=None,
        description="What keys start with: `<key_prefix>/<topology>/<stack>.tfstate`; default: nothing",
    )
    encrypt: bool = Field(
        default=True,
        description="Whether Terraform asks for encryption: by `kms_key_id`, else by S3's own key",
    )
    kms_key_id: KmsKeyArn | None = Field(default=None, description="ARN of the KMS key to encrypt with")
    account: Account | None = Field(
        default=None, description="Whose account the bucket is in; default: the one Terraform runs in"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.kms_key_id:
            return
        if not self.encrypt:
            what, fix = "KMS key without encryption", "remove `encrypt: false`, or the key"
            yield Broken(what, "only with encrypt: true", fix, ("kms_key_id",))
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
        if region_in(self.kms_key_id) != self.region:
            what, fix = "KMS key of another region than the bucket's", f"give a key in {self.region}"
            yield Broken(what, f"a key in {self.region}", fix, ("kms_key_id",))


class HcpState(Part):
    """State in HCP Terraform or Terraform Enterprise, a workspace for each stack."""

    organization: Organization = Field(description="The organization, which exists")
    project: Project | None = Field(
        default=None, description="The project that new workspaces are made in; default: the organization's"
    )
    workspace_prefix: WorkspacePrefix = Field(
        default="", description="What workspaces start with: `<workspace_prefix><stack>`"
    )
    hostname: HostName = Field(default="app.terraform.io", description="Where it runs")


class LocalState(Part):
    """State in files, one for each stack."""

    directory: Directory = Field(
        default=".", description="Where the files are, relative to the folder that holds cdktf.out"
    )


class Backend(Part):
    """Where Terraform keeps the state of each stack, and where stacks read each other's outputs."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [kind]} for kind in ("s3", "hcp", "local")]},
    )

    s3: S3State | None = Field(default=None, description="In an S3 bucket")
    hcp: HcpState | None = Field(default=None, description="In HCP Terraform")
    local: LocalState | None = Field(default=None, description="In files on this machine")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        given = [name for name in ("s3", "hcp", "local") if getattr(self, name)]
        if len(given) != 1:
            what = f"backend has {' and '.join(given)}" if given else "backend has none of s3, hcp and local"
            fix = "keep one, remove the others" if given else "add one, or remove `backend`"
            raise refuse(Broken(what, "exactly one of s3, hcp and local", fix))
        return self
