"""Both paths: what the probe saw, compared with what should be."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from privatelink.verify import private_path, public_path
from privatelink.verify.rules import Rule
from privatelink.verify.sight import Trace, enough
from tests.support.verify_facts import (
    ADDRESSES,
    BALANCER,
    FIRST,
    PUBLIC,
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
OVER_INTERNET = sight(dict(zip(PUBLIC, (FIRST, SECOND), strict=True)), ("100.66.0.1", "*"))


def see(of_consumer, of_provider, by_name):
    wanted = public_path.jobs(of_consumer, of_provider, 20) + private_path.jobs(of_consumer, of_provider, 20)
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


def public(seen=OVER_INTERNET, of_consumer=None, of_provider=None):
    of_consumer, of_provider = of_consumer or consumer(), of_provider or provider()
    return public_path.evaluate(of_consumer, of_provider, see(of_consumer, of_provider, {BALANCER: seen}))


class TestPrivate:
    def test_a_whole_path_holds(self):
        checks = private()
        assert {check.outcome for check in checks} == {"holds"}
        assert {check.step for check in checks} == {"W10", "W11", "W12"}
        assert len({check.id for check in checks}) == len(checks) == 7

    def test_one_text_is_missing(self):
        found = failing(private(regional=sight(dict.fromkeys(ADDRESSES, FIRST))))
        assert found == {"texts-regional-80": "backend"}

    def test_backends_of_the_same_user_data_answer_the_same(self):
        same = provider(texts={"i-a": "one", "i-c": "one"})
        assert failing(private(None, same, regional=sight(dict.fromkeys(ADDRESSES, FIRST)))) == {}

    def test_a_request_that_fails_is_a_failure_though_all_texts_came(self):
        some = replace(sight(BOTH), failures={ADDRESSES[0]: {"timed out": 1}})
        assert failing(private(regional=some)) == {"texts-regional-80": "backend"}

    @pytest.mark.parametrize(
        "seen", [sight({ADDRESSES[0]: FIRST}), sight({**BOTH, "10.9.9.9": FIRST}), UNRESOLVED]
    )
    def test_the_regional_name_leads_to_exactly_the_endpoints_addresses(self, seen):
        assert failing(private(regional=seen))["names-regional"] == "dns"

    def test_a_zonal_name_leads_to_its_zones_address(self):
        found = failing(private(zone_a=sight({ADDRESSES[1]: FIRST})))
        assert found == {"names-zone-a": "dns"}

    def test_an_address_outside_its_subnet(self):
        addresses = consumer().addresses
        stray = consumer(addresses=(replace(addresses[0], subnet=IPv4Network("10.20.16.0/20")), addresses[1]))
        assert failing(private(stray)) == {"names-regional": "dns", "names-zone-a": "dns"}

    def test_private_names_are_looked_at_too(self):
        named = consumer(private_dns=True, private_names=("api.example.com",))
        assert failing(private(named, **{"api.example.com": sight(BOTH)})) == {}
        found = failing(private(named, **{"api.example.com": UNRESOLVED}))
        assert found == {"names-api.example.com": "dns", "texts-api.example.com-80": "dns"}

    def test_a_trace_that_leaves_the_vpc(self):
        found = private(regional=sight(BOTH, ("10.20.0.1", "*", "192.0.2.3")))
        assert failing(found) == {"trace": "endpoint"}
        assert "outside the VPC: 192.0.2.3" in next(check for check in found if check.id == "trace").observed

    def test_silent_routers_and_those_of_the_vpc_are_no_harm(self):
        assert failing(private(regional=sight(BOTH, ("10.20.0.1", "*")))) == {}

    def test_a_trace_that_does_not_arrive(self):
        ends = replace(sight(BOTH), traces={address: Trace((), reached=False) for address in ADDRESSES})
        assert failing(private(regional=ends)) == {"trace": "endpoint"}

    def test_what_the_api_knows_is_the_cause_of_what_does_not_come_through(self):
        pending = provider(connections={"vpce-1": "pendingAcceptance"})
        checks = private(None, pending, regional=unanswered(ADDRESSES))
        assert failing(checks) == {"texts-regional-80": "connection", "trace": "connection"}
        assert all(
            check.cause.startswith("pending acceptance") for check in checks if check.outcome == "fails"
        )

    def test_without_the_provider_every_address_must_answer(self):
        assert failing(private(None, None, regional=sight(dict.fromkeys(ADDRESSES, "?")))) == {}
        found = private(None, None, regional=unanswered(ADDRESSES))
        assert {check.hop for check in found if check.outcome == "fails"} == {"backend", "endpoint"}
        assert "only the service's owner sees" in next(check.cause for check in found if check.cause)

    def test_without_a_probe_nothing_is_looked_at_and_the_way_out_is_told(self):
        alone = consumer(probe=None)
        assert private_path.jobs(alone, provider(), 20) == []
        checks = private_path.evaluate(alone, provider(), {})
        assert {check.outcome for check in checks} == {"not checked"}
        assert all("probe: true" in check.observed for check in checks)

    def test_only_texts_of_the_endpoints_zones_are_expected_unless_zones_are_crossed(self):
        three = provider(
            texts={"i-a": "1", "i-b": "2", "i-c": "3"},
            backend_zone_ids={"i-a": "az1", "i-b": "az2", "i-c": "az3"},
        )
        assert failing(private(None, three)) == {}
        assert "texts-regional-80" in failing(private(None, replace(three, crossing_ports=(80,))))


class TestPublic:
    def test_a_whole_path_holds(self):
        checks = public()
        assert [(check.step, check.outcome) for check in checks] == [
            ("W3", "holds"),
            ("W4", "holds"),
            ("W5", "holds"),
        ]

    def test_the_name_leads_to_exactly_the_elastic_addresses(self):
        assert "public-name" in failing(public(sight({PUBLIC[0]: FIRST})))
        assert "public-name" in failing(public(UNRESOLVED))

    def test_all_texts_are_expected(self):
        assert failing(public(sight(dict.fromkeys(PUBLIC, FIRST)))) == {"public-texts-80": "internet"}

    def test_without_a_way_out_the_trace_does_not_leave(self):
        assert consumer().probe
        inside = consumer(probe=replace(consumer().probe, internet_gateway=None))
        assert failing(public(of_consumer=inside)) == {"public-trace": "internet"}

    def test_a_trace_to_a_private_address_does_not_leave(self):
        assert "public-trace" in failing(public(sight(BOTH)))

    def test_a_backend_that_is_down_is_the_cause(self):
        down = provider(backend_states={"i-a": "running", "i-c": "stopped"})
        assert failing(public(sight({PUBLIC[0]: FIRST}), of_provider=down))["public-texts-80"] == "backend"

    @pytest.mark.parametrize(
        ("of_consumer", "of_provider", "why"),
        [
            (consumer(), provider(internal=True), "internal"),
            (consumer(probe=None), provider(), "probe: true"),
            (consumer(), None, "not applied here"),
        ],
        ids=["internal", "no-probe", "no-provider"],
    )
    def test_nothing_is_looked_at(self, of_consumer, of_provider, why):
        assert public_path.jobs(of_consumer, of_provider, 20) == []
        checks = public_path.evaluate(of_consumer, of_provider, {})
        assert {check.outcome for check in checks} == {"not checked"}
        assert all(why in check.observed for check in checks)

    def test_whom_allow_from_does_not_admit_sees_the_name_alone(self):
        shut = provider(rules=(Rule(80, 80, (IPv4Network("192.0.2.0/24"),)),))
        name, texts, trace = public(of_provider=shut)
        assert (name.outcome, texts.outcome, trace.outcome) == ("holds", "not checked", "not checked")
        assert "allow_from does not admit the probe's 198.51.100.7 to port 80" in texts.observed


class TestRequests:
    """A load balancer hashes each connection: it takes many to meet every backend."""

    @pytest.mark.parametrize(("texts", "requests"), [(0, 4), (1, 4), (2, 20), (3, 36), (6, 82)])
    def test_enough_to_meet_each(self, texts, requests):
        assert enough(texts, 4) == requests
        missed = texts * (1 - 1 / texts) ** requests if texts > 1 else 0
        assert missed <= 2e-6

    def test_never_fewer_than_asked_for(self):
        assert enough(2, 50) == 50

    @pytest.mark.parametrize(
        ("changes", "zonal"), [({}, 4), ({"crossing_ports": (80,)}, 20)], ids=["own zone", "every zone"]
    )
    def test_a_zonal_name_is_asked_as_often_as_it_takes(self, changes, zonal):
        asked = {job.name: job.requests for job in private_path.jobs(consumer(), provider(**changes), 20)}
        assert asked == {REGIONAL: 20, ZONAL["zone-a"]: zonal, ZONAL["zone-c"]: zonal}

    def test_from_another_region_a_zonal_name_leads_to_every_zone(self):
        jobs = private_path.jobs(consumer(far=True), provider(), 20)
        assert {job.requests for job in jobs} == {20}

    def test_three_backends_take_more(self):
        three = {
            "texts": {"i-a": "one", "i-b": "two", "i-c": "three"},
            "backend_zone_ids": dict.fromkeys(("i-a", "i-b", "i-c"), "az1"),
        }
        assert [job.requests for job in public_path.jobs(consumer(), provider(**three), 20)] == [36]
