"""The files that are written: any right answers make a topology."""

from ipaddress import IPv4Address, IPv4Network

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.start.templates import Answers, written
from privatelink.topology.file import load, parse
from privatelink.topology.model import Topology
from tests.support.project import PROJECT
from tests.support.topology_strategies import REGIONS, names, ports

some = settings(deadline=None, max_examples=60)
hexadecimal = st.text("0123456789abcdef", min_size=17, max_size=17) | st.text(
    "0123456789abcdef", min_size=8, max_size=8
)
# Words that YAML reads as something else are names, too.
any_name = names | st.sampled_from(["null", "true", "no", "on", "y", "e1", "yes"])
regions = st.sampled_from([region for region in REGIONS if region != "cn-north-1"])


@st.composite
def zones(draw: st.DrawFn, region: str) -> list[str]:
    numbers = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True))
    by_id = draw(st.booleans())
    return [f"{REGIONS[region]}-az{n}" if by_id else f"{region}{'abcdef'[n - 1]}" for n in numbers]


@st.composite
def subnets(draw: st.DrawFn, region: str) -> list[str]:
    places = draw(zones(region))
    ids = draw(st.lists(hexadecimal, min_size=len(places), max_size=len(places), unique=True))
    return [f"{zone}=subnet-{each}" for zone, each in zip(places, ids, strict=True)]


@st.composite
def keyed(draw: st.DrawFn, values: st.SearchStrategy[str]) -> list[str]:
    found = draw(st.lists(values, min_size=1, max_size=6, unique=True))
    keys = draw(st.lists(any_name, min_size=len(found), max_size=len(found), unique=True))
    return [
        f"{key[:24].rstrip('-')}{number}={value}"
        for number, (key, value) in enumerate(zip(keys, found, strict=True))
    ]


def cidrs(longest: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda address, prefix: str(IPv4Network((address, prefix), strict=False)),
        st.integers(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.255.255.255"))),
        st.integers(16, longest),
    )


def one(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[list[str]]:
    return strategy.map(lambda value: [str(value)])


@st.composite
def of_service(draw: st.DrawFn) -> Answers:
    region = draw(regions)
    targets = draw(
        st.fixed_dictionaries({"instance": keyed(hexadecimal.map("i-{}".format))})
        | st.fixed_dictionaries({"address": keyed(st.ip_addresses(v=4).map(str))})
    )
    rest = st.fixed_dictionaries(
        {
            "name": one(any_name),
            "vpc-id": one(hexadecimal.map("vpc-{}".format)),
            "subnet": subnets(region),
            "port": one(ports),
        },
        optional={
            "security-group": one(hexadecimal.map("sg-{}".format)),
            "target-port": one(ports),
            "account": st.lists(st.integers(10**11, 10**12 - 1).map(str), unique=True),
        },
    )
    return {"region": [region], **targets, **draw(rest)}


@st.composite
def of_consumer(draw: st.DrawFn) -> Answers:
    region = draw(regions)
    made = st.fixed_dictionaries({"cidr": one(cidrs(24)), "zones": zones(region)})
    there = st.fixed_dictionaries(
        {"vpc-id": one(hexadecimal.map("vpc-{}".format)), "subnet": subnets(region)}
    )
    name = f"com.amazonaws.vpce.{region}.vpce-svc-{draw(hexadecimal)}"
    listed = draw(st.lists(ports.map(str), min_size=1, max_size=5, unique=True))
    named = draw(st.sampled_from([{}, {"region": [region]}]))
    return {"name": [draw(any_name)], "service-name": [name], "port": listed, **named, **draw(made | there)}


@st.composite
def of_endpoints(draw: st.DrawFn) -> Answers:
    region = draw(regions)
    services = st.sampled_from(["ssm", "logs", "ecr.api"]).map(f"com.amazonaws.{region}.{{}}".format)
    made = st.fixed_dictionaries({"cidr": one(cidrs(24)), "zones": zones(region)})
    there = st.fixed_dictionaries(
        {"vpc-id": one(hexadecimal.map("vpc-{}".format)), "subnet": subnets(region)}
    )
    others = hexadecimal.map(f"com.amazonaws.vpce.{region}.vpce-svc-{{}}".format)
    endpoints = draw(keyed(services | others))
    listed = draw(st.lists(ports.map(str), min_size=1, max_size=5, unique=True))
    return {"name": [draw(any_name)], "endpoint": endpoints, "port": listed, **draw(made | there)}


@st.composite
def of_both(draw: st.DrawFn) -> Answers:
    region = draw(regions)
    return {
        "name": [draw(any_name)],
        "region": [region],
        "zones": draw(zones(region)),
        "cidr": [draw(cidrs(24))],
        "consumer-cidr": [draw(cidrs(24))],
        "port": [str(draw(ports))],
    }


def warnings(topology: Topology) -> set[str]:
    return {warning.rule.id for warning in topology.warnings}


@some
@given(of_service())
def test_a_service_in_front_of_targets_is_right(answers: Answers) -> None:
    topology = parse(written("service", answers))
    assert topology.service is not None
    assert topology.service.targets is not None
    assert len(topology.service.targets.ids) == len(answers.get("instance") or answers["address"])
    assert topology.name == answers["name"][0]
    expected = set() if answers.get("security-group") else {"unknown-targets"}
    assert warnings(topology) - {"one-zone"} == expected


@some
@given(of_consumer())
def test_a_consumer_is_right(answers: Answers) -> None:
    topology = parse(written("consumer", answers))
    (client,) = topology.resolve().consumers
    assert [str(port) for port in client.endpoint.ports] == sorted(answers["port"], key=int)
    assert warnings(topology) == set()


@some
@given(of_endpoints())
def test_endpoints_are_right(answers: Answers) -> None:
    topology = parse(written("endpoints", answers))
    (client,) = topology.resolve().consumers
    assert client.endpoint is None
    assert [f"{each.key}={each.service}" for each in client.further_endpoints] == sorted(answers["endpoint"])
    for endpoint in client.further_endpoints:
        assert endpoint.settings.private_dns is endpoint.to_aws
        assert endpoint.to_aws or [str(port) for port in endpoint.ports] == sorted(answers["port"], key=int)
    assert warnings(topology) == set()


@some
@given(of_both())
def test_both_sides_are_right(answers: Answers) -> None:
    topology = parse(written("both", answers))
    assert topology.service is not None
    (client,) = topology.resolve().consumers
    assert topology.service.zones == client.endpoint.zones
    assert warnings(topology) <= {"one-zone"}


def test_the_walkthrough_is_that_of_the_project() -> None:
    answers = {
        "name": ["zigispace"],
        "region": ["ap-northeast-2"],
        "zones": ["ap-northeast-2a", "ap-northeast-2c"],
    }
    assert parse(written("walkthrough", answers)) == load(PROJECT / "topology.yaml")


def test_text_that_is_no_answer_is_still_one_value() -> None:
    for odd in ('a: b"', "{x}", "- y", "#", "'", "a\nb", "&a", "*", "01", "1e3", "2020-01-01"):
        answers = {"name": [odd], "region": ["r"], "zones": ["z"]}
        assert yaml.safe_load(written("walkthrough", answers))["name"] == odd
