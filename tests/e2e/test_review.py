"""The review of a CDKTF output folder, of plans as Terraform saves them, as docs/review.md has it."""

import json
import os
import subprocess

import pytest

from privatelink.terraform.environment import terraform_environment
from tests.support.pages import commands_tested_by
from tests.support.project import PROJECT

pytestmark = pytest.mark.terraform


def test_the_plans_of_an_output_folder_are_reviewed_as_the_page_says(tmp_path):
    (block,) = commands_tested_by(
        "tests/e2e/test_review.py::test_the_plans_of_an_output_folder_are_reviewed_as_the_page_says"
    )
    out = tmp_path / "cdktf.out"
    stacks = {name: {"workingDirectory": f"stacks/{name}"} for name in ("shop-consumer", "shop-provider")}
    for name in stacks:
        folder = out / "stacks" / name
        folder.mkdir(parents=True)
        # A resource of Terraform itself: no provider has to be started.
        (folder / "cdk.tf.json").write_text(
            json.dumps({"resource": {"terraform_data": {name: {"input": name}}}})
        )
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    path = f"{PROJECT / '.venv/bin'}:{os.environ['PATH']}"
    environment = terraform_environment(tmp_path, os.environ | {"PATH": path})

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No PrivateLink in 2 plans" in ran.stdout
    written = (tmp_path / "review.md").read_text()
    assert written.startswith("**No PrivateLink in 2 plans**\n")
    assert "shop-consumer: 1 created" in written
