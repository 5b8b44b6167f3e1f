"""Every stack as plain HCL: where it goes, and what is left as it was when one cannot be written."""

import json
import os

import pytest

from privatelink.hcl import schema
from privatelink.hcl.schema import Schema
from privatelink.hcl.write import HclError, write
from tests.support.cli import run

SCHEMA = Schema({"aws": {"default_tags": {}}}, {"aws_a": {}, "aws_b": {}}, {"aws_a": {}})


def generated(folder, **configurations):
    """Generated Terraform of some stacks, by their names."""
    stacks = {name: {"dependencies": [], "workingDirectory": f"stacks/{name}"} for name in configurations}
    (folder / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    for name, configuration in configurations.items():
        (folder / "stacks" / name).mkdir(parents=True)
        (folder / "stacks" / name / "cdk.tf.json").write_text(json.dumps(configuration))


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(schema, "read", lambda *_: SCHEMA)


def test_nothing_generated_exits_2_and_says_what_to_do(tmp_path):
    ran = run("hcl", "--out", tmp_path)

    assert ran.exit_code == 2
    assert ran.stderr.endswith(
        f"error: no generated Terraform in {tmp_path}; run `privatelink synth`, or name a folder with --out\n"
    )


def test_what_is_refused_leaves_what_was_written_before(tmp_path, known):
    generated(tmp_path, good={}, wrong={"nonsense": {}})
    before = tmp_path / "hcl/good/main.tf"
    before.parent.mkdir(parents=True)
    before.write_text("before")

    with pytest.raises(HclError, match="wrong: unknown block: nonsense"):
        write(tmp_path, os.environ)

    assert before.read_text() == "before"
    assert not (tmp_path / "hcl/wrong").exists()


@pytest.mark.terraform
def test_files_that_are_no_longer_written_go_and_locked_versions_come_along(tmp_path, known):
    generated(tmp_path, shop={"resource": {"aws_a": {"one": {"count": 2}}}})
    (tmp_path / "stacks/shop/.terraform.lock.hcl").write_text("# locked")
    (tmp_path / "stacks/shop/cdk.versions.tf").write_text("# versions")
    old = tmp_path / "hcl/shop/old.tf"
    old.parent.mkdir(parents=True)
    old.write_text("# old")

    (folder,) = write(tmp_path, os.environ)

    assert folder == tmp_path / "hcl/shop"
    assert {file.name for file in folder.iterdir()} == {"main.tf", "versions.tf", ".terraform.lock.hcl"}
    assert (folder / "main.tf").read_text() == 'resource "aws_a" "one" {\n  count = 2\n}\n'
