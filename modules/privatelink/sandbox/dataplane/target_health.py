"""Target health in the API, from the health checks of load balancer nodes.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html#target-health-states
"""

from collections.abc import Iterator

from moto.elbv2.models import FakeTargetGroup

from privatelink.sandbox.dataplane.control import DataPlane
from privatelink.sandbox.dataplane.desired import (
    crosses_zones,
    forwarded_groups,
    network_load_balancers,
    read_targets,
)
from privatelink.sandbox.endpoint_services import every_ec2_backend
from privatelink.sandbox.load_balancers import NetworkLoadBalancer
from privatelink.sandbox.untyped import Moto


def install(data_plane: DataPlane) -> None:
    """Replace the state of healthy targets in moto's answer; moto handles stopped and terminated targets."""
    health_for = FakeTargetGroup.health_for

    def checked_health_for(self: Moto, target: Moto, ec2_backend: Moto) -> Moto:
        status = health_for(self, target, ec2_backend)
        if status.status == "healthy" and self.protocol in ("TCP", "TLS", "UDP", "TCP_UDP"):
            status.status, status.reason, status.description = state_of(self, status.instance_id, data_plane)
        return status

    FakeTargetGroup.health_for = checked_health_for


def state_of(group: Moto, target_id: str, data_plane: DataPlane) -> tuple[str, str | None, str | None]:
    """Return the state, reason and description of a registered target."""
    found = list(balancers_of(group))
    if not found:
        return (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )
    seen = [
        healthy
        for (_, arn, checked), healthy in data_plane.health.items()
        if arn == group.arn and checked == target_id
    ]
    if not any(is_reached(balancer, group, target_id) for balancer in found):
        return (
            "unused",
            "Target.NotInUse",
            "Target is in an Availability Zone that is not enabled for the load balancer",
        )
    if not seen:
        return "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"
    if all(seen):
        return "healthy", None, None
    return "unhealthy", "Target.FailedHealthChecks", "Health checks failed"


def balancers_of(group: Moto) -> Iterator[NetworkLoadBalancer]:
    """Yield the load balancers with a listener that forwards to a target group."""
    for backend in every_ec2_backend():
        for balancer in network_load_balancers(backend):
            groups = (
                item
                for listener in balancer.listeners.values()
                for item in forwarded_groups(balancer, listener)
            )
            if any(item.arn == group.arn for item in groups):
                yield balancer


def is_reached(balancer: NetworkLoadBalancer, group: Moto, target_id: str) -> bool:
    """Return whether a node of a load balancer can send to a target."""
    zones = {interface.subnet.availability_zone_id for interface in balancer.interfaces.values()}
    return any(
        target.id == target_id and (target.zone_id in zones or crosses_zones(balancer, group))
        for target in read_targets(balancer, group)
    )
