"""Routes: what is more specific than the VPC's own leads elsewhere."""

import pytest

from tests.support.plan_facts import change, path_after


@pytest.mark.parametrize(
    ("destination", "gateway", "state"),
    [
        ("10.10.0.0/24", "vpce-appliance", "unknown"),
        ("10.10.0.0/24", "local", "open"),
        ("10.99.0.0/24", "vpce-appliance", "open"),
        ("10.0.0.0/8", "vgw-1", "open"),
        ("0.0.0.0/0", "igw-1", "open"),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_a_route_more_specific_than_the_vpcs_own_makes_the_path_unknown(destination, gateway, state, inline):
    table = {"id": "rtb-p", "route": []}
    block = {"cidr_block": destination, "gateway_id": gateway}
    route = {
        "id": "r",
        "route_table_id": "rtb-p",
        "destination_cidr_block": destination,
        "gateway_id": gateway,
    }
    association = {"id": "a", "subnet_id": "subnet-p", "route_table_id": "rtb-p"}
    path = path_after(
        {},
        change("aws_route_table.p", table, table | {"route": [block] if inline else []}),
        change("aws_route_table_association.p", association, association),
        *([] if inline else [change("aws_route.p", None, route)]),
    )

    assert (path.state("before"), path.state("after")) == ("open", state)
    assert state == "open" or path.after.told_by.name == "routes"
