"""The customer managed key: rotated, and usable for what the stack encrypts alone."""

import json

import pytest

from privatelink.constructs.customer_key import CustomerKey
from tests.support.synth import resources, synth_one

ACCOUNT = "${data.aws_caller_identity.key.account_id}"
DEFAULTS = {"region": "eu-west-1", "partition": "aws", "dns_suffix": "amazonaws.com"}


def made(**arguments):
    return synth_one(lambda stack: CustomerKey(stack, "key", name="shop", **{**DEFAULTS, **arguments}))


def uses(**arguments):
    """The statements of the policy, without that of the account."""
    key = resources(made(**arguments), "aws_kms_key")["key"]
    account, *others = json.loads(key["policy"])["Statement"]
    assert account == {
        "Action": "kms:*",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{arguments.get('partition', 'aws')}:iam::{ACCOUNT}:root"},
        "Resource": "*",
        "Sid": "Account",
    }
    return others


def test_the_key_rotates_and_can_be_restored():
    stack = made()

    key = resources(stack, "aws_kms_key")["key"]
    assert key["enable_key_rotation"] is True
    assert key["deletion_window_in_days"] == 30
    assert resources(stack, "aws_kms_alias")["key"] == {
        "name": "alias/shop",
        "target_key_id": "${aws_kms_key.key.key_id}",
    }


def test_only_the_account_may_use_it_by_default():
    assert uses() == []


def test_cloudwatch_logs_may_use_it_for_one_log_group():
    (statement,) = uses(
        log_group_name="/vpc/shop/flow-log",
        region="cn-north-1",
        partition="aws-cn",
        dns_suffix="amazonaws.com.cn",
    )

    assert statement["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}
    group = f"arn:aws-cn:logs:cn-north-1:{ACCOUNT}:log-group:/vpc/shop/flow-log"
    assert statement["Condition"] == {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}


@pytest.mark.parametrize(
    ("use", "service", "sources"),
    [
        ("encrypts_notifications", "vpce.amazonaws.com", "ec2:eu-west-1:{}:vpc-endpoint-service/*"),
        ("encrypts_access_logs", "delivery.logs.amazonaws.com", "logs:eu-west-1:{}:*"),
    ],
)
def test_a_service_may_use_it_for_this_account_alone(use, service, sources):
    (statement,) = uses(**{use: True})

    assert statement["Principal"] == {"Service": service}
    assert "kms:GenerateDataKey*" in statement["Action"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": "arn:aws:" + sources.format(ACCOUNT)},
    }


def test_auto_scaling_may_grant_it_to_aws_alone():
    use, grant = uses(encrypts_auto_scaling=True)

    assert use["Principal"] == grant["Principal"]
    assert use["Principal"]["AWS"].endswith("autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
    assert grant["Action"] == "kms:CreateGrant"
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert "Condition" not in use
