"""Changes of the load balancers of endpoint services."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource, blocks, text, texts
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
ADDRESSES = Kind(
    "load-balancer-addresses",
    what="a load balancer of a service gets another address in a zone",
    why=(
        "AWS keeps the addresses of a load balancer's zones as long as it has the zones (SetSubnets), and "
        "refuses to remove a zone from a load balancer that has endpoints; the provider plans an update "
        "nevertheless"
    ),
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html",
    instead=REPLACED.instead,
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
KINDS = (SUBNETS, REPLACED, ADDRESSES, SAME_NAME, IN_USE)
_ADDRESSES = {"allocation_id", "private_ipv4_address", "ipv6_address"}


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
    if balancer.stays and _changes_address(balancer):
        return ADDRESSES
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
    mapping = blocks(balancer.after("subnet_mapping"))
    after = _by_subnet(mapping)
    # A subnet that is known after the apply may be any one.
    if after and all("subnet_id" in each for each in mapping):
        return bool(_by_subnet(blocks(balancer.before("subnet_mapping"))).keys() - after.keys())
    return balancer.knows_after("subnets") and bool(before - set(texts(balancer.after("subnets"))))


def _changes_address(balancer: Resource) -> bool:
    """Whether a load balancer gets another address in a subnet that it keeps."""
    before, after = (_by_subnet(blocks(side("subnet_mapping"))) for side in (balancer.before, balancer.after))
    return any(
        _address(before[subnet], name) != _address(after[subnet], name)
        for subnet in before.keys() & after.keys()
        for name in before[subnet].keys() & _ADDRESSES
    )


def _address(mapping: Mapping[str, Json], name: str) -> str | None:
    """Return an address of a subnet, empty if AWS chooses it; None if it is known after the apply."""
    return text(mapping[name]) if name in mapping else None


def _by_subnet(mapping: list[dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """Return the blocks of `subnet_mapping` whose subnet the plan knows, by its ID."""
    # The provider's plan also has a block in which everything is null.
    return {subnet_id: each for each in mapping if (subnet_id := text(each.get("subnet_id")))}
