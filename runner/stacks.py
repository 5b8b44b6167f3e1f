"""The synthesized stacks: found in the manifest, run by Terraform in the order of their dependencies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
from botocore.config import Config

from runner.terraform import TerraformRoot

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client

# A proxy of the user's would not reach loopback.
DIRECT = Config(proxies={})
Side = Literal["provider", "consumer", "acceptance"]


@dataclass(frozen=True)
class Stack:
    """One synthesized stack."""

    name: str
    side: Side
    root: TerraformRoot

    @cached_property
    def _configuration(self) -> dict[str, Any]:
        text = (self.root.directory / "cdk.tf.json").read_text(encoding="utf-8")
        configuration: dict[str, Any] = json.loads(text)
        return configuration

    @property
    def consumer(self) -> str:
        """The consumer's key in the topology."""
        return self.name.partition("-consumer-")[2]

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The values of its outputs, as applied first: read once, each reading starts Terraform."""
        return self.root.outputs()

    @cached_property
    def _state(self) -> list[dict[str, Any]]:
        return self.root.state_resources()

    def resources(self, kind: str) -> list[dict[str, Any]]:
        """The attributes of its resources of one type, as applied first."""
        return [
            resource["values"]
            for resource in self._state
            if resource["type"] == kind and resource["mode"] == "managed"
        ]

    @cached_property
    def ec2(self) -> "EC2Client":
        """EC2 as the stack's own account sees it."""
        return cast("EC2Client", self.client("ec2"))

    @cached_property
    def elbv2(self) -> "ElasticLoadBalancingv2Client":
        """Elastic Load Balancing as the stack's own account sees it."""
        return cast("ElasticLoadBalancingv2Client", self.client("elbv2"))

    def client(self, service: str) -> object:
        """A boto3 client with the stack's credentials and region."""
        session: Any = self._session()
        return session.client(service, endpoint_url=self._endpoint, config=DIRECT)

    @property
    def _endpoint(self) -> str:
        return self.root.environment["AWS_ENDPOINT_URL"]

    def _session(self) -> boto3.Session:
        """Credentials and region of the stack's provider block; the role is assumed as Terraform does."""
        provider = self._configuration["provider"]["aws"][0]
        environment = self.root.environment
        session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=provider["region"],
        )
        for role in provider.get("assume_role", []):
            sts = session.client("sts", endpoint_url=self._endpoint, config=DIRECT)
            external = {"ExternalId": role["external_id"]} if "external_id" in role else {}
            got = sts.assume_role(RoleArn=role["role_arn"], RoleSessionName=role["session_name"], **external)
            session = boto3.Session(
                aws_access_key_id=got["Credentials"]["AccessKeyId"],
                aws_secret_access_key=got["Credentials"]["SecretAccessKey"],
                aws_session_token=got["Credentials"]["SessionToken"],
                region_name=provider["region"],
            )
        return session


def read_stacks(out_dir: Path, environment: Mapping[str, str]) -> list[Stack]:
    """The stacks of a synthesized topology, each after those it depends on."""
    manifest = json.loads((out_dir / "manifest.json").read_text(encoding="utf-8"))["stacks"]
    order = TopologicalSorter({name: stack["dependencies"] for name, stack in sorted(manifest.items())})
    return [
        Stack(name, _side(name), TerraformRoot(out_dir / manifest[name]["workingDirectory"], environment))
        for name in order.static_order()
    ]


def _side(name: str) -> Side:
    if "-consumer-" in name:
        return "consumer"
    return "acceptance" if name.endswith("-acceptance") else "provider"
