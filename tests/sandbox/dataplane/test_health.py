"""Health checks, with packets: the target's state in the API, where traffic goes, and what DNS says."""

import pytest

from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import (
    Consumer,
    Lab,
    Service,
    build_consumer,
    build_service,
    eventually,
    states,
)

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]
FIRST, SECOND = "ZIGISPACE - SVR#1", "ZIGISPACE - SVR#2"
TIMED_OUT = "curl: 28"


@pytest.fixture
def service(provider_lab: Lab) -> Service:
    made = build_service(provider_lab, acceptance=False)
    made.wait_healthy()
    return made


@pytest.fixture
def client(consumer_lab: Lab, service: Service) -> Consumer:
    return build_consumer(consumer_lab, service)


def test_only_healthy_targets_are_sent_to(plane: Sandbox, service: Service, client: Consumer) -> None:
    # Its group lets nothing in any more: the target is there, and fails its checks.
    ec2 = service.lab.account.ec2
    shut = service.lab.group(service.vpc, closed=True)
    ec2.modify_instance_attribute(InstanceId=service.backends["c"].id, Groups=[shut])
    assert states(service, "healthy", "unhealthy"), service.health()
    _, first, second = client.names
    assert client.probe.curl(first) == FIRST
    # Without cross-zone balancing the zone of the lost target is lost, and no more in DNS.
    assert client.probe.curl(second) == TIMED_OUT
    found = plane.run_outside(["getent", "ahostsv4", service.name]).stdout.split()
    assert len({address for address in service.public if address in found}) == 1
    ec2.modify_instance_attribute(InstanceId=service.backends["c"].id, Groups=[service.backend_group])
    assert states(service, "healthy", "healthy"), service.health()
    assert client.probe.curl(second) == SECOND


def test_with_cross_zone_balancing_a_zone_is_served_by_the_other(
    provider_lab: Lab, consumer_lab: Lab
) -> None:
    service = build_service(provider_lab, internal=True, cross_zone=True, acceptance=False, backend_zones="a")
    client = build_consumer(consumer_lab, service)
    service.wait_healthy()
    assert client.probe.texts(client.names[2], 3) == {FIRST}


def test_with_cross_zone_balancing_each_zone_leads_to_all(provider_lab: Lab, consumer_lab: Lab) -> None:
    service = build_service(provider_lab, internal=True, cross_zone=True, acceptance=False)
    client = build_consumer(consumer_lab, service)
    service.wait_healthy()
    assert eventually(lambda: client.probe.texts(client.names[1], 20) == {FIRST, SECOND})


def test_clients_that_take_turns_each_meet_every_target(provider_lab: Lab, consumer_lab: Lab) -> None:
    service = build_service(provider_lab, internal=True, cross_zone=True, acceptance=False)
    client = build_consumer(consumer_lab, service)
    service.wait_healthy()
    first, second = client.names[1:]
    both = f"curl -s -m 1 http://{first}/ | sed s/^/1/; curl -s -m 1 http://{second}/ | sed s/^/2/"
    seen = set(client.probe.run(f"for i in $(seq 20); do {both}; done").splitlines())
    assert seen == {f"{name}{text}" for name in "12" for text in (FIRST, SECOND)}


def test_without_cross_zone_balancing_a_zone_without_a_target_times_out(
    provider_lab: Lab, consumer_lab: Lab
) -> None:
    service = build_service(provider_lab, internal=True, acceptance=False, backend_zones="a")
    client = build_consumer(consumer_lab, service)
    service.wait_healthy()
    assert client.probe.curl(client.names[1]) == FIRST
    assert client.probe.curl(client.names[2]) == TIMED_OUT


def test_when_all_are_unhealthy_all_are_sent_to(provider_lab: Lab, consumer_lab: Lab) -> None:
    service = build_service(provider_lab, internal=True, acceptance=False)
    client = build_consumer(consumer_lab, service)
    service.wait_healthy()
    # The check asks a port that nobody listens on; the servers are well.
    service.lab.account.elb.modify_target_group(
        TargetGroupArn=service.target_group, HealthCheckPort="81", HealthCheckProtocol="TCP"
    )
    assert states(service, "unhealthy", "unhealthy"), service.health()
    assert client.probe.curl(client.names[1]) == FIRST


def test_http_checks_look_at_the_status(provider_lab: Lab) -> None:
    service = build_service(provider_lab, internal=True)
    service.wait_healthy()
    elb = provider_lab.account.elb
    check = {"TargetGroupArn": service.target_group, "HealthCheckProtocol": "HTTP", "HealthCheckPath": "/x"}
    elb.modify_target_group(**check, Matcher={"HttpCode": "404"})
    assert states(service, "unhealthy", "unhealthy"), service.health()
    elb.modify_target_group(**check, Matcher={"HttpCode": "200-299"})
    assert states(service, "healthy", "healthy"), service.health()
