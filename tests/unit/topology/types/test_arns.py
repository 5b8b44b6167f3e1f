"""ARNs and their parts."""

import pytest

from privatelink.topology.types.arns import (
    ApplicationLoadBalancerArn,
    CertificateArn,
    KmsKeyArn,
    NetworkLoadBalancerArn,
    Principal,
    RoleArn,
    TopicArn,
    account_of,
    in_partition,
    load_balancer_name,
    principal_of,
    region_in,
)
from tests.support.rules import right, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "malformed principal": (
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::1234:root", "arn:aws:iam::1234:root"),
        "service.allowed_principals[0]",
        "principal-arn",
        '"arn:aws:iam::1234:root"',
        "<12 digits>",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


ACCOUNT, REGION = "111122223333", "ap-northeast-2"
ID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"
ACCEPTED = {
    "role": ((RoleArn, f"arn:aws:iam::{ACCOUNT}:role/team/reader"), "iam-role-arn"),
    "role of China": ((RoleArn, f"arn:aws-cn:iam::{ACCOUNT}:role/reader"), "iam-role-arn"),
    "everyone": ((Principal, "*"), "principal-arn"),
    "account": ((Principal, f"arn:aws:iam::{ACCOUNT}:root"), "principal-arn"),
    "user of GovCloud": ((Principal, f"arn:aws-us-gov:iam::{ACCOUNT}:user/eve"), "principal-arn"),
    "topic": ((TopicArn, f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"), "sns-topic-arn"),
    "certificate": ((CertificateArn, f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{ID}"), "certificate-arn"),
    "certificate in IAM": (
        (CertificateArn, f"arn:aws:iam::{ACCOUNT}:server-certificate/mine"),
        "certificate-arn",
    ),
    "KMS key": ((KmsKeyArn, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{ID}"), "kms-key-arn"),
    "KMS key of several Regions": (
        (KmsKeyArn, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-{'0a' * 16}"),
        "kms-key-arn",
    ),
    "ALB": ((ApplicationLoadBalancerArn, f"{BALANCER}/app/web/0a1b2c3d4e5f6789"), "alb-arn"),
    "NLB": ((NetworkLoadBalancerArn, f"{BALANCER}/net/front/0a1b2c3d4e5f6789"), "nlb-arn"),
}
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "user for a role": (
        f"arn:aws:iam::{ACCOUNT}:user/eve",
        RoleArn,
        "iam-role-arn",
        "arn:aws:iam::<12 digits>:role/<name>",
        "`aws iam get-role --role-name <name>`",
    ),
    "role of no partition": (f"arn:aws-mars:iam::{ACCOUNT}:role/a", RoleArn, "iam-role-arn"),
    "account number": (
        ACCOUNT,
        Principal,
        "principal-arn",
        "*, an account ID of 12 digits, or arn:aws:iam::<12 digits>:root, :role/<name> or :user/<name>",
        "write an account as its ID",
    ),
    "service": ("vpce.amazonaws.com", Principal, "principal-arn"),
    "FIFO topic": (
        f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call.fifo",
        TopicArn,
        "sns-topic-arn",
        "arn:aws:sns:<region>:<12 digits>:<name>, not a FIFO topic",
        "`aws sns list-topics`",
    ),
    "certificate of 11 digits": (
        f"arn:aws:acm:{REGION}:{ACCOUNT[1:]}:certificate/{ID}",
        CertificateArn,
        "certificate-arn",
        "arn:aws:acm:<region>:<12 digits>:certificate/<id>",
        "IAM server certificate",
        "`aws acm list-certificates`",
    ),
    "alias of a key": (
        f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/states",
        KmsKeyArn,
        "kms-key-arn",
        "arn:aws:kms:<region>:<12 digits>:key/<id>, not an alias",
        "`aws kms describe-key --key-id <id or alias>`",
    ),
    "NLB for an ALB": (
        f"{BALANCER}/net/web/0a1b2c3d4e5f6789",
        ApplicationLoadBalancerArn,
        "alb-arn",
        "loadbalancer/app/<name>/<16 hexadecimal digits>",
        "LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    ),
    "ALB for an NLB": (
        f"{BALANCER}/app/web/0a1b2c3d4e5f6789",
        NetworkLoadBalancerArn,
        "nlb-arn",
        "loadbalancer/net/<name>/<16 hexadecimal digits>",
        "LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    ),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)


def test_the_parts_of_an_arn():
    arn = f"{BALANCER}/net/front/0a1b2c3d4e5f6789"

    assert region_in(arn) == REGION
    assert account_of(arn) == ACCOUNT
    assert load_balancer_name(arn) == "front"


def test_an_arn_of_iam_has_no_region():
    assert region_in(f"arn:aws:iam::{ACCOUNT}:role/reader") == ""


@pytest.mark.parametrize(
    ("given", "principal"),
    [
        (111122223333, f"arn:aws-cn:iam::{ACCOUNT}:root"),
        (ACCOUNT, f"arn:aws-cn:iam::{ACCOUNT}:root"),
        (80, "80"),
        ("*", "*"),
        (True, True),
        (None, None),
    ],
)
def test_the_principal_of_an_account_id(given, principal):
    assert principal_of(given, "aws-cn") == principal


@pytest.mark.parametrize(
    ("arn", "moved"),
    [
        (f"arn:aws:iam::{ACCOUNT}:role/a", f"arn:aws-cn:iam::{ACCOUNT}:role/a"),
        (f"arn:aws:sns:us-east-1:{ACCOUNT}:t", f"arn:aws-cn:sns:cn-north-1:{ACCOUNT}:t"),
        ("arn:aws:s3:::a:b", "arn:aws-cn:s3:::a:b"),
    ],
)
def test_an_arn_in_another_partition(arn, moved):
    assert in_partition(arn, "cn-north-1", "aws-cn") == moved
