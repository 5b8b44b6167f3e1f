"""PrivateDnsName: the proof that a service's private DNS name is the provider's to use."""

from privatelink.constructs.component import Component
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.hosted_zone import holds
from privatelink.framework import aws

TTL_SECONDS = 300


class PrivateDnsName(Component):
    """Have AWS verify the private DNS name of an endpoint service.

    Creates, with a zone, the TXT record (`aws_route53_record`) and reads the zone (`aws_route53_zone`), which
    has to be public and to hold the name. With a zone, or once the record exists,
    `aws_vpc_endpoint_service_private_dns_verification`, which waits until the name is verified: a consumer
    that switches private DNS on before that is refused. Also `terraform_data`, which tells that the name
    changed: AWS then gives another record, known only after the change.

    Arguments:
        service: the endpoint service; its name is `name`.
        name: the private DNS name, perhaps with `*` as its first label.
        zone_id: the public Route 53 zone for the record; None when the domain's DNS is elsewhere.
        zone_provider: the AWS provider of the zone's account; None for the service's.
        record_exists: whether the record was made elsewhere, so that verification can begin.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        service: EndpointService,
        name: str,
        zone_id: str | None = None,
        zone_provider: aws.AwsProvider | None = None,
        record_exists: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._service = f"aws_vpc_endpoint_service.{service.address}"
        self._name = name
        # A plan that changes the name still has the former record, or none, in the service's attributes; this
        # resource's output is not known in such a plan, and so neither is what depends on it.
        self.add(aws.DataResource, input={"name": name})
        self.record = {part: self._of_record(part) for part in ("name", "type", "value")}
        self.record["domain"] = name.removeprefix("*.")
        if zone_id:
            self._add_record(zone_id, zone_provider)
        elif not record_exists:
            return
        self.add(
            aws.VpcEndpointServicePrivateDnsVerification,
            service_id=service.service_id,
            wait_for_verification=True,
            depends_on=[self._record] if zone_id else [],
            # Another name has to be verified again.
            lifecycle=aws.TerraformResourceLifecycle(replace_triggered_by=[f"terraform_data.{self.address}"]),
        )

    def _of_record(self, part: str) -> str:
        """Terraform reference to a part of the record that AWS wants."""
        current = f'terraform_data.{self.address}.output.name == "{self._name}"'
        # Not null: of two branches that are both null Terraform knows the outcome, whatever the condition.
        return f'${{{current} ? one({self._service}.private_dns_name_configuration[*].{part}) : ""}}'

    def _add_record(self, zone_id: str, provider: aws.AwsProvider | None) -> None:
        domain = self._name.removeprefix("*.")
        zone = self.add(
            aws.DataAwsRoute53Zone,
            zone_id=zone_id,
            provider=provider,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    aws.Postcondition(
                        condition="${!self.private_zone}",
                        error_message=(
                            f"zone {zone_id} (${{self.name}}) is private: AWS looks for the record that "
                            f"verifies {self._name} in public DNS; give the public zone of the domain"
                        ),
                    ),
                    holds(zone_id, domain, "give the public zone of the name or of a domain above it"),
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
