"""EndpointService: a VPC endpoint service, and the principals that may connect to it."""

import hashlib
import re
from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.constructs.rules import OPEN_TO_EVERYONE, PRIVATE_DNS_NAME_LEFT
from privatelink.facts import EVERYONE, AddressFamily
from privatelink.framework import aws


def principal_key(principal: str) -> str:
    """Return a principal's part of a Terraform address, which does not depend on its position in the list.

    `arn:aws:iam::123456789012:role/team/reader` becomes `account-123456789012-role-team-reader` and a hash,
    as slashes and other characters are replaced.
    """
    if principal == EVERYONE:
        return "everyone"
    _, _, _, _, account, resource = principal.split(":", maxsplit=5)
    readable = re.sub(r"[^A-Za-z0-9-]", "-", resource)
    if resource == "root":
        return f"account-{account}"
    return f"account-{account}-{readable}-{hashlib.sha256(principal.encode()).hexdigest()[:8]}"


class EndpointService(Component):
    """Offer Network Load Balancers to other VPCs as a VPC endpoint service.

    Creates `aws_vpc_endpoint_service`, and an `aws_vpc_endpoint_service_allowed_principal` for each
    principal, never the service's inline list, which would conflict with these. Without a private DNS name,
    every plan warns if the service has one: Terraform cannot remove it.

    Arguments:
        name: the Name tag.
        network_load_balancer_arns: ARNs of Network Load Balancers with the same listeners, which are in no
            other service.
        acceptance_required: whether the provider must accept each connection; default: True.
        allowed_principals: `*`, or ARNs of accounts, users or roles; default: none, so that only the
            service's own account may connect.
        open_to_everyone: whether `*` is allowed although acceptance is not required; default: False.
        private_dns_name: private DNS name, which a `PrivateDnsName` verifies; default: none.
        supported_regions: Regions of the consumers, including the service's own, such as `eu-west-1`;
            default: the service's own, or the former ones of a service that had some.
        supported_ip_address_types: `ipv4`, `ipv6` or both; `ipv6` needs dualstack load balancers; default:
            `ipv4`.
        preconditions: conditions that must be true before the service is created or changed.

    Attributes:
        service_id: ID of the service, `vpce-svc-…`.
        arn: ARN of the service.
        service_name: name to which consumers connect, `com.amazonaws.vpce.<region>.vpce-svc-…`.
        availability_zones: names of the zones of the service.

    Raises:
        ValueError: `*` without acceptance, unless `open_to_everyone` is set.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        network_load_balancer_arns: Sequence[str],
        acceptance_required: bool = True,
        allowed_principals: Sequence[str] = (),
        open_to_everyone: bool = False,
        private_dns_name: str | None = None,
        supported_regions: Sequence[str] = (),
        supported_ip_address_types: Sequence[AddressFamily] = ("ipv4",),
        preconditions: Sequence[aws.Precondition] = (),
    ) -> None:
        if EVERYONE in allowed_principals and not acceptance_required and not open_to_everyone:
            raise ValueError(
                str(OPEN_TO_EVERYONE.broken(given=f"allowed_principals={[*allowed_principals]}"))
            )
        super().__init__(scope, id)
        service = self.add(
            aws.VpcEndpointService,
            acceptance_required=acceptance_required,
            network_load_balancer_arns=list(network_load_balancer_arns),
            private_dns_name=private_dns_name,
            supported_ip_address_types=list(supported_ip_address_types),
            supported_regions=list(supported_regions) or None,
            tags={"Name": name},
            lifecycle=(
                aws.TerraformResourceLifecycle(precondition=list(preconditions)) if preconditions else None
            ),
        )
        self.service_id = service.id
        if private_dns_name is None:
            self._warn_of_former_private_dns_name()
        self.arn = service.arn
        self.service_name = service.service_name
        self.availability_zones = service.availability_zones
        for principal in allowed_principals:
            self.add(
                aws.VpcEndpointServiceAllowedPrincipal,
                principal_key(principal),
                vpc_endpoint_service_id=self.service_id,
                principal_arn=principal,
            )

    def _warn_of_former_private_dns_name(self) -> None:
        # The provider reads "no name" as "keep the name".
        service = f"aws_vpc_endpoint_service.{self.address}"
        broken = PRIVATE_DNS_NAME_LEFT.broken(
            given=f"${{{service}.private_dns_name}}", service_id=f"${{{service}.id}}"
        )
        self.warn(
            "has_no_private_dns_name",
            condition=f'${{coalesce({service}.private_dns_name, "-") == "-"}}',
            error_message=str(broken),
        )
