"""Credentials of an AWS account: a profile of the AWS configuration, the external ID of an IAM role."""

from typing import Annotated

from pydantic import WithJsonSchema

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

PROFILE_NAME = Rule(
    "profile-name",
    what="malformed profile name",
    allowed="the name of a profile in the AWS configuration file, at most 128 characters",
    fix="copy the name from `aws configure list-profiles`",
    why="The AWS provider looks the profile up by its name, which cannot contain brackets or a line break.",
    page="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
)
EXTERNAL_ID = Rule(
    "external-id",
    what="malformed external ID",
    allowed="2 to 1224 letters, digits and any of _+=,.@:/-",
    fix="copy the external ID from the trust policy of the role",
    why="AWS STS refuses AssumeRole with an external ID of another form.",
    page="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
)
RULES = (PROFILE_NAME, EXTERNAL_ID)

# YAML reads an ID without quotes as a number.
ACCOUNT_ID_JSON = {
    "type": ["string", "integer"],
    "pattern": "^[0-9]{12}$",
    "minimum": 10**11,
    "maximum": 10**12 - 1,
}
AccountId = Annotated[str, WithJsonSchema(ACCOUNT_ID_JSON)]
Profile = Annotated[str, matches(r"^[^\s\[\]]([^\[\]\r\n\t]{0,126}[^\s\[\]])?$", PROFILE_NAME)]
ExternalId = Annotated[str, matches(r"^[A-Za-z0-9_+=,.@:/-]{2,1224}$", EXTERNAL_ID)]
