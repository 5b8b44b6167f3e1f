"""boto3 clients: retries as AWS advises, and no proxy on the way to this machine itself."""

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
    from types_boto3_sts import STSClient

CONNECT_SECONDS, READ_SECONDS = 10, 60
MOST_ATTEMPTS = 5


def config(endpoint: str | None) -> Config:
    """Return how clients connect: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html.

    Arguments:
        endpoint: the URL of AWS_ENDPOINT_URL, if any; with one on this machine no proxy is used.
    """
    return Config(
        retries={"mode": "standard", "total_max_attempts": MOST_ATTEMPTS},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        # None leaves the user's own proxy settings in charge.
        proxies={} if _is_loopback(endpoint) else None,
    )


def ec2(region: str | None = None, profile: str | None = None) -> "EC2Client":
    """Return a client of EC2 with the user's own credentials.

    Arguments:
        region: default: AWS_REGION, as Terraform and the other SDKs have it, then boto3's own sources.
        profile: a profile of the AWS configuration; default: AWS_PROFILE.

    Raises `AwsError` for a profile, region or AWS_ENDPOINT_URL that is wrong.
    """
    with _session(region, profile) as session:
        return session.client("ec2", config=config(os.environ.get("AWS_ENDPOINT_URL")))


def sts(seconds: float) -> "STSClient":
    """Return a client of STS with the user's own credentials, for one quick question.

    Arguments:
        seconds: how long to wait for a connection, and for an answer; nothing is tried again.

    Raises `AwsError` for a profile, region or AWS_ENDPOINT_URL that is wrong.
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
            # botocore's way to refuse a malformed URL.
            raise AwsError(f"{error}; is AWS_ENDPOINT_URL right?") from error


def _is_loopback(endpoint: str | None) -> bool:
    host = urlsplit(endpoint or "").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
