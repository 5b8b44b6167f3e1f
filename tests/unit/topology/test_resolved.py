"""What a topology means: the defaults that come from other parts, keys, and places in the file."""

import pytest
from hypothesis import given, settings

from privatelink.topology.model import Topology
from privatelink.topology.resolved import suffixed
from tests.support.consumer_side import PARTNER, S3, alone, consumer, endpoints, far, named, several
from tests.support.provider_side import NETWORK, with_service
from tests.support.topology_cases import made
from tests.support.topology_strategies import ZONES, topologies

VPC = "vpc-0a1b2c3d4e5f60009"


def resolved(topology):
    return Topology.model_validate(topology).resolve()


def client_of(topology):
    (client,) = resolved(topology).consumers
    return client


def test_defaults_that_come_from_other_parts():
    topology = made().resolve()
    (service,), (client,) = topology.services, topology.consumers
    (balancer,) = service.load_balancers

    assert balancer.name == "shop-nlb"
    assert client.region == "ap-northeast-2"
    assert client.endpoint.service is service
    assert client.endpoint.zones == tuple(ZONES)
    assert (client.endpoint.ports, client.endpoint.udp_ports) == ((80, 443), ())


def test_what_the_file_has_comes_first():
    topology = far()
    topology["service"]["load_balancer"] = {"name": "front"}
    topology["consumers"]["client"]["endpoint"] = {"zones": ["eu-west-1b"]}
    found = resolved(topology)
    (service,), (client,) = found.services, found.consumers

    assert [balancer.name for balancer in service.load_balancers] == ["front"]
    assert client.region == "eu-west-1"
    assert client.endpoint.zones == ("eu-west-1b",)


@pytest.mark.parametrize(
    ("topology", "names"),
    [
        (with_service(), {None: ["shop-nlb"]}),
        (with_service(load_balancers={"b": {}, "a": {"name": "front"}}), {None: ["front", "shop-nlb-b"]}),
        (several(), {"orders": ["shop-orders-nlb"], "stock": ["shop-stock-nlb"]}),
        (
            with_service(backends=None, network=None, existing_load_balancers=[NETWORK]),
            {None: []},
        ),
    ],
    ids=["one", "two", "two services", "existing"],
)
def test_names_of_load_balancers(topology, names):
    services = resolved(topology).services

    assert {
        service.key: [balancer.name for balancer in service.load_balancers] for service in services
    } == names


def test_an_endpoint_to_a_service_of_another_owner():
    client = client_of(alone())

    assert client.endpoint.service == PARTNER
    assert client.region == "ap-northeast-2"
    assert client.endpoint.ports == (80,)
    assert not client.endpoint.to_aws
    assert client.services == ()


def test_further_endpoints_are_sorted_by_key_and_have_the_ports_of_their_service():
    topology = several(
        endpoints={"stock": {"service": "stock"}, "s3": {"service_name": S3}, "orders": {"service": "orders"}}
    )
    topology["services"]["stock"]["listeners"] = [{"port": 8080}]
    client = client_of(topology)

    assert [(each.key, each.ports) for each in client.endpoints] == [
        (None, (80, 443)),
        ("orders", (80, 443)),
        ("s3", (443,)),
        ("stock", (8080,)),
    ]
    assert [each.to_aws for each in client.endpoints] == [False, False, True, False]
    assert [service.key for service in client.services] == ["orders", "stock"]


def test_the_endpoints_and_the_clients_of_a_service():
    topology = resolved(several(endpoints={"orders": {"service": "orders"}}))
    orders, stock = topology.services
    (client,) = topology.consumers

    assert [each.key for each in client.endpoints_to(orders)] == [None, "orders"]
    assert client.endpoints_to(stock) == ()
    assert topology.clients_of(orders) == (client,)
    assert topology.clients_of(stock) == ()


def test_an_endpoint_to_an_aws_service_is_none_to_the_only_service():
    topology = resolved(endpoints(s3={"service_name": S3}))
    (service,), (client,) = topology.services, topology.consumers

    assert [each.key for each in client.endpoints_to(service)] == [None]
    assert [each.service for each in client.further_endpoints] == [S3]


def test_private_dns_waits_for_acceptance_unless_the_service_is_of_aws():
    topology = consumer(
        endpoint={"private_dns": True},
        endpoints={
            "partner": {"service_name": PARTNER, "ports": [443], "private_dns": True},
            "s3": {"service_name": S3, "private_dns": True},
        },
    )
    topology["service"]["private_dns"] = {"name": "api.example.com", "record_exists": True}

    found = client_of(topology).private_dns_after_acceptance
    assert [each.key for each in found] == [None, "partner"]


def test_vpcs_that_share_a_zone_are_in_the_consumers_region_unless_they_have_one():
    shared = {"near": {"vpc_id": VPC}, "far": {"vpc_id": VPC, "region": "eu-west-1"}}
    topology = named("a.shop.internal", zone={"name": "shop.internal", "shared_with": shared})

    zone = client_of(topology).hosted_zone
    assert zone.settings.name == "shop.internal"
    assert [(vpc.key, vpc.region) for vpc in zone.shared_with] == [
        ("far", "eu-west-1"),
        ("near", "ap-northeast-2"),
    ]


def test_places_in_the_file():
    (one,) = resolved(with_service(load_balancers={"a": {}})).services
    (other, _) = resolved(several()).services
    client = client_of(endpoints(s3={"service_name": S3}))

    assert (one.place, one.load_balancers[0].place) == (("service",), ("load_balancers", "a"))
    assert (other.place, other.load_balancers[0].place) == (("services", "orders"), ("load_balancer",))
    assert client.place == ("consumers", "client")
    assert [each.place for each in client.endpoints] == [("endpoint",), ("endpoints", "s3")]


def test_a_key_is_a_suffix():
    assert suffixed("provider", None) == "provider"
    assert suffixed("provider", "stock") == "provider-stock"


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(topologies())
def test_constructs_get_plain_values(topology):
    found = resolved(topology)
    for service in found.services:
        assert all(balancer.name for balancer in service.load_balancers)
        if service.settings.network:
            assert tuple(service.settings.backend_texts) == service.settings.network.zones
    for client in found.consumers:
        assert client.region
        assert client.endpoint.ports
        assert set(client.endpoint.zones) <= set(client.settings.network.zones)
        if found.services:
            listeners = topology["service"]["listeners"]
            assert client.endpoint.ports == tuple(sorted(listener["port"] for listener in listeners))


def test_a_hosted_zone_of_the_domain_of_systems_manager_leads_the_test_instance_there():
    ssm = "ssm.ap-northeast-2.amazonaws.com"
    probe = {"public_address": False}

    assert list(client_of(named(f"x.{ssm}", zone={"name": ssm})).probe_endpoints) == []
    with_zone = named(f"x.{ssm}", zone={"name": ssm})
    with_zone["consumers"]["client"]["probe"] = probe
    assert list(client_of(with_zone).probe_endpoints) == ["ssmmessages"]
    assert client_of(consumer(probe=probe)).probe_endpoints == {
        "ssm": "com.amazonaws.ap-northeast-2.ssm",
        "ssmmessages": "com.amazonaws.ap-northeast-2.ssmmessages",
    }


def test_the_test_instance_is_in_the_first_zone_of_the_endpoint_that_it_tests():
    assert (
        client_of(consumer(endpoint={"zones": ["ap-northeast-2c"]}, probe=True)).probe_zone
        == "ap-northeast-2c"
    )
