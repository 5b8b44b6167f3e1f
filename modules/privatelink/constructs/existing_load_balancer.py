"""ExistingLoadBalancer: a Network Load Balancer that someone else made."""

from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.framework import aws
from privatelink.topology.rules.listener import Listener


class ExistingLoadBalancer(Component):
    """Look up a Network Load Balancer and its listeners; change nothing of it.

    Reads `aws_lb` and, for each listener, `aws_lb_listener`. Planning fails when it is of another type, lacks
    one of the listeners, or has it with another protocol: an endpoint picks one of a service's load balancers
    at random, so they have to serve alike.

    Arguments:
        arn: the load balancer's ARN.
        listeners: what it has to listen on.
        zones: how many zones it has to be in: two where consumers of other regions connect.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#considerations-endpoint-services
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        arn: str,
        listeners: Sequence[Listener],
        zones: int = 1,
    ) -> None:
        super().__init__(scope, id)
        self.arn: str = self.add(
            aws.DataAwsLb,
            arn=arn,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    aws.Postcondition(
                        condition='${self.load_balancer_type == "network"}',
                        error_message=(
                            f"{arn} is of type ${{self.load_balancer_type}}, not network: "
                            "correct existing_load_balancers"
                        ),
                    ),
                    aws.Postcondition(
                        condition=f"${{length(self.subnets) >= {zones}}}",
                        error_message=(
                            f"{arn} is in ${{length(self.subnets)}} zone: consumers of other regions need "
                            "two at least; add a zone to it, or remove supported_regions"
                        ),
                    ),
                ]
            ),
        ).arn
        found = f"data.aws_lb.{self.address}"
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        self.warn(
            "two-zones",
            condition=f"${{length({found}.subnets) >= 2}}",
            message=f"{arn} is in one zone: the service fails when it does; two or more are advised",
        )
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        enforced = f"{found}.enforce_security_group_inbound_rules_on_private_link_traffic"
        self.warn(
            "admits-private-link",
            condition=f'${{length({found}.security_groups) == 0 || {enforced} == "off"}}',
            message=(
                f"the security groups of {arn} hold PrivateLink traffic, too: they have to admit the private "
                "addresses of every consumer, or the enforcement has to be off"
            ),
        )
        for listener in listeners:
            self.add(
                aws.DataAwsLbListener,
                f"port-{listener.port}",
                load_balancer_arn=self.arn,
                port=listener.port,
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[
                        aws.Postcondition(
                            condition=f'${{self.protocol == "{listener.protocol}"}}',
                            error_message=(
                                f"port {listener.port} of {arn} is ${{self.protocol}}, not "
                                f"{listener.protocol}: correct listeners, or the load balancer's"
                            ),
                        )
                    ]
                ),
            )
