"""Targets: existing instances, addresses or an Application Load Balancer, their network and listeners."""

import pytest

from tests.support.provider_side import ADDRESSES, APPLICATION, EXISTING, NETWORK, TCP, targets, with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right, refused
from tests.support.written import written

LISTENER = "service.listeners[0]"
GROUPS = {"a": "web-blue", "b": "api/production"}


def alb(**listener):
    """A listener that forwards to an Application Load Balancer."""
    return targets(EXISTING, application_load_balancer=APPLICATION, listeners=[{"port": 53, **listener}])


RIGHT = {
    "address in each zone": (targets(addresses=ADDRESSES), "target-type", "target-zone-missing"),
    "address outside the VPC": (
        targets(addresses={"one": "172.16.0.9"}),
        "target-address",
        "target-zone-missing",
    ),
    "one zone's address, cross-zone": (
        with_service(
            backends=None, targets={"addresses": {"one": "10.10.0.5"}}, load_balancer={"cross_zone": True}
        ),
        "target-zone-missing",
    ),
    "instances": (targets(EXISTING, instances={"one": "i-0a1b2c3d4e5f60001"}), "target-type", "target-vpc"),
    "application load balancer": (
        targets(EXISTING, application_load_balancer=APPLICATION, listeners=TCP),
        "target-vpc",
        "alb-target-protocol",
        "alb-target-proxy-protocol",
        "alb-target-health-check",
    ),
    "targets by listener": (
        targets(addresses=ADDRESSES, listeners=[{"port": 53, "targets": ["two", "one"]}, {"port": 54}]),
        "listener-target-unknown",
        "listener-targets-fixed",
        "target-zone-missing",
    ),
    "one target of a listener, cross-zone": (
        with_service(
            backends=None,
            targets={"addresses": ADDRESSES},
            load_balancer={"cross_zone": True},
            listeners=[{"port": 53, "targets": ["one"]}],
        ),
        "target-zone-missing",
    ),
    "Auto Scaling groups": (
        targets(
            EXISTING, auto_scaling_groups=GROUPS, listeners=[{"port": 53}, {"port": 54, "targets": ["a"]}]
        ),
        "target-type",
        "target-vpc",
        "target-zone-missing",
        "listener-targets-fixed",
        "listener-target-unknown",
    ),
    "targets registered elsewhere": (
        targets(registered_elsewhere={"type": "instance"}, listeners=[{"port": 53, "protocol": "UDP"}]),
        "target-type",
        "target-vpc",
        "target-zone-missing",
    ),
    "ALB registered elsewhere": (
        targets(EXISTING, registered_elsewhere={"type": "alb"}, listeners=TCP),
        "alb-target-protocol",
        "alb-target-health-check",
    ),
    "HTTPS health check of an ALB": (alb(health_check={"protocol": "HTTPS"}), "alb-target-health-check"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "no targets": (targets(), "service.targets", "target-type", "exactly one type"),
    "two types of targets": (
        targets(EXISTING, addresses=ADDRESSES, application_load_balancer=APPLICATION),
        "service.targets",
        "target-type",
        "`instances`, `addresses`, `auto_scaling_groups`, `application_load_balancer` or "
        "`registered_elsewhere`",
    ),
    "instance twice": (
        targets(EXISTING, instances=dict.fromkeys(("one", "two"), "i-0a1b2c3d4e5f60001")),
        "service.targets.instances.two",
        "list-duplicate",
        "instance is listed twice",
        '"i-0a1b2c3d4e5f60001"',
    ),
    "instances in a new VPC": (
        targets(instances={"one": "i-0a1b2c3d4e5f60001"}),
        "service.targets",
        "target-vpc",
        "set `network.vpc_id` and `network.subnet_ids`",
    ),
    "public address": (
        targets(addresses={"one": "8.8.8.8"}),
        "service.targets.addresses.one",
        "target-address",
        '"8.8.8.8"',
        "10.10.0.0/16",
        "10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16",
    ),
    "unknown target of a listener": (
        targets(addresses=ADDRESSES, listeners=[{"port": 53, "targets": ["one", "three"]}]),
        f"{LISTENER}.targets[1]",
        "listener-target-unknown",
        "listener with a target that is not in `targets.addresses`",
        "one, two",
        '"three"',
    ),
    "no target of a listener": (
        targets(addresses=ADDRESSES, listeners=[{"port": 53, "targets": []}]),
        f"{LISTENER}.targets",
        "list-empty",
        "omit the list for all targets",
    ),
    "target of a listener twice": (
        targets(addresses=ADDRESSES, listeners=[{"port": 53, "targets": ["one", "one"]}]),
        f"{LISTENER}.targets[1]",
        "list-duplicate",
        "target is listed twice",
    ),
    "targets of a listener to an ALB": (
        alb(targets=["one"]),
        f"{LISTENER}.targets",
        "listener-targets-fixed",
        "only with `targets.instances`, `targets.addresses` or `targets.auto_scaling_groups`",
    ),
    "Auto Scaling groups in a new VPC": (
        targets(auto_scaling_groups=GROUPS),
        "service.targets",
        "target-vpc",
        "existing instances, Auto Scaling groups or load balancers",
    ),
    "Auto Scaling groups and instances": (
        targets(EXISTING, auto_scaling_groups=GROUPS, instances={"one": "i-0a1b2c3d4e5f60001"}),
        "service.targets",
        "target-type",
    ),
    "Auto Scaling group twice": (
        targets(EXISTING, auto_scaling_groups={"a": "web", "b": "web"}),
        "service.targets.auto_scaling_groups.b",
        "list-duplicate",
        "Auto Scaling group",
    ),
    "unknown Auto Scaling group of a listener": (
        targets(EXISTING, auto_scaling_groups=GROUPS, listeners=[{"port": 53, "targets": ["web-blue"]}]),
        f"{LISTENER}.targets[0]",
        "listener-target-unknown",
        "a, b",
        "`targets.auto_scaling_groups`",
    ),
    "addresses and targets registered elsewhere": (
        targets(addresses=ADDRESSES, registered_elsewhere={"type": "ip"}),
        "service.targets",
        "target-type",
        "set one of them, and no other",
    ),
    "unknown type of targets registered elsewhere": (
        targets(registered_elsewhere={"type": "lambda"}),
        "service.targets.registered_elsewhere.type",
        "value-unknown",
        "ip",
        "instance",
        "alb",
    ),
    "UDP to an ALB registered elsewhere": (
        targets(registered_elsewhere={"type": "alb"}, listeners=[{"port": 53, "protocol": "UDP"}]),
        f"{LISTENER}.protocol",
        "alb-target-protocol",
    ),
    "targets of a listener that are registered elsewhere": (
        targets(registered_elsewhere={"type": "ip"}, listeners=[{"port": 53, "targets": ["one"]}]),
        f"{LISTENER}.targets",
        "listener-targets-fixed",
    ),
    "targets of a listener to backends": (
        with_service(listeners=[{"port": 443, "targets": ["one"]}]),
        f"{LISTENER}.targets",
        "listener-targets-fixed",
    ),
    "targets of a listener of an existing load balancer": (
        with_service(
            network=None,
            backends=None,
            existing_load_balancers=[NETWORK],
            listeners=[{"port": 443, "targets": ["one"]}],
        ),
        f"{LISTENER}.targets",
        "existing-load-balancer-settings",
        "`targets` of a service whose load balancers all exist",
    ),
    "zone without a target of a listener": (
        targets(addresses=ADDRESSES, listeners=[{"port": 53}, {"port": 54, "targets": ["one"]}]),
        "service.listeners[1].targets",
        "target-zone-missing",
        "no target in zone ap-northeast-2c",
        "add an address of 10.10.32.0/20",
    ),
    "zone without a target": (
        targets(addresses={"one": "10.10.0.5"}),
        "service.targets.addresses",
        "target-zone-missing",
        "no target in zone ap-northeast-2c",
        "add an address of 10.10.32.0/20",
        "`cross_zone: true`",
    ),
    "UDP of an ALB": (
        alb(protocol="UDP"),
        f"{LISTENER}.protocol",
        "alb-target-protocol",
        "UDP listener",
        "set `protocol: TCP`",
    ),
    "proxy protocol of an ALB": (
        alb(proxy_protocol_v2=True),
        f"{LISTENER}.proxy_protocol_v2",
        "alb-target-proxy-protocol",
        "type instance or ip",
    ),
    "TCP health check of an ALB": (
        alb(health_check={"port": 80}),
        f"{LISTENER}.health_check.protocol",
        "alb-target-health-check",
        "set `health_check.protocol: HTTP`",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)


def test_instances_in_a_new_vpc_are_one_problem():
    topology = targets(instances={"one": "i-0a1b2c3d4e5f60001"})

    assert [problem.rule for problem in refused(written(topology)).problems] == ["target-vpc"]
