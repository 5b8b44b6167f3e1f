"""ARNs in the AWS partition of their region."""

import copy

import pytest

from tests.support.consumer_side import ALLOW, S3, alone, consumer, endpoints
from tests.support.provider_side import with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

ACCOUNT = "111122223333"


def in_china(**service):
    """A service in China, with its partition's ARNs unless these fields have others."""
    network = {"cidr": "10.10.0.0/16", "zones": ["cn-north-1a", "cn-north-1b"]}
    topology = with_service(**{"region": "cn-north-1", "network": network} | service)
    del topology["consumers"]
    return topology


def s3_policy(resource, **statement):
    policy = {"Statement": [copy.deepcopy(ALLOW) | {"Resource": resource, **statement}]}
    return endpoints(s3={"service_name": S3, "policy": policy})


RIGHT = {
    "principals": (in_china(allowed_principals=["*", f"arn:aws-cn:iam::{ACCOUNT}:root"]), "arn-partition"),
    "account": (in_china(account={"role_arn": f"arn:aws-cn:iam::{ACCOUNT}:role/x"}), "arn-partition"),
    "policy": (s3_policy(["arn:aws:s3:::a/*", "*"]), "arn-partition"),
    "policy with a wildcard": (s3_policy("arn:*:s3:::a/*"), "arn-partition"),
    "no ARN": (s3_policy("*", Sid="arn:aws-cn"), "arn-partition"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name: the ARN as it should be.
WRONG = {
    "principal": (
        in_china(allowed_principals=[f"arn:aws:iam::{ACCOUNT}:root"]),
        "service.allowed_principals[0]",
        "arn-partition",
        f"did you mean arn:aws-cn:iam::{ACCOUNT}:root",
    ),
    "role of the account": (
        in_china(account={"role_arn": f"arn:aws:iam::{ACCOUNT}:role/x"}),
        "service.account.role_arn",
        "arn-partition",
        f"did you mean arn:aws-cn:iam::{ACCOUNT}:role/x",
    ),
    "certificate, the region being right": (
        in_china(
            listeners=[
                {"port": 80},
                {
                    "port": 443,
                    "protocol": "TLS",
                    "certificate_arn": f"arn:aws:acm:cn-north-1:{ACCOUNT}:certificate/0a",
                },
            ]
        ),
        "service.listeners[1].certificate_arn",
        "arn-partition",
        f"did you mean arn:aws-cn:acm:cn-north-1:{ACCOUNT}:certificate/0a",
    ),
    "server certificate of IAM": (
        in_china(
            listeners=[
                {
                    "port": 443,
                    "protocol": "TLS",
                    "certificate_arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/x",
                }
            ]
        ),
        "service.listeners[0].certificate_arn",
        "arn-partition",
        "arn:aws-cn:iam::",
    ),
    "topic of alarms": (
        in_china(alarms={"topics": [f"arn:aws:sns:cn-north-1:{ACCOUNT}:t"]}),
        "service.alarms.topics[0]",
        "arn-partition",
        f"did you mean arn:aws-cn:sns:cn-north-1:{ACCOUNT}:t",
    ),
    "topic of notifications, the region being another's": (
        in_china(notifications={"topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t"}),
        "service.notifications.topic_arn",
        "arn-partition",
        f"did you mean arn:aws-cn:sns:cn-north-1:{ACCOUNT}:t",
    ),
    "load balancer": (
        in_china(
            existing_load_balancers=[
                f"arn:aws:elasticloadbalancing:cn-north-1:{ACCOUNT}:loadbalancer/net/a/0a1b2c3d4e5f6789"
            ],
            network=None,
            backends=None,
        ),
        "service.existing_load_balancers[0]",
        "arn-partition",
        "arn:aws-cn:elasticloadbalancing:cn-north-1:",
    ),
    "role of a consumer": (
        consumer(account={"role_arn": f"arn:aws-us-gov:iam::{ACCOUNT}:role/x"}),
        "consumers.client.account.role_arn",
        "arn-partition",
        f"did you mean arn:aws:iam::{ACCOUNT}:role/x",
    ),
    "KMS key and role of the state": (
        alone()
        | {
            "backend": {
                "s3": {
                    "bucket": "acme-states",
                    "region": "us-gov-west-1",
                    "account": {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/x"},
                }
            }
        },
        "backend.s3.account.role_arn",
        "arn-partition",
        f"did you mean arn:aws-us-gov:iam::{ACCOUNT}:role/x",
    ),
    "resource of a policy": (
        s3_policy(["*", "arn:aws-cn:s3:::a/*"]),
        "consumers.client.endpoints.s3.policy.Statement[0].Resource[1]",
        "arn-partition",
        "did you mean arn:aws:s3:::a/*",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)
