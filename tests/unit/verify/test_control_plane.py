"""What the API says of the path: each thing that can be wrong is found at its hop, with its cause."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from privatelink.verify.check import first_broken
from privatelink.verify.control_plane import control_plane, likely_cause, ports
from privatelink.verify.provider_facts import HealthCheck, Listener, Target
from privatelink.verify.rules import Rule
from tests.support.verify_facts import CROSSING, consumer, failing, provider

ELSEWHERE = (Rule(80, 80, (IPv4Network("192.0.2.0/24"),)),)

TWO = (Listener(80), Listener(8080))


def broken(of_consumer=None, of_provider=None):
    found = first_broken(control_plane(of_consumer or consumer(), of_provider or provider()))
    assert found
    return found


def test_a_whole_path_holds():
    assert {check.outcome for check in control_plane(consumer(), provider())} == {"holds"}


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("pendingAcceptance", "pending acceptance"),
        ("rejected", "rejected"),
        ("expired", "expired"),
        ("failed", "the endpoint is failed"),
    ],
)
def test_a_connection_that_is_not_available_breaks_the_path_first(state, cause):
    found = broken(consumer(state=state, rules=()), provider(connections={"vpce-1": state}))

    assert found.hop == "connection"
    assert found.cause.startswith(cause)
    if state in ("pendingAcceptance", "rejected"):
        assert "privatelink connections vpce-svc-1 --accept vpce-1" in found.cause


def test_a_pending_connection_is_seen_by_the_consumer_alone():
    checks = control_plane(consumer(state="pendingAcceptance"), None)

    assert failing(checks) == {"endpoint": "connection"}
    unchecked = {check.id for check in checks if check.outcome == "not checked"}
    assert unchecked == {"connection", "load-balancer-group", "targets", "backends"}


def test_an_endpoint_unknown_to_the_service_leads_elsewhere():
    assert "another service" in broken(of_provider=provider(connections={})).cause


@pytest.mark.parametrize(
    "of_provider", [provider(zone_ids=("az1",)), provider(zone_ids=())], ids=["one-left", "all-left"]
)
def test_a_zone_that_the_service_left(of_provider):
    assert broken(of_provider=of_provider).hop == "endpoint"


def test_a_zone_that_the_endpoint_lost():
    only = consumer(addresses=consumer().addresses[:1])
    assert broken(only).hop == "endpoint"
    assert "no address in zone-c" in broken(only).observed


def test_private_dns_needs_hostnames_and_other_names_do_not():
    assert failing(control_plane(consumer(dns_hostnames=False), provider())) == {}

    found = broken(consumer(dns_hostnames=False, private_dns=True))

    assert found.hop == "dns"
    assert found.cause.startswith("enableDnsHostnames is off")


def test_nothing_resolves_without_dns_support():
    assert broken(consumer(dns_support=False)).cause.startswith("enableDnsSupport is off")


def test_a_closed_endpoint_group():
    found = broken(consumer(rules=ELSEWHERE))
    assert found.hop == "endpoint security group"
    assert "sg-endpoint does not allow the probe 10.20.0.5" in found.cause


def test_an_endpoint_group_may_name_the_probes_group():
    assert failing(control_plane(consumer(rules=(Rule(80, 80, (), ("sg-probe",)),)), provider())) == {}


def test_without_a_probe_some_client_of_the_vpc_must_be_admitted():
    part = (Rule(80, 80, (IPv4Network("10.20.32.0/20"),)),)
    assert failing(control_plane(consumer(probe=None, rules=part), provider())) == {}
    assert broken(consumer(probe=None, rules=ELSEWHERE)).hop == "endpoint security group"


def test_enforced_rules_must_admit_the_consumer():
    assert failing(control_plane(consumer(), provider(enforced=True))) == {}

    found = broken(of_provider=provider(enforced=True, rules=ELSEWHERE))

    assert found.hop == "load balancer security group"
    assert "add the consumer's 10.20.0.0/16" in found.cause


def test_a_group_of_the_consumers_vpc_means_nothing_to_the_load_balancer():
    rules = (Rule(80, 80, (), ("sg-probe",)),)
    assert broken(of_provider=provider(enforced=True, rules=rules)).hop == "load balancer security group"


def test_a_zone_without_a_target_needs_cross_zone_balancing():
    one = provider(targets=provider().targets[:1], texts={"i-a": "one"}, backend_states={"i-a": "running"})

    found = broken(of_provider=one)

    assert found.hop == "targets"
    assert "no healthy target in zone-c (az3) on port 80" in found.cause
    assert failing(control_plane(consumer(), replace(one, listeners=CROSSING))) == {}


def test_a_target_in_a_zone_that_the_load_balancer_does_not_have():
    moved = Target("i-c", "az4", 80, "unused", "Target.NotInUse")
    cause = (
        "i-c is in az4, which is not a zone of the load balancer: it receives no traffic; register targets "
        "in az1, az3"
    )

    found = broken(of_provider=provider(targets=(provider().targets[0], moved)))
    assert found.hop == "targets"
    assert found.cause.endswith(f"set load_balancer.cross_zone: true; {cause}")
    assert found.observed.endswith("; i-c is in az4")

    beside = broken(of_provider=provider(targets=(*provider().targets, replace(moved, id="i-d"))))
    assert (beside.hop, beside.cause) == ("targets", cause.replace("i-c", "i-d"))


def test_a_target_that_another_zone_uses_is_not_misplaced():
    unused = Target("i-c", "az3", 80, "unused", "Target.InvalidState")
    assert broken(of_provider=provider(targets=(provider().targets[0], unused))).hop == "backend"
    # With cross-zone load balancing, a healthy one in another zone receives traffic.
    far = Target("i-c", "az4", 80, "healthy", "")
    crossing = provider(targets=(provider().targets[0], far), listeners=CROSSING)
    assert failing(control_plane(consumer(), crossing)) == {}


@pytest.mark.parametrize("zone", ["all", ""], ids=["every", "unknown"])
def test_a_target_of_every_zone_or_of_an_unknown_one_is_no_fault(zone):
    one = Target("192.0.2.9", zone, 80, "healthy", "")
    outside = provider(targets=(one,), texts={}, backend_zone_ids={}, backend_states={})
    assert failing(control_plane(consumer(), outside)) == {}

    sick = replace(one, state="unhealthy", reason="Target.FailedHealthChecks")
    found = broken(of_provider=replace(outside, targets=(sick,)))
    assert found.hop == "backend"
    assert "has no healthy target" not in found.cause


def test_a_zone_with_a_sick_target_is_not_dark_if_another_target_serves_every_zone():
    sick = Target("i-c", "az3", 80, "unhealthy", "Target.FailedHealthChecks")
    everywhere = Target("192.0.2.9", "all", 80, "healthy", "")
    found = broken(of_provider=provider(targets=(provider().targets[0], sick, everywhere)))
    assert (found.hop, "has no healthy target" in found.cause) == ("backend", False)


def test_of_several_listeners_the_port_of_the_sick_target_is_named():
    brokers = tuple(Target(f"10.0.0.{number}", "az1", 9000 + number, "healthy", "") for number in (1, 2, 3))
    sick = replace(brokers[2], state="unhealthy", reason="Target.FailedHealthChecks")
    of_provider = provider(
        listeners=tuple(Listener(9000 + number, crosses_zones=True) for number in (1, 2, 3)),
        targets=(*brokers[:2], sick),
        texts={},
        backend_states={},
    )
    found = broken(consumer(rules=(Rule(9001, 9003, (IPv4Network("10.20.0.0/16"),)),)), of_provider)
    assert found.hop == "backend"
    assert found.observed == "10.0.0.3 unhealthy (Target.FailedHealthChecks) on port 9003"


def test_a_backend_that_is_no_target():
    found = broken(of_provider=provider(targets=provider().targets[:1], listeners=CROSSING))
    assert (found.hop, found.cause.startswith("i-c is not registered")) == ("targets", True)


def test_zones_are_compared_by_id():
    moved = provider(targets=(Target("i-a", "az2", 80, "healthy", ""), provider().targets[1]))
    assert "zone-a (az1)" in broken(of_provider=moved).cause


def test_zones_of_another_region_need_not_match():
    other = provider(
        zone_ids=("far-az1",),
        targets=(Target("i-a", "far-az1", 80, "healthy", ""),),
        texts={"i-a": "one"},
        backend_states={"i-a": "running"},
    )

    assert failing(control_plane(consumer(far=True), other)) == {}
    assert broken(consumer(), other).hop == "endpoint"


def test_an_endpoint_to_another_service_that_waits_is_told_after_all_else():
    waiting = consumer(further={"partner": "pendingAcceptance", "s3": "available"})

    found = broken(waiting)
    assert (found.id, found.hop) == ("further-endpoints", "further endpoints")
    assert "partner is pendingAcceptance" in found.observed
    assert likely_cause(waiting, provider()) is None
    assert broken(replace(waiting, state="rejected")).hop == "connection"
    assert failing(control_plane(consumer(further={"s3": "available"}), provider())) == {}


def test_every_port_needs_its_targets():
    both = consumer(rules=(Rule(80, 8080, (IPv4Network("10.20.0.0/16"),)),))
    assert "zone-a (az1) on port 8080" in broken(both, provider(listeners=TWO)).cause


def test_a_stopped_backend():
    stopped = Target("i-c", "az3", 80, "unused", "Target.InvalidState")

    found = broken(
        of_provider=provider(
            targets=(provider().targets[0], stopped), backend_states={"i-a": "running", "i-c": "stopped"}
        )
    )

    assert found.hop == "backend"
    assert found.cause.startswith("backend down: i-c stopped, i-c unused (Target.InvalidState)")
    assert "zone-c has no healthy target" in found.cause
    assert "start the instance" in found.cause


def test_a_backend_that_fails_its_checks():
    sick = Target("i-c", "az3", 80, "unhealthy", "Target.FailedHealthChecks")
    found = broken(of_provider=provider(targets=(provider().targets[0], sick)))
    assert (found.hop, "its server listens on the target port" in found.cause) == ("backend", True)


def test_a_new_target_is_waited_for():
    new = Target("i-c", "az3", 80, "initial", "Elb.InitialHealthChecking")
    found = broken(of_provider=provider(targets=(provider().targets[0], new)))
    assert (found.hop, "verify again in a minute" in found.cause) == ("backend", True)


def test_the_nearest_hop_is_named_first():
    many = provider(enforced=True, rules=ELSEWHERE, targets=())
    checks = control_plane(consumer(rules=ELSEWHERE), many)
    assert len(failing(checks)) > 2
    assert first_broken(reversed(checks)).hop == "endpoint security group"


def test_ports_are_the_listeners_or_what_the_endpoint_admits():
    assert ports(consumer(), provider(listeners=TWO)) == (
        (80, "tcp"),
        (8080, "tcp"),
    )
    assert ports(consumer(), None) == ((80, "tcp"),)
    assert ports(consumer(rules=(Rule(0, 65535, (IPv4Network("0.0.0.0/0"),)),)), None) == ((0, "tcp"),)


def test_an_endpoint_group_with_ranges_alone_allows_some_port():
    only_ranges = (Rule(1024, 65535, (IPv4Network("10.20.0.0/16"),)),)
    (group,) = [
        check for check in control_plane(consumer(rules=only_ranges), None) if check.id == "endpoint-group"
    ]
    assert group.outcome == "holds"


def test_a_listener_of_udp_needs_its_own_rule_and_targets():
    datagrams = provider(listeners=(Listener(80, "UDP"),))
    assert "blocked: port 80/udp" in broken(of_provider=datagrams).observed
    rule = replace(consumer().rules[0], ip_protocol="udp")
    assert failing(control_plane(consumer(rules=(rule,)), datagrams)) == {}
    assert broken(consumer(rules=(rule,)), replace(datagrams, targets=())).hop == "targets"


def test_a_health_check_of_another_port_is_told():
    sick = Target("i-c", "az3", 80, "unhealthy", "Target.FailedHealthChecks")
    check = HealthCheck(of_traffic_port=False, port="8081")
    targets = (provider().targets[0], sick)
    found = broken(of_provider=provider(targets=targets, listeners=(Listener(80, health_check=check),)))
    assert found.cause.endswith("; the health check uses another port than the traffic: 8081")
