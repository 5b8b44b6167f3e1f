"""AWS: the endpoint that is talked to, the account and the region."""

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
"""What boto3 calls the region of STS where none is set."""


def endpoint(environment: Mapping[str, str] = os.environ) -> Finding:
    """Check whether the environment leads to another endpoint than AWS's own."""
    name = "AWS endpoint"
    named = sorted(each for each in environment if each == ENDPOINT or each.startswith(f"{ENDPOINT}_"))
    if not named:
        return Finding(name, "ok", "AWS's own", needed_for=NEEDED_FOR)
    found = ", ".join(f"{each}={_without_password(environment[each])}" for each in named)
    return Finding(
        name,
        "warning",
        f"{found}: commands talk to this, not to AWS",
        f"to talk to AWS: unset {' '.join(named)}",
        NEEDED_FOR,
    )


def account() -> Finding:
    """Check whose credentials AWS sees, and the region.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    name = "AWS account"
    try:
        sts = clients.sts(_SECONDS)
        with readable_errors():
            caller = sts.get_caller_identity()
    except AwsError as error:
        what, _, fix = str(error).partition("; ")
        return Finding(name, "warning", f"{what}; only needed for AWS itself", fix, NEEDED_FOR)
    found = f"{caller['Account']} as {caller['Arn']}"
    if sts.meta.region_name == _NO_REGION:
        fix = "set AWS_REGION, or a region in your profile"
        return Finding(name, "warning", f"{found}, without a region", fix, NEEDED_FOR)
    return Finding(name, "ok", f"{found} in {sts.meta.region_name}", needed_for=NEEDED_FOR)


def _without_password(url: str) -> str:
    """Return a URL without the user and the password that it may have."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
