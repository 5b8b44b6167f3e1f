"""AWS's errors in words: what, where, and what to do."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from privatelink.api.errors import AwsError, explained, readable_errors
from privatelink.errors import UserError
from privatelink.verify.errors import CouldNotCheckError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoCredentialsError(), "shop: unable to locate credentials; log in"),
        (EndpointConnectionError(endpoint_url="https://x"), "check the network"),
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "SendCommand"),
            "add the permission to call SendCommand",
        ),
        (
            ClientError({"Error": {"Code": "InvalidVpcEndpointId.NotFound", "Message": "no"}}, "Describe"),
            "check the account and the Region",
        ),
        (ClientError({"Error": {"Code": "ExpiredToken", "Message": "old"}}, "Describe"), "log in again"),
    ],
)
def test_refusals_are_told_in_words(error, said):
    with pytest.raises(CouldNotCheckError, match=said), readable_errors("shop", CouldNotCheckError):
        raise error


def refused(code: str, operation: str = "DescribeVpcs") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


def test_a_permission_is_named_as_iam_names_it() -> None:
    assert explained(refused("AccessDenied"), "ec2").endswith("; add the permission ec2:DescribeVpcs")
    assert explained(refused("AccessDenied")).endswith("; add the permission to call DescribeVpcs")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NoRegionError(), "no Region is set; set --region or AWS_REGION, or give the full service name"),
        (ProfileNotFound(profile="nobody"), "the config profile (nobody) could not be found"),
        (refused("Throttling"), "AWS refused DescribeVpcs: Throttling: no"),
    ],
)
def test_other_errors_are_told_as_they_are(error: ClientError, text: str) -> None:
    assert explained(error) == text


def test_what_is_no_error_of_aws_goes_through() -> None:
    with pytest.raises(ZeroDivisionError), readable_errors():
        _ = 1 / 0


def test_the_place_goes_without_saying_where_there_is_none() -> None:
    with (
        pytest.raises(AwsError, match=r"^AWS refused DescribeVpcs: Throttling: no$") as raised,
        readable_errors(),
    ):
        raise refused("Throttling")
    assert isinstance(raised.value, UserError)
    assert raised.value.exit_code == 2
