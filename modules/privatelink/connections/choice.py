"""The choice of the user: which connections of a service to accept, and which to reject."""

from collections.abc import Sequence
from dataclasses import dataclass

from privatelink.connections import endpoint_connections as connections
from privatelink.connections.endpoint_connections import BadInputError, Connection
from privatelink.facts import AVAILABLE, CONNECTION_STATES, PENDING_ACCEPTANCE, REJECTED


@dataclass(frozen=True)
class Choice:
    """Connections to accept and to reject, and those that are already in the wanted state."""

    accept: list[Connection]
    reject: list[Connection]
    already: list[Connection]

    @property
    def wanted(self) -> dict[str, str]:
        """The wanted state of each connection, by endpoint ID."""
        return {found.endpoint_id: AVAILABLE for found in self.accept} | {
            found.endpoint_id: REJECTED for found in self.reject
        }


def choose(
    present: Sequence[Connection],
    accept: Sequence[str],
    reject: Sequence[str],
    *,
    accept_all_pending: bool,
) -> Choice:
    """Choose which connections of a service to accept and to reject.

    Arguments:
        present: the connections of the service.
        accept: endpoint IDs to accept.
        reject: endpoint IDs to reject.
        accept_all_pending: accept all pending connections that are not rejected.
    """
    choice = Choice([], [], [])
    for item in present:
        if item.endpoint_id in reject:
            (choice.already if item.state == REJECTED else choice.reject).append(item)
        elif item.endpoint_id in accept:
            (choice.already if item.state == AVAILABLE else choice.accept).append(item)
        elif accept_all_pending and item.state == PENDING_ACCEPTANCE:
            choice.accept.append(item)
    return choice


def check_request(
    service: str | None,
    accept: Sequence[str],
    reject: Sequence[str],
    *,
    chosen: bool,
    state: str | None,
    region: str | None,
) -> tuple[str | None, str | None]:
    """Check the user's request before any call to AWS.

    Arguments:
        service: ID or name of the service; None lists the services.
        accept: endpoint IDs to accept.
        reject: endpoint IDs to reject.
        chosen: whether connections are to be accepted or rejected.
        state: the state to list.
        region: the Region that the user named.

    Returns:
        The service ID and the Region.

    Raises:
        BadInputError: an ID is malformed, or options contradict each other.
    """
    for endpoint_id in (*accept, *reject):
        connections.check_endpoint_id(endpoint_id)
    both = sorted({*accept} & {*reject})
    if both:
        raise BadInputError(f"--accept and --reject both name {', '.join(both)}; remove it from one of them")
    if state is not None and state not in CONNECTION_STATES:
        raise BadInputError(f'unknown state: "{state}"; allowed: {", ".join(CONNECTION_STATES)}')
    if state is not None and chosen:
        raise BadInputError("--state is only for listing; remove it, or remove --accept and --reject")
    if service is None:
        if chosen or state:
            raise BadInputError("SERVICE is missing; add the ID or the name of the service")
        return None, region
    service_id, name_region = connections.parse_service(service)
    if region and name_region and region != name_region:
        raise BadInputError(f"the service is in {name_region}, but --region is {region}; remove --region")
    return service_id, name_region or region
