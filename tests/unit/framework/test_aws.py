"""The door to the bindings: fast, harmless to others, and without effect on what is generated."""

import json
import os
import shutil
import subprocess
import sys
import typing
from base64 import b64decode
from pathlib import Path

import pytest
from jsii import _kernel as jsii_kernel
from jsii._embedded import jsii as jsii_files

from privatelink.framework import aws, jsii_cache
from privatelink.framework.choice import FRAMEWORK, FRAMEWORKS
from tests.support.project import PROJECT
from tests.support.synth import WALKTHROUGH

PRELOAD = PROJECT / "modules/privatelink/framework/node_preload.cjs"


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_only_what_is_used_is_imported():
    code = """
import sys
from privatelink.framework import aws, choice as framework
aws.Vpc
bindings = framework.FRAMEWORK.bindings + "."
print(*sorted(name.split(".")[1] for name in sys.modules if name.startswith(bindings)))
"""
    assert run(code).split() == ["_jsii", "_jsii", "vpc", "vpc"]  # of 2,212; each with its `_private`


def test_every_name_offered_is_there():
    assert all(hasattr(aws, name) for name in aws.__all__)


def test_another_name_is_refused_with_the_way_to_have_it():
    with pytest.raises(AttributeError, match=r"framework\.aws has no Nonsense; add it to the table"):
        _ = aws.Nonsense


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
def test_bindings_imported_first_still_work_beside_the_door():
    code = (
        "from privatelink.framework import aws\n"
        f"from {FRAMEWORK.bindings}.s3_bucket import S3Bucket; print(S3Bucket)"
    )

    assert "S3Bucket" in run(code)


def provider_index(folder, index, assembly=FRAMEWORK.assembly):
    """A package laid out as the provider's, with this index and one resource that says when it loads."""
    library = folder / assembly / "1.0.0/digest/lib"
    (library / "vpc").mkdir(parents=True)
    (library / "index.js").write_text(index)
    (library / "vpc/index.js").write_text('console.log("vpc loads"); exports.Vpc = 1;')
    return library / "index.js"


def node(script, preload=PRELOAD):
    with_preload = subprocess.run(
        ["node", "--require", str(preload), "-e", script], capture_output=True, text=True, check=True
    )
    return with_preload.stdout.split("\n")[:-1]


