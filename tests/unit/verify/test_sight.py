"""What the probe saw: how often it asks, what it is sent, and how its answer is read."""

import json

import pytest

from privatelink.verify import probe, run_command, sight
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.sight import Job, enough
from tests.support.verify_facts import consumer

JOBS = [Job("nlb.example", 80, 20, trace=True), Job('it\'s "odd"', 8080, 4)]
ANSWER = {
    "addresses": ["10.20.0.4"],
    "error": "",
    "answers": {"10.20.0.4": {"ZIGISPACE - SVR#1": 3}},
    "failures": {"10.20.0.4": {"timed out": 2, "refused": 1}},
    "traces": {"10.20.0.4": {"hops": ["10.20.0.1", "*"], "reached": True}},
}


class Stack:
    """Stands for a stack as far as it is asked for a client."""

    def client(self, service):
        return service


def printed(monkeypatch, output):
    """Have the probe print this; return where what it was sent is noted."""
    sent = []

    def run(client, instance_id, script):
        sent.append((client, instance_id, script))
        return output

    monkeypatch.setattr(run_command, "run", run)
    return sent


def as_printed(*answers):
    return probe.encode(list(answers))


@pytest.mark.parametrize(("texts", "requests"), [(0, 4), (1, 4), (2, 20), (3, 36), (6, 82)])
def test_enough_to_meet_each(texts, requests):
    assert enough(texts, 4) == requests
    missed = texts * (1 - 1 / texts) ** requests if texts > 1 else 0
    assert missed <= 2e-6


def test_never_fewer_than_asked_for():
    assert enough(2, 50) == 50


def test_the_program_and_its_jobs_are_sent_and_quoted(monkeypatch):
    sent = printed(monkeypatch, as_printed(ANSWER, ANSWER))

    sight.look(Stack(), consumer().probe, JOBS)

    ((client, instance_id, script),) = sent
    assert (client, instance_id) == ("ssm", "i-probe")
    assert sight.PROGRAM in script
    assert "'\"'\"'" in script  # a quote in a name ends no shell word
    assert json.dumps(vars(JOBS[0])) in script


def test_an_answer_belongs_to_its_job(monkeypatch):
    printed(monkeypatch, as_printed(ANSWER, ANSWER | {"addresses": [], "error": "no such name"}))

    seen = sight.look(Stack(), consumer().probe, JOBS)

    first, second = seen[JOBS[0]], seen[JOBS[1]]
    assert first.addresses == ("10.20.0.4",)
    assert first.texts == ["ZIGISPACE - SVR#1"]
    assert first.failed == "10.20.0.4 timed out (2 times), 10.20.0.4 refused"
    assert first.traces["10.20.0.4"].hops == ("10.20.0.1", "*")
    assert (second.addresses, second.error) == ((), "no such name")


@pytest.mark.parametrize(
    "output", ["", "command not found", as_printed(ANSWER), as_printed(ANSWER, {}), as_printed(1, 2)]
)
def test_another_answer_is_told_as_it_came(monkeypatch, output):
    printed(monkeypatch, output)

    with pytest.raises(CouldNotCheckError, match="the output of the probe i-probe cannot be read"):
        sight.look(Stack(), consumer().probe, JOBS)
