"""What a topology says once it is read: defaults, what is derived, warnings, and rules between its parts."""

import copy
from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from privatelink.topology.file import TopologyError, load, parse
from privatelink.topology.model import Topology
from tests.support.consumer_side import S3, changed, consumer, endpoints, far, several
from tests.support.project import PROJECT
from tests.support.provider_side import ADDRESSES, CERTIFICATE, EXISTING, listener, targets, with_service
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_message,
    check_right,
    every_network,
    made,
    only,
    problem_at,
)
from tests.support.topology_strategies import EXAMPLES, ZONES, both_sides, shuffled, topologies
from tests.support.written import written

few = settings(deadline=None, max_examples=25)


def two_accounts(consumers_zones, services_zones=ZONES, **service):
    topology = both_sides()
    topology["service"]["network"]["zones"] = services_zones
    topology["service"]["account"] = {"role_arn": "arn:aws:iam::111111111111:role/a"}
    topology["service"]["allowed_principals"] = ["arn:aws:iam::222222222222:root"]
    topology["service"].update(service)
    topology["consumers"]["client"]["account"] = {"role_arn": "arn:aws:iam::222222222222:role/b"}
    topology["consumers"]["client"]["network"]["zones"] = consumers_zones
    return topology


# ---- the walkthrough


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_loads_without_a_warning(path):
    assert load(path).warnings == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_says_what_it_shows(path):
    schema, comment, *_ = path.read_text(encoding="utf-8").splitlines()
    place = "docs" if path.parent == PROJECT else "../docs"
    assert schema == f"# yaml-language-server: $schema={place}/topology.schema.json"
    assert comment.startswith("# ")


def test_the_walkthrough_is_the_scenarios():
    topology = load(PROJECT / "topology.yaml")
    service, client = topology.service, topology.consumers["client"]

    assert topology.name == "zigispace"
    assert service.region == client.region == "ap-northeast-2"
    assert service.backend_texts == {ZONES[0]: "ZIGISPACE - SVR#1", ZONES[1]: "ZIGISPACE - SVR#2"}
    assert service.load_balancer.name == "ZIGI-ELB-Pub"
    assert not service.load_balancer.internal
    assert service.acceptance == "manual"
    assert service.network.cidr == IPv4Network("10.10.0.0/16")
    assert client.network.cidr == IPv4Network("10.20.0.0/16")
    assert client.endpoint_zones == tuple(ZONES)
    assert client.endpoint_ports == (80,)
    assert client.probe


def test_the_internal_example_differs_in_the_load_balancer_alone():
    public, internal = load(PROJECT / "topology.yaml"), load(PROJECT / "examples" / "internal.yaml")
    assert internal.service.load_balancer.internal
    assert internal.consumers == public.consumers
    same = {"load_balancer": None}
    assert internal.service.model_copy(update=same) == public.service.model_copy(update=same)


# ---- defaults


def test_defaults_are_the_safe_ones():
    service = made().service
    assert service.load_balancer.internal
    assert service.load_balancer.allow_from == ()
    assert service.acceptance == "manual"
    assert service.allowed_principals == ()
    assert not service.load_balancer.enforce_private_link_ingress
    assert service.network.flow_logs is None


def test_defaults_that_depend_on_other_parts():
    topology = made()
    client = topology.consumers["client"]
    assert topology.service.load_balancer.name == "shop-nlb"
    assert topology.service.ports == (80, 443)
    assert client.region == "ap-northeast-2"
    assert client.endpoint_zones == tuple(ZONES)
    assert client.endpoint.allow_from is None  # the whole network
    assert client.endpoint_ports == (80, 443)


# ---- what is derived


# ---- accounts


def test_zone_names_of_two_accounts_are_not_compared_but_warned_of():
    topology = Topology.model_validate(two_accounts(["ap-northeast-2b"]))
    assert [(w.id, w.field) for w in topology.warnings] == [
        ("zone-names-across-accounts", "consumers.client.network.zones")
    ]


def test_az_ids_of_two_accounts_are_compared():
    Topology.model_validate(two_accounts(["apne2-az1"], ["apne2-az1", "apne2-az2"]))
    with pytest.raises(ValidationError, match="not one of the service's"):
        Topology.model_validate(two_accounts(["apne2-az3"], ["apne2-az1", "apne2-az2"]))


def test_names_are_not_compared_with_az_ids():
    topology = both_sides()
    topology["consumers"]["client"]["network"]["zones"] = ["apne2-az4"]
    Topology.model_validate(topology)


def test_two_roles_in_one_account_are_one_account():
    topology = two_accounts(["ap-northeast-2b"])
    topology["consumers"]["client"]["account"] = {"role_arn": "arn:aws:iam::111111111111:role/other"}
    with pytest.raises(ValidationError, match="not one of the service's"):
        Topology.model_validate(topology)


