"""Why something could not be checked, in words for the person who asked."""

import contextlib
from collections.abc import Iterator

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as AWSConnectionError

from runner.errors import RunnerError

_DENIED = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")


class CouldNotCheckError(RunnerError):
    """Nothing is known: neither that it holds nor that it fails."""


@contextlib.contextmanager
def readable_errors(where: str) -> Iterator[None]:
    """Turn what AWS and the network refuse into a `CouldNotCheckError` that says where, and what to do."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise CouldNotCheckError(
            f"{where}: {_lower(error)}; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and the like"
        ) from error
    except (AWSConnectionError, HTTPClientError) as error:
        raise CouldNotCheckError(
            f"{where}: {_lower(error)}; check the network, the region and AWS_ENDPOINT_URL"
        ) from error
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        fix = ""
        if code in _DENIED:
            fix = f"; the permission to call {error.operation_name} is needed: see docs/verify.md"
        elif code.endswith("NotFound") or code == "LoadBalancerNotFound":
            fix = "; it is in Terraform's state and not in AWS: apply the stack again"
        elif code.startswith("ExpiredToken") or code == "InvalidClientTokenId":
            fix = "; log in again"
        raise CouldNotCheckError(
            f"{where}: AWS refused {error.operation_name}: {code}: {message}{fix}"
        ) from error
    except BotoCoreError as error:
        raise CouldNotCheckError(f"{where}: {_lower(error)}") from error


def _lower(error: Exception) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]
