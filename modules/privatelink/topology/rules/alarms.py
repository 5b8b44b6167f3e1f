"""Which alarms watch the service, and who is told."""

from typing import Annotated

from pydantic import Field

from privatelink.facts import MOST_ALARM_MINUTES, MOST_ALARM_TOPICS
from privatelink.topology.part import Part
from privatelink.topology.types.arns import TopicArn
from privatelink.topology.types.lists import AsTuple, at_most, each_once
from privatelink.topology.types.numbers import within

MOST = 1_000_000  # of what an alarm counts; AWS knows no limit, a typing error does


class Alarms(Part):
    """CloudWatch alarms of the service and of the load balancers made here, and the topics they tell."""

    topics: Annotated[
        tuple[TopicArn, ...], AsTuple, at_most(MOST_ALARM_TOPICS, "topics"), each_once("topic listed twice")
    ] = Field(
        default=(),
        description="SNS topics, in the service's region, told when an alarm begins and when it ends; their "
        "policies must let cloudwatch.amazonaws.com publish; default: alarms that only show",
    )
    minutes: Annotated[int, within(1, MOST_ALARM_MINUTES, "minutes")] = Field(
        default=3, description="So many minutes in a row at a limit or above it begin an alarm"
    )
    unhealthy_targets: Annotated[int, within(1, MOST, "targets")] = Field(
        default=1, description="Unhealthy targets of one listener; default: any; none for an ALB as target"
    )
    # Servers reset some connections in the best of times:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#PrivateLinkServices
    reset_packets: Annotated[int, within(1, MOST, "packets a minute")] = Field(
        default=100,
        description="Reset (RST) packets a minute that the service sends: connections were idle for too "
        "long, or no healthy target takes them",
    )
    port_allocation_errors: Annotated[int, within(1, MOST, "errors a minute")] = Field(
        default=1,
        description="Connections a minute that a load balancer drops, having no port left to the targets; "
        "default: any",
    )
    blocked_flows: Annotated[int, within(1, MOST, "flows a minute")] = Field(
        default=100,
        description="Flows a minute that the security group of a load balancer with "
        "enforce_private_link_ingress keeps out",
    )
