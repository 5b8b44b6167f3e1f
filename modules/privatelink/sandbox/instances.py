"""EC2 instances: security groups, network interfaces and root volumes given the way Terraform gives them."""

from typing import NotRequired, TypedDict

from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses import EC2Response

from privatelink.sandbox.untyped import Moto

ROOT_VOLUME_GIB = 8
"""The size of the root snapshot of Amazon's images; moto's images have no snapshots."""


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
    """Block devices that name no size get the image's, as on AWS."""
    for device in devices:
        volume = device.get("Ebs")
        if volume is not None and not volume.get("VolumeSize") and not volume.get("SnapshotId"):
            volume["VolumeSize"] = ROOT_VOLUME_GIB
    return devices


def install() -> None:
    """Complete what moto sets up for a new instance."""
    prepare, run = Instance.prep_nics, EC2Response.run_instances
    start, modify = Instance.start, InstanceBackend.modify_instance_security_groups

    def prep_nics(self: Moto, nic_spec: list[InterfaceRequest], *args: Moto, **kwargs: Moto) -> None:
        given = {nic["NetworkInterfaceId"] for nic in nic_spec if nic.get("NetworkInterfaceId")}
        kept = {int(nic["DeviceIndex"]) for nic in nic_spec if nic.get("DeleteOnTermination") is False}
        prepare(self, nic_spec, *args, **kwargs)
        for index, interface in self.nics.items():
            if interface.id not in given:
                # Made with the instance, so it goes with the instance unless asked otherwise.
                interface.delete_on_termination = index not in kept
        if not self.security_groups and 0 in self.nics:
            # The groups of an instance are those of its primary interface. moto keeps only the ones named
            # beside the interface; Terraform names them on it when `associate_public_ip_address` is set.
            self.security_groups = list(self.nics[0].group_set)

    def run_instances(self: Moto) -> Moto:
        with_root_size(self._get_param("BlockDeviceMappings", []))
        return run(self)

    def modify_groups(self: Moto, instance_id: str, group_ids: list[str]) -> Moto:
        instance = modify(self, instance_id, group_ids)
        if 0 in instance.nics:
            # moto would leave the primary interface the groups it was made with, too.
            instance.nics[0]._group_set = list(instance.security_groups)
        return instance

    def start_again(self: Moto) -> Moto:
        # Another boot: the data plane has nothing left of the one before.
        self.data_plane_launch = getattr(self, "data_plane_launch", 0) + 1
        return start(self)

    Instance.prep_nics = prep_nics
    Instance.start = start_again
    InstanceBackend.modify_instance_security_groups = modify_groups
    EC2Response.run_instances = run_instances
