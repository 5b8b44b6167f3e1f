"""The environment variables that make an AWS client (Terraform, boto3, AWS CLI) use the sandbox."""

import os
from collections.abc import Mapping

from privatelink.sandbox.credentials import ANY_KEY, AccessKey

DEFAULT_PORT = 5566
DEFAULT_REGION = "ap-northeast-2"

UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
"""Variables that set real credentials or another endpoint.

They must be unset, not empty: botocore treats an empty `AWS_PROFILE` as a profile name, and fails.
"""


def environment(port: int, region: str = DEFAULT_REGION, key: AccessKey = ANY_KEY) -> dict[str, str]:
    """Return the variables that make an AWS client use the sandbox on a port.

    Arguments:
        port: the port of the sandbox.
        region: the default Region.
        key: its access key.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html (`AWS_ENDPOINT_URL`)
    """
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        # If the user has set this to true, the client would use the real AWS.
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": key.id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Profiles of the user could supply credentials, a Region or an endpoint.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def is_unset(name: str) -> bool:
    """Return whether a variable must be unset: one in `UNSET`, or the endpoint of a single service."""
    return name in UNSET or name.startswith("AWS_ENDPOINT_URL_")


def client_environment(
    port: int,
    region: str = DEFAULT_REGION,
    base: Mapping[str, str] | None = None,
    key: AccessKey = ANY_KEY,
) -> dict[str, str]:
    """Return the environment for a subprocess that uses the sandbox.

    Arguments:
        port: the port of the sandbox.
        region: the default Region.
        base: the environment to start from; default: that of this process.
        key: its access key.
    """
    inherited = os.environ if base is None else base
    kept = {name: value for name, value in inherited.items() if not is_unset(name)}
    # Otherwise botocore sends requests for loopback to the user's proxy.
    direct = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1")))
    return kept | environment(port, region, key) | {"NO_PROXY": direct, "no_proxy": direct}


def shell_lines(port: int, region: str = DEFAULT_REGION, key: AccessKey = ANY_KEY) -> list[str]:
    """Return the same variables as POSIX shell commands."""
    stale = sorted({*UNSET, *(name for name in os.environ if is_unset(name))})
    return [
        f"unset {' '.join(stale)}",
        *(f"export {name}={value}" for name, value in environment(port, region, key).items()),
    ]
