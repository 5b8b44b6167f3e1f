"""Notifications of connection events."""

from typing import Annotated

from pydantic import Field

from privatelink.facts import CONNECTION_EVENTS, ConnectionEvent
from privatelink.topology.part import Part
from privatelink.topology.types.arns import TopicArn
from privatelink.topology.types.lists import AsTuple, each_once, not_empty


class Notifications(Part):
    """Connection events of the endpoint service, published to an SNS topic.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
    """

    topic_arn: TopicArn | None = Field(
        default=None,
        description="ARN of an existing SNS topic, whose policy must allow vpce.amazonaws.com to publish; "
        "default: Terraform creates a topic, see output `notification_topic_arn`",
    )
    events: Annotated[
        tuple[ConnectionEvent, ...], AsTuple, not_empty("events", "for all events"), each_once("event")
    ] = Field(
        default=CONNECTION_EVENTS,
        description=f"Connection events to publish: {', '.join(CONNECTION_EVENTS)}; default: all",
    )
