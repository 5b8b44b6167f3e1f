"""Plans of tests/data/plans: edits of inspection/, a dangerous one beside its harmless twin."""

from tests.support.plans.scenario import Scenario

_SERVICE = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
_ENDPOINT = "vpce-0123456789abcdef0"
_ROUTE = {
    "carrier_gateway_id": "", "cidr_block": "0.0.0.0/0", "core_network_arn": "",
    "destination_prefix_list_id": "", "egress_only_gateway_id": "", "gateway_id": "",
    "ipv6_cidr_block": "", "local_gateway_id": "", "nat_gateway_id": "", "network_interface_id": "",
    "transit_gateway_id": "", "vpc_endpoint_id": _ENDPOINT, "vpc_peering_connection_id": "",
}  # fmt: skip
_STATE = {
    "aws_vpc_endpoint.inspection": {
        "id": _ENDPOINT,
        "vpc_endpoint_type": "GatewayLoadBalancer",
        "service_name": _SERVICE,
        "security_group_ids": [],
        "state": "available",
    },
    "aws_route_table.office": {"route": [_ROUTE]},
}
_CREATED = {
    '  vpc_endpoint_type = "Interface"\n  service_name      = "com.amazonaws.ap-northeast-2.ssm"\n': (
        f'  vpc_endpoint_type = "GatewayLoadBalancer"\n  service_name      = "{_SERVICE}"\n'
    )
}
_LED = "    gateway_id = aws_internet_gateway.office.id\n"


def _scenario(name: str, edits: dict[str, str], *finds: str) -> Scenario:
    return Scenario(name, _CREATED | edits, finds, _STATE, base="inspection")


INSPECTION = (
    _scenario("route-around-inspection", {}, "gateway-route-lost"),
    _scenario(
        "route-to-inspection-and-more",
        {
            _LED: "    vpc_endpoint_id = aws_vpc_endpoint.inspection.id\n  }\n"
            '  route {\n    cidr_block = "10.99.0.0/16"\n' + _LED
        },
    ),
)
