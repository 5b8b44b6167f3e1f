"""The lessons. One has a wrong topology; the others change something through the AWS API."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from examples.broken.scene import Scene, Setting, client, nothing
from examples.broken.server import HTTP_PORT, UDP_PORT
from privatelink.sandbox.process import Sandbox
from privatelink.verify.check import Hop

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import IpPermissionTypeDef

HERE = Path(__file__).resolve().parent
WALKTHROUGH = Setting(HERE.parent.parent / "topology.yaml")
PRIVATE_NAME = "api.zigispace.example"
ANYONE, OTHERS = "0.0.0.0/0", "203.0.113.0/24"

Step = Callable[[Scene], None]


@dataclass(frozen=True)
class Lesson:
    """A way to break the path.

    Arguments:
        name: its name on the command line.
        about: what is broken, in one line.
        hop: the hop that `verify` must report.
        cause: words that the reported cause must contain.
        setting: what is applied first.
        damage: a step that then breaks the path, through the API; default: none, as the topology is wrong.
        repair: a step that undoes the damage.
        lost: whether packets are lost; if not, only the API shows that something is wrong.
    """

    name: str
    about: str
    hop: Hop
    cause: str
    setting: Setting = WALKTHROUGH
    damage: Step = nothing
    repair: Step = nothing
    lost: bool = True


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


def proxy_protocol(scene: Scene, setting: Literal["true", "false"]) -> None:
    """Set whether connections to the targets begin with a Proxy Protocol header.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol
    """
    for arn in target_groups(scene):
        scene.provider.elbv2.modify_target_group_attributes(
            TargetGroupArn=arn, Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": setting}]
        )


def send_headers(scene: Scene) -> None:
    """Send a header that the backends do not expect."""
    proxy_protocol(scene, "true")


def send_no_headers(scene: Scene) -> None:
    """Restore the setting of the topology."""
    proxy_protocol(scene, "false")


def check_port(scene: Scene, port: str) -> None:
    """Set the port of the health checks."""
    for arn in target_groups(scene):
        scene.provider.elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckPort=port)


def check_another_port(scene: Scene) -> None:
    """Check a port on which no server listens."""
    check_port(scene, "8081")


def check_traffic_port(scene: Scene) -> None:
    """Restore the setting of the topology."""
    check_port(scene, "traffic-port")


def last_subnet(scene: Scene) -> dict[str, Any]:
    """Return the endpoint's subnet in its last zone."""
    ec2 = scene.consumer.ec2
    (endpoint,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[scene.endpoint_id])["VpcEndpoints"]
    subnets = ec2.describe_subnets(SubnetIds=endpoint["SubnetIds"])["Subnets"]
    return cast("dict[str, Any]", max(subnets, key=lambda subnet: subnet["AvailabilityZone"]))


def use_acl(scene: Scene, acl_id: str) -> None:
    """Use another network ACL for the endpoint's subnet in its last zone."""
    ec2, subnet_id = scene.consumer.ec2, last_subnet(scene)["SubnetId"]
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet_id]}])[
        "NetworkAcls"
    ]
    (association,) = (item for item in acl["Associations"] if item["SubnetId"] == subnet_id)
    ec2.replace_network_acl_association(
        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl_id
    )


def close_zone(scene: Scene) -> None:
    """Use a network ACL without rules in one zone of the endpoint: it denies everything."""
    vpc_id = last_subnet(scene)["VpcId"]
    acl = scene.consumer.ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]
    use_acl(scene, acl["NetworkAclId"])


def open_zone(scene: Scene) -> None:
    """Use the VPC's default network ACL again, and delete the other one."""
    ec2, vpc_id = scene.consumer.ec2, last_subnet(scene)["VpcId"]
    acls = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["NetworkAcls"]
    (default,) = (acl for acl in acls if acl["IsDefault"])
    use_acl(scene, default["NetworkAclId"])
    for acl in acls:
        if not acl["IsDefault"]:
            ec2.delete_network_acl(NetworkAclId=acl["NetworkAclId"])


OTHER_ZONE, OTHER_SUBNET = "ap-northeast-2b", "10.10.255.0/24"


def move_to_another_zone(scene: Scene) -> None:
    """Replace the target of a zone by an instance in a zone that the load balancer does not have."""
    ec2, moved = scene.provider.ec2, last_backend(scene)
    (old,) = ec2.describe_instances(InstanceIds=[moved])["Reservations"][0]["Instances"]
    subnet = ec2.create_subnet(VpcId=old["VpcId"], CidrBlock=OTHER_SUBNET, AvailabilityZone=OTHER_ZONE)[
        "Subnet"
    ]
    (new,) = ec2.run_instances(
        ImageId=old["ImageId"],
        InstanceType="t3.micro",
        SubnetId=subnet["SubnetId"],
        SecurityGroupIds=[group["GroupId"] for group in old["SecurityGroups"]],
        MinCount=1,
        MaxCount=1,
    )["Instances"]
    deregister(scene)
    for arn in target_groups(scene):
        scene.provider.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": new["InstanceId"]}])


