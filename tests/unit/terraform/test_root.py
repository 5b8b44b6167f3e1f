"""Real Terraform, run in tiny roots that need no provider from outside."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from privatelink.errors import UserError
from privatelink.terraform.root import (
    Diagnostic,
    Event,
    Plan,
    Summary,
    TerraformError,
    TerraformMissingError,
    TerraformRoot,
)
from tests.support.project import PROJECT

MakeRoot = Callable[..., TerraformRoot]


def data(**values: Any) -> dict[str, Any]:
    """A configuration of `terraform_data` resources, which are built into Terraform."""
    return {"resource": {"terraform_data": values}}


@pytest.fixture
def make_root(tmp_path: Path) -> MakeRoot:
    def make(configuration: dict[str, Any], **environment: str) -> TerraformRoot:
        (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
        return TerraformRoot(tmp_path, {**os.environ, **environment})

    return make


@pytest.mark.terraform
class TestLifeCycle:
    def test_from_nothing_to_nothing(self, make_root: MakeRoot, tmp_path: Path) -> None:
        configuration = data(a={"input": "x"}) | {
            "output": {
                "plain": {"value": "${terraform_data.a.output}"},
                "secret": {"value": {"deep": [1, 2]}, "sensitive": True},
            }
        }
        root = make_root(configuration)
        root.init()
        assert root.validate().warnings == []

        plan = root.plan()
        assert plan.path == tmp_path / "terraform.tfplan"
        assert plan.summary == Summary(add=1)
        assert (plan.clean, plan.has_changes) == (False, True)
        assert plan.output_changes.keys() == {"plain", "secret"}
        assert root.state_resources() == []

        events: list[Event] = []
        assert root.apply(plan, on_event=events.append).summary == Summary(add=1)
        steps = [(event.kind, event.action) for event in events if event.address == "terraform_data.a"]
        assert ("started", "create") in steps
        assert steps[-1] == ("complete", "create")
        assert events[-1].message == "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."
        assert root.outputs() == {"plain": "x", "secret": {"deep": [1, 2]}}
        assert [resource["address"] for resource in root.state_resources()] == ["terraform_data.a"]

        again = root.plan(tmp_path / "again.tfplan")
        assert (again.path.name, again.clean, again.has_changes) == ("again.tfplan", True, False)
        assert again.output_changes == {}

        assert root.plan(destroy=True).summary == Summary(destroy=1)
        assert root.destroy().summary == Summary(destroy=1)
        assert root.state_resources() == []
        assert root.outputs() == {}

    def test_changed_output_alone_is_not_clean_but_no_change(self, make_root: MakeRoot) -> None:
        root = make_root({"output": {"o": {"value": 1}}})
        root.init()
        root.apply()
        plan = make_root({"output": {"o": {"value": 2}}}).plan()
        assert (plan.clean, plan.has_changes) == (False, False)
        assert plan.output_changes["o"]["after"] == 2

    def test_failed_check_is_a_warning(self, make_root: MakeRoot) -> None:
        check = {"c": {"assert": {"condition": "${terraform_data.a.input == 1}", "error_message": "not one"}}}
        root = make_root(data(a={"input": 2}) | {"check": check})
        root.init()
        plan = root.plan()
        for warnings in (plan.warnings, root.apply(plan).warnings):
            assert [(found.severity, found.detail) for found in warnings] == [("warning", "not one")]

    def test_refresh_only_changes_nothing(self, make_root: MakeRoot) -> None:
        root = make_root(data(a={"input": 1}))
        root.init()
        root.apply()
        root = make_root(data(a={"input": 2}))
        assert root.plan(refresh_only=True).clean
        assert root.apply_refresh_only().summary == Summary()
        assert root.plan().summary == Summary(change=1)

    def test_resources_of_child_modules_are_listed(self, make_root: MakeRoot, tmp_path: Path) -> None:
        child = tmp_path / "child"
        child.mkdir()
        (child / "main.tf.json").write_text(json.dumps(data(b={})))
        root = make_root(data(a={}) | {"module": {"m": {"source": "./child"}}})
        root.init()
        root.apply()
        addresses = {resource["address"] for resource in root.state_resources()}
        assert addresses == {"terraform_data.a", "module.m.terraform_data.b"}


@pytest.mark.terraform
class TestErrors:
    def test_wrong_configuration_names_the_place(self, make_root: MakeRoot) -> None:
        root = make_root(data(a={"inptu": 1}))
        root.init()
        with pytest.raises(TerraformError) as caught:
            root.validate()
        error = caught.value
        assert (error.code, error.command) == (1, ["terraform", "validate", "-json"])
        assert "Extraneous JSON object property" in error.diagnostics[0].summary
        assert "main.tf.json:1" in str(error)
        with pytest.raises(TerraformError, match=r"main\.tf\.json:1"):
            root.plan()

    def test_the_same_diagnostic_is_said_once(self, make_root: MakeRoot) -> None:
        with pytest.raises(TerraformError) as caught:
            make_root({"resource": {"terraform_data": {"a b": {}}}}).init()
        assert len(caught.value.diagnostics) == len(set(caught.value.diagnostics))

    def test_failing_resource_is_named(self, make_root: MakeRoot) -> None:
        root = make_root(data(a={"provisioner": {"local-exec": {"command": "exit 3"}}}))
        root.init()
        events: list[Event] = []
        with pytest.raises(TerraformError) as caught:
            root.apply(on_event=events.append)
        assert caught.value.diagnostics[0].address == "terraform_data.a"
        assert "exit status 3" in str(caught.value)
        assert [event.address for event in events if event.kind == "errored"] == ["terraform_data.a"]

    def test_not_initialized(self, make_root: MakeRoot) -> None:
        root = make_root({"terraform": {"backend": {"local": {"path": "elsewhere.tfstate"}}}})
        with pytest.raises(TerraformError, match="terraform init"):
            root.outputs()

    def test_text_from_before_json_is_understood_is_shown(self, make_root: MakeRoot) -> None:
        root = make_root(data(a={}), TF_CLI_ARGS_plan="-nonsense")
        with pytest.raises(TerraformError, match="nonsense"):
            root.plan()

    def test_missing_plan_file(self, make_root: MakeRoot, tmp_path: Path) -> None:
        root = make_root(data(a={}))
        root.init()
        with pytest.raises(TerraformError, match=r"other\.tfplan"):
            root.apply(tmp_path / "other.tfplan")
        with pytest.raises(TerraformError, match=r"other\.tfplan") as caught:
            root.show_plan(tmp_path / "other.tfplan")
        assert "\x1b" not in str(caught.value)

    def test_stale_plan_is_refused(self, make_root: MakeRoot) -> None:
        root = make_root(data(a={"input": 1}))
        root.init()
        plan = root.plan()
        root.apply()
        with pytest.raises(TerraformError, match="stale"):
            root.apply(plan)

    def test_provider_that_cannot_be_had_tells_about_mirrors(
        self, make_root: MakeRoot, tmp_path: Path
    ) -> None:
        config = tmp_path / "empty.rc"
        (tmp_path / "mirror").mkdir()
        config.write_text(
            f'provider_installation {{\n filesystem_mirror {{ path = "{tmp_path / "mirror"}" }}\n}}\n'
        )
        required = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}}
        with pytest.raises(TerraformError, match="set TF_PLUGIN_MIRROR to a copy"):
            make_root(required, TF_CLI_CONFIG_FILE=str(config)).init()

    def test_configuration_file_that_points_nowhere_is_not_complained_about(
        self, make_root: MakeRoot, tmp_path: Path
    ) -> None:
        root = make_root(data(a={}), TF_CLI_CONFIG_FILE=str(tmp_path / "nowhere"))
        with pytest.raises(TerraformError) as caught:
            root.show_plan(tmp_path / "missing")
        assert "nowhere" not in str(caught.value)

    def test_failing_listener_stops_terraform_and_is_not_hidden(self, make_root: MakeRoot) -> None:
        root = make_root(data(a={"provisioner": {"local-exec": {"command": "sleep 30"}}}))
        root.init()

        def fail(event: Event) -> None:
            if event.kind == "started":
                raise ZeroDivisionError

        began = time.monotonic()
        with pytest.raises(ZeroDivisionError):
            root.apply(on_event=fail)
        assert time.monotonic() - began < 20


def test_missing_directory(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r'no such Terraform directory: ".*nowhere"; has it been synthesized'):
        TerraformRoot(tmp_path / "nowhere", {})


def fake_terraform(directory: Path, answer: str) -> dict[str, str]:
    binary = directory / "terraform"
    binary.write_text(f"#!/bin/sh\n{answer}\n")
    binary.chmod(0o755)
    return {"PATH": f"{directory}:/bin:/usr/bin"}


def test_terraform_missing(tmp_path: Path) -> None:
    with pytest.raises(
        TerraformMissingError, match=r'no "terraform" on PATH; Terraform 1\.9 or newer.*https://'
    ):
        TerraformRoot(tmp_path, {"PATH": str(tmp_path)}).init()


@pytest.mark.parametrize("version", ["1.8.5", "0.15.0"])
def test_terraform_too_old(tmp_path: Path, version: str) -> None:
    environment = fake_terraform(tmp_path, f"""echo '{{"terraform_version": "{version}"}}'""")
    with pytest.raises(
        TerraformMissingError, match=rf"is Terraform {version}; 1\.9 or newer is needed: https://"
    ):
        TerraformRoot(tmp_path, environment).init()


@pytest.mark.parametrize(
    "answer", ["echo hello", "exit 1", "echo '[]'", "echo '{\"terraform_version\": null}'"]
)
def test_terraform_that_tells_no_version(tmp_path: Path, answer: str) -> None:
    with pytest.raises(TerraformMissingError, match=r"1\.9 or newer is needed"):
        TerraformRoot(tmp_path, fake_terraform(tmp_path, answer)).init()


def test_the_binary_cdktf_would_run_is_run(tmp_path: Path) -> None:
    with pytest.raises(TerraformMissingError, match='no "tofu-elsewhere" on PATH'):
        TerraformRoot(tmp_path, {"PATH": "/bin", "TERRAFORM_BINARY_NAME": "tofu-elsewhere"}).init()


def test_output_that_is_not_json_does_not_hide_the_exit_code(tmp_path: Path) -> None:
    answer = """[ "$1" = version ] && echo '{"terraform_version": "1.9.0"}' && exit
