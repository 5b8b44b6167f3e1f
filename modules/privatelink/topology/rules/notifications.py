"""Who is told when connections come and go."""

from typing import Annotated

from pydantic import Field

from privatelink.facts import CONNECTION_EVENTS, ConnectionEvent
from privatelink.topology.part import Part
from privatelink.topology.types.arns import TopicArn
from privatelink.topology.types.lists import AsTuple, each_once, not_empty


class Notifications(Part):
    """Messages to an SNS topic about the service's connections."""

    topic_arn: TopicArn | None = Field(
        default=None,
        description="A topic of yours, whose policy lets vpce.amazonaws.com publish; default: one is made, "
        "named by the output `notification_topic_arn`",
    )
    events: Annotated[
        tuple[ConnectionEvent, ...],
        AsTuple,
        not_empty("no events", "list some, or remove the line for all of them"),
        each_once("event listed twice"),
    ] = Field(
        default=CONNECTION_EVENTS, description=f"Which events: {', '.join(CONNECTION_EVENTS)}; default: all"
    )
