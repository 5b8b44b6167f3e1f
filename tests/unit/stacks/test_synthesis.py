"""A topology is written as Terraform, all of it or nothing."""

import errno

import pytest

from privatelink.framework import aws, fast_start
from privatelink.stacks import synthesis
from privatelink.stacks.output_folder import OutputFolderError
from privatelink.topology.file import load
from tests.support.output_folders import beside, generated
from tests.support.project import PROJECT
from tests.support.synth import WALKTHROUGH, synth_to


@pytest.fixture(autouse=True)
def checked_arguments(monkeypatch):
    """Other tests of this process need the bindings' checks."""
    monkeypatch.setattr(fast_start, "trust_arguments", lambda: None)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_writes_what_cdktf_writes(out, tmp_path):
    synth_to(tmp_path / "plain", WALKTHROUGH)

    synthesis.write(load(WALKTHROUGH), out)

    assert generated(out) == generated(tmp_path / "plain")
    assert beside(out) == set()


def test_the_folder_is_the_given_one_then_that_of_the_environment_then_the_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    topology = load(PROJECT / "examples/provider-only.yaml")

    monkeypatch.delenv("CDKTF_OUTDIR", raising=False)
    synthesis.write(topology)
    monkeypatch.setenv("CDKTF_OUTDIR", "of-the-environment")
    synthesis.write(topology)
    synthesis.write(topology, tmp_path / "given")

    assert {path.name for path in tmp_path.iterdir()} == {"cdktf.out", "of-the-environment", "given"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ENOSPC: no space left on device, write", "no space left"),
        ("ENOSPC: no space left on device, open '{out}/x'", "no space left on the disk of"),
        ("Error: EFBIG: file too large, write\n    at Object.writeSync (node:fs:924:3)", "ulimit"),
        ("EROFS: read-only file system, open '{out}/x'", "Read-only file system"),
    ],
)
def test_an_error_of_the_file_system_in_node_has_its_fix(out, monkeypatch, text, said):
    def fails(**_):
        raise RuntimeError(text.format(out=out))

    monkeypatch.setattr(aws, "App", fails, raising=False)

    with pytest.raises(OutputFolderError, match=said):
        synthesis.write(load(WALKTHROUGH), out)
    assert not out.exists()
    assert beside(out) == set()


def test_an_error_of_the_file_system_elsewhere_keeps_its_place(out, monkeypatch):
    def fails(**_):
        raise RuntimeError("EACCES: permission denied, mkdir '/elsewhere/jsii'")

    monkeypatch.setattr(aws, "App", fails, raising=False)

    with pytest.raises(PermissionError) as raised:
        synthesis.write(load(WALKTHROUGH), out)
    assert (raised.value.errno, raised.value.filename) == (errno.EACCES, "/elsewhere/jsii")


def test_other_errors_stay_what_they_are(out, monkeypatch):
    def fails(**_):
        raise RuntimeError("ELEMENT: not an error of the file system")

    monkeypatch.setattr(aws, "App", fails, raising=False)

    with pytest.raises(RuntimeError, match="ELEMENT"):
        synthesis.write(load(WALKTHROUGH), out)
