"""Notifications: messages about the connections of a service."""

from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.iam import let_service_publish
from privatelink.framework import aws


class Notifications(Component):
    """Have an SNS topic told when connections to an endpoint service come and go.

    Creates `aws_vpc_endpoint_connection_notification`; without a topic of yours `aws_sns_topic` and the
    `aws_sns_topic_policy` that lets PrivateLink publish for this service alone.

    Arguments:
        name: the topic's name.
        service: the endpoint service.
        events: any of Accept, Connect, Delete, Reject.
        topic_arn: a topic whose policy lets `vpce.amazonaws.com` publish; None makes one.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        service: EndpointService,
        events: Sequence[str],
        topic_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        policy: list[aws.TerraformElement] = []
        if topic_arn is None:
            # Without encryption by AWS's own key, whose policy keeps other services from publishing:
            # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
            topic_arn = str(self.add(aws.SnsTopic, name=name, tags={"Name": name}).arn)
            account = self.add(aws.DataAwsCallerIdentity)
            policy.append(
                self.add(
                    aws.SnsTopicPolicy,
                    arn=topic_arn,
                    policy=let_service_publish(
                        "vpce.amazonaws.com", topic_arn, source_arn=service.arn, account=account.account_id
                    ),
                )
            )
        self.topic_arn = topic_arn
        self.add(
            aws.VpcEndpointConnectionNotification,
            vpc_endpoint_service_id=service.service_id,
            connection_notification_arn=topic_arn,
            connection_events=list(events),
            # AWS sends a test message, which the policy has to let in.
            depends_on=policy,
        )
