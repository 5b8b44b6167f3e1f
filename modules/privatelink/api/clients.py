"""boto3 clients, with the retries that AWS recommends, and without a proxy for endpoints on this machine."""

import contextlib
import os
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from privatelink.api.errors import AwsError, readable_errors

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_sts import STSClient

CONNECT_SECONDS, READ_SECONDS = 10, 60
MOST_ATTEMPTS = 5


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
            yield boto3.Session(
                region_name=region or os.environ.get("AWS_REGION") or None, profile_name=profile
            )
        except ValueError as error:
            # botocore raises ValueError for a malformed URL.
            raise AwsError(f"{error}; check AWS_ENDPOINT_URL") from error


def _is_loopback(endpoint: str | None) -> bool:
    host = urlsplit(endpoint or "").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
