"""`privatelink connections`: against an AWS made of a dictionary, and against the sandbox."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

import privatelink.cli.connections as cli
import tests.support.cli as support
from privatelink.connections import endpoint_connections as connections
from privatelink.sandbox.process import Sandbox
from tests.support.cli import Ran
from tests.support.fake_aws import (
    NAME,
    ONE,
    OTHER_SERVICE,
    REGION,
    SERVICE,
    THREE,
    TWO,
    FakeAws,
    clean_environment,
)
from tests.support.warm_sandbox import warm_sandbox

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client


def run(*arguments: str, answers: str = "") -> Ran:
    ran = support.run("connections", *arguments, answers=answers)
    assert "Traceback" not in ran.output
    return ran


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "at_a_terminal", lambda: True)


class TestListing:
    def test_table(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.connect(TWO, state="available")
        result = run(SERVICE)
        assert result.exit_code == 0
        rows = [line.split() for line in result.stdout.splitlines()]
        assert rows[0] == ["endpoint", "owner", "state", "since", "(UTC)", "age"]
        assert rows[1][:5] == [ONE, "000000000001", "pendingAcceptance", "2024-05-01", "09:31"]
        assert rows[1][6] == "d"
        assert rows[2][:3] == [TWO, "000000000002", "available"]
        assert aws.called("AcceptVpcEndpointConnections") == []

    @pytest.mark.parametrize("columns", ["40", "80"])
    def test_ids_are_never_cut_or_broken(
        self, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, columns: str
    ) -> None:
        monkeypatch.setenv("COLUMNS", columns)
        aws.connect(ONE)
        assert f"{ONE} 000000000001 pendingAcceptance 2024-05-01 09:31 " in run(SERVICE).stdout
        assert f"{SERVICE} required   1                 0         0" in run().stdout

    def test_json_keys_are_stable(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        assert json.loads(run(SERVICE, "--json").stdout) == [
            {
                "service_id": SERVICE,
                "endpoint_id": ONE,
                "owner": "000000000001",
                "state": "pendingAcceptance",
                "since": "2024-05-01T09:31:15+00:00",
                "region": None,
            }
        ]

    def test_state_filter(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.connect(TWO, state="available")
        found = json.loads(run(SERVICE, "--state", "pendingAcceptance", "--json").stdout)
        assert [each["endpoint_id"] for each in found] == [ONE]

    def test_states_written_as_in_the_api_reference_are_understood(self, aws: FakeAws) -> None:
        aws.connect(ONE, state="PendingAcceptance")
        assert json.loads(run(SERVICE, "--json").stdout)[0]["state"] == "pendingAcceptance"

    def test_all_pages_are_read(self, aws: FakeAws) -> None:
        aws.page_size = 2
        aws.services |= {f"vpce-svc-0000000000000001{number}": True for number in range(5)}
        endpoint_ids = [f"vpce-0000000000000000{number}" for number in range(5)]
        aws.connect(*endpoint_ids)
        aws.connect(ONE, service="vpce-svc-00000000000000014")
        assert [each["endpoint_id"] for each in json.loads(run(SERVICE, "--json").stdout)] == endpoint_ids
        assert len(json.loads(run("--json").stdout)) == 2

    @pytest.mark.parametrize("arguments", [[], ["--state", "available"]])
    def test_no_connections(self, aws: FakeAws, arguments: list[str]) -> None:
        result = run(SERVICE, *arguments)
        assert result.exit_code == 0
        assert f"{NAME} has no connections" in result.stdout
        assert json.loads(run(SERVICE, "--json", *arguments).stdout) == []

    def test_services_that_have_connections(self, aws: FakeAws) -> None:
        aws.services[OTHER_SERVICE] = False
        aws.connect(ONE, TWO)
        aws.connect(THREE, state="rejected")
        result = run()
        rows = [line.split() for line in result.stdout.splitlines()]
        assert rows == [
            ["service", "acceptance", "pendingAcceptance", "available", "other"],
            [SERVICE, "required", "2", "0", "1"],
        ]
        (service,) = json.loads(run("--json").stdout)
        assert service["id"] == SERVICE
        assert [each["endpoint_id"] for each in service["connections"]] == [ONE, TWO, THREE]

    def test_no_service_has_connections(self, aws: FakeAws) -> None:
        assert f"none of your 1 endpoint services in {REGION} has connections" in run().stdout
        assert json.loads(run("--json").stdout) == []


class TestRegion:
    def test_of_the_service_name(self, aws: FakeAws) -> None:
        run(f"com.amazonaws.vpce.eu-west-1.{SERVICE}")
        assert aws.region == "eu-west-1"

    def test_of_the_option(self, aws: FakeAws) -> None:
        run(SERVICE, "--region", "eu-west-1")
        assert aws.region == "eu-west-1"

    def test_of_the_environment(self, aws: FakeAws) -> None:
        run(SERVICE)
        assert aws.region == REGION

    def test_fails_when_name_and_option_disagree(self, aws: FakeAws) -> None:
        result = run(NAME, "--region", "eu-west-1")
        assert result.exit_code == 2
        assert f"the service is in {REGION}, but --region is eu-west-1" in result.stderr

    def test_fails_without_any(self, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_REGION")
        result = run(SERVICE)
        assert result.exit_code == 2
        assert "no Region is set; set --region or AWS_REGION, or give the full service name" in result.stderr

    def test_fails_when_it_is_none(self, aws: FakeAws) -> None:
        result = run(SERVICE, "--region", "no such")
        assert result.exit_code == 2
        assert "'no such'" in result.stderr


class TestAcceptAndReject:
    def test_accept_one_of_two(self, aws: FakeAws) -> None:
        aws.connect(ONE, TWO)
        result = run(SERVICE, "--accept", TWO, "--yes")
        assert result.exit_code == 0
        assert aws.called("AcceptVpcEndpointConnections") == [{"ServiceId": SERVICE, "VpcEndpointIds": [TWO]}]
        assert re.search(rf"{TWO} +\d+ available", result.stdout)
        assert re.search(rf"{ONE} +\d+ pendingAcceptance", result.stdout)

    def test_accept_two_and_reject_a_third(self, aws: FakeAws) -> None:
        aws.connect(ONE, TWO, THREE)
        result = run(
            SERVICE, "--accept", ONE, "--accept", TWO, "--accept", ONE, "--reject", THREE, "-y", "--json"
        )
        assert result.exit_code == 0
        assert [each["state"] for each in json.loads(result.stdout)] == ["available", "available", "rejected"]
        assert aws.called("AcceptVpcEndpointConnections")[0]["VpcEndpointIds"] == [ONE, TWO]
        assert aws.called("RejectVpcEndpointConnections")[0]["VpcEndpointIds"] == [THREE]

    def test_accept_all_pending_leaves_the_others(self, aws: FakeAws) -> None:
        aws.connect(ONE, TWO)
        aws.connect(THREE, state="rejected")
        assert run(SERVICE, "--accept-all-pending", "--reject", TWO, "--yes").exit_code == 0
        assert aws.called("AcceptVpcEndpointConnections")[0]["VpcEndpointIds"] == [ONE]
        assert aws.called("RejectVpcEndpointConnections")[0]["VpcEndpointIds"] == [TWO]

    def test_accept_all_pending_when_there_are_none(self, aws: FakeAws) -> None:
        aws.connect(ONE, state="available")
        result = run(SERVICE, "--accept-all-pending", "--json")
        assert (result.exit_code, "nothing to do" in result.stderr) == (0, True)
        assert len(json.loads(result.stdout)) == 1

    @pytest.mark.parametrize(("option", "state"), [("--accept", "available"), ("--reject", "rejected")])
    def test_already_so_is_no_error(self, aws: FakeAws, option: str, state: str) -> None:
        aws.connect(ONE, state=state)
        result = run(SERVICE, option, ONE)
        assert result.exit_code == 0
        assert f"{ONE} of account 000000000001 is already {state}" in result.stderr
        assert len(aws.calls) == 2

    def test_accepted_and_on_its_way_is_waited_for_only(self, aws: FakeAws) -> None:
        aws.connect(ONE, state="pending")
        aws._coming.append([3, (SERVICE, ONE), "available"])
        assert run(SERVICE, "--accept", ONE, "--yes").exit_code == 0
        assert aws.called("AcceptVpcEndpointConnections") == []
        assert aws.states[SERVICE, ONE] == "available"

    def test_waits_until_the_state_is_reached(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.lag = 4
        result = run(SERVICE, "--accept", ONE, "--yes")
        assert result.exit_code == 0
        assert f"{ONE} is pendingAcceptance\n{ONE} is available\n" in result.stderr

    def test_wait_of_zero_does_not_wait(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.lag = 1000
        result = run(SERVICE, "--accept", ONE, "--yes", "--wait", "0")
        assert result.exit_code == 0
        assert "pendingAcceptance" in result.stdout

    def test_fails_when_the_time_is_over(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.lag = 1000
        result = run(SERVICE, "--accept", ONE, "--yes", "--wait", "0.05", "--json")
        assert result.exit_code == 1
        assert f"error: after 0.05 s {ONE} is pendingAcceptance, not available" in result.stderr
        assert json.loads(result.stdout)[0]["state"] == "pendingAcceptance"

    def test_partial_failure_is_told_for_each_endpoint(self, aws: FakeAws) -> None:
        aws.connect(ONE, TWO)
        aws.unsuccessful[ONE] = ("IncorrectState", "not in a state to be accepted")
        result = run(SERVICE, "--accept-all-pending", "--yes")
        assert result.exit_code == 1
        assert f"error: AWS refused {ONE}: IncorrectState: not in a state to be accepted" in result.stderr
        assert aws.states[SERVICE, TWO] == "available"


class TestConfirmation:
    @pytest.mark.parametrize("arguments", [[], ["--json"]])
    def test_refused_without_a_terminal(self, aws: FakeAws, arguments: list[str]) -> None:
        aws.connect(ONE)
        result = run(SERVICE, "--accept", ONE, *arguments, answers="y\n")
        assert result.exit_code == 2
        assert "add --yes" in result.stderr
        assert aws.called("AcceptVpcEndpointConnections") == []

    @pytest.mark.usefixtures("terminal")
    def test_json_never_asks(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        assert run(SERVICE, "--accept", ONE, "--json", answers="y\n").exit_code == 2

    @pytest.mark.usefixtures("terminal")
    @pytest.mark.parametrize(("answer", "called"), [("y", 1), ("YES", 1), ("n", 0), ("", 0), ("what", 0)])
    def test_only_yes_goes_on(self, aws: FakeAws, answer: str, called: int) -> None:
        aws.connect(ONE)
        result = run(SERVICE, "--accept", ONE, answers=f"{answer}\n")
        assert result.exit_code == 0
        assert len(aws.called("AcceptVpcEndpointConnections")) == called
        assert ("nothing was changed" in result.stderr) is not bool(called)

    @pytest.mark.usefixtures("terminal")
    def test_tells_what_will_happen_and_to_whom(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.connect(TWO, state="available")
        aws.connect(THREE)
        result = run(SERVICE, "--accept", ONE, "--reject", TWO, "--reject", THREE, answers="n\n")
        assert result.stderr.splitlines()[:4] == [
            f"on {NAME}:",
            f"  accept {ONE} of account 000000000001, now pendingAcceptance",
            f"  reject {TWO} of account 000000000002, now available; the consumer loses access",
            f"  reject {THREE} of account 000000000003, now pendingAcceptance",
        ]

    @pytest.mark.usefixtures("terminal")
    def test_end_of_input_is_an_interruption(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        result = run(SERVICE, "--accept", ONE, answers="")
        assert result.exit_code == 130
        assert aws.called("AcceptVpcEndpointConnections") == []

    def test_interrupted_while_waiting(self, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(connections, "wait", interrupt)
        aws.connect(ONE)
        result = run(SERVICE, "--accept", ONE, "--yes")
        assert result.exit_code == 130
        assert "interrupted; requests that were already sent to AWS remain in effect" in result.stderr


@pytest.mark.usefixtures("terminal")
class TestAsking:
    @pytest.mark.parametrize(
        ("answer", "accepted"),
        [("1", [ONE]), ("2", [THREE]), ("1,2", [ONE, THREE]), ("2 1", [ONE, THREE]), ("all", [ONE, THREE])],
    )
    def test_choice_then_confirmation(self, aws: FakeAws, answer: str, accepted: list[str]) -> None:
        aws.connect(ONE)
        aws.connect(TWO, state="available")
        aws.connect(THREE)
        result = run(SERVICE, answers=f"{answer}\ny\n")
        assert result.exit_code == 0
        assert f"  1  {ONE}  account 000000000001\n  2  {THREE}  account 000000000003\n" in result.stderr
        assert aws.called("AcceptVpcEndpointConnections")[0]["VpcEndpointIds"] == accepted

    def test_nothing_chosen(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        assert run(SERVICE, answers="\n").exit_code == 0
        assert aws.called("AcceptVpcEndpointConnections") == []

    def test_not_confirmed(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        assert run(SERVICE, answers="all\nn\n").exit_code == 0
        assert aws.called("AcceptVpcEndpointConnections") == []

    @pytest.mark.parametrize("wrong", ["2", "0", "-1", "vpce", "1,x", ","])
    def test_asks_again_when_not_understood(self, aws: FakeAws, wrong: str) -> None:
        aws.connect(ONE)
        result = run(SERVICE, answers=f"{wrong}\n1\ny\n")
        assert f'invalid answer: "{wrong}"; allowed: numbers from 1 to 1, or `all`' in result.stderr
        assert aws.states[SERVICE, ONE] == "available"

    @pytest.mark.parametrize("arguments", [["--json"], ["--state", "pendingAcceptance"]])
    def test_listing_options_never_ask(self, aws: FakeAws, arguments: list[str]) -> None:
        aws.connect(ONE)
        assert "accept which?" not in run(SERVICE, *arguments, answers="all\ny\n").output

    def test_nothing_pending_is_not_asked_about(self, aws: FakeAws) -> None:
        aws.connect(ONE, state="available")
        assert "accept which?" not in run(SERVICE, answers="").output


class TestBadInput:
    @pytest.mark.parametrize(
        "service",
        [
            "vpce-svc-",
            "vpce-svc-XYZ12345",
            "svc",
            ONE,
            f"com.amazonaws.{SERVICE}",
            f"{SERVICE}0123",
            "vpce-svc-1 ",
        ],
    )
    def test_malformed_service(self, aws: FakeAws, service: str) -> None:
        result = run(service)
        assert result.exit_code == 2
        assert f'not an endpoint service: "{service}"; allowed: a service ID' in result.stderr
        assert aws.calls == []

    @pytest.mark.parametrize("option", ["--accept", "--reject"])
    @pytest.mark.parametrize(
        "endpoint_id", ["vpce-", SERVICE, "eni-0123456789abcdef0", "vpce-0123456789abcdef01"]
    )
    def test_malformed_endpoint(self, aws: FakeAws, option: str, endpoint_id: str) -> None:
        result = run(SERVICE, option, endpoint_id)
        assert result.exit_code == 2
        assert f'not an endpoint ID: "{endpoint_id}"; allowed: vpce-' in result.stderr
        assert aws.calls == []

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([SERVICE, "--accept", ONE, "--reject", ONE], f"--accept and --reject both name {ONE}"),
            ([SERVICE, "--state", "done"], 'unknown state: "done"; allowed: pendingAcceptance, '),
            ([SERVICE, "--state", "available", "--accept", ONE], "--state is only for listing"),
            (["--accept", ONE], "SERVICE is missing"),
            (["--accept-all-pending"], "SERVICE is missing"),
            (["--state", "available"], "SERVICE is missing"),
        ],
    )
    def test_contradictions(self, aws: FakeAws, arguments: list[str], message: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert message in result.stderr
        assert aws.calls == []

    @pytest.mark.parametrize(
        "arguments", [["--nonsense"], [SERVICE, "--wait", "soon"], [SERVICE, "--wait", "-1"]]
    )
    def test_usage(self, aws: FakeAws, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2

    def test_unknown_service(self, aws: FakeAws) -> None:
        result = run(OTHER_SERVICE)
        assert result.exit_code == 2
        assert (
            f"the account of these credentials has no endpoint service {OTHER_SERVICE} in {REGION}"
            in result.stderr
        )

    def test_endpoint_of_another_service_lists_those_there(self, aws: FakeAws) -> None:
        aws.connect(ONE)
        aws.connect(TWO, service=OTHER_SERVICE)
        result = run(SERVICE, "--accept", TWO, "--yes")
        assert result.exit_code == 2
        assert (
            f"{SERVICE} has no connection from {TWO}; its connections: {ONE} (pendingAcceptance)"
            in result.stderr
        )

    def test_endpoint_where_there_are_none(self, aws: FakeAws) -> None:
        assert "its connections: none" in run(SERVICE, "--reject", TWO, "--yes").stderr

    def test_unknown_profile(self, aws: FakeAws) -> None:
        result = run(SERVICE, "--profile", "nobody")
        assert result.exit_code == 2
        assert "error: the config profile (nobody) could not be found" in result.stderr

    def test_malformed_endpoint_url(self, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
        result = run(SERVICE)
        assert result.exit_code == 2
        assert "check AWS_ENDPOINT_URL" in result.stderr


class TestAwsRefuses:
    @pytest.mark.parametrize(
        ("action", "arguments"),
        [
            ("DescribeVpcEndpointServiceConfigurations", [SERVICE]),
            ("DescribeVpcEndpointConnections", [SERVICE]),
            ("AcceptVpcEndpointConnections", [SERVICE, "--accept", ONE, "--yes"]),
            ("RejectVpcEndpointConnections", [SERVICE, "--reject", ONE, "--yes"]),
        ],
    )
    def test_access_denied_names_the_permission(
        self, aws: FakeAws, action: str, arguments: list[str]
    ) -> None:
        aws.connect(ONE)
        aws.errors[action] = ("UnauthorizedOperation", "You are not authorized")
        result = run(*arguments)
        assert result.exit_code == 2
        assert f"error: AWS refused {action}: UnauthorizedOperation: You are not auth" in result.stderr
        assert f"; add the permission ec2:{action}" in result.stderr

    def test_other_errors_are_passed_on(self, aws: FakeAws) -> None:
        aws.errors["DescribeVpcEndpointServiceConfigurations"] = ("RequestExpired", "Request has expired.")
        result = run(SERVICE)
        assert result.exit_code == 2
        assert "RequestExpired: Request has expired." in result.stderr
        assert "permission" not in result.stderr

    def test_no_credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clean_environment(monkeypatch)
        result = run(NAME)
        assert result.exit_code == 2
        assert "unable to locate credentials; log in, or set AWS_PROFILE" in result.stderr

    def test_partial_credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clean_environment(monkeypatch)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        result = run(NAME)
        assert result.exit_code == 2
        assert "partial credentials found" in result.stderr

    def test_unreachable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clean_environment(monkeypatch)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        # Port 9 (discard) on this machine: refused at once.
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        result = run(NAME)
        assert result.exit_code == 2
        assert "127.0.0.1:9" in result.stderr
        assert "check the network, the Region and AWS_ENDPOINT_URL" in result.stderr


def test_help_tells_the_exit_codes() -> None:
    output = " ".join(run("--help").stdout.split())
    for words in ("0 done", "1 AWS refused", "2 bad input", "130 interrupted"):
        assert words in output


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with warm_sandbox() as running:
        yield running


@pytest.fixture
def owned(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Make a service on the sandbox and endpoints to it; return the service's name and the endpoints' ids."""
    clean_environment(monkeypatch)
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session(region_name=REGION)
    ec2: EC2Client = session.client("ec2")
    elbv2: ElasticLoadBalancingv2Client = session.client("elbv2")

    def vpc_and_subnet(cidr: str) -> tuple[str, str]:
        vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}a")
        return vpc, made["Subnet"]["SubnetId"]

    def make(endpoints: int) -> tuple[str, list[str]]:
        _, provider_subnet = vpc_and_subnet("10.10.0.0/24")
        name = f"nlb-{time.monotonic_ns()}"
        load_balancer = elbv2.create_load_balancer(
            Name=name, Type="network", Scheme="internal", Subnets=[provider_subnet]
        )["LoadBalancers"][0]["LoadBalancerArn"]
        service = ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[load_balancer], AcceptanceRequired=True
        )["ServiceConfiguration"]
        endpoint_ids = []
        for _ in range(endpoints):
            vpc, consumer_subnet = vpc_and_subnet("10.20.0.0/24")
            endpoint = ec2.create_vpc_endpoint(
                VpcEndpointType="Interface",
                VpcId=vpc,
                SubnetIds=[consumer_subnet],
                ServiceName=service["ServiceName"],
            )
            endpoint_ids.append(endpoint["VpcEndpoint"]["VpcEndpointId"])
        return service["ServiceName"], endpoint_ids

    return make


