"""Pytest fixtures for tests that need a local AWS."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from privatelink.sandbox.client import DEFAULT_REGION
from privatelink.sandbox.process import Sandbox
from tests.support.warm_sandbox import warm_sandbox

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for the whole run; tests keep apart by making what they need."""
    with warm_sandbox() as running:
        yield running


@contextlib.contextmanager
def refused(code: str, message: str = "") -> Iterator[None]:
    """Expect AWS's error `code`, with `message` in its text."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code
    assert message in error["Message"]
    assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500


@dataclass
class Account:
    """An AWS account in the sandbox, with the few things the tests build again and again."""

    sandbox: Sandbox
    number: str
    region: str = DEFAULT_REGION
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        if key not in self._clients:
            credentials = boto_client(self.sandbox, "sts", self.region).assume_role(
                RoleArn=f"arn:aws:iam::{self.number}:role/test", RoleSessionName="test"
            )["Credentials"]
            self._clients[key] = boto_client(self.sandbox, service, key[1], credentials)
        return self._clients[key]

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    @property
    def elb(self) -> Any:
        return self.client("elbv2")

    def vpc(
        self, cidr: str = "10.0.0.0/16", zones: str = "ac", *, hostnames: bool = True, internet: bool = False
    ) -> Vpc:
        """A VPC with a /24 subnet in each of the zones, named by their letters."""
        vpc_id = self.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        if hostnames:
            self.ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
        if internet:
            gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
        prefix = ".".join(cidr.split(".")[:2])
        subnets = {
            zone: self.ec2.create_subnet(
                VpcId=vpc_id, CidrBlock=f"{prefix}.{number}.0/24", AvailabilityZone=f"{self.region}{zone}"
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate(zones)
        }
        return Vpc(self, vpc_id, subnets)


@dataclass
class Vpc:
    """A VPC of an account; subnets by the letter of their zone."""

    account: Account
    id: str
    subnets: dict[str, str]

    def security_group(self, name: str = "test") -> str:
        return self.account.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.id)[
            "GroupId"
        ]

    def load_balancer(self, name: str = "nlb", zones: str | None = None, **arguments: Any) -> dict[str, Any]:
        """An internal Network Load Balancer in the zones (default: all)."""
        if not {"Subnets", "SubnetMappings"} & set(arguments):
            arguments["Subnets"] = [self.subnets[zone] for zone in (zones or self.subnets)]
        defaults = {"Type": "network", "Name": name}
        if arguments.get("Type") != "gateway":
            defaults["Scheme"] = "internal"
        arguments = defaults | arguments
        return self.account.elb.create_load_balancer(**arguments)["LoadBalancers"][0]

    def service_admitting(self, principal: str = "*", **arguments: Any) -> dict[str, Any]:
        """An endpoint service with one allowed principal."""
        service = self.service(**arguments)
        self.account.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service["ServiceId"], AddAllowedPrincipals=[principal]
        )
        return service

    def service(self, acceptance: bool = True, zones: str | None = None, **arguments: Any) -> dict[str, Any]:
        """An endpoint service on a load balancer of its own."""
        name = f"nlb-{next(_numbers)}"
        return self.account.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[self.load_balancer(name, zones)["LoadBalancerArn"]],
            AcceptanceRequired=acceptance,
            **arguments,
        )["ServiceConfiguration"]

    def endpoint(self, service_name: str, zones: str = "ac", **arguments: Any) -> dict[str, Any]:
        """An interface endpoint in the zones, private DNS off."""
        arguments = {"PrivateDnsEnabled": False, "VpcEndpointType": "Interface"} | arguments
        return self.account.ec2.create_vpc_endpoint(
            VpcId=self.id,
            ServiceName=service_name,
            SubnetIds=[self.subnets[zone] for zone in zones],
            **arguments,
        )["VpcEndpoint"]


def boto_client(sandbox: Sandbox, service: str, region: str = DEFAULT_REGION, credentials: Any = None) -> Any:
    """A boto3 client of the sandbox; without credentials, of its default account."""
    environment = sandbox.environment
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=sandbox.url,
        aws_access_key_id=(credentials or {}).get("AccessKeyId", environment["AWS_ACCESS_KEY_ID"]),
        aws_secret_access_key=(credentials or {}).get(
            "SecretAccessKey", environment["AWS_SECRET_ACCESS_KEY"]
        ),
        aws_session_token=(credentials or {}).get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


class HomeAccount(Account):
    """The account that Terraform runs in by default."""

    def client(self, service: str, region: str | None = None) -> Any:
        return boto_client(self.sandbox, service, region or self.region)


@pytest.fixture(scope="session")
def provider(sandbox: Sandbox) -> Account:
    """The service provider's account. Accounts take a second to make, so the tests share them."""
    return Account(sandbox, "111111111111")


@pytest.fixture(scope="session")
def consumer(sandbox: Sandbox) -> Account:
    """The service consumer's account."""
    return Account(sandbox, "222222222222")


@pytest.fixture(scope="session")
def stranger(sandbox: Sandbox) -> Account:
    """An account that no service admits."""
    return Account(sandbox, "333333333333")
