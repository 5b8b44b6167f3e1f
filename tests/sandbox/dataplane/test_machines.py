"""Instances: user data, an end, and another boot."""

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
