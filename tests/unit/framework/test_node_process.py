"""jsii's Node process: one, started at once, and ended with the program."""

import json
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from jsii._embedded import jsii as jsii_files

from tests.support.code import run
from tests.support.project import PROJECT

NODE_PROCESSES = """
import os
from privatelink.framework import aws
from tests.support.node_processes import node_processes
aws.App()
print(*node_processes(os.getpid()), sep='\\n')
"""
READS_PROC = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@READS_PROC
def test_one_node_process_does_the_work():
    code = NODE_PROCESSES

    (process,) = run(code).splitlines()

    assert "node_runtime.cjs" in process


def test_what_node_prints_is_seen(tmp_path):
    (tmp_path / "program.js").write_text("console.log('said'); console.error('loudly')")
    runtime = PROJECT / "modules/privatelink/framework/node_runtime.cjs"

    ran = subprocess.run(
        ["node", runtime, tmp_path / "program.js", "worker.js"], capture_output=True, text=True, check=True
    )

    said = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [{name: b64decode(text) for name, text in line.items()} for line in said] == [
        {"stdout": b"said\n"},
        {"stderr": b"loudly\n"},
    ]
    assert ran.stdout == ""


@READS_PROC
def test_another_runtime_is_left_to_jsii(tmp_path):
    for name, place in jsii_files.EMBEDDED_FILES.items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        shutil.copy(Path(jsii_files.__file__).with_name(name), tmp_path / place)
    code = NODE_PROCESSES

    first, second = run(code, JSII_RUNTIME=str(tmp_path / "bin/jsii-runtime.js")).splitlines()

    assert first.endswith("bin/jsii-runtime.js ")
    assert second.endswith("lib/program.js ")


@pytest.mark.parametrize("code", ["", "import privatelink.framework.aws", "raise SystemExit(0)"])
def test_program_that_needs_no_node_leaves_nothing_of_it(code, tmp_path):
    started = f"from privatelink.framework import fast_start; fast_start.begin()\n{code}"

    run(started, TMPDIR=str(tmp_path))

    assert not list(tmp_path.iterdir())


@READS_PROC
@pytest.mark.parametrize("file", ["PROGRAM", "WORKER"])
def test_program_that_lies_elsewhere_is_left_to_jsii_and_told(file):
    code = f"""
import warnings
from pathlib import Path
from privatelink.framework import node_process
node_process.{file} = Path("elsewhere", "program.js")
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    {NODE_PROCESSES.strip().replace(chr(10), chr(10) + "    ")}
print(*(str(warning.message) for warning in said))
"""

    first, second, said = run(code).splitlines()

    assert first.endswith("bin/jsii-runtime.js ")
    assert second.endswith("lib/program.js ")
    assert said.startswith("jsii/elsewhere/program.js is missing or has changed in the installed packages")