@pytest.mark.parametrize(
    "principal", ["*", "arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:user/eve"]
)
def test_a_principal_that_admits_the_consumers_account(principal):
    Topology.model_validate(two_accounts(ZONES, allowed_principals=[principal]))


@pytest.mark.parametrize("principals", [[], ["arn:aws:iam::333333333333:root"]])
def test_no_principal_that_admits_the_consumers_account(principals):
    with pytest.raises(ValidationError, match=r"no principal admits.*add arn:aws:iam::222222222222:root"):
        Topology.model_validate(two_accounts(ZONES, allowed_principals=principals))


# ---- rules between parts


def test_consumers_may_have_the_providers_addresses():
    topology = both_sides()
    topology["consumers"]["client"]["network"]["cidr"] = topology["service"]["network"]["cidr"]
    assert Topology.model_validate(topology).warnings == ()


def test_enforced_rules_must_admit_every_consumer():
    enforced = {"enforce_private_link_ingress": True}
    made(load_balancer={**enforced, "allow_from": ["10.20.0.0/16"]})
    made(load_balancer={**enforced, "allow_from": ["10.20.0.0/17", "10.20.128.0/17"]})
    with pytest.raises(ValidationError, match=r"shut out consumer client: 10\.20\.0\.0/16"):
        made(load_balancer={**enforced, "allow_from": ["10.20.0.0/17"]})
    with pytest.raises(ValidationError, match="shut out consumer client"):
        made(load_balancer=enforced)


def test_managed_acceptance_needs_a_consumer():
    alone = both_sides()
    del alone["consumers"]
    Topology.model_validate(alone)
    alone["service"]["acceptance"] = "managed"
    with pytest.raises(ValidationError, match="managed acceptance without consumers"):
        Topology.model_validate(alone)


@pytest.mark.parametrize("name", ["internal", "internal-x"])
def test_a_name_whose_default_load_balancer_name_aws_would_refuse(name):
    topology = both_sides() | {"name": name}
    with pytest.raises(ValidationError, match="starts with internal-"):
        Topology.model_validate(topology)
    topology["service"]["load_balancer"] = {"name": "other"}
    Topology.model_validate(topology)


# ---- warnings


def test_one_zone_is_warned_of():
    topology = both_sides()
    for network in (topology["service"]["network"], topology["consumers"]["client"]["network"]):
        network["zones"] = ZONES[:1]
    (warning,) = Topology.model_validate(topology).warnings
    assert (warning.id, warning.field) == ("one-zone", "service.network.zones")
    assert ZONES[0] in warning.text


def test_a_load_balancer_that_admits_no_one_is_warned_of():
    topology = both_sides()
    del topology["consumers"]
    topology["service"]["load_balancer"] = {"enforce_private_link_ingress": True}
    (warning,) = Topology.model_validate(topology).warnings
    assert (warning.id, warning.field) == ("no-one-admitted", "service.load_balancer.allow_from")


def in_one_zone(**fields):
    topology = both_sides() | fields
    for network in (topology["service"]["network"], topology["consumers"]["client"]["network"]):
        network["zones"] = ZONES[:1]
    return Topology.model_validate(topology)


def test_a_warning_can_be_silenced_with_a_reason():
    assert in_one_zone(silenced={"one-zone": "a trial, to be removed"}).warnings == ()


def test_silence_without_a_warning_is_warned_of():
    topology = in_one_zone(silenced={"one-zone": "a trial", "idle-timeout": "long polls"})

    assert [(w.id, w.field) for w in topology.warnings] == [("nothing-silenced", "silenced.idle-timeout")]


@pytest.mark.parametrize(
    ("silenced", "words"), [({"one-zones": "x"}, "unknown"), ({"one-zone": " "}, "no reason")]
)
def test_silence_needs_a_known_warning_and_a_reason(silenced, words):
    with pytest.raises(TopologyError) as caught:
        parse(written(both_sides() | {"silenced": silenced}))

    (problem,) = caught.value.problems
    assert words in problem.what


# ---- topologies that are right, and wrong ones


RIGHT = {
    "enforced, the consumer admitted": with_service(
        load_balancer={"enforce_private_link_ingress": True, "allow_from": ["10.20.0.0/16"]}
    ),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, words of the message.
WRONG = {
    "one name for two load balancers": (
        with_service(load_balancers={"old": {"name": "front"}, "new": {"name": "front"}}),
        "service.load_balancers.old.name",
        "given twice",
    ),
    "service and services": (several() | {"service": both_sides()["service"]}, "service", "both a service"),
    "load balancer of two services": (
        changed(
            changed(several(), "services", "orders", "load_balancer", value={"name": "front"}),
            "services",
            "stock",
            "load_balancer",
            value={"name": "front"},
        ),
        "services.stock.load_balancer.name",
        "given twice",
    ),
    "managed without a consumer of it": (
        changed(several(), "services", "stock", "acceptance", value="managed"),
        "services.stock.acceptance",
        "without consumers",
    ),
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))


# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "consumer zone": (
        "      zones: [ap-northeast-2a, ap-northeast-2c]\n    endpoint:\n      zones: [ap-northeast-2a]",
        "      zones: [ap-northeast-2a, ap-northeast-2b]",
        "ap-northeast-2b",
        "consumers.client.network.zones[1]",
        ["not one of the service's", '"ap-northeast-2b"', "ap-northeast-2a, ap-northeast-2c"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "managed alone": (
        FILE_WITHOUT_A_SERVICE[FILE_WITHOUT_A_SERVICE.index("consumers") :],
        "",
        "name",
        "",
        ["neither a service nor consumers"],
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "mark", "field", "words"), ALONE_IN_A_FILE.values(), ids=ALONE_IN_A_FILE
)
def test_wrong_in_a_file_without_a_service(old, new, mark, field, words):
    check_message(FILE_WITHOUT_A_SERVICE, old, new, mark, field, words)


def test_existing_clients_of_an_enforced_group_are_warned_of():
    topology = with_service(
        load_balancer={"enforce_private_link_ingress": True, "allow_from": ["10.0.0.0/8"]}
    )
    topology["consumers"]["client"]["network"] = copy.deepcopy(EXISTING)

    (warning,) = Topology.model_validate(topology).warnings
    assert warning.id == "unknown-clients"
    assert EXISTING["vpc_id"] in warning.text


@pytest.mark.parametrize(
    ("name", "topology"),
    [
        ("idle-timeout", listener(idle_timeout_seconds=351)),
        ("name-not-verified", with_service(private_dns={"name": "api.example.com"})),
        ("unknown-targets", targets(addresses=ADDRESSES)),
        ("nothing-to-log", with_service(load_balancer={"access_logs": {"expire_days": 1}})),
    ],
    ids=["idle-timeout", "name-not-verified", "unknown-targets", "nothing-to-log"],
)
def test_warned(name, topology):
    assert [warning.id for warning in Topology.model_validate(topology).warnings] == [name]


def test_the_endpoints_own_idle_timeout_is_not_warned_of():
    assert Topology.model_validate(listener(idle_timeout_seconds=350)).warnings == ()


def test_nothing_is_warned_of_that_has_its_use():
    topology = listener(protocol="TLS", certificate_arn=CERTIFICATE)
    topology["service"]["load_balancer"] = {"access_logs": {"expire_days": 1}}

    assert Topology.model_validate(topology).warnings == ()


def test_a_vpc_with_more_endpoints_than_aws_allows_is_warned_of():
    def warned(further):
        made = endpoints(**{f"s{number}": {"service_name": S3} for number in range(further)})
        return [warning.id for warning in Topology.model_validate(made).warnings]

    assert warned(49) == []
    assert warned(50) == ["endpoint-quota"]


def test_endpoints_of_several_consumers_in_one_vpc_are_counted_together():
    topology = both_sides()
    topology["consumers"] = {f"c{number}": {"network": copy.deepcopy(EXISTING)} for number in range(51)}

    (warning,) = Topology.model_validate(topology).warnings
    assert warning.id == "endpoint-quota"


def test_zones_of_services_in_other_regions_need_not_match():
    topology = far()
    topology["consumers"]["client"]["network"]["zones"] = ["eu-west-1c"]

    assert Topology.model_validate(topology).warnings == ()


@pytest.mark.slow
@few
@given(topologies())
def test_constructs_get_plain_values(topology):
    model = Topology.model_validate(topology)
    if model.service:
        assert model.service.load_balancer.name
        assert tuple(model.service.backend_texts) == model.service.network.zones
    for client in model.consumers.values():
        assert client.region
        assert client.endpoint_ports
        assert set(client.endpoint_zones) <= set(client.network.zones)
        if model.service:
            assert client.endpoint_ports == tuple(sorted(x["port"] for x in topology["service"]["listeners"]))


@pytest.mark.slow
@few
@given(st.data())
def test_order_means_nothing(data):
    topology = data.draw(topologies())
    again = data.draw(shuffled(topology))
    one, other = Topology.model_validate(topology), Topology.model_validate(again)
    assert one == other
    assert [list(n.subnets.items()) for n in every_network(one)] == [
        list(n.subnets.items()) for n in every_network(other)
    ]
    assert list(one.consumers) == list(other.consumers)
    assert one.warnings == other.warnings


def test_two_endpoints_of_a_vpc_cannot_have_private_dns():
    wrong = consumer(endpoint={"private_dns": True}, network=copy.deepcopy(EXISTING))
    wrong["service"]["private_dns"] = {"name": "api.example.com", "record_exists": True}
    wrong["consumers"]["twin"] = copy.deepcopy(wrong["consumers"]["client"])

    problem = only(written(wrong))
    assert problem.field == "consumers.twin.endpoint.private_dns"
    assert "consumer client has in the same VPC" in str(problem)
