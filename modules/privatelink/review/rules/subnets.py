"""Rules for subnets that endpoints and load balancers have network interfaces in."""

from collections.abc import Iterator

from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.services import (
    ENDPOINT,
    PRIVATELINK_TYPES,
    endpoint_subnets,
    service_load_balancers,
    services_of,
)
from privatelink.review.world import Thing, Worlds

_LB = (("subnets",), ("subnet_mapping", "subnet_id"))


def _subnet_in_use(worlds: Worlds) -> Iterator[Hit]:
    """Silent where the endpoint or load balancer goes too: Terraform destroys it before the subnet."""
    reported: set[int] = set()
    for user, subnet in _uses(worlds):
        change = subnet.change
        if id(change) in reported or not (change.destroyed or change.replaced):
            continue
        if user.change.destroyed or user.change.replaced:
            continue
        is_endpoint = user.change.type == ENDPOINT
        # An update of an endpoint leaves the old subnet before Terraform destroys it.
        if is_endpoint and change.actions == ("create", "delete"):
            continue
        reported.add(id(change))
        severity: Severity | None = "warning" if is_endpoint and change.destroyed else None
        name = (*change.replaced_by, "")[0]
        yield Hit(change, name, severity, f"{user.address} has a network interface in it")


def _uses(worlds: Worlds) -> Iterator[tuple[Thing, Thing]]:
    """The endpoints and the load balancers of services, each with one of its subnets."""
    before = worlds.before
    for endpoint in before.of(ENDPOINT):
        if endpoint.value("vpc_endpoint_type") in PRIVATELINK_TYPES:
            for subnet in endpoint_subnets(before, endpoint):
                if isinstance(subnet, Thing):
                    yield endpoint, subnet
    for lb in service_load_balancers(before):
        if services_of(before, lb):
            for subnet in (each for path in _LB for each in before.linked(lb, *path)):
                if isinstance(subnet, Thing):
                    yield lb, subnet


SUBNET_IN_USE = Rule(
    id="subnet-in-use-destroyed",
    severity="blocking",
    title="subnet of an endpoint or of a service's load balancer destroyed",
    consequence=(
        "Terraform destroys the subnet first, and AWS refuses that while a network interface is in it "
        "(DependencyViolation): the apply fails after minutes, halfway"
    ),
    instead=(
        "for an endpoint: create the new subnet and move the endpoint to it in one apply, destroy the old "
        "one in a later apply, or set create_before_destroy on the subnet in an earlier apply; for a load "
        "balancer: add a second load balancer in the new subnets to the service"
    ),
    page="https://docs.aws.amazon.com/vpc/latest/userguide/delete-subnets.html",
    find=_subnet_in_use,
)

RULES = (SUBNET_IN_USE,)
