"""Forked sandboxes: as if each were started by itself."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sandbox.process import Sandbox
from tests.sandbox_fixtures import Account
from tests.synth import PROJECT
from tests.warm_sandbox import warm_sandbox

pytestmark = pytest.mark.slow


def ended(pid: int, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


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
        os.kill(running.pid, 0)

    assert ended(running.pid)


def test_one_ends_with_a_test_that_is_killed() -> None:
    code = """
from tests.warm_sandbox import warm_sandbox
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

    assert ended(pid)
