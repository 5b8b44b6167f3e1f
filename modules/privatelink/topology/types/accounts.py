"""How Terraform gets into an account: a profile of the AWS configuration, an external ID of a role."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

Profile = Annotated[
    str,
    matches(
        r"^[^\s\[\]]([^\[\]\r\n\t]{0,126}[^\s\[\]])?$",
        "profile name",
        "the name of a profile in the AWS configuration file, at most 128 characters",
        "take it from `aws configure list-profiles`",
    ),
]
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
ExternalId = Annotated[
    str,
    matches(
        r"^[A-Za-z0-9_+=,.@:/-]{2,1224}$",
        "external ID",
        "2 to 1224 letters, digits and any of _+=,.@:/-",
        "take it from the role's trust policy",
    ),
]