printf '\\033[31mboom\\033[0m\\n'; echo '{"no": "type"}'; exit 7"""
    root = TerraformRoot(tmp_path, fake_terraform(tmp_path, answer))
    for run in (root.init, root.validate, root.outputs, root.apply):
        with pytest.raises(TerraformError, match=r"(?s)ended with exit code 7.*boom") as caught:
            run()
        assert "\x1b" not in str(caught.value)
        assert "[31m" not in str(caught.value)


def plan_of(*actions: list[str]) -> Plan:
    changes = [{"address": str(number), "change": {"actions": each}} for number, each in enumerate(actions)]
    return Plan(Path("p"), lambda _: {"resource_changes": changes}, clean=False)


@pytest.mark.terraform
def test_summary_is_terraforms_own_and_counts_a_replacement_twice(
    make_root: MakeRoot,
) -> None:
    resource = {"terraform_data": {"x": {"triggers_replace": 1}}}
    make_root({"resource": resource}).apply()
    resource["terraform_data"]["x"]["triggers_replace"] = 2
    plan = make_root({"resource": resource}).plan()
    assert plan.summary == Summary(add=1, destroy=1)
    assert str(plan.summary) == "1 to add, 0 to change, 1 to destroy"


def test_plan_is_read_when_its_json_is_asked_for_and_once() -> None:
    asked = []

    def read(path: Path) -> dict[str, Any]:
        asked.append(path)
        return {}

    plan = Plan(Path("p"), read, clean=True)
    assert asked == []
    assert (plan.changes, plan.output_changes, plan.drift) == ([], {}, [])
    assert asked == [Path("p")]


def test_changes_are_what_does_something() -> None:
    plan = plan_of(["create"], ["update"], ["delete", "create"], ["create", "delete"], ["no-op"], ["read"])
    assert [change["address"] for change in plan.changes] == ["0", "1", "2", "3"]


def test_plan_that_only_reads_has_no_changes() -> None:
    assert not plan_of(["read"], ["no-op"]).has_changes
    assert plan_of(["forget"]).has_changes


def test_diagnostic_is_readable() -> None:
    found = Diagnostic(
        "error", "it broke", "line one\n\nline two\n", "aws_lb.x", "cdk.tf.json", 7, 'resource "x"'
    )
    assert str(found) == (
        'error: it broke\n  at aws_lb.x, resource "x", cdk.tf.json:7\n  line one\n\n  line two'
    )
    assert str(Diagnostic("warning", "short")) == "warning: short"


def test_errors_come_after_warnings() -> None:
    found = [Diagnostic("error", "broken"), Diagnostic("warning", "odd")]
    assert str(TerraformError(["terraform", "apply"], 1, found)) == (
        "`terraform apply` ended with exit code 1\nwarning: odd\nerror: broken"
    )


# In its own process, as a signal would hit the test runner too.
APPLY = """
import os, signal, sys
from pathlib import Path
# Whoever runs the tests may have had these ignored: in the background, or with nohup.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
import privatelink.terraform.root
from privatelink.terraform.root import TerraformRoot
from tests.support.project import PROJECT
privatelink.terraform.root.STOP_SECONDS = float(sys.argv[2])
root = TerraformRoot(Path(sys.argv[1]), os.environ)
root.init()
try:
    root.apply(on_event=lambda event: print(event.kind, event.message, flush=True))
