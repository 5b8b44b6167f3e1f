"""The lessons. One has a wrong topology; the others change something through the AWS API."""

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
    """Do nothing: the topology itself is wrong, and applying the walkthrough repairs it."""


@dataclass(frozen=True)
class Lesson:
    """A way to break the path.

    Arguments:
        name: its name on the command line.
        about: what is broken, in one line.
        hop: the hop that `verify` must report.
        cause: words that the reported cause must contain.
        topology: the topology that is applied first.
        damage: a step that then breaks the path, through the API.
        repair: a step that undoes the damage.
    """

    name: str
    about: str
    hop: Hop
    cause: str
    topology: Path = WALKTHROUGH
    damage: Step = nothing
    repair: Step = nothing


def reject(scene: Scene) -> None:
    """Reject the connection, as the service provider."""
    scene.provider.ec2.reject_vpc_endpoint_connections(
        ServiceId=scene.service_id, VpcEndpointIds=[scene.endpoint_id]
    )


def accept(scene: Scene) -> None:
    """Accept the connection, as the service provider."""
    scene.provider.ec2.accept_vpc_endpoint_connections(
        ServiceId=scene.service_id, VpcEndpointIds=[scene.endpoint_id]
    )


def last_backend(scene: Scene) -> str:
    """Return the backend of the last zone."""
    backends: dict[str, str] = scene.provider.outputs["backend_instance_ids"]
    return backends[max(backends)]


def load_balancer(scene: Scene) -> dict[str, Any]:
    """Return the service's load balancer."""
    name = scene.provider.outputs["load_balancer_dns_name"]
    balancers = scene.provider.elbv2.describe_load_balancers()["LoadBalancers"]
    (found,) = (item for item in balancers if item["DNSName"] == name)
    return cast("dict[str, Any]", found)


def filter_private_link_traffic(scene: Scene) -> None:
    """Apply the load balancer's security group to PrivateLink traffic, and allow only another network."""
    allow(scene, OTHERS)
    enforce(scene, "on")


def pass_private_link_traffic(scene: Scene) -> None:
    """Restore the settings of the topology."""
    enforce(scene, "off")
    allow(scene, ANYONE)


def enforce(scene: Scene, setting: Literal["on", "off"]) -> None:
    """Set whether the load balancer's security group applies to PrivateLink traffic."""
    balancer = load_balancer(scene)
    scene.provider.elbv2.set_security_groups(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        SecurityGroups=balancer["SecurityGroups"],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=setting,
    )


def allow(scene: Scene, cidr: str) -> None:
    """Change the CIDR of the load balancer's rule for direct clients, keeping the rule's ID."""
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
    """Return the ARNs of the load balancer's target groups."""
    arn = load_balancer(scene)["LoadBalancerArn"]
    groups = scene.provider.elbv2.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]
    return [group["TargetGroupArn"] for group in groups]


def deregister(scene: Scene) -> None:
    """Deregister the only target of one zone."""
    for arn in target_groups(scene):
        scene.provider.elbv2.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": last_backend(scene)}])


def register(scene: Scene) -> None:
    """Register the target of that zone again."""
    for arn in target_groups(scene):
        scene.provider.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": last_backend(scene)}])


def stop(scene: Scene) -> None:
    """Stop one backend."""
    scene.provider.ec2.stop_instances(InstanceIds=[last_backend(scene)])


def start(scene: Scene) -> None:
    """Start the backend again."""
    scene.provider.ec2.start_instances(InstanceIds=[last_backend(scene)])


def private_dns_without_hostnames(scene: Scene) -> None:
    """Give the service a private DNS name, enable it on the endpoint, then disable the VPC's DNS hostnames.

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
    """Undo `private_dns_without_hostnames`."""
    hostnames(scene, on=True)
    scene.consumer.ec2.modify_vpc_endpoint(VpcEndpointId=scene.endpoint_id, PrivateDnsEnabled=False)
    scene.provider.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=scene.service_id, RemovePrivateDnsName=True
    )


def hostnames(scene: Scene, *, on: bool) -> None:
    """Switch the DNS hostnames of the consumer's VPC on or off."""
    endpoint = scene.consumer.ec2.describe_vpc_endpoints(VpcEndpointIds=[scene.endpoint_id])["VpcEndpoints"][
        0
    ]
    scene.consumer.ec2.modify_vpc_attribute(VpcId=endpoint["VpcId"], EnableDnsHostnames={"Value": on})


LESSONS = (
    Lesson(
        "rejected",
        "the service provider has rejected the connection",
        "connection",
        "rejected",
        damage=reject,
        repair=accept,
    ),
    Lesson(
        "dns-hostnames-off",
        "the endpoint has private DNS, and DNS hostnames are off in the VPC",
        "dns",
        "enableDnsHostnames is off",
        damage=private_dns_without_hostnames,
        repair=private_dns_off,
    ),
    Lesson(
        "endpoint-group-closed",
        "the endpoint's security group allows only another network",
        "endpoint security group",
        "add its CIDR to endpoint.allow_from",
        topology=HERE / "endpoint-group-closed.yaml",
    ),
    Lesson(
        "private-link-rules-enforced",
        "the load balancer's security group applies to PrivateLink traffic, and does not allow the consumer",
        "load balancer security group",
        "enforce_private_link_ingress: false",
        damage=filter_private_link_traffic,
        repair=pass_private_link_traffic,
    ),
    Lesson(
        "one-zone",
        "a zone has no target, and cross-zone load balancing is off: its zonal DNS name does not work",
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
