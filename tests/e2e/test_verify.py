"""The walkthrough in a sandbox with packets, by real Terraform: verified, broken, repaired."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from examples.broken.lessons import LESSONS, WALKTHROUGH, Lesson
from examples.broken.scene import Scene, apply
from privatelink.connections import endpoint_connections as connections
from privatelink.demo.synthesis import synthesize
from privatelink.facts import AVAILABLE
from privatelink.terraform.stacks import read_stacks
from privatelink.verify.check import first_broken
from privatelink.verify.consumer import control_plane, private_path, public_path, verify_consumer
from tests.support.dataplane_fixtures import needs_data_plane
from tests.support.kept_provider import attached_sandbox
from tests.support.pages import commands_tested_by
from tests.support.project import PROJECT

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.dataplane,
    pytest.mark.slow,
    pytest.mark.xdist_group("verify"),
    needs_data_plane,
]


class Stage:
    """A sandbox, and the topology that is applied in it."""

    def __init__(self, work_dir: Path, sandbox):
        self.work_dir, self.sandbox = work_dir, sandbox
        self.applied: Path | None = None
        self.pending = None

    def scene(self, topology: Path = WALKTHROUGH) -> Scene:
        """Both sides of a topology; Terraform runs where another one is applied."""
        if topology != self.applied:
            self._scene = apply(topology, self.work_dir, self.sandbox)
            self.applied = topology
        return self._scene

    def verify(self, *arguments):
        """`privatelink verify --json`: its exit code and what it found of each consumer."""
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "privatelink",
                "verify",
                "--out",
                self.work_dir / "cdktf.out",
                "--json",
                *arguments,
            ],
            cwd=PROJECT,
            env=self.sandbox.client_environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in ran.stderr, ran.stderr
        found = json.loads(ran.stdout)["consumers"] if ran.stdout else []
        return ran.returncode, {item["consumer"]: item for item in found}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with attached_sandbox(data_plane=True) as sandbox:
        yield Stage(tmp_path_factory.mktemp("verify"), sandbox)


def failed(checks):
    return [check for check in checks if check["outcome"] == "fails"]


def test_what_is_not_applied_cannot_be_verified(tmp_path):
    synthesize(WALKTHROUGH, tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "privatelink", "verify", "--out", tmp_path],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "zigispace-consumer-client is not applied" in ran.stdout
    assert "Traceback" not in ran.stderr


def test_the_walkthrough_holds_once_it_is_accepted(stage):
    scene = stage.scene()
    scene.wait_until_healthy()

    code, found = stage.verify()

    assert (code, failed(found["client"]["checks"])) == (0, [])
    steps = {check["step"]: check["outcome"] for check in found["client"]["checks"] if check["step"]}
    assert steps.keys() >= {"W3", "W4", "W5", "W7", "W8", "W10", "W11", "W12"}
    assert set(steps.values()) == {"holds"}
    texts = {check["id"]: check["observed"] for check in found["client"]["checks"]}
    assert texts["texts-regional-80"] == texts["public-texts-80"] == "ZIGISPACE - SVR#1, ZIGISPACE - SVR#2"


def test_commands_of_the_page(stage):
    stage.scene().wait_until_healthy()
    (block,) = commands_tested_by("tests/e2e/test_verify.py::test_commands_of_the_page")

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=stage.work_dir,
        env=stage.sandbox.client_environment | {"PATH": f"{PROJECT / '.venv/bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_path_can_be_looked_at_alone(stage):
    scene = stage.scene()
    for look, steps in (
        (control_plane, {"W2", "W7", "W8", "W10"}),
        (public_path, {"W3", "W4", "W5"}),
        (private_path, {"W10", "W11", "W12"}),
    ):
        checks = look(scene.consumer, scene.provider)
        assert {check.outcome for check in checks} == {"holds"}, checks
        assert {check.step for check in checks} - {""} == steps


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_lesson(lesson: Lesson, stage):
    scene = stage.scene(lesson.topology)
    scene.wait_until_healthy()
    lesson.damage(scene)
    try:
        code, found = stage.verify()
        broken = found["client"]["first_broken"]
        assert (code, broken and broken["hop"]) == (1, lesson.hop)
        assert lesson.cause in broken["cause"]
        # Not the API alone says so: packets, or names, do not come through either.
        assert {"W10", "W11"} & {
            check["step"]
            for check in failed(found["client"]["checks"])
            if check["id"].startswith(("names", "texts"))
        }
    finally:
        lesson.repair(scene)
    if lesson.topology == WALKTHROUGH:
        scene.wait_until_healthy()
        assert first_broken(scene.verify()) is None


def test_a_twin_with_the_same_addresses_waits_and_then_holds_too(stage, tmp_path):
    topology = yaml.safe_load(WALKTHROUGH.read_text())
    topology["consumers"]["twin"] = copy.deepcopy(topology["consumers"]["client"])
    twins = tmp_path / "twins.yaml"
    twins.write_text(yaml.safe_dump(topology, sort_keys=False))
    stage.scene().wait_until_healthy()
    synthesize(twins, stage.work_dir / "cdktf.out")
    stage.applied = None
    scene = stage._scene
    stacks = read_stacks(stage.work_dir / "cdktf.out", scene.provider.root.environment)
    (twin,) = (stack for stack in stacks if stack.consumer == "twin")
    twin.root.init()
    twin.root.apply()

    code, found = stage.verify()

    assert (code, failed(found["client"]["checks"])) == (1, [])
    broken = found["twin"]["first_broken"]
    assert broken["hop"] == "connection"
    assert broken["cause"].startswith("pending acceptance")
    endpoint = twin.outputs["endpoint_id"]
    assert f"privatelink connections {scene.service_id} --accept {endpoint}" in broken["cause"]
    private = [check for check in found["twin"]["checks"] if check["step"] in ("W11", "W12")]
    assert {check["outcome"] for check in private} == {"fails"}

    connections.accept(scene.provider.ec2, scene.service_id, [endpoint])
    connections.wait(scene.provider.ec2, scene.service_id, {endpoint: AVAILABLE})

    assert stage.verify()[0] == 0
    assert stage.verify("--consumer", "twin")[1].keys() == {"twin"}


def test_without_the_providers_stack_the_consumers_side_is_verified(stage):
    checks = verify_consumer(stage.scene().consumer, None)
    assert first_broken(checks) is None
    assert {check.id for check in checks if check.outcome == "not checked"} == {
        "connection",
        "load-balancer-group",
        "targets",
        "backends",
        "public-name",
        "public-texts",
        "public-trace",
    }
