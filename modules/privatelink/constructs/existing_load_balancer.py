"""ExistingLoadBalancer: a Network Load Balancer that is managed elsewhere."""

from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.constructs.conditions import postcondition
from privatelink.constructs.rules import (
    CROSS_REGION_ONE_ZONE,
    LISTENER_PROTOCOL,
    LOAD_BALANCER_TYPE,
    ONE_ZONE,
    PRIVATE_LINK_FILTERED,
)
from privatelink.framework import aws
from privatelink.topology.rules.listener import Listener


class ExistingLoadBalancer(Component):
    """Read a Network Load Balancer and its listeners, without changing them.

    Reads `aws_lb` and an `aws_lb_listener` for each listener. The plan fails if the load balancer is of
    another type, has too few zones, or lacks a listener or has it with another protocol: an endpoint is
    connected to any one of a service's load balancers, so all must have the same listeners. Every plan warns
    of a load balancer in one zone, and of one that applies its security groups to PrivateLink traffic.

    Arguments:
        arn: ARN of the load balancer.
        listeners: listeners that it must have, by port and protocol.
        min_zones: minimum number of its zones: 2 if consumers of other Regions connect; default: 1.

    Attributes:
        arn: ARN of the load balancer, known once the conditions are met.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#considerations-endpoint-services
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        arn: str,
        listeners: Sequence[Listener],
        min_zones: int = 1,
    ) -> None:
        super().__init__(scope, id)
        self.arn: str = self.add(
            aws.DataAwsLb,
            arn=arn,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    postcondition(
                        '${self.load_balancer_type == "network"}',
                        LOAD_BALANCER_TYPE.broken(
                            given=arn, found="${self.load_balancer_type}", type="network"
                        ),
                    ),
                    postcondition(
                        f"${{length(self.subnets) >= {min_zones}}}",
                        CROSS_REGION_ONE_ZONE.broken(given=arn),
                    ),
                ]
            ),
        ).arn
        found = f"data.aws_lb.{self.address}"
        self.warn(
            "two-zones",
            condition=f"${{length({found}.subnets) >= 2}}",
            error_message=str(ONE_ZONE.broken(given=arn)),
        )
        enforced = f"{found}.enforce_security_group_inbound_rules_on_private_link_traffic"
        self.warn(
            "admits-private-link",
            condition=f'${{length({found}.security_groups) == 0 || {enforced} == "off"}}',
            error_message=str(PRIVATE_LINK_FILTERED.broken(given=arn)),
        )
        for listener in listeners:
            self.add(
                aws.DataAwsLbListener,
                f"port-{listener.port}",
                load_balancer_arn=self.arn,
                port=listener.port,
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[
                        postcondition(
                            f'${{self.protocol == "{listener.protocol}"}}',
                            LISTENER_PROTOCOL.broken(
                                given=arn,
                                port=listener.port,
                                found="${self.protocol}",
                                protocol=listener.protocol,
                            ),
                        )
                    ]
                ),
            )
