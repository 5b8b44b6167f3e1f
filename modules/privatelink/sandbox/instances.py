"""EC2 instances: security groups, network interfaces and root volumes, in the form that Terraform uses."""

from typing import NotRequired, TypedDict

from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses import EC2Response

from privatelink.sandbox.untyped import Moto

ROOT_VOLUME_GIB = 8
"""The size of the root snapshot of Amazon Linux; moto's images have no snapshots."""


class Volume(TypedDict):
    """The volume of a block device in a request."""

    VolumeSize: NotRequired[int]
    SnapshotId: NotRequired[str]


class BlockDevice(TypedDict):
    """A block device in a request."""

    Ebs: NotRequired[Volume]


class InterfaceRequest(TypedDict):
    """A network interface in a request."""

    DeviceIndex: int
    NetworkInterfaceId: NotRequired[str]
    DeleteOnTermination: NotRequired[bool]


def with_root_size(devices: list[BlockDevice]) -> list[BlockDevice]:
    """Set the size of block devices without one to that of the image, as AWS does."""
    for device in devices:
        volume = device.get("Ebs")
        if volume is not None and not volume.get("VolumeSize") and not volume.get("SnapshotId"):
            volume["VolumeSize"] = ROOT_VOLUME_GIB
    return devices


def install() -> None:
    """Complete the settings of a new instance in moto."""
    prepare, run = Instance.prep_nics, EC2Response.run_instances
    start, modify = Instance.start, InstanceBackend.modify_instance_security_groups

    def prep_nics(self: Moto, nic_spec: list[InterfaceRequest], *args: Moto, **kwargs: Moto) -> None:
        given = {nic["NetworkInterfaceId"] for nic in nic_spec if nic.get("NetworkInterfaceId")}
        kept = {int(nic["DeviceIndex"]) for nic in nic_spec if nic.get("DeleteOnTermination") is False}
        prepare(self, nic_spec, *args, **kwargs)
        for index, interface in self.nics.items():
            if interface.id not in given:
                # Created with the instance, so deleted with it by default.
                interface.delete_on_termination = index not in kept
        if not self.security_groups and 0 in self.nics:
            # The security groups of an instance are those of its primary interface. moto only reads those of
            # the instance; Terraform sets them on the interface if `associate_public_ip_address` is set.
            self.security_groups = list(self.nics[0].group_set)

    def run_instances(self: Moto) -> Moto:
        with_root_size(self._get_param("BlockDeviceMappings", []))
        return run(self)

    def modify_groups(self: Moto, instance_id: str, group_ids: list[str]) -> Moto:
        instance = modify(self, instance_id, group_ids)
        if 0 in instance.nics:
            # moto does not change the groups of the primary interface.
            instance.nics[0]._group_set = list(instance.security_groups)
        return instance

    def start_again(self: Moto) -> Moto:
        # A new boot: the data plane keeps nothing of the previous one.
        self.data_plane_launch = getattr(self, "data_plane_launch", 0) + 1
        return start(self)

    Instance.prep_nics = prep_nics
    Instance.start = start_again
    InstanceBackend.modify_instance_security_groups = modify_groups
    EC2Response.run_instances = run_instances
