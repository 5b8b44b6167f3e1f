"""HostedZone: a private Route 53 hosted zone with alias records of interface endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from privatelink.constructs.component import Component
from privatelink.constructs.conditions import postcondition
from privatelink.constructs.rules import HOSTED_ZONE_PUBLIC, NAME_OUTSIDE_THE_ZONE
from privatelink.framework import aws


@dataclass(frozen=True)
class Alias:
    """The target of alias records: a DNS name of an interface endpoint.

    Arguments:
        name: DNS name of the endpoint, `vpce-….vpce.amazonaws.com`.
        zone_id: ID of the hosted zone of that name, `Z…`.
        types: types of the records: `A` for IPv4 addresses, `AAAA` for IPv6 addresses, or both.
    """

    name: str
    zone_id: str
    types: tuple[str, ...] = ("A",)


@dataclass(frozen=True)
class SharedVpc:
    """Another VPC in which the names of a hosted zone resolve.

    Arguments:
        vpc_id: ID of the VPC, `vpc-…`.
        vpc_region: Region of the VPC.
        provider: AWS provider of the VPC's account; None if it is the account of the hosted zone.
    """

    vpc_id: str
    vpc_region: str
    provider: aws.TerraformProvider | None = None


NO_VPCS: Mapping[str, SharedVpc] = MappingProxyType({})


class HostedZone(Component):
    """Create DNS names for interface endpoints in a private hosted zone, new or existing.

    Creates `aws_route53_zone` for the VPC, and `terraform_data`, which replaces it with the VPC; or reads the
    existing one. Creates an `aws_route53_zone_association` for each other VPC, after an
    `aws_route53_vpc_association_authorization` if it is in another account; and an `aws_route53_record` for
    each name and type: an alias record, which always has the endpoint's addresses.

    The plan fails if an existing hosted zone is public, or a name is outside its domain.

    Arguments:
        aliases: target of the alias records by DNS name, such as `api.shop.internal` or `*.shop.internal`.
        name: domain of a new hosted zone.
        vpc_id: ID of the VPC of a new hosted zone.
        shared_with: other VPCs of a new hosted zone, by a key that stays the same; default: none.
        zone_id: ID of an existing hosted zone, instead of `name` and `vpc_id`.
        zone_provider: AWS provider of the existing hosted zone's account; default: that of the stack.

    Attributes:
        zone_id: ID of the hosted zone.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        aliases: Mapping[str, Alias],
        name: str = "",
        vpc_id: str = "",
        shared_with: Mapping[str, SharedVpc] = NO_VPCS,
        zone_id: str | None = None,
        zone_provider: aws.AwsProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        if zone_id:
            self.zone_id = self._read(zone_id, aliases, zone_provider)
        else:
            self.zone_id = self._create(name, vpc_id)
            self._share(shared_with)
        for record, alias in aliases.items():
            for kind in alias.types:
                self.add(
                    aws.Route53Record,
                    f"{record_key(record)}-{kind}",
                    zone_id=self.zone_id,
                    name=record,
                    type=kind,
                    alias=aws.Route53RecordAlias(
                        # There is no other answer to choose instead of an unhealthy one.
                        name=alias.name,
                        zone_id=alias.zone_id,
                        evaluate_target_health=False,
                    ),
                    provider=zone_provider,
                )

    def _create(self, name: str, vpc_id: str) -> str:
        self.add(aws.DataResource, "vpc", input={"id": vpc_id})
        zone = self.add(
            aws.Route53Zone,
            name=name,
            comment="Names of interface endpoints",
            force_destroy=False,
            vpc=[aws.Route53ZoneVpc(vpc_id=vpc_id)],
            tags={"Name": name},
            lifecycle=aws.TerraformResourceLifecycle(
                # VPCs that are associated by resources of their own appear here as well.
                ignore_changes=["vpc"],
                # Otherwise the zone would stay with a former VPC.
                replace_triggered_by=[f"terraform_data.{self.address_of('vpc')}"],
            ),
        )
        return zone.zone_id

    def _share(self, vpcs: Mapping[str, SharedVpc]) -> None:
        """Associate other VPCs with the hosted zone, each with the credentials of its account.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
        """
        for key, vpc in vpcs.items():
            authorization = vpc.provider and self.add(
                aws.Route53VpcAssociationAuthorization,
                key,
                zone_id=self.zone_id,
                vpc_id=vpc.vpc_id,
                vpc_region=vpc.vpc_region,
            )
            self.add(
                aws.Route53ZoneAssociation,
                key,
                zone_id=self.zone_id,
                vpc_id=vpc.vpc_id,
                vpc_region=vpc.vpc_region,
                provider=vpc.provider,
                depends_on=[authorization] if authorization else None,
            )

    def _read(self, zone_id: str, aliases: Mapping[str, Alias], provider: aws.AwsProvider | None) -> str:
        zone = self.add(
            aws.DataAwsRoute53Zone,
            zone_id=zone_id,
            provider=provider,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    postcondition(
                        "${self.private_zone}", HOSTED_ZONE_PUBLIC.broken(given=f"{zone_id} (${{self.name}})")
                    ),
                    *map(in_domain, aliases),
                ]
            ),
        )
        return zone.zone_id


def in_domain(name: str) -> aws.Postcondition:
    """Return the condition that a hosted zone that was read is of a name's domain, or of one above it.

    Arguments:
        name: DNS name of a record.
    """
    domain = 'trimsuffix(self.name, ".")'
    return postcondition(
        f'${{"{name}" == {domain} || endswith("{name}", ".${{{domain}}}")}}',
        NAME_OUTSIDE_THE_ZONE.broken(given=name, zone=f"${{{domain}}}"),
    )


def record_key(name: str) -> str:
    """Return a DNS name's part of a Terraform address: `*.shop.internal` becomes `name-any-shop-internal`.

    Arguments:
        name: DNS name of a record.
    """
    return "name-" + name.replace("*", "any").replace(".", "-").replace("_", "-")
