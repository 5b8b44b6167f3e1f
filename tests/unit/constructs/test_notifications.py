"""Notifications: the topic, who may publish to it, and the events."""

import json

from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.notifications import Notifications
from tests.support.synth import resources, synth_one

KIND = "aws_vpc_endpoint_connection_notification"


def notified(**arguments):
    def build(stack):
        service = EndpointService(stack, "service", name="a", network_load_balancer_arns=["arn:lb"])
        Notifications(
            stack, "notifications", name="a", service=service, connection_events=["Accept"], **arguments
        )

    return synth_one(build)


def test_privatelink_may_publish_for_this_service_of_this_account_alone():
    stack = notified()

    policy = json.loads(resources(stack, "aws_sns_topic_policy")["notifications"]["policy"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "vpce.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Resource"] == "${aws_sns_topic.notifications.arn}"
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "${aws_vpc_endpoint_service.service.arn}"},
        "StringEquals": {"aws:SourceAccount": "${data.aws_caller_identity.notifications.account_id}"},
    }


def test_the_policy_comes_before_the_notification():
    notification = resources(notified(), KIND)["notifications"]

    assert notification["depends_on"] == ["aws_sns_topic_policy.notifications"]
    assert notification["connection_events"] == ["Accept"]


def test_a_topic_that_is_given_is_left_as_it_is():
    stack = notified(connection_notification_arn="arn:aws:sns:ap-northeast-2:111111111111:mine")

    assert "aws_sns_topic" not in stack["resource"]
    assert "aws_sns_topic_policy" not in stack["resource"]
    notification = resources(stack, KIND)["notifications"]
    assert notification["connection_notification_arn"] == "arn:aws:sns:ap-northeast-2:111111111111:mine"
