"""Auto Scaling groups: instances with all settings of the launch template, in all subnets of the group.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-groups.html
The group has its desired capacity at once. Instances that fail health checks are not replaced.
"""

import copy
import re
from collections import Counter

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import ASG_NAME_TAG, AutoScalingBackend, FakeAutoScalingGroup, InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import utcnow
from moto.ec2.utils import convert_tag_spec
from moto.moto_api._internal import mock_random

from privatelink.sandbox.instances import with_root_size
from privatelink.sandbox.untyped import Moto

KEPT = (
    "CapacityRebalance",
    "DefaultCooldown",
    "DefaultInstanceWarmup",
    "InstanceMaintenancePolicy",
    "MaxInstanceLifetime",
    "TerminationPolicies",
)
"""Settings of a group that moto drops on creation or update."""


def keep_settings(group: FakeAutoScalingGroup, request: dict[str, object]) -> None:
    """Store these settings of a request; moto reads each from an attribute with its name in snake case."""
    for name in KEPT:
        if name in request:
            setattr(group, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), request[name])


def launch(group: FakeAutoScalingGroup, tags: dict[str, str]) -> None:
    """Launch one instance, in the zone with the fewest instances."""
    version = group.ec2_launch_template.get_version(group.launch_template_version)
    data = copy.deepcopy(version.data)
    subnet_ids = group.vpc_zone_identifier.split(",")
    held = Counter(state.instance.subnet_id for state in group.instance_states)
    subnet_id = min(subnet_ids, key=lambda subnet_id: held[subnet_id])

    arguments: dict[str, object] = {
        "instance_type": data.get("InstanceType", "m1.small"),
        "is_instance_type_default": "InstanceType" not in data,
        "region_name": group.region,
        "subnet_id": subnet_id,
        "key_name": data.get("KeyName"),
        "ebs_optimized": data.get("EbsOptimized", False),
        "monitoring_state": "enabled" if data.get("Monitoring", {}).get("Enabled") else "disabled",
        "metadata_options": data.get("MetadataOptions", {}),
        "security_group_ids": data.get("SecurityGroupIds", []),
        "nics": data.get("NetworkInterfaces", []),
        "associate_public_ip": None,  # the setting of the network interface, or else of the subnet
        "launch_template": {"LaunchTemplateId": version.template.id, "Version": str(version.number)},
        "tags": {
            "instance": {**tags, ASG_NAME_TAG: group.name},
            "volume": convert_tag_spec(data.get("TagSpecifications", [])).get("volume", {}),
        },
    }
    if devices := data.get("BlockDeviceMappings"):
        arguments["block_device_mappings"] = with_root_size(devices)
    backend = group.autoscaling_backend.ec2_backend
    reservation = backend.run_instances(version.image_id, 1, version.user_data, [], **arguments)
    (instance,) = reservation.instances
    if profile := data.get("IamInstanceProfile"):
        backend.associate_iam_instance_profile(
            instance_id=instance.id,
            iam_instance_profile_name=profile.get("Name"),
            iam_instance_profile_arn=profile.get("Arn"),
        )
    instance.autoscaling_group = group
    protected = group.new_instances_protected_from_scale_in
    group.instance_states.append(InstanceState(instance, protected_from_scale_in=protected))


def forget_terminated(backend: AutoScalingBackend, group: FakeAutoScalingGroup) -> None:
    """Deregister terminated instances from target groups, which moto does not do."""
    for arn in group.target_group_arns:
        target_group = backend.elbv2_backend.target_groups.get(arn)
        for target_id in list(target_group.targets) if target_group else ():
            instance = backend.ec2_backend.get_instance_by_id(target_id)
            if instance is not None and instance.state == "terminated":
                target_group.deregister_terminated_instances([target_id])


def find(backend: AutoScalingBackend, name: str) -> FakeAutoScalingGroup:
    """Return a group.

    Raises:
        AutoscalingClientError: it does not exist.
    """
    if name not in backend.autoscaling_groups:
        raise AutoscalingClientError("ValidationError", "AutoScalingGroup name not found - null")
    return backend.autoscaling_groups[name]


def check_target_groups(backend: AutoScalingBackend, arns: list[str]) -> None:
    """Check that target groups exist, and have targets of type instance.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/getting-started-elastic-load-balancing.html

    Raises:
        AutoscalingClientError: one does not exist, or has another target type.
    """
    for arn in arns:
        found = backend.elbv2_backend.target_groups.get(arn)
        if found is None:
            raise AutoscalingClientError(
                "ValidationError",
                "Provided target groups may not be valid. Please ensure they exist and try again.",
            )
        if found.target_type != "instance":
            raise AutoscalingClientError(
                "ValidationError",
                f"Provided Target Group '{arn}' has invalid target type. Please ensure all provided Target "
                "Groups have target type of instance.",
            )


