"""`privatelink synth`: what it says and how it ends."""

import pytest

from privatelink.framework import fast_start
from tests.support.cli import run
from tests.support.output_folders import beside, generated, state
from tests.support.project import PROJECT
from tests.support.synth import WALKTHROUGH

MANAGED = PROJECT / "examples/managed.yaml"


@pytest.fixture(autouse=True)
def process_of_its_own(monkeypatch, tmp_path):
    """Other tests of this process need the bindings' checks, and its environment."""
    monkeypatch.setattr(fast_start, "trust_arguments", lambda: None)
    monkeypatch.delenv("CDKTF_OUTDIR", raising=False)
    monkeypatch.chdir(tmp_path)


def test_writes_to_the_folder_and_says_nothing(tmp_path):
    ran = run("synth", WALKTHROUGH, "--out", "a/b")

    assert (ran.exit_code, ran.output) == (0, "")
    assert "stacks/zigispace-provider/cdk.tf.json" in generated(tmp_path / "a/b")


def test_a_removed_consumer_is_named_with_the_command_that_destroys_it(tmp_path):
    assert run("synth", MANAGED, "--out", "out").exit_code == 0
    for stack in ("two-accounts-acceptance", "two-accounts-consumer-client"):
        state(tmp_path / f"terraform.{stack}.tfstate", 2)
        (tmp_path / "out/stacks" / stack / ".terraform").mkdir()

    ran = run("synth", WALKTHROUGH, "--out", "out")

    assert ran.exit_code == 0
    assert ran.stderr.splitlines() == [
        "note: these stacks are no longer in the topology; to destroy them, run in this order:",
        "  privatelink destroy --out out --removed two-accounts-acceptance two-accounts-consumer-client",
        "  two-accounts-acceptance: 2 resources in its state; destroying it rejects the connections that it "
        "accepted; to keep them, first remove them from its state: terraform "
        "-chdir=out/removed/two-accounts-acceptance state rm "
        "aws_vpc_endpoint_connection_accepter.acceptance_client",
        "  two-accounts-consumer-client: 2 resources in its state",
    ]
    # They come back as they were.
    assert run("synth", MANAGED, "--out", "out").output == ""
    assert not (tmp_path / "out/removed").exists()
    assert (tmp_path / "out/stacks/two-accounts-acceptance/.terraform").is_dir()


@pytest.mark.parametrize("folder", [".", "..", "/", PROJECT, WALKTHROUGH, WALKTHROUGH / "out"], ids=str)
def test_a_folder_that_is_no_output_is_refused_in_one_line(tmp_path, folder):
    before = sorted(PROJECT.iterdir())

    ran = run("synth", WALKTHROUGH, "--out", folder)

    assert ran.exit_code == 2
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1
    assert "--out" in ran.stderr
    assert sorted(PROJECT.iterdir()) == before
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_topology_writes_nothing(tmp_path):
    (tmp_path / "bad.yaml").write_text("name: [")

    ran = run("synth", "bad.yaml", "--out", "out")

    assert ran.exit_code == 2
    assert {path.name for path in tmp_path.iterdir()} == {"bad.yaml"}
    assert beside(tmp_path / "out") == set()
