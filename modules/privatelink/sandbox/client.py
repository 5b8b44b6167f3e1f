"""The environment variables with which any AWS client (Terraform, boto3, AWS CLI) talks to the sandbox."""

import os
from collections.abc import Mapping

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
"""Variables that would bring in real credentials or another endpoint.

They must be removed, not blanked: botocore takes an empty `AWS_PROFILE` for the name of a profile, and fails.
"""


def environment(port: int, region: str = DEFAULT_REGION) -> dict[str, str]:
    """The variables that point an AWS client at the sandbox on `port`.

    `AWS_ENDPOINT_URL` is documented at
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        # Someone who switched configured endpoints off would otherwise reach the real AWS.
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": "AKIA000000000SANDBOX",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        # No profile of the user's is ever read, so none can supply credentials, a region or an endpoint.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def is_unset(name: str) -> bool:
    """Whether a variable must be absent: the ones in `UNSET`, and endpoints of single services."""
    return name in UNSET or name.startswith("AWS_ENDPOINT_URL_")


def client_environment(
    port: int, region: str = DEFAULT_REGION, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """A whole process environment for a subprocess: `base` (default: this process's own) made safe."""
    inherited = os.environ if base is None else base
    kept = {name: value for name, value in inherited.items() if not is_unset(name)}
    # A proxy of the user's must not be asked for loopback: botocore would ask it.
    direct = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1")))
    return kept | environment(port, region) | {"NO_PROXY": direct, "no_proxy": direct}


def shell_lines(port: int, region: str = DEFAULT_REGION) -> list[str]:
    """The same as POSIX shell commands, for `eval` or for pasting."""
    stale = sorted({*UNSET, *(name for name in os.environ if is_unset(name))})
    return [
        f"unset {' '.join(stale)}",
        *(f"export {name}={value}" for name, value in environment(port, region).items()),
    ]
