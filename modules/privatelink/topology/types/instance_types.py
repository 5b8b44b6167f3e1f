"""EC2 instance types."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

InstanceType = Annotated[
    str,
    matches(
        r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$",
        "instance type",
        "<family>.<size>",
        "write it like t3.micro",
    ),
]
