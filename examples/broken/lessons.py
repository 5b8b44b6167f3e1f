"""The table of lessons. What a topology can say wrongly is one; the rest is done through the API."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from examples.broken.scene import Scene
from privatelink.verify.check import Hop

HERE = Path(__file__).resolve().parent
WALKTHROUGH = HERE.parent.parent / "topology.yaml"
PRIVATE_NAME = "api.zigispace.example"
ANYONE, OTHERS = "0.0.0.0/0", "203.0.113.0/24"

Step = Callable[[Scene], None]


def nothing(_scene: Scene) -> None:
    """The topology itself is what is broken, and another topology is the repair."""


@dataclass(frozen=True)
class Lesson:
    """A way to break the path.

    Arguments:
        name: how it is asked for.
        about: what is broken, in a line.
        hop: the hop that `verify` must name.
        cause: words that must be in the cause it names.
        topology: what is applied first.
        damage: what is done then, through the API.
        repair: undoes the damage.
    """

    name: str
    about: str
    hop: Hop
    cause: str
    topology: Path = WALKTHROUGH
    damage: Step = nothing
    repair: Step = nothing


def reject(scene: Scene) -> None:
    """The service's owner rejects the connection."""
    scene.provider.ec2.reject_vpc_endpoint_connections(
        ServiceId=scene.service_id, VpcEndpointIds=[scene.endpoint_id]
    )


def accept(scene: Scene) -> None:
    """The service's owner accepts the connection."""
    scene.provider.ec2.accept_vpc_endpoint_connections(
        ServiceId=scene.service_id, VpcEndpointIds=[scene.endpoint_id]
    )


def last_backend(scene: Scene) -> str:
    """The backend of the last zone."""
    backends: dict[str, str] = scene.provider.outputs["backend_instance_ids"]
    return backends[max(backends)]


def load_balancer(scene: Scene) -> dict[str, Any]:
    """The service's load balancer."""
    name = scene.provider.outputs["load_balancer_dns_name"]
    balancers = scene.provider.elbv2.describe_load_balancers()["LoadBalancers"]
    (found,) = (item for item in balancers if item["DNSName"] == name)
    return cast("dict[str, Any]", found)


def hold_private_link_traffic(scene: Scene) -> None:
    """The load balancer's rules hold PrivateLink traffic from now on, and admit somebody else alone."""
    admit(scene, OTHERS)
    enforce(scene, "on")


def let_private_link_traffic_pass(scene: Scene) -> None:
    """As the topology has it."""
    enforce(scene, "off")
    admit(scene, ANYONE)


def enforce(scene: Scene, setting: Literal["on", "off"]) -> None:
    """Say whether the load balancer's rules hold PrivateLink traffic."""
    balancer = load_balancer(scene)
    scene.provider.elbv2.set_security_groups(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        SecurityGroups=balancer["SecurityGroups"],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=setting,
    )


def admit(scene: Scene, cidr: str) -> None:
    """Have the load balancer's rule for direct clients admit these; Terraform still knows it."""
    ec2, (group,) = scene.provider.ec2, load_balancer(scene)["SecurityGroups"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    (rule,) = (item for item in rules["SecurityGroupRules"] if not item["IsEgress"])
    changed: Any = {name: rule.get(name) for name in ("IpProtocol", "FromPort", "ToPort", "Description")}
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
                "SecurityGroupRule": changed | {"CidrIpv4": cidr},
            }
        ],
    )


def target_groups(scene: Scene) -> list[str]:
    """The load balancer's target groups."""
    arn = load_balancer(scene)["LoadBalancerArn"]
    groups = scene.provider.elbv2.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]
    return [group["TargetGroupArn"] for group in groups]


def deregister(scene: Scene) -> None:
    """One zone loses its only target."""
    for arn in target_groups(scene):
        scene.provider.elbv2.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": last_backend(scene)}])


def register(scene: Scene) -> None:
    """The zone gets its target back."""
    for arn in target_groups(scene):
        scene.provider.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": last_backend(scene)}])


def stop(scene: Scene) -> None:
    """One backend is stopped."""
    scene.provider.ec2.stop_instances(InstanceIds=[last_backend(scene)])


def start(scene: Scene) -> None:
    """The backend is started again."""
    scene.provider.ec2.start_instances(InstanceIds=[last_backend(scene)])


def private_dns_without_hostnames(scene: Scene) -> None:
    """The service gets a private DNS name, the endpoint uses it, and then the VPC's DNS hostnames go off.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    provider, route53 = scene.provider.ec2, cast("Any", scene.provider.client("route53"))
    provider.modify_vpc_endpoint_service_configuration(
        ServiceId=scene.service_id, PrivateDnsName=PRIVATE_NAME
    )
    service = provider.describe_vpc_endpoint_service_configurations(ServiceIds=[scene.service_id])
    proof = service["ServiceConfigurations"][0]["PrivateDnsNameConfiguration"]
    zone = route53.create_hosted_zone(Name=PRIVATE_NAME, CallerReference=PRIVATE_NAME)["HostedZone"]["Id"]
    record = {
        "Name": f"{proof['Name']}.{PRIVATE_NAME}",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": f'"{proof["Value"]}"'}],
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )
    provider.start_vpc_endpoint_service_private_dns_verification(ServiceId=scene.service_id)
    scene.consumer.ec2.modify_vpc_endpoint(VpcEndpointId=scene.endpoint_id, PrivateDnsEnabled=True)
    hostnames(scene, on=False)


def private_dns_off(scene: Scene) -> None:
    """Everything as it was."""
    hostnames(scene, on=True)
    scene.consumer.ec2.modify_vpc_endpoint(VpcEndpointId=scene.endpoint_id, PrivateDnsEnabled=False)
    scene.provider.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=scene.service_id, RemovePrivateDnsName=True
    )


def hostnames(scene: Scene, *, on: bool) -> None:
    """Switch the DNS hostnames of the consumer's VPC."""
    endpoint = scene.consumer.ec2.describe_vpc_endpoints(VpcEndpointIds=[scene.endpoint_id])["VpcEndpoints"][
        0
    ]
    scene.consumer.ec2.modify_vpc_attribute(VpcId=endpoint["VpcId"], EnableDnsHostnames={"Value": on})


LESSONS = (
    Lesson(
        "rejected",
        "the service's owner has rejected the connection",
        "connection",
        "rejected",
        damage=reject,
        repair=accept,
    ),
    Lesson(
        "dns-hostnames-off",
        "the endpoint uses the service's private DNS name, and the VPC has DNS hostnames off",
        "dns",
        "enableDnsHostnames is off",
        damage=private_dns_without_hostnames,
        repair=private_dns_off,
    ),
    Lesson(
        "endpoint-group-closed",
        "the endpoint's security group admits another network alone",
        "endpoint security group",
        "add its CIDR to endpoint.allow_from",
        topology=HERE / "endpoint-group-closed.yaml",
    ),
    Lesson(
        "private-link-rules-enforced",
        "the load balancer's rules hold PrivateLink traffic, and do not admit the consumer's CIDR",
        "load balancer security group",
        "enforce_private_link_ingress: false",
        damage=hold_private_link_traffic,
        repair=let_private_link_traffic_pass,
    ),
    Lesson(
        "one-zone",
        "a zone has no target, and cross-zone load balancing is off: its zonal name leads nowhere",
        "targets",
        "no healthy target in",
        damage=deregister,
        repair=register,
    ),
    Lesson(
        "backend-down",
        "one backend is stopped",
        "backend",
        "backend down",
        damage=stop,
        repair=start,
    ),
)
BY_NAME = {lesson.name: lesson for lesson in LESSONS}
