"""Instances: user data, an end, and another boot."""

import contextlib
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from privatelink.sandbox.dataplane import machines
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
