"""The base of every part of a topology file, and the AWS account of a part."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from privatelink.rule import Broken, Rule
from privatelink.topology.broken import refuse_any
from privatelink.topology.types.accounts import ExternalId, Profile
from privatelink.topology.types.arns import RoleArn, account_of

PROFILE_OR_ROLE = Rule(
    "account-profile-or-role",
    what="account with both or neither of {.profile} and {.role_arn}",
    allowed="exactly one of {.profile} and {.role_arn}",
    fix="set one of them, and not the other",
    why="Terraform gets an account's credentials from a profile, or by assuming a role.",
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration",
)
EXTERNAL_ID_UNUSED = Rule(
    "account-external-id",
    what="external ID without a role",
    allowed="only with {.role_arn}",
    fix="remove it",
    why="An external ID is a condition of the trust policy of a role.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
)
RULES = (PROFILE_OR_ROLE, EXTERNAL_ID_UNUSED)

KmsKey = Literal["create", "aws"]
KMS_KEY_DESCRIPTION = (
    "KMS key of the new SNS topic, flow logs, bucket of access logs, and volumes: `create` for a customer "
    "managed key that Terraform creates, `aws` for AWS's own keys, without KMS for the topic and the bucket"
)


class Part(BaseModel):
    """A mapping in the file: no unknown fields, no converted values (80 is not "80"), immutable."""

    # Deferred: the schemas are built when the first topology is read, so that importing stays quick.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Account(Part):
    """Credentials of an AWS account: a profile of the AWS configuration file, or a role to assume."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["profile"]}, {"required": ["role_arn"]}]},
    )

    profile: Profile | None = Field(
        default=None, description="Name of a profile in the AWS configuration file"
    )
    role_arn: RoleArn | None = Field(default=None, description="ARN of the IAM role to assume")
    external_id: ExternalId | None = Field(default=None, description="External ID to assume the role with")

    @property
    def number(self) -> str | None:
        """The account's 12 digits, if the role names them; a profile does not."""
        return account_of(self.role_arn) if self.role_arn else None

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if (self.profile is None) == (self.role_arn is None):
            yield PROFILE_OR_ROLE.broken()
        elif self.external_id and not self.role_arn:
            yield EXTERNAL_ID_UNUSED.broken(at=("external_id",))


def same_account(one: Account | None, other: Account | None) -> bool:
    """Say whether two sides certainly have the same account; two profiles may have the same or not."""
    if one == other:
        return True
    return bool(one and other and one.number and one.number == other.number)
