"""HostedZone: a private Route 53 zone whose names lead to interface endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from privatelink.constructs.component import Component
from privatelink.framework import aws


@dataclass(frozen=True)
class Alias:
    """Where a name leads: a DNS name and the hosted zone it is in; and whether it has IPv4, IPv6, or both."""

    dns_name: str
    zone_id: str
    types: tuple[str, ...] = ("A",)


@dataclass(frozen=True)
class SharedVpc:
    """A further VPC that knows the names of a zone; the provider is None in the zone's own account."""

    vpc_id: str
    region: str
    provider: aws.TerraformProvider | None = None


NO_VPCS: Mapping[str, SharedVpc] = MappingProxyType({})


class HostedZone(Component):
    """Have names of one's own lead to interface endpoints, in the VPCs that share the zone.

    Creates `aws_route53_zone` for the VPC, or reads the one that exists; for each further VPC
    `aws_route53_zone_association`, after an `aws_route53_vpc_association_authorization` where it is in
    another account; for each name `aws_route53_record`, an alias, so that the addresses are always the
    endpoint's.

    Planning fails when a zone that exists is public or does not hold a name.

    Arguments:
        names: where each name leads.
        name: the zone to make.
        vpc_id: the VPC to make it for.
        shared_with: further VPCs, by a stable key.
        zone_id: the zone that exists, instead.
        zone_provider: the AWS provider of its account; None for the consumer's.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        names: Mapping[str, Alias],
        name: str = "",
        vpc_id: str = "",
        shared_with: Mapping[str, SharedVpc] = NO_VPCS,
        zone_id: str | None = None,
        zone_provider: aws.AwsProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        if zone_id:
            self.zone_id = self._find(zone_id, names, zone_provider)
        else:
            self.zone_id = self._make(name, vpc_id)
            self._share(shared_with)
        for record, alias in names.items():
            for kind in alias.types:
                self.add(
                    aws.Route53Record,
                    f"{record_key(record)}-{kind}",
                    zone_id=self.zone_id,
                    name=record,
                    type=kind,
                    alias=aws.Route53RecordAlias(
                        # One answer alone: there is nothing to choose by health.
                        name=alias.dns_name,
                        zone_id=alias.zone_id,
                        evaluate_target_health=False,
                    ),
                    provider=zone_provider,
                )

    def _make(self, name: str, vpc_id: str) -> str:
        zone = self.add(
            aws.Route53Zone,
            name=name,
            comment="Names of interface endpoints",
            force_destroy=False,
            vpc=[aws.Route53ZoneVpc(vpc_id=vpc_id)],
            tags={"Name": name},
            # The VPCs it is shared with come by resources of their own, and show up here, too.
            lifecycle=aws.TerraformResourceLifecycle(ignore_changes=["vpc"]),
        )
        return zone.zone_id

    def _share(self, vpcs: Mapping[str, SharedVpc]) -> None:
        """Associate the zone with further VPCs, with the credentials of each.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
        """
        for key, vpc in vpcs.items():
            allowed = vpc.provider and self.add(
                aws.Route53VpcAssociationAuthorization,
                key,
                zone_id=self.zone_id,
                vpc_id=vpc.vpc_id,
                vpc_region=vpc.region,
            )
            self.add(
                aws.Route53ZoneAssociation,
                key,
                zone_id=self.zone_id,
                vpc_id=vpc.vpc_id,
                vpc_region=vpc.region,
                provider=vpc.provider,
                depends_on=[allowed] if allowed else None,
            )

    def _find(self, zone_id: str, names: Mapping[str, Alias], provider: aws.AwsProvider | None) -> str:
        zone = self.add(
            aws.DataAwsRoute53Zone,
            zone_id=zone_id,
            provider=provider,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    aws.Postcondition(
                        condition="${self.private_zone}",
                        error_message=(
                            f"zone {zone_id} (${{self.name}}) is public, and an endpoint's addresses are "
                            "private: give a private zone in hosted_zone.zone_id"
                        ),
                    ),
                    *(
                        holds(zone_id, name, "correct the endpoint's names, or hosted_zone.zone_id")
                        for name in names
                    ),
                ]
            ),
        )
        return zone.zone_id


def holds(zone_id: str, name: str, fix: str) -> aws.Postcondition:
    """A zone that was looked up is that of the name, or of a domain above it."""
    suffix = 'trimsuffix(self.name, ".")'
    return aws.Postcondition(
        condition=f'${{"{name}" == {suffix} || endswith("{name}", ".${{{suffix}}}")}}',
        error_message=f"zone {zone_id} (${{self.name}}) does not hold {name}: {fix}",
    )


def record_key(name: str) -> str:
    """A name as part of an address: *.shop.internal is any-shop-internal."""
    return "name-" + name.replace("*", "any").replace(".", "-").replace("_", "-")
