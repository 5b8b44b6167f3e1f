"""AccessLogBucket: who may write to it, and what it is like."""

import json

import pytest

from privatelink.constructs.access_log_bucket import AccessLogBucket
from tests.support.synth import resources, synth_one


def bucket(**arguments):
    defaults = {
        "name": "front",
        "region": "ap-northeast-2",
        "partition": "aws",
        "prefix": None,
        "expiration_days": 90,
    }
    return synth_one(lambda stack: AccessLogBucket(stack, "logs", **defaults | arguments))


def statements(stack):
    text = resources(stack, "aws_s3_bucket_policy")["logs"]["policy"]
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


@pytest.mark.parametrize(
    ("prefix", "folder"), [(None, "/AWSLogs/"), ("a/b", "/a/b/AWSLogs/")], ids=["no prefix", "prefix"]
)
def test_only_log_delivery_for_this_account_and_region_writes(prefix, folder):
    found = statements(bucket(prefix=prefix))

    write = found["AWSLogDeliveryWrite"]
    assert write["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert write["Resource"] == (
        f"${{aws_s3_bucket.logs.arn}}{folder}${{data.aws_caller_identity.logs.account_id}}/*"
    )
    assert write["Condition"]["StringEquals"] == {
        "aws:SourceAccount": "${data.aws_caller_identity.logs.account_id}",
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    assert write["Condition"]["ArnLike"] == {
        "aws:SourceArn": "arn:aws:logs:ap-northeast-2:${data.aws_caller_identity.logs.account_id}:*"
    }
    assert found["AWSLogDeliveryAclCheck"]["Action"] == "s3:GetBucketAcl"
    assert {name for name, one in found.items() if one["Effect"] == "Allow"} == {
        "AWSLogDeliveryAclCheck",
        "AWSLogDeliveryWrite",
    }


def test_what_comes_without_tls_is_refused():
    refused = statements(bucket())["TlsAlone"]

    assert (refused["Effect"], refused["Action"]) == ("Deny", "s3:*")
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_logs_expire_and_the_name_fits():
    stack = bucket(name="A" * 32, expiration_days=7)

    (rule,) = resources(stack, "aws_s3_bucket_lifecycle_configuration")["logs"]["rule"]
    assert rule["expiration"] == [{"days": 7}]
    prefix = resources(stack, "aws_s3_bucket")["logs"]["bucket_prefix"]
    assert len(prefix) <= 37
    assert prefix == prefix.lower()