finally:
    print("cleaned up", flush=True)
"""


def start_apply(
    tmp_path: Path, environment: Mapping[str, str], stop_seconds: float = 60
) -> tuple[subprocess.Popen[str], int]:
    """Start an apply in its own process; return it and the pid its command writes, once that runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", APPLY, str(tmp_path), str(stop_seconds)],
        cwd=PROJECT,
        env={**environment, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    written = tmp_path / "pid"
    deadline = time.monotonic() + 30
    while not (written.exists() and written.read_text().strip()):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process, int(written.read_text())


def processes_in_group(group: int) -> list[str]:
    run = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,comm="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in run.stdout.splitlines()]
    return [name for pgid, stat, name in rows if int(pgid) == group and not stat.startswith("Z")]


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_interrupt_leaves_nothing_running(tmp_path: Path, number: signal.Signals, exit_code: int) -> None:
    # The shell's `; :` makes it the parent of `sleep`: Terraform kills the shell only.
    provisioner = {"local-exec": {"command": "echo $$ > pid; sleep 60; :"}}
    configuration = data(a={"provisioner": provisioner}, b={"input": "${terraform_data.a.id}"})
    (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
    process, shell = start_apply(tmp_path, os.environ)
    group = os.getpgid(shell)
    assert group != os.getpgid(process.pid)
    assert {"terraform", "sleep"} <= set(processes_in_group(group))

    process.send_signal(number)
    output, _ = process.communicate(timeout=20)

    assert process.returncode == exit_code
    assert "interrupted: Terraform finishes what it has begun" in output
    assert "Gracefully shutting down" in output
    assert "Two interrupts received" not in output
    assert "cleaned up" in output
    assert processes_in_group(group) == []
    # Terraform had the time to write down what exists, and to give back its lock.
    state = json.loads((tmp_path / "terraform.tfstate").read_text())
    assert [resource["name"] for resource in state["resources"]] == ["a"]
    assert not (tmp_path / ".terraform.tfstate.lock.info").exists()


@pytest.fixture
def stubborn(tmp_path: Path) -> dict[str, str]:
    """A Terraform that takes no notice of interrupts."""
    directory = tmp_path / "bin"
    directory.mkdir()
    answer = f"""case $1 in
version) echo '{{"terraform_version": "1.9.0"}}' ;;
apply) trap '' INT; echo $$ > '{tmp_path}/pid'; sleep 60; : ;;
esac"""
    return fake_terraform(directory, answer)


def test_terraform_that_does_not_stop_is_killed(tmp_path: Path, stubborn: dict[str, str]) -> None:
    process, group = start_apply(tmp_path, stubborn, stop_seconds=0.5)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert "cleaned up" in output
    assert processes_in_group(group) == []


def test_second_interrupt_kills_at_once(tmp_path: Path, stubborn: dict[str, str]) -> None:
    process, group = start_apply(tmp_path, stubborn, stop_seconds=60)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    assert processes_in_group(group)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert processes_in_group(group) == []


@pytest.mark.terraform
def test_signal_handling_is_restored(make_root: MakeRoot) -> None:
    def own(_number: int, _frame: object) -> None:
        raise AssertionError

    before = signal.signal(signal.SIGHUP, own)
    try:
        make_root(data(a={})).init()
        assert signal.getsignal(signal.SIGHUP) is own
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.terraform
def test_runs_in_a_thread_too(make_root: MakeRoot) -> None:
    root = make_root(data(a={}))
    failures: list[BaseException] = []

    def run() -> None:
        try:
            root.init()
            root.apply()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert failures == []
    assert len(root.state_resources()) == 1
