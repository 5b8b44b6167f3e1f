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


class RuleOrder:
    """Let Terraform create new rules before it deletes others, also if nothing else changes.

    Adds a `terraform_data` that changes with the rules: Terraform orders a creation and a deletion only by a
    resource that depends on both and changes itself.

    Arguments:
        component: construct of the rules.
    """

    def __init__(self, component: Component) -> None:
        self._ids: list[str] = []
        self._resource = component.add(aws.DataResource, "rules")

    def add(self, rules: Iterable[SecurityGroupRule]) -> None:
        """Add rules.

        Arguments:
            rules: rules that were not added before, with `RULE_LIFECYCLE`.
        """
        self._ids += [rule.id for rule in rules]
        self._resource.input = {"rules": self._ids}


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
