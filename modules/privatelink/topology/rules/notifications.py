"""Who is told when connections come and go."""

from typing import Annotated, Literal

from pydantic import Field

from privatelink.topology.fields import AsTuple, TopicArn, each_once, not_empty
from privatelink.topology.part import Part

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html
Event = Literal["Accept", "Connect", "Delete", "Reject"]
EVENTS: tuple[Event, ...] = ("Accept", "Connect", "Delete", "Reject")


class Notifications(Part):
    """Messages to an SNS topic about the service's connections."""

    topic_arn: TopicArn | None = Field(
        default=None,
        description="A topic of yours, whose policy lets vpce.amazonaws.com publish; default: one is made, "
        "named by the output `notification_topic_arn`",
    )
    events: Annotated[
        tuple[Event, ...],
        AsTuple,
        not_empty("no events", "list some, or remove the line for all of them"),
        each_once("event listed twice"),
    ] = Field(default=EVENTS, description="Which events: Accept, Connect, Delete, Reject; default: all")
