"""`privatelink verify`: exit codes, what is printed, and errors without a traceback."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

import privatelink.verify.consumer as verify_consumer_module
import privatelink.verify.verification as verification
from privatelink.verify import private_path, probe, public_path, run_command
from privatelink.verify.control_plane import control_plane
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.report import Finding, exit_code, way
from tests.support.cli import run
from tests.support.fake_stacks import FakeStacks
from tests.support.fake_terraform import fake_terraform
from tests.support.hostile_text import NASTY, check_console
from tests.support.project import PROJECT
from tests.support.verify_facts import consumer, provider

HOLDING = Finding("client", control_plane(consumer(), provider()))
PENDING = Finding("other", control_plane(consumer(state="pendingAcceptance"), None))
UNKNOWN = Finding("third", error="no probe can be reached")


class OneStack:
    """Stands for a stack as far as the command line looks at it."""

    def __init__(self, side, consumer=""):
        self.side, self.consumer, self.name = side, consumer, f"shop-{side}-{consumer}"
        self.outputs = {"endpoint_id": "vpce-1"}

    def client(self, service):
        """Return a client; what it is asked is replaced as well."""
        return service


def read_as(monkeypatch, stacks):
    """Have a folder of generated Terraform contain these stacks."""
    monkeypatch.setattr(verification, "read_stacks", lambda *_, **__: stacks)
    monkeypatch.setattr(verification, "find_binary", lambda *_, **__: "terraform")


@pytest.fixture
def applied(tmp_path, monkeypatch):
    """A directory with a provider and three consumers, each with the finding above."""
    (tmp_path / "manifest.json").write_text("{}")
    by_key = {finding.consumer: finding for finding in (HOLDING, PENDING, UNKNOWN)}
    stacks = [OneStack("provider"), *(OneStack("consumer", key) for key in by_key)]
    read_as(monkeypatch, stacks)

    def verified(stack, of_provider, *, requests, read, here):
        assert of_provider is stacks[0]
        assert requests == 7
        if error := by_key[stack.consumer].error:
            raise CouldNotCheckError(error)
        return by_key[stack.consumer].checks

    monkeypatch.setattr(verification, "verify_consumer", verified)
    return lambda *arguments: run("verify", "--out", tmp_path, "--requests", "7", *arguments)


@pytest.mark.parametrize(
    ("keys", "code"),
    [(["client"], 0), (["other"], 1), (["third"], 2), (["client", "third"], 2), (["third", "other"], 1)],
)
def test_exit_codes(applied, keys, code):
    result = applied(*(word for key in keys for word in ("--consumer", key)))
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


def test_every_consumer_is_verified_where_none_is_named(applied):
    result = applied()
    assert result.exit_code == 1
    assert "client: 8 passed" in result.output
    assert "other: connection BROKEN" in result.output
    assert "likely cause: pending acceptance" in result.output
    assert "third: could not check: no probe can be reached" in result.output


def test_json(applied):
    report = json.loads(applied("--json").stdout)
    found = report["consumers"]
    assert report["verdict"] == "broken"
    assert [item["consumer"] for item in found] == ["client", "other", "third"]
    assert found[0]["first_broken"] is None
    assert found[1]["first_broken"]["hop"] == "connection"
    assert found[2]["error"] == "no probe can be reached"


def test_reports_are_written_beside_the_table(applied, tmp_path):
    html, markdown, junit = (tmp_path / name for name in ("path.html", "path.md", "path.xml"))
    result = applied("--html", html, "--markdown", markdown, "--junit", junit)

    assert result.exit_code == 1
    assert "other: connection BROKEN" in result.stdout
    for path, start in ((html, "<!doctype html>"), (markdown, "**3 paths: 1 broken"), (junit, "<?xml ")):
        assert path.read_text("utf-8").startswith(start)
    assert f"{datetime.now(UTC):Verified at %Y-}" in markdown.read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "start"), [("--html", "<!doctype html>"), ("--markdown", "**"), ("--junit", "<?xml")]
)
def test_a_report_on_standard_output_is_all_there_is(applied, option, start):
    result = applied(option, "-")

    assert result.exit_code == 1
    assert result.stdout.startswith(start)
    assert "BROKEN" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "--html", "-"),
        ("--html", "-", "--junit", "-"),
        ("--html", "same", "--markdown", "same"),
        ("--html", "missing/file"),
        ("--junit", "."),
    ],
    ids=" ".join,
)
def test_a_file_that_cannot_be_written_is_told_before_any_check(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("privatelink.cli.verify.verify", lambda *_: pytest.fail("it was verified"))
    result = run("verify", *arguments)

    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert len(result.output.splitlines()) == 1
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_cannot_be_written_after_all_is_told_after_the_table(applied, tmp_path, monkeypatch):
    path, replace = tmp_path / "path.html", Path.replace

    def fail(self, target):
        if target == path:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    result = applied("--consumer", "client", "--html", path)

    assert result.exit_code == 2
    assert "client: 8 passed" in result.stdout
    assert result.stderr == f"error: cannot write '{path}': No space left on device\n"


@pytest.fixture
def repeated(applied, monkeypatch):
    """Have the consumer of a watch end with these errors, one each round; empty: its checks hold."""
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: sum(slept))

    def ran(*rounds, arguments=()):
        left = iter(rounds)

        def verified(*_, **__):
            if error := next(left):
                raise CouldNotCheckError(error)
            return HOLDING.checks

        monkeypatch.setattr(verification, "verify_consumer", verified)
        over = str((len(rounds) - 1) * 5)
        return applied("--consumer", "client", "--watch", "5", "--duration", over, *arguments)

    return ran


@pytest.mark.parametrize(("rounds", "code"), [(["x", "x", ""], 0), (["", "x"], 2)])
def test_a_watch_ends_with_the_code_of_the_last_state(repeated, tmp_path, rounds, code):
    result = repeated(*rounds, arguments=("--junit", tmp_path / "path.xml"))

    assert result.exit_code == code
    assert result.stdout.count("\n") > 1
    assert ("→ checked\n" in result.stdout) is (code == 0)
    assert ("could not check: x" in (tmp_path / "path.xml").read_text()) is (code == 2)


def test_ctrl_c_ends_a_watch(applied, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupted)
    result = applied("--consumer", "client", "--watch", "5")

    assert result.exit_code == 130
    assert "client: works: 8 passed\n" in result.stdout
    assert result.stderr == "interrupted; nothing was changed\n"


BLOCKED = """
[ "$1" = version ] && echo '{"terraform_version": "1.9.0"}' && exit
echo $$ > "$BEGUN"
exec sleep 600 > "$BEGUN"
"""


@pytest.fixture
def interrupted(tmp_path):
    """Interrupt a watch when something has begun; return its exit code and what it said."""
    stacks = FakeStacks(tmp_path, {"shop-consumer-a": (), "shop-consumer-b": ()})

    def ran(environment, begun):
        with subprocess.Popen(
            [sys.executable, "-m", "privatelink", "verify", "--out", stacks.out, "--watch", "5"],
            cwd=PROJECT,
            env=stacks.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                begun()
                process.send_signal(signal.SIGINT)
                said = process.communicate()
            finally:
                process.kill()
        return process.returncode, *said

    ran.stacks = stacks
    return ran


STOPPED = (130, b"", b"interrupted; nothing was changed\n")


def test_a_signal_ends_a_watch_and_the_processes_of_terraform(interrupted, tmp_path):
    # The process of Terraform keeps the pipe open as long as it lives: its end is the end of the file.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    environment = fake_terraform(tmp_path, BLOCKED) | {"BEGUN": str(pipe)}
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert interrupted(environment, lambda: select.select([reader], [], [])) == STOPPED
        os.set_blocking(reader, True)
        while os.read(reader, 100):
            pass
    finally:
        os.close(reader)


def test_a_signal_ends_a_watch_that_waits_for_aws(interrupted):
    for name in ("shop-consumer-a", "shop-consumer-b"):
        interrupted.stacks.apply_with(name, {"endpoint_id": "vpce-1", "endpoint_dns_names": {}})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x"),
        }
        assert interrupted(environment, silent.accept) == STOPPED


WRONG_SECONDS = [
    ("--watch", "0"),
    ("--watch", "nan"),
    ("--watch", "inf"),
    ("--watch", "5", "--duration", "nan"),
]


@pytest.mark.parametrize(
    "arguments",
    [("--duration", "5"), ("--watch", "5", "--json"), ("--watch", "5", "--html", "-"), *WRONG_SECONDS],
    ids=" ".join,
)
def test_options_that_do_not_go_with_a_watch_are_refused(applied, arguments):
    result = applied(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_report_of_the_last_run_does_not_stay_if_nothing_could_be_checked(tmp_path):
    path = tmp_path / "path.xml"
    path.write_text("all passed")
    result = run("verify", "--out", tmp_path / "none", "--junit", path)

    assert result.exit_code == 2
    assert "no generated Terraform" in path.read_text()
    assert "could not check: no generated Terraform" in result.stderr


HOSTILE = {
    "addresses": ["10.20.0.4", "10.20.32.4"],
    "error": NASTY,
    "answers": {"10.20.0.4": {f"[red]{NASTY}": 3}, "10.20.32.4": {"x" * 100_000: 1}},
    "failures": {"10.20.0.4": {NASTY: 2}},
    "traces": {"10.20.0.4": {"hops": ["*"], "reached": False}},
    "certificates": {
        "10.20.0.4": [
            {
                "names": [NASTY],
                "issuer": NASTY,
                "untrusted": NASTY,
                "version": NASTY,
                "alpn": NASTY,
                "starts": 0.0,
                "ends": 1,
            }
        ]
    },
}


@pytest.fixture
def probed(tmp_path, monkeypatch):
    """Verify one consumer whose probe prints this, through all of the code between."""
    (tmp_path / "manifest.json").write_text("{}")
    read_as(monkeypatch, [OneStack("consumer", "client")])
    monkeypatch.setattr(verify_consumer_module, "read_facts", lambda *_: (consumer(), provider()))

    def ran(output, *arguments):
        monkeypatch.setattr(run_command, "run", lambda *_: output)
        return run("verify", "--out", tmp_path, *arguments)

    return ran


@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["table", "json"])
def test_what_servers_answer_reaches_the_terminal_as_text(probed, arguments):
    jobs = len(
        [*public_path.jobs(consumer(), provider(), 20), *private_path.jobs(consumer(), provider(), 20)]
    )

    result = probed(probe.encode([HOSTILE] * jobs), *arguments)

    assert result.exit_code == 1, result.output
    check_console(result.stdout) if not arguments else json.loads(result.stdout)
    assert all(line.isprintable() for line in result.output.split("\n"))
    assert "[red]" in result.stdout


@pytest.mark.parametrize("output", ["", "\x1b[2J[red]", "[" * 20_000, "[{}]", probe.encode([HOSTILE])])
@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["table", "json"])
def test_a_malformed_answer_of_a_probe_is_told_in_one_line(probed, output, arguments):
    result = probed(output, *arguments)

    assert result.exit_code == 2, result.output
    assert "the output of the probe i-probe cannot be read" in result.stdout
    assert "Traceback" not in result.output
    assert all(line.isprintable() for line in result.output.split("\n"))


def test_from_here_needs_one_consumer(applied):
    result = applied("--from-here")

    assert result.exit_code == 2
    assert "name it with --consumer: client, other, third" in result.output
    assert applied("--from-here", "--consumer", "client").exit_code == 0


def test_several_consumers_have_a_line_each_as_they_are_done(applied):
    result = applied()

    lines = sorted(result.stderr.splitlines())
    assert [line[:7] for line in lines] == ["1 of 3:", "2 of 3:", "3 of 3:"]
    assert sorted(line[8:] for line in lines) == [
        "client: works: 8 passed",
        "other: broken at connection: 3 passed, 1 failed, 4 not checked",
        "third: could not be checked",
    ]
    assert applied("--consumer", "client").stderr == ""


def test_an_unknown_consumer_is_refused(applied):
    result = applied("--consumer", "nobody")
    assert result.exit_code == 2
    assert "unknown consumer: nobody; allowed: client, other, third" in result.output


def test_the_way_to_the_broken_hop():
    assert PENDING.broken
    assert way(PENDING.broken) == "connection BROKEN"
    assert exit_code([]) == 0


def test_a_manifest_that_cannot_be_read(tmp_path):
    (tmp_path / "manifest.json").write_text("nonsense")
    result = run("verify", "--out", tmp_path)
    assert result.exit_code == 2
    assert "could not check" in result.output


@pytest.mark.parametrize("generated", [False, True], ids=["nothing", "not-applied"])
def test_nothing_applied_is_said_without_a_traceback(tmp_path, generated):
    out = tmp_path / "cdktf.out"
    if generated:
        stack = out / "stacks/shop-consumer-client"
        stack.mkdir(parents=True)
        made = {"provider": {"aws": [{"region": "eu-west-1"}]}, "resource": {"aws_vpc_endpoint": {}}}
        (stack / "cdk.tf.json").write_text(json.dumps(made))
        manifest = {
            "shop-consumer-client": {"dependencies": [], "workingDirectory": "stacks/shop-consumer-client"}
        }
        (out / "manifest.json").write_text(json.dumps({"stacks": manifest}))
    ran = subprocess.run(
        [sys.executable, "-m", "privatelink", "verify", "--out", out],
        cwd=PROJECT,
        env=os.environ | {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2, ran.stdout + ran.stderr
    said = ran.stdout + ran.stderr
    assert (
        "client: could not check: shop-consumer-client is not applied" if generated else "no generated"
    ) in said
    assert "Traceback" not in said


GENERATOR = (
    *("privatelink.framework", "privatelink.constructs", "privatelink.stacks", "privatelink.sandbox"),
    *("cdktf", "jsii", "moto"),
)


def test_verify_does_not_load_the_generator():
    loaded = (
        "import sys, privatelink.cli.verify\n"
        "print([name for name in sys.modules if name.startswith({bad!r})])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", loaded.format(bad=GENERATOR)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"