class Actions(BaseResponse):  # type: ignore[misc]
    """The actions on instance refreshes, which moto lacks. A refresh ends at once.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
    """

    def start_instance_refresh(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html"""
        backend = self.autoscaling_backend
        group = find(backend, self._get_param("AutoScalingGroupName"))
        start = utcnow()
        for state in list(group.instance_states):
            # The new instance goes to the same zone, which now has the fewest instances.
            group.instance_states.remove(state)
            launch(group, group.get_propagated_tags())
            backend.ec2_backend.terminate_instances([state.instance.id])
        backend.update_attached_target_groups(group.name)
        refresh = {
            "InstanceRefreshId": str(mock_random.uuid4()),
            "AutoScalingGroupName": group.name,
            "Status": "Successful",
            "StartTime": start,
            "EndTime": utcnow(),
            "PercentageComplete": 100,
            "InstancesToUpdate": 0,
            "Preferences": self._get_param("Preferences", {}),
        }
        refreshes(group).insert(0, refresh)
        return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})

    def describe_instance_refreshes(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html"""
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        wanted = self._get_param("InstanceRefreshIds", [])
        found = [item for item in refreshes(group) if not wanted or item["InstanceRefreshId"] in wanted]
        return ActionResult({"InstanceRefreshes": found})

    def cancel_instance_refresh(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html"""
        group = find(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))
        raise AutoscalingClientError(
            "ActiveInstanceRefreshNotFound",
            f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}",
        )


def refreshes(group: FakeAutoScalingGroup) -> list[dict[str, object]]:
    """Return the instance refreshes of a group, the latest first."""
    if not hasattr(group, "instance_refreshes"):
        group.instance_refreshes = []
    found: list[dict[str, object]] = group.instance_refreshes
    return found


def install() -> None:
    """Extend the groups and the backend of moto."""
    replace = FakeAutoScalingGroup.replace_autoscaling_group_instances
    attach, register, terminated = (
        AutoScalingBackend.attach_load_balancer_target_groups,
        AutoScalingBackend.update_attached_target_groups,
        AutoScalingBackend.notify_terminate_instances,
    )
    create, update, delete = (
        AutoScalingResponse.create_auto_scaling_group,
        AutoScalingResponse.update_auto_scaling_group,
        AutoScalingResponse.delete_auto_scaling_group,
    )

    def replace_instances(self: Moto, count_needed: int, propagated_tags: dict[str, str]) -> None:
        if self.ec2_launch_template is None or not self.vpc_zone_identifier:
            replace(self, count_needed, propagated_tags)
            return
        for _ in range(count_needed):
            launch(self, propagated_tags)

    def launch_template(self: Moto) -> dict[str, str | None] | None:
        tags = {tag["key"]: tag["value"] for tag in self.instance.get_tags()}
        template = self.auto_scaling_group.ec2_launch_template
        if template is None:
            return None
        return {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Version": tags.get("aws:ec2launchtemplate:version"),
        }

    def update_attached_target_groups(self: Moto, group_name: str) -> None:
        forget_terminated(self, self.autoscaling_groups[group_name])
        register(self, group_name)

    def notify_terminate_instances(self: Moto, instance_ids: list[str]) -> None:
        terminated(self, instance_ids)
        for name in self.autoscaling_groups:
            self.update_attached_target_groups(name)  # moto does this only for Classic Load Balancers

    def attach_load_balancer_target_groups(self: Moto, group_name: str, target_group_arns: list[str]) -> None:
        find(self, group_name)
        check_target_groups(self, target_group_arns)
        attach(self, group_name, target_group_arns)

    def create_auto_scaling_group(self: Moto) -> Moto:
        name = self._get_param("AutoScalingGroupName")
        if name in self.autoscaling_backend.autoscaling_groups:
            raise AutoscalingClientError(
                "AlreadyExists",
                f"AutoScalingGroup by this name already exists - A group with the name {name} already exists",
            )
        answer = create(self)
        keep_settings(find(self.autoscaling_backend, name), self._get_params())
        return answer

    def update_auto_scaling_group(self: Moto) -> Moto:
        answer = update(self)
        keep_settings(
            find(self.autoscaling_backend, self._get_param("AutoScalingGroupName")), self._get_params()
        )
        return answer

    def delete_auto_scaling_group(self: Moto) -> Moto:
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        if group and group.instance_states and not self._get_param("ForceDelete", False):
            raise AutoscalingClientError(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
                "request(s) still in the group.",
            )
        return delete(self)

    FakeAutoScalingGroup.replace_autoscaling_group_instances = replace_instances
    InstanceState.launch_template = property(launch_template)
    AutoScalingBackend.update_attached_target_groups = update_attached_target_groups
    AutoScalingBackend.attach_load_balancer_target_groups = attach_load_balancer_target_groups
    AutoScalingBackend.notify_terminate_instances = notify_terminate_instances
    AutoScalingResponse.create_auto_scaling_group = create_auto_scaling_group
    AutoScalingResponse.update_auto_scaling_group = update_auto_scaling_group
    AutoScalingResponse.delete_auto_scaling_group = delete_auto_scaling_group
