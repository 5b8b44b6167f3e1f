"""Forked sandboxes: as if each were started by itself."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import eventually
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account
from tests.support.warm_sandbox import asked, is_running, warm_sandbox

pytestmark = pytest.mark.slow


def test_they_share_nothing(sandbox: Sandbox) -> None:
    with warm_sandbox() as other:
        vpcs = [
            Account(one, "123456789012").ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
            for one in (sandbox, other)
        ]
        seen = {vpc["VpcId"] for vpc in Account(other, "123456789012").ec2.describe_vpcs()["Vpcs"]}

    assert vpcs[0] not in seen
    assert vpcs[1] in seen


def test_one_ends_with_its_block() -> None:
    with warm_sandbox() as running:
        assert is_running(running.pid)

    assert eventually(lambda: not is_running(running.pid), 30)


def test_one_ends_with_a_test_that_is_killed() -> None:
    code = """
from tests.support.warm_sandbox import warm_sandbox
with warm_sandbox() as running:
    print(running.pid, flush=True)
    input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as test:
        assert test.stdout
        pid = int(test.stdout.readline())
        os.kill(test.pid, signal.SIGKILL)

    assert eventually(lambda: not is_running(pid), 30)


def test_one_ends_when_not_all_is_read_that_it_said() -> None:
    with asked() as connection:
        pid = int(connection.makefile("rb", buffering=0).readline())
        assert connection.recv(1, socket.MSG_PEEK)

    assert eventually(lambda: not is_running(pid), 30)