def move_back(scene: Scene) -> None:
    """Register the target of the zone again, and delete the other one."""
    ec2 = scene.provider.ec2
    found = ec2.describe_instances(Filters=[{"Name": "availability-zone", "Values": [OTHER_ZONE]}])
    other = [instance["InstanceId"] for item in found["Reservations"] for instance in item["Instances"]]
    for arn in target_groups(scene):
        scene.provider.elbv2.deregister_targets(
            TargetGroupArn=arn, Targets=[{"Id": instance_id} for instance_id in other]
        )
    register(scene)
    ec2.terminate_instances(InstanceIds=other)
    subnets = ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": [OTHER_ZONE]}])
    for subnet in subnets["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])


CERTIFICATE = "arn:aws:acm:ap-northeast-2:111122223333:certificate/0f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b"
SERVERS = "servers"


def certificate(sandbox: Sandbox) -> Mapping[str, str]:
    """Make the certificate that the topology names."""
    made = client(sandbox, "acm").request_certificate(DomainName=PRIVATE_NAME, ValidationMethod="DNS")
    return {CERTIFICATE: made["CertificateArn"]}


def from_vpc(ip_protocol: str, port: int) -> "IpPermissionTypeDef":
    """Return a rule that allows the VPC on a port."""
    return {
        "IpProtocol": ip_protocol,
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": "10.10.0.0/16"}],
    }


def start_servers(scene: Scene) -> None:
    """Start a server in each zone, and register its address, as ECS does."""
    ec2, elbv2, balancer = scene.provider.ec2, scene.provider.elbv2, load_balancer(scene)
    group_id = ec2.create_security_group(
        GroupName=SERVERS, Description="Servers of the service", VpcId=balancer["VpcId"]
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group_id, IpPermissions=[from_vpc("tcp", HTTP_PORT), from_vpc("udp", UDP_PORT)]
    )
    image = client(scene.sandbox, "ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
    text = base64.b64encode((HERE / "server.py").read_bytes()).decode()
    targets = [
        ec2.run_instances(
            ImageId=image,
            InstanceType="t3.micro",
            SubnetId=zone["SubnetId"],
            SecurityGroupIds=[group_id],
            UserData=f"#!/bin/sh\necho {text} | base64 -d >/opt/server.py\nnohup python3 /opt/server.py &\n",
            MinCount=1,
            MaxCount=1,
        )["Instances"][0]["PrivateIpAddress"]
        for zone in balancer["AvailabilityZones"]
    ]
    for arn in scene.provider.outputs["target_group_arns"].values():
        elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": address} for address in targets])


IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


PORTS = Setting(HERE / "ports.yaml", before=certificate, after=start_servers)


def use_certificate(scene: Scene, arn: str) -> None:
    """Use another certificate for the TLS listener."""
    elbv2, balancer = scene.provider.elbv2, load_balancer(scene)
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    (listener,) = (item for item in listeners if item["Protocol"] == "TLS")
    elbv2.modify_listener(ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": arn}])


def wrong_certificate(scene: Scene) -> None:
    """Use a certificate for another name."""
    acm = client(scene.sandbox, "acm")
    use_certificate(scene, acm.request_certificate(DomainName="shop.zigispace.example")["CertificateArn"])


def right_certificate(scene: Scene) -> None:
    """Use the certificate of the topology again, and delete the other one."""
    acm = client(scene.sandbox, "acm")
    for item in acm.list_certificates()["CertificateSummaryList"]:
        if item["DomainName"] == PRIVATE_NAME:
            use_certificate(scene, item["CertificateArn"])


def server_group(scene: Scene) -> str:
    """Return the security group of the servers."""
    found = scene.provider.ec2.describe_security_groups(
        Filters=[
            {"Name": "group-name", "Values": [SERVERS]},
            {"Name": "vpc-id", "Values": [load_balancer(scene)["VpcId"]]},
        ]
    )
    return str(found["SecurityGroups"][0]["GroupId"])


def block_udp(scene: Scene) -> None:
    """Allow only TCP to the servers: the health checks use TCP, so that targets of UDP stay healthy."""
    scene.provider.ec2.revoke_security_group_ingress(
        GroupId=server_group(scene), IpPermissions=[from_vpc("udp", UDP_PORT)]
    )


def pass_udp(scene: Scene) -> None:
    """Allow UDP again."""
    scene.provider.ec2.authorize_security_group_ingress(
        GroupId=server_group(scene), IpPermissions=[from_vpc("udp", UDP_PORT)]
    )


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
        setting=Setting(HERE / "endpoint-group-closed.yaml"),
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
    Lesson(
        "target-in-another-zone",
        "a target is in a zone that the load balancer does not have",
        "targets",
        "which is not a zone of the load balancer",
        damage=move_to_another_zone,
        repair=move_back,
    ),
    Lesson(
        "proxy-protocol-one-side",
        "the target group sends a Proxy Protocol header, which the backends do not expect",
        "backend",
        "the target group sends a Proxy Protocol v2 header first",
        damage=send_headers,
        repair=send_no_headers,
    ),
    Lesson(
        "health-check-port",
        "the health check uses a port on which no server listens; the load balancer then uses all targets",
        "backend",
        "the health check uses another port than the traffic: 8081",
        damage=check_another_port,
        repair=check_traffic_port,
        lost=False,
    ),
    Lesson(
        "zone-closed",
        "a network ACL denies everything in one zone of the endpoint",
        "endpoint",
        "check the network ACLs and the route tables of the subnets in ap-northeast-2c",
        damage=close_zone,
        repair=open_zone,
    ),
    Lesson(
        "wrong-certificate",
        "the certificate of the TLS listener is for another name",
        "listener",
        f"the certificate is for shop.zigispace.example, not for {PRIVATE_NAME}",
        setting=PORTS,
        damage=wrong_certificate,
        repair=right_certificate,
        lost=False,
    ),
    Lesson(
        "udp-blocked",
        "the security group of the targets allows TCP, which health checks use, but not UDP",
        "backend",
        "the targets' security group allows UDP",
        setting=PORTS,
        damage=block_udp,
        repair=pass_udp,
    ),
)
BY_NAME = {lesson.name: lesson for lesson in LESSONS}
