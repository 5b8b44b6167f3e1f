"""ARNs in the AWS partition of their Region."""

import copy
import re

import pytest
from pydantic import TypeAdapter

from tests.support.consumer_side import ALLOW, S3, alone, consumer, endpoints, named
from tests.support.literal_text import text_fields
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


def shared_zone(**vpc):
    """A consumer with a hosted zone for its VPC and another one, which has these fields."""
    shared_with = {"office": {"vpc_id": "vpc-0a1b2c3d4e5f60009", **vpc}}
    return named("a.shop.internal", zone={"name": "shop.internal", "shared_with": shared_with})


RIGHT = {
    "shared hosted zone": (shared_zone(region="eu-west-1"), "hosted-zone-vpc-partition"),
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
    "VPC of a hosted zone": (
        shared_zone(region="us-gov-west-1"),
        "consumers.client.hosted_zone.shared_with.office.region",
        "hosted-zone-vpc-partition",
        "partition aws",
    ),
    "role for the VPC of a hosted zone": (
        shared_zone(account={"role_arn": f"arn:aws-cn:iam::{ACCOUNT}:role/x"}),
        "consumers.client.hosted_zone.shared_with.office.account.role_arn",
        "arn-partition",
        f"did you mean arn:aws:iam::{ACCOUNT}:role/x",
    ),
    "role of an existing hosted zone": (
        named("a.b", zone={"zone_id": "Z1", "account": {"role_arn": f"arn:aws-cn:iam::{ACCOUNT}:role/x"}}),
        "consumers.client.hosted_zone.account.role_arn",
        "arn-partition",
        f"did you mean arn:aws:iam::{ACCOUNT}:role/x",
    ),
    "role of the private DNS name's hosted zone": (
        in_china(
            private_dns={
                "name": "api.example.com",
                "zone_id": "Z1",
                "account": {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/x"},
            }
        ),
        "service.private_dns.account.role_arn",
        "arn-partition",
        f"did you mean arn:aws-cn:iam::{ACCOUNT}:role/x",
    ),
    "Application Load Balancer as target": (
        in_china(
            network={
                "vpc_id": "vpc-0a1b2c3d4e5f60001",
                "subnet_ids": {"cn-north-1a": "subnet-0a1b2c3d4e5f6000a"},
            },
            backends=None,
            targets={
                "application_load_balancer": f"arn:aws:elasticloadbalancing:cn-north-1:{ACCOUNT}"
                ":loadbalancer/app/a/0a1b2c3d4e5f6789"
            },
        ),
        "service.targets.application_load_balancer",
        "arn-partition",
        "arn:aws-cn:elasticloadbalancing:cn-north-1:",
    ),
    "KMS key of the state": (
        alone()
        | {
            "backend": {
                "s3": {
                    "bucket": "acme-states",
                    "region": "us-gov-west-1",
                    "kms_key_id": f"arn:aws:kms:us-gov-west-1:{ACCOUNT}"
                    ":key/0123abcd-0123-4abc-8abc-0123456789ab",
                }
            }
        },
        "backend.s3.kms_key_id",
        "arn-partition",
        "arn:aws-us-gov:kms:us-gov-west-1:",
    ),
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
    "certificate, the Region being right": (
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
    "topic of notifications, the Region being another's": (
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
    "role of the state": (
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


def test_every_field_with_an_arn_has_a_wrong_case():
    """A new field with ARNs must be within a part that has a Region, and have a case here."""
    accepting = {
        name for (_, name), types in text_fields().items() for leaf in types if "arn:" in pattern_of(leaf)
    }
    cases = {re.sub(r"\[\d+\]$", "", field).rpartition(".")[2] for _, field, *_ in WRONG.values()}

    assert accepting <= cases
    assert len(accepting) > 6


def pattern_of(leaf):
    return str(TypeAdapter(leaf).json_schema().get("pattern"))
