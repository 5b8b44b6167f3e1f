"""The commands of docs/cdktf-cli.md, run line by line as a user would, against the local AWS."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from tests.support.checkout import checkout
from tests.support.existing import arranged
from tests.support.left import left
from tests.support.pages import commands_tested_by
from tests.support.project import PROJECT

PROVIDER, CONSUMER = "zigispace-provider", "zigispace-consumer-client"
# Terraform's own, of a check whose values are not there yet, and of a mirror that is no registry.
TERRAFORMS_WARNINGS = {
    "Check block assertion known after apply",
    "Incomplete lock file information for providers",
}


def run_one_by_one(commands: str, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Run the lines in one shell; give what each said."""
    lines = [line.partition(" #")[0].rstrip() for line in commands.strip().splitlines()]
    script = "\n".join(f"echo '== '{json.dumps(line)}\n{line}" for line in lines)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    said = re.split(r"^== (.*)\n", re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout), flags=re.MULTILINE)
    return dict(zip(said[1::2], said[2::2], strict=True))


@pytest.mark.reuse
def test_commands_of_the_page(plain_sandbox: Sandbox, tmp_path: Path):
    node_modules = PROJECT / "node_modules"
    up_to_date = subprocess.run(["make", "--question", "cli"], cwd=PROJECT, capture_output=True, check=False)
    assert up_to_date.returncode == 0, (
        "the CDKTF CLI is not installed, or older than its lock file; run: make cli"
    )
    (block,) = commands_tested_by("tests/e2e/test_cdktf_cli.py::test_commands_of_the_page")
    checkout(tmp_path)
    (tmp_path / "node_modules").symlink_to(node_modules)
    # The load balancer exists: making one takes a minute, and shows no more of the CLI.
    text, account = arranged(PROJECT / "examples/existing-load-balancer.yaml", plain_sandbox)
    (tmp_path / "topology.yaml").write_text(text.replace("name: wrapped", "name: zigispace"))
    existed = sorted(left(account))
    environment = terraform_environment(tmp_path, plain_sandbox.client_environment) | {
        "CDKTF_AUTO_APPROVE": "true",  # what a user is asked, answered
        "CI": "true",  # no spinner
        # The environment is this checkout's, and stays so.
        "MAKEFLAGS": "--old-file=.venv/.synced",
    }
    for name in ("PRIVATELINK_TOPOLOGY", "CDKTF_OUTDIR", "VIRTUAL_ENV"):
        environment.pop(name, None)

    said = run_one_by_one(block.text, tmp_path, environment)

    assert set(re.findall("zigispace-[a-z-]+", said["npx cdktf synth"])) == {PROVIDER, CONSUMER}
    assert re.search(r"Plan: \d+ to add, 0 to change, 0 to destroy", said[f"npx cdktf diff {PROVIDER}"])
    alone = said[f"npx cdktf deploy {PROVIDER}"]
    assert "Apply complete!" in alone
    assert re.search(r"^ +service_name = com\.amazonaws\.vpce\.", alone, re.MULTILINE)
    assert CONSUMER not in alone
    every = said["npx cdktf deploy '*'"]
    # By name it would be the consumer's first; in the order of what is read from what, the provider's.
    assert every.index("No changes.") < every.index("Apply complete!")
    assert re.search("^ +endpoint_state = available$", every, re.MULTILINE)
    gone = said["npx cdktf destroy '*'"]
    assert gone.index("aws_vpc_endpoint.endpoint: Destruction complete") < gone.index(
        "aws_vpc_endpoint_service.endpoint-service: Destroying"
    )
    assert gone.count("Destroy complete!") == 2
    assert sorted(left(account)) == existed
    of_the_cli = "\n".join(text for line, text in said.items() if line.startswith("npx cdktf"))
    noise = re.findall("^.*(?:warn|deprecat|npm|!!!|ERROR).*$", of_the_cli, re.I | re.M)
    assert {line.partition("Warning: ")[2].strip() for line in noise} <= TERRAFORMS_WARNINGS, noise
