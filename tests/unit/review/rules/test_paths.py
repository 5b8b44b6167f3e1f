"""What the changes together do to a path."""

import pytest

from tests.support.plan_facts import WORLD, change, plan, reviewed


def findings(changed):
    made = []
    for address, values in WORLD.items():
        after = changed.get(address, {})
        made.append(change(address, values, None if after is None else values | after))
    return [each for each in reviewed(plan(*made)).findings if each.rule.id == "path-broken"]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        (
            {"aws_security_group.t": {"ingress": []}},
            "target security group: aws_instance.t does not allow the load",
        ),
        ({"aws_lb_target_group_attachment.t": None}, "targets: all are removed"),
        ({"aws_network_acl.p": {"ingress": []}}, "network ACLs: aws_subnet.p and its load balancer"),
    ],
)
def test_a_path_that_was_open_and_is_broken_blocks_with_its_hop(changed, because):
    (finding,) = findings(changed)

    assert (finding.severity, finding.change.address) == ("blocking", "aws_vpc_endpoint.e")
    assert (finding.attribute, finding.before, finding.after) == ("port 443", "open", "broken")
    assert finding.because.startswith(because)


def test_a_path_that_stays_open_is_no_finding():
    assert findings({"aws_security_group.t": {"tags": {"a": "b"}}}) == []


def test_an_endpoint_that_goes_itself_is_another_rules():
    assert findings({"aws_vpc_endpoint.e": None}) == []


def test_a_path_that_was_broken_before_is_no_finding():
    made = [change(address, values, values) for address, values in WORLD.items()]
    shut = WORLD["aws_security_group.t"] | {"ingress": []}
    made = [each for each in made if each["address"] != "aws_security_group.t"]

    found = reviewed(plan(*made, change("aws_security_group.t", shut, shut | {"tags": {}})))
    assert [path.state("before") for path in found.paths] == ["broken"]
    assert found.findings == []


def test_a_hop_that_was_open_and_is_unknown_is_a_warning_and_names_what_changes():
    unknown = {name: value for name, value in WORLD["aws_lb_listener.l"].items() if name != "default_action"}
    made = [change(address, each, each) for address, each in WORLD.items() if address != "aws_lb_listener.l"]
    hidden = change(
        "aws_lb_listener.l", WORLD["aws_lb_listener.l"], unknown, unknown={"default_action": True}
    )
    (finding,) = reviewed(plan(*made, hidden)).findings

    assert (finding.rule.id, finding.severity) == ("path-not-determined", "warning")
    assert (finding.attribute, finding.before, finding.after) == ("port 443", "open", "unknown")
    assert finding.because == (
        "target group: not in these plans; aws_lb_listener.l changes default_action type: forward, "
        "target_group_arn: arn:tg → (known after apply)"
    )


def test_a_path_that_was_unknown_and_stays_so_is_no_finding():
    made = [change(address, each, each) for address, each in WORLD.items()]
    pending = WORLD["aws_vpc_endpoint.e"] | {"state": "pendingAcceptance"}
    made = [each for each in made if each["address"] != "aws_vpc_endpoint.e"]
    found = reviewed(plan(*made, change("aws_vpc_endpoint.e", pending, pending | {"tags": {"a": "b"}})))

    assert [path.state("after") for path in found.paths] == ["unknown"]
    assert (found.findings, found.verdict) == ([], "not determined")


IN_B = {"availability_zone": "b", "owner_id": "1"}
OTHER_SUBNETS = {
    "aws_subnet.c2": IN_B | {"id": "subnet-c2", "cidr_block": "10.20.1.0/24"},
    "aws_subnet.p2": IN_B | {"id": "subnet-p2", "cidr_block": "10.10.1.0/24"},
}
TWO_ZONES = (
    WORLD
    | OTHER_SUBNETS
    | {
        "aws_vpc_endpoint.e": WORLD["aws_vpc_endpoint.e"] | {"subnet_ids": ["subnet-c", "subnet-c2"]},
        "aws_lb.l": WORLD["aws_lb.l"]
        | {"subnets": ["subnet-p", "subnet-p2"], "enable_cross_zone_load_balancing": True},
    }
)


def in_two_zones(changed):
    made = [change(address, each, each | changed.get(address, {})) for address, each in TWO_ZONES.items()]
    return [each for each in reviewed(plan(*made)).findings if each.rule.id == "path-broken"]


def test_a_zone_that_loses_its_targets_is_named_and_the_other_is_not():
    (finding,) = in_two_zones({"aws_lb.l": {"enable_cross_zone_load_balancing": False}})

    assert finding.because == (
        "targets: none is in b, and cross-zone load balancing is off; "
        "aws_lb.l changes enable_cross_zone_load_balancing true → false"
    )


def test_what_breaks_all_zones_is_one_finding():
    (finding,) = in_two_zones({"aws_security_group.t": {"ingress": []}})

    assert finding.because.startswith(
        "target security group: aws_instance.t does not allow the load balancer on the target port; "
        "aws_security_group.t changes ingress"
    )


ACL = {"id": "acl-1", "ingress": [], "egress": []}


@pytest.mark.parametrize(
    ("changed", "zone"),
    [
        (change("aws_network_acl.a", None, ACL | {"subnet_ids": ["subnet-c2"]}), "eu-west-1b"),
        (change("aws_network_acl.a", None, ACL | {"subnet_ids": ["subnet-c"]}), "eu-west-1a"),
        (change("aws_lb_listener.l", WORLD["aws_lb_listener.l"], None), ""),
    ],
)
def test_a_hop_that_breaks_in_one_of_several_zones_names_it(changed, zone):
    zoned = {
        address: each | {"availability_zone": f"eu-west-1{each['availability_zone']}"}
        for address, each in TWO_ZONES.items()
        if "availability_zone" in each
    }
    made = {address: change(address, each, each) for address, each in (TWO_ZONES | zoned).items()}
    found = reviewed(plan(*(made | {changed["address"]: changed}).values())).findings

    (because,) = [each.because for each in found if each.rule.id == "path-broken"]
    named = [each for each in because.split("; ") if each.startswith("only in")]
    assert named == ([f"only in {zone}"] if zone else [])
