"""AWS's own policies and images: made when they are first read, once, and as moto makes them."""

import json
from typing import Any

import boto3
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto"), pytest.mark.usefixtures("moto_here")]
ACCOUNT, REGION = "123456789012", "ap-northeast-2"
POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


def is_missing(backend: Any, what: str) -> bool:
    return bool(getattr(backend, f"_{what}_missing"))


def test_a_request_that_does_not_need_them_makes_none() -> None:
    from moto.ec2.models import ec2_backends
    from moto.iam.models import iam_backends

    client("ec2").describe_vpcs()
    client("sts").get_caller_identity()
    assert is_missing(ec2_backends[ACCOUNT][REGION], "images")
    assert is_missing(iam_backends[ACCOUNT]["aws"], "policies")


def test_images_and_their_snapshots_are_there_whoever_asks_first() -> None:
    from moto.ec2.models import ec2_backends

    ec2 = client("ec2")
    snapshots = {item["SnapshotId"] for item in ec2.describe_snapshots()["Snapshots"]}
    assert not is_missing(ec2_backends[ACCOUNT][REGION], "images")
    images = ec2.describe_images(Owners=["amazon"])["Images"]
    assert len(images) > 500
    shown = {mapping["Ebs"]["SnapshotId"] for image in images for mapping in image["BlockDeviceMappings"]}
    assert shown <= snapshots
    ids = [image["ImageId"] for image in images]
    assert ids == [image["ImageId"] for image in ec2.describe_images(Owners=["amazon"])["Images"]]


def test_an_image_of_a_user_is_kept_when_those_of_aws_are_made() -> None:
    ec2 = client("ec2")
    made = ec2.register_image(Name="own")["ImageId"]
    (found,) = ec2.describe_images(ImageIds=[made])["Images"]
    assert found["Name"] == "own"
    assert len(ec2.describe_images()["Images"]) > 500


def test_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.iam.models import iam_backends

    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    iam = client("iam")
    statement = {"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    own = iam.create_policy(PolicyName="own", PolicyDocument=document)
    assert not is_missing(iam_backends[ACCOUNT]["aws"], "policies")
    assert is_missing(iam_backends[ACCOUNT]["aws-cn"], "policies")
    pages = iam.get_paginator("list_policies").paginate()
    found = {policy["Arn"] for page in pages for policy in page["Policies"]}
    assert {POLICY, own["Policy"]["Arn"]} <= found
    assert len(found) > 1000
    assert iam.get_policy(PolicyArn=POLICY)["Policy"]["PolicyName"] == "AmazonSSMManagedInstanceCore"
