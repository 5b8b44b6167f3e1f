"""Names of Auto Scaling groups."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

NAME = Rule(
    "auto-scaling-group-name",
    what="malformed name of an Auto Scaling group",
    allowed="1 to 255 ASCII characters, without spaces, colons and braces",
    fix="give the name alone, which `aws autoscaling describe-auto-scaling-groups` shows, not the ARN",
    why="Auto Scaling refuses spaces and colons in the name of a group. Braces could be part of a Terraform "
    "template.",
    page="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html",
)
RULES = (NAME,)

AutoScalingGroupName = Annotated[str, matches("^[!-9;-z|~]{1,255}$", NAME)]
