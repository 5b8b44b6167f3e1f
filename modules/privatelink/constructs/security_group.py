"""Security groups, made alike: replaceable in place, tagged, without a rule of their own."""

from typing import TypedDict

from privatelink.constructs.component import Component
from privatelink.framework import aws


class Peer(TypedDict, total=False):
    """The other side of a rule: the one argument of the rule that names it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """

    cidr_ipv4: str
    cidr_ipv6: str
    prefix_list_id: str
    referenced_security_group_id: str


class Ports(TypedDict):
    """What a rule admits."""

    ip_protocol: str
    from_port: int
    to_port: int


def add_security_group(component: Component, *, name: str, description: str, vpc_id: str) -> str:
    """Add an `aws_security_group` without rules and give its id; rules are resources beside it.

    A description cannot change, so a group is replaced with it: the successor needs another name, and must be
    there before what uses the group lets go of it.

    https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html
    """
    group = component.add(
        aws.SecurityGroup,
        # AWS keeps names that start with sg- for itself.
        name_prefix=f"group-{name}-" if name.lower().startswith("sg-") else f"{name}-",
        description=description,
        vpc_id=vpc_id,
        tags={"Name": name},
        lifecycle=aws.TerraformResourceLifecycle(create_before_destroy=True),
    )
    return group.id
