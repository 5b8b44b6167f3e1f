"""AWS PrivateLink as code: constructs that emit Terraform JSON for the two sides of a private service.

Each name below is imported when it is first used: the framework with the first construct, and never by a
program that only reads a topology. `aws` has the framework's own classes, and the AWS resources that the
constructs use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privatelink.constructs.acceptance import Acceptance as Acceptance
    from privatelink.constructs.access_log_bucket import AccessLogBucket as AccessLogBucket
    from privatelink.constructs.alarms import ServiceAlarms as ServiceAlarms
    from privatelink.constructs.any_network import AnyNetwork as AnyNetwork
    from privatelink.constructs.auto_scaling_backends import AutoScalingBackends as AutoScalingBackends
    from privatelink.constructs.backends import Backends as Backends
    from privatelink.constructs.component import Component as Component
    from privatelink.constructs.customer_key import CustomerKey as CustomerKey
    from privatelink.constructs.endpoint_service import EndpointService as EndpointService
    from privatelink.constructs.existing_load_balancer import ExistingLoadBalancer as ExistingLoadBalancer
    from privatelink.constructs.existing_network import ExistingNetwork as ExistingNetwork
    from privatelink.constructs.existing_targets import ExistingTargets as ExistingTargets
    from privatelink.constructs.hosted_zone import Alias as Alias
    from privatelink.constructs.hosted_zone import HostedZone as HostedZone
    from privatelink.constructs.hosted_zone import SharedVpc as SharedVpc
    from privatelink.constructs.interface_endpoint import InterfaceEndpoint as InterfaceEndpoint
    from privatelink.constructs.load_balancer import NetworkLoadBalancer as NetworkLoadBalancer
    from privatelink.constructs.network import Network as Network
    from privatelink.constructs.notifications import Notifications as Notifications
    from privatelink.constructs.peer import Peer as Peer
    from privatelink.constructs.ports import Ports as Ports
    from privatelink.constructs.private_dns import PrivateDns as PrivateDns
    from privatelink.constructs.private_dns_name import PrivateDnsName as PrivateDnsName
    from privatelink.constructs.probe import Probe as Probe
    from privatelink.constructs.probe import SystemsManagerEndpoints as SystemsManagerEndpoints
    from privatelink.constructs.targets import Targets as Targets
    from privatelink.framework import aws as aws
    from privatelink.stacks.acceptance_stack import AcceptanceStack as AcceptanceStack
    from privatelink.stacks.build import build as build_stacks  # noqa: F401
    from privatelink.stacks.consumer_stack import ConsumerStack as ConsumerStack
    from privatelink.stacks.private_dns_stack import PrivateDnsStack as PrivateDnsStack
    from privatelink.stacks.provider_stack import ProviderStack as ProviderStack
    from privatelink.stacks.stack import PrivateLinkStack as PrivateLinkStack
    from privatelink.stacks.state import HcpWorkspace as HcpWorkspace
    from privatelink.stacks.state import LocalFile as LocalFile
    from privatelink.stacks.state import S3Object as S3Object
    from privatelink.stacks.state import State as State
    from privatelink.stacks.state import states_of as states_of
    from privatelink.topology.file import TopologyError as TopologyError
    from privatelink.topology.file import load as load_topology  # noqa: F401
    from privatelink.topology.model import Topology as Topology
    from privatelink.topology.part import Account as Account
    from privatelink.topology.rules.alarms import Alarms as Alarms
    from privatelink.topology.rules.backend import Backend as Backend
    from privatelink.topology.rules.backend import HcpState as HcpState
    from privatelink.topology.rules.backend import S3State as S3State
    from privatelink.topology.rules.listener import HealthCheck as HealthCheck
    from privatelink.topology.rules.listener import Listener as Listener

# Module and attribute; a module alone where there is no attribute.
_PLACES = {
    "Acceptance": "constructs.acceptance:Acceptance",
    "AcceptanceStack": "stacks.acceptance_stack:AcceptanceStack",
    "AccessLogBucket": "constructs.access_log_bucket:AccessLogBucket",
    "Account": "topology.part:Account",
    "Alarms": "topology.rules.alarms:Alarms",
    "Alias": "constructs.hosted_zone:Alias",
    "AnyNetwork": "constructs.any_network:AnyNetwork",
    "AutoScalingBackends": "constructs.auto_scaling_backends:AutoScalingBackends",
    "Backend": "topology.rules.backend:Backend",
    "Backends": "constructs.backends:Backends",
    "Component": "constructs.component:Component",
    "ConsumerStack": "stacks.consumer_stack:ConsumerStack",
    "CustomerKey": "constructs.customer_key:CustomerKey",
    "EndpointService": "constructs.endpoint_service:EndpointService",
    "ExistingLoadBalancer": "constructs.existing_load_balancer:ExistingLoadBalancer",
    "ExistingNetwork": "constructs.existing_network:ExistingNetwork",
    "ExistingTargets": "constructs.existing_targets:ExistingTargets",
    "HcpState": "topology.rules.backend:HcpState",
    "HcpWorkspace": "stacks.state:HcpWorkspace",
    "HealthCheck": "topology.rules.listener:HealthCheck",
    "HostedZone": "constructs.hosted_zone:HostedZone",
    "InterfaceEndpoint": "constructs.interface_endpoint:InterfaceEndpoint",
    "Listener": "topology.rules.listener:Listener",
    "LocalFile": "stacks.state:LocalFile",
    "Network": "constructs.network:Network",
    "NetworkLoadBalancer": "constructs.load_balancer:NetworkLoadBalancer",
    "Notifications": "constructs.notifications:Notifications",
    "Peer": "constructs.peer:Peer",
    "Ports": "constructs.ports:Ports",
    "PrivateDns": "constructs.private_dns:PrivateDns",
    "PrivateDnsName": "constructs.private_dns_name:PrivateDnsName",
    "PrivateDnsStack": "stacks.private_dns_stack:PrivateDnsStack",
    "PrivateLinkStack": "stacks.stack:PrivateLinkStack",
    "Probe": "constructs.probe:Probe",
    "ProviderStack": "stacks.provider_stack:ProviderStack",
    "S3Object": "stacks.state:S3Object",
    "S3State": "topology.rules.backend:S3State",
    "ServiceAlarms": "constructs.alarms:ServiceAlarms",
    "SharedVpc": "constructs.hosted_zone:SharedVpc",
    "State": "stacks.state:State",
    "SystemsManagerEndpoints": "constructs.probe:SystemsManagerEndpoints",
    "Targets": "constructs.targets:Targets",
    "Topology": "topology.model:Topology",
    "TopologyError": "topology.file:TopologyError",
    "aws": "framework.aws:",
    "build_stacks": "stacks.build:build",
    "load_topology": "topology.file:load",
    "states_of": "stacks.state:states_of",
}

__all__ = [*_PLACES]


def __getattr__(name: str) -> object:
    """Import a name when it is first used, and remember it.

    https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access
    """
    if name not in _PLACES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    place, _, attribute = _PLACES[name].partition(":")
    module = import_module(f"{__name__}.{place}")
    found = globals()[name] = getattr(module, attribute) if attribute else module
    return found
