"""The package as its users have it: the wheel installed outside the checkout, the command, and programs."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.plan import Summary
from privatelink.terraform.stacks import read_stacks
from tests.support.checkout import checkout
from tests.support.examples import PROGRAMS
from tests.support.existing import arranged
from tests.support.kept_provider import AttachedSandbox
from tests.support.plan_facts import FOLDER as PLANS
from tests.support.project import PROJECT

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("package")]

# Either half of the fast start alone leaves several times as much: the bindings' modules, or Node's.
MEGABYTES = 250
PRE_COMMIT = PROJECT / ".build/checks/bin/pre-commit"
MAKES = {"endpoint_service": "aws_vpc_endpoint_service", "interface_endpoint": "aws_vpc_endpoint"}


def build(folder: Path, source: Path, *targets: str) -> Path:
    """Build a distribution of the sources, and return its file."""
    command = [sys.executable, "-m", "hatchling", "build", *targets, "-d", str(folder)]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    (built,) = folder.iterdir()
    return built


def contents(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel that are not about it."""
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"), PROJECT, "-t", "wheel")


def environment(folder: Path, *arguments: str) -> Path:
    """Make a virtual environment with what pip is asked for; return its folder of programs."""
    venv.create(folder)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-compile", *arguments], check=True)
    return folder / "bin"


def test_wheel_holds_the_package_and_nothing_else(wheel: Path):
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "modules/privatelink"]
    tracked = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    # As they are read: some of the demo's topologies are links into examples/.
    expected = {name.removeprefix("modules/"): (PROJECT / name).read_bytes() for name in tracked}

    held = contents(wheel)

    assert held == expected
    assert {"privatelink/py.typed", "privatelink/demo/topologies/walkthrough.yaml"} <= held.keys()


def test_the_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path):
    source = build(tmp_path / "source", PROJECT, "-t", "sdist")
    with tarfile.open(source) as file:
        file.extractall(tmp_path, filter="data")

    (tmp_path / "wheel").mkdir()
    rebuilt = build(tmp_path / "wheel", tmp_path / source.name.removesuffix(".tar.gz"), "-t", "wheel")

    assert contents(rebuilt) == contents(wheel)


