"""The README's commands for AWS, run line by line as a user would, against the local AWS."""

import re
import subprocess

import pytest

from privatelink.terraform.environment import terraform_environment
from tests.support.checkout import checkout
from tests.support.project import PROJECT

pytestmark = pytest.mark.terraform


@pytest.mark.xdist_group("readme")
def test_commands_for_aws(sandbox, tmp_path):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"<!-- tested: by hand -->\n```sh\n(.*?)```", readme, re.DOTALL)
    folder = tmp_path / "checkout"
    folder.mkdir()
    checkout(folder)
    environment = terraform_environment(tmp_path, sandbox.client_environment) | {
        # What a user is asked, answered; the state is that of the commands before.
        "TF_CLI_ARGS_apply": "-auto-approve -no-color",
        "TF_CLI_ARGS_destroy": "-auto-approve -no-color",
        "TF_CLI_ARGS_plan": "-no-color",
        "MAKEFLAGS": "",
    }
    for name in ("PRIVATELINK_TOPOLOGY", "CDKTF_OUTDIR"):
        environment.pop(name, None)

    ran = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", commands],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert "pendingAcceptance" in ran.stdout
    assert "No changes. Your infrastructure matches the configuration." in ran.stdout
    assert ran.stdout.count("Destroy complete!") == 2
