"""What AWS and the network refuse, in words for the person who asked: the one place that translates it."""

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
    """AWS could not be asked, or did not answer what it was asked."""


@contextlib.contextmanager
def readable_errors(where: str = "", kind: type[UserError] = AwsError, service: str = "") -> Iterator[None]:
    """Turn what AWS and the network refuse into an error that says where, and what to do.

    Arguments:
        where: what was looked at, before the message; nothing where it goes without saying.
        kind: the error to raise.
        service: the service whose permissions are named, as IAM names it; default: the operation alone.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        text = explained(error, service)
        raise kind(f"{where}: {text}" if where else text) from error


def explained(error: ClientError | BotoCoreError, service: str = "") -> str:
    """Return what an error of boto3 means, and what to do."""
    if isinstance(error, ClientError):
        return _refused(error, service)
    text = _lower(error)
    if isinstance(error, NoRegionError):
        return "no region: name one with --region, AWS_REGION or the full name of the service"
    if isinstance(error, ProfileNotFound | InvalidRegionError):
        return text
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return f"{text}; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and the like"
    if isinstance(error, AWSConnectionError | HTTPClientError):
        return f"{text}; check the network, the region and AWS_ENDPOINT_URL"
    return text


def _refused(error: ClientError, service: str) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    fix = ""
    if code in DENIED:
        needed = f"{service}:{error.operation_name}" if service else f"to call {error.operation_name}"
        fix = f"; the permission {needed} is needed"
    elif code.endswith("NotFound"):
        fix = "; is it in this account and region? if Terraform made it, apply the stack again"
    elif code.startswith("ExpiredToken") or code in ("InvalidClientTokenId", "RequestExpired"):
        fix = "; log in again"
    return f"AWS refused {error.operation_name}: {code}: {message}{fix}"


def _lower(error: Exception) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]
