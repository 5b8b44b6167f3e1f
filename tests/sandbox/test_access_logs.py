"""Access logs of a load balancer: refused until the bucket admits the log delivery."""

import json
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused

BUCKET = "access-logs-of-the-tests"
ARN = f"arn:aws:s3:::{BUCKET}"
DELIVERY = {"Service": "delivery.logs.amazonaws.com"}


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    s3 = provider.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": provider.region})
    return provider.vpc("10.32.0.0/16")


@pytest.fixture(scope="module")
def balancer_arn(network: Vpc) -> str:
    return str(network.load_balancer("access-logs")["LoadBalancerArn"])


def switch_on(network: Vpc, arn: str, bucket: str = BUCKET, prefix: str = "nlb") -> dict[str, str]:
    values = {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": bucket,
        "access_logs.s3.prefix": prefix,
    }
    network.account.elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in values.items()]
    )
    found = network.account.elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {item["Key"]: item["Value"] for item in found if item["Key"].startswith("access_logs")}


def statements(network: Vpc) -> list[dict[str, Any]]:
    account = network.account.number
    source = {
        "StringEquals": {"aws:SourceAccount": [account]},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{network.account.region}:{account}:*"},
    }
    return [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"]}
        | {"Condition": {"Bool": {"aws:SecureTransport": False}}},
        {"Effect": "Allow", "Principal": DELIVERY, "Action": "s3:GetBucketAcl", "Resource": ARN}
        | {"Condition": source},
        {
            "Effect": "Allow",
            "Principal": DELIVERY,
            "Action": ["s3:PutObject"],
            "Resource": f"{ARN}/nlb/AWSLogs/{account}/*",
            "Condition": {
                **source,
                "StringEquals": {**source["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"},
            },
        },
    ]


def put_policy(network: Vpc, listed: list[dict[str, Any]]) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": listed})
    network.account.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)


def test_a_bucket_that_admits_the_delivery(network: Vpc, balancer_arn: str) -> None:
    put_policy(network, statements(network))
    assert switch_on(network, balancer_arn) == {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": BUCKET,
        "access_logs.s3.prefix": "nlb",
    }
    with refused("InvalidConfigurationRequest", f"Access Denied for bucket: {BUCKET}. Please check"):
        switch_on(network, balancer_arn, prefix="other")


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"Condition": {}}),
        (1, {"Action": "s3:GetBucketPolicy"}),
        (1, {"Principal": {"Service": "logs.amazonaws.com"}}),
        (2, {"Resource": f"{ARN}/nlb/AWSLogs/999999999999/*"}),
        (2, {"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}),
        (2, {"Condition": {"StringEquals": {"aws:SourceOrgID": "o-example"}}}),
        (2, {"Condition": {"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}),
        (2, {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:logs:eu-west-1:*"}}}),
    ],
)
def test_a_bucket_that_does_not(network: Vpc, balancer_arn: str, number: int, change: dict[str, Any]) -> None:
    listed = statements(network)
    listed[number] |= change
    put_policy(network, listed)
    with refused("InvalidConfigurationRequest", f"Access Denied for bucket: {BUCKET}"):
        switch_on(network, balancer_arn)


def test_a_bucket_that_cannot_be(network: Vpc, balancer_arn: str) -> None:
    with refused("InvalidConfigurationRequest", "Access Denied for bucket: no-such-bucket"):
        switch_on(network, balancer_arn, "no-such-bucket")
    with refused("ValidationError", "access_logs.s3.bucket"):
        switch_on(network, balancer_arn, "")
    network.account.client("s3", "us-east-1").create_bucket(Bucket="access-logs-elsewhere")
    with refused("InvalidConfigurationRequest", "is not located in the same region with Elb"):
        switch_on(network, balancer_arn, "access-logs-elsewhere")
