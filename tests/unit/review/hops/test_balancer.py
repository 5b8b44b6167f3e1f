"""From a load balancer to its targets: its rules, its weights, and an Application Load Balancer behind it."""

import pytest

from privatelink.review.hops.balancer import zones_of_balancer
from privatelink.review.shapes import UNKNOWN
from privatelink.review.world import Worlds
from tests.support.plan_facts import (
    ENFORCE,
    LB,
    LB_GROUP,
    LISTENER,
    SERVICE,
    TARGETS,
    WORLD,
    change,
    path_after,
    paths_after,
    plan,
    reviewed,
)

EMPTY = {"id": "arn:empty", "arn": "arn:empty", "port": 8443, "health_check": [{"port": "traffic-port"}]}


def weighted(**weights):
    groups = [{"arn": f"arn:{name}", "weight": weight} for name, weight in weights.items()]
    return {"default_action": [{"type": "forward", "forward": [{"target_group": groups}]}]}


@pytest.mark.parametrize(
    ("weights", "state"),
    [
        ({"tg": 1, "empty": 0}, "open"),
        ({"tg": 0, "empty": 1}, "broken"),
        # A target group gets its share also without a healthy target.
        ({"tg": 1, "empty": 1}, "broken"),
    ],
)
def test_only_target_groups_with_a_weight_get_traffic_and_each_of_them_does(weights, state):
    path = path_after(
        {"aws_lb_listener.l": weighted(**weights)}, change("aws_lb_target_group.empty", EMPTY, EMPTY)
    )

    assert (path.state("before"), path.state("after")) == ("open", state)
    assert state == "open" or "register none in aws_lb_target_group.empty" in path.after.why


def test_a_target_group_without_targets_in_the_plans_may_have_some_that_nobody_planned():
    made = [change(address, each, each) for address, each in WORLD.items() if "attachment" not in address]
    (path,) = reviewed(plan(*made)).paths

    assert (path.state("before"), path.state("after")) == ("unknown", "unknown")
    assert path.after.why == "targets: not in these plans"
    assert path.hidden is None


def alone(after, *, enforced=("off", "on"), group=None):
    """The provider alone, and the state of the only path of its virtual consumer."""
    kept = {
        address: each
        for address, each in WORLD.items()
        if address.split(".")[1] not in ("c", "e") and address != "aws_security_group.lb"
    }
    before = LB_GROUP | {"ingress": [rule(cidr) for cidr in ("10.20.0.0/16",)]} | (group or {})
    made = [change(address, each, each) for address, each in kept.items() if address != "aws_lb.l"]
    lb = change("aws_lb.l", LB | {ENFORCE: enforced[0]}, LB | {ENFORCE: enforced[1]})
    (path,) = reviewed(plan(*made, lb, change("aws_security_group.lb", before, before | after))).paths
    assert path.endpoint is None
    return path


def rule(cidr, port=443):
    return {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [cidr]}


@pytest.mark.parametrize(
    ("ingress", "enforced", "states"),
    [
        ([], ("off", "off"), ("open", "open")),
        ([], ("off", "on"), ("open", "broken")),
        ([rule("10.20.0.0/16", 80)], ("off", "on"), ("open", "broken")),
        # Consumers with other addresses connected before.
        ([rule("10.20.0.0/16")], ("off", "on"), ("open", "unknown")),
        ([rule("0.0.0.0/0")], ("off", "on"), ("open", "open")),
        ([rule("10.20.0.0/16")], ("on", "on"), ("open", "open")),
        ([], ("on", "on"), ("open", "broken")),
        ([rule("10.20.0.0/16")], ("on", "off"), ("open", "open")),
    ],
)
def test_consumers_outside_the_plans_have_the_addresses_that_were_allowed(ingress, enforced, states):
    path = alone({"ingress": ingress}, enforced=enforced)

    assert (path.state("before"), path.state("after")) == states
    assert states[1] == "open" or path.after.deciding.name == "load balancer security group"


def test_whether_rules_apply_may_be_known_only_after_the_apply():
    path = path_after({"aws_lb.l": {ENFORCE: UNKNOWN}})

    assert path.after.why.endswith("the plan does not show whether it applies to PrivateLink traffic")


