"""The walkthrough in a sandbox with packets, by real Terraform: verified, broken, repaired."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from examples.broken.lessons import LESSONS, PORTS, WALKTHROUGH, Lesson
from examples.broken.scene import Scene, Setting, apply, nothing
from privatelink.connections import endpoint_connections as connections
from privatelink.demo.synthesis import synthesize
from privatelink.facts import AVAILABLE
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import read_stacks
from privatelink.verify.check import first_broken
from privatelink.verify.consumer import control_plane, private_path, public_path, verify_consumer
from tests.support import packets
from tests.support.dataplane_fixtures import Lab, needs_data_plane
from tests.support.kept_provider import attached_sandbox
from tests.support.pages import commands_tested_by
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account

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
        self.applied: Setting | None = None
        self.pending = None

    def scene(self, setting: Setting = WALKTHROUGH) -> Scene:
        """Both sides of a topology; Terraform runs where another one is applied."""
        if setting != self.applied:
            self._scene = apply(setting, self.work_dir, self.sandbox)
            self.applied = setting
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
def sandbox():
    with attached_sandbox(data_plane=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def stage(sandbox, tmp_path_factory):
    return Stage(tmp_path_factory.mktemp("verify"), sandbox)


@pytest.fixture(scope="module")
def stages(sandbox, stage, tmp_path_factory):
    """One stage for each topology: the walkthrough and its variants, and that of the ports."""
    ports = Stage(tmp_path_factory.mktemp("ports"), sandbox)
    return lambda setting: ports if setting == PORTS else stage


def failed(checks):
    return [check for check in checks if check["outcome"] == "fails"]


def test_what_is_not_applied_cannot_be_verified(tmp_path):
    synthesize(WALKTHROUGH.topology, tmp_path)
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
def test_lesson(lesson: Lesson, stages):
    stage = stages(lesson.setting)
    scene = stage.scene(lesson.setting)
    scene.wait_until_healthy()
    lesson.damage(scene)
    scene.settle()
    try:
        code, found = stage.verify()
        broken = found["client"]["first_broken"]
        assert (code, broken and broken["hop"]) == (1, lesson.hop)
        assert lesson.cause in broken["cause"]
        # Not the API alone says so: packets, or names, do not come through either.
        lost = {
            check["step"]
            for check in failed(found["client"]["checks"])
            if check["id"].startswith(("names", "texts", "udp"))
        }
        assert bool({"W10", "W11"} & lost) == lesson.lost
    finally:
        lesson.repair(scene)
    if lesson.damage is not nothing:
        scene.wait_until_healthy()
        assert first_broken(scene.verify()) is None


def test_targets_that_another_program_registers_come_and_go(stages):
    scene = stages(PORTS).scene(PORTS)
    scene.wait_until_healthy()
    for stack in (scene.provider, scene.consumer):
        plan = stack.root.plan()
        assert plan.clean, (stack.name, plan.changes)
    elbv2, group = scene.provider.elbv2, scene.provider.outputs["target_group_arns"]["443"]
    targets = [
        item["Target"]
        for item in elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    ]

    elbv2.deregister_targets(TargetGroupArn=group, Targets=targets[:1])
    scene.settle()
    (gone,) = [check for check in scene.verify() if check.outcome == "fails" and check.id == "targets"]
    elbv2.deregister_targets(TargetGroupArn=group, Targets=targets[1:])
    (none,) = [check for check in control_plane(scene.consumer, scene.provider) if check.id == "targets"]
    elbv2.register_targets(TargetGroupArn=group, Targets=targets)

    zones = [zone for zone in ("ap-northeast-2a", "ap-northeast-2c") if zone in gone.cause]
    assert len(zones) == 1
    assert "on port 443" in gone.cause
    assert "on port 53" not in gone.cause + none.cause
    assert all(zone in none.cause for zone in ("ap-northeast-2a", "ap-northeast-2c"))
    scene.settle()
    scene.wait_until_healthy()
    assert first_broken(scene.verify()) is None


def test_the_service_of_a_vendor_is_known_by_its_name_alone(sandbox, tmp_path):
    """The vendor's account has no stack. The consumer's stack has the service's name, and a test."""
    vendor = packets.Scene(Lab(Account(sandbox, "999999999999")), Lab(Account(sandbox, "222222222222")))
    acm, ec2, elbv2 = (vendor.provider.account.client(service) for service in ("acm", "ec2", "elbv2"))
    service = vendor.service
    ec2.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"], AcceptanceRequired=True)
    right, wrong = (packets.new_certificate(name) for name in ("api.vendor.example", "old.vendor.example"))
    arns = [
        acm.import_certificate(Certificate=text, PrivateKey=key)["CertificateArn"]
        for text, key in (right, wrong)
    ]
    group = vendor.group("TCP", packets.HTTP_PORT)
    listener = elbv2.create_listener(
        LoadBalancerArn=vendor.balancer["LoadBalancerArn"],
        Protocol="TLS",
        Port=443,
        Certificates=[{"CertificateArn": arns[0]}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    vendor.wait(group)
    test = {"port": 443, "protocol": "https", "server_name": "api.vendor.example", "authorities": right[0]}
    topology = tmp_path / "vendor.yaml"
    consumer = {
        "service_name": service["ServiceName"],
        "network": {"cidr": "10.70.0.0/16", "zones": ["ap-northeast-2a"]},
        "endpoint": {"ports": [443], "verify": [test | {"expect": "server"}]},
        "probe": True,
    }
    topology.write_text(yaml.safe_dump({"name": "vendor", "consumers": {"client": consumer}}))
    synthesize(topology, tmp_path / "cdktf.out")
    (stack,) = read_stacks(
        tmp_path / "cdktf.out", terraform_environment(tmp_path, sandbox.client_environment)
    )
    stack.root.init()
    stack.root.apply()
    sandbox.settle()

    waiting = first_broken(verify_consumer(stack, None))
    connections.accept(ec2, service["ServiceId"], [stack.outputs["endpoint_id"]])
    connections.wait(ec2, service["ServiceId"], {stack.outputs["endpoint_id"]: AVAILABLE})
    sandbox.settle()
    works = verify_consumer(stack, None)
    elbv2.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": arns[1]}])
    sandbox.settle()
    replaced = first_broken(verify_consumer(stack, None))

    assert waiting
    assert (waiting.hop, waiting.cause.partition(":")[0]) == ("connection", "pending acceptance")
    assert first_broken(works) is None
    seen = {check.id: check.outcome for check in works}
    assert (seen["texts-regional-443"], seen["certificate-443"]) == ("holds", "holds")
    assert replaced
    assert (replaced.id, replaced.hop) == ("certificate-443", "backend")
    assert "for old.vendor.example, not for api.vendor.example" in replaced.cause
    assert "ask the service provider to replace the certificate" in replaced.cause


def test_a_twin_with_the_same_addresses_waits_and_then_holds_too(stage, tmp_path):
    topology = yaml.safe_load(WALKTHROUGH.topology.read_text())
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
