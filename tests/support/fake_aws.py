"""An AWS made of a dictionary, as far as endpoint connections go; a test's fixture attaches clients to it."""

import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from privatelink.api import clients
from privatelink.connections import endpoint_connections as connections

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client

SERVICE = "vpce-svc-0123456789abcdef0"
OTHER_SERVICE = "vpce-svc-00000000000000001"
ONE, TWO, THREE = "vpce-0aaaaaaaaaaaaaaa1", "vpce-0aaaaaaaaaaaaaaa2", "vpce-0aaaaaaaaaaaaaaa3"
REGION = "ap-northeast-2"
NAME = f"com.amazonaws.vpce.{REGION}.{SERVICE}"
SINCE = datetime(2024, 5, 1, 9, 30, 15, tzinfo=UTC)


class FakeAws:
    """The four actions, answered from memory; parameters are still validated by boto3."""

    def __init__(self) -> None:
        self.services = {SERVICE: True}
        self.states: dict[tuple[str, str], str] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.errors: dict[str, tuple[str, str]] = {}
        self.unsuccessful: dict[str, tuple[str, str]] = {}
        self.lag = 0
        """How many times a connection is still described in its old state after a change."""
        self._coming: list[list[Any]] = []
        self.page_size = 100
        self.region = ""

    def connect(self, *endpoint_ids: str, state: str = "pendingAcceptance", service: str = SERVICE) -> None:
        self.states |= {(service, endpoint_id): state for endpoint_id in endpoint_ids}

    def called(self, action: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == action]

    def attach(self, client: "EC2Client") -> "EC2Client":
        self.region = client.meta.region_name
        client.meta.events.register("before-parameter-build.ec2.*", self._note)
        client.meta.events.register("before-call.ec2.*", self._answer)
        return client

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))

    def _answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        if model.name in self.errors:
            code, message = self.errors[model.name]
            return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": message}}
        try:
            answer = getattr(self, model.name)(self.calls[-1][1])
        except KeyError as error:
            message = f"The VpcEndpointService Id '{error.args[0]}' does not exist"
            answer = {"Error": {"Code": "InvalidVpcEndpointServiceId.NotFound", "Message": message}}
            return SimpleNamespace(status_code=400), answer
        return SimpleNamespace(status_code=200), answer

    def _page(self, key: str, rows: list[Any], params: dict[str, Any]) -> dict[str, Any]:
        start = int(params.get("NextToken", 0))
        end = start + self.page_size
        return {key: rows[start:end]} | ({"NextToken": str(end)} if end < len(rows) else {})

    def DescribeVpcEndpointServiceConfigurations(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        rows = [
            {
                "ServiceId": service,
                "ServiceName": f"com.amazonaws.vpce.{self.region}.{service}",
                "ServiceState": "Available",
                "AcceptanceRequired": self.services[service],
            }
            for service in params.get("ServiceIds", self.services)
        ]
        return self._page("ServiceConfigurations", rows, params)

    def DescribeVpcEndpointConnections(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for coming in list(self._coming):
            coming[0] -= 1
            if coming[0] < 0:
                self.states[coming[1]] = coming[2]
                self._coming.remove(coming)
        wanted = {name for each in params.get("Filters", []) for name in each["Values"]}
        rows = [
            {
                "ServiceId": service,
                "VpcEndpointId": endpoint_id,
                "VpcEndpointOwner": f"{number:012}",
                "VpcEndpointState": state,
                "CreationTimestamp": SINCE + timedelta(minutes=number),
            }
            for number, ((service, endpoint_id), state) in enumerate(self.states.items(), start=1)
            if not wanted or service in wanted
        ]
        return self._page("VpcEndpointConnections", rows, params)

    def AcceptVpcEndpointConnections(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._change(params, "available")

    def RejectVpcEndpointConnections(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._change(params, "rejected")

    def _change(self, params: dict[str, Any], state: str) -> dict[str, Any]:
        unsuccessful = []
        for endpoint_id in params["VpcEndpointIds"]:
            if endpoint_id in self.unsuccessful:
                code, message = self.unsuccessful[endpoint_id]
                unsuccessful.append({"ResourceId": endpoint_id, "Error": {"Code": code, "Message": message}})
            else:
                self._coming.append([self.lag, (params["ServiceId"], endpoint_id), state])
        return {"Unsuccessful": unsuccessful}


def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_") and name != "AWS_CA_BUNDLE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    clean_environment(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setattr(connections, "_POLL_SECONDS", (0.01,))
    fake = FakeAws()
    real = clients.ec2
    monkeypatch.setattr(clients, "ec2", lambda region, profile: fake.attach(real(region, profile)))
    return fake
