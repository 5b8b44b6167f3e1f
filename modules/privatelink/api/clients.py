"""boto3 clients, with the retries that AWS recommends, and without a proxy for endpoints on this machine."""

import contextlib
import functools
import os
import random
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from privatelink.api.errors import AwsError, readable_errors

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_sts import STSClient

CONNECT_SECONDS, READ_SECONDS = 10, 60
MOST_ATTEMPTS = 5
MOST_THROTTLED_ATTEMPTS = 12
"""Maximum number of attempts of a request that AWS throttles: more than of one that cannot reach AWS."""
THROTTLED = (
    *("Throttling", "ThrottlingException", "ThrottledException", "EC2ThrottledException", "RequestThrottled"),
    *("RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"),
)
"""Error codes of throttled requests.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""
_THROTTLED_SECONDS = 20.0
"""Maximum pause after a throttled request, as in botocore."""


def config(endpoint: str | None) -> Config:
    """Return the configuration of clients.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

    Arguments:
        endpoint: the URL in AWS_ENDPOINT_URL, if any. If it is on this machine, no proxy is used.
    """
    return Config(
        retries={"mode": "standard", "total_max_attempts": MOST_ATTEMPTS},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        # None: use the user's proxy settings.
        proxies={} if _is_loopback(endpoint) else None,
    )


def wait_if_throttled(client: Any) -> None:  # noqa: ANN401 - a client of any service
    """Have a client repeat throttled requests for minutes, as many requests in parallel may need.

    botocore repeats them as often as requests that cannot reach AWS, and no more than the retry quota of
    the client allows.

    Arguments:
        client: a boto3 client.
    """
    client.meta.events.register_last("needs-retry", _pause)


def _pause(response: tuple[object, Mapping[str, Any]] | None, attempts: int, **_: object) -> float | None:
    """Return the pause before a throttled request is repeated; None if it is not."""
    code = response[1].get("Error", {}).get("Code") if response else None
    if code not in THROTTLED or attempts >= MOST_THROTTLED_ATTEMPTS:
        return None
    return random.uniform(0, min(2.0**attempts, _THROTTLED_SECONDS))  # noqa: S311 - not a secret


def open_session(
    region: str | None = None, profile: str | None = None, **credentials: str | None
) -> boto3.Session:
    """Return a session that shares the descriptions of AWS's APIs with the others.

    To read them again, of EC2 alone half a megabyte, takes most of the time in which a client is created.

    Arguments:
        region: the Region; default: boto3's sources.
        profile: a profile of the AWS configuration; default: AWS_PROFILE.
        credentials: arguments of `boto3.Session` for credentials.

    Raises:
        ProfileNotFound: the profile does not exist.
    """
    inner = botocore.session.Session(profile=profile)
    loader = _loader(inner.get_config_variable("data_path"))
    inner.register_component("data_loader", loader)
    session = boto3.Session(botocore_session=inner, region_name=region, **credentials)
    # Each session of boto3 adds the same folder to it.
    loader.search_paths[:] = dict.fromkeys(loader.search_paths)
    return session


@functools.cache
def _loader(data_path: str | None) -> Loader:
    return create_loader(data_path)


def ec2(region: str | None = None, profile: str | None = None) -> "EC2Client":
    """Return an EC2 client with the user's credentials.

    Arguments:
        region: the Region; default: AWS_REGION, as in Terraform and other SDKs, or else boto3's sources.
        profile: a profile of the AWS configuration; default: AWS_PROFILE.

    Raises:
        AwsError: the profile, the Region or AWS_ENDPOINT_URL is wrong.
    """
    with _session(region, profile) as session:
        return session.client("ec2", config=config(os.environ.get("AWS_ENDPOINT_URL")))


def elbv2(region: str | None = None, profile: str | None = None) -> "ElasticLoadBalancingv2Client":
    """Return an Elastic Load Balancing client with the user's credentials.

    Arguments:
        region: the Region; default: AWS_REGION, as in Terraform and other SDKs, or else boto3's sources.
        profile: a profile of the AWS configuration; default: AWS_PROFILE.

    Raises:
        AwsError: the profile, the Region or AWS_ENDPOINT_URL is wrong.
    """
    with _session(region, profile) as session:
        return session.client("elbv2", config=config(os.environ.get("AWS_ENDPOINT_URL")))


def sts(seconds: float) -> "STSClient":
    """Return an STS client with the user's credentials, for one quick request without retries.

    Arguments:
        seconds: the timeout of the connection, and of the answer.

    Raises:
        AwsError: the profile, the Region or AWS_ENDPOINT_URL is wrong.
    """
    quick = Config(connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 1})
    with _session() as session:
        return session.client("sts", config=config(os.environ.get("AWS_ENDPOINT_URL")).merge(quick))


@contextlib.contextmanager
def _session(region: str | None = None, profile: str | None = None) -> Iterator[boto3.Session]:
    with readable_errors():
        try:
            yield open_session(region or os.environ.get("AWS_REGION") or None, profile)
        except ValueError as error:
            # botocore raises ValueError for a malformed URL.
            raise AwsError(f"{error}; check AWS_ENDPOINT_URL") from error


def _is_loopback(endpoint: str | None) -> bool:
    host = urlsplit(endpoint or "").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
