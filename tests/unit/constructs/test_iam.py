"""IAM policy documents: who may do what, and under which condition."""

import json

from privatelink.constructs import iam

TOPIC = "arn:aws:sns:eu-west-1:111122223333:connections"
ALARM = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop"
BUCKET = "arn:aws:s3:::logs"


def statements(document):
    read = json.loads(document)
    assert read["Version"] == "2012-10-17"
    # As Terraform's jsonencode writes it, so that the plain-HCL form plans no change.
    assert document == json.dumps(read, sort_keys=True, separators=(",", ":"))
    return read["Statement"]


def test_a_service_may_assume_the_role_and_nothing_else_is_said():
    assert statements(iam.assume_role_policy("ec2.amazonaws.com")) == [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_actions_are_allowed_on_the_resources_named():
    assert statements(iam.allow(["logs:PutLogEvents"], ["arn:one", "arn:two"])) == [
        {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": ["arn:one", "arn:two"]}
    ]


def test_a_service_publishes_for_one_source_of_one_account_alone():
    (statement,) = statements(
        iam.allow_publish("cloudwatch.amazonaws.com", TOPIC, source_arn=ALARM, account="111122223333")
    )

    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", TOPIC)
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": ALARM},
        "StringEquals": {"aws:SourceAccount": "111122223333"},
    }


def test_logs_are_delivered_below_the_prefix_for_the_account_and_never_without_tls():
    check, write, tls = statements(
        iam.allow_log_delivery(
            BUCKET, prefix="team", account="111122223333", region="eu-west-1", partition="aws"
        )
    )

    assert (check["Action"], check["Resource"]) == ("s3:GetBucketAcl", BUCKET)
    assert write["Resource"] == f"{BUCKET}/team/AWSLogs/111122223333/*"
    assert write["Condition"]["StringEquals"] == {
        "aws:SourceAccount": "111122223333",
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    for statement in (check, write):
        assert statement["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:logs:eu-west-1:111122223333:*"}
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert tls["Resource"] == [BUCKET, f"{BUCKET}/*"]


def test_without_a_prefix_the_logs_are_at_the_top():
    _, write, _ = statements(
        iam.allow_log_delivery(BUCKET, prefix=None, account="1", region="eu-west-1", partition="aws")
    )

    assert write["Resource"] == f"{BUCKET}/AWSLogs/1/*"
