"""Ids of resources."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.ids import (
    Allocation,
    HostedZoneId,
    InstanceId,
    SecurityGroupId,
    SubnetId,
    VpcId,
)
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "malformed Elastic IP": (
        "    scheme: internet-facing",
        "    scheme: internet-facing\n    elastic_ips: {ap-northeast-2a: 203.0.113.1}",
        "203.0.113.1",
        "service.load_balancer.elastic_ips.ap-northeast-2a",
        ["malformed Elastic IP", '"203.0.113.1"'],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


IDS = {"vpc": VpcId, "subnet": SubnetId, "sg": SecurityGroupId, "i": InstanceId, "eipalloc": Allocation}
ACCEPTED = {
    **{f"{start} of 17": (kind, f"{start}-0a1b2c3d4e5f60789") for start, kind in IDS.items()},
    **{f"{start} of 8": (kind, f"{start}-0a1b2c3d") for start, kind in IDS.items()},
    "hosted zone": (HostedZoneId, "Z0123456789ABCDEFGHIJ"),
}
WORDS = {
    "vpc": ("VPC id", "VpcId", "describe-vpcs"),
    "subnet": ("subnet id", "SubnetId", "describe-subnets"),
    "sg": ("security group id", "GroupId", "describe-security-groups"),
    "i": ("instance id", "InstanceId", "describe-instances"),
    "eipalloc": ("Elastic IP allocation", "AllocationId", "describe-addresses"),
}


def broken_id(start):
    what, field, command = WORDS[start]
    return Broken(
        f"malformed {what}",
        f"{start}- and 17 (or, of old, 8) hexadecimal digits",
        f"take {field} from `aws ec2 {command}`",
    )


HOSTED_ZONE = (
    "malformed hosted zone id",
    "at most 32 capital letters and digits",
    "take it from `aws route53 list-hosted-zones`, without /hostedzone/",
)
BROKEN_VALUES = {
    **{f"{start} of 16": (IDS[start], f"{start}-0a1b2c3d4e5f6078", broken_id(start)) for start in IDS},
    **{f"{start} of capitals": (IDS[start], f"{start}-0A1B2C3D", broken_id(start)) for start in IDS},
    "VPC for a subnet": (SubnetId, "vpc-0a1b2c3d", broken_id("subnet")),
    "path of a hosted zone": (HostedZoneId, "/hostedzone/Z012", Broken(*HOSTED_ZONE)),
    "hosted zone of 33": (HostedZoneId, "Z" * 33, Broken(*HOSTED_ZONE)),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
