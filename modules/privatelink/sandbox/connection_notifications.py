"""Connection notifications: the endpoint events that a service publishes to an SNS topic.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
The API stores them; nothing is published.
"""

import re
from collections.abc import Callable
from operator import itemgetter
from typing import Final, TypedDict

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses._base_response import EC2BaseResponse

from privatelink.sandbox.endpoint_services import own_service
from privatelink.sandbox.filters import page, select
from privatelink.sandbox.ids import hex_id
from privatelink.sandbox.untyped import Moto

EVENTS = ("Accept", "Connect", "Delete", "Reject")
TOPIC = re.compile(r"arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+")


class Notification(TypedDict):
    """A connection notification, by the names of the API."""

    ConnectionNotificationId: str
    ServiceId: str | None
    VpcEndpointId: str | None
    ConnectionNotificationType: str
    ConnectionNotificationArn: str
    ConnectionEvents: list[str]
    ConnectionNotificationState: str


FILTERS: Final[dict[str, Callable[[Notification], str]]] = {
    "connection-notification-arn": itemgetter("ConnectionNotificationArn"),
    "connection-notification-id": itemgetter("ConnectionNotificationId"),
    "connection-notification-state": itemgetter("ConnectionNotificationState"),
    "connection-notification-type": itemgetter("ConnectionNotificationType"),
    "service-id": lambda item: item["ServiceId"] or "",
    "vpc-endpoint-id": lambda item: item["VpcEndpointId"] or "",
}
"""Attributes of notifications by the name of the filter."""


def notifications(backend: Moto) -> dict[str, Notification]:
    """Return the notifications of an account and Region; a reset of moto deletes them with its backend."""
    if not hasattr(backend, "connection_notifications"):
        backend.connection_notifications = {}
    found: dict[str, Notification] = backend.connection_notifications
    return found


def check(arn: str, events: list[str]) -> None:
    """Check the topic and the events of a notification.

    Raises:
        EC2ClientError: one is not valid.
    """
    if not TOPIC.fullmatch(arn):
        raise EC2ClientError("InvalidParameter", f"Invalid connection notification ARN: {arn}")
    for event in events:
        if event not in EVENTS:
            raise EC2ClientError("InvalidParameter", f"Invalid connection event: {event}")
    if not events:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter ConnectionEvents")


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API actions on connection notifications."""

    def create_vpc_endpoint_connection_notification(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html"""
        service_id = self._get_param("ServiceId")
        endpoint_id = self._get_param("VpcEndpointId")
        if bool(service_id) == bool(endpoint_id):
            raise EC2ClientError("InvalidParameter", "Exactly one of ServiceId and VpcEndpointId is required")
        if service_id:
            own_service(self.ec2_backend, service_id)
        else:
            self.ec2_backend.get_vpc_end_point(endpoint_id)
        arn, events = self._get_param("ConnectionNotificationArn"), self._get_param("ConnectionEvents", [])
        check(arn, events)
        notification: Notification = {
            "ConnectionNotificationId": hex_id("vpce-nfn"),
            "ServiceId": service_id,
            "VpcEndpointId": endpoint_id,
            "ConnectionNotificationType": "Topic",
            "ConnectionNotificationArn": arn,
            "ConnectionEvents": events,
            "ConnectionNotificationState": "Enabled",
        }
        notifications(self.ec2_backend)[notification["ConnectionNotificationId"]] = notification
        return ActionResult({"ConnectionNotification": notification})

    def describe_vpc_endpoint_connection_notifications(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnectionNotifications.html"""
        wanted = self._get_param("ConnectionNotificationId")
        if wanted:
            own_notification(self.ec2_backend, wanted)
        items = [
            item
            for notification_id, item in notifications(self.ec2_backend).items()
            if wanted in (None, notification_id)
        ]
        found = select(items, self._get_param("Filters", []), FILTERS)
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        return ActionResult({"ConnectionNotificationSet": items, "NextToken": token})

    def modify_vpc_endpoint_connection_notification(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointConnectionNotification.html"""
        item = own_notification(self.ec2_backend, self._get_param("ConnectionNotificationId"))
        arn = self._get_param("ConnectionNotificationArn", item["ConnectionNotificationArn"])
        events = self._get_param("ConnectionEvents", []) or item["ConnectionEvents"]
        check(arn, events)
        item.update({"ConnectionNotificationArn": arn, "ConnectionEvents": events})
        return ActionResult({"ReturnValue": True})

    def delete_vpc_endpoint_connection_notifications(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointConnectionNotifications.html"""
        unsuccessful = []
        for notification_id in self._get_param("ConnectionNotificationIds", []):
            if notifications(self.ec2_backend).pop(notification_id, None) is None:
                code, message = not_found(notification_id)
                unsuccessful.append(
                    {"ResourceId": notification_id, "Error": {"Code": code, "Message": message}}
                )
        return ActionResult({"Unsuccessful": unsuccessful})


def not_found(notification_id: str) -> tuple[str, str]:
    """Return EC2's error code and message for an unknown notification."""
    return (
        "InvalidConnectionNotification",
        f"The ConnectionNotification Id '{notification_id}' does not exist",
    )


def own_notification(backend: Moto, notification_id: str) -> Notification:
    """Return a notification of the account.

    Raises:
        EC2ClientError: it does not exist.
    """
    item = notifications(backend).get(notification_id)
    if item is None:
        raise EC2ClientError(*not_found(notification_id))
    return item
