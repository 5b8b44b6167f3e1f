"""What every part of a topology file is made of, and whose account a side lives in."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from privatelink.topology.broken import Broken, refuse
from privatelink.topology.types.accounts import ExternalId, Profile
from privatelink.topology.types.arns import RoleArn, account_of


def filled_in_above() -> Any:  # noqa: ANN401
    """Stand in for a default that depends on another part of the file, until what holds both fills it in."""
    return None


class Part(BaseModel):
    """A mapping in the file: nothing unknown in it, nothing converted (80 is not "80"), never changed."""

    # Deferred: the schemas are built when the first topology is read, so that importing stays quick.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Account(Part):
    """Whose AWS account a side or the state lives in: a profile of the AWS configuration, or a role."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["profile"]}, {"required": ["role_arn"]}]},
    )

    profile: Profile | None = Field(default=None, description="Profile in the AWS configuration file")
    role_arn: RoleArn | None = Field(default=None, description="IAM role to assume")
    external_id: ExternalId | None = Field(default=None, description="External ID that the role asks for")

    @property
    def number(self) -> str | None:
        """The account's 12 digits, as far as the file tells."""
        return account_of(self.role_arn) if self.role_arn else None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.profile is None) == (self.role_arn is None):
            both = "both a profile and a role" if self.profile else "neither a profile nor a role"
            allowed = "exactly one of profile and role_arn"
            raise refuse(Broken(f"account has {both}", allowed, "give one, remove the other"))
        if self.external_id and not self.role_arn:
            at = ("external_id",)
            raise refuse(Broken("external ID without a role", "only with role_arn", "remove it", at))
        return self


def same_account(one: Account | None, other: Account | None) -> bool:
    """Say whether two sides surely share an account; two profiles of different names may or may not."""
    if one == other:
        return True
    return bool(one and other and one.number and one.number == other.number)
