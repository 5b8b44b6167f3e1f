"""Both paths of the walkthrough, with packets: over the internet, and through an endpoint."""

import pytest

from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import (
    Consumer,
    Lab,
    Machine,
    Service,
    accept,
    build_consumer,
    build_service,
    eventually,
    trace_command,
)

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]
BOTH = {"ZIGISPACE - SVR#1", "ZIGISPACE - SVR#2"}
TIMED_OUT = "curl: 28"


@pytest.fixture(scope="module")
def service(provider_lab: Lab) -> Service:
    made = build_service(provider_lab)
    made.wait_healthy()
    return made


@pytest.fixture(scope="module")
def client(consumer_lab: Lab, service: Service) -> Consumer:
    """A consumer that is accepted, and has a way to the internet, too."""
    made = build_consumer(consumer_lab, service, internet=True)
    accept(service, made)
    return made


def test_a_target_becomes_healthy(consumer_lab: Lab) -> None:
    service = build_service(consumer_lab, internal=True, cidr="10.11.0.0/16")
    service.wait_healthy()


def test_outside_the_name_leads_to_the_elastic_addresses(plane: Sandbox, service: Service) -> None:
    answer = plane.run_outside(["getent", "ahostsv4", service.name])
    found = {line.split()[0] for line in answer.stdout.splitlines()}
    assert sorted(found) == service.public


def test_outside_both_servers_answer(plane: Sandbox, service: Service) -> None:
    answers = [plane.run_outside(["curl", "-s", "-m", "2", f"http://{service.name}/"]) for _ in range(6)]
    assert {answer.stdout.strip() for answer in answers} == BOTH


def test_outside_the_trace_ends_at_a_public_address(plane: Sandbox, service: Service) -> None:
    *hops, last = plane.run_outside(trace_command(service.name)).stdout.splitlines()
    assert hops == ["192.0.2.1"]
    assert last.removesuffix(" reached") in service.public


def test_another_vpc_reaches_both_servers_over_the_internet(client: Consumer, service: Service) -> None:
    assert client.probe.resolve(service.name) == service.public
    assert client.probe.texts(service.name) == BOTH
    gateway, router, last = client.probe.trace(service.name)
    assert (gateway, router) == ("192.0.2.3", "192.0.2.1")
    assert last.removesuffix(" reached") in service.public


def test_over_the_internet_a_target_sees_the_client(
    plane: Sandbox, client: Consumer, service: Service
) -> None:
    assert plane.run_outside(["curl", "-s", "-m", "2", f"http://{service.name}:8080"]).stdout == "192.0.2.10"
    described = client.lab.account.ec2.describe_instances(InstanceIds=[client.probe.id])
    public = described["Reservations"][0]["Instances"][0]["PublicIpAddress"]
    assert client.probe.run(f"curl -s -m 2 http://{service.name}:8080") == public


def test_through_the_endpoint_a_target_sees_the_load_balancer(client: Consumer, service: Service) -> None:
    interfaces = service.lab.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "vpc-id", "Values": [service.vpc.id]}]
    )["NetworkInterfaces"]
    own = {item["PrivateIpAddress"] for item in interfaces if item["Description"].startswith("ELB ")}
    _, first, second = client.names
    seen = {client.probe.run(f"curl -s -m 2 http://{name}:8080") for name in (first, second)}
    assert seen == own


def test_the_endpoints_names_lead_into_the_consumers_subnets(client: Consumer) -> None:
    regional, *zonal = client.names
    found = client.probe.resolve(regional)
    assert [address.rpartition(".")[0] for address in found] == ["10.20.0", "10.20.1"]
    assert [client.probe.resolve(name) for name in zonal] == [[address] for address in found]


def test_a_zonal_name_leads_to_the_zones_server(client: Consumer) -> None:
    _, first, second = client.names
    assert client.probe.texts(first) == {"ZIGISPACE - SVR#1"}
    assert client.probe.texts(second) == {"ZIGISPACE - SVR#2"}


def test_the_trace_ends_at_the_endpoint(client: Consumer) -> None:
    for name in client.names[1:]:
        (address,) = client.probe.resolve(name)
        assert client.probe.trace(name) == [f"{address} reached"]


def test_nothing_passes_before_it_is_accepted_and_then_at_once(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.21.0.0/16")
    name = client.names[1]
    assert client.probe.curl(name) == TIMED_OUT
    accept(service, client)
    assert eventually(lambda: client.probe.curl(name, 0.3) == "ZIGISPACE - SVR#1", 5)


def test_a_rejected_connection_is_cut(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.22.0.0/16")
    accept(service, client)
    assert client.probe.curl(client.names[1]) == "ZIGISPACE - SVR#1"
    service.lab.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=service.service_id, VpcEndpointIds=[client.id]
    )
    assert client.probe.curl(client.names[1]) == TIMED_OUT


def test_consumers_with_the_same_addresses_do_not_meet(consumer_lab: Lab, service: Service) -> None:
    first, second, third = (build_consumer(consumer_lab, service, "10.10.0.0/16") for _ in range(3))
    accept(service, first, second)
    for client in (first, second):
        assert client.probe.texts(client.names[1], 3) == {"ZIGISPACE - SVR#1"}
        assert client.probe.texts(client.names[2], 3) == {"ZIGISPACE - SVR#2"}
    assert third.probe.curl(third.names[1]) == TIMED_OUT


def test_a_vpc_without_an_endpoint_reaches_nothing(
    consumer_lab: Lab, service: Service, client: Consumer
) -> None:
    vpc = consumer_lab.account.vpc("10.30.0.0/16")
    stranger = consumer_lab.probe(vpc)
    # The name is public, the address behind it is not reachable.
    assert stranger.resolve(client.names[1]) == ["10.20.0.4"]
    private = [backend.address for backend in service.backends.values()]
    for place in [*client.names, service.name, *private, "240.1.0.1"]:
        assert stranger.curl(place, 0.5).startswith("curl: "), place


def test_the_endpoint_carries_to_its_ports_alone(client: Consumer) -> None:
    assert client.probe.run(f"curl -s -m 0.5 http://{client.names[1]}:81 || echo $?") == "28"


def test_an_internal_load_balancer_makes_no_difference_to_the_consumer(consumer_lab: Lab) -> None:
    service = build_service(consumer_lab, internal=True, cidr="10.12.0.0/16", acceptance=False)
    client = build_consumer(consumer_lab, service, "10.23.0.0/16")
    service.wait_healthy()
    assert {client.probe.curl(name) for name in client.names[1:]} == BOTH
    assert client.probe.trace(client.names[1]) == ["10.23.0.4 reached"]


def test_inside_its_own_vpc_the_load_balancer_answers(provider_lab: Lab, service: Service) -> None:
    probe: Machine = provider_lab.probe(service.vpc)
    nodes = sorted(
        item["PrivateIpAddress"]
        for item in provider_lab.account.ec2.describe_network_interfaces(
            Filters=[{"Name": "vpc-id", "Values": [service.vpc.id]}]
        )["NetworkInterfaces"]
        if item["Description"].startswith("ELB ")
    )
    assert {probe.curl(node) for node in nodes} == BOTH
