"""What a topology says once it is read: defaults, what is derived, warnings, and rules between its parts."""

from ipaddress import IPv4Network

import pytest
from pydantic import ValidationError

from privatelink.facts import ANYWHERE
from privatelink.topology.file import TopologyError, load, parse
from privatelink.topology.model import Topology
from tests.support.topology_strategies import EXAMPLES, PROJECT, ZONES, both_sides
from tests.support.written import written


def made(**service):
    topology = both_sides()
    topology["service"].update(service)
    return Topology.model_validate(topology)


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


def test_an_internet_facing_load_balancer_admits_anyone_unless_told():
    assert made(load_balancer={"scheme": "internet-facing"}).service.load_balancer.allow_from == (ANYWHERE,)
    told = made(load_balancer={"scheme": "internet-facing", "allow_from": ["203.0.113.0/24"]})
    assert told.service.load_balancer.allow_from == (IPv4Network("203.0.113.0/24"),)


def test_a_consumer_alone_takes_its_region_from_the_service_name():
    consumer = {
        "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        "network": {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"]},
        "endpoint": {"ports": [443, 80]},
    }
    client = Topology.model_validate({"name": "shop", "consumers": {"client": consumer}}).consumers["client"]
    assert client.region == "us-east-1"
    assert client.endpoint_ports == (80, 443)


# ---- what is derived


def test_texts_name_their_zone_and_are_sorted_by_zone():
    topology = both_sides()
    topology["service"]["network"]["zones"].reverse()
    texts = Topology.model_validate(topology).service.backend_texts
    assert list(texts.items()) == [(zone, f"SVR in {zone}") for zone in ZONES]


def test_subnets_are_sorted_by_zone_and_chosen_ones_are_kept():
    chosen = {ZONES[1]: "10.10.7.0/24", ZONES[0]: "10.10.9.0/24"}
    network = made(network={"cidr": "10.10.0.0/16", "zones": chosen}).service.network
    assert network.zones == tuple(ZONES)
    assert list(network.subnets.items()) == [
        (ZONES[0], IPv4Network("10.10.9.0/24")),
        (ZONES[1], IPv4Network("10.10.7.0/24")),
    ]


def test_a_model_never_changes():
    with pytest.raises(ValidationError):
        made().service.region = "us-east-1"


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


def test_everyone_may_come_when_that_is_said_in_so_many_words():
    made(acceptance="automatic", allowed_principals=["*"], open_to_everyone=True)
    made(acceptance="manual", allowed_principals=["*"])
    with pytest.raises(ValidationError, match="open_to_everyone: true"):
        made(acceptance="automatic", allowed_principals=["*"])


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


def test_own_elastic_ips_are_one_for_each_zone():
    allocations = {ZONES[0]: "eipalloc-0123456789abcdef0", ZONES[1]: "eipalloc-0123456789abcdef1"}
    public = {"scheme": "internet-facing"}
    assert (
        made(load_balancer={**public, "elastic_ips": allocations}).service.load_balancer.elastic_ips
        == allocations
    )
    for wrong in ({}, {ZONES[0]: allocations[ZONES[0]]}, dict.fromkeys(ZONES, allocations[ZONES[0]])):
        with pytest.raises(ValidationError, match="Elastic IP"):
            made(load_balancer={**public, "elastic_ips": wrong})


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


# ---- nothing is converted


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("service", "backends", "port"), "80"),
        (("service", "backends", "port"), 80.0),
        (("service", "backends", "port"), True),
        (("service", "load_balancer", "cross_zone"), 1),
        (("service", "load_balancer", "cross_zone"), "true"),
        (("name",), 7),
        (("tags", "team"), 7),
    ],
)
def test_values_of_another_type_are_refused(path, value):
    topology = both_sides()
    part = topology
    for key in path[:-1]:
        part = part.setdefault(key, {})
    part[path[-1]] = value
    with pytest.raises(ValidationError):
        Topology.model_validate(topology)
