"""PrivateDns: private DNS of an interface endpoint, turned on after acceptance."""

from privatelink.constructs.component import Component
from privatelink.constructs.conditions import postcondition
from privatelink.constructs.rules import PRIVATE_DNS_BEFORE_ACCEPTANCE, VPC_DNS
from privatelink.facts import AVAILABLE
from privatelink.framework import aws


class PrivateDns(Component):
    """Turn on private DNS of an endpoint, which AWS allows only after the connection is accepted.

    Creates `aws_vpc_endpoint_private_dns`; reads the `aws_vpc_endpoint` and its `aws_vpc`. The plan fails
    while the endpoint is not available, and if the VPC has no DNS support or DNS hostnames. Destroying it
    does not turn private DNS off: that takes the endpoint's own stack.

    Arguments:
        vpc_endpoint_id: ID of the endpoint, `vpce-…`.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        vpc_endpoint_id: str,
    ) -> None:
        super().__init__(scope, id)
        endpoint = self.add(
            aws.DataAwsVpcEndpoint,
            id=vpc_endpoint_id,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    postcondition(
                        f'${{self.state == "{AVAILABLE}"}}',
                        PRIVATE_DNS_BEFORE_ACCEPTANCE.broken(given="${self.id}", state="${self.state}"),
                    )
                ]
            ),
        )
        self.add(
            aws.DataAwsVpc,
            id=endpoint.vpc_id,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    postcondition(
                        "${self.enable_dns_support && self.enable_dns_hostnames}",
                        VPC_DNS.broken(given="${self.id}"),
                    )
                ]
            ),
        )
        self.add(
            aws.VpcEndpointPrivateDns,
            # A reference, so that Terraform checks the conditions above first.
            vpc_endpoint_id=endpoint.id,
            private_dns_enabled=True,
        )
