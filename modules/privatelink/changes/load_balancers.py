"""Changes of the load balancers of endpoint services."""

from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource, text, texts
from privatelink.changes.services import endpoints_of
from privatelink.changes.staged import Kind
from privatelink.changes.subnets import balancer_subnets, renamed_zones
from privatelink.json_types import Json

_NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"

SUBNETS = Kind(
    "load-balancer-subnets",
    what="a load balancer of a service loses a subnet, or gets another one in the same zone",
    why=(
        "AWS refuses to remove a subnet from a load balancer that has endpoints, and requires two changes "
        "for another subnet in the same zone; the provider replaces the load balancer instead, and AWS "
        "refuses to delete one that an endpoint service uses (ResourceInUse)"
    ),
    page=f"{_NLB}/availability-zones.html",
    instead="create a second endpoint service in the new subnets, and move the consumers to it",
)
REPLACED = Kind(
    "load-balancer-in-use-replaced",
    what="the load balancer of a service is replaced",
    why=(
        "the provider replaces the load balancer, and AWS refuses to delete one that an endpoint service "
        "uses (ResourceInUse), or to create two of the same name (DuplicateLoadBalancerName)"
    ),
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html",
    instead=(
        "add a second load balancer to the endpoint service, let the connections of the first one end, then "
        "remove it"
    ),
)
SAME_NAME = Kind(
    "load-balancer-same-name",
    what="a load balancer gets another key without `renamed_from`",
    why=(
        "Terraform creates a load balancer with the name of one that still exists, and AWS refuses it "
        "(DuplicateLoadBalancerName)"
    ),
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
    instead="move the load balancer to its new address with a moved block, or give the new one another name",
)
IN_USE = Kind(
    "load-balancer-in-use",
    what="a load balancer is deleted before its service leaves it",
    why=(
        "Terraform deletes the load balancer before the endpoint service leaves it, because its state has no "
        "create_before_destroy for the load balancer yet; AWS refuses this (ResourceInUse)"
    ),
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html",
    instead="apply with create_before_destroy on the load balancer, and remove it in the next apply",
)
KINDS = (SUBNETS, REPLACED, SAME_NAME, IN_USE)


@dataclass(frozen=True, eq=False)
class Balancer:
    """A load balancer of an endpoint service, in a change that needs stages."""

    kind: Kind
    resource: Resource
    endpoints: list[Resource]
    """The endpoints in the plans that use its service."""


def find(plans: Plans) -> Iterator[Balancer]:
    """Yield the load balancers that cannot change in one apply, because an endpoint service uses them."""
    renamed = renamed_zones(plans.of("aws_subnet")).keys()
    for balancer in plans.of("aws_lb"):
        service = _service(plans, balancer)
        # Subnets whose zone has another form are a change of their own.
        if service is None or balancer_subnets(balancer) & renamed:
            continue
        if kind := _kind(plans, balancer):
            yield Balancer(kind, balancer, endpoints_of(plans, service))


def _kind(plans: Plans, balancer: Resource) -> Kind | None:
    if _loses_subnets(plans, balancer):
        return SUBNETS
    if balancer.replaced:
        return REPLACED
    if balancer.destroyed and any(
        other.created and other.after("name") == balancer.before("name") for other in plans.of("aws_lb")
    ):
        return SAME_NAME
    if balancer.destroyed and not plans.is_destroyed_last(balancer):
        return IN_USE
    return None


def _service(plans: Plans, balancer: Resource) -> Resource | None:
    """Return the endpoint service that uses a Network Load Balancer, and stays."""
    arn = text(balancer.before("arn"))
    return next(
        (
            service
            for service in plans.of("aws_vpc_endpoint_service")
            if service.stays and arn in texts(service.before("network_load_balancer_arns"))
        ),
        None,
    )


def _loses_subnets(plans: Plans, balancer: Resource) -> bool:
    """Whether a load balancer loses a subnet; one that is destroyed loses none."""
    if balancer.destroyed:
        return False
    before = balancer_subnets(balancer)
    if any(subnet.id in before for subnet in plans.of("aws_subnet") if not subnet.stays):
        return True
    # The plan does not know `subnets` when `subnet_mapping` changes.
    after = _mapped(balancer.after("subnet_mapping"))
    if after and "" not in after:
        return bool(_mapped(balancer.before("subnet_mapping")) - after)
    return balancer.knows_after("subnets") and bool(before - set(texts(balancer.after("subnets"))))


def _mapped(mapping: Json) -> set[str]:
    """Return the subnet IDs of a `subnet_mapping`; an empty one for a subnet that the plan creates."""
    blocks = mapping if isinstance(mapping, list) else []
    return {text(block.get("subnet_id")) for block in blocks if isinstance(block, dict)}
