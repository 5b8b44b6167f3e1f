"""ARNs, and what they say."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.arns import (
    ApplicationLoadBalancerArn,
    CertificateArn,
    KmsKeyArn,
    NetworkLoadBalancerArn,
    Principal,
    RoleArn,
    TopicArn,
    account_of,
    load_balancer_name,
    region_in,
)
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "malformed principal": (
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::1234:root",
        "arn:aws:iam::1234:root",
        "service.allowed_principals[0]",
        ["malformed principal", '"arn:aws:iam::1234:root"', "<12 digits>"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


ACCOUNT, REGION = "111122223333", "ap-northeast-2"
ID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"
ACCEPTED = {
    "role": (RoleArn, f"arn:aws:iam::{ACCOUNT}:role/team/reader"),
    "role of China": (RoleArn, f"arn:aws-cn:iam::{ACCOUNT}:role/reader"),
    "everyone": (Principal, "*"),
    "account": (Principal, f"arn:aws:iam::{ACCOUNT}:root"),
    "user of GovCloud": (Principal, f"arn:aws-us-gov:iam::{ACCOUNT}:user/eve"),
    "topic": (TopicArn, f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"),
    "certificate": (CertificateArn, f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{ID}"),
    "certificate in IAM": (CertificateArn, f"arn:aws:iam::{ACCOUNT}:server-certificate/mine"),
    "KMS key": (KmsKeyArn, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{ID}"),
    "KMS key of several regions": (KmsKeyArn, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-{'0a' * 16}"),
    "ALB": (ApplicationLoadBalancerArn, f"{BALANCER}/app/web/0a1b2c3d4e5f6789"),
    "NLB": (NetworkLoadBalancerArn, f"{BALANCER}/net/front/0a1b2c3d4e5f6789"),
}
ROLE = (
    "malformed role ARN",
    "arn:aws:iam::<12 digits>:role/<name>",
    "take it from `aws iam get-role --role-name <name>`",
)
PRINCIPAL = (
    "malformed principal",
    "* or arn:aws:iam::<12 digits>:root, :role/<name> or :user/<name>",
    "write an account as arn:aws:iam::<12 digits>:root",
)
TOPIC = (
    "malformed topic ARN",
    "arn:aws:sns:<region>:<12 digits>:<name>, not a FIFO topic",
    "take it from `aws sns list-topics`",
)
CERTIFICATE = (
    "malformed certificate ARN",
    "arn:aws:acm:<region>:<12 digits>:certificate/<id>, or that of an IAM server certificate",
    "take it from `aws acm list-certificates`",
)
KEY = (
    "malformed KMS key ARN",
    "arn:aws:kms:<region>:<12 digits>:key/<id>, not an alias",
    "take Arn from `aws kms describe-key --key-id <id or alias>`",
)
APPLICATION = (
    "malformed Application Load Balancer ARN",
    "arn:aws:elasticloadbalancing:<region>:<12 digits>:loadbalancer/app/<name>/<16 hexadecimal digits>",
    "take LoadBalancerArn from `aws elbv2 describe-load-balancers`",
)
NETWORK = (
    "malformed Network Load Balancer ARN",
    "the ARN of a Network Load Balancer",
    "take LoadBalancerArn from `aws elbv2 describe-load-balancers`",
)
BROKEN_VALUES = {
    "user for a role": (RoleArn, f"arn:aws:iam::{ACCOUNT}:user/eve", Broken(*ROLE)),
    "role of no partition": (RoleArn, f"arn:aws-mars:iam::{ACCOUNT}:role/a", Broken(*ROLE)),
    "account number": (Principal, ACCOUNT, Broken(*PRINCIPAL)),
    "service": (Principal, "vpce.amazonaws.com", Broken(*PRINCIPAL)),
    "FIFO topic": (TopicArn, f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call.fifo", Broken(*TOPIC)),
    "certificate of 11 digits": (
        CertificateArn,
        f"arn:aws:acm:{REGION}:{ACCOUNT[1:]}:certificate/{ID}",
        Broken(*CERTIFICATE),
    ),
    "alias of a key": (KmsKeyArn, f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/states", Broken(*KEY)),
    "NLB for an ALB": (
        ApplicationLoadBalancerArn,
        f"{BALANCER}/net/web/0a1b2c3d4e5f6789",
        Broken(*APPLICATION),
    ),
    "ALB for an NLB": (NetworkLoadBalancerArn, f"{BALANCER}/app/web/0a1b2c3d4e5f6789", Broken(*NETWORK)),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken


def test_what_an_arn_says():
    arn = f"{BALANCER}/net/front/0a1b2c3d4e5f6789"

    assert region_in(arn) == REGION
    assert account_of(arn) == ACCOUNT
    assert load_balancer_name(arn) == "front"


def test_an_arn_of_iam_names_no_region():
    assert region_in(f"arn:aws:iam::{ACCOUNT}:role/reader") == ""
