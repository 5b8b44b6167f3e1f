"""IDs of resources."""

import pytest

from privatelink.topology.types.ids import (
    Allocation,
    HostedZoneId,
    InstanceId,
    SecurityGroupId,
    SubnetId,
    VpcId,
)
from tests.support.rules import right, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "malformed Elastic IP": (
        (
            "    scheme: internet-facing",
            "    scheme: internet-facing\n    elastic_ips: {ap-northeast-2a: 203.0.113.1}",
            "203.0.113.1",
        ),
        "service.load_balancer.elastic_ips.ap-northeast-2a",
        "elastic-ip-allocation-id",
        '"203.0.113.1"',
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


IDS = {
    "vpc": (VpcId, "vpc-id", "VpcId from `aws ec2 describe-vpcs`"),
    "subnet": (SubnetId, "subnet-id", "SubnetId from `aws ec2 describe-subnets`"),
    "sg": (SecurityGroupId, "security-group-id", "GroupId from `aws ec2 describe-security-groups`"),
    "i": (InstanceId, "instance-id", "InstanceId from `aws ec2 describe-instances`"),
    "eipalloc": (Allocation, "elastic-ip-allocation-id", "AllocationId from `aws ec2 describe-addresses`"),
}
ACCEPTED = {
    **{
        f"{start} of 17": ((kind, f"{start}-0a1b2c3d4e5f60789"), rule)
        for start, (kind, rule, _) in IDS.items()
    },
    **{f"{start} of 8": ((kind, f"{start}-0a1b2c3d"), rule) for start, (kind, rule, _) in IDS.items()},
    "hosted zone": ((HostedZoneId, "Z0123456789ABCDEFGHIJ"), "hosted-zone-id"),
}
HOSTED_ZONE = (
    "at most 32 capital letters and digits",
    "`aws route53 list-hosted-zones`, without /hostedzone/",
)
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    **{
        f"{start} of {name}": (
            f"{start}-{digits}",
            kind,
            rule,
            f"{start}- and 17 hexadecimal digits (8 ",
            source,
        )
        for name, digits in (("16", "0a1b2c3d4e5f6078"), ("capitals", "0A1B2C3D"))
        for start, (kind, rule, source) in IDS.items()
    },
    "VPC for a subnet": ("vpc-0a1b2c3d", SubnetId, "subnet-id", "subnet- and 17"),
    "path of a hosted zone": ("/hostedzone/Z012", HostedZoneId, "hosted-zone-id", *HOSTED_ZONE),
    "hosted zone of 33": ("Z" * 33, HostedZoneId, "hosted-zone-id", *HOSTED_ZONE),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
