"""Run Command: which instances are managed, how a command is delivered, and what its states say."""

import datetime
import importlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from privatelink.sandbox.dataplane.control import DataPlaneError
from privatelink.sandbox.dataplane.outcome import Outcome
from tests.support.dataplane_fixtures import Lab, eventually
from tests.support.sandbox_fixtures import Account, Vpc, refused


class FakeReconciler:
    """A reconciler with a data plane that gives the next of some outcomes, and keeps what it is asked."""

    def __init__(self, *outcomes: Outcome | DataPlaneError | None) -> None:
        self.data_plane, self.error, self.last_error = self, None, "nft failed"
        self.outcomes = list(outcomes)
        self.ran: list[tuple[str, list[str], float]] = []
        self.settled = 0

    def settle(self) -> None:
        self.settled += 1

    def run(
        self, machine_id: str, command: list[str], seconds: float, *, needs: tuple[str, ...]
    ) -> Outcome | None:
        assert needs == ("ssm.eu-west-1.amazonaws.com", "ssmmessages.eu-west-1.amazonaws.com")
        self.ran.append((machine_id, command, seconds))
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, DataPlaneError):
            raise outcome
        return outcome


@pytest.mark.slow
@pytest.mark.xdist_group("moto")
class TestAlone:
    """Without a kernel."""

    @pytest.fixture
    def run_command(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        module = importlib.import_module("privatelink.sandbox.dataplane.run_command")
        monkeypatch.setattr(module, "_reconciler", None)
        return module

    @pytest.fixture
    def invoke(self, run_command: Any) -> Callable[..., tuple[Any, FakeReconciler | None]]:
        """Run a command on an instance, to its end: the invocation, and who delivered it."""

        def invoked(
            *outcomes: Outcome | DataPlaneError | None, seconds: int = 30, **parameters: list[str]
        ) -> tuple[Any, FakeReconciler | None]:
            reconciler = FakeReconciler(*outcomes) if outcomes else None
            run_command.install(reconciler)
            command = SimpleNamespace(
                command_id="command",
                backend_region="eu-west-1",
                comment="why",
                document_name="AWS-RunShellScript",
                requested_date_time="2026-01-01",
                timeout_seconds=seconds,
                parameters={"commands": ["echo one", "echo two"], **parameters},
            )
            command.invocations = [run_command.Invocation(command, "i-1")]
            command.invocations[0].run()
            return command.invocations[0], reconciler

        return invoked

    @pytest.mark.parametrize(
        ("outcome", "status", "details", "code"),
        [
            (Outcome(0, "out", "err"), "Success", "Success", 0),
            (Outcome(3, "out", "err"), "Failed", "Failed", 3),
            (Outcome(-1, "out", "err", timed_out=True), "TimedOut", "ExecutionTimedOut", -1),
        ],
    )
    def test_how_a_command_ended(
        self,
        invoke: Callable[..., tuple[Any, FakeReconciler]],
        outcome: Outcome,
        status: str,
        details: str,
        code: int,
    ) -> None:
        invocation, _ = invoke(outcome)
        found = invocation.describe()
        assert (found["Status"], found["StatusDetails"], found["ResponseCode"]) == (status, details, code)
        assert (found["StandardOutputContent"], found["StandardErrorContent"]) == ("out", "err")
        assert (found["CommandId"], found["InstanceId"], found["Comment"]) == ("command", "i-1", "why")
        assert invocation.command.status == status
        begun = datetime.datetime.fromisoformat(found["ExecutionStartDateTime"])
        assert begun <= datetime.datetime.fromisoformat(found["ExecutionEndDateTime"])
        assert found["ExecutionElapsedTime"].startswith("PT0.")

    def test_the_script_its_directory_and_its_time(
        self, invoke: Callable[..., tuple[Any, FakeReconciler]]
    ) -> None:
        _, reconciler = invoke(Outcome(0, "", ""))
        _, other = invoke(Outcome(0, "", ""), workingDirectory=["/opt"], executionTimeout=["7"])
        ((machine, (*_, directory, script), seconds),) = reconciler.ran
        assert (machine, directory, script, seconds) == ("i-1", "/", "echo one\necho two", 3600.0)
        ((_, (*_, directory, script), seconds),) = other.ran
        assert (directory, script, seconds) == ("/opt", "echo one\necho two", 7.0)

    def test_a_machine_that_is_not_there_yet_is_asked_again(
        self, invoke: Callable[..., tuple[Any, FakeReconciler]]
    ) -> None:
        invocation, reconciler = invoke(None, None, Outcome(0, "", ""))
        assert invocation.status == "Success"
        # The kernel is waited for before each time.
        assert len(reconciler.ran) == reconciler.settled == 3

    def test_until_the_time_for_the_delivery_is_over(
        self, invoke: Callable[..., tuple[Any, FakeReconciler]]
    ) -> None:
        invocation, reconciler = invoke(None, seconds=0)
        found = invocation.describe()
        assert (found["Status"], found["StatusDetails"]) == ("TimedOut", "DeliveryTimedOut")
        assert (found["ResponseCode"], found["StandardErrorContent"]) == (-1, "nft failed")
        assert len(reconciler.ran) == 1

    def test_a_data_plane_that_has_ended_fails_the_command(
        self, invoke: Callable[..., tuple[Any, FakeReconciler]]
    ) -> None:
        for outcomes, why in (
            ((DataPlaneError("the data plane has ended"),), "the data plane has ended"),
            ((), "no data plane"),
        ):
            found = invoke(*outcomes)[0].describe()
            assert (found["Status"], found["ResponseCode"]) == ("Failed", -1)
            assert found["StandardErrorContent"] == why

    def test_before_it_has_begun_nothing_is_told_but_that(self, run_command: Any) -> None:
        command = SimpleNamespace(
            command_id="c",
            comment="",
            document_name="d",
            requested_date_time="2026-01-01",
            backend_region="eu-west-1",
        )
        found = run_command.Invocation(command, "i-1").describe()
        assert (found["Status"], found["StatusDetails"], found["ResponseCode"]) == ("Pending", "Pending", -1)
        for name in ("ExecutionStartDateTime", "ExecutionElapsedTime", "ExecutionEndDateTime"):
            assert found[name] == ""

    def test_the_output_is_given_in_lists_only_where_details_are_asked_for(
        self, invoke: Callable[..., tuple[Any, FakeReconciler]]
    ) -> None:
        invocation, _ = invoke(Outcome(3, "out", "err"))
        assert invocation.summary(details=False)["CommandPlugins"] == []
        (plugin,) = invocation.summary(details=True)["CommandPlugins"]
        assert plugin == {
            "Name": "aws:runShellScript",
            "Status": "Failed",
            "StatusDetails": "Failed",
            "ResponseCode": 3,
            "Output": "outerr",
        }

    def test_output_is_cut_at_the_apis_lengths(
        self, invoke: Callable[..., tuple[Any, FakeReconciler]]
    ) -> None:
        invocation, _ = invoke(Outcome(0, "o" * 30000, "e" * 30000))
        found = invocation.describe()
        (plugin,) = invocation.summary(details=True)["CommandPlugins"]
        texts = (found["StandardOutputContent"], found["StandardErrorContent"], plugin["Output"])
        assert [len(text) for text in texts] == [24000, 8000, 2500]
        assert all(text.endswith("\n---Output truncated---") for text in texts)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("", ""), ("x" * 30, "x" * 30), ("x" * 31, "x" * 7 + "\n---Output truncated---")],
    )
    def test_only_longer_output_is_cut(self, run_command: Any, text: str, expected: str) -> None:
        assert run_command.shortened(text, 30) == expected

    @pytest.mark.parametrize(
        ("states", "status", "completed", "errors"),
        [
            (["Pending", "Pending"], "Pending", 0, 0),
            (["InProgress", "Pending"], "InProgress", 0, 0),
            (["Success", "Pending"], "InProgress", 1, 0),
            (["Failed", "InProgress"], "InProgress", 1, 1),
            (["Success", "Success"], "Success", 2, 0),
            (["Success", "Failed"], "Failed", 2, 1),
            (["TimedOut", "Failed"], "TimedOut", 2, 2),
            ([], "Success", 0, 0),
        ],
    )
    def test_what_the_invocations_of_a_command_add_up_to(
        self, run_command: Any, states: list[str], status: str, completed: int, errors: int
    ) -> None:
        command = SimpleNamespace(invocations=[SimpleNamespace(status=state) for state in states])
        run_command.describe_progress(command)
        assert (command.status, command.status_details) == (status, status)
        counts = (command.target_count, command.completed_count, command.error_count)
        assert counts == (len(states), completed, errors)

    @pytest.mark.parametrize(
        ("targets", "expected"),
        [
            ([("InstanceIds", "i-1", "i-9")], ["i-1"]),
            ([("tag:stage", "test")], ["i-1", "i-2"]),
            ([("tag:stage", "live", "test")], ["i-1", "i-2"]),
            ([("tag:stage", "test"), ("tag:Name", "two")], ["i-2"]),
            ([("tag:stage", "test"), ("instanceids", "i-1")], ["i-1"]),
            ([("tag:owner", "me")], []),
            ([("resource-groups:Name", "x")], []),
        ],
    )
    def test_an_instance_is_named_by_its_id_or_its_tags(
        self, run_command: Any, targets: list[tuple[str, ...]], expected: list[str]
    ) -> None:
        def instance(instance_id: str, **tags: str) -> SimpleNamespace:
            found = [{"key": key, "value": value} for key, value in tags.items()]
            return SimpleNamespace(id=instance_id, get_tags=lambda: found)

        instances = [instance("i-1", stage="test", Name="one"), instance("i-2", stage="test", Name="two")]
        asked = [{"Key": key, "Values": list(values)} for key, *values in targets]
        assert list(run_command.targeted([*instances, instance("i-3")], asked)) == expected

    def test_without_a_data_plane_no_instance_is_managed(self, run_command: Any) -> None:
        assert run_command.managed_instances("123456789012", REGION) == {}


