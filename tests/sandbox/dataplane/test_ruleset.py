"""The rules of routers and gateways, as text, and where a load balancer sends."""

import subprocess
from dataclasses import replace

import pytest

from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.dataplane.availability import nft_environment, unshare_command
from privatelink.sandbox.dataplane.network import table_routes
from privatelink.sandbox.dataplane.ruleset import (
    RouterPlan,
    gateway_ruleset,
    protocol_match,
    router_ruleset,
    usable_targets,
)
from privatelink.sandbox.dataplane.world import (
    Acl,
    AclEntry,
    Admission,
    Endpoint,
    Group,
    HealthCheck,
    Instance,
    Interface,
    Listener,
    Node,
    Path,
    Route,
    Rule,
    Subnet,
    Target,
    Vpc,
)

ALL = Rule("-1", cidr="0.0.0.0/0")
OPEN = Acl((AclEntry(True, ALL),), (AclEntry(True, ALL),))
SHUT = Acl((AclEntry(False, ALL),), (AclEntry(False, ALL),))


def target(name: str, zone: str) -> Target:
    return Target("tg", name, f"10.0.0.{ord(name)}", 80, zone, HealthCheck("TCP"), 80)


A, B = target("a", "z1"), target("b", "z2")


def listener(*, cross_zone: bool = False, preserve: bool = True) -> Listener:
    return Listener(80, "tcp", (A, B), cross_zone, preserve)


def node(zone: str = "z1", *listeners: Listener) -> Node:
    front = Interface(f"eni-{zone}", "vpc-1", "subnet-1", "10.0.0.4", ("sg-lb",))
    return Node(front, zone, listeners or (listener(),))


def health(one: bool | None, other: bool | None, zone: str = "z1") -> dict[tuple[str, str, str], bool]:
    states = {"a": one, "b": other}
    return {(f"eni-{zone}", "tg", name): state for name, state in states.items() if state is not None}


@pytest.mark.parametrize(
    ("cross_zone", "states", "expected"),
    [
        (False, (True, True), (A,)),
        (False, (None, None), ()),
        (False, (False, True), ()),
        (False, (None, True), ()),
        (False, (False, False), (A,)),
        (True, (True, True), (A, B)),
        (True, (False, True), (B,)),
        (True, (None, True), (B,)),
        (True, (False, None), ()),
        (True, (False, False), (A, B)),
    ],
)
def test_where_a_node_sends(
    cross_zone: bool, states: tuple[bool | None, bool | None], expected: tuple[Target, ...]
) -> None:
    assert usable_targets(node(), listener(cross_zone=cross_zone), health(*states)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("-1"), ""),
        (Rule("tcp", 80, 80), "tcp dport 80"),
        (Rule("udp", 33434, 33534), "udp dport 33434-33534"),
        (Rule("tcp", 0, 65535), "meta l4proto tcp"),
        (Rule("icmp", -1, -1), "meta l4proto icmp"),
        (Rule("icmp", 8, -1), "icmp type 8"),
        (Rule("icmp", 8, 0), "icmp type 8 icmp code 0"),
        (Rule("50"), "meta l4proto 50"),
    ],
)
def test_what_a_rule_matches(rule: Rule, expected: str) -> None:
    assert protocol_match(rule) == expected


def plan() -> RouterPlan:
    groups = (
        Group("sg-lb", (Rule("tcp", 80, 80, cidr="0.0.0.0/0"),), (Rule("tcp", 80, 80, group="sg-app"),), ()),
        Group("sg-app", (Rule("tcp", 80, 80, group="sg-lb"),), (), ("10.0.0.5",)),
    )
    subnet = Subnet("subnet-1", "10.0.0.0/24", "z1", (Route("0.0.0.0/0", internet=True),), OPEN)
    vpc = Vpc("vpc-1", ("10.0.0.0/16",), (subnet,), groups, True, (("10.0.0.4", "203.0.113.1"),))
    app = Interface("eni-app", "vpc-1", "subnet-1", "10.0.0.5", ("sg-app",))
    door = Interface("eni-door", "vpc-1", "subnet-1", "10.0.0.6", ("sg-app",))
    return RouterPlan(
        vpc=vpc,
        instances=(Instance("i-1", app, "app"),),
        nodes=(node(),),
        endpoints=(Endpoint(door, True, (Path(80, "tcp", ("eni-far",)),)),),
        links={"eni-app": "xapp"},
        fabric={"eni-z1": "240.1.0.1", "eni-door": "240.1.0.2", "eni-far": "240.1.0.3"},
        tables={"subnet-1": 100},
    )


def changed(**changes: object) -> RouterPlan:
    made = plan()
    (endpoint,) = made.endpoints
    if "acl" in changes:
        return replace(
            made, vpc=replace(made.vpc, subnets=(replace(made.vpc.subnets[0], acl=changes["acl"]),))
        )
    return replace(made, endpoints=(replace(endpoint, **changes),))


def test_an_endpoint_that_is_not_available_carries_nothing() -> None:
    carried = "ip daddr 10.0.0.6 tcp dport 80 ct mark set 0x40000 dnat to 240.1.0.3:80"
    assert carried in router_ruleset([plan()], {})
    pending = router_ruleset([changed(available=False)], {})
    assert carried not in pending
    assert "chain reach_eni_door {\ndrop; }" in pending


def test_over_privatelink_a_target_never_sees_the_client() -> None:
    text = router_ruleset([plan()], health(True, None))
    assert "ip daddr 10.0.0.4 tcp dport 80 ct mark set 0x10064 dnat to 10.0.0.97:80" in text
    assert "ip daddr 240.1.0.1 tcp dport 80 ct mark set 0x30064 dnat to 10.0.0.97:80" in text


def test_an_open_acl_costs_nothing() -> None:
    assert "acl_" not in router_ruleset([plan()], {})
    assert "jump acl_out_subnet_1" in router_ruleset([changed(acl=SHUT)], {})


def test_routes_of_a_subnet_leave_the_local_ones_to_all() -> None:
    routes = {
        (route.destination, route.kind, route.link) for route in table_routes(plan(), plan().vpc.subnets[0])
    }
    assert routes == {
        ("10.0.0.0/16", "throw", ""),
        ("240.0.0.0/4", "throw", ""),
        ("0.0.0.0/0", "unicast", "igw0"),
    }


@pytest.mark.dataplane
@pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}")
@pytest.mark.parametrize(
    "text",
    [
        router_ruleset([plan()], {}),
        router_ruleset([plan()], health(True, True)),
        router_ruleset([changed(available=False)], {}),
        router_ruleset([changed(admission=Admission((Rule("tcp", 80, 80, cidr="10.9.0.0/16"),)))], {}),
        router_ruleset([changed(admission=Admission(()))], {}),
        router_ruleset([changed(acl=SHUT)], {}),
        router_ruleset([RouterPlan(Vpc("vpc-1", ("10.0.0.0/16",), ()))], {}),
        gateway_ruleset(plan().vpc),
        gateway_ruleset(Vpc("vpc-1", ("10.0.0.0/16",), ())),
    ],
)
def test_the_kernel_takes_the_rules(text: str) -> None:
    binary, variables = nft_environment()
    done = subprocess.run(
        [*unshare_command(), binary, "-f", "-"],
        input=text,
        env=dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
