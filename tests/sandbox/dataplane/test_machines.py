"""Instances: user data, an end, and another boot."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from privatelink.sandbox.dataplane import machines
from privatelink.sandbox.dataplane.outcome import Outcome
from tests.support.dataplane_fixtures import Lab, eventually
from tests.support.sandbox_fixtures import Vpc

CLOUD_CONFIG = """#cloud-config
bootcmd:
  - echo first >>/opt/order
write_files:
  - path: /opt/deep/er/file
    permissions: '0640'
    content: |
      some text
  - path: /opt/encoded
    encoding: b64
    content: aGVsbG8=
runcmd:
  - echo second >>/opt/order
  - [sh, -c, 'echo "third $(cat /opt/encoded)" >>/opt/order']
packages: [httpd]
"""


class Here:
    """In the place of a namespace: the one of this process."""

    @staticmethod
    def entered() -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> machines.Machine:
    """A machine whose first process is a script."""
    monkeypatch.setattr(machines, "INIT", tmp_path / "init.py")
    machines.INIT.write_text(script)
    return machines.Machine(Here(), hostname="host", nameserver="10.0.0.2", address="10.0.0.4")  # type: ignore[arg-type]


@pytest.mark.parametrize("said", [("4321", "ready"), ("ready", "4321")])
def test_a_machine_is_ready_whichever_of_its_processes_is_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: tuple[str, str]
) -> None:
    made = machine(monkeypatch, tmp_path, f"print(*{said}, sep=chr(10))")
    assert made.pid == 4321


def test_a_machine_is_told_its_name_its_address_and_its_resolver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match=r"start: host 10\.0\.0\.2 10\.0\.0\.4$"):
        machine(monkeypatch, tmp_path, "import sys; sys.exit(' '.join(sys.argv[1:]))")


def test_one_that_does_not_start_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = "import sys; print(4321, flush=True); sys.exit('no mount')"
    with pytest.raises(RuntimeError, match=r"^the machine did not start: no mount$"):
        machine(monkeypatch, tmp_path, script)


def test_the_hosts_python_is_given_where_the_system_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machines, "SYSTEM_PYTHON", tmp_path / "python3")
    subprocess.run(["sh", "-c", machines.provide_python()], check=True)
    asked = [tmp_path / "python3", "-I", "-c", "import sys; print(sys.version_info[0])"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "3\n"
    # There is one now: it is left alone.
    assert machines.provide_python() == ""


# In the place of the first process of a machine: it answers each request with a line, and its last with none.
FAKE = """
import os, socket
requests = socket.socket(fileno=os.dup(0))
assert requests.recv(1 << 20)
if child := os.fork():
    print(child, "ready", sep=chr(10), flush=True)
    os._exit(0)
while True:
    words, files, _, _ = socket.recv_fds(requests, 1 << 20, 4)
    stdin, stdout, stderr, caller = files
    command = words.decode().split(chr(0))
    if command[0] == "end":
        break
    os.write(stdout, os.read(stdin, 100) + b" ".join(map(str.encode, command)))
    os.write(stderr, b"errors")
    if command[0] != "hang":
        os.write(caller, command[1].encode())
        for file in files:
            os.close(file)
