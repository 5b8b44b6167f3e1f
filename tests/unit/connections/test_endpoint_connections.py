"""The connections of a service: found, changed, waited for."""

import time
from typing import TYPE_CHECKING

import pytest

from privatelink.api import clients
from privatelink.connections import endpoint_connections as connections
from privatelink.connections.endpoint_connections import BadInputError, StateNotReachedError
from tests.support.fake_aws import (
    NAME,
    ONE,
    OTHER_SERVICE,
    REGION,
    SERVICE,
    TWO,
    FakeAws,
)

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client


class TestWait:
    @pytest.fixture
    def ec2(self, aws: FakeAws) -> "EC2Client":
        return clients.ec2(None, None)

    def test_returns_the_connections_waited_for(self, aws: FakeAws, ec2: "EC2Client") -> None:
        aws.connect(ONE, TWO, state="available")
        found = connections.wait(ec2, SERVICE, {TWO: "available"})
        assert [each.endpoint_id for each in found] == [TWO]

    @pytest.mark.parametrize("state", ["failed", "expired", "deleting", "deleted"])
    def test_fails_at_once_when_it_cannot_get_there(self, aws: FakeAws, ec2: "EC2Client", state: str) -> None:
        aws.connect(ONE, state=state)
        began = time.monotonic()
        with pytest.raises(StateNotReachedError, match=f"^{ONE} is {state}, not available$"):
            connections.wait(ec2, SERVICE, {ONE: "available"}, seconds=60)
        assert time.monotonic() - began < 10

    def test_one_that_cannot_get_there_is_enough(self, aws: FakeAws, ec2: "EC2Client") -> None:
        aws.connect(ONE)
        aws.connect(TWO, state="failed")
        with pytest.raises(StateNotReachedError, match=f"^{ONE} is pendingAcceptance, .*{TWO} is failed"):
            connections.wait(ec2, SERVICE, {ONE: "available", TWO: "available"}, seconds=5)

    def test_fails_when_the_endpoint_has_gone(self, aws: FakeAws, ec2: "EC2Client") -> None:
        with pytest.raises(StateNotReachedError, match=f"{ONE} is gone, not available"):
            connections.wait(ec2, SERVICE, {ONE: "available"}, seconds=60)

    def test_a_rejected_connection_may_still_become_available(self, aws: FakeAws, ec2: "EC2Client") -> None:
        aws.connect(ONE, state="rejected")
        aws._coming.append([2, (SERVICE, ONE), "available"])
        seen: list[str] = []
        connections.wait(ec2, SERVICE, {ONE: "available"}, on_change=lambda _, state: seen.append(state))
        assert seen == ["rejected", "available"]

    def test_unknown_service_is_bad_input(self, ec2: "EC2Client") -> None:
        with pytest.raises(BadInputError):
            connections.find_service(ec2, OTHER_SERVICE)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (SERVICE, (SERVICE, None)),
        (NAME, (SERVICE, REGION)),
        (f"cn.com.amazonaws.vpce.cn-north-1.{SERVICE}", (SERVICE, "cn-north-1")),
    ],
)
def test_a_service_is_known_by_its_id_or_its_name(text: str, parsed: tuple[str, str | None]) -> None:
    assert connections.parse_service(text) == parsed


@pytest.mark.parametrize("text", ["", "vpce-svc-", "vpce-0aaaaaaaaaaaaaaa1", f"{NAME}.x", f"x{NAME} "])
def test_another_text_is_no_service(text: str) -> None:
    with pytest.raises(BadInputError, match="not an endpoint service"):
        connections.parse_service(text)
