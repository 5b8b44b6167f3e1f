"""The endpoint connections of an endpoint service: list, accept, reject, wait.

https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from privatelink.errors import UserError
from privatelink.facts import DELETED, DELETING, EXPIRED, FAILED

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.type_defs import (
        AcceptVpcEndpointConnectionsResultTypeDef,
        FilterTypeDef,
        RejectVpcEndpointConnectionsResultTypeDef,
        ServiceConfigurationTypeDef,
        VpcEndpointConnectionTypeDef,
    )

GONE = "gone"
"""State of an endpoint that has no connection to the service any more; not a state of AWS."""
# A connection in one of these states never becomes available or rejected.
_FINAL = (FAILED, EXPIRED, DELETING, DELETED, GONE)

DEFAULT_WAIT_SECONDS = 60.0
_POLL_SECONDS = (0.5, 1.0, 2.0, 3.0)

_SERVICE_ID = re.compile(r"vpce-svc-[0-9a-f]{8,17}")
_SERVICE_NAME = re.compile(r"(?:[a-z]+\.)+vpce\.([a-z0-9-]+)\.(vpce-svc-[0-9a-f]{8,17})")
_ENDPOINT_ID = re.compile(r"vpce-[0-9a-f]{8,17}")


class BadInputError(UserError):
    """An ID or name is malformed, or does not exist."""


class StateNotReachedError(UserError):
    """A connection did not reach the wanted state."""

    exit_code = 1


@dataclass(frozen=True)
class Service:
    """An endpoint service in the caller's account."""

    id: str
    name: str
    state: str
    acceptance_required: bool


@dataclass(frozen=True)
class Connection:
    """The connection of an endpoint to an endpoint service."""

    service_id: str
    endpoint_id: str
    owner: str
    state: str
    since: datetime
    region: str | None = None
    """The endpoint's Region, if AWS returns it (cross-Region access)."""


@dataclass(frozen=True)
class Refusal:
    """An endpoint whose connection AWS did not change, and the reason."""

    endpoint_id: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.code}: {self.message}"


def parse_service(text: str) -> tuple[str, str | None]:
    """Read a service ID or a service name.

    Returns:
        The service ID, and the Region if the text contains it.

    Raises:
        BadInputError: the text is neither.
    """
    name = _SERVICE_NAME.fullmatch(text)
    if name:
        return name[2], name[1]
    if _SERVICE_ID.fullmatch(text):
        return text, None
    raise BadInputError(
        f'not an endpoint service: "{text}"; allowed: a service ID (vpce-svc-0123456789abcdef0) '
        "or a service name (com.amazonaws.vpce.<region>.vpce-svc-0123456789abcdef0)"
    )


def check_endpoint_id(text: str) -> str:
    """Return the text if it is an endpoint ID, otherwise raise `BadInputError`."""
    if not _ENDPOINT_ID.fullmatch(text):
        raise BadInputError(f'not an endpoint ID: "{text}"; allowed: vpce- and 8 to 17 hexadecimal digits')
    return text


def list_services(ec2: "EC2Client") -> list[Service]:
    """Return the endpoint services of the account in the client's Region."""
    pages = ec2.get_paginator("describe_vpc_endpoint_service_configurations").paginate()
    return [_service(data) for page in pages for data in page["ServiceConfigurations"]]


def find_service(ec2: "EC2Client", service_id: str) -> Service:
    """Return an endpoint service of the account.

    Raises:
        BadInputError: the account has no service with this ID in the client's Region.
    """
    # Called before listing connections: with an unknown ID, the filter there would return an empty list.
    try:
        answer = ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])
    except ClientError as error:
        if error.response["Error"]["Code"].startswith("InvalidVpcEndpointService"):
            raise BadInputError(
                f"the account of these credentials has no endpoint service {service_id} in "
                f"{ec2.meta.region_name}; check the ID, the Region (--region), and that the credentials are "
                "the service provider's"
            ) from error
        raise
    return _service(answer["ServiceConfigurations"][0])


def list_connections(ec2: "EC2Client", service_id: str | None = None) -> list[Connection]:
    """Return the connections of one service, or of all services of the account; the oldest first."""
    filters: list[FilterTypeDef] = [{"Name": "service-id", "Values": [service_id]}] if service_id else []
    pages = ec2.get_paginator("describe_vpc_endpoint_connections").paginate(Filters=filters)
    found = [_connection(data) for page in pages for data in page["VpcEndpointConnections"]]
    return sorted(found, key=lambda connection: (connection.since, connection.endpoint_id))


