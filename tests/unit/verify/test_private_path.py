"""The private path: what the probe saw, compared with what should be."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from privatelink.verify import private_path
from privatelink.verify.provider_facts import Listener
from privatelink.verify.rules import Rule
from privatelink.verify.sight import Certificate, Trace
from tests.support.verify_facts import (
    ADDRESSES,
    CROSSING,
    FIRST,
    REGIONAL,
    SECOND,
    UNRESOLVED,
    ZONAL,
    consumer,
    failing,
    provider,
    sight,
    unanswered,
)

BOTH = dict(zip(ADDRESSES, (FIRST, SECOND), strict=True))


def see(of_consumer, of_provider, by_name):
    wanted = private_path.jobs(of_consumer, of_provider, 20)
    return {job: by_name[job.name] for job in wanted if job.name in by_name}


def private(of_consumer=None, of_provider=provider, **changed):
    of_consumer = of_consumer or consumer()
    of_provider = of_provider() if callable(of_provider) else of_provider
    names = {
        REGIONAL: sight(BOTH),
        ZONAL["zone-a"]: sight({ADDRESSES[0]: FIRST}),
        ZONAL["zone-c"]: sight({ADDRESSES[1]: SECOND}),
    }
    names |= {
        {"regional": REGIONAL, "zone_a": ZONAL["zone-a"]}.get(key, key): value
        for key, value in changed.items()
    }
    return private_path.evaluate(of_consumer, of_provider, see(of_consumer, of_provider, names))


def test_a_whole_path_holds():
    checks = private()
    assert {check.outcome for check in checks} == {"holds"}
    assert {check.step for check in checks} == {"W10", "W11", "W12"}
    assert len({check.id for check in checks}) == len(checks) == 7


def test_one_text_is_missing():
    found = failing(private(regional=sight(dict.fromkeys(ADDRESSES, FIRST))))
    assert found == {"texts-regional-80": "backend"}


def test_backends_of_the_same_user_data_answer_the_same():
    same = provider(texts={"i-a": "one", "i-c": "one"})
    assert failing(private(None, same, regional=sight(dict.fromkeys(ADDRESSES, FIRST)))) == {}


def test_a_request_that_fails_is_a_failure_though_all_texts_came():
    some = replace(sight(BOTH), failures={ADDRESSES[0]: {"timed out": 1}})
    assert failing(private(regional=some)) == {"texts-regional-80": "backend"}


@pytest.mark.parametrize(
    "seen", [sight({ADDRESSES[0]: FIRST}), sight({**BOTH, "10.9.9.9": FIRST}), UNRESOLVED]
)
def test_the_regional_name_leads_to_exactly_the_endpoints_addresses(seen):
    assert failing(private(regional=seen))["names-regional"] == "dns"


def test_a_zonal_name_leads_to_its_zones_address():
    found = failing(private(zone_a=sight({ADDRESSES[1]: FIRST})))
    assert found == {"names-zone-a": "dns"}


def test_an_address_outside_its_subnet():
    addresses = consumer().addresses
    stray = consumer(addresses=(replace(addresses[0], subnet=IPv4Network("10.20.16.0/20")), addresses[1]))
    assert failing(private(stray)) == {"names-regional": "dns", "names-zone-a": "dns"}


def test_private_names_are_looked_at_too():
    named = consumer(private_dns=True, private_names=("api.example.com",))
    assert failing(private(named, **{"api.example.com": sight(BOTH)})) == {}
    found = failing(private(named, **{"api.example.com": UNRESOLVED}))
    assert found == {"names-api.example.com": "dns", "texts-api.example.com-80": "dns"}


def test_a_private_name_with_a_zone_leads_to_its_zones_address():
    named = consumer(private_names=("a.example.com",), zones_of_names={"a.example.com": "az1"})
    assert failing(private(named, **{"a.example.com": sight({ADDRESSES[0]: FIRST})})) == {}
    found = failing(private(named, **{"a.example.com": sight({ADDRESSES[1]: SECOND})}))
    assert found == {"names-a.example.com": "dns"}


def test_a_trace_that_leaves_the_vpc():
    found = private(regional=sight(BOTH, ("10.20.0.1", "*", "192.0.2.3")))
    assert failing(found) == {"trace": "endpoint"}
    assert "outside the VPC: 192.0.2.3" in next(check for check in found if check.id == "trace").observed


def test_silent_routers_and_those_of_the_vpc_are_no_harm():
    assert failing(private(regional=sight(BOTH, ("10.20.0.1", "*")))) == {}


def test_a_trace_that_does_not_arrive():
    ends = replace(sight(BOTH), traces={address: Trace((), reached=False) for address in ADDRESSES})
    assert failing(private(regional=ends)) == {"trace": "endpoint"}


def test_a_trace_that_arrives_in_one_zone_only_names_the_other():
    half = sight(BOTH)
    half = replace(half, traces=half.traces | {ADDRESSES[1]: Trace((), reached=False)})
    found = next(check for check in private(regional=half) if check.id == "trace")
    assert (found.outcome, found.hop) == ("fails", "endpoint")
    assert found.cause.startswith(
        "only zone-a (az1) responds, and zone-c (az3) does not: check the network ACLs"
    )

    closed = consumer(rules=())
    known = next(check for check in private(closed, regional=half) if check.id == "trace")
    assert known.hop == "endpoint security group"
    assert "sg-endpoint does not allow the probe" in known.cause


def test_what_the_api_knows_is_the_cause_of_what_does_not_come_through():
    pending = provider(connections={"vpce-1": "pendingAcceptance"})
    checks = private(None, pending, regional=unanswered(ADDRESSES))
    assert failing(checks) == {"texts-regional-80": "connection", "trace": "connection"}
    assert all(check.cause.startswith("pending acceptance") for check in checks if check.outcome == "fails")


def test_without_the_provider_every_address_must_answer():
    assert failing(private(None, None, regional=sight(dict.fromkeys(ADDRESSES, "?")))) == {}
    found = private(None, None, regional=unanswered(ADDRESSES))
    assert {check.hop for check in found if check.outcome == "fails"} == {"backend", "endpoint"}
    assert "ask the service provider to check" in next(check.cause for check in found if check.cause)


def test_without_a_probe_nothing_is_looked_at_and_the_way_out_is_told():
    alone = consumer(probe=None)
    assert private_path.jobs(alone, provider(), 20) == []
    checks = private_path.evaluate(alone, provider(), {})
    assert {check.outcome for check in checks} == {"not checked"}
    assert all("probe: true" in check.observed for check in checks)


def test_only_texts_of_the_endpoints_zones_are_expected_unless_zones_are_crossed():
    three = provider(
        texts={"i-a": "1", "i-b": "2", "i-c": "3"},
        backend_zone_ids={"i-a": "az1", "i-b": "az2", "i-c": "az3"},
    )
    assert failing(private(None, three)) == {}
    assert "texts-regional-80" in failing(private(None, replace(three, listeners=CROSSING)))


@pytest.mark.parametrize(
    ("changes", "zonal"), [({}, 4), ({"listeners": CROSSING}, 20)], ids=["own zone", "every zone"]
)
def test_a_zonal_name_is_asked_as_often_as_it_takes(changes, zonal):
    asked = {job.name: job.requests for job in private_path.jobs(consumer(), provider(**changes), 20)}
    assert asked == {REGIONAL: 20, ZONAL["zone-a"]: zonal, ZONAL["zone-c"]: zonal}


def test_from_another_region_a_zonal_name_leads_to_every_zone():
    jobs = private_path.jobs(consumer(far=True), provider(), 20)
    assert {job.requests for job in jobs} == {20}


RANGE = (Rule(1024, 2047, (IPv4Network("10.20.0.0/16"),)),)


def sampled(*seen):
    ports = consumer(rules=RANGE)
    jobs = private_path.jobs(ports, None, 20)
    by_port = dict(zip((1024, 1535, 2047), seen, strict=True))
    checks = private_path.evaluate(ports, None, {job: by_port[job.port] for job in jobs})
    (found,) = [check for check in checks if check.step == "W11"]
    return found


REFUSED = replace(unanswered(ADDRESSES), failures={each: {"refused": 1} for each in ADDRESSES})
OPEN = sight(dict.fromkeys(ADDRESSES, "connected"))


def test_a_range_is_tested_by_a_sample_and_says_so():
    found = sampled(REFUSED, OPEN, unanswered(ADDRESSES))
    assert (found.id, found.outcome, found.observed) == ("sample-1024-2047", "holds", "connected: 1535")
    assert found.expected == "a connection to a port of 1024-2047; tested: 1024, 1535, 2047"


def test_a_range_whose_sample_is_refused_is_unknown():
    found = sampled(REFUSED, REFUSED, unanswered(ADDRESSES))
    assert found.outcome == "not checked"
    assert "no server listens on these ports" in found.observed


def test_a_range_of_which_nothing_arrives_fails():
    found = sampled(*[unanswered(ADDRESSES)] * 3)
    assert (found.outcome, found.hop) == ("fails", "backend")


def test_names_are_resolved_though_no_port_can_be_tested():
    checks = private(None, provider(listeners=(Listener(53, "UDP"),)))
    assert failing(checks) == {}
    unchecked = {check.id: check.observed for check in checks if check.outcome == "not checked"}
    assert unchecked.keys() == {"udp-53", "trace"}
    assert sum(check.step == "W10" for check in checks) == 3


def test_a_rule_for_all_ports_names_none():
    checks = private(consumer(rules=(Rule(0, 65535, (IPv4Network("10.20.0.0/16"),)),)), None)
    assert {check.id for check in checks if check.outcome == "not checked"} == {"texts", "trace"}


def test_a_tls_listener_is_tested_and_its_certificate_read():
    tls = provider(listeners=(Listener(80, "TLS"),), texts={})
    open_ = sight(dict.fromkeys(ADDRESSES, "connected"))
    expired = Certificate(("a.example",), "A", -90, -1, "", "TLSv1.3", "")
    seen = replace(open_, certificates=dict.fromkeys(ADDRESSES, (expired,)))
    jobs = private_path.jobs(consumer(), tls, 20)
    assert {(job.attempt.protocol, job.requests) for job in jobs} == {("tls", 4)}
    assert [job.trace for job in jobs] == [True, False, False]
    found = private(None, tls, regional=seen, zone_a=sight({ADDRESSES[0]: "connected"}))
    assert failing(found) == {"certificate-80": "listener"}
    assert "tls-regional-80" in {check.id for check in found}


def test_an_endpoint_that_keeps_udp_out_is_found_by_the_api():
    udp = provider(listeners=(Listener(80, "UDP"),))
    assert "10.20.0.5" in private_path.likely_cause(consumer(), udp).cause
