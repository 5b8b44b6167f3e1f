"""Endpoint services that are deleted while endpoints use them."""

from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource, text
from privatelink.changes.staged import Kind

CONNECTED = Kind(
    "service-in-use",
    what="a service is deleted while endpoints use it",
    why="AWS refuses to delete an endpoint service while endpoints are connected or pending acceptance",
    page=(
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html"
    ),
    instead="delete the endpoints of the service first",
)
KINDS = (CONNECTED,)


@dataclass(frozen=True, eq=False)
class Service:
    """An endpoint service that the plan deletes, and the endpoints of other stacks that use it."""

    resource: Resource
    endpoints: list[Resource]


def find(plans: Plans) -> Iterator[Service]:
    """Yield the services that are deleted or replaced, and that endpoints of other stacks use.

    Terraform deletes the endpoints of the same stack before. Stacks of consumers are applied after that of
    the service, so it does not help that they delete their endpoints.
    """
    for service in plans.of("aws_vpc_endpoint_service"):
        if not service.exists or service.stays:
            continue
        endpoints = [each for each in endpoints_of(plans, service) if each.stack != service.stack]
        if endpoints:
            yield Service(service, endpoints)


def endpoints_of(plans: Plans, service: Resource) -> list[Resource]:
    """Return the endpoints that use a service before the apply."""
    name = text(service.before("service_name"))
    return [each for each in plans.of("aws_vpc_endpoint") if each.before("service_name") == name]


def offers(plans: Plans, stack: str) -> bool:
    """Return whether a stack has an endpoint service.

    Arguments:
        plans: the plans.
        stack: name of the stack.
    """
    return any(service.stack == stack for service in plans.of("aws_vpc_endpoint_service"))
