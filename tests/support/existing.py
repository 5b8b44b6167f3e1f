"""What the examples say exists already: made in the sandbox, its ids put in the place of the examples'."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from privatelink.sandbox.process import Sandbox
from tests.support.sandbox_fixtures import HomeAccount, Vpc


def arranged(example: Path, sandbox: Sandbox) -> tuple[str, HomeAccount]:
    """Make what an example names; give its text with the ids of what was made, and the account."""
    text = example.read_text(encoding="utf-8")
    region = re.search(r"[a-z]{2}-[a-z]+-\d", text)
    assert region
    account = HomeAccount(sandbox, "", region[0])
    for placeholder, made in MAKERS.get(example.stem, lambda _: {})(account).items():
        text, found = re.subn(re.escape(placeholder), made, text)
        assert found, placeholder
    return text, account


def _unique(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}"


def _certificate(account: HomeAccount) -> dict[str, str]:
    made = account.client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
    return {"arn:aws:acm:ap-northeast-2:111122223333:certificate/0f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b": made}


def _networks(account: HomeAccount) -> dict[str, str]:
    service, consumer = account.vpc("10.1.0.0/16"), account.vpc("10.2.0.0/16")
    group = service.security_group("web")
    return {
        **_network(service, "1"),
        "i-0a1b2c3d4e5f6000a": _instance(service, "a", group),
        "i-0a1b2c3d4e5f6000c": _instance(service, "c", group),
        "sg-0a1b2c3d4e5f60001": group,
        **_network(consumer, "2"),
        "sg-0a1b2c3d4e5f60002": consumer.security_group("clients"),
        "sg-0a1b2c3d4e5f60003": consumer.security_group("endpoints"),
        "pl-0a1b2c3d4e5f60002": _prefix_list(account),
    }


def _database_servers(account: HomeAccount) -> dict[str, str]:
    vpc = account.vpc("10.1.0.0/16")
    group = vpc.security_group("databases")
    return {
        **_network(vpc, "1"),
        "i-0a1b2c3d4e5f6000a": _instance(vpc, "a", group),
        "i-0a1b2c3d4e5f6000c": _instance(vpc, "c", group),
        "sg-0a1b2c3d4e5f60001": group,
    }


def _prefix_list(account: HomeAccount) -> str:
    made = account.ec2.create_managed_prefix_list(
        PrefixListName=_unique("offices"),
        AddressFamily="IPv4",
        MaxEntries=1,
        Entries=[{"Cidr": "10.2.240.0/20"}],
    )
    return str(made["PrefixList"]["PrefixListId"])


def _network(vpc: Vpc, number: str) -> dict[str, str]:
    subnet = {"1": "subnet-0a1b2c3d4e5f6000", "2": "subnet-0a1b2c3d4e5f6002"}[number]
    return {
        f"vpc-0a1b2c3d4e5f6000{number}": vpc.id,
        **{f"{subnet}{letter}": subnet_id for letter, subnet_id in vpc.subnets.items()},
    }


def _instance(vpc: Vpc, zone: str, group: str) -> str:
    made = vpc.account.ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        SubnetId=vpc.subnets[zone],
        SecurityGroupIds=[group],
    )
    return str(made["Instances"][0]["InstanceId"])


def _auto_scaling_groups(account: HomeAccount) -> dict[str, str]:
    vpc = account.vpc("10.1.0.0/16")
    group = vpc.security_group("fleet")
    return {
        **_network(vpc, "1"),
        "sg-0a1b2c3d4e5f60001": group,
        "web-blue": auto_scaling_group(vpc, group, 2),
        "api/production": auto_scaling_group(vpc, group, 1),
    }


def auto_scaling_group(vpc: Vpc, security_group: str, desired: int) -> str:
    """Create an Auto Scaling group over all subnets of a VPC; return its name."""
    name = _unique("fleet")
    account = vpc.account
    account.ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={
            "ImageId": "ami-12c6146b",
            "InstanceType": "t3.micro",
            "SecurityGroupIds": [security_group],
        },
    )
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=0,
        MaxSize=4,
        DesiredCapacity=desired,
        VPCZoneIdentifier=",".join(vpc.subnets.values()),
        LaunchTemplate={"LaunchTemplateName": name},
    )
    return name


def _application_load_balancer(account: HomeAccount) -> dict[str, str]:
    vpc = account.vpc("10.1.0.0/16")
    made = vpc.load_balancer(
        _unique("routes"), Type="application", SecurityGroups=[vpc.security_group("routes")]
    )
    arn = made["LoadBalancerArn"]
    group = account.elb.create_target_group(Name=_unique("pages"), Protocol="HTTP", Port=80, VpcId=vpc.id)
    account.elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}],
    )
    name = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/routes/0a1b2c3d4e5f6789"
    return {**_network(vpc, "1"), name: arn}


def _network_load_balancer_and_bucket(account: HomeAccount) -> dict[str, str]:
    bucket = _unique("state")
    account.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    return _network_load_balancer(account) | {"example-terraform-state": bucket}


def _network_load_balancer(account: HomeAccount) -> dict[str, str]:
    vpc = account.vpc("10.1.0.0/16")
    arn = vpc.load_balancer(_unique("front"))["LoadBalancerArn"]
    group = account.elb.create_target_group(Name=_unique("front"), Protocol="TCP", Port=443, VpcId=vpc.id)
    account.elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="TCP",
        Port=443,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}],
    )
    name = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/net/front/0a1b2c3d4e5f6789"
    return {name: arn}


def _consumers_service(account: HomeAccount) -> dict[str, str]:
    return {"com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0": _service(account)}


def _partners_service(account: HomeAccount) -> dict[str, str]:
    return {"com.amazonaws.vpce.ap-northeast-2.vpce-svc-0f1e2d3c4b5a69788": _service(account)}


def _network_and_partners_service(account: HomeAccount) -> dict[str, str]:
    return {**_network(account.vpc("10.2.0.0/16"), "2"), **_partners_service(account)}


def _further_vpc(account: HomeAccount) -> dict[str, str]:
    return {"vpc-0a1b2c3d4e5f60003": account.vpc("10.31.0.0/16").id}


def _service(account: HomeAccount) -> str:
    zones = account.ec2.describe_availability_zones()["AvailabilityZones"]
    vpc = account.vpc(zones="".join(zone["ZoneName"][-1] for zone in zones))
    return str(vpc.service_admitting()["ServiceName"])


MAKERS: dict[str, Callable[[HomeAccount], dict[str, str]]] = {
    "application-load-balancer": _application_load_balancer,
    "auto-scaling-groups": _auto_scaling_groups,
    "consumer-only": _consumers_service,
    "endpoint_service": _network_load_balancer,
    "endpoints": _partners_service,
    "existing-load-balancer": _network_load_balancer,
    "existing-network": _networks,
    "grpc": _certificate,
    "hosted-zone": _further_vpc,
    "interface_endpoint": _network_and_partners_service,
    "listeners": _certificate,
    "postgresql": _database_servers,
    "s3-state": _network_load_balancer_and_bucket,
    "production": _certificate,
    "two-load-balancers": _certificate,
}
