"""PrivateDnsName: verification of the private DNS name of an endpoint service."""

from privatelink.constructs.component import Component
from privatelink.constructs.conditions import postcondition
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.hosted_zone import in_domain
from privatelink.constructs.rules import VERIFICATION_ZONE_PRIVATE
from privatelink.framework import aws

TTL_SECONDS = 300


class PrivateDnsName(Component):
    """Verify the private DNS name of an endpoint service, by a TXT record in public DNS.

    With a hosted zone, creates the TXT record (`aws_route53_record`) and reads the zone (`aws_route53_zone`),
    which must be public and of the name's domain. With a hosted zone, or once the record exists elsewhere,
    also creates `aws_vpc_endpoint_service_private_dns_verification`, which waits until AWS has verified the
    name: consumers cannot turn private DNS on before. Always creates `terraform_data`, which changes with the
    name: AWS then has another record, which is known only after the change.

    Arguments:
        service: the endpoint service, with this `private_dns_name`.
        private_dns_name: the name, such as `api.example.com` or `*.example.com`.
        zone_id: ID of the public Route 53 hosted zone for the record; default: none, and the record is
            created elsewhere.
        zone_provider: AWS provider of the hosted zone's account; default: that of the stack.
        record_exists: whether the record was created elsewhere, so that AWS can verify the name; default:
            False.

    Attributes:
        record: `name`, `type` and `value` of the TXT record, and the `domain` that the name is relative to.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        service: EndpointService,
        private_dns_name: str,
        zone_id: str | None = None,
        zone_provider: aws.AwsProvider | None = None,
        record_exists: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._service = f"aws_vpc_endpoint_service.{service.address}"
        self._name = private_dns_name
        # While a plan changes the name, the service's attributes still have the former record, or none. The
        # output of this resource is unknown in that plan, and so is everything that depends on it.
        self.add(aws.DataResource, input={"name": private_dns_name})
        self.record = {part: self._of_record(part) for part in ("name", "type", "value")}
        self.record["domain"] = private_dns_name.removeprefix("*.")
        if zone_id:
            self._add_record(zone_id, zone_provider)
        elif not record_exists:
            return
        self.add(
            aws.VpcEndpointServicePrivateDnsVerification,
            service_id=service.service_id,
            wait_for_verification=True,
            depends_on=[self._record] if zone_id else [],
            # AWS must verify another name again.
            lifecycle=aws.TerraformResourceLifecycle(replace_triggered_by=[f"terraform_data.{self.address}"]),
        )

    def _of_record(self, part: str) -> str:
        current = f'terraform_data.{self.address}.output.name == "{self._name}"'
        # Not null: if both results are null, Terraform knows the value although the condition is unknown.
        return f'${{{current} ? one({self._service}.private_dns_name_configuration[*].{part}) : ""}}'

    def _add_record(self, zone_id: str, provider: aws.AwsProvider | None) -> None:
        zone = self.add(
            aws.DataAwsRoute53Zone,
            zone_id=zone_id,
            provider=provider,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    postcondition(
                        "${!self.private_zone}",
                        VERIFICATION_ZONE_PRIVATE.broken(
                            given=f"{zone_id} (${{self.name}})", name=self._name
                        ),
                    ),
                    in_domain(self.record["domain"]),
                ]
            ),
        )
        self._record = self.add(
            aws.Route53Record,
            zone_id=zone.zone_id,
            name=self.record["name"],
            type="TXT",
            ttl=TTL_SECONDS,
            records=[self.record["value"]],
            provider=provider,
        )
