"""PrivateLinkStack: a Terraform root module with a state of its own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict, TypeVar

from privatelink.constructs.any_network import AnyNetwork
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.network import Network
from privatelink.constructs.ports import Ports
from privatelink.framework import aws
from privatelink.framework.beside import write_beside
from privatelink.stacks.manifest import VERSIONS
from privatelink.stacks.state import State, state_of
from privatelink.topology.part import Account
from privatelink.topology.rules.network import Network as NetworkSettings
from privatelink.topology.security_group_rules import GroupRules

# The versions that the generated Terraform works with; the bindings would require exactly their own.
AWS_PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0"

Value = TypeVar("Value")
NO_TAGS: Mapping[str, str] = MappingProxyType({})


class Credentials(TypedDict, total=False):
    """Arguments of an AWS provider for one account."""

    profile: str | None
    assume_role: list[aws.AwsProviderAssumeRole]
    allowed_account_ids: list[str]


class PrivateLinkStack(aws.TerraformStack):
    """A Terraform root module with a backend, an AWS provider, and the versions that both need.

    Arguments:
        scope: the app.
        name: name of the stack, and of its state.
        region: AWS Region of the provider.
        state: where Terraform stores the state; default: a local file beside the output folder.
        account: AWS account whose credentials the provider uses; default: that of the credentials Terraform
            runs with.
        tags: tags of every resource.

    Attributes:
        state: where Terraform stores the state.
        region: AWS Region of the provider.
        tags: tags of every resource.

    https://developer.hashicorp.com/terraform/language/modules#the-root-module
    """

    def __init__(
        self,
        scope: aws.Construct,
        name: str,
        *,
        region: str,
        state: State | None = None,
        account: Account | None = None,
        tags: Mapping[str, str] = NO_TAGS,
    ) -> None:
        super().__init__(scope, name)
        self.state = state or state_of(name, name, None)
        self.state.keep(self)
        self._name, self.region, self.tags = name, region, tags
        self._add_provider("aws", account)
        # In a file of its own: with it in their JSON, checkov skips all checks of a stack (docs/security.md).
        write_beside(
            self, VERSIONS, f'terraform {{\n  required_version = "{self.state.terraform_versions}"\n}}\n'
        )
        self.add_override(
            "terraform.required_providers.aws", {"source": "hashicorp/aws", "version": AWS_PROVIDER_VERSIONS}
        )

    def _add_provider(self, id: str, account: Account | None, alias: str | None = None) -> aws.AwsProvider:  # noqa: A002
        return aws.AwsProvider(
            self,
            id,
            region=self.region,
            default_tags=[aws.AwsProviderDefaultTags(tags=self.tags)] if self.tags else None,
            alias=alias,
            **self._credentials(account, self._name),
        )

    def another_provider(self, alias: str, account: Account) -> aws.AwsProvider:
        """Add an AWS provider for another account; return it.

        Arguments:
            alias: alias of the provider.
            account: AWS account whose credentials it uses.
        """
        return self._add_provider(f"aws-{alias}", account, alias=alias)

    @staticmethod
    def _credentials(account: Account | None, session: str) -> Credentials:
        """Return provider arguments for an account; none for the credentials that Terraform runs with."""
        if account is None:
            return {}
        if account.profile:
            return {"profile": account.profile}
        role = aws.AwsProviderAssumeRole(
            role_arn=account.role_arn, external_id=account.external_id, session_name=session[:64]
        )
        # With the wrong role, Terraform must not create anything in another account.
        return {"assume_role": [role], "allowed_account_ids": [str(account.number)]}

    def output(self, name: str, value: object, description: str) -> None:
        """Add an output.

        Arguments:
            name: name of the output.
            value: a value, perhaps with Terraform templates.
            description: one line for readers of `terraform output`.
        """
        aws.TerraformOutput(self, name, value=value, description=description)

    def read_outputs(self, other: "PrivateLinkStack", key: str) -> aws.TerraformRemoteState:
        """Read the outputs of another stack, which is then applied before this one; return its state.

        Arguments:
            other: the other stack.
            key: ID of the data source.
        """
        self.add_dependency(other)
        return other.state.read(self, key)


def add_network(
    scope: aws.Construct, name: str, settings: NetworkSettings, *, internet: bool, kms_key_id: str | None
) -> AnyNetwork:
    """Create the VPC of one side of a topology, or read the existing one."""
    zones = {settings.first_zone(zone): zone for zone in settings.zones}
    if settings.vpc_id:
        return ExistingNetwork(
            scope,
            "network",
            vpc_id=settings.vpc_id,
            subnet_ids=by_first_zone(settings, settings.subnet_ids),
            zones=zones,
        )
    assert settings.cidr  # noqa: S101  (the topology has one of the two)
    return Network(
        scope,
        "network",
        name=name,
        cidr_block=settings.cidr,
        subnet_cidr_blocks=by_first_zone(settings, settings.subnets),
        zones=zones,
        internet=internet,
        assign_generated_ipv6_cidr_block=settings.ipv6,
        flow_log_retention_in_days=settings.flow_logs.retention_days if settings.flow_logs else None,
        flow_log_kms_key_id=kms_key_id,
    )


def by_first_zone(network: NetworkSettings, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return values of zones by the form of the zone that names and addresses have, sorted.

    Arguments:
        network: the network with the zones.
        values: values by zone, as the topology has it.
    """
    return dict(sorted((network.first_zone(zone), value) for zone, value in values.items()))


def ports_of(rules: GroupRules) -> list[Ports]:
    """Return the ports of security group rules.

    Arguments:
        rules: the rules of a security group.
    """
    return [Ports.of(protocol, ports.first, ports.last) for protocol, ports in rules.ports]
