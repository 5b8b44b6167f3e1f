"""ProviderStack: which constructs and outputs follow from which fields of a service."""

import pytest

from privatelink.topology.model import Topology
from tests.support.provider_side import EXISTING, NETWORK, with_service
from tests.support.synth import resources, synth

ALWAYS = {"service_name", "service_id", "service_zones"}
OF_A_LOAD_BALANCER = {
    "load_balancer_dns_name",
    "load_balancer_addresses",
    "load_balancer_security_group_id",
}


def made(**fields):
    return synth(Topology.model_validate(with_service(**fields)))["shop-provider"]


@pytest.mark.parametrize(
    ("fields", "outputs"),
    [
        ({}, OF_A_LOAD_BALANCER | {"backend_instance_ids"}),
        (
            {"backends": {"text": "x", "auto_scaling": {"min": 1, "max": 2}}},
            OF_A_LOAD_BALANCER | {"auto_scaling_groups"},
        ),
        ({"backends": None, "network": None, "existing_load_balancers": [NETWORK]}, set()),
        (
            {"backends": None, "network": EXISTING, "targets": {"addresses": {"one": "10.0.0.5"}}}
            | {"load_balancer": {"cross_zone": True}},
            OF_A_LOAD_BALANCER,
        ),
        ({"notifications": {}}, OF_A_LOAD_BALANCER | {"backend_instance_ids", "notification_topic_arn"}),
        (
            {"private_dns": {"name": "api.example.com", "record_exists": True}},
            OF_A_LOAD_BALANCER | {"backend_instance_ids", "private_dns_name", "private_dns_record"},
        ),
    ],
    ids=["backends", "auto-scaling", "existing-balancer", "addresses", "notifications", "private-dns"],
)
def test_outputs_follow_from_the_fields(fields, outputs):
    assert set(made(**fields)["output"]) == ALWAYS | outputs


def test_alarms_watch_the_service_and_the_load_balancer_made_here():
    alarms = resources(made(alarms={}), "aws_cloudwatch_metric_alarm")

    assert {alarm["namespace"] for alarm in alarms.values()} == {
        "AWS/PrivateLinkServices",
        "AWS/NetworkELB",
    }
    assert resources(made(), "aws_cloudwatch_metric_alarm") == {}


@pytest.mark.parametrize(
    ("acceptance", "required"), [("manual", True), ("managed", True), ("automatic", False)]
)
def test_acceptance_is_demanded_unless_it_is_automatic(acceptance, required):
    (service,) = resources(made(acceptance=acceptance), "aws_vpc_endpoint_service").values()

    assert service["acceptance_required"] is required


@pytest.mark.parametrize(
    ("fields", "order"),
    [
        ({}, False),
        ({"listeners": [{"port": port, "target_port": 80} for port in range(9000, 9040)]}, False),
        (
            {
                "listeners": [{"port": port, "target_port": 80} for port in range(9000, 9040)],
                "load_balancer": {"allow_from": ["10.0.0.0/8"]},
            },
            True,
        ),
        ({"listeners": [{"port": port} for port in range(9000, 9040)]}, True),
    ],
    ids=["few", "one-target-port", "clients", "target-ports"],
)
def test_rules_that_a_change_may_merge_are_in_order(fields, order):
    targets = {"addresses": {"one": "10.10.0.5", "two": "10.10.32.5"}, "security_group_id": "sg-0a1b2c3d"}
    stack = made(backends=None, network=EXISTING, targets=targets, **fields)

    assert ("load-balancer_rules" in resources(stack, "terraform_data")) is order
