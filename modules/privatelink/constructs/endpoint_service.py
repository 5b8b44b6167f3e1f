"""EndpointService: a load balancer offered to other VPCs, and who may ask for it."""

import hashlib
import re
from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.facts import EVERYONE
from privatelink.framework import aws


def principal_key(principal: str) -> str:
    """A Terraform-safe key that is the same for a principal wherever it stands in the list.

    `arn:aws:iam::123456789012:role/team/reader` is `account-123456789012-role-team-reader` and a hash, since
    slashes and other characters are lost.
    """
    if principal == EVERYONE:
        return "everyone"
    _, _, _, _, account, resource = principal.split(":", maxsplit=5)
    readable = re.sub(r"[^A-Za-z0-9-]", "-", resource)
    if resource == "root":
        return f"account-{account}"
    return f"account-{account}-{readable}-{hashlib.sha256(principal.encode()).hexdigest()[:8]}"


class EndpointService(Component):
    """Offer load balancers as a VPC endpoint service.

    Creates `aws_vpc_endpoint_service`, and `aws_vpc_endpoint_service_allowed_principal` for each principal.

    Arguments:
        name: the Name tag.
        load_balancer_arns: Network Load Balancers with equal listeners, each behind this service alone.
        acceptance_required: whether a new connection waits for the provider; the safe default.
        allowed_principals: `*`, or ARNs of account roots, users or roles; none admits the owner's account
            alone. They are resources of their own, never the service's inline list, which would fight them.
        private_dns_name: a name of the provider's own, which `PrivateDnsName` has verified; None for none.
        supported_regions: regions whose consumers may connect, the service's own among them, as AWS wants
            it; left out, what was given before stays.
        ip_address_types: addresses that it answers to: ipv4, ipv6 or both; ipv6 with dualstack load
            balancers.
        conditions: what has to hold before it is made.

    Raises ValueError for `*` on a service that accepts by itself, unless `open_to_everyone`.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        load_balancer_arns: Sequence[str],
        acceptance_required: bool = True,
        allowed_principals: Sequence[str] = (),
        open_to_everyone: bool = False,
        private_dns_name: str | None = None,
        supported_regions: Sequence[str] = (),
        ip_address_types: Sequence[str] = ("ipv4",),
        conditions: Sequence[aws.Precondition] = (),
    ) -> None:
        if EVERYONE in allowed_principals and not acceptance_required and not open_to_everyone:
            msg = (
                f'principal "{EVERYONE}" with automatic acceptance opens {name!r} to every AWS account; '
                "name the principals, require acceptance, or set open_to_everyone"
            )
            raise ValueError(msg)
        super().__init__(scope, id)
        service = self.add(
            aws.VpcEndpointService,
            acceptance_required=acceptance_required,
            network_load_balancer_arns=list(load_balancer_arns),
            private_dns_name=private_dns_name,
            supported_ip_address_types=list(ip_address_types),
            supported_regions=list(supported_regions) or None,
            tags={"Name": name},
            lifecycle=aws.TerraformResourceLifecycle(precondition=list(conditions)) if conditions else None,
        )
        self.service_id = service.id
        if private_dns_name is None:
            self._warn_of_a_name_that_stays()
        self.arn = service.arn
        self.service_name = service.service_name
        self.zones = service.availability_zones
        for principal in allowed_principals:
            self.add(
                aws.VpcEndpointServiceAllowedPrincipal,
                principal_key(principal),
                vpc_endpoint_service_id=self.service_id,
                principal_arn=principal,
            )

    def _warn_of_a_name_that_stays(self) -> None:
        """Say in every plan that the service has a private DNS name that it should not have.

        The provider takes no name for any name, and has no way to take one away:
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServiceConfiguration.html
        """
        service = f"aws_vpc_endpoint_service.{self.address}"
        self.warn(
            "has_no_private_dns_name",
            condition=f'${{coalesce({service}.private_dns_name, "-") == "-"}}',
            message=(
                f"the service has the private DNS name ${{{service}.private_dns_name}}, which is not in the "
                "topology, and Terraform cannot take it away: run aws ec2 "
                "modify-vpc-endpoint-service-configuration --remove-private-dns-name "
                f"--service-id ${{{service}.id}}"
            ),
        )
