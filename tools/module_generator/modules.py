"""The modules of `terraform/`, each with its inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tools.module_generator import endpoint, network, service
from tools.module_generator.inputs import Inputs, Variable

_SUBNET = {"ap-northeast-2a": "subnet-0a1b2c3d4e5f6000a"}
_VPC = {"name": "shop", "cidr": "10.10.0.0/16", "subnets": {"ap-northeast-2a": "10.10.0.0/20"}}
_EXISTING_VPC = {"name": "shop", "vpc_id": "vpc-0a1b2c3d4e5f60001", "subnet_ids": _SUBNET}
_SERVICE = {"targets": {"addresses": {"web": "10.10.0.10"}}, "listeners": [{"port": 443}]}
_ENDPOINT = {"service_name": "com.amazonaws.ap-northeast-2.ssm", "ports": [443]}


@dataclass(frozen=True)
class Module:
    """A module.

    Arguments:
        name: its folder.
        variables: its inputs.
        good: inputs that break no rule.
        names: what it calls a setting of the topology, by its path, where that is not the path itself.
        composed_of: the modules that it is composed of, by the name of the call; they check the inputs.
        providers: the aliases of its further AWS providers.
    """

    name: str
    variables: Sequence[Variable]
    good: Inputs
    names: Mapping[str, str] = field(default_factory=dict)
    composed_of: Mapping[str, str] = field(default_factory=dict)
    providers: Sequence[str] = ()


VPC = Module(
    "vpc",
    [network.NAME, *network.NEW_NETWORK, network.INTERNET_GATEWAY, network.TAGS],
    _VPC,
)
_RULES_QUOTA = {"quotas.security_group_rules": network.RULES_QUOTA.name}
ENDPOINT_SERVICE = Module(
    "endpoint-service",
    service.VARIABLES,
    {**_EXISTING_VPC, **_SERVICE},
    {"network": "subnet_ids", **_RULES_QUOTA},
)
INTERFACE_ENDPOINT = Module(
    "interface-endpoint",
    endpoint.VARIABLES,
    {**_EXISTING_VPC, **_ENDPOINT},
    {"hosted_zone.zone_id": "hosted_zone.id", **_RULES_QUOTA},
    providers=("accepter",),
)


def _in_a_new_vpc(name: str, call: str, module: Module, good: Inputs) -> Module:
    """Return the module that creates a VPC, and in it what another one creates in an existing VPC."""
    others = [
        variable
        for variable in module.variables
        if variable.name not in ("name", "vpc_id", "subnet_ids", "ip_address_type", "tags")
    ]
    variables = [network.NAME, *network.NEW_NETWORK, *others, network.TAGS]
    return Module(
        name,
        [replace(variable, validations=()) for variable in variables],
        good,
        composed_of={"vpc": VPC.name, call: module.name},
        providers=module.providers,
    )


SERVICE_PROVIDER = _in_a_new_vpc(
    "service-provider", "endpoint_service", ENDPOINT_SERVICE, {**_VPC, **_SERVICE}
)
SERVICE_CONSUMER = _in_a_new_vpc("service-consumer", "endpoint", INTERFACE_ENDPOINT, {**_VPC, **_ENDPOINT})
MODULES = (VPC, ENDPOINT_SERVICE, INTERFACE_ENDPOINT, SERVICE_PROVIDER, SERVICE_CONSUMER)
