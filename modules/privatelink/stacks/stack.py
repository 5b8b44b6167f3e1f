"""What every stack is: a Terraform root with a state of its own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.network import Network
from privatelink.framework import aws
from privatelink.stacks.state import State, state_of
from privatelink.topology.part import Account
from privatelink.topology.rules.network import Network as NetworkSettings

# The range that what is emitted works with, where the bindings would pin their own exact version.
AWS_PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0"

NO_TAGS: Mapping[str, str] = MappingProxyType({})


class Credentials(TypedDict, total=False):
    """Arguments of an AWS provider for one account."""

    profile: str | None
    assume_role: list[aws.AwsProviderAssumeRole]
    allowed_account_ids: list[str]


class PrivateLinkStack(aws.TerraformStack):
    """A Terraform root with its backend, its AWS provider and the version ranges of both.

    Arguments:
        name: the stack's name, which its state carries too.
        region: the AWS region.
        state: where its state is; None keeps it in a file beside the folder of all stacks.
        account: whose credentials to use; None takes those Terraform runs with.
        tags: tags of everything in the stack.
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
        self.add_override("terraform.required_version", self.state.terraform_versions)
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
        """Add an AWS provider for what belongs to another account."""
        return self._add_provider(f"aws-{alias}", account, alias=alias)

    @staticmethod
    def _credentials(account: Account | None, session: str) -> Credentials:
        """Provider arguments for an account; none for the credentials that Terraform runs with."""
        if account is None:
            return {}
        if account.profile:
            return {"profile": account.profile}
        role = aws.AwsProviderAssumeRole(
            role_arn=account.role_arn, external_id=account.external_id, session_name=session[:64]
        )
        # A wrong role must not build in the wrong account.
        return {"assume_role": [role], "allowed_account_ids": [str(account.number)]}

    def output(self, name: str, value: object, description: str) -> None:
        """Add an output."""
        aws.TerraformOutput(self, name, value=value, description=description)

    def read_outputs(self, other: "PrivateLinkStack", key: str) -> aws.TerraformRemoteState:
        """Read another stack's outputs, which must be applied first."""
        self.add_dependency(other)
        return other.state.read(self, key)


def add_network(
    scope: aws.Construct, name: str, settings: NetworkSettings, *, internet: bool
) -> Network | ExistingNetwork:
    """Make the VPC that one side of a topology describes, or look up the one that it names."""
    if settings.vpc_id:
        return ExistingNetwork(scope, "network", vpc_id=settings.vpc_id, subnet_ids=settings.subnet_ids)
    assert settings.cidr  # noqa: S101  (one of the two, says the topology)
    return Network(
        scope,
        "network",
        name=name,
        cidr=settings.cidr,
        subnets=settings.subnets,
        internet=internet,
        ipv6=settings.ipv6,
        flow_log_retention_days=settings.flow_logs.retention_days if settings.flow_logs else None,
    )
