"""EC2 instance types."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

INSTANCE_TYPE = Rule(
    "instance-type",
    what="malformed instance type",
    allowed="<family>.<size>",
    fix="write it like t3.micro",
    why="The name of every EC2 instance type is its family, a dot and its size, in lower case.",
    page="https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html",
)
RULES = (INSTANCE_TYPE,)

InstanceType = Annotated[str, matches(r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$", INSTANCE_TYPE)]
