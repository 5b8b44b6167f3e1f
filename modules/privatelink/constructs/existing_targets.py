"""ExistingTargets: instances, Auto Scaling groups, addresses or an ALB that are managed elsewhere."""

from collections.abc import Collection, Mapping
from ipaddress import IPv4Address

from privatelink.constructs.any_network import AnyNetwork
from privatelink.constructs.component import Component
from privatelink.constructs.conditions import postcondition, precondition
from privatelink.constructs.existing_network import in_vpc
from privatelink.constructs.peer import Peer
from privatelink.constructs.rules import LOAD_BALANCER_TYPE, OTHER_VPC, TARGET_ZONE
from privatelink.constructs.targets import Targets
from privatelink.framework import aws


class ExistingTargets(Component):
    """Read the existing targets of a load balancer.

    Reads `aws_instance` and its `aws_subnet` for each instance, `aws_autoscaling_group` for each group and
    `aws_subnets` of the VPC, or `aws_lb`. The plan fails if an instance, an Auto Scaling group or the
    Application Load Balancer is in another VPC, or a zone of the load balancer has no instance. Whether an
    Auto Scaling group has an instance in each zone is not checked: its instances come and go.

    Exactly one of `instance_ids`, `ip_addresses`, `autoscaling_group_names` and
    `application_load_balancer_arn` is given.

    Arguments:
        network: network of the load balancer.
        instance_ids: instance ID by a key that stays the same; only with an `ExistingNetwork`.
        ip_addresses: private IPv4 address by a key that stays the same.
        autoscaling_group_names: name of an Auto Scaling group by a key that stays the same; only with an
            `ExistingNetwork`; default: none.
        application_load_balancer_arn: ARN of an Application Load Balancer.
        security_group_id: security group of the targets, to which rules for the load balancer are added;
            default: none, and the owner of the targets adds the rules.
        enable_cross_zone_load_balancing: whether each zone of the load balancer forwards to the targets in
            all zones; default: False.

    Attributes:
        targets: the targets of a load balancer.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        network: AnyNetwork,
        instance_ids: Mapping[str, str],
        ip_addresses: Mapping[str, IPv4Address],
        autoscaling_group_names: Mapping[str, str] | None = None,
        application_load_balancer_arn: str | None = None,
        security_group_id: str | None = None,
        enable_cross_zone_load_balancing: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._network = network
        if application_load_balancer_arn:
            found = self._read_load_balancer(application_load_balancer_arn)
            self.targets = Targets(
                target_type="alb",
                target_ids={"application-load-balancer": application_load_balancer_arn},
                security_group_id=security_group_id or found,
                add_ingress_rules=security_group_id is not None,
            )
        elif autoscaling_group_names:
            self._read_groups(autoscaling_group_names)
            self.targets = Targets(
                target_type="instance",
                autoscaling_group_names=autoscaling_group_names,
                security_group_id=security_group_id,
                peers=[Peer.cidr_ipv4(network.cidr_block, key="vpc")],
            )
        elif instance_ids:
            self.targets = Targets(
                target_type="instance",
                target_ids=instance_ids,
                security_group_id=security_group_id,
                peers=self._read_instances(instance_ids),
                zone_conditions=None if enable_cross_zone_load_balancing else self._each_zone_has,
            )
        else:
            self.targets = Targets(
                target_type="ip",
                target_ids={key: str(address) for key, address in ip_addresses.items()},
                security_group_id=security_group_id,
                peers=[Peer.cidr_ipv4(f"{address}/32", key=key) for key, address in ip_addresses.items()],
                availability_zones={
                    key: network.availability_zone_of(address) for key, address in ip_addresses.items()
                },
            )

    def _read_load_balancer(self, arn: str) -> str:
        """Read an Application Load Balancer; return one of its security groups.

        Each network interface of a load balancer has all of its security groups, so a rule for one of them
        applies to all of its interfaces.
        """
        self.add(
            aws.DataAwsLb,
            arn=arn,
            lifecycle=aws.TerraformResourceLifecycle(
                postcondition=[
                    postcondition(
                        '${self.load_balancer_type == "application"}',
                        LOAD_BALANCER_TYPE.broken(
                            given=arn, found="${self.load_balancer_type}", type="application"
                        ),
                    ),
                    in_vpc(self._network.vpc_reference, "load balancer", arn),
                ]
            ),
        )
        return f"${{sort(data.aws_lb.{self.address}.security_groups)[0]}}"

    def _read_groups(self, names: Mapping[str, str]) -> None:
        """Read Auto Scaling groups, and the subnets of the VPC, of which theirs must be.

        A group without subnets has the default ones of its zones.
        """
        vpc = f"${{{self._network.vpc_reference}}}"
        self.add(aws.DataAwsSubnets, filter=[aws.DataAwsSubnetsFilter(name="vpc-id", values=[vpc])])
        outside = (
            f'setsubtract(compact(split(",", self.vpc_zone_identifier)), data.aws_subnets.{self.address}.ids)'
        )
        for key, name in names.items():
            self.add(
                aws.DataAwsAutoscalingGroup,
                key,
                name=name,
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[
                        postcondition(
                            f"${{length({outside}) == 0}}",
                            OTHER_VPC.broken(
                                given=name,
                                resource="Auto Scaling group",
                                found=f'with ${{join(", ", {outside})}}',
                                vpc=vpc,
                            ),
                        )
                    ]
                ),
            )

    def _read_instances(self, instance_ids: Mapping[str, str]) -> list[Peer]:
        for key, instance_id in instance_ids.items():
            self.add(aws.DataAwsInstance, key, instance_id=instance_id)
            self.add(
                aws.DataAwsSubnet,
                key,
                id=f"${{{self._instance(key)}.subnet_id}}",
                lifecycle=aws.TerraformResourceLifecycle(
                    postcondition=[in_vpc(self._network.vpc_reference, "instance", instance_id)]
                ),
            )
        return [Peer.cidr_ipv4(f"${{{self._instance(key)}.private_ip}}/32", key=key) for key in instance_ids]

    def _each_zone_has(self, instance_ids: Collection[str]) -> list[aws.Precondition]:
        zones = ", ".join(f"{self._instance(key)}.availability_zone" for key in instance_ids)
        return [
            precondition(
                f"${{contains([{zones}], {self._network.zone_name(zone)})}}",
                TARGET_ZONE.broken(zone=zone),
            )
            for zone in self._network.subnet_ids
        ]

    def _instance(self, key: str) -> str:
        return f"data.aws_instance.{self.address_of(key)}"
