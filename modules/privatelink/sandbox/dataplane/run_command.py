"""Systems Manager Run Command: shell scripts on the machines of instances.

https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
An instance is managed if it runs and its role has the managed policy. It receives commands while it reaches
Systems Manager over its network: over the internet, or through interface endpoints with private DNS.
https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
"""

import datetime
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TypedDict

from moto.core.responses import ActionResult, BaseResponse
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.ssm.exceptions import SSMException
from moto.ssm.models import Command

from privatelink.sandbox.changes import LOCK
from privatelink.sandbox.dataplane.control import DataPlaneError
from privatelink.sandbox.dataplane.desired import running_instances
from privatelink.sandbox.dataplane.names import aws_names
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.reconciler import Reconciler
from privatelink.sandbox.filters import page
from privatelink.sandbox.untyped import Moto

MANAGED_POLICY = ":iam::aws:policy/AmazonSSMManagedInstanceCore"
DOCUMENT = "AWS-RunShellScript"
PLUGIN = "aws:runShellScript"
STDOUT_CHARACTERS, STDERR_CHARACTERS, PLUGIN_CHARACTERS = 24000, 8000, 2500
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html"""
TRUNCATED = "\n---Output truncated---"
AGENT_SERVICES = ("ssm", "ssmmessages")
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html"""
DEFAULT_EXECUTION_SECONDS = 3600

_reconciler: Reconciler | None = None


def install(reconciler: Reconciler | None) -> None:
    """Set the data plane for commands; without one, no instance is managed."""
    global _reconciler
    _reconciler = reconciler


def managed_instances(account: str, region: str) -> dict[str, Moto]:
    """Return the managed instances, by ID."""
    if _reconciler is None:
        return {}
    backend = ec2_backends[account][region]
    return {instance.id: instance for instance in running_instances(backend) if is_managed(instance)}


def is_managed(instance: Moto) -> bool:
    """Return whether the role of an instance has the managed policy."""
    backend = instance.ec2_backend
    association = backend.iam_instance_profile_associations.get(instance.id)
    profiles = iam_backends[backend.account_id][backend.partition].instance_profiles
    names = [association.iam_instance_profile.name] if association else []
    roles = (role for profile in profiles.values() if profile.name in names for role in profile.roles)
    return any(arn.endswith(MANAGED_POLICY) for role in roles for arn in role.managed_policies)