# An Application Load Balancer as the target, and an instance behind it.
ALB = {
    "id": "arn:alb", "arn": "arn:alb", "load_balancer_type": "application", "subnets": ["subnet-p"],
    "security_groups": ["sg-alb"],
}  # fmt: skip
ALB_GROUP = {
    "id": "sg-alb",
    "ingress": [{"protocol": "tcp", "from_port": 80, "to_port": 80, "security_groups": ["sg-lb"]}],
    "egress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.10.0.0/16"]}],
}  # fmt: skip
ALB_LISTENER = {
    "id": "arn:http", "arn": "arn:http", "load_balancer_arn": "arn:alb", "port": 80, "protocol": "HTTP",
    "default_action": [{"type": "forward", "target_group_arn": "arn:web"}],
}  # fmt: skip
WEB = TARGETS | {"id": "arn:web", "arn": "arn:web", "port": 8080}
WEB_GROUP = {
    "id": "sg-web", "egress": [],
    "ingress": [{"protocol": "tcp", "from_port": 8080, "to_port": 8080, "security_groups": ["sg-alb"]}],
}  # fmt: skip
WEB_INSTANCE = {"id": "i-web", "vpc_security_group_ids": ["sg-web"], "subnet_id": "subnet-p"}
BEHIND = {
    "aws_lb.alb": ALB, "aws_security_group.alb": ALB_GROUP, "aws_lb_listener.http": ALB_LISTENER,
    "aws_lb_target_group.web": WEB, "aws_security_group.web": WEB_GROUP, "aws_instance.web": WEB_INSTANCE,
    "aws_lb_target_group_attachment.web": {"id": "w", "target_group_arn": "arn:web", "target_id": "i-web"},
    "aws_lb_target_group_attachment.alb": {
        "id": "b", "target_group_arn": "arn:tg", "target_id": "arn:alb", "port": 80,
    },
}  # fmt: skip
FIXED = {"default_action": [{"type": "fixed-response"}]}


def behind(changes, *further):
    kept = {address: each for address, each in WORLD.items() if address != "aws_lb_target_group_attachment.t"}
    made = []
    for address, each in (kept | BEHIND).items():
        after = changes.get(address, {})
        made.append(change(address, each, None if after is None else each | after))
    (path,) = [each for each in reviewed(plan(*made, *further)).paths if str(each.port) == "443"]
    return path


@pytest.mark.parametrize(
    ("changes", "hop"),
    [
        ({}, None),
        ({"aws_security_group.alb": {"ingress": []}}, "target security group"),
        ({"aws_lb_listener.http": {"port": 81}}, "application listener"),
        ({"aws_lb_listener.http": None}, "application listener"),
        ({"aws_lb_listener.http": FIXED}, "application target group"),
        ({"aws_lb_target_group_attachment.web": None}, "application targets"),
        ({"aws_security_group.web": {"ingress": []}}, "application target security group"),
        ({"aws_security_group.alb": {"egress": []}}, "application load balancer egress"),
    ],
)
def test_an_application_load_balancer_is_followed_to_its_own_targets(changes, hop):
    path = behind(changes)

    assert (path.state("before"), path.state("after")) == ("open", "broken" if hop else "open")
    assert hop is None or path.after.deciding.name == hop


@pytest.mark.parametrize(("target", "state"), [("arn:web", "open"), ("arn:empty", "unknown")])
def test_each_rule_of_its_listener_has_to_lead_to_a_target(target, state):
    ruled = {
        "id": "r",
        "listener_arn": "arn:http",
        "action": [{"type": "forward", "target_group_arn": target}],
    }
    path = behind(
        {},
        change("aws_lb_listener_rule.r", ruled, ruled),
        change("aws_lb_target_group.empty", EMPTY, EMPTY),
    )

    assert path.state("after") == state


def test_a_listener_that_answers_by_itself_needs_no_target():
    ruled = {
        "id": "r",
        "listener_arn": "arn:http",
        "action": [{"type": "forward", "target_group_arn": "arn:web"}],
    }

    assert (
        behind({"aws_lb_listener.http": FIXED}, change("aws_lb_listener_rule.r", ruled, ruled)).state("after")
        == "open"
    )


def test_listeners_of_an_application_load_balancer_elsewhere_are_unknown():
    path = path_after(
        {"aws_lb_target_group_attachment.t": {"target_id": "arn:alb", "port": 80}},
        change("aws_lb.alb", ALB, ALB),
        change("aws_security_group.alb", ALB_GROUP, ALB_GROUP),
    )

    assert path.after.why == "application listener: the listeners of aws_lb.alb are not in these plans"


