"""What should exist: values that can be compared, kept in sets and derived from."""

from dataclasses import FrozenInstanceError, replace

import pytest

from privatelink.sandbox.dataplane.world import (
    Acl,
    AclEntry,
    Endpoint,
    Group,
    HealthCheck,
    Instance,
    Interface,
    Listener,
    Node,
    Path,
    Record,
    Route,
    Rule,
    Subnet,
    Target,
    Vpc,
    World,
    Zone,
)

EVERYTHING = Rule("-1", cidr="0.0.0.0/0")
ALLOWED, DENIED = AclEntry(True, EVERYTHING), AclEntry(False, EVERYTHING)


def interface(name: str) -> Interface:
    return Interface(f"eni-{name}", "vpc-1", "subnet-1", "10.0.0.4", ("sg-1",))


def target(name: str, zone: str) -> Target:
    return Target("tg", name, "10.0.0.5", 80, zone, HealthCheck("TCP"), 80)


def listener(*, cross_zone: bool = False) -> Listener:
    return Listener(80, "tcp", (target("a", "z1"), target("b", "z2")), cross_zone, preserve_client_ip=True)


def world() -> World:
    acl = Acl((ALLOWED,), (ALLOWED,))
    subnet = Subnet("subnet-1", "10.0.0.0/24", "z1", (Route("0.0.0.0/0", internet=True),), acl)
    record = Record("www.example", "A", ("203.0.113.1",), ("eni-node",))
    return World(
        vpcs=(
            Vpc(
                "vpc-1",
                ("10.0.0.0/16",),
                (subnet,),
                (Group("sg-1", (EVERYTHING,), (EVERYTHING,), ("10.0.0.4",)),),
                private_zones=(Zone("example", (record,)),),
            ),
        ),
        instances=(Instance("i-1", interface("instance"), "host"),),
        nodes=(Node(interface("node"), "z1", (listener(),)),),
        endpoints=(Endpoint(interface("endpoint"), True, (Path(80, "tcp", ("eni-node",)),)),),
        public_records=(record,),
    )


def test_a_world_is_compared_by_what_is_in_it() -> None:
    one, other = world(), world()
    assert one is not other
    assert one == other
    assert hash(one) == hash(other)
    (vpc,) = one.vpcs
    assert one != replace(one, vpcs=(replace(vpc, internet_gateway=True),))
    (instance,) = one.instances
    assert one != replace(one, instances=(replace(instance, launch=1),))
    with pytest.raises(FrozenInstanceError):
        one.vpcs = ()  # type: ignore[misc]


def test_the_interfaces_of_a_world() -> None:
    found = world()
    # PrivateLink connects load balancers and endpoints, not instances.
    assert [item.id for item in found.linked] == ["eni-node", "eni-endpoint"]
    assert [item.id for item in found.interfaces] == ["eni-instance", "eni-node", "eni-endpoint"]
    assert World().interfaces == World().linked == ()


@pytest.mark.parametrize(
    ("ingress", "egress", "expected"),
    [
        ((ALLOWED,), (ALLOWED,), True),
        # What comes after an entry that matches everything is never reached.
        ((ALLOWED, DENIED), (ALLOWED,), True),
        ((DENIED, ALLOWED), (ALLOWED,), False),
        ((ALLOWED,), (DENIED,), False),
        ((ALLOWED,), (), False),
        ((), (), False),
        ((AclEntry(True, Rule("tcp", 0, 65535, cidr="0.0.0.0/0")),), (ALLOWED,), False),
        ((AclEntry(True, Rule("-1", cidr="10.0.0.0/8")),), (ALLOWED,), False),
    ],
)
def test_an_open_network_acl_lets_everything_through_both_ways(
    ingress: tuple[AclEntry, ...], egress: tuple[AclEntry, ...], expected: bool
) -> None:
    assert Acl(ingress, egress).open is expected


def test_a_subnet_without_an_acl_of_its_own_is_not_open() -> None:
    assert not Subnet("subnet-1", "10.0.0.0/24", "z1").acl.open


@pytest.mark.parametrize(
    ("zone", "cross_zone", "expected"),
    [("z1", False, "a"), ("z2", False, "b"), ("z3", False, ""), ("z1", True, "ab"), ("z3", True, "ab")],
)
def test_a_node_sends_to_its_own_zone_unless_zones_are_crossed(
    zone: str, cross_zone: bool, expected: str
) -> None:
    found = listener(cross_zone=cross_zone)
    node = Node(interface("node"), zone, (found,))
    assert "".join(item.id for item in node.candidates(found)) == expected


def test_what_names_a_node_and_a_targets_health() -> None:
    assert Node(interface("node"), "z1", ()).id == "eni-node"
    # One instance may be in two target groups, and healthy in one of them alone.
    assert target("a", "z1").key == ("tg", "a")
    assert replace(target("a", "z1"), group_arn="other").key != target("a", "z1").key