@pytest.fixture(scope="module")
def everything(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment with the wheel, all extras, and dependencies of its own: some 900 MB."""
    return environment(tmp_path_factory.mktemp("everything"), f"{wheel}[all]")


@pytest.fixture(
    scope="module",
    params=["dependencies of the project", pytest.param("of its own", marks=pytest.mark.reuse)],
)
def python(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel in it, and jsii's cache filled."""
    if request.param == "of its own":
        programs: Path = request.getfixturevalue("everything")
    else:
        programs = environment(tmp_path_factory.mktemp("environment"), "--no-deps", str(wheel))
        (packages,) = programs.parent.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    interpreter = programs / "python"
    subprocess.run([interpreter, "-m", "privatelink.stacks.warm"], cwd=programs.parent, check=True)
    return interpreter


# A process counts as its own what the one that started it had, so a small one starts the program.
LAUNCHER = """
import json, resource, subprocess, sys
ran = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([ran.returncode, ran.stdout, largest / (1024 * 1024 if sys.platform == "darwin" else 1024)]))
"""


def run(python: Path, program: Path, folder: Path) -> tuple[str, float]:
    """Run a program as a user does; give what it said, and the megabytes of the largest process."""
    variables = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CDKTF_OUTDIR")
    }
    ran = subprocess.run(
        [sys.executable, "-c", LAUNCHER, python, program],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    code, said, megabytes = json.loads(ran.stdout)
    assert code == 0, said
    return said, megabytes


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_starts_fast_and_plans(program: Path, python: Path, sandbox: AttachedSandbox, tmp_path: Path):
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


def test_cdktf_imported_first_is_warned_about_by_the_packages_name(python: Path, tmp_path: Path):
    program = tmp_path / "cdktf_first.py"
    program.write_text("import cdktf\nfrom privatelink import EndpointService\n")

    said, _ = run(python, program, tmp_path)

    assert "import privatelink.framework.aws first" in said


Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def base(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment with the wheel alone, and dependencies of its own."""
    return environment(tmp_path_factory.mktemp("base"), str(wheel))


@pytest.fixture
def command(base: Path, tmp_path: Path) -> Iterator[Command]:
    """`privatelink` in an empty folder, with nothing else on PATH: no Node.js, no Terraform."""
    folder = tmp_path / "empty"
    folder.mkdir()

    def privatelink(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["privatelink", *map(str, arguments)],
            cwd=folder,
            env={"PATH": str(base), "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    yield privatelink
    assert list(folder.iterdir()) == []


@pytest.mark.reuse
def test_the_base_install_tells_its_version(command: Command):
    pyproject = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    (version,) = re.findall(r'^version = "(.*)"$', pyproject, re.MULTILINE)

    ran = command("--version")

    assert (ran.returncode, ran.stdout) == (0, f"privatelink {version}\n")


@pytest.mark.reuse
def test_the_base_install_checks_topologies(command: Command, tmp_path: Path):
    right = PROJECT / "topology.yaml"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(right.read_text().replace("10.10.0.0/16", "10.10.0.0/8"))

    assert command("check", right).returncode == 0
    ran = command("check", wrong)
    assert ran.returncode == 2
    assert f"{wrong}:7:11: service.network.cidr" in ran.stderr


@pytest.mark.reuse
def test_the_base_install_reviews_plans(command: Command, tmp_path: Path):
    broken = tmp_path / "plan.json"
    broken.write_text("{}")

    markdown = tmp_path / "review.md"

    codes = [
        command("review", plan, "--markdown", markdown).returncode
        for plan in (broken, PLANS / "nothing-changes.json", PLANS / "listener-destroyed.json")
    ]

    assert codes == [2, 0, 1]
    assert markdown.read_text().startswith("**Do not apply: ")


@pytest.mark.reuse
@pytest.mark.parametrize(
    ("subcommand", "extra"), [("synth", "synth"), ("sandbox", "sandbox"), ("demo", "all")]
)
def test_a_subcommand_names_the_extra_that_it_needs(command: Command, subcommand: str, extra: str):
    ran = command(subcommand)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"fix: pip install 'privatelink[{extra}]'" in ran.stderr


@pytest.mark.reuse
def test_every_other_subcommand_starts_without_node_and_terraform(command: Command):
    listed = re.findall(r"^│ ([a-z]+) ", command("--help").stdout, re.MULTILINE)
    others = [name for name in listed if name not in ("synth", "sandbox", "demo")]

    codes = {name: command(name, "--help").returncode for name in others}

    assert len(others) > 6
    assert set(codes.values()) == {0}, codes


@pytest.mark.reuse
@pytest.mark.dataplane
def test_all_extras_show_the_walkthrough_outside_the_checkout(everything: Path, tmp_path: Path):
    subprocess.run(["sh", PROJECT / "tools/nft.sh", everything.parent / "nft"], check=True)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    ran = subprocess.run(
        [everything / "privatelink", "demo"],
        cwd=tmp_path,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    held = re.findall(r"^(W\d+) +holds ", ran.stdout, re.MULTILINE)
    assert sorted(held) == sorted(f"W{number}" for number in range(1, 14))


@pytest.mark.reuse
def test_pre_commit_runs_the_hook(tmp_path: Path):
    """`pre-commit` installs the hook from a repository, so a checkout is made into one."""
    repository, project = tmp_path / "repository", tmp_path / "project"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    for folder in (repository, project):
        folder.mkdir()
        subprocess.run([*git, "init", "--quiet"], cwd=folder, check=True)
    checkout(repository)
    (repository / ".venv").unlink()
    right = (PROJECT / "topology.yaml").read_text()
    (project / "topology.yaml").write_text(right)
    (project / "topology-wrong.yml").write_text(right.replace("10.10.0.0/16", "10.10.0.0/8"))
    (project / "other.yaml").write_text("not a topology")
    for folder in (repository, project):
        subprocess.run([*git, "add", "--all"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "a"], cwd=repository, check=True)

    ran = subprocess.run(
        [
            PROJECT / ".build/checks/bin/pre-commit",
            "try-repo",
            repository,
            "privatelink-check",
            "--all-files",
        ],
        cwd=project,
        env=os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "- exit code: 2" in ran.stdout
    assert "topology-wrong.yml:7:11: service.network.cidr" in ran.stdout
    assert "topology.yaml: valid: 1 service, 1 consumer" in ran.stdout
    assert "other.yaml" not in ran.stdout
