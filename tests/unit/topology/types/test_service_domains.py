"""What names of endpoint services say: owner, Region, private DNS name."""

import pytest

from privatelink.topology.types.service_domains import (
    aws_domain,
    is_custom_service,
    is_global_service,
    region_of,
)
from tests.support.consumer_side import PARTNER, S3


def test_whose_service_a_name_is():
    assert is_custom_service(PARTNER)
    assert not is_custom_service(S3)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        (PARTNER, "ap-northeast-2"),
        (S3, "ap-northeast-2"),
        ("aws.sagemaker.us-gov-west-1.notebook", "us-gov-west-1"),
        ("com.amazonaws.iam", None),
    ],
)
def test_the_region_in_a_name(name, region):
    assert region_of(name) == region


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("com.amazonaws.us-east-1.ssm", "ssm.us-east-1.amazonaws.com"),
        ("com.amazonaws.us-east-1.ecr.api", "api.ecr.us-east-1.amazonaws.com"),
        ("com.amazonaws.us-east-1.ecr.dkr", "dkr.ecr.us-east-1.amazonaws.com"),
        ("com.amazonaws.us-east-1.kinesis-streams", "kinesis.us-east-1.amazonaws.com"),
        ("cn.com.amazonaws.cn-north-1.ec2", "ec2.cn-north-1.amazonaws.com.cn"),
        ("com.amazonaws.cn-north-1.s3", "s3.cn-north-1.amazonaws.com.cn"),
        ("aws.sagemaker.us-east-1.notebook", "notebook.us-east-1.sagemaker.aws"),
        ("com.amazonaws.iam", "iam.amazonaws.com"),
        ("com.amazonaws.s3-global.accesspoint", None),
        ("com.amazonaws.us-east-1", None),
        ("com.vendor.us-east-1.thing", None),
        (PARTNER, None),
    ],
)
def test_the_domain_of_private_dns(name, domain):
    assert aws_domain(name) == domain


@pytest.mark.parametrize(
    ("name", "is_global"),
    [
        ("com.amazonaws.iam", True),
        ("com.amazonaws.route53", True),
        (S3, False),
        ("com.amazonaws.s3-global.accesspoint", False),
        (PARTNER, False),
    ],
)
def test_a_global_service(name, is_global):
    assert is_global_service(name) is is_global
