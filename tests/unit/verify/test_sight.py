"""What the probe saw: how often it asks, what it is sent, and how its answer is read."""

import base64
import json
import zlib

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
    "certificates": {},
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
    assert json.dumps(JOBS[0].as_json()) in script


def test_an_answer_belongs_to_its_job(monkeypatch):
    printed(monkeypatch, as_printed(ANSWER, ANSWER | {"addresses": [], "error": "no such name"}))

    seen = sight.look(Stack(), consumer().probe, JOBS)

    first, second = seen[JOBS[0]], seen[JOBS[1]]
    assert first.addresses == ("10.20.0.4",)
    assert first.texts == ["ZIGISPACE - SVR#1"]
    assert first.failed == "10.20.0.4 timed out (2 times), 10.20.0.4 refused"
    assert first.traces["10.20.0.4"].hops == ("10.20.0.1", "*")
    assert (second.addresses, second.error) == ((), "no such name")


def packed(content: bytes) -> str:
    return probe.COMPRESSED + base64.b64encode(zlib.compress(content)).decode()


MISSING = [{name: value for name, value in ANSWER.items() if name != missing} for missing in ANSWER]
WRONG = [
    {"addresses": None},
    {"addresses": "10.20.0.4"},
    {"addresses": ["10.20.0"]},
    {"addresses": ["\x1b[2J"]},
    {"error": None},
    {"answers": []},
    {"answers": {"10.20.0.4": None}},
    {"answers": {"10.20.0.4": {"text": "3"}}},
    {"answers": {"10.20.0.4": {"text": float("nan")}}},
    {"failures": 3},
    {"failures": {"10.20.0.4": {"timed out": [2]}}},
    {"traces": {"10.20.0.4": {}}},
    {"traces": {"10.20.0.4": {"hops": "**", "reached": True}}},
    {"traces": {"10.20.0.4": {"hops": [], "reached": "yes"}}},
    {"traces": {"10.20.0.4": {"hops": ["a router"], "reached": True}}},
    {"traces": {"*": {"hops": [], "reached": True}}},
    {"traces": []},
]


@pytest.mark.parametrize(
    "output",
    [
        "",
        "command not found",
        "null",
        "{}",
        "\x00\x1b[2J",
        "[" * 20_000,
        f"[{'9' * 5000}]",
        as_printed(ANSWER),
        as_printed(ANSWER, {}),
        as_printed(1, 2),
        as_printed(ANSWER, ANSWER)[:-9],
        packed(b"\xff\xfe"),
        packed(b"[]") + "\ud800",
        packed(b"[" + b" " * probe.MOST_BYTES + b"]"),
        packed(as_printed(ANSWER, ANSWER).encode())[:-8],
        *(as_printed(ANSWER, answer) for answer in MISSING),
        *(as_printed(ANSWER, ANSWER | wrong) for wrong in WRONG),
    ],
    ids=lambda output: f"{output[-40:]!a}",
)
def test_a_malformed_answer_is_told_as_it_came(monkeypatch, output):
    printed(monkeypatch, output)

    with pytest.raises(CouldNotCheckError, match="the output of the probe i-probe cannot be read"):
        sight.look(Stack(), consumer().probe, JOBS)


def test_text_of_a_server_is_taken_as_it_is_and_a_probe_of_a_later_version_may_tell_more(monkeypatch):
    texts = {"\x1b[31m[red]\x00\u202e\ufffd": 3}
    answer = ANSWER | {"answers": {"10.20.0.4": texts}, "later": 1}
    printed(monkeypatch, as_printed(answer, ANSWER))

    seen = sight.look(Stack(), consumer().probe, JOBS)

    assert seen[JOBS[0]].texts == [*texts]
