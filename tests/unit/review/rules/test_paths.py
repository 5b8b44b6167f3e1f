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
