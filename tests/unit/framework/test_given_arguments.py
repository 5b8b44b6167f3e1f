"""What is sent to Node: the arguments that were given."""

from jsii import _kernel as jsii_kernel

from privatelink.framework import aws


def test_only_arguments_that_were_given_are_sent():
    root_volume = aws.LaunchTemplateBlockDeviceMappings(
        device_name="/dev/xvda", ebs=aws.LaunchTemplateBlockDeviceMappingsEbs(volume_size=8)
    )

    sent = jsii_kernel._make_reference_for_native(None, [root_volume])

    (struct,) = (volume["$jsii.struct"] for volume in sent)
    ebs = struct["data"].pop("ebs")["$jsii.struct"]
    assert struct["data"] == {"deviceName": "/dev/xvda"}
    assert ebs["data"] == {"volumeSize": 8}
    assert ebs["fqn"].endswith(".launchTemplate.LaunchTemplateBlockDeviceMappingsEbs")
