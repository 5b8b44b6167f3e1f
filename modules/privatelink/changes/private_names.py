"""Private DNS names that move: between a hosted zone and private DNS of an endpoint, or between endpoints."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from privatelink.changes import places
from privatelink.changes.plans import Plans, Resource, blocks, text
from privatelink.changes.staged import AS_IT_IS, LAST, Kind, Stage
from privatelink.json_types import Json
from privatelink.topology.types.service_domains import aws_domain

MOVED = Kind(
    "private-dns-name-moves",
    what="a private DNS name moves between a hosted zone and an endpoint, or between endpoints, of a VPC",
    why=(
        "private DNS of an endpoint is a hidden private hosted zone, and a VPC has one hosted zone of a "
        "name; Terraform creates the new one and removes the former one in any order, and AWS refuses the "
        "second (ConflictingDomainExists, or InvalidParameter with a conflicting DNS domain)"
    ),
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
    instead="remove the former one in one apply, and create the new one in the next",
)
KINDS = (MOVED,)
_ZONE, _ENDPOINT = "aws_route53_zone", "aws_vpc_endpoint"
_OF_EVERY_ENDPOINT = ".vpce."
"""Part of the DNS names that an endpoint also has without private DNS."""
_Domain = tuple[str, str]
"""ID of a VPC, and a domain that resolves in it."""


@dataclass(frozen=True, eq=False)
class Name:
    """A private DNS name of a VPC that moves.

    Attributes:
        domain: the name.
        former: the hosted zone or the endpoint that has it before the apply.
        new: the hosted zone or the endpoint that has it afterwards.
    """

    domain: str
    former: Resource
    new: Resource


def find(plans: Plans) -> Iterator[Name]:
    """Yield the private DNS names that move within a VPC."""
    resources = plans.of(_ZONE, _ENDPOINT)
    names = {stack: _names_of_services(plans, stack) for stack in {each.stack for each in resources}}
    before = {each: _domains(each, each.before, names[each.stack]) for each in resources}
    after = {each: _domains(each, each.after, names[each.stack]) for each in resources}
    # A replacement is another resource than the one before.
    kept = {each: after[each] & before[each] if each.stays else set[_Domain]() for each in resources}
    released = {domain: each for each in resources for domain in before[each] - kept[each]}
    for new in resources:
        for domain in sorted(after[new] - kept[new]):
            former = released.get(domain)
            if former and (former is not new or new.created_first):
                yield Name(domain[1], former, new)


def stages(name: Name) -> tuple[Stage, ...] | None:
    """Return the stages of a change; None if a topology file describes neither side.

    Arguments:
        name: the name that moves.
    """
    former, new = (places.side(each.stack) for each in (name.former, name.new))
    if former is None or new is None:
        return None
    if name.former.json["type"] == _ENDPOINT and not places.is_of_probe(name.new):
        return (Stage((_without(name.former, former),)), LAST)
    return (Stage((_without(name.new, new), AS_IT_IS)), LAST)


def _without(resource: Resource, path: str) -> str:
    """Return the edit of a file without a name of a hosted zone or of an endpoint."""
    if resource.json["type"] == _ZONE:
        return f"{path}.hosted_zone: leave it out, and the names in it"
    if places.is_of_probe(resource):
        return f"{path}.probe: false"
    return f"{path}.{places.endpoint(resource)}.private_dns: false"


def _names_of_services(plans: Plans, stack: str) -> dict[str, str]:
    """Return the private DNS name of each service that Terraform has read for a stack."""
    return {
        text(service["values"].get("service_name")): text(service["values"].get("private_dns_name"))
        for service in plans.read(stack, "aws_vpc_endpoint_service")
    }


def _domains(resource: Resource, value: Callable[[str], Json], names: Mapping[str, str]) -> set[_Domain]:
    """Return the domains of a resource, before or after the apply.

    Arguments:
        resource: a hosted zone or an endpoint.
        value: returns its attributes.
        names: the private DNS name of each service, by the name of the service.
    """
    if resource.json["type"] == _ZONE:
        # A public hosted zone has no VPC.
        ids = {text(block.get("vpc_id")) for block in blocks(value("vpc"))}
        return {(vpc_id, text(value("name")).removesuffix(".")) for vpc_id in ids if vpc_id}
    vpc_id = text(value("vpc_id"))
    if value("private_dns_enabled") is not True or not vpc_id:
        return set()
    found = {text(entry.get("dns_name")) for entry in blocks(value("dns_entry"))}
    service = text(value("service_name"))
    found.add(names.get(service) or aws_domain(service) or "")
    return {(vpc_id, name.removeprefix("*.")) for name in found if name and _OF_EVERY_ENDPOINT not in name}
