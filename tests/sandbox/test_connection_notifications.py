"""Connection notifications: kept and shown."""

import re

import pytest

from tests.support.sandbox_fixtures import Account, refused

TOPIC = "arn:aws:sns:ap-northeast-2:111111111111:connections"


def test_the_life_of_a_notification(provider: Account) -> None:
    service_id = provider.vpc().service()["ServiceId"]
    ec2 = provider.ec2
    created = ec2.create_vpc_endpoint_connection_notification(
        ServiceId=service_id, ConnectionNotificationArn=TOPIC, ConnectionEvents=["Accept", "Connect"]
    )["ConnectionNotification"]
    wanted = {"ConnectionNotificationId": created["ConnectionNotificationId"]}
    assert re.fullmatch(r"vpce-nfn-[0-9a-f]{17}", created["ConnectionNotificationId"])
    assert created["ServiceId"] == service_id
    assert created["ConnectionNotificationType"] == "Topic"
    assert created["ConnectionNotificationState"] == "Enabled"

    ec2.modify_vpc_endpoint_connection_notification(**wanted, ConnectionEvents=["Reject"])
    (found,) = ec2.describe_vpc_endpoint_connection_notifications(**wanted)["ConnectionNotificationSet"]
    assert found == created | {"ConnectionEvents": ["Reject"]}

    delete = ec2.delete_vpc_endpoint_connection_notifications
    ids = [created["ConnectionNotificationId"]]
    assert delete(ConnectionNotificationIds=ids)["Unsuccessful"] == []
    assert delete(ConnectionNotificationIds=ids)["Unsuccessful"][0]["ResourceId"] == ids[0]
    with refused("InvalidConnectionNotification", ids[0]):
        ec2.describe_vpc_endpoint_connection_notifications(**wanted)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"ConnectionEvents": ["accept"]}, "InvalidParameter", "accept"),
        ({"ConnectionEvents": []}, "MissingParameter", "ConnectionEvents"),
        ({"ConnectionNotificationArn": "connections"}, "InvalidParameter", "connections"),
        ({"ServiceId": "vpce-svc-0123456789abcdef0"}, "InvalidVpcEndpointServiceId.NotFound", "vpce-svc-0"),
    ],
)
def test_what_is_refused(provider: Account, change: dict, code: str, message: str) -> None:
    arguments = {
        "ServiceId": provider.vpc().service()["ServiceId"],
        "ConnectionNotificationArn": TOPIC,
        "ConnectionEvents": ["Accept"],
    }
    with refused(code, message):
        provider.ec2.create_vpc_endpoint_connection_notification(**(arguments | change))
