"""What will be done to which connections of a service."""

from collections.abc import Sequence
from dataclasses import dataclass

from privatelink.connections import endpoint_connections as connections
from privatelink.connections.endpoint_connections import BadInputError, Connection
from privatelink.facts import AVAILABLE, CONNECTION_STATES, PENDING_ACCEPTANCE, REJECTED


@dataclass(frozen=True)
class Choice:
    """What will be done to which connections."""

    accept: list[Connection]
    reject: list[Connection]
    already: list[Connection]

    @property
    def wanted(self) -> dict[str, str]:
        """The state that each endpoint is to reach."""
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
    """Sort a service's connections by what is to be done to them."""
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
    """Check what was asked for before AWS is asked; return the service's id and region.

    Raises `BadInputError` for ids that AWS does not write so, and for options that contradict each other.
    """
    for endpoint_id in (*accept, *reject):
        connections.check_endpoint_id(endpoint_id)
    both = sorted({*accept} & {*reject})
    if both:
        raise BadInputError(f"both --accept and --reject name {', '.join(both)}; choose one")
    if state is not None and state not in CONNECTION_STATES:
        raise BadInputError(f'no such state: "{state}"; allowed: {", ".join(CONNECTION_STATES)}')
    if state is not None and chosen:
        raise BadInputError("--state is for listing; leave it out with --accept or --reject")
    if service is None:
        if chosen or state:
            raise BadInputError("name the SERVICE too; without one, only services are listed")
        return None, region
    service_id, name_region = connections.parse_service(service)
    if region and name_region and region != name_region:
        raise BadInputError(f"the service is in {name_region}, --region is {region}; leave out --region")
    return service_id, name_region or region
