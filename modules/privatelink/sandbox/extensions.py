"""Install all extensions into moto, before the first request."""

from moto.autoscaling.responses import AutoScalingResponse
from moto.ec2.responses import EC2Response
from moto.elbv2.responses import ELBV2Response
from moto.logs.responses import LogsResponse
from moto.route53.responses import Route53
from moto.ssm.responses import SimpleSystemManagerResponse

from privatelink.sandbox import (
    access_logs,
    addresses,
    application_load_balancers,
    associations,
    auto_scaling,
    callers,
    capacity_reservations,
    connection_notifications,
    dependencies,
    ec2_answers,
    endpoint_actions,
    endpoint_connections,
    endpoint_services,
    gateway_endpoints,
    gateway_load_balancer_endpoints,
    gateway_load_balancers,
    instances,
    kept_lookups,
    launch_templates,
    listeners,
    load_balancers,
    log_groups,
    made_on_use,
    monitoring,
    nat_gateways,
    network_interfaces,
    reset,
    route53,
    security_groups,
    subnets,
    tags,
    target_groups,
    unimplemented,
)
from privatelink.sandbox.dataplane import run_command

_installed = False


def graft(source: type, target: type) -> None:
    """Copy the methods of a class to another class, replacing those with the same names.

    moto finds the handler of an API action by the name of the method, so no routes are needed.
    """
    for name, value in vars(source).items():
        if not name.startswith("__"):
            setattr(target, name, value)


def install() -> None:
    """Install all extensions; a second call has no effect."""
    global _installed
    if _installed:
        return

    unimplemented.install()
    kept_lookups.install()
    made_on_use.install()
    ec2_answers.install()
    reset.install()
    addresses.install()
    dependencies.install()
    instances.install()
    launch_templates.install()
    auto_scaling.install()
    security_groups.install()
    load_balancers.install()
    gateway_load_balancers.install()
    application_load_balancers.install()
    listeners.install()
    target_groups.install()
    access_logs.install()
    route53.install()
    nat_gateways.install()
    gateway_load_balancer_endpoints.install()
    subnets.install()
    tags.install()
    callers.install()
    associations.install()

    grafts: list[tuple[type, type]] = [
        (auto_scaling.Actions, AutoScalingResponse),
        (load_balancers.Actions, ELBV2Response),
        (capacity_reservations.Actions, ELBV2Response),
        (endpoint_services.Actions, EC2Response),
        (endpoint_actions.Actions, EC2Response),
        (gateway_endpoints.Actions, EC2Response),
        (monitoring.Actions, EC2Response),
        (network_interfaces.Actions, EC2Response),
        (endpoint_connections.Actions, EC2Response),
        (connection_notifications.Actions, EC2Response),
        (log_groups.Actions, LogsResponse),
        (route53.Actions, Route53),
        (associations.Actions, SimpleSystemManagerResponse),
        (run_command.Actions, SimpleSystemManagerResponse),
    ]
    for source, target in grafts:
        graft(source, target)
    _installed = True
