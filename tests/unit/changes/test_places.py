"""Paths in the topology file."""

import pytest

from privatelink.changes import places
from tests.support.staged_plans import CREATE, NO_OP, A, endpoint, plans, resource, subnet


@pytest.mark.parametrize(
    ("stack", "path"),
    [
        ("shop-provider", "service"),
        ("shop-provider-web", "services.web"),
        ("shop-consumer-one", "consumers.one"),
        ("shop-acceptance", None),
        ("network", None),
    ],
)
def test_the_side_of_a_stack(stack: str, path: str | None) -> None:
    assert places.side(stack) == path


def test_endpoints_and_load_balancers() -> None:
    found = plans(
        one=[
            endpoint("a"),
            endpoint("a", name="endpoint-dns"),
            resource("aws_lb.load-balancer", NO_OP, {}),
            resource("aws_lb.load-balancer-one", NO_OP, {}),
        ]
    )
    assert [places.endpoint(each) for each in found.of("aws_vpc_endpoint")] == ["endpoint", "endpoints.dns"]
    assert [places.load_balancer_key(each) for each in found.of("aws_lb")] == ["", "one"]


def test_a_zone_has_the_form_of_the_file() -> None:
    values = {"availability_zone": A, "availability_zone_id": "apne2-az1"}
    found = plans(
        one=[
            subnet(A, CREATE, None, "10.0.0.0/24"),
            resource("aws_subnet.network_apne2-az1", NO_OP, values),
            resource("aws_subnet.of-someone", NO_OP, values),
        ]
    )
    assert [places.zone(each) for each in found.of("aws_subnet")] == [A, "apne2-az1", A]