class Actions(BaseResponse):  # type: ignore[misc]
    """The SSM API actions on commands and managed instances."""

    def send_command(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html"""
        document, parameters = self._get_param("DocumentName"), self._get_param("Parameters", {})
        if document.rpartition("/")[2] != DOCUMENT:
            raise SSMException("InvalidDocument", f"the sandbox supports only {DOCUMENT}, not {document}")
        if not parameters.get("commands"):
            raise SSMException("InvalidParameters", "Parameter commands is required")
        managed = managed_instances(self.current_account, self.region)
        named = list(dict.fromkeys(self._get_param("InstanceIds", [])))
        if unknown := [instance_id for instance_id in named if instance_id not in managed]:
            raise SSMException(
                "InvalidInstanceId",
                f"Instances [[{', '.join(unknown)}]] not in a valid state for account {self.current_account}",
            )
        instance_ids = named or list(targeted(managed.values(), self._get_param("Targets", [])))
        command = Command(
            account_id=self.current_account,
            comment=self._get_param("Comment", ""),
            document_name=document,
            timeout_seconds=self._get_int_param("TimeoutSeconds"),
            instance_ids=[],
            parameters=parameters,
            backend_region=self.region,
        )
        # moto would add all instances.
        command.instance_ids = instance_ids
        command.targets = self._get_param("Targets", [])
        command.completed_count = 0
        command.invocations = [Invocation(command, instance_id) for instance_id in instance_ids]
        describe_progress(command)
        self.ssm_backend._commands.append(command)
        for invocation in command.invocations:
            threading.Thread(target=invocation.run, daemon=True).start()
        return ActionResult({"Command": command.response_object()})

    def get_command_invocation(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html"""
        command = self.ssm_backend.get_command_by_id(self._get_param("CommandId"))
        instance_id, plugin = self._get_param("InstanceId"), self._get_param("PluginName")
        for invocation in command.invocations:
            if invocation.instance_id == instance_id and plugin in (None, PLUGIN):
                return ActionResult(invocation.describe())
        raise SSMException("InvocationDoesNotExist", "The command ID and managed node ID do not match.")

    def list_command_invocations(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html"""
        wanted, instance_id = self._get_param("CommandId"), self._get_param("InstanceId")
        details = self._get_param("Details", False)
        found = [
            invocation.summary(details=bool(details))
            for command in reversed(self.ssm_backend._commands)
            if wanted in (None, command.command_id)
            for invocation in command.invocations
            if instance_id in (None, invocation.instance_id)
        ]
        size = self._get_int_param("MaxResults")
        items, token = page(found, size, self._get_param("NextToken"), smallest=1)
        return ActionResult({"CommandInvocations": items, "NextToken": token})

    def describe_instance_information(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html"""
        filters = {item["Key"]: item["Values"] for item in self._get_param("Filters", [])} | {
            item["key"]: item["valueSet"] for item in self._get_param("InstanceInformationFilterList", [])
        }
        wanted = filters.get("InstanceIds")
        found = [
            {
                "InstanceId": instance.id,
                "PingStatus": "Online",
                "LastPingDateTime": now(),
                "AgentVersion": "3.3.0.0",
                "IsLatestVersion": True,
                "PlatformType": "Linux",
                "PlatformName": "Amazon Linux",
                "PlatformVersion": "2023",
                "ResourceType": "EC2Instance",
                "IPAddress": instance.private_ip,
                "ComputerName": instance.private_dns_name,
            }
            for instance in managed_instances(self.current_account, self.region).values()
            if wanted is None or instance.id in wanted
        ]
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        return ActionResult({"InstanceInformationList": items, "NextToken": token})


class Target(TypedDict):
    """Instances by their ids or a tag, in a request."""

    Key: str
    Values: list[str]


def targeted(instances: Iterable[Moto], targets: list[Target]) -> Iterator[str]:
    """Yield the IDs of the instances that match all targets, by ID or tag."""
    for instance in instances:
        tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
        if all(
            (target["Key"].lower() == "instanceids" and instance.id in target["Values"])
            or (target["Key"].startswith("tag:") and tags.get(target["Key"][4:]) in target["Values"])
            for target in targets
        ):
            yield instance.id


class Invocation:
    """A command on one instance."""

    def __init__(self, command: Moto, instance_id: str) -> None:
        self.command, self.instance_id = command, instance_id
        self.region: str = command.backend_region
        self.status, self.details = "Pending", "Pending"
        self.outcome: Outcome | None = None
        self.started: datetime.datetime | None = None
        self.seconds = 0.0

    def run(self) -> None:
        """Run the command; call it in a separate thread."""
        parameters = self.command.parameters
        seconds = float((parameters.get("executionTimeout") or [DEFAULT_EXECUTION_SECONDS])[0])
        script = "\n".join(map(str, parameters["commands"]))
        directory = (parameters.get("workingDirectory") or [""])[0]
        # The working directory is a parameter of the outer script, so that it needs no quoting.
        words = ["sh", "-c", 'cd -- "$1" && exec sh -c "$2"', "sh", directory or "/", script]
        with LOCK:
            self.started, self.status, self.details = now(), "InProgress", "InProgress"
            describe_progress(self.command)
        begun = time.monotonic()
        try:
            outcome = self._deliver(words, seconds, begun + float(self.command.timeout_seconds))
        except DataPlaneError as error:
            outcome = Outcome(-1, "", str(error))
        with LOCK:
            self.seconds = time.monotonic() - begun
            self._finish(outcome)
            describe_progress(self.command)

    def _deliver(self, words: list[str], seconds: float, deadline: float) -> Outcome | None:
        """Run the command when the machine can receive it; return None if it cannot before the deadline."""
        while True:
            if _reconciler is None:
                raise DataPlaneError("no data plane")
            _reconciler.settle()
            needs = tuple(name for name in aws_names(self.region) if name.partition(".")[0] in AGENT_SERVICES)
            outcome = _reconciler.data_plane.run(self.instance_id, words, seconds, needs=needs)
            if outcome is not None or time.monotonic() >= deadline:
                return outcome

    def _finish(self, outcome: Outcome | None) -> None:
        if outcome is None:
            # https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
            self.status, self.details = "TimedOut", "DeliveryTimedOut"
            why = _reconciler and (_reconciler.error or _reconciler.data_plane.last_error)
            self.outcome = Outcome(-1, "", why or "")
            return
        self.outcome = outcome
        if outcome.timed_out:
            self.status, self.details = "TimedOut", "ExecutionTimedOut"
        elif outcome.code:
            self.status, self.details = "Failed", "Failed"
        else:
            self.status, self.details = "Success", "Success"

    def _common(self) -> dict[str, object]:
        return {
            "CommandId": self.command.command_id,
            "InstanceId": self.instance_id,
            "Comment": self.command.comment,
            "DocumentName": self.command.document_name,
            "DocumentVersion": "$DEFAULT",
            "Status": self.status,
            "StatusDetails": self.details,
            "StandardOutputUrl": "",
            "StandardErrorUrl": "",
        }

    def _times(self) -> tuple[str, str, str]:
        """Start, elapsed time and end in ISO 8601; empty if not known yet."""
        if self.started is None:
            return "", "", ""
        elapsed = f"PT{self.seconds:.3f}S" if self.status != "InProgress" else ""
        end = self.started + datetime.timedelta(seconds=self.seconds)
        return self.started.isoformat(), elapsed, end.isoformat() if elapsed else ""

    def describe(self) -> dict[str, object]:
        """Return the answer of `GetCommandInvocation`."""
        start, elapsed, end = self._times()
        outcome = self.outcome or Outcome(-1, "", "")
        return self._common() | {
            "PluginName": PLUGIN,
            "ResponseCode": outcome.code,
            "ExecutionStartDateTime": start,
            "ExecutionElapsedTime": elapsed,
            "ExecutionEndDateTime": end,
            "StandardOutputContent": shortened(outcome.stdout, STDOUT_CHARACTERS),
            "StandardErrorContent": shortened(outcome.stderr, STDERR_CHARACTERS),
        }

    def summary(self, *, details: bool) -> dict[str, object]:
        """Return a `CommandInvocation`."""
        outcome = self.outcome or Outcome(-1, "", "")
        summary = self._common() | {
            "InstanceName": "",
            "RequestedDateTime": self.command.requested_date_time,
            "CommandPlugins": [],
        }
        if details:
            summary["CommandPlugins"] = [
                {
                    "Name": PLUGIN,
                    "Status": self.status,
                    "StatusDetails": self.details,
                    "ResponseCode": outcome.code,
                    "Output": shortened(outcome.stdout + outcome.stderr, PLUGIN_CHARACTERS),
                }
            ]
        return summary


def describe_progress(command: Moto) -> None:
    """Set the status of a command from its invocations."""
    states = [invocation.status for invocation in command.invocations]
    done = [state for state in states if state not in ("Pending", "InProgress")]
    command.target_count, command.completed_count = len(states), len(done)
    command.error_count = sum(state != "Success" for state in done)
    if len(done) < len(states):
        command.status = "InProgress" if done or "InProgress" in states else "Pending"
    else:
        command.status = next((state for state in states if state != "Success"), "Success")
    command.status_details = command.status


def shortened(text: str, most: int) -> str:
    """Return output as the API does: truncated with a note if it is too long."""
    return text if len(text) <= most else text[: most - len(TRUNCATED)] + TRUNCATED


def now() -> datetime.datetime:
    """Return the current time."""
    return datetime.datetime.now(datetime.UTC)
