"""The report as data: sides and hops in the order of the path, verdicts, exit codes."""

import pytest

from privatelink.verify.check import BESIDE, HOPS, compared, not_checked
from privatelink.verify.report import Finding, Report, Station, exit_code, shortened, way
from tests.support.verify_reports import AT, BROKEN, EVERY, FAILED, HALF, UNKNOWN, WHOLE

HOLDING = compared("names", "W10", "addresses", "10.20.0.4", True, "dns")
FAILING = compared("texts", "W11", "2 texts", "1 text", False, "backend", "it is stopped")
ASIDE = compared("public", "W4", "2 texts", "none", False, "internet", "closed")
UNSEEN = not_checked("trace", "W12", "no router", "no probe", "endpoint")


def test_the_way_to_a_hop_names_those_before_it():
    assert way(FAILING).startswith("connection → endpoint → dns")
    assert way(FAILING).endswith("targets → backend BROKEN")
    assert way(ASIDE) == "internet BROKEN"


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([Finding("a", [HOLDING, UNSEEN])], 0),
        ([Finding("a", [HOLDING]), Finding("b", error="x")], 2),
        ([Finding("a", error="x"), Finding("b", [FAILING])], 1),
    ],
)
def test_a_failure_outweighs_what_could_not_be_checked(findings, code):
    assert exit_code(findings) == Report(AT, findings).exit_code == code


@pytest.mark.parametrize(
    ("checks", "verdict", "headline"),
    [
        ([HOLDING], "works", "works: 1 passed"),
        ([HOLDING, UNSEEN], "no check failed", "no check failed: 1 passed, 1 not checked"),
        ([UNSEEN], "no check failed", "no check failed: 0 passed, 1 not checked"),
        ([], "no check failed", "no check failed: 0 passed"),
        ([HOLDING, FAILING, ASIDE], "broken", "broken at backend: 1 passed, 2 failed"),
        ([HOLDING, ASIDE], "broken", "broken beside the private path: internet: 1 passed, 1 failed"),
    ],
)
def test_a_path_works_only_if_all_of_it_was_checked(checks, verdict, headline):
    assert (Finding("a", checks).verdict, Finding("a", checks).headline) == (verdict, headline)


def test_the_worst_path_is_the_verdict():
    assert [finding.verdict for finding in EVERY.findings] == [
        "works",
        "broken",
        "no check failed",
        "could not be checked",
    ]
    assert EVERY.verdict == "broken"
    assert EVERY.headline == "4 paths: 1 broken, 1 could not be checked, 1 no check failed, 1 works"
    assert Report(AT, [WHOLE, HALF, UNKNOWN]).verdict == "could not be checked"
    assert Report(AT, [WHOLE, HALF]).verdict == "no check failed"
    assert (Report(AT, [WHOLE]).verdict, Report(AT, [WHOLE]).headline) == ("works", "1 path: 1 works")
    assert Report(AT).verdict == "could not be checked"
    assert (FAILED.verdict, FAILED.exit_code) == ("could not be checked", 2)
    assert FAILED.headline == "could not be checked: no generated Terraform in cdktf.out"
    assert EVERY.time == "2026-05-04 03:02:01 UTC"


def test_the_sides_are_in_the_order_of_the_path_with_every_check_once():
    sides = WHOLE.sides

    assert [side.name for side in sides] == [
        "service consumer client",
        "PrivateLink",
        "service provider",
        "beside the private path",
    ]
    assert [[station.hop for station in side.stations] for side in sides] == [
        ["endpoint", "dns", "endpoint security group"],
        ["connection"],
        ["load balancer security group", "targets", "backend"],
        ["internet"],
    ]
    assert [side.on_path for side in sides] == [True, True, True, False]
    shown = [check for side in sides for station in side.stations for check in station.checks]
    assert sorted(shown, key=WHOLE.checks.index) == WHOLE.checks


def test_every_hop_has_a_side():
    finding = Finding("a", [compared(hop, "", "", "", True, hop) for hop in HOPS])

    places = {station.hop: side for side in finding.sides for station in side.stations}
    assert places.keys() == {*HOPS}
    assert {hop for hop, side in places.items() if not side.on_path} == {*BESIDE}


@pytest.mark.parametrize(
    ("checks", "state", "telling"),
    [
        ([HOLDING], "works", HOLDING),
        ([HOLDING, UNSEEN], "partly checked", UNSEEN),
        ([UNSEEN], "not checked", UNSEEN),
        ([HOLDING, UNSEEN, FAILING], "broken", FAILING),
    ],
)
def test_a_hop_works_only_if_all_of_it_was_checked(checks, state, telling):
    assert (Station("dns", checks).state, Station("dns", checks).telling) == (state, telling)


def test_states_of_a_broken_path():
    states = {station.hop: station.state for side in BROKEN.sides for station in side.stations}

    assert states["backend"] == "broken"
    assert {state for hop, state in states.items() if hop != "backend"} == {"works"}


def test_a_long_text_is_cut_and_its_length_is_told():
    assert shortened("x" * 10, 10) == "x" * 10
    assert shortened("x" * 1234, 10) == "xxxxxxxxxx… (1,234 characters)"
