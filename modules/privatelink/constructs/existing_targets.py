"""ExistingTargets: instances, addresses or an Application Load Balancer that someone else made."""

from collections.abc import Mapping
from ipaddress import IPv4Address

from privatelink.constructs.component import Component
from privatelink.constructs.existing_network import ExistingNetwork, of_vpc
from privatelink.constructs.network import Network
from privatelink.constructs.security_group import Peer
from privatelink.constructs.targets import Targets
from privatelink.framework import aws


class ExistingTargets(Component):
    """Look up what answers already.

    Reads `aws_instance` and its `aws_subnet` for each instance, or `aws_lb`. Planning fails when an instance
    or the load balancer is of another VPC, or a zone would have no instance to forward to.

    Arguments:
        network: the network of the load balancer.
        instances: instance id by a stable key; a VPC to be made has none.
        addresses: private IPv4 address by a stable key.
        application_load_balancer: ARN.
        security_group_id: a group that the targets carry, to admit the load balancer; None leaves that to
            who made them.
        cross_zone: whether a zone of the load balancer may forward to targets of the others.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        network: Network | ExistingNetwork,
        instances: Mapping[str, str],
        addresses: Mapping[str, IPv4Address],
        application_load_balancer: str | None = None,
        security_group_id: str | None = None,
        cross_zone: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._network = network
        if application_load_balancer:
            self.targets = Targets(
                kind="alb",
                ids={"application-load-balancer": application_load_balancer},
                security_group_id=security_group_id,
                reached_at=self._of_balancer(application_load_balancer),
            )
        elif instances:
            self.targets = Targets(
                kind="instance",
                ids=instances,
                security_group_id=security_group_id,
                reached_at=self._of_instances(instances),
                conditions=[] if cross_zone else self._in_every_zone(instances),
            )
        else:
            self.targets = Targets(
                kind="ip",
                ids={key: str(address) for key, address in addresses.items()},
                security_group_id=security_group_id,
                reached_at={key: {"cidr_ipv4": f"{address}/32"} for key, address in addresses.items()},
                availability_zones={
                    key: network.availability_zone_of(address) for key, address in addresses.items()
                },
            )

    def _of_balancer(self, arn: str) -> dict[str, Peer]:
        found = f"data.aws_lb.{self.address}"
        self.add(
            aws.DataAwsLb,
            arn=arn,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    aws.Postcondition(
                        condition='${self.load_balancer_type == "application"}',
                        error_message=(
                            f"{arn} is of type ${{self.load_balancer_type}}, not application: "
                            "correct targets.application_load_balancer"
                        ),
                    ),
                    of_vpc(self._network.vpc_reference, arn, "targets.application_load_balancer"),
                ]
            ),
        )
        # Each interface of a load balancer carries all of its groups, so one of them tells them all.
        return {"": {"referenced_security_group_id": f"${{sort({found}.security_groups)[0]}}"}}

    def _of_instances(self, instances: Mapping[str, str]) -> dict[str, Peer]:
        for key, instance_id in instances.items():
            self.add(aws.DataAwsInstance, key, instance_id=instance_id)
            self.add(
                aws.DataAwsSubnet,
                key,
                id=f"${{{self._instance(key)}.subnet_id}}",
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[
                        of_vpc(
                            self._network.vpc_reference, f"instance {instance_id}", f"targets.instances.{key}"
                        )
                    ]
                ),
            )
        return {key: {"cidr_ipv4": f"${{{self._instance(key)}.private_ip}}/32"} for key in instances}

    def _in_every_zone(self, instances: Mapping[str, str]) -> list[aws.Precondition]:
        """Each zone of the load balancer uses the targets in it alone, unless it may cross zones.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        """
        zones = ", ".join(f"{self._instance(key)}.availability_zone" for key in instances)
        return [
            aws.Precondition(
                condition=f"${{contains([{zones}], {self._network.zone_name(zone)})}}",
                error_message=(
                    f"no target in zone {zone}: add an instance of that zone to targets.instances, "
                    "or set load_balancer.cross_zone: true"
                ),
            )
            for zone in self._network.subnet_ids
        ]

    def _instance(self, key: str) -> str:
        return f"data.aws_instance.{self.address_of(key)}"
