"""The fast start: switched on in time, and without effect on what is generated."""

import json
import os
import subprocess
import sys

import pytest

from privatelink.framework.choice import DEFAULT, FRAMEWORK
from tests.support.code import main, run
from tests.support.project import PROJECT
from tests.support.synth import WALKTHROUGH


@pytest.mark.slow
def test_framework_imported_first_still_works_and_is_warned_about():
    code = f"""
import warnings
import {FRAMEWORK.package}
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    from privatelink.framework import aws
print(aws.Vpc.__name__, *(str(warning.message) for warning in said))
"""

    assert run(code).startswith(
        f"Vpc {FRAMEWORK.package} and constructs imported before privatelink.framework.aws: "
        "the fast start comes too late"
    )


@pytest.mark.slow
def test_trusted_arguments_generate_the_same(tmp_path):
    code = (
        "import json, sys; from privatelink.framework import fast_start\n"
        "from tests.support.synth import WALKTHROUGH, synth\n"
        "if sys.argv[1:]: fast_start.trust_arguments()\n"
        "print(json.dumps(synth(WALKTHROUGH), sort_keys=True))"
    )
    both = [
        subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
        ).stdout
        for arguments in ([], ["trust"])
    ]

    assert both[0] == both[1]
    assert len(both[0]) > 1000


def test_trusted_arguments_are_still_checked_by_jsii():
    code = (
        "from privatelink.framework import aws, fast_start; fast_start.trust_arguments()\n"
        "try: aws.Vpc(aws.TerraformStack(aws.App(), 'test'), 'vpc', cidr_block=1)\n"
        "except Exception as error: print(type(error).__name__, 'cidrBlock' in str(error))"
    )

    assert run(code).split() == ["RuntimeError", "True"]


@pytest.mark.slow
def test_stock_bindings_generate_the_same_bytes(tmp_path):
    topologies = [WALKTHROUGH, *(PROJECT / f"examples/{name}.yaml" for name in ("managed", "private-dns"))]
    code = f"""
from pathlib import Path
from privatelink.framework import aws, fast_start
from privatelink.stacks import build as stacks
from privatelink.topology.file import load
fast_start.trust_arguments()
for topology in map(Path, {[str(path) for path in topologies]}):
    app = aws.App(outdir=f"{tmp_path}/{{fast_start.STOCK_BINDINGS}}/{{topology.stem}}")
    stacks.build(app, load(topology))
    app.synth()
"""
    generated = {}
    for stock in (False, True):
        out = tmp_path / str(stock)
        out.mkdir()
        run(code, PRIVATELINK_STOCK_BINDINGS=str(int(stock)))
        generated[stock] = {
            str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
        }

    assert generated[False] == generated[True]
    of_stacks = [json.loads(text) for name, text in generated[True].items() if name.endswith("cdk.tf.json")]
    assert len(of_stacks) == 2 + 3 + 4
    assert all(stack["resource"] for stack in of_stacks)


# A name of jsii or the bindings that a measure reaches into, called otherwise, and what is said of it.
RENAMED = [
    ("jsii", "_make_reference_for_native", "jsii._kernel._make_reference_for_native"),
    ("jsii", "kernel", "module 'jsii._runtime' has no attribute 'kernel'"),
    ("jsii", "provider", "'Kernel' object has no attribute 'provider'"),
    ("jsii", "_NodeProcess", "cannot import name '_NodeProcess'"),
    ("jsii", "_process", "'_StartedProcess' object has no attribute '_process_renamed'"),
    ("jsii", "handshake", "'_StartedProcess' object has no attribute 'handshake'"),
    ("jsii", "ProcessProvider", "cannot import name 'ProcessProvider'"),
    ("jsii", "BaseProvider", "cannot import name 'BaseProvider'"),
    ("jsii", "LoadRequest", "cannot import name 'LoadRequest'"),
    ("jsii", "StaticGetRequest", "cannot import name 'StaticGetRequest'"),
    ("jsii", "__jsii_name_mapping__", "__jsii_name_mapping__ of the bindings"),
    (FRAMEWORK.bindings, "_values", "_values of the bindings"),
    (FRAMEWORK.package, "_values", "_values of the bindings"),
]
if FRAMEWORK.package == DEFAULT:  # cdktn's bindings import it from jsii
    RENAMED.append(
        (FRAMEWORK.bindings, r"(?<!typeguard\.)check_type", "check_type in the modules of the bindings")
    )


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    out = tmp_path_factory.mktemp("generated")
    ran = main(PRIVATELINK_TOPOLOGY=str(WALKTHROUGH), CDKTF_OUTDIR=str(out / "out"))
    assert (ran.returncode, ran.stderr) == (0, "")
    return stacks(out / "out")


def stacks(out):
    return {path.parent.name: path.read_bytes() for path in out.glob("stacks/*/cdk.tf.json")}


@pytest.mark.slow
@pytest.mark.parametrize(("package", "name", "said"), RENAMED)
def test_a_name_that_is_gone_is_one_warning_and_the_same_json(package, name, said, generated, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.renamed", package, name, "main.py"],
        cwd=PROJECT,
        env=os.environ | {"PRIVATELINK_TOPOLOGY": str(WALKTHROUGH), "CDKTF_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    (warning,) = (line for line in ran.stderr.splitlines() if "Warning:" in line)
    assert said in warning
    assert "missing or has changed in the installed packages: the fast start skips a measure" in warning
    assert "Traceback" not in ran.stderr
    assert stacks(tmp_path / "out") == generated
