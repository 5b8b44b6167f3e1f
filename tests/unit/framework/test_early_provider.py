"""What is sent to Node before it is needed: a failure changes nothing."""

import sys

import pytest

from tests.support.code import run

READS_PROC = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@READS_PROC
@pytest.mark.slow
@pytest.mark.parametrize("fails", ["at once", "when it loads"])
def test_early_process_that_fails_is_replaced_by_jsiis_own(fails):
    broken = {"at once": "_StartedProcess.handshake", "when it loads": "_Provider.load"}[fails]
    code = f"""
from privatelink.framework import early_provider
def broken(*_): raise OSError("broken")
early_provider.{broken} = broken
from privatelink.framework import aws
vpc = aws.Vpc(aws.TerraformStack(aws.App(), "test"), "vpc", cidr_block="10.0.0.0/16")
print(vpc.cidr_block_input)
from tests.support.node_processes import node_processes
import os
print(sum("node_runtime.cjs" in process for process in node_processes(os.getpid())))
"""

    assert run(code).split() == ["10.0.0.0/16", "0"]


def test_what_node_prints_is_passed_on_and_what_its_preload_misses_is_warned_about():
    code = """
import base64, json, warnings
from privatelink.framework import early_provider
lines = [
    {"stdout": base64.b64encode(b"said\\n").decode()},
    {"gone": "provider-aws/lib/index.js"},
    {"gone": "provider-aws/lib/index.js"},
]
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    early_provider._pass_on([json.dumps(line).encode() for line in lines] + [b"SyntaxError: no JSON"])
(warning,) = said
print(warning.category.__name__, warning.message)
"""

    said, *rest = sorted(run(code).splitlines())

    assert said.startswith("RuntimeWarning provider-aws/lib/index.js is missing or has changed")
    assert rest == ["said"]
