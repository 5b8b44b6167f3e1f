"""The generated stacks, as listed in the manifest, in dependency order."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from botocore.exceptions import ProfileNotFound

from privatelink.api import clients
from privatelink.errors import UserError
from privatelink.lazy import lazy
from privatelink.literal import plain
from privatelink.terraform.documents import (
    Attributes,
    AwsBlock,
    Backend,
    Configuration,
    Outputs,
    StackManifest,
    StateResource,
)
from privatelink.terraform.process import Interruption
from privatelink.terraform.root import TerraformRoot

if TYPE_CHECKING:
    import boto3
    from types_boto3_ec2 import EC2Client
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_sts import STSClient
    from types_boto3_sts.type_defs import AssumeRoleRequestTypeDef

Side = Literal["provider", "consumer", "acceptance", "private-dns"]
SIDES: Mapping[str, Side] = {
    "aws_vpc_endpoint_service": "provider",
    "aws_vpc_endpoint": "consumer",
    "aws_vpc_endpoint_private_dns": "private-dns",
}
"""A resource type that only this side creates."""
MANIFEST = "manifest.json"
_OUTPUT_READ = re.compile(r"\bdata\.terraform_remote_state\.[\w-]+\.outputs\.(\w+)")


@dataclass(frozen=True)
class Stack:
    """A generated stack."""

    name: str
    root: TerraformRoot
    dependencies: tuple[str, ...] = ()
    """The names of the stacks that must be applied before."""

    @lazy
    def side(self) -> Side:
        """Its side, found by its resource types, because names can be arbitrary."""
        for kind, side in SIDES.items():
            if self.describes(kind):
                return side
        return "acceptance"

    @lazy
    def configuration(self) -> Configuration:
        """The generated Terraform JSON."""
        text = (self.root.directory / "cdk.tf.json").read_text(encoding="utf-8")
        configuration: Configuration = json.loads(text)
        return configuration

    @property
    def consumer(self) -> str:
        """The consumer's key in the topology."""
        return self.name.partition("-consumer-")[2]

    def describes(self, kind: str) -> bool:
        """Return whether its configuration has resources of a type."""
        return kind in self.configuration.get("resource", {})

    @lazy
    def outputs_read(self) -> frozenset[str]:
        """The names of the outputs that it reads from the stacks that it depends on."""
        return frozenset(_OUTPUT_READ.findall(json.dumps(self.configuration)))

    def is_ready(self, dependency: "Stack", outputs: Iterable[str]) -> bool:
        """Return whether the applied `outputs` of a dependency include all that this stack reads."""
        needed = self.outputs_read & dependency.configuration.get("output", {}).keys()
        applied = set(outputs)
        return bool(applied) and needed <= applied

    @lazy
    def outputs(self) -> Outputs:
        """The values of its outputs; read once, because reading starts Terraform."""
        return cast(Outputs, self.root.outputs())

    @lazy
    def _state(self) -> list[StateResource]:
        return self.root.state_resources()

    def resources(self, kind: str) -> list[Attributes]:
        """Return the attributes of its resources of a type, from the state when it was first read."""
        return [
            resource["values"]
            for resource in self._state
            if resource["type"] == kind and resource["mode"] == "managed"
        ]

    @lazy
    def ec2(self) -> "EC2Client":
        """A client of EC2 with the stack's credentials and Region."""
        return cast("EC2Client", self.client("ec2"))

    @lazy
    def elbv2(self) -> "ElasticLoadBalancingv2Client":
        """A client of Elastic Load Balancing with the stack's credentials and Region."""
        return cast("ElasticLoadBalancingv2Client", self.client("elbv2"))

    @property
    def backend(self) -> Mapping[str, Backend]:
        """Its backend: the type, or `cloud` for HCP Terraform, with the arguments."""
        terraform = self.configuration["terraform"]
        return terraform.get("backend") or {"cloud": terraform["cloud"]}

    @property
    def profile(self) -> str | None:
        """The AWS profile in its provider block, if there is one."""
        return plain(self.configuration["provider"]["aws"][0].get("profile"))

    @property
    def has_no_state(self) -> bool:
        """Whether its local state file does not exist; False for other backends."""
        local = self.backend.get("local")
        path = local.get("path") if local else None
        return path is not None and not (self.root.directory / path).exists()

    def client(self, service: str) -> object:
        """Return a boto3 client with the stack's credentials and Region.

        Raises:
            UserError: the profile does not exist, or the endpoint is not a URL.
        """
        return self._client_of(lambda: self._session, service)

    def state_client(self) -> object:
        """Return a boto3 client of S3 with the credentials and the Region of the state's bucket."""
        return self._client_of(lambda: self._open(self.backend["s3"]), "s3")

    def _client_of(self, session: Callable[[], "boto3.Session"], service: str) -> object:
        try:
            return self._client(session(), service)
        except (ProfileNotFound, ValueError) as error:
            raise UserError(f"{self.name}: {error}; check AWS_PROFILE and AWS_ENDPOINT_URL") from error

    def _client(self, session: "boto3.Session", service: str) -> object:
        endpoint = self.root.environment.get("AWS_ENDPOINT_URL") or None
        # The overloads of boto3's stubs need literal service names.
        client = cast(Callable[..., object], session.client)
        made = client(service, endpoint_url=endpoint, config=clients.config(endpoint))
        clients.wait_if_throttled(made)
        return made

    @lazy
    def _session(self) -> "boto3.Session":
        return self._open(plain(self.configuration["provider"]["aws"][0]))

    def _open(self, block: AwsBlock) -> "boto3.Session":
        """Return a session with the credentials and Region of a provider or backend block."""
        profile = block.get("profile")
        environment = self.root.environment
        # Without a profile and keys, boto3 finds credentials as Terraform does: AWS_PROFILE, SSO, container
        # and instance roles.
        keys = environment if not profile and environment.get("AWS_ACCESS_KEY_ID") else {}
        session = clients.open_session(
            block["region"],
            profile or None,
            aws_access_key_id=keys.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=keys.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        )
        roles = block.get("assume_role", [])
        for role in [roles] if isinstance(roles, dict) else roles:
            request: AssumeRoleRequestTypeDef = {
                "RoleArn": role["role_arn"],
                "RoleSessionName": role["session_name"],
            }
            if "external_id" in role:
                request["ExternalId"] = role["external_id"]
            got = cast("STSClient", self._client(session, "sts")).assume_role(**request)
            session = clients.open_session(
                block["region"],
                aws_access_key_id=got["Credentials"]["AccessKeyId"],
                aws_secret_access_key=got["Credentials"]["SecretAccessKey"],
                aws_session_token=got["Credentials"]["SessionToken"],
            )
        return session


