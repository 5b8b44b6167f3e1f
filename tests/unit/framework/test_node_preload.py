"""What Node loads: each resource when it is used."""

import json
import subprocess

import pytest

from privatelink.framework.choice import FRAMEWORK, FRAMEWORKS
from tests.support.project import PROJECT

PRELOAD = PROJECT / "modules/privatelink/framework/node_preload.cjs"


def provider_index(folder, index, assembly=FRAMEWORK.assembly):
    """A package laid out as the provider's, with this index and one resource that says when it loads."""
    library = folder / assembly / "1.0.0/digest/lib"
    (library / "vpc").mkdir(parents=True)
    (library / "index.js").write_text(index)
    (library / "vpc/index.js").write_text('console.log("vpc loads"); exports.Vpc = 1;')
    return library / "index.js"


def node(script, preload=PRELOAD):
    told = "name => console.log(`gone: ${name}`)"
    with_preload = subprocess.run(
        ["node", "-e", f"require({json.dumps(str(preload))}).onGone({told}); {script}"],
        capture_output=True,
        text=True,
        check=True,
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


@pytest.mark.parametrize(
    "text",
    [
        'module.exports = { vpc: require("./vpc") };\n',
        'exports.vpc = require("./vpc");\nexports.other = [require("./vpc")];\n',
    ],
    ids=["another statement", "a further statement"],
)
def test_index_of_another_shape_is_loaded_as_it_is_and_told(text, tmp_path):
    index = provider_index(tmp_path, text)

    assert node(f'require("{index}"); console.log("index")') == [
        "gone: provider-aws/lib/index.js",
        "vpc loads",
        "index",
    ]


def stack_trace(folder, text):
    file = folder / "cdktf/lib/tokens/private/stack-trace.js"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def test_tokens_keep_no_stack_of_javascript(tmp_path):
    file = stack_trace(tmp_path, "exports.captureStackTrace = () => ['a frame'];")

    assert node(f'console.log(require("{file}").captureStackTrace())') == ["[]"]


def test_stack_of_tokens_that_is_kept_otherwise_is_left_and_told(tmp_path):
    file = stack_trace(tmp_path, "exports.capture = () => ['a frame'];")

    assert node(f'console.log(require("{file}").capture())') == [
        "gone: cdktf/lib/tokens/private/stack-trace.js: captureStackTrace",
        "[ 'a frame' ]",
    ]


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
