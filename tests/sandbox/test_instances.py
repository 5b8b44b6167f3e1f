"""Instances as Terraform asks for them, and the images they are made of."""

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused

AMI = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{}"


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.40.0.0/16")


def image(account: Account, architecture: str = "x86_64") -> str:
    return account.client("ssm").get_parameter(Name=AMI.format(architecture))["Parameter"]["Value"]


def run(network: Vpc, **arguments: object) -> dict:
    """An instance whose interface is described the way Terraform does when the public address is explicit."""
    interface = {"DeviceIndex": 0, "SubnetId": network.subnets["a"]} | arguments.pop("interface", {})
    return network.account.ec2.run_instances(
        ImageId=image(network.account),
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[interface],
        **arguments,
    )["Instances"][0]


def read(network: Vpc, instance: dict) -> dict:
    found = network.account.ec2.describe_instances(InstanceIds=[instance["InstanceId"]])
    return found["Reservations"][0]["Instances"][0]


@pytest.mark.parametrize("region", ["ap-northeast-2", "us-east-1"])
@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_public_parameter_names_an_image_that_exists(
    sandbox, provider: Account, region: str, architecture: str
) -> None:
    account = Account(sandbox, provider.number, region)
    (found,) = account.ec2.describe_images(ImageIds=[image(account, architecture)])["Images"]
    assert found["Architecture"] == architecture


def test_an_instance_without_a_public_address(network: Vpc) -> None:
    group = network.security_group("web")
    created = run(
        network,
        interface={"AssociatePublicIpAddress": False, "Groups": [group]},
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
    )
    instance = read(network, created)
    assert [held["GroupId"] for held in instance["SecurityGroups"]] == [group]
    (interface,) = instance["NetworkInterfaces"]
    assert "Association" not in interface
    assert "PublicIpAddress" not in instance
    assert instance["PrivateIpAddress"].startswith("10.40.0.")
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert instance["MetadataOptions"]["HttpPutResponseHopLimit"] == 1


def test_an_instance_with_a_public_address(network: Vpc) -> None:
    instance = read(network, run(network, interface={"AssociatePublicIpAddress": True}))
    assert instance["NetworkInterfaces"][0]["Association"]["PublicIp"] == instance["PublicIpAddress"]
    assert [held["GroupName"] for held in instance["SecurityGroups"]] == ["default"]


def test_a_root_volume_without_a_size_has_the_images(network: Vpc) -> None:
    root = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "Encrypted": True}}
    instance = read(network, run(network, BlockDeviceMappings=[root]))
    (device,) = instance["BlockDeviceMappings"]
    (volume,) = network.account.ec2.describe_volumes(VolumeIds=[device["Ebs"]["VolumeId"]])["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (8, "gp3", True)


def test_the_network_interface_goes_with_the_instance(network: Vpc) -> None:
    instance = read(network, run(network))
    interface_id = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    network.account.ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    with refused("InvalidNetworkInterfaceID.NotFound", interface_id):
        network.account.ec2.describe_network_interfaces(NetworkInterfaceIds=[interface_id])


def test_an_unknown_image_or_type_is_refused(network: Vpc) -> None:
    ec2 = network.account.ec2
    with refused("InvalidAMIID.NotFound"):
        ec2.run_instances(ImageId="ami-00000000000000000", MinCount=1, MaxCount=1, InstanceType="t3.micro")
    with refused("InvalidInstanceType.NotFound", "t99.huge"):
        ec2.run_instances(ImageId=image(network.account), MinCount=1, MaxCount=1, InstanceType="t99.huge")