# As either framework's bindings have it; the second as TypeScript compiles `export * as vpc`.
INDEXES = {
    "cdktf": 'exports.vpc = require("./vpc");\n',
    "cdktn": 'exports.vpc = __importStar(require("./vpc/index"));\n',
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_resource_is_loaded_when_it_is_used(framework, tmp_path):
    index = provider_index(tmp_path, INDEXES[framework], FRAMEWORKS[framework].assembly)

    lines = node(
        f'const p = require("{index}"); console.log("index"); console.log(p.vpc.Vpc, Object.keys(p))'
    )

    assert lines == ["index", "vpc loads", "1 [ 'vpc' ]"]


def test_index_of_another_shape_is_loaded_as_it_is(tmp_path):
    index = provider_index(tmp_path, 'module.exports = { vpc: require("./vpc") };\n')

    assert node(f'require("{index}"); console.log("index")') == ["vpc loads", "index"]


def test_other_packages_are_left_alone(tmp_path):
    other = tmp_path / "lib/index.js"
    other.parent.mkdir()
    other.write_text('exports.vpc = require("./vpc");\n')
    (tmp_path / "lib/vpc.js").write_text('console.log("loads")')

    assert node(f'require("{other}")') == ["loads"]


def test_definitions_are_read_where_they_lie(tmp_path):
    definitions = tmp_path / ".jsii.runtime-defs.v1.jsonl"
    definitions.write_text('{}\n{"é": 1}\n')
    script = f"""
const text = require("fs").readFileSync({json.dumps(str(definitions))});
console.log(text.toString("utf-8", 3, 12), text.length, text.subarray(0, 2).toString());
"""

    assert node(script) == ['{"é": 1} 13 {}']


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
        ["node", runtime, tmp_path / "program.js"], capture_output=True, text=True, check=True
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


@READS_PROC
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


@pytest.mark.parametrize("code", ["", "import privatelink.framework.aws", "raise SystemExit(0)"])
def test_program_that_needs_no_node_leaves_nothing_of_it(code, tmp_path):
    started = f"from privatelink.framework import node_process; node_process.start()\n{code}"

    run(started, TMPDIR=str(tmp_path))

    assert not list(tmp_path.iterdir())


def test_bindings_still_check_types():
    with pytest.raises(TypeError, match="cidr_block must be"):
        aws.Vpc(aws.TerraformStack(aws.App(), "test"), "vpc", cidr_block=1)


@pytest.mark.slow
def test_trusted_arguments_generate_the_same(tmp_path):
    code = (
        "import json, sys; from privatelink.framework import aws\n"
        "from tests.support.synth import WALKTHROUGH, synth\n"
        "if sys.argv[1:]: aws.trust_arguments()\n"
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
        "from privatelink.framework import aws; aws.trust_arguments()\n"
        "try: aws.Vpc(aws.TerraformStack(aws.App(), 'test'), 'vpc', cidr_block=1)\n"
        "except Exception as error: print(type(error).__name__, 'cidrBlock' in str(error))"
    )

    assert run(code).split() == ["RuntimeError", "True"]


def test_only_the_bindings_see_the_typing_that_remembers():
    assert type(typing) is not aws._Typing
    for offered in (aws.App, aws.Vpc):
        seen = offered.__init__.__globals__["typing"]
        assert type(seen) is aws._Typing
        assert seen.get_type_hints(offered.__init__) is seen.get_type_hints(offered.__init__)
        assert seen.Optional is typing.Optional


def test_archiver_is_loaded_when_it_is_used(tmp_path):
    package = tmp_path / "node_modules/archiver"
    package.mkdir(parents=True)
    (package / "index.js").write_text(
        'console.log("loads"); module.exports = f => `zip ${f}`; module.exports.v = 1'
    )
    (tmp_path / "use.js").write_text(
        'const a = require("archiver"); console.log("ready"); console.log(a("x"), a.v)'
    )

    assert node(f'require("{tmp_path}/use.js")') == ["ready", "loads", "zip x 1"]


def test_inline_source_map_is_dropped_and_the_code_kept(tmp_path):
    script = tmp_path / "script.js"
    script.write_text(
        "console.log(f.toString().length); function f() {}\n//# sourceMappingURL=data:xyz,console.log(1)"
    )

    assert node(f'require("{script}")') == ["15"]


def test_missing_node_is_said_in_one_line():
    ran = subprocess.run(
        [sys.executable, "main.py"],
        cwd=PROJECT,
        env=os.environ | {"JSII_NODE": "no-such-node"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr == (
        "error: Node.js is missing: no command 'no-such-node'; install Node.js 18 or newer, "
        "or set JSII_NODE to it\n"
    )


def test_jsii_cache_is_warm():
    assert jsii_cache.is_warm(), "every run is slow: the cache is cold; run: make warm"


@pytest.mark.slow
@pytest.mark.parametrize("command", [["main.py"], ["-m", "privatelink.framework.warm"]], ids=["main", "warm"])
def test_first_run_ever_leaves_a_warm_cache(command, tmp_path):
    root = tmp_path / "cache"
    root.mkdir(mode=0o700)

    ran = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=os.environ
        | {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(root), "CDKTF_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "first run: filling jsii's package cache" in ran.stderr
    assert "still cold" not in ran.stderr
    assert list((root / FRAMEWORK.assembly).glob("*/*/.jsii.runtime.v*.json"))


def test_a_cache_that_jsii_does_not_use_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path))
    waited = []
    monkeypatch.setattr(jsii_cache.time, "sleep", waited.append)

    assert not jsii_cache.wait_until_warm(60.0)
    assert not waited

    unpacked = tmp_path / FRAMEWORK.assembly / "1.0.0/digest"
    unpacked.mkdir(parents=True)
    (unpacked / "package.json").touch()

    assert not jsii_cache.wait_until_warm(0.01)
    assert waited


@pytest.mark.slow
def test_stock_bindings_generate_the_same_bytes(tmp_path):
    topologies = [WALKTHROUGH, *(PROJECT / f"examples/{name}.yaml" for name in ("managed", "private-dns"))]
    code = f"""
from pathlib import Path
from privatelink.framework import aws
from privatelink.stacks import build as stacks
from privatelink.topology.file import load
aws.trust_arguments()
for topology in map(Path, {[str(path) for path in topologies]}):
    app = aws.App(outdir=f"{tmp_path}/{{aws.STOCK_BINDINGS}}/{{topology.stem}}")
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


def test_only_arguments_that_were_given_are_sent():
    root_volume = aws.LaunchTemplateBlockDeviceMappings(
        device_name="/dev/xvda", ebs=aws.LaunchTemplateBlockDeviceMappingsEbs(volume_size=8)
    )

    sent = jsii_kernel._make_reference_for_native(None, [root_volume])

    (struct,) = (volume["$jsii.struct"] for volume in sent)
    ebs = struct["data"].pop("ebs")["$jsii.struct"]
    assert struct["data"] == {"deviceName": "/dev/xvda"}
    assert ebs["data"] == {"volumeSize": 8}
    assert ebs["fqn"].endswith(".launchTemplate.LaunchTemplateBlockDeviceMappingsEbs")


def test_asyncio_is_not_imported_and_mocks_still_pass():
    code = """
import sys
from privatelink.framework import aws
aws.Vpc
print("asyncio" in sys.modules, "unittest.mock" in sys.modules)
import typeguard
print(isinstance(1, typeguard.Mock))
from unittest.mock import MagicMock, Mock
print(Mock is typeguard.Mock, isinstance(MagicMock(), typeguard.Mock), isinstance(1, typeguard.Mock))
typeguard.check_type("argument", Mock(), int)
"""

    assert run(code).split() == ["False"] * 4 + ["True", "False"]
