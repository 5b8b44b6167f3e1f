"""A load balancer that is looked up, and what of it fails or warns in a plan."""

import pytest

from privatelink.constructs.existing_load_balancer import ExistingLoadBalancer
from privatelink.topology.rules.listener import Listener
from tests.support.synth import synth_one


@pytest.mark.parametrize("zones", [1, 2])
def test_a_load_balancer_is_of_the_network_kind_with_the_listeners_of_the_service(zones):
    stack = synth_one(
        lambda stack: ExistingLoadBalancer(
            stack, "front", arn="arn:nlb", listeners=[Listener(port=443)], min_zones=zones
        )
    )

    assert "resource" not in stack
    assert [
        check["condition"] for check in stack["data"]["aws_lb"]["front"]["lifecycle"]["postcondition"]
    ] == ['${self.load_balancer_type == "network"}', f"${{length(self.subnets) >= {zones}}}"]
    listener = stack["data"]["aws_lb_listener"]["front_port-443"]
    assert listener["port"] == 443
    assert listener["lifecycle"]["postcondition"][0]["condition"] == '${self.protocol == "TCP"}'


def test_a_load_balancer_in_one_zone_or_that_holds_private_link_traffic_is_told_in_every_plan():
    stack = synth_one(
        lambda stack: ExistingLoadBalancer(stack, "front", arn="arn", listeners=[Listener(port=80)])
    )

    told = {name: check["assert"][0]["condition"] for name, check in stack["check"].items()}
    assert told == {
        "front_two-zones": "${length(data.aws_lb.front.subnets) >= 2}",
        "front_admits-private-link": (
            "${length(data.aws_lb.front.security_groups) == 0 || "
            'data.aws_lb.front.enforce_security_group_inbound_rules_on_private_link_traffic == "off"}'
        ),
    }