class TestSandbox:
    def test_list_accept_reject(self, owned: Callable[..., Any]) -> None:
        service, (first, second) = owned(endpoints=2)
        listed = json.loads(run(service, "--json").stdout)
        assert {each["endpoint_id"]: each["state"] for each in listed} == {
            first: "pendingAcceptance",
            second: "pendingAcceptance",
        }
        assert all(re.fullmatch(r"\d{12}", each["owner"]) for each in listed)

        accepted = run(service, "--accept", first, "--reject", second, "--yes")
        assert accepted.exit_code == 0, accepted.output
        assert re.search(rf"{first} +\d+ available", accepted.stdout)
        assert re.search(rf"{second} +\d+ rejected", accepted.stdout)

        again = run(service, "--accept", first, "--yes")
        assert (again.exit_code, "already available" in again.stderr) == (0, True)
        cut = run(service, "--reject", first, "--yes", "--json")
        assert cut.exit_code == 0, cut.output
        assert {each["state"] for each in json.loads(cut.stdout)} == {"rejected"}

    def test_services_are_listed(self, owned: Callable[..., Any]) -> None:
        service, (endpoint_id,) = owned(endpoints=1)
        by_name = {each["name"]: each for each in json.loads(run("--json").stdout)}
        assert [each["endpoint_id"] for each in by_name[service]["connections"]] == [endpoint_id]
        assert by_name[service]["acceptance_required"] is True

    @pytest.mark.usefixtures("owned")
    def test_unknown_service(self) -> None:
        result = run(OTHER_SERVICE)
        assert result.exit_code == 2, result.output
        assert f"no endpoint service {OTHER_SERVICE}" in result.stderr

    def test_on_a_real_terminal(self, owned: Callable[..., Any]) -> None:
        service, (endpoint_id,) = owned(endpoints=1)
        screen, tty = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "privatelink", "connections", service],
            stdin=tty,
            stdout=tty,
            stderr=tty,
        )
        seen = ""

        def wait_for(pattern: str) -> None:
            nonlocal seen
            deadline = time.monotonic() + 30
            while not re.search(pattern, seen):
                assert select.select([screen], [], [], max(0.0, deadline - time.monotonic()))[0], seen
                seen += os.read(screen, 4096).decode()

        try:
            wait_for("accept which?")
            os.write(screen, b"1\n")
            wait_for(r"continue\? \[y/N\]")
            os.write(screen, b"y\n")
            wait_for(f"{endpoint_id} is available")
            wait_for(rf"{endpoint_id} \d+ available")
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
            os.close(screen)
            os.close(tty)
