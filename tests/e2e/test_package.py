"""The package as its users have it: the wheel installed outside the checkout, and programs that import it."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile

import pytest

from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.plan import Summary
from privatelink.terraform.stacks import read_stacks
from tests.support.examples import PROGRAMS
from tests.support.existing import arranged
from tests.support.project import PROJECT

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("package")]

# Set in CI: the dependencies are installed as well, some 280 MB, and not those of the project.
CLEAN_INSTALL = bool(os.environ.get("PRIVATELINK_CLEAN_INSTALL"))
# Either half of the fast start alone leaves several times as much: the bindings' modules, or Node's.
MEGABYTES = 250
MAKES = {"endpoint_service": "aws_vpc_endpoint_service", "interface_endpoint": "aws_vpc_endpoint"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The interpreter of an environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    interpreter = folder / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet"]
    if CLEAN_INSTALL:
        subprocess.run([*pip, "--no-compile", str(wheel)], check=True)
    else:
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
        (packages,) = folder.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([interpreter, "-m", "privatelink.warm"], cwd=folder, check=True)
    return interpreter


def test_wheel_holds_what_the_constructs_need(wheel):
    tracked = subprocess.run(
        ["git", "ls-files", "modules"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    writes_docs = "privatelink/topology/schema.py"

    with zipfile.ZipFile(wheel) as file:
        held = {name for name in file.namelist() if ".dist-info/" not in name}

    assert held == {re.sub("^modules/", "privatelink/", name) for name in tracked} - {writes_docs}


# A process counts as its own what the one that started it had, so a small one starts the program.
LAUNCHER = """
import json, resource, subprocess, sys
ran = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([ran.returncode, ran.stdout, largest / (1024 * 1024 if sys.platform == "darwin" else 1024)]))
"""


def run(python, program, folder):
    """Run a program as a user does; give what it said, and the megabytes of the largest process."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CDKTF_OUTDIR")
    }
    ran = subprocess.run(
        [sys.executable, "-c", LAUNCHER, python, program],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    code, said, megabytes = json.loads(ran.stdout)
    assert code == 0, said
    return said, megabytes


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_starts_fast_and_plans(program, python, sandbox, tmp_path):
    text, _ = arranged(program, sandbox)
    own = tmp_path / program.name
    own.write_text(text)

    said, megabytes = run(python, own, tmp_path)

    assert said == ""
    assert megabytes < MEGABYTES
    (stack,) = read_stacks(
        tmp_path / "cdktf.out", terraform_environment(tmp_path, sandbox.client_environment)
    )
    stack.root.init()
    made = json.loads((stack.root.directory / "cdk.tf.json").read_text())["resource"]
    assert MAKES[program.stem] in made
    assert stack.root.plan().summary == Summary(add=sum(map(len, made.values())))


def test_cdktf_imported_first_is_warned_about_by_the_packages_name(python, tmp_path):
    program = tmp_path / "cdktf_first.py"
    program.write_text("import cdktf\nfrom privatelink import EndpointService\n")

    said, _ = run(python, program, tmp_path)

    assert "import privatelink.aws first" in said
