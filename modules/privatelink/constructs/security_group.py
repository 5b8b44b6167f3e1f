"""Security groups without rules of their own, which can be replaced while in use, and the order of rules."""

from collections.abc import Iterable
from typing import TypeAlias

from privatelink.constructs.component import Component
from privatelink.framework import aws

SecurityGroupRule: TypeAlias = aws.VpcSecurityGroupIngressRule | aws.VpcSecurityGroupEgressRule
RULE_LIFECYCLE = aws.TerraformResourceLifecycle(create_before_destroy=True)
"""Of a rule that another resource depends on: Terraform deletes the rule after it has changed that resource.

So no client is refused meanwhile. A rule is replaced only in another group, where it repeats no other one.

https://github.com/hashicorp/terraform/blob/main/docs/destroying.md
"""


def order_rules(component: Component, key: str, rules: Iterable[SecurityGroupRule]) -> None:
    """Add a `terraform_data` that changes with rules, so that new ones are created before others are deleted.

    Terraform orders creation and deletion only by a resource that depends on both and changes itself.

    Arguments:
        component: construct of the rules.
        key: the resource's part of the address.
        rules: the rules, with `RULE_LIFECYCLE`.
    """
    component.add(aws.DataResource, key, input={"rules": [rule.id for rule in rules]})


def add_security_group(component: Component, *, name: str, description: str, vpc_id: str) -> str:
    """Add an `aws_security_group` without rules; return its ID. Rules are resources of their own.

    AWS cannot change a description, so Terraform replaces the group: the new one needs another name, and must
    exist before other resources stop using the old one.

    https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html

    Arguments:
        component: construct of the group.
        name: start of the group's name, and its Name tag.
        description: description of the group, 1 to 255 characters that AWS allows.
        vpc_id: ID of the VPC.
    """
    group = component.add(
        aws.SecurityGroup,
        # AWS reserves names that start with sg-.
        name_prefix=f"group-{name}-" if name.lower().startswith("sg-") else f"{name}-",
        description=description,
        vpc_id=vpc_id,
        tags={"Name": name},
        lifecycle=aws.TerraformResourceLifecycle(create_before_destroy=True),
    )
    return group.id
