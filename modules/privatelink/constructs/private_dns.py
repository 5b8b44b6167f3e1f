"""PrivateDns: the service's private DNS name leads to an endpoint."""

from privatelink.constructs.component import Component
from privatelink.facts import AVAILABLE
from privatelink.framework import aws


class PrivateDns(Component):
    """Switch an endpoint's private DNS on, which AWS allows only once the connection is accepted.

    Creates `aws_vpc_endpoint_private_dns`; reads the `aws_vpc_endpoint` and its `aws_vpc`. Planning fails
    until the endpoint is available, and where the VPC has no DNS support or hostnames. Destroying it leaves
    private DNS as it is: the endpoint goes, or has it switched off, in its own stack.

    Arguments:
        endpoint_id: the interface endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        endpoint_id: str,
    ) -> None:
        super().__init__(scope, id)
        endpoint = self.add(
            aws.DataAwsVpcEndpoint,
            id=endpoint_id,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    aws.Postcondition(
                        condition=f'${{self.state == "{AVAILABLE}"}}',
                        error_message=(
                            "endpoint ${self.id} is ${self.state}, not available: private DNS comes after "
                            "acceptance; have the service's owner accept the connection, then apply again"
                        ),
                    )
                ]
            ),
        )
        self.add(
            aws.DataAwsVpc,
            id=endpoint.vpc_id,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    aws.Postcondition(
                        condition="${self.enable_dns_support && self.enable_dns_hostnames}",
                        error_message=(
                            "private DNS needs both DNS support and DNS hostnames in ${self.id}: "
                            "switch both on, then apply again"
                        ),
                    )
                ]
            ),
        )
        self.add(
            aws.VpcEndpointPrivateDns,
            # By reference, so that what is read above is judged first.
            vpc_endpoint_id=endpoint.id,
            private_dns_enabled=True,
        )
