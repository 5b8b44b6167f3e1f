"""CloudWatch alarms of a service: thresholds, and topics to notify."""

from typing import Annotated

from pydantic import Field

from privatelink.facts import MOST_ALARM_MINUTES, MOST_ALARM_TOPICS
from privatelink.topology.part import Part
from privatelink.topology.types.arns import TopicArn
from privatelink.topology.types.lists import AsTuple, at_most, each_once
from privatelink.topology.types.numbers import within

MOST = 1_000_000  # AWS has no limit for a threshold; a larger number is a typing error


class Alarms(Part):
    """CloudWatch alarms of the service and of the load balancers that Terraform creates.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    topics: Annotated[
        tuple[TopicArn, ...], AsTuple, at_most(MOST_ALARM_TOPICS, "topics"), each_once("topic")
    ] = Field(
        default=(),
        description="ARNs of SNS topics in the service's Region, notified when an alarm starts and ends; "
        "their policies must allow cloudwatch.amazonaws.com to publish; default: no notification",
    )
    minutes: Annotated[int, within(1, MOST_ALARM_MINUTES, "minutes")] = Field(
        default=3, description="Consecutive minutes at or above the threshold before the alarm goes off"
    )
    unhealthy_targets: Annotated[int, within(1, MOST, "targets")] = Field(
        default=1,
        description="Threshold for unhealthy targets of a listener (UnHealthyHostCount); "
        "no alarm if the target is an Application Load Balancer",
    )
    # Servers reset some connections in normal operation, so the recommended threshold is not 1:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#PrivateLinkServices
    reset_packets: Annotated[int, within(1, MOST, "packets a minute")] = Field(
        default=100,
        description="Threshold for RST packets a minute from the service to endpoints (RstPacketsSent): idle "
        "connections, or no healthy target",
    )
    port_allocation_errors: Annotated[int, within(1, MOST, "errors a minute")] = Field(
        default=1,
        description="Threshold for connections a minute that a load balancer drops because it has no free "
        "port to the targets (PortAllocationErrorCount)",
    )
    blocked_flows: Annotated[int, within(1, MOST, "flows a minute")] = Field(
        default=100,
        description="Threshold for flows a minute that a load balancer's security group blocks "
        "(SecurityGroupBlockedFlowCount_Inbound); no alarm without `enforce_private_link_ingress`",
    )
