"""AutoScalingBackends: web servers behind the load balancer, kept by Auto Scaling groups."""

import base64
from collections.abc import Mapping

from privatelink.constructs.backends import user_data
from privatelink.constructs.component import Component
from privatelink.constructs.instances import METADATA_OPTIONS, ROOT_VOLUME, amazon_linux_image
from privatelink.constructs.security_group import add_security_group
from privatelink.constructs.targets import Targets
from privatelink.framework import aws


class AutoScalingBackends(Component):
    """Create an Auto Scaling group in each zone, whose instances serve the zone's text over HTTP.

    Creates an `aws_launch_template` and an `aws_autoscaling_group` for each zone, and one
    `aws_security_group` without rules, to which a load balancer adds its own. A single group for all zones
    could leave a zone without instances while another has all, and a zone of the load balancer without a
    target fails its clients. The group replaces unhealthy instances, and all instances, a few at a time,
    after a new image or text.

    Arguments:
        name: prefix of the names and Name tags.
        vpc_id: ID of the VPC.
        subnet_ids: subnet ID by zone.
        texts: text that the servers of a zone return, by zone; not a Terraform template.
        min_size: minimum number of instances in each zone.
        max_size: maximum number of instances in each zone.
        tags: tags of the instances and their volumes, which do not get the provider's `default_tags`.
        port: TCP port of the servers; default: 80.
        instance_type: EC2 instance type, x86_64; default: t3.micro.
        kms_key_id: ARN of the KMS key of the root volumes, whose policy must allow EC2 Auto Scaling to use
            it; default: the account's default key for EBS.

    Attributes:
        port: TCP port of the servers.
        group_names: name of the Auto Scaling group by zone.
        targets: the Auto Scaling groups, as targets of a load balancer.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        vpc_id: str,
        subnet_ids: Mapping[str, str],
        texts: Mapping[str, str],
        min_size: int,
        max_size: int,
        tags: Mapping[str, str],
        port: int = 80,
        instance_type: str = "t3.micro",
        kms_key_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.port = port
        security_group_id = add_security_group(
            self,
            name=f"{name}-backends",
            description="Backends: traffic and health checks from the load balancer alone",
            vpc_id=vpc_id,
        )
        image = amazon_linux_image(self)
        self.group_names: dict[str, str] = {}
        for zone, subnet_id in subnet_ids.items():
            server = f"{name}-backend-{zone}"
            template = f"aws_launch_template.{self.address_of(zone)}"
            self.add(
                aws.LaunchTemplate,
                zone,
                name_prefix=f"{server}-",
                image_id=image,
                instance_type=instance_type,
                update_default_version=True,
                # Not Terraform's base64encode: cdktf loses the backslashes of its argument.
                user_data=base64.b64encode(user_data(texts[zone], port).encode()).decode(),
                metadata_options=aws.LaunchTemplateMetadataOptions(**METADATA_OPTIONS),
                # Overrides a subnet that assigns public addresses.
                network_interfaces=[
                    aws.LaunchTemplateNetworkInterfaces(
                        device_index=0,
                        associate_public_ip_address="false",
                        delete_on_termination="true",
                        security_groups=[security_group_id],
                    )
                ],
                block_device_mappings=[
                    aws.LaunchTemplateBlockDeviceMappings(
                        device_name="/dev/xvda",
                        # Unlike in an instance, these two are strings.
                        ebs=aws.LaunchTemplateBlockDeviceMappingsEbs(
                            **ROOT_VOLUME,
                            encrypted="true",
                            kms_key_id=kms_key_id,
                            delete_on_termination="true",
                        ),
                    )
                ],
                tag_specifications=[
                    aws.LaunchTemplateTagSpecifications(resource_type=kind, tags={**tags, "Name": server})
                    for kind in ("instance", "volume")
                ],
                tags={"Name": server},
            )
            self.group_names[zone] = self.add(
                aws.AutoscalingGroup,
                zone,
                name_prefix=f"{server}-",
                vpc_zone_identifier=[subnet_id],
                min_size=min_size,
                max_size=max_size,
                launch_template=aws.AutoscalingGroupLaunchTemplate(
                    id=f"${{{template}.id}}", version=f"${{{template}.latest_version}}"
                ),
                health_check_type="ELB",
                health_check_grace_period=60,
                default_instance_warmup=60,
                instance_refresh=aws.AutoscalingGroupInstanceRefresh(
                    strategy="Rolling",
                    preferences=aws.AutoscalingGroupInstanceRefreshPreferences(
                        min_healthy_percentage=100, max_healthy_percentage=200
                    ),
                ),
                wait_for_capacity_timeout="10m",
                tag=[aws.AutoscalingGroupTag(key="Name", value=server, propagate_at_launch=True)],
            ).name
        self.targets = Targets(
            target_type="instance",
            autoscaling_group_names=self.group_names,
            security_group_id=security_group_id,
        )