def test_the_document_and_its_commands_are_checked(provider: Account) -> None:
    ssm = provider.client("ssm")
    with refused("InvalidDocument", "only AWS-RunShellScript, not AWS-RunPowerShellScript"):
        ssm.send_command(DocumentName="AWS-RunPowerShellScript", InstanceIds=["i-0123456789abcdef0"])
    with refused("InvalidParameters", "commands is required"):
        ssm.send_command(DocumentName="AWS-RunShellScript", InstanceIds=["i-0123456789abcdef0"])


@pytest.fixture(scope="module")
def vpc(consumer_lab: Lab) -> Vpc:
    return consumer_lab.account.vpc("10.40.0.0/16")


@pytest.mark.dataplane
@pytest.mark.slow
def test_a_command_runs_on_the_named_instance_alone(consumer_lab: Lab, vpc: Vpc) -> None:
    named, other = consumer_lab.probe(vpc), consumer_lab.probe(vpc)
    assert named.run("touch /opt/here; ls /opt/here") == "/opt/here"
    assert other.run("ls /opt/here || echo nothing") == "nothing"


@pytest.mark.dataplane
@pytest.mark.slow
def test_the_states_of_a_command(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.probe(vpc)
    good = machine.invocation("echo out; echo err >&2", workingDirectory=["/opt"])
    assert (good["Status"], good["ResponseCode"]) == ("Success", 0)
    assert (good["StandardOutputContent"], good["StandardErrorContent"]) == ("out\n", "err\n")
    bad = machine.invocation("exit 3")
    assert (bad["Status"], bad["StatusDetails"], bad["ResponseCode"]) == ("Failed", "Failed", 3)
    slow = machine.invocation("sleep 20", executionTimeout=["1"])
    assert (slow["Status"], slow["StatusDetails"], slow["ResponseCode"]) == (
        "TimedOut",
        "ExecutionTimedOut",
        -1,
    )
    long = machine.invocation("seq 100000")["StandardOutputContent"]
    assert len(long) == 24000
    assert long.endswith("---Output truncated---")


@pytest.mark.dataplane
@pytest.mark.slow
def test_a_command_is_in_progress_until_it_ends(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.probe(vpc)
    ssm = consumer_lab.account.client("ssm")
    command = ssm.send_command(
        Targets=[{"Key": "InstanceIds", "Values": [machine.id]}],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["sleep 1; echo done"]},
    )["Command"]["CommandId"]

    def states() -> tuple[str, str]:
        (listed,) = ssm.list_command_invocations(CommandId=command, Details=True)["CommandInvocations"]
        return ssm.list_commands(CommandId=command)["Commands"][0]["Status"], listed["Status"]

    assert states()[1] in ("Pending", "InProgress")
    assert eventually(lambda: states() == ("Success", "Success"))
    (listed,) = ssm.list_command_invocations(CommandId=command, Details=True)["CommandInvocations"]
    assert listed["CommandPlugins"][0]["Output"] == "done\n"


@pytest.mark.dataplane
@pytest.mark.slow
def test_an_instance_without_the_policy_is_not_managed(consumer_lab: Lab, vpc: Vpc) -> None:
    managed = consumer_lab.probe(vpc)
    bare = consumer_lab.instance(vpc, "a", [consumer_lab.group(vpc)])
    ssm = consumer_lab.account.client("ssm")
    known = {
        item["InstanceId"]: item["PingStatus"]
        for item in ssm.describe_instance_information()["InstanceInformationList"]
    }
    assert known[managed.id] == "Online"
    assert bare.id not in known
    with pytest.raises(ClientError, match="not in a valid state for account") as refused:
        bare.run("true")
    assert refused.value.response["Error"]["Code"] == "InvalidInstanceId"


@pytest.mark.dataplane
@pytest.mark.slow
def test_invocations_are_listed_by_command_by_instance_and_by_page(consumer_lab: Lab, vpc: Vpc) -> None:
    one, other = consumer_lab.probe(vpc), consumer_lab.probe(vpc)
    ssm = consumer_lab.account.client("ssm")
    sent = ssm.send_command(
        InstanceIds=[one.id, other.id],
        DocumentName="arn:aws:ssm:ap-northeast-2::document/AWS-RunShellScript",
        Parameters={"commands": ["true"]},
    )["Command"]
    assert sent["TargetCount"] == 2

    def listed(**arguments: Any) -> list[str]:
        found = ssm.list_command_invocations(CommandId=sent["CommandId"], **arguments)["CommandInvocations"]
        return [item["InstanceId"] for item in found]

    assert listed() == [one.id, other.id]
    assert listed(InstanceId=other.id) == [other.id]
    pages = ssm.get_paginator("list_command_invocations").paginate(
        CommandId=sent["CommandId"], PaginationConfig={"PageSize": 1}
    )
    assert [len(page["CommandInvocations"]) for page in pages] == [1, 1]
    known = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": [one.id]}])
    assert [item["InstanceId"] for item in known["InstanceInformationList"]] == [one.id]
    with refused("InvocationDoesNotExist"):
        ssm.get_command_invocation(CommandId=sent["CommandId"], InstanceId="i-0123456789abcdef0")