def test_a_listener_that_is_not_in_the_plans_leaves_the_ports_open():
    made = [change(address, each, each) for address, each in WORLD.items() if address != "aws_lb_listener.l"]
    (path,) = reviewed(plan(*made)).paths

    assert (path.port, path.name) == (None, "all ports in a")
    assert path.after.why == "listener: those of aws_lb.l are not in these plans"


def test_each_load_balancer_of_a_service_counts_in_its_own_zone():
    assert {path.zone for path in paths_after({})} == {"a"}
    second = LB | {"id": "arn:lb2", "arn": "arn:lb2", "subnets": ["subnet-q"]}
    other = {"id": "subnet-q", "availability_zone": "b", "owner_id": "1", "cidr_block": "10.10.1.0/24"}
    both = SERVICE | {"network_load_balancer_arns": ["arn:lb", "arn:lb2"]}
    listener = LISTENER | {"id": "arn:l2", "load_balancer_arn": "arn:lb2"}
    made = [
        change(address, each, each)
        for address, each in WORLD.items()
        if address.split(".")[1] not in ("c", "e", "s")
    ]
    found = reviewed(
        plan(
            *made,
            change("aws_vpc_endpoint_service.s", both, both),
            change("aws_lb.l2", second, second),
            change("aws_subnet.q", other, other),
            change("aws_lb_listener.l2", listener, listener),
        )
    ).paths

    # The target is in zone a, and the load balancer of zone b sends nothing there.
    assert {path.zone: path.state("after") for path in found} == {"a": "open", "b": "broken"}


@pytest.mark.parametrize(
    ("ports", "state", "hop"),
    [
        ((8443, 9000), "open", ""),
        ((8443, 8443), "broken", "health check egress"),
        ((9000, 9000), "broken", "load balancer egress"),
    ],
)
def test_a_load_balancer_must_be_allowed_to_send_its_health_checks(ports, state, hop):
    low, high = ports
    out = [{"protocol": "tcp", "from_port": low, "to_port": high, "cidr_blocks": ["10.10.0.0/16"]}]
    into = [{"protocol": "-1", "from_port": 0, "to_port": 0, "security_groups": ["sg-lb"]}]
    path = path_after(
        {
            "aws_security_group.lb": {"egress": out},
            "aws_lb_target_group.t": {"health_check": [{"port": "9000"}]},
            "aws_security_group.t": {"ingress": into},
        }
    )

    assert (path.state("after"), path.after.why.partition(":")[0]) == (state, hop)


@pytest.mark.parametrize(
    ("subnets", "zones", "complete"),
    [
        (["subnet-p"], ["a"], True),
        (["subnet-p", "subnet-elsewhere"], ["a"], False),
        (["subnet-p", "subnet-hidden"], ["a"], False),
        (["subnet-elsewhere"], [], False),
    ],
)
@pytest.mark.parametrize("by_mapping", [False, True])
def test_the_zones_of_a_load_balancer_are_all_only_if_the_plans_show_each_of_its_subnets(
    by_mapping, subnets, zones, complete
):
    written = {"subnets": [], "subnet_mapping": [{"subnet_id": each} for each in subnets]}
    lb = LB | (written if by_mapping else {"subnets": subnets, "subnet_mapping": []})
    subnet, hidden = WORLD["aws_subnet.p"], {"id": "subnet-hidden"}
    made = plan(
        change("aws_lb.l", lb, lb),
        change("aws_subnet.p", subnet, subnet),
        change("aws_subnet.hidden", hidden, hidden),
    )
    world = Worlds([made]).after

    found, all_of_them = zones_of_balancer(world, world.of("aws_lb")[0])
    assert ([str(zone) for zone, _ in found], all_of_them) == (zones, complete)


@pytest.mark.parametrize(
    ("groups", "enforced", "holds", "why"),
    [
        ([], "on", True, "none"),
        ([], UNKNOWN, True, "none"),
        (UNKNOWN, "off", True, "does not apply to PrivateLink traffic"),
        (
            UNKNOWN,
            "on",
            None,
            "applies to PrivateLink traffic; the plan does not show whether it allows the clients",
        ),
        (["sg-lb"], UNKNOWN, None, "the plan does not show whether it applies to PrivateLink traffic"),
    ],
)
def test_the_security_groups_of_a_load_balancer_are_a_hop(groups, enforced, holds, why):
    path = path_after({"aws_lb.l": {"security_groups": groups, ENFORCE: enforced}})

    (found,) = [each for each in path.after.hops if each.name == "load balancer security group"]
    assert (found.holds, found.why) == (holds, why)
