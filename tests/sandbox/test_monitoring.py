"""Detailed monitoring of instances."""

from tests.support.sandbox_fixtures import Account, refused


def test_it_can_be_switched_on_and_off(provider: Account) -> None:
    ec2, network = provider.ec2, provider.vpc("10.80.0.0/16", zones="a")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    (instance,) = ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=network.subnets["a"]
    )["Instances"]
    name = instance["InstanceId"]

    def state() -> str:
        (found,) = ec2.describe_instances(InstanceIds=[name])["Reservations"]
        return str(found["Instances"][0]["Monitoring"]["State"])

    answer = ec2.monitor_instances(InstanceIds=[name])["InstanceMonitorings"]
    assert answer == [{"InstanceId": name, "Monitoring": {"State": "enabled"}}]
    assert state() == "enabled"
    ec2.unmonitor_instances(InstanceIds=[name])
    assert state() == "disabled"
    with refused("InvalidInstanceID.NotFound"):
        ec2.monitor_instances(InstanceIds=["i-00000000000000000"])
