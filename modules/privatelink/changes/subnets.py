"""Changes of subnets in which endpoints stand, or whose CIDRs overlap those of former subnets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from privatelink.changes.places import ZONE_ATTRIBUTES
from privatelink.changes.plans import Plans, Resource, text, texts
from privatelink.changes.staged import Kind

_SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide"

OVERLAP = Kind(
    "subnet-overlaps-old",
    what="a new subnet overlaps one that is deleted or replaced",
    why=(
        "a new subnet overlaps a subnet that still exists while Terraform creates it, and AWS refuses it "
        "(InvalidSubnet.Conflict)"
    ),
    page=f"{_SUBNETS}/subnet-sizing.html",
    instead="delete the old subnets in one apply, and create the new ones in the next",
)
ZONE_FORM = Kind(
    "zone-form",
    what="zones are written in another form without `zones_renamed_from`",
    why=(
        "a zone that is written as AZ ID instead of its name, or the reverse, is another zone to Terraform: "
        "it replaces the subnet and everything in it, while AWS allows one subnet of an endpoint in each "
        "zone, and refuses subnets that overlap"
    ),
    page="https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html",
    instead="keep the address of the subnet, or move it with a moved block",
)
SAME_ZONE = Kind(
    "endpoint-subnet-same-zone",
    what="an endpoint gets another subnet in the same zone",
    why=(
        "an endpoint has one subnet in each zone, and AWS refuses a second one (DuplicateSubnetsInSameZone); "
        "the provider adds the new subnet and removes the old one in one request, and whether AWS accepts "
        "that is not documented and not tested"
    ),
    page="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html",
    instead="remove the old subnet from the endpoint in one apply, and add the new one in the next",
)
IN_USE = Kind(
    "subnet-in-use",
    what="a subnet is deleted before an endpoint leaves it",
    why=(
        "Terraform deletes the subnet before the endpoint leaves it, because its state has no "
        "create_before_destroy for the subnet yet; AWS refuses this (DependencyViolation) until Terraform "
        "gives up after 20 minutes"
    ),
    page=f"{_SUBNETS}/subnet-deleting.html",
    instead="remove the subnet from the endpoint in one apply, and delete it in the next",
)
KINDS = (OVERLAP, ZONE_FORM, SAME_ZONE, IN_USE)


@dataclass(frozen=True, eq=False)
class Network:
    """The subnets of a VPC, and the endpoints in them, in a change that needs stages."""

    kind: Kind
    stack: str
    vpc: IPv4Network | None
    """IPv4 CIDR of the VPC, if it is in the plans."""
    subnets: list[Resource]
    endpoints: list[Resource]
    """The endpoints that stay, and have a subnet that is destroyed or replaced."""

    @property
    def first(self) -> Resource:
        """The first subnet that is destroyed or replaced."""
        return next(subnet for subnet in self.subnets if subnet.destroyed or subnet.replaced)


def find(plans: Plans) -> Iterator[Network]:
    """Yield the VPCs whose subnets cannot change in one apply.

    A subnet of a load balancer is not among them: the load balancer is the greater obstacle.
    """
    groups: dict[tuple[str, str], list[Resource]] = {}
    for subnet in plans.of("aws_subnet"):
        vpc_id = text(subnet.before("vpc_id")) or text(subnet.after("vpc_id"))
        # In a new VPC nothing is in the way.
        if vpc_id:
            groups.setdefault((subnet.stack, vpc_id), []).append(subnet)
    vpcs = {vpc.id: cidr(vpc) for vpc in plans.of("aws_vpc") if vpc.exists}
    for (stack, vpc_id), subnets in groups.items():
        gone = [subnet for subnet in subnets if subnet.exists and not subnet.stays]
        ids = {subnet.id for subnet in gone}
        if renamed_zones(subnets):
            yield Network(ZONE_FORM, stack, vpcs.get(vpc_id), subnets, [])
            continue
        if not gone or any(ids & balancer_subnets(each) for each in plans.of("aws_lb") if each.exists):
            continue
        endpoints = [
            endpoint
            for endpoint in plans.of("aws_vpc_endpoint")
            if endpoint.stays and any(_uses(endpoint, subnet) for subnet in gone)
        ]
        if kind := _kind(plans, subnets, gone, endpoints):
            yield Network(kind, stack, vpcs.get(vpc_id), subnets, endpoints)


def renamed_zones(subnets: Sequence[Resource]) -> dict[str, tuple[Resource, Resource]]:
    """Return subnets that get another address because their zone is written in another form.

    Arguments:
        subnets: the subnets of a VPC.

    Returns:
        The former and the new resource, by the ID of the subnet.
    """
    return {
        old.id: (old, new)
        for old in subnets
        for new in subnets
        if old.destroyed and not new.exists and _same_zone(old, new)
    }


def balancer_subnets(balancer: Resource) -> set[str]:
    """Return the IDs of a load balancer's subnets before the apply."""
    return set(texts(balancer.before("subnets")))


def cidr(resource: Resource, *, after: bool = False) -> IPv4Network | None:
    """Return the IPv4 CIDR of a VPC or subnet; None if it has none, or if the plan does not have it."""
    value = text(resource.after("cidr_block") if after else resource.before("cidr_block"))
    try:
        return IPv4Network(value)
    except ValueError:
        return None


def _kind(
    plans: Plans, subnets: list[Resource], gone: list[Resource], endpoints: list[Resource]
) -> Kind | None:
    new = [subnet for subnet in subnets if subnet.created]
    if any(_conflict(one, other) for one in new for other in gone):
        return OVERLAP
    used = [(subnet, endpoint) for subnet in gone for endpoint in endpoints if _uses(endpoint, subnet)]
    if any(_has_new(endpoint) and any(_same_zone(subnet, each) for each in new) for subnet, endpoint in used):
        return SAME_ZONE
    if any(not (subnet.created_first or plans.is_destroyed_last(subnet)) for subnet, _ in used):
        return IN_USE
    return None


def _uses(endpoint: Resource, subnet: Resource) -> bool:
    return subnet.id in texts(endpoint.before("subnet_ids"))


def _has_new(endpoint: Resource) -> bool:
    """Whether an endpoint gets a subnet that this apply creates."""
    return not endpoint.knows_after("subnet_ids")


def _conflict(new: Resource, old: Resource) -> bool:
    """Whether AWS may refuse a new subnet because of one that is destroyed in the same apply."""
    if new is old and not new.created_first:
        return False
    wanted, taken = cidr(new, after=True), cidr(old)
    return wanted is not None and taken is not None and wanted.overlaps(taken)


def _same_zone(one: Resource, new: Resource) -> bool:
    return any(text(one.before(name)) == text(new.after(name)) != "" for name in ZONE_ATTRIBUTES)
