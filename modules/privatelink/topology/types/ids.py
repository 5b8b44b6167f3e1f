"""IDs of AWS resources."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

HEX = r"([0-9a-f]{17}|[0-9a-f]{8})"
SECURITY_GROUP_ID_PATTERN, PREFIX_LIST_ID_PATTERN = f"^sg-{HEX}$", f"^pl-{HEX}$"
SUBNET_ID_PATTERN = f"^subnet-{HEX}$"


def _ec2_id(rule: str, noun: str, start: str, field: str, command: str) -> Rule:
    """Return the rule of an ID that EC2 generates.

    Arguments:
        rule: the rule's ID.
        noun: what AWS calls the ID.
        start: the prefix of the ID, without the hyphen.
        field: where the output of the command has the ID.
        command: the subcommand of `aws ec2` that lists the resources.
    """
    return Rule(
        rule,
        what=f"malformed {noun}",
        allowed=f"{start}- and 17 hexadecimal digits (8 for a resource from before 2018)",
        fix=f"copy {field} from `aws ec2 {command}`",
        why="EC2 generates the ID, and finds no resource under an ID of another form.",
        page="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
    )


VPC_ID = _ec2_id("vpc-id", "VPC ID", "vpc", "VpcId", "describe-vpcs")
SUBNET_ID = _ec2_id("subnet-id", "subnet ID", "subnet", "SubnetId", "describe-subnets")
SECURITY_GROUP_ID = _ec2_id(
    "security-group-id", "security group ID", "sg", "GroupId", "describe-security-groups"
)
PREFIX_LIST_ID = _ec2_id(
    "prefix-list-id", "prefix list ID", "pl", "PrefixListId", "describe-managed-prefix-lists"
)
INSTANCE_ID = _ec2_id("instance-id", "instance ID", "i", "InstanceId", "describe-instances")
ALLOCATION_ID = _ec2_id(
    "elastic-ip-allocation-id", "Elastic IP allocation ID", "eipalloc", "AllocationId", "describe-addresses"
)
HOSTED_ZONE_ID = Rule(
    "hosted-zone-id",
    what="malformed hosted zone ID",
    allowed="at most 32 capital letters and digits",
    fix="copy Id from `aws route53 list-hosted-zones`, without /hostedzone/",
    why="Route 53 generates the ID, and finds no hosted zone under an ID of another form.",
    page="https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html",
)
RULES = (
    VPC_ID,
    SUBNET_ID,
    SECURITY_GROUP_ID,
    PREFIX_LIST_ID,
    INSTANCE_ID,
    ALLOCATION_ID,
    HOSTED_ZONE_ID,
)

VpcId = Annotated[str, matches(f"^vpc-{HEX}$", VPC_ID)]
SubnetId = Annotated[str, matches(SUBNET_ID_PATTERN, SUBNET_ID)]
SecurityGroupId = Annotated[str, matches(SECURITY_GROUP_ID_PATTERN, SECURITY_GROUP_ID)]
InstanceId = Annotated[str, matches(f"^i-{HEX}$", INSTANCE_ID)]
Allocation = Annotated[str, matches(f"^eipalloc-{HEX}$", ALLOCATION_ID)]
HostedZoneId = Annotated[str, matches(r"^[A-Z0-9]{1,32}$", HOSTED_ZONE_ID)]