def accept(ec2: "EC2Client", service_id: str, endpoint_ids: Sequence[str]) -> list[Refusal]:
    """Accept connections, and return those that AWS did not change."""
    answer = ec2.accept_vpc_endpoint_connections(ServiceId=service_id, VpcEndpointIds=list(endpoint_ids))
    return _refusals(answer)


def reject(ec2: "EC2Client", service_id: str, endpoint_ids: Sequence[str]) -> list[Refusal]:
    """Reject connections, pending or available, and return those that AWS did not change."""
    answer = ec2.reject_vpc_endpoint_connections(ServiceId=service_id, VpcEndpointIds=list(endpoint_ids))
    return _refusals(answer)


def wait(
    ec2: "EC2Client",
    service_id: str,
    wanted: Mapping[str, str],
    seconds: float = DEFAULT_WAIT_SECONDS,
    on_change: Callable[[str, str], None] | None = None,
) -> list[Connection]:
    """Wait until the connections are in the wanted states.

    Arguments:
        ec2: a client with the service provider's credentials.
        service_id: the endpoint service.
        wanted: the wanted state of each connection, by endpoint ID.
        seconds: the maximum time to wait.
        on_change: is called with an endpoint ID and its state, first and after each change.

    Returns:
        The connections.

    Raises:
        StateNotReachedError: the time is over, or a connection can no longer reach its state.
    """
    deadline = time.monotonic() + seconds
    seen: dict[str, str] = {}
    pauses = iter(_POLL_SECONDS)
    while True:
        found = {
            connection.endpoint_id: connection
            for connection in list_connections(ec2, service_id)
            if connection.endpoint_id in wanted
        }
        for endpoint_id in wanted:
            state = found[endpoint_id].state if endpoint_id in found else GONE
            if on_change and seen.get(endpoint_id) != state:
                on_change(endpoint_id, state)
            seen[endpoint_id] = state
        missing = [endpoint_id for endpoint_id, state in wanted.items() if seen[endpoint_id] != state]
        if not missing:
            return list(found.values())
        late = time.monotonic() >= deadline
        if late or any(seen[endpoint_id] in _FINAL for endpoint_id in missing):
            states = ", ".join(
                f"{endpoint_id} is {seen[endpoint_id]}, not {wanted[endpoint_id]}" for endpoint_id in missing
            )
            when = f"after {seconds:g} s " if late else ""
            raise StateNotReachedError(f"{when}{states}")
        time.sleep(min(next(pauses, _POLL_SECONDS[-1]), max(0.0, deadline - time.monotonic())))


def check_among(connections: Iterable[Connection], endpoint_ids: Iterable[str], service_id: str) -> None:
    """Raise `BadInputError` if an endpoint has no connection to the service."""
    there = {connection.endpoint_id: connection for connection in connections}
    unknown = [endpoint_id for endpoint_id in endpoint_ids if endpoint_id not in there]
    if unknown:
        listed = ", ".join(f"{found.endpoint_id} ({found.state})" for found in there.values())
        raise BadInputError(
            f"{service_id} has no connection from {', '.join(unknown)}; its connections: {listed or 'none'}"
        )


def _service(data: "ServiceConfigurationTypeDef") -> Service:
    return Service(
        id=data["ServiceId"],
        name=data.get("ServiceName", ""),
        state=_camel(data.get("ServiceState", "")),
        acceptance_required=bool(data.get("AcceptanceRequired")),
    )


def _connection(data: "VpcEndpointConnectionTypeDef") -> Connection:
    return Connection(
        service_id=data["ServiceId"],
        endpoint_id=data["VpcEndpointId"],
        owner=data["VpcEndpointOwner"],
        state=_camel(data["VpcEndpointState"]),
        since=data["CreationTimestamp"],
        region=data.get("VpcEndpointRegion"),
    )


def _refusals(
    answer: "AcceptVpcEndpointConnectionsResultTypeDef | RejectVpcEndpointConnectionsResultTypeDef",
) -> list[Refusal]:
    return [
        Refusal(
            endpoint_id=item.get("ResourceId", ""),
            code=item.get("Error", {}).get("Code", ""),
            message=item.get("Error", {}).get("Message", ""),
        )
        for item in answer.get("Unsuccessful", [])
    ]


def _camel(state: str) -> str:
    # The API reference writes PendingAcceptance, the API returns pendingAcceptance.
    return state[:1].lower() + state[1:]
