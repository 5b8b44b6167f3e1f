"""Instances: user data, Run Command, an end; and that the host does not notice."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.support.dataplane_fixtures import Lab, eventually
from tests.support.sandbox_fixtures import Vpc

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]

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


@pytest.fixture(scope="module")
def vpc(consumer_lab: Lab) -> Vpc:
    return consumer_lab.account.vpc("10.40.0.0/16")


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


def test_a_script_in_another_language_runs(consumer_lab: Lab, vpc: Vpc) -> None:
    script = "#!/usr/bin/env python3\nopen('/opt/made', 'w').write('by Python')\n"
    machine = consumer_lab.instance(vpc, "a", [consumer_lab.group(vpc)], script=script, probe=True)
    assert eventually(lambda: machine.run("cat /opt/made") == "by Python")


def test_the_host_does_not_notice(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.probe(vpc)
    paths = ["/etc/dataplane-test", "/usr/bin/dataplane-test", "/opt/dataplane-test", "/tmp/dataplane-test"]
    for path in paths:
        assert machine.run(f"echo x >{path}; cat {path}") == "x"
        assert not Path(path).exists()
    hostname = Path("/proc/sys/kernel/hostname").read_text().strip()
    assert machine.run("cat /proc/sys/kernel/hostname") != hostname
    # Its own processes alone, and no way to the kernel's settings, devices or mounts.
    assert int(machine.run("ls /proc | grep -c '^[0-9]'")) < 20
    for forbidden in ("echo 1 >/proc/sys/vm/drop_caches", "mount -t tmpfs x /mnt", "mknod /tmp/d b 8 0"):
        assert machine.invocation(forbidden)["Status"] == "Failed", forbidden
    assert machine.invocation("ip link set eth0 down")["Status"] == "Failed"


def test_a_command_runs_on_the_named_instance_alone(consumer_lab: Lab, vpc: Vpc) -> None:
    named, other = consumer_lab.probe(vpc), consumer_lab.probe(vpc)
    assert named.run("touch /opt/here; ls /opt/here") == "/opt/here"
    assert other.run("ls /opt/here || echo nothing") == "nothing"


def test_the_states_of_a_command(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.probe(vpc)
    good = machine.invocation("echo out; echo err >&2", workingDirectory=["/opt"])
    assert (good["Status"], good["ResponseCode"]) == ("Success", 0)
    assert (good["StandardOutputContent"], good["StandardErrorContent"]) == ("out\n", "err\n")
    bad = machine.invocation("exit 3")
    assert (bad["Status"], bad["StatusDetails"], bad["ResponseCode"]) == ("Failed", "Failed", 3)
    slow = machine.invocation("sleep 20", executionTimeout=["1"])
    assert (slow["Status"], slow["StatusDetails"], slow["ResponseCode"]) == (
        "TimedOut",
        "ExecutionTimedOut",
        -1,
    )
    long = machine.invocation("seq 100000")["StandardOutputContent"]
    assert len(long) == 24000
    assert long.endswith("---Output truncated---")


def test_a_command_is_in_progress_until_it_ends(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.probe(vpc)
    ssm = consumer_lab.account.client("ssm")
    command = ssm.send_command(
        Targets=[{"Key": "InstanceIds", "Values": [machine.id]}],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["sleep 1; echo done"]},
    )["Command"]["CommandId"]

    def states() -> tuple[str, str]:
        (listed,) = ssm.list_command_invocations(CommandId=command, Details=True)["CommandInvocations"]
        return ssm.list_commands(CommandId=command)["Commands"][0]["Status"], listed["Status"]

    assert states()[1] in ("Pending", "InProgress")
    assert eventually(lambda: states() == ("Success", "Success"))
    (listed,) = ssm.list_command_invocations(CommandId=command, Details=True)["CommandInvocations"]
    assert listed["CommandPlugins"][0]["Output"] == "done\n"


def test_an_instance_without_the_policy_is_not_managed(consumer_lab: Lab, vpc: Vpc) -> None:
    managed = consumer_lab.probe(vpc)
    bare = consumer_lab.instance(vpc, "a", [consumer_lab.group(vpc)])
    ssm = consumer_lab.account.client("ssm")
    known = {
        item["InstanceId"]: item["PingStatus"]
        for item in ssm.describe_instance_information()["InstanceInformationList"]
    }
    assert known[managed.id] == "Online"
    assert bare.id not in known
    with pytest.raises(ClientError, match="not in a valid state for account") as refused:
        bare.run("true")
    assert refused.value.response["Error"]["Code"] == "InvalidInstanceId"


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
