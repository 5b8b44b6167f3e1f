"""The path over the internet: what the probe saw, compared with what should be."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from privatelink.verify import public_path
from privatelink.verify.rules import Rule
from tests.support.verify_facts import (
    ADDRESSES,
    BALANCER,
    FIRST,
    PUBLIC,
    SECOND,
    UNRESOLVED,
    consumer,
    failing,
    provider,
    sight,
    unanswered,
)

BOTH = dict(zip(ADDRESSES, (FIRST, SECOND), strict=True))
OVER_INTERNET = sight(dict(zip(PUBLIC, (FIRST, SECOND), strict=True)), ("100.66.0.1", "*"))


def see(of_consumer, of_provider, by_name):
    wanted = public_path.jobs(of_consumer, of_provider, 20)
    return {job: by_name[job.name] for job in wanted if job.name in by_name}


def public(seen=OVER_INTERNET, of_consumer=None, of_provider=None):
    of_consumer, of_provider = of_consumer or consumer(), of_provider or provider()
    return public_path.evaluate(of_consumer, of_provider, see(of_consumer, of_provider, {BALANCER: seen}))


def test_a_whole_path_holds():
    checks = public()
    assert [(check.step, check.outcome) for check in checks] == [
        ("W3", "holds"),
        ("W4", "holds"),
        ("W5", "holds"),
    ]


def test_the_name_leads_to_exactly_the_elastic_addresses():
    assert "public-name" in failing(public(sight({PUBLIC[0]: FIRST})))
    assert "public-name" in failing(public(UNRESOLVED))


def test_all_texts_are_expected():
    assert failing(public(sight(dict.fromkeys(PUBLIC, FIRST)))) == {"public-texts-80": "internet"}


def test_without_a_way_out_the_trace_does_not_leave():
    assert consumer().probe
    inside = consumer(probe=replace(consumer().probe, internet_gateway=None))
    assert failing(public(of_consumer=inside)) == {"public-trace": "internet"}


def test_a_trace_to_a_private_address_does_not_leave():
    assert "public-trace" in failing(public(sight(BOTH)))


def test_a_backend_that_is_down_is_the_cause():
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
def test_nothing_is_looked_at(of_consumer, of_provider, why):
    assert public_path.jobs(of_consumer, of_provider, 20) == []
    checks = public_path.evaluate(of_consumer, of_provider, {})
    assert {check.outcome for check in checks} == {"not checked"}
    assert all(why in check.observed for check in checks)


def test_whom_allow_from_does_not_admit_sees_the_name_alone():
    shut = provider(rules=(Rule(80, 80, (IPv4Network("192.0.2.0/24"),)),))
    name, texts, trace = public(of_provider=shut)
    assert (name.outcome, texts.outcome, trace.outcome) == ("holds", "not checked", "not checked")
    assert "allow_from does not allow the probe's 198.51.100.7 on port 80" in texts.observed


def test_a_probe_without_a_public_address_sees_the_name_alone_and_sends_nothing():
    assert consumer().probe
    private = consumer(probe=replace(consumer().probe, public_address=None, internet_gateway=None))

    (job,) = public_path.jobs(private, provider(), 20)
    assert (job.requests, job.trace) == (0, False)
    name, texts, trace = public(unanswered(PUBLIC), of_consumer=private)
    assert (name.outcome, texts.outcome, trace.outcome) == ("holds", "not checked", "not checked")
    assert "the probe has no public address" in texts.observed


def test_three_backends_take_more():
    three = {
        "texts": {"i-a": "one", "i-b": "two", "i-c": "three"},
        "backend_zone_ids": dict.fromkeys(("i-a", "i-b", "i-c"), "az1"),
    }
    assert [job.requests for job in public_path.jobs(consumer(), provider(**three), 20)] == [36]
