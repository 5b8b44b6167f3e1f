"""What packets show: from a host outside, from probes, and both paths beside each other."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from privatelink.demo import traffic as module
from privatelink.demo.traffic import Traffic
from privatelink.verify import probe
from privatelink.verify.provider_facts import Target
from privatelink.verify.rules import Rule
from privatelink.verify.sight import Sight, Trace
from tests.support.verify_facts import ADDRESSES, FIRST, PUBLIC, SECOND, provider, sight

ANSWER = {
    "addresses": list(PUBLIC),
    "error": "",
    "answers": {},
    "failures": {},
    "traces": {},
    "certificates": {},
}


class Sandbox:
    """A sandbox as far as traffic asks it."""

    def __init__(self, missing=None, answer=None):
        self.data_plane_missing, self.answer, self.ran = missing, answer, []

    def settle(self):
        pass

    def run_outside(self, command, seconds):
        self.ran.append(command)
        return self.answer


def test_the_host_outside_looks_with_the_probes_program():
    sandbox = Sandbox(answer=SimpleNamespace(code=0, stdout=probe.encode([ANSWER]), stderr=""))

    seen = Traffic(sandbox, None).from_outside(provider())

    assert seen.addresses == PUBLIC
    (command,) = sandbox.ran
    assert command[:2] == ["python3", "-c"]
    assert '"name": "nlb.elb.amazonaws.com"' in command[3]


def test_a_host_outside_that_cannot_look_sees_nothing_and_says_why():
    sandbox = Sandbox(answer=SimpleNamespace(code=127, stdout="", stderr="python3: not found\n"))

    seen = Traffic(sandbox, None).from_outside(provider())

    assert (seen.addresses, seen.error) == ((), "the internet host failed: python3: not found")


@pytest.mark.parametrize(
    ("changes", "admitted"),
    [
        ({}, True),
        ({"rules": (Rule(443, 443, provider().rules[0].cidrs),)}, False),
        ({"rules": (), "group_ids": ()}, True),
        ({"rules": ()}, False),
    ],
)
def test_rules_say_whether_the_host_outside_is_admitted(changes, admitted):
    assert Traffic.allows_outside(provider(**changes)) is admitted


def test_targets_are_waited_for(monkeypatch):
    sick = provider(targets=(Target("i-a", "az1", 80, "initial", ""),))
    answers = [sick, provider(targets=()), provider()]
    monkeypatch.setattr(module, "read_provider", lambda _: answers.pop(0))
    monkeypatch.setattr(module.time, "sleep", lambda _: None)

    facts = Traffic(Sandbox(), None).wait_until_healthy()

    assert {target.state for target in facts.targets} == {"healthy"}
    assert answers == []


def test_without_packets_nothing_is_waited_for(monkeypatch):
    sick = provider(targets=(Target("i-a", "az1", 80, "initial", ""),))
    monkeypatch.setattr(module, "read_provider", lambda _: sick)

    assert Traffic(Sandbox("no nft"), None).wait_until_healthy() is sick


def test_the_two_paths_are_shown_when_both_were_seen():
    seen = Traffic(Sandbox(), None)
    assert seen.side_by_side() is None

    traces = {PUBLIC[0]: Trace(("100.66.0.1",), reached=True)}
    public = sight(dict(zip(PUBLIC, (FIRST, SECOND), strict=True)))
    seen.public_sight = Sight(public.addresses, "", public.answers, public.failures, traces)
    seen.private_sight = sight(dict(zip(ADDRESSES, (FIRST, SECOND), strict=True)))
    out = io.StringIO()
    Console(file=out, width=200).print(seen.side_by_side())

    said = out.getvalue()
    for text in ("over the internet", "through PrivateLink", *PUBLIC, *ADDRESSES, "1 100.66.0.1"):
        assert text in said

    seen.private_sight = sight({ADDRESSES[0]: "[red]\x1b[2J"})
    out.truncate(0)
    Console(file=out, width=200).print(seen.side_by_side())
    assert r"[red]\x1b[2J" in out.getvalue()
