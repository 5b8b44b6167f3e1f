"""The types of Terraform's JSON documents: generated configuration, outputs, states, plans, schemas.

They have the keys that this project reads, and no others.

https://developer.hashicorp.com/terraform/language/syntax/json
https://developer.hashicorp.com/terraform/internals/json-format
https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from typing import Any, NotRequired, TypeAlias, TypedDict

from privatelink.json_types import Json, JsonObject

Attributes: TypeAlias = dict[str, Any]
"""The attributes of a resource by name; the provider's schema decides on the type of each."""


class Role(TypedDict):
    """A role to assume."""

    role_arn: str
    session_name: str
    external_id: NotRequired[str]


class AwsBlock(TypedDict):
    """The block of an AWS provider, or of an S3 backend."""

    region: str
    alias: NotRequired[str]
    profile: NotRequired[str]
    assume_role: NotRequired[list[Role] | Role]


class Backend(AwsBlock):
    """The block of a backend."""

    bucket: NotRequired[str]
    path: NotRequired[str]


class Settings(TypedDict):
    """The `terraform` block."""

    required_providers: NotRequired[dict[str, dict[str, str]]]
    backend: NotRequired[dict[str, Backend]]
    cloud: NotRequired[Backend]


class Configuration(TypedDict):
    """The generated Terraform JSON of a stack."""

    terraform: Settings
    provider: dict[str, list[AwsBlock]]
    resource: NotRequired[dict[str, JsonObject]]
    data: NotRequired[dict[str, JsonObject]]
    ephemeral: NotRequired[dict[str, JsonObject]]
    module: NotRequired[JsonObject]
    output: NotRequired[JsonObject]


class StackManifest(TypedDict):
    """A stack in the manifest."""

    workingDirectory: str
    dependencies: list[str]


class LoadBalancerOutput(TypedDict):
    """A load balancer in the outputs of a provider's stack."""

    dns_name: str


class EndpointDnsNames(TypedDict):
    """The DNS names of an endpoint; the zonal ones by zone."""

    regional: str
    zonal: dict[str, str]


class EndpointOutput(TypedDict):
    """An endpoint in the outputs of a consumer's stack."""

    endpoint_id: str
    service_name: str
    state: NotRequired[str]
    dns_names: NotRequired[EndpointDnsNames]
    addresses: NotRequired[dict[str, str]]


class Outputs(TypedDict, total=False):
    """The outputs of a generated stack, of whichever side."""

    service_id: str
    service_name: str
    load_balancer_dns_name: str
    load_balancer_addresses: dict[str, str]
    load_balancers: dict[str, LoadBalancerOutput]
    target_group_arns: dict[str, str]
    backend_instance_ids: dict[str, str]
    auto_scaling_groups: dict[str, str]
    endpoint_id: str
    endpoint_state: str
    endpoint_dns_names: EndpointDnsNames
    endpoint_addresses: dict[str, str]
    endpoint_names: dict[str, str]
    endpoint_name_zones: dict[str, str]
    connection_to_accept: EndpointOutput
    further_endpoints: dict[str, EndpointOutput]
    probe_instance_id: str
    verify: dict[str, JsonObject]


class Output(TypedDict):
    """An output in the state, in `terraform output -json`."""

    value: Json
    type: Json
    sensitive: bool


class OutputChange(TypedDict):
    """A planned change of an output."""

    actions: list[str]
    before: NotRequired[Json]
    after: NotRequired[Json]


class ChangeOfValues(TypedDict):
    """A planned change of a resource's attributes."""

    actions: list[str]
    before: NotRequired[JsonObject | None]
    after: NotRequired[JsonObject | None]
    after_unknown: NotRequired[JsonObject]
    replace_paths: NotRequired[list[list[Json]]]


class ResourceChange(TypedDict):
    """A planned change of a resource, or its drift."""

    address: str
    mode: str
    type: str
    name: str
    deposed: NotRequired[str]
    change: ChangeOfValues


class Expression(TypedDict):
    """The value of an argument in the configuration."""

    constant_value: NotRequired[str]


class ProviderConfiguration(TypedDict):
    """A provider block, with the arguments of the AWS provider that this project reads."""

    expressions: NotRequired["ProviderArguments"]


class ProviderArguments(TypedDict):
    """The arguments of a provider block."""

    region: NotRequired[Expression]


class PlannedConfiguration(TypedDict):
    """The configuration in a plan."""

    provider_config: NotRequired[dict[str, ProviderConfiguration]]


class PlanJson(TypedDict):
    """A plan, in `terraform show -json PLAN`."""

    resource_changes: NotRequired[list[ResourceChange]]
    resource_drift: NotRequired[list[ResourceChange]]
    output_changes: NotRequired[dict[str, OutputChange]]
    configuration: NotRequired[PlannedConfiguration]
    prior_state: NotRequired["StateJson"]


class StateResource(TypedDict):
    """A resource or data source in the state."""

    address: str
    mode: str
    type: str
    name: str
    values: Attributes


class StateModule(TypedDict):
    """A module in the state."""

    resources: NotRequired[list[StateResource]]
    child_modules: NotRequired[list["StateModule"]]


class StateValues(TypedDict):
    """The values in the state."""

    root_module: NotRequired[StateModule]


class StateJson(TypedDict):
    """The state, in `terraform show -json`; an empty state has no values."""

    values: NotRequired[StateValues]


class RawInstance(TypedDict):
    """An instance of a resource in a state file."""

    index_key: NotRequired[str | int]
    attributes: Attributes
    deposed: NotRequired[str]
    create_before_destroy: NotRequired[bool]


class RawResource(TypedDict):
    """A resource in a state file."""

    mode: str
    type: str
    name: str
    module: NotRequired[str]
    provider: str
    instances: list[RawInstance]


class RawState(TypedDict):
    """A state file, in `terraform state pull`; Terraform prints nothing if there is none."""

    resources: NotRequired[list[RawResource]]


class InitializedBackend(TypedDict):
    """The backend of the last `terraform init`."""

    type: str
    config: dict[str, Json]


class Initialized(TypedDict):
    """What `terraform init` keeps in the data folder."""

    backend: NotRequired[InitializedBackend]


class BlockSchema(TypedDict):
    """The content of a block."""

    block_types: NotRequired[dict[str, "Schema"]]


class Schema(TypedDict):
    """The schema of a provider, resource, data source or nested block."""

    block: BlockSchema


class ProviderSchema(TypedDict):
    """The schemas of one provider."""

    provider: Schema
    resource_schemas: NotRequired[dict[str, Schema]]
    data_source_schemas: NotRequired[dict[str, Schema]]


class ProviderSchemas(TypedDict):
    """The schemas of all providers, by address, in `terraform providers schema -json`."""

    provider_schemas: dict[str, ProviderSchema]


class Position(TypedDict):
    """A position in a file."""

    line: int


class SourceRange(TypedDict):
    """A range of a file."""

    filename: NotRequired[str]
    start: NotRequired[Position]


class Snippet(TypedDict):
    """The source code of a diagnostic."""

    context: NotRequired[str | None]


class DiagnosticJson(TypedDict):
    """An error or a warning."""

    severity: NotRequired[str]
    summary: NotRequired[str]
    detail: NotRequired[str]
    address: NotRequired[str]
    range: NotRequired[SourceRange | None]
    snippet: NotRequired[Snippet | None]
