"""What will be done to which connections, and what contradicts itself before AWS is asked."""

import pytest

from privatelink.connections.choice import check_request, choose
from privatelink.connections.endpoint_connections import BadInputError, Connection
from tests.support.fake_aws import NAME, ONE, REGION, SERVICE, SINCE, THREE, TWO


def connection(endpoint_id: str, state: str) -> Connection:
    return Connection(SERVICE, endpoint_id, "000000000001", state, SINCE)


PRESENT = [
    connection(ONE, "pendingAcceptance"),
    connection(TWO, "available"),
    connection(THREE, "rejected"),
]


def test_what_is_already_so_is_left_alone() -> None:
    choice = choose(PRESENT, [TWO], [THREE], accept_all_pending=False)

    assert (choice.accept, choice.reject) == ([], [])
    assert [each.endpoint_id for each in choice.already] == [TWO, THREE]
    assert choice.wanted == {}


def test_all_pending_means_the_pending_ones_that_are_not_rejected_here() -> None:
    choice = choose(PRESENT, [], [], accept_all_pending=True)
    assert choice.wanted == {ONE: "available"}

    choice = choose(PRESENT, [THREE], [ONE], accept_all_pending=True)
    assert choice.wanted == {ONE: "rejected", THREE: "available"}


def test_a_request_gives_the_service_and_the_region_of_its_name() -> None:
    def request(service: str | None, region: str | None = None) -> tuple[str | None, str | None]:
        return check_request(service, [], [], chosen=False, state=None, region=region)

    assert request(NAME) == (SERVICE, REGION)
    assert request(NAME, REGION) == (SERVICE, REGION)
    assert request(SERVICE, "eu-west-1") == (SERVICE, "eu-west-1")
    assert request(None, "eu-west-1") == (None, "eu-west-1")


@pytest.mark.parametrize(
    ("service", "accept", "reject", "state", "region", "words"),
    [
        (SERVICE, [ONE], [ONE], None, None, f"--accept and --reject both name {ONE}"),
        (SERVICE, ["vpce-x"], [], None, None, 'not an endpoint ID: "vpce-x"'),
        (SERVICE, [], [], "open", None, 'unknown state: "open"; allowed: pendingAcceptance'),
        (SERVICE, [ONE], [], "available", None, "--state is only for listing"),
        (None, [ONE], [], None, None, "SERVICE is missing; add the ID or the name"),
        (None, [], [], "available", None, "SERVICE is missing; add the ID or the name"),
        (NAME, [], [], None, "eu-west-1", f"the service is in {REGION}, but --region is eu-west-1"),
    ],
)
def test_contradictions_are_refused(
    service: str | None,
    accept: list[str],
    reject: list[str],
    state: str | None,
    region: str | None,
    words: str,
) -> None:
    with pytest.raises(BadInputError, match=words):
        check_request(service, accept, reject, chosen=bool(accept or reject), state=state, region=region)
