"""Readable messages for errors of AWS and the network."""

import contextlib
from collections.abc import Iterator

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import ConnectionError as AWSConnectionError

from privatelink.errors import UserError

DENIED = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")


class AwsError(UserError):
    """AWS could not be reached, or refused the request."""


@contextlib.contextmanager
def readable_errors(where: str = "", kind: type[UserError] = AwsError, service: str = "") -> Iterator[None]:
    """Turn errors of boto3 into errors that say what to do.

    Arguments:
        where: a prefix of the message, for example the stack; default: none.
        kind: the error to raise.
        service: IAM's prefix of the service, to name the missing permission; default: name the operation.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        text = explained(error, service)
        raise kind(f"{where}: {text}" if where else text) from error


def explained(error: ClientError | BotoCoreError, service: str = "") -> str:
    """Return a message that explains an error of boto3, and says what to do."""
    if isinstance(error, ClientError):
        return _refused(error, service)
    text = _lower(error)
    if isinstance(error, NoRegionError):
        return "no Region is set; set --region or AWS_REGION, or give the full service name"
    if isinstance(error, ProfileNotFound | InvalidRegionError):
        return text
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return f"{text}; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if isinstance(error, AWSConnectionError | HTTPClientError):
        return f"{text}; check the network, the Region and AWS_ENDPOINT_URL"
    return text


def _refused(error: ClientError, service: str) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    fix = ""
    if code in DENIED:
        needed = f"{service}:{error.operation_name}" if service else f"to call {error.operation_name}"
        fix = f"; add the permission {needed}"
    elif code.endswith("NotFound"):
        fix = "; check the account and the Region; if Terraform created it, apply the stack again"
    elif code.startswith("ExpiredToken") or code in ("InvalidClientTokenId", "RequestExpired"):
        fix = "; log in again"
    return f"AWS refused {error.operation_name}: {code}: {message}{fix}"


def _lower(error: Exception) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]
