"""Security groups without rules of their own, which can be replaced while in use."""

from privatelink.constructs.component import Component
from privatelink.framework import aws


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
