"""Run Command's answers, as AWS gives them: delivered, late, lost, cut short."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from privatelink.verify import run_command
from privatelink.verify.errors import CouldNotCheckError

INSTANCE, COMMAND = "i-0123456789abcdef0", "12345678-1234-1234-1234-123456789012"


@pytest.fixture(scope="module")
def client():
    return boto3.client(
        "ssm",
        region_name="ap-northeast-2",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def ssm(client, monkeypatch):
    monkeypatch.setattr(run_command, "_POLL_SECONDS", (0.0,))
    with Stubber(client) as stubber:
        yield stubber


def sent(ssm):
    expected = {
        "InstanceIds": [INSTANCE],
        "DocumentName": "AWS-RunShellScript",
        "Comment": ANY,
        "TimeoutSeconds": 60,
        "Parameters": {"commands": ["true"], "executionTimeout": ["60"]},
    }
    ssm.add_response("send_command", {"Command": {"CommandId": COMMAND}}, expected)


def invocation(ssm, status, details=None, **more):
    answer = {"Status": status, "StatusDetails": details or status, "ResponseCode": -1}
    ssm.add_response("get_command_invocation", answer | more, {"CommandId": COMMAND, "InstanceId": INSTANCE})


def run(ssm):
    output = run_command.run(ssm.client, INSTANCE, "true")
    ssm.assert_no_pending_responses()
    return output


def test_the_output_comes_back(ssm):
    sent(ssm)
    ssm.add_client_error("get_command_invocation", "InvocationDoesNotExist", http_status_code=400)
    for status in ("Pending", "Delayed", "InProgress"):
        invocation(ssm, status)
    invocation(ssm, "Success", ResponseCode=0, StandardOutputContent="[]\n")
    assert run(ssm) == "[]\n"


@pytest.mark.parametrize(
    ("status", "details", "said"),
    [
        ("Failed", "Undeliverable", "the instance's agent does not answer"),
        ("TimedOut", "DeliveryTimedOut", "did not answer in time"),
        ("TimedOut", "Delivery Timed Out", "did not answer in time"),
        ("TimedOut", "ExecutionTimedOut", "did not end within 60 s"),
        ("Cancelled", "Cancelled", "the command was cancelled"),
        ("Failed", "Failed", "it ended with code 127: sh: python3: not found"),
        ("Failed", "Terminated", "it ended with code 127"),
    ],
)
def test_a_command_that_does_not_end_well(ssm, status, details, said):
    sent(ssm)
    invocation(ssm, status, details, ResponseCode=127, StandardErrorContent="sh: python3: not found\n")
    with pytest.raises(CouldNotCheckError, match=said) as caught:
        run(ssm)
    assert COMMAND in str(caught.value)
    assert INSTANCE in str(caught.value)


@pytest.mark.parametrize("end", ["\n---Output truncated---", "---Output truncated---\n"])
def test_output_that_was_cut_short(ssm, end):
    sent(ssm)
    invocation(ssm, "Success", ResponseCode=0, StandardOutputContent="x" * 23000 + end)
    with pytest.raises(CouldNotCheckError, match="longer than Run Command returns"):
        run(ssm)


def test_a_command_that_stays_unknown(ssm, monkeypatch):
    monkeypatch.setattr(run_command, "UNKNOWN_SECONDS", 0.0)
    sent(ssm)
    ssm.add_client_error("get_command_invocation", "InvocationDoesNotExist", http_status_code=400)
    with pytest.raises(ClientError, match="InvocationDoesNotExist"):
        run(ssm)


def test_a_command_that_does_not_end(ssm, monkeypatch):
    monkeypatch.setattr(run_command, "EXECUTION_SECONDS", -59.99)
    monkeypatch.setattr(run_command, "_POLL_SECONDS", (0.02,))
    ssm.add_response("send_command", {"Command": {"CommandId": COMMAND}})
    invocation(ssm, "InProgress")
    with pytest.raises(CouldNotCheckError, match="is still InProgress after"):
        run(ssm)


def test_a_probe_that_is_new_is_waited_for(ssm, monkeypatch):
    monkeypatch.setattr(run_command.time, "sleep", lambda _: None)
    ssm.add_client_error("send_command", "InvalidInstanceId", http_status_code=400)
    sent(ssm)
    invocation(ssm, "Success", ResponseCode=0, StandardOutputContent="[]")
    assert run(ssm) == "[]"


def test_a_probe_that_systems_manager_does_not_know(ssm, monkeypatch):
    monkeypatch.setattr(run_command, "MANAGED_SECONDS", 0.0)
    ssm.add_client_error("send_command", "InvalidInstanceId", http_status_code=400)
    with pytest.raises(
        CouldNotCheckError, match=f"{INSTANCE} has not registered .*AmazonSSMManagedInstanceCore"
    ):
        run(ssm)


def test_another_refusal_goes_on_to_the_caller(ssm):
    ssm.add_client_error("send_command", "AccessDeniedException", http_status_code=400)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        run(ssm)
