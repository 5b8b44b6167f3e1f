"""The steps about both paths, out of what was seen."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from privatelink.demo.paths import Paths
from privatelink.demo.steps import Report
from privatelink.verify.check import compared, not_checked
from tests.support.fake_clients import FakeClient
from tests.support.verify_facts import FIRST, PUBLIC, SECOND, provider, sight

ELASTIC = {"a": PUBLIC[0], "c": PUBLIC[1]}


def stack(internal=False, zones=("a", "c"), addresses=None):
    resources = {
        "aws_lb": [{"internal": internal, "name": "front"}],
        "aws_subnet": [
            {"availability_zone": zone, "cidr_block": f"10.10.{number}.0/24"}
            for number, zone in enumerate(zones)
        ],
    }
    found = {"Addresses": [{"PublicIp": address} for address in ELASTIC.values()]}
    return SimpleNamespace(
        resources=resources.__getitem__,
        outputs={"load_balancer_addresses": addresses or ELASTIC},
        ec2=FakeClient({"describe_addresses": lambda PublicIps: found}),  # noqa: N803
    )


class Traffic:
    """Stands for what packets show."""

    def __init__(self, missing=None, outside=None, admitted=True, checks=()):
        self.missing, self._outside, self._admitted, self._checks = missing, outside, admitted, checks

    def from_outside(self, _):
        return self._outside

    def allows_outside(self, _):
        return self._admitted

    def public(self, _):
        return self._checks

    private = public


BOTH = sight(dict(zip(PUBLIC, (FIRST, SECOND), strict=True)))


def outcomes(traffic, of_provider=None, consumers=("client",), facts=None):
    report = Report(Console(file=io.StringIO()))
    them = [SimpleNamespace(consumer=key) for key in consumers]
    paths = Paths(report, traffic, of_provider or stack(), them)
    paths.observe_backends(facts or provider())
    paths.observe_public()
    paths.observe_private()
    return {step.id: (step.outcome, step.observed) for step in report.steps}


CHECKS = [
    compared("names-regional", "W10", "x", "addresses", True, "dns"),
    compared("texts-regional-80", "W11", "x", "2 texts", True, "backend"),
    compared("trace", "W12", "x", "no router", True, "endpoint"),
    compared("public-name", "W3", "x", "Elastic IPs", True, "internet"),
    compared("public-texts-80", "W4", "x", "2 texts", True, "internet"),
    compared("public-trace", "W5", "x", "a gateway", True, "internet"),
]
STEPS = ("W2", "W3", "W4", "W5", "W10", "W11", "W12")


def test_a_whole_walkthrough_holds():
    found = outcomes(Traffic(outside=BOTH, checks=CHECKS))

    assert {step: outcome for step, (outcome, _) in found.items()} == dict.fromkeys(STEPS, "holds")
    assert "from client: 2 texts" in found["W4"][1]


@pytest.mark.parametrize("broken", CHECKS, ids=lambda check: check.id)
def test_what_one_probe_does_not_see_fails_its_step(broken):
    checks = [check for check in CHECKS if check is not broken]
    checks.append(compared(broken.id, broken.step, "x", "nothing", False, broken.hop, "a cause"))

    found = outcomes(Traffic(outside=BOTH, checks=checks))

    assert [step for step, (outcome, _) in found.items() if outcome == "fails"] == [broken.step]


@pytest.mark.parametrize(
    ("outside", "admitted", "fails"),
    [
        (sight({PUBLIC[0]: FIRST, PUBLIC[1]: FIRST}), True, {"W2"}),  # a text is missing
        (sight({PUBLIC[0]: FIRST}), True, {"W2", "W3"}),  # and an address
        (BOTH, False, {"W4"}),  # something answers whom it should not
    ],
)
def test_the_host_outside_sees_all_or_nothing(outside, admitted, fails):
    found = outcomes(Traffic(outside=outside, admitted=admitted, checks=CHECKS))

    assert {step for step, (outcome, _) in found.items() if outcome == "fails"} == fails


def test_an_internal_load_balancer_has_private_addresses_and_no_path_over_the_internet():
    inside = stack(internal=True, addresses={"a": "10.10.0.5", "c": "10.10.1.5"})

    found = outcomes(Traffic(outside=BOTH, checks=CHECKS), inside)

    assert (found["W3"][0], found["W4"][0], found["W5"][0]) == (
        "holds",
        "not in this topology",
        "not in this topology",
    )
    astray = stack(internal=True, addresses={"a": "10.10.0.5", "c": "10.10.0.6"})
    assert outcomes(Traffic(outside=BOTH, checks=CHECKS), astray)["W3"][0] == "fails"


def test_what_no_probe_could_see_is_not_shown():
    unseen = [not_checked(check.id, check.step, "x", "no probe", check.hop) for check in CHECKS]

    found = outcomes(Traffic(outside=BOTH, checks=unseen))

    assert {found[step][0] for step in ("W10", "W11", "W12")} == {"not shown"}


def test_without_a_consumer_there_is_no_private_path():
    found = outcomes(Traffic(outside=BOTH), consumers=())

    assert set(found) == {"W2", "W3", "W4", "W5"}
    assert found["W5"][0] == "not in this topology"


@pytest.mark.parametrize(
    "states", [{"i-a": "running", "i-c": "stopped"}, {"i-a": "running"}], ids=["stopped", "one"]
)
def test_every_zone_needs_a_running_backend(states):
    found = outcomes(Traffic(outside=BOTH, checks=CHECKS), facts=provider(backend_states=states))

    assert found["W2"][0] == "fails"
