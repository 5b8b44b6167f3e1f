"""Checks of AWS: endpoint, account and Region."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from privatelink.api import clients
from privatelink.api.errors import AwsError, readable_errors
from privatelink.doctor.finding import Finding

NEEDED_FOR = ("plan", "apply", "destroy", "verify", "connections")
ENDPOINT = "AWS_ENDPOINT_URL"
_SECONDS = 1.0
_NO_REGION = "aws-global"
"""boto3's Region of STS if no Region is set."""


def endpoint(environment: Mapping[str, str] = os.environ) -> Finding:
    """Check whether environment variables select another endpoint than AWS."""
    name = "AWS endpoint"
    named = sorted(each for each in environment if each == ENDPOINT or each.startswith(f"{ENDPOINT}_"))
    if not named:
        return Finding(name, "ok", "AWS", needed_for=NEEDED_FOR)
    found = ", ".join(f"{each}={_without_password(environment[each])}" for each in named)
    return Finding(
        name,
        "warning",
        f"{found}: commands send requests there, not to AWS",
        f"to use AWS: unset {' '.join(named)}",
        NEEDED_FOR,
    )


def account() -> Finding:
    """Check the credentials and the Region.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    name = "AWS account"
    try:
        sts = clients.sts(_SECONDS)
        with readable_errors():
            caller = sts.get_caller_identity()
    except AwsError as error:
        what, _, fix = str(error).partition("; ")
        return Finding(name, "warning", f"{what}; needed only for AWS, not for the sandbox", fix, NEEDED_FOR)
    found = f"{caller['Account']} as {caller['Arn']}"
    if sts.meta.region_name == _NO_REGION:
        fix = "set AWS_REGION, or a Region in your profile"
        return Finding(name, "warning", f"{found}, without a Region", fix, NEEDED_FOR)
    return Finding(name, "ok", f"{found} in {sts.meta.region_name}", needed_for=NEEDED_FOR)


def _without_password(url: str) -> str:
    """Return a URL without its user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
