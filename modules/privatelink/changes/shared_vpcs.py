"""VPCs of hosted zones whose account changes.

The key stays, so Terraform replaces the association, and deletes the former one with the credentials of the
new account. A zone association has an authorization of the same name if its VPC is in another account.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource
from privatelink.changes.staged import Kind

ACCOUNT = Kind(
    "shared-vpc-account",
    what="a VPC of a hosted zone is replaced with one of another account, under the same key",
    why=(
        "Terraform reads and deletes the former association with the credentials of the other account, but "
        "only the account of the hosted zone or that of the former VPC may: the apply fails, or the former "
        "association stays in AWS without a state"
    ),
    page="https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html",
    instead="delete the association first, and create the other one in the next apply",
)
KINDS = (ACCOUNT,)
_ASSOCIATION, _AUTHORIZATION = "aws_route53_zone_association", "aws_route53_vpc_association_authorization"


@dataclass(frozen=True, eq=False)
class Moved:
    """An association whose VPC gets another account."""

    association: Resource
    authorization: Resource
    """Created if the new VPC is in another account than the hosted zone, deleted if the former one was."""


def find(plans: Plans) -> Iterator[Moved]:
    """Yield the associations whose VPC gets another account."""
    former = [each for each in plans.of(_ASSOCIATION) if each.replaced]
    # The provider does not find an association that its account may not read.
    former += [each for each in plans.forgotten() if each.json["type"] == _ASSOCIATION]
    changing = {
        (each.stack, each.json["name"]): each
        for each in plans.of(_AUTHORIZATION)
        if each.destroyed or (each.created and not each.exists)
    }
    for association in former:
        if authorization := changing.get((association.stack, association.json["name"])):
            yield Moved(association, authorization)
