"""Rules of security groups against the quota, before and after they are merged."""

import pytest

from privatelink.topology.file import parse
from privatelink.topology.model import Topology
from tests.support.provider_side import with_service
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import problem_at
from tests.support.written import written

SERVICE_NAME = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
DISTANT = [f"10.{number}.0.0/16" for number in range(0, 122, 2)]
"""61 CIDRs that cannot be merged."""


def endpoint(ports, allow_from, **fields):
    """A consumer's endpoint to a service of another owner."""
    consumer = {
        "service_name": SERVICE_NAME,
        "network": {"cidr": "10.20.0.0/16", "zones": ["ap-northeast-2a"]},
        "endpoint": {"ports": ports} | ({"allow_from": allow_from} if allow_from else {}),
    }
    return {"name": "shop", "consumers": {"client": consumer}} | fields


def service(listeners, **fields):
    """A service whose listeners are on these ports."""
    topology = with_service(listeners=[{"port": port} for port in listeners], **fields)
    del topology["consumers"]
    return topology


def targets(listeners, number, **balancer):
    """A service with this number of addresses as targets, in other networks."""
    addresses = {f"t{index}": f"172.16.{index // 250}.{index % 250 + 1}" for index in range(number)}
    topology = service(
        listeners,
        targets={"addresses": addresses, "security_group_id": "sg-0123456789abcdef0"},
        load_balancer=balancer,
    )
    del topology["service"]["backends"]
    return topology


def without_group(listeners, number):
    topology = targets(listeners, number)
    del topology["service"]["targets"]["security_group_id"]
    return topology


def increased(quota, topology):
    return topology | {"quotas": {"security_group_rules": quota}}


RIGHT = {
    "60 CIDRs": (endpoint([443], DISTANT[:60]), False),
    "60 ports": (endpoint(list(range(1, 121, 2)), None), False),
    "IPv4 and IPv6 apart": (
        endpoint([443], [*DISTANT[:60], *(f"2001:db8:{number:x}::/64" for number in range(60))]),
        False,
    ),
    "adjacent ports": (endpoint(list(range(9000, 9050)), DISTANT[:2]), True),
    "adjacent CIDRs": (endpoint([443], [f"10.0.{number}.0/24" for number in range(256)]), True),
    "contained CIDRs": (endpoint([443], ["10.0.0.0/8", *DISTANT]), True),
    "adjacent ports within an increased quota": (
        increased(112, endpoint(list(range(9000, 9050)), DISTANT[:2])),
        False,
    ),
    "an increased quota": (increased(122, endpoint([80, 443], DISTANT)), False),
    "one range": (endpoint(["1-65535"], DISTANT[:60]), False),
    "clients of a load balancer": (
        service(range(9000, 9050), load_balancer={"allow_from": DISTANT[:2]}),
        True,
    ),
    "targets with a group": (targets([80], 500), False),
    "60 targets without a group": (without_group([80], 60), False),
}


@keeps("security-group-rules")
@pytest.mark.parametrize(
    ("topology", "merged"),
    [
        pytest.param(*case, id=name, marks=(breaks if case[1] else keeps)("security-group-rules-merged"))
        for name, case in RIGHT.items()
    ],
)
def test_within_the_quota(topology, merged):
    assert merged == ("security-group-rules-merged" in found(topology))


def found(topology):
    return {warning.rule.id for warning in parse(written(topology)).warnings}


WRONG = {
    "61 CIDRs": (endpoint([443], DISTANT), "endpoint.allow_from", 61),
    "61 CIDRs on two distant ports": (endpoint([80, 443], DISTANT), "endpoint.allow_from", 122),
    "31 CIDRs on two distant ports": (endpoint([80, 443], DISTANT[:31]), "endpoint.allow_from", 62),
    "61 groups": (
        endpoint([443], [f"pl-{number:017x}" for number in range(61)]),
        "endpoint.allow_from",
        61,
    ),
    "61 IPv6 CIDRs": (
        endpoint([443], [f"2001:db8:{number:x}::/64" for number in range(0, 122, 2)]),
        "endpoint.allow_from",
        61,
    ),
    "61 distant ports": (endpoint(list(range(1, 123, 2)), None), "endpoint.ports", 61),
    "more than an increased quota": (
        increased(121, endpoint([80, 443], DISTANT)),
        "endpoint.allow_from",
        122,
    ),
}


@breaks("security-group-rules")
@pytest.mark.parametrize(("topology", "field", "number"), WRONG.values(), ids=WRONG)
def test_more_rules_than_the_quota(topology, field, number):
    problem = problem_at(topology, f"consumers.client.{field}")
    assert problem.rule == "security-group-rules"
    assert f"{number} rules" in problem.what
    most = topology.get("quotas", {}).get("security_group_rules", 60)
    assert problem.allowed == f"at most {most}"
    assert "L-0EA8095F" in problem.fix
    assert "`quotas.security_group_rules`" in problem.fix


@breaks("security-group-rules")
@pytest.mark.parametrize(
    ("topology", "field", "number"),
    [
        (service([80, 443], load_balancer={"allow_from": DISTANT}), "service.load_balancer.allow_from", 122),
        (without_group([80], 61), "service.targets", 61),
    ],
    ids=["clients", "targets"],
)
def test_more_rules_than_the_quota_at_a_service(topology, field, number):
    problem = problem_at(topology, field)
    assert (problem.rule, f"{number} rules" in problem.what) == ("security-group-rules", True)


def test_the_model_has_the_quota_that_the_file_has():
    topology = Topology.model_validate(increased(200, endpoint([80], None))).resolve()
    assert topology.consumers[0].security_group_rules == 200
