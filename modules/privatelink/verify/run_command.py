"""Systems Manager Run Command: runs a shell script on an instance and returns its output.

https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
"""

import time
from typing import NotRequired, Protocol, TypedDict

from botocore.exceptions import ClientError

from privatelink.verify.errors import CouldNotCheckError

DOCUMENT = "AWS-RunShellScript"
EXECUTION_SECONDS = 60
DELIVERY_SECONDS = 60
"""At least 30: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html"""
MANAGED_SECONDS = 60.0
"""Maximum time for a probe to register with Systems Manager."""
UNKNOWN_SECONDS = 20.0
"""Maximum time until GetCommandInvocation knows a command."""
_POLL_SECONDS = (0.2, 0.3, 0.5, 1.0, 2.0)
_RUNNING = ("Pending", "InProgress", "Delayed", "Cancelling")
_TRUNCATED = "---Output truncated---"

_WHY = {
    "Undeliverable": "the instance's agent does not answer; check that the instance runs and can reach "
    "Systems Manager (outbound HTTPS, with a public address or endpoints)",
    "DeliveryTimedOut": "the instance's agent did not answer in time; check that the instance runs and can "
    "reach Systems Manager (outbound HTTPS, with a public address or endpoints)",
    "ExecutionTimedOut": f"the program did not end within {EXECUTION_SECONDS} s; use fewer --requests",
    "Cancelled": "the command was cancelled; run it again",
    "AccessDenied": "the caller lacks permissions; see docs/verify.md",
}


class SentCommand(TypedDict):
    """A command that was sent."""

    CommandId: str


class CommandAnswer(TypedDict):
    """The answer to SendCommand."""

    Command: SentCommand


class Invocation(TypedDict):
    """The answer to GetCommandInvocation."""

    Status: str
    StatusDetails: NotRequired[str]
    ResponseCode: NotRequired[int]
    StandardOutputContent: str
    StandardErrorContent: NotRequired[str]


class Ssm(Protocol):
    """A boto3 client of Systems Manager."""

    def send_command(
        self,
        *,
        InstanceIds: list[str],  # noqa: N803 - the API's names
        DocumentName: str,  # noqa: N803
        Comment: str,  # noqa: N803
        TimeoutSeconds: int,  # noqa: N803
        Parameters: dict[str, list[str]],  # noqa: N803
    ) -> CommandAnswer:
        """Send a command to instances."""

    def get_command_invocation(
        self,
        *,
        CommandId: str,  # noqa: N803
        InstanceId: str,  # noqa: N803
    ) -> Invocation:
        """Return the status and output of a command on an instance."""


def run(ssm: Ssm, instance_id: str, script: str) -> str:
    """Run a script on an instance, and return its output.

    Raises:
        CouldNotCheckError: the command is not delivered or fails, or its output is longer than Run Command
            returns.
    """
    command_id = _send(ssm, instance_id, script)
    found = _wait(ssm, instance_id, command_id)
    # The documentation writes "Delivery Timed Out", the API returns "DeliveryTimedOut".
    details = str(found.get("StatusDetails") or found["Status"]).replace(" ", "")
    if found["Status"] != "Success":
        said = (found.get("StandardErrorContent") or "").strip()
        why = _WHY.get(details) or f"it ended with code {found.get('ResponseCode')}:"
        why = f"{why} {said[-500:]}".rstrip()
        raise CouldNotCheckError(f"command {command_id} on {instance_id}: {details}: {why}")
    output = found.get("StandardOutputContent") or ""
    if output.rstrip().endswith(_TRUNCATED):
        raise CouldNotCheckError(
            f"the output of command {command_id} on {instance_id} is longer than Run Command returns "
            f"({len(output)} characters); check fewer consumers or ports at a time"
        )
    return output


def _send(ssm: Ssm, instance_id: str, script: str) -> str:
    deadline = time.monotonic() + MANAGED_SECONDS
    while True:
        try:
            answer = ssm.send_command(
                InstanceIds=[instance_id],
                DocumentName=DOCUMENT,
                Comment="privatelink verify: tests the path to the service",
                TimeoutSeconds=DELIVERY_SECONDS,
                Parameters={"commands": [script], "executionTimeout": [str(EXECUTION_SECONDS)]},
            )
            return answer["Command"]["CommandId"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidInstanceId":
                raise
            if time.monotonic() >= deadline:
                raise CouldNotCheckError(
                    f"{instance_id} has not registered with Systems Manager within {MANAGED_SECONDS:g} s; "
                    "check that it runs, that its role has AmazonSSMManagedInstanceCore, and that it has "
                    "outbound HTTPS"
                ) from error
        time.sleep(min(3.0, MANAGED_SECONDS))


def _wait(ssm: Ssm, instance_id: str, command_id: str) -> Invocation:
    """Wait until the command has ended, and return its invocation."""
    begun = time.monotonic()
    pauses = iter(_POLL_SECONDS)
    status = "unknown"
    while time.monotonic() - begun < DELIVERY_SECONDS + EXECUTION_SECONDS:
        time.sleep(next(pauses, _POLL_SECONDS[-1]))
        try:
            found = ssm.get_command_invocation(CommandId=command_id, InstanceId=instance_id)
        except ClientError as error:
            # A command that was just sent may not be known yet:
            # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
            unknown = error.response["Error"]["Code"] == "InvocationDoesNotExist"
            if unknown and time.monotonic() - begun < UNKNOWN_SECONDS:
                continue
            raise
        status = found["Status"]
        if status not in _RUNNING:
            return found
    raise CouldNotCheckError(
        f"command {command_id} on {instance_id} is still {status} after "
        f"{DELIVERY_SECONDS + EXECUTION_SECONDS} s; run it again"
    )
