"""Real Terraform, run in tiny roots that need no provider from outside."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from privatelink.errors import UserError
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.events import Event
from privatelink.terraform.plan import Summary
from privatelink.terraform.root import TerraformRoot
from tests.support.fake_terraform import ANSWERS_VERSION, fake_binary, fake_terraform

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
    def test_the_state_has_what_is_created_before_it_is_destroyed(
        self, make_root: MakeRoot, tmp_path: Path
    ) -> None:
        first = {"lifecycle": {"create_before_destroy": True}}
        (tmp_path / "child").mkdir()
        (tmp_path / "child/main.tf.json").write_text(json.dumps(data(deep=first)))
        repeated = {"c": {**first, "for_each": '${toset(["x"])}'}, "d": {**first, "count": 1}}
        configuration = data(a=first, b={}, **repeated)
        root = make_root({**configuration, "module": {"child": {"source": "./child"}}})
        root.init()
        assert root.created_before_destroyed() == frozenset()

        root.apply()

        assert root.created_before_destroyed() == {
            "terraform_data.a",
            'terraform_data.c["x"]',
            "terraform_data.d[0]",
            "module.child.terraform_data.deep",
        }

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
        with pytest.raises(TerraformError, match="copy the directory, and set TF_PLUGIN_MIRROR to it"):
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
    with pytest.raises(UserError, match=r'no such Terraform directory: ".*nowhere"; run `privatelink synth`'):
        TerraformRoot(tmp_path / "nowhere", {})


def test_output_that_is_not_json_does_not_hide_the_exit_code(tmp_path: Path) -> None:
    answer = r"""printf '\033[31mboom\033[0m\n'; echo '{"no": "type"}'; exit 7"""
    root = TerraformRoot(tmp_path, fake_terraform(tmp_path, f"{ANSWERS_VERSION}\n{answer}"))
    for run in (root.init, root.validate, root.outputs, root.apply):
        with pytest.raises(TerraformError, match=r"(?s)ended with exit code 7.*boom") as caught:
            run()
        assert "\x1b" not in str(caught.value)
        assert "[31m" not in str(caught.value)


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


def test_the_command_of_an_error_is_the_binarys(tmp_path: Path) -> None:
    fake_binary(tmp_path / "tofu", f"{ANSWERS_VERSION}\nexit 1")
    root = TerraformRoot(tmp_path, {"PATH": "/bin:/usr/bin", "PRIVATELINK_TERRAFORM": str(tmp_path / "tofu")})
    with pytest.raises(TerraformError, match=r"^`tofu validate -json`"):
        root.validate()
