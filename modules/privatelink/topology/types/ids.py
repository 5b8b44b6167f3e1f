"""Ids that AWS gives to resources."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

HEX = r"([0-9a-f]{17}|[0-9a-f]{8})"
SECURITY_GROUP_ID_PATTERN, PREFIX_LIST_ID_PATTERN = f"^sg-{HEX}$", f"^pl-{HEX}$"
SUBNET_ID_PATTERN = f"^subnet-{HEX}$"

VpcId = Annotated[
    str,
    matches(
        f"^vpc-{HEX}$",
        "VPC id",
        "vpc- and 17 (or, of old, 8) hexadecimal digits",
        "take VpcId from `aws ec2 describe-vpcs`",
    ),
]
SubnetId = Annotated[
    str,
    matches(
        SUBNET_ID_PATTERN,
        "subnet id",
        "subnet- and 17 (or, of old, 8) hexadecimal digits",
        "take SubnetId from `aws ec2 describe-subnets`",
    ),
]
SecurityGroupId = Annotated[
    str,
    matches(
        SECURITY_GROUP_ID_PATTERN,
        "security group id",
        "sg- and 17 (or, of old, 8) hexadecimal digits",
        "take GroupId from `aws ec2 describe-security-groups`",
    ),
]
InstanceId = Annotated[
    str,
    matches(
        f"^i-{HEX}$",
        "instance id",
        "i- and 17 (or, of old, 8) hexadecimal digits",
        "take InstanceId from `aws ec2 describe-instances`",
    ),
]
Allocation = Annotated[
    str,
    matches(
        f"^eipalloc-{HEX}$",
        "Elastic IP allocation",
        "eipalloc- and 17 (or, of old, 8) hexadecimal digits",
        "take AllocationId from `aws ec2 describe-addresses`",
    ),
]
HostedZoneId = Annotated[
    str,
    matches(
        r"^[A-Z0-9]{1,32}$",
        "hosted zone id",
        "at most 32 capital letters and digits",
        "take it from `aws route53 list-hosted-zones`, without /hostedzone/",
    ),
]