def check_generated(out_dir: Path) -> None:
    """Raise `UserError` if a folder has no generated Terraform."""
    if not (out_dir / MANIFEST).is_file():
        raise UserError(
            f"no generated Terraform in {out_dir}; run `privatelink synth`, or name the folder with --out"
        )


def read_stacks(
    out_dir: Path,
    environment: Mapping[str, str],
    *,
    manifest: str = MANIFEST,
    binary: str | None = None,
    interruption: Interruption | None = None,
) -> list[Stack]:
    """Return the generated stacks, each after those that it depends on.

    Arguments:
        out_dir: the folder of the generated Terraform.
        environment: as for `TerraformRoot`.
        manifest: path of the manifest that lists them, in the folder; default: that of the topology's stacks.
        binary: as for `TerraformRoot`.
        interruption: as for `TerraformRoot`.

    Raises:
        UserError: the folder has no generated Terraform.
    """
    check_generated(out_dir)
    text = (out_dir / manifest).read_text(encoding="utf-8")
    listed: dict[str, StackManifest] = json.loads(text)["stacks"]
    # A stack that left the topology can depend on one that is still there, which another manifest lists.
    dependencies = {
        name: sorted(listed.keys() & stack["dependencies"]) for name, stack in sorted(listed.items())
    }
    return [
        Stack(
            name,
            TerraformRoot(
                out_dir / listed[name]["workingDirectory"],
                environment,
                binary=binary,
                interruption=interruption,
            ),
            tuple(dependencies[name]),
        )
        for name in TopologicalSorter(dependencies).static_order()
    ]


def select(stacks: Sequence[Stack], names: Iterable[str]) -> list[Stack]:
    """Return the stacks with these names, in dependency order; without names, all stacks.

    Raises:
        UserError: a name is unknown.
    """
    wanted = set(names)
    known = [stack.name for stack in stacks]
    if unknown := sorted(wanted - set(known)):
        raise UserError(f"unknown stack: {', '.join(unknown)}; allowed: {', '.join(known)}")
    return [stack for stack in stacks if not wanted or stack.name in wanted]
