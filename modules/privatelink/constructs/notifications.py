"""Notifications: an SNS topic for the connection events of an endpoint service."""

from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.iam import allow_publish
from privatelink.facts import ConnectionEvent
from privatelink.framework import aws


class Notifications(Component):
    """Publish the connection events of an endpoint service to an SNS topic.

    Creates `aws_vpc_endpoint_connection_notification`; without an existing topic also `aws_sns_topic`, and an
    `aws_sns_topic_policy` by which PrivateLink may publish for this service only.

    Arguments:
        name: name of the new topic.
        service: the endpoint service.
        connection_events: any of `Accept`, `Connect`, `Delete`, `Reject`.
        connection_notification_arn: ARN of an existing SNS topic, whose policy allows `vpce.amazonaws.com` to
            publish; default: a new topic.
        kms_master_key_id: ARN of the KMS key of the new topic, whose policy must allow `vpce.amazonaws.com`
            to use it; default: no encryption with KMS.

    Attributes:
        topic_arn: ARN of the SNS topic.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        service: EndpointService,
        connection_events: Sequence[ConnectionEvent],
        connection_notification_arn: str | None = None,
        kms_master_key_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        policy: list[aws.TerraformElement] = []
        if connection_notification_arn is None:
            # By default not with AWS's own KMS key, whose policy does not allow other services to publish:
            # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
            topic = self.add(
                aws.SnsTopic, name=name, kms_master_key_id=kms_master_key_id, tags={"Name": name}
            )
            connection_notification_arn = str(topic.arn)
            account = self.add(aws.DataAwsCallerIdentity)
            policy.append(
                self.add(
                    aws.SnsTopicPolicy,
                    arn=connection_notification_arn,
                    policy=allow_publish(
                        "vpce.amazonaws.com",
                        connection_notification_arn,
                        source_arn=service.arn,
                        account=account.account_id,
                    ),
                )
            )
        self.topic_arn = connection_notification_arn
        self.add(
            aws.VpcEndpointConnectionNotification,
            vpc_endpoint_service_id=service.service_id,
            connection_notification_arn=connection_notification_arn,
            connection_events=list(connection_events),
            # AWS publishes a test message, which the policy must allow.
            depends_on=policy,
        )
