"""Node.js and jsii's package cache where they are not as they must be: one line with the fix, exit code 2."""

import os
import shutil

import pytest

from privatelink.framework import environment, jsii_cache
from privatelink.framework.choice import FRAMEWORK
from tests.support.code import main
from tests.support.synth import WALKTHROUGH

# The start of a script that has the version of an old Node.js.
OLD = '#!/bin/sh\n[ "$1" = --version ] && echo v16.20.2 && exit\n'
NODE_FIX = "install Node.js 18 or newer, or set JSII_NODE to it"


def synth(tmp_path, **variables):
    """The lines that main.py prints where it ends with exit code 2, and nothing of its output."""
    out = tmp_path / "out"
    ran = main(PRIVATELINK_TOPOLOGY=str(WALKTHROUGH), CDKTF_OUTDIR=str(out), **variables)
    assert ran.returncode == 2, ran.stderr
    assert not out.exists()
    return ran.stderr.splitlines()


@pytest.fixture(params=["0", "1"], ids=["fast", "stock"])
def way(request, monkeypatch):
    """Both ways to start: by the fast start, and as the framework itself does."""
    monkeypatch.setenv("PRIVATELINK_STOCK_BINDINGS", request.param)


@pytest.fixture
def program(tmp_path):
    """A program in the place of Node.js."""

    def made(text):
        path = tmp_path / "node"
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return made


def test_missing_node(way, tmp_path):
    assert synth(tmp_path, JSII_NODE="no-such-node") == [
        f"error: Node.js is missing: no command 'no-such-node'; {NODE_FIX}"
    ]


def test_node_that_is_no_program(way, program, tmp_path):
    node = program("not a program")

    assert synth(tmp_path, JSII_NODE=node) == [
        f"error: Node.js does not start: {node!r}: Exec format error; {NODE_FIX}"
    ]


def test_node_that_is_too_old_and_fails(way, program, tmp_path):
    node = program(f'{OLD}echo "SyntaxError: Unexpected token" >&2; exit 1\n')

    assert synth(tmp_path, JSII_NODE=node) == [f"error: Node.js is too old: {node!r} is v16.20.2; {NODE_FIX}"]


def test_node_that_is_too_old_and_would_run_is_asked_by_the_runtime(program, tmp_path):
    real = shutil.which("node")
    old = "Object.defineProperty(process.versions, 'node', { value: '16.20.2' })"
    (tmp_path / "old.cjs").write_text(old)
    node = program(f'{OLD}exec {real} --require {tmp_path}/old.cjs "$@"\n')

    assert synth(tmp_path, JSII_NODE=node) == [f"error: Node.js is too old: {node!r} is v16.20.2; {NODE_FIX}"]


def test_node_with_options_that_it_refuses(way, tmp_path):
    (line,) = synth(tmp_path, NODE_OPTIONS="--no-such-option")

    assert line == (
        "error: Node.js does not start: 'node': node: --no-such-option is not allowed in NODE_OPTIONS; "
        "correct or unset NODE_OPTIONS"
    )


def test_node_that_fails_without_a_word(way, program, tmp_path):
    node = program("#!/bin/sh\nexit 7\n")

    assert synth(tmp_path, JSII_NODE=node) == [
        f"error: Node.js does not start: {node!r}: exit code 7; {NODE_FIX}"
    ]


@pytest.mark.parametrize("said", ["v18.0.0", "v24.1.0", "", "nonsense"])
def test_a_version_that_is_new_enough_or_unknown_is_left_to_jsii(said, program, monkeypatch):
    monkeypatch.setenv("JSII_NODE", program(f"#!/bin/sh\necho '{said}'\n"))

    environment.check_node_version()


def test_home_that_cannot_be_written(way, tmp_path):
    *before, error = synth(tmp_path, HOME="/dev/null")

    cache = "/dev/null/.cache/aws/jsii/package-cache"
    assert error == (
        f"error: jsii cannot use its package cache {cache} (ENOTDIR: not a directory, mkdir '{cache}'); "
        "set JSII_RUNTIME_PACKAGE_CACHE_ROOT to a writable directory of your own"
    )
    assert all(line.startswith("first run: filling") for line in before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assembly", "file"),
    [
        (FRAMEWORK.assembly, "lib/vpc/index.js"),
        (FRAMEWORK.assembly, "package.json"),
        (FRAMEWORK.package, "lib/app.js"),
    ],
)
def test_cache_with_a_file_cut_short(assembly, file, tmp_path):
    cache = tmp_path / "cache"
    shutil.copytree(jsii_cache.cache_root(), cache, copy_function=os.link)
    (folder,) = (cache / assembly).glob("*/*/")
    whole = (folder / file).read_bytes()
    (folder / file).unlink()  # the file itself is the machine's, too
    (folder / file).write_bytes(whole[:100])

    lines = synth(tmp_path, JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(cache))

    assert lines == [
        f"error: jsii's package cache is damaged: {file} in {folder}; "
        "delete this directory; the next run unpacks it again"
    ]
    shutil.rmtree(folder)
    ran = main(JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(cache), CDKTF_OUTDIR=str(tmp_path / "out"))
    assert ran.returncode == 0, ran.stderr


def test_an_error_that_is_not_of_jsii_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(jsii_cache, "damaged", lambda: pytest.fail("takes seconds"))

    with pytest.raises(ValueError, match="of our own"), environment.explained():
        raise ValueError("of our own")