"""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[machines.Machine]:
    made = machine(monkeypatch, tmp_path, FAKE)
    yield made
    made.stop()


class TestRun:
    """Commands, in a machine that is none."""

    @pytest.mark.parametrize("code", [0, 3, -15])
    def test_a_command(self, fake: machines.Machine, code: int) -> None:
        outcome = fake.run(["exit", str(code), "ü"], 10.0, "text ")
        assert outcome == Outcome(code, f"text exit {code} ü", "errors")

    def test_a_command_that_takes_too_long(self, fake: machines.Machine) -> None:
        assert fake.run(["hang"], 0.3) == Outcome(-1, "hang", "errors", timed_out=True)

    def test_a_machine_that_ends_meanwhile(self, fake: machines.Machine) -> None:
        assert fake.run(["end"], 10.0) == Outcome(-1, "", "")

        def is_gone() -> bool:
            try:
                return fake.run(["exit", "0"], 10.0).code != -1
            except ConnectionError:
                return True

        # Its socket may stay open for a moment.
        assert eventually(is_gone)

    @pytest.mark.parametrize("command", [[], ["true", "a\0b"]])
    def test_a_command_that_is_none(self, fake: machines.Machine, command: list[str]) -> None:
        with pytest.raises(ValueError, match="a command needs a word, and no NUL character"):
            fake.run(command, 10.0)

    def test_no_file_stays_open(self, fake: machines.Machine) -> None:
        before = sorted(Path("/proc/self/fd").iterdir())
        fake.run(["exit", "0"], 10.0)
        fake.run(["hang"], 0.01)
        with pytest.raises(ValueError, match="needs a word"):
            fake.run([], 1.0)
        assert sorted(Path("/proc/self/fd").iterdir()) == before

    def test_output_has_a_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machines, "LONGEST_OUTPUT", 1 << 16)
        output, end = os.pipe()
        writer = threading.Thread(target=lambda: (os.write(end, bytes(1 << 20)), os.close(end)))
        writer.start()
        (received,), complete = machines._receive([output], time.monotonic() + 10)
        writer.join()
        os.close(output)
        assert complete
        assert 1 << 16 <= len(received) < 1 << 17


def test_a_machine_has_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    script = "import os, sys; sys.exit(str({*os.environ} - {'LC_CTYPE'}))"
    with pytest.raises(RuntimeError, match=r"start: set\(\)$"):
        machine(monkeypatch, tmp_path, script)


@pytest.fixture(scope="module")
def vpc(consumer_lab: Lab) -> Vpc:
    return consumer_lab.account.vpc("10.40.0.0/16")


@pytest.mark.dataplane
@pytest.mark.slow
def test_cloud_config_is_followed(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.instance(vpc, "a", [consumer_lab.group(vpc)], script=CLOUD_CONFIG, probe=True)
    assert eventually(lambda: "third" in machine.run("cat /opt/order"))
    assert machine.run("cat /opt/order").splitlines() == ["first", "second", "third hello"]
    assert machine.run("stat -c %a /opt/deep/er/file; cat /opt/deep/er/file").split() == [
        "640",
        "some",
        "text",
    ]
    assert "ignored in #cloud-config: packages" in machine.run("cat /var/log/cloud-init-output.log")


@pytest.mark.dataplane
@pytest.mark.slow
def test_a_script_in_another_language_runs(consumer_lab: Lab, vpc: Vpc) -> None:
    script = "#!/usr/bin/env python3\nopen('/opt/made', 'w').write('by Python')\n"
    machine = consumer_lab.instance(vpc, "a", [consumer_lab.group(vpc)], script=script, probe=True)
    assert eventually(lambda: machine.run("cat /opt/made") == "by Python")


@pytest.mark.dataplane
@pytest.mark.slow
def test_a_stopped_instance_answers_no_more_and_boots_again(consumer_lab: Lab, vpc: Vpc) -> None:
    ec2 = consumer_lab.account.ec2
    group = consumer_lab.group(vpc, {"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9})
    script = "#!/bin/sh\ncat /proc/sys/kernel/random/uuid >/opt/boot\n"
    machine = consumer_lab.instance(vpc, "a", [group], script=script, probe=True)
    first = eventually(lambda: machine.run("cat /opt/boot"))
    ec2.stop_instances(InstanceIds=[machine.id])
    with pytest.raises(ClientError, match="not in a valid state"):
        machine.run("true")
    ec2.start_instances(InstanceIds=[machine.id])
    second = eventually(lambda: machine.run("cat /opt/boot"))
    assert first
    assert second
    assert first != second
    ec2.terminate_instances(InstanceIds=[machine.id])
    with pytest.raises(ClientError, match="not in a valid state"):
        machine.run("true")
