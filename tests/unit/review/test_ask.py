"""AWS is asked about the services of the plans, and what it does not answer is a note."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from privatelink.api import clients
from privatelink.review import ask as asking
from privatelink.review.ask import ask
from privatelink.review.live import Consumer
from tests.support.fake_clients import FakeClient
from tests.support.plan_facts import change, plan

ID = "vpce-svc-0123456789abcdef0"
NAME = f"com.amazonaws.vpce.eu-west-1.{ID}"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/1"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
SERVICE = {"id": ID, "service_name": NAME, "network_load_balancer_arns": ["arn:lb"]}
LISTENER = {"id": "l", "load_balancer_arn": "arn:lb", "default_action": [{"target_group_arn": ARN}]}
PLAN = plan(
    *(
        change(address, values, values)
        for address, values in {
            "aws_vpc_endpoint_service.s": SERVICE,
            "aws_lb.l": {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"},
            "aws_lb_listener.l": LISTENER,
            "aws_lb_target_group.t": {"id": ARN, "arn": ARN},
        }.items()
    )
)


def configurations(**asked):
    assert asked == {"ServiceIds": [ID]}
    service = {"ServiceId": ID, "ServiceName": NAME, "ServiceState": "Available", "AcceptanceRequired": True}
    return {"ServiceConfigurations": [service]}


def connections(**asked):
    assert asked == {"Filters": [{"Name": "service-id", "Values": [ID]}]}
    return {
        "VpcEndpointConnections": [
            {
                "ServiceId": ID, "VpcEndpointId": "vpce-1", "VpcEndpointOwner": "111122223333",
                "VpcEndpointState": "available", "CreationTimestamp": SINCE,
            }
        ]
    }  # fmt: skip


def health(**asked):
    assert asked == {"TargetGroupArn": ARN}
    states = ("healthy", "unhealthy", "healthy")
    return {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}} for state in states]}


@pytest.fixture
def asked(monkeypatch):
    """The Regions and profiles that clients were made for."""
    made = []
    ec2 = FakeClient(
        {
            "describe_vpc_endpoint_service_configurations": configurations,
            "describe_vpc_endpoint_connections": connections,
        }
    )
    for name, client in (("ec2", ec2), ("elbv2", FakeClient({"describe_target_health": health}))):

        def make(region=None, profile=None, *, name=name, client=client):
            made.append((name, region, profile))
            return client

        monkeypatch.setattr(clients, name, make)
    return made


def test_the_consumers_and_the_health_of_the_targets(asked):
    live = ask([PLAN])

    assert live.consumers == {ID: [Consumer("vpce-1", "111122223333", "available", SINCE)]}
    assert live.healthy == {ARN: (2, 3)}
    assert live.notes == ()
    # The Region is that of the service, and of the target group.
    assert asked == [("ec2", "eu-west-1", None), ("elbv2", "eu-west-1", None)]


def test_another_region_and_profile(asked):
    ask([PLAN], "us-east-1", "shop")

    assert asked == [("ec2", "us-east-1", "shop"), ("elbv2", "us-east-1", "shop")]


def test_a_plan_without_a_service_asks_nothing(asked):
    assert ask([plan()]).consumers == {}
    assert asked == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "unable to locate credentials; log in"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "Describe"), "add the permission"),
    ],
)
def test_without_an_answer_the_review_goes_on_with_a_note(asked, monkeypatch, error, words):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(asking, "find_service", refuse)
    monkeypatch.setattr(clients, "elbv2", lambda *_: FakeClient({"describe_target_health": refuse}))
    live = ask([PLAN])

    assert (live.consumers, live.healthy) == ({}, {})
    connected, healthy = live.notes
    assert connected.startswith("AWS was not asked who is connected: ")
    assert healthy.startswith("AWS was not asked which targets are healthy: ")
    assert words in connected
