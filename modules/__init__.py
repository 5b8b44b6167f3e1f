"""Constructs that emit Terraform JSON for the two sides of an AWS PrivateLink service.

Outside this project they are the package `privatelink`, which offers the names below, and `aws` with the
framework's. Each is imported when it is first used: the framework with the first construct, and never by a
program that only reads a topology.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .acceptance import Acceptance as Acceptance
    from .access_log_bucket import AccessLogBucket as AccessLogBucket
    from .alarms import ServiceAlarms as ServiceAlarms
    from .auto_scaling_backends import AutoScalingBackends as AutoScalingBackends
    from .backends import Backends as Backends
    from .component import Component as Component
    from .endpoint_service import EndpointService as EndpointService
    from .existing_load_balancer import ExistingLoadBalancer as ExistingLoadBalancer
    from .existing_network import ExistingNetwork as ExistingNetwork
    from .existing_targets import ExistingTargets as ExistingTargets
    from .hosted_zone import Alias as Alias
    from .hosted_zone import HostedZone as HostedZone
    from .hosted_zone import SharedVpc as SharedVpc
    from .interface_endpoint import InterfaceEndpoint as InterfaceEndpoint
    from .load_balancer import NetworkLoadBalancer as NetworkLoadBalancer
    from .network import Network as Network
    from .notifications import Notifications as Notifications
    from .private_dns import PrivateDns as PrivateDns
    from .private_dns_name import PrivateDnsName as PrivateDnsName
    from .probe import Probe as Probe
    from .stack import PrivateLinkStack as PrivateLinkStack
    from .state import HcpWorkspace as HcpWorkspace
    from .state import LocalFile as LocalFile
    from .state import S3Object as S3Object
    from .targets import Targets as Targets
    from .topology.backend import HcpState as HcpState
    from .topology.backend import S3State as S3State
    from .topology.listener import HealthCheck as HealthCheck
    from .topology.listener import Listener as Listener
    from .topology.part import Account as Account

_MODULES = {
    "Acceptance": "acceptance",
    "AccessLogBucket": "access_log_bucket",
    "Account": "topology.part",
    "Alias": "hosted_zone",
    "AutoScalingBackends": "auto_scaling_backends",
    "Backends": "backends",
    "Component": "component",
    "EndpointService": "endpoint_service",
    "ExistingLoadBalancer": "existing_load_balancer",
    "ExistingNetwork": "existing_network",
    "ExistingTargets": "existing_targets",
    "HcpState": "topology.backend",
    "HcpWorkspace": "state",
    "HealthCheck": "topology.listener",
    "HostedZone": "hosted_zone",
    "InterfaceEndpoint": "interface_endpoint",
    "Listener": "topology.listener",
    "LocalFile": "state",
    "Network": "network",
    "NetworkLoadBalancer": "load_balancer",
    "Notifications": "notifications",
    "PrivateDns": "private_dns",
    "PrivateDnsName": "private_dns_name",
    "PrivateLinkStack": "stack",
    "Probe": "probe",
    "S3Object": "state",
    "S3State": "topology.backend",
    "ServiceAlarms": "alarms",
    "SharedVpc": "hosted_zone",
    "Targets": "targets",
}

__all__ = [*_MODULES]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a name when it is first used, and remember it.

    https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access
    """
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    found = globals()[name] = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    return found
