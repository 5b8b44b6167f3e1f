"""Probe: a test instance in the consumer's VPC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from privatelink.constructs.component import Component
from privatelink.constructs.iam import assume_role_policy
from privatelink.constructs.instances import amazon_linux_image, hardened_instance_arguments
from privatelink.constructs.interface_endpoint import InterfaceEndpoint
from privatelink.constructs.peer import Peer
from privatelink.constructs.ports import Ports
from privatelink.constructs.security_group import add_security_group
from privatelink.facts import ANYWHERE
from privatelink.framework import aws

# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
SESSION_MANAGER_POLICY = "arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
SYSTEMS_MANAGER = Ports.tcp(443)
# A traceroute sends UDP to ports from 33434 on, or ICMP echo requests.
TRACEROUTE = (Ports("udp", 33434, 33534, "udp-trace"), Ports("icmp", 8, 0, "icmp-echo"))


@dataclass(frozen=True, slots=True)
class SystemsManagerEndpoints:
    """Interface endpoints with private DNS, through which a test instance reaches Systems Manager.

    Arguments:
        service_names: name of each service by a key: letters, digits and hyphens.
        zone: zone of the subnet, by name or AZ ID.
        zone_name: Terraform expression of the zone's name in this account.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
    """

    service_names: Mapping[str, str]
    zone: str
    zone_name: str


class Probe(Component):
    """Create an instance from which to test the path to a service, through Systems Manager only.

    Creates `aws_instance` (Amazon Linux 2023, IMDSv2 required, encrypted gp3 root volume),
    `aws_security_group` without ingress rules, `aws_iam_role` with only the managed policy for Systems
    Manager, and `aws_iam_instance_profile`; with `endpoints` an `InterfaceEndpoint` for each service, which
    allows the instance only. It has no key pair.

    Arguments:
        name: prefix of the Name tags.
        vpc_id: ID of the VPC.
        subnet_id: ID of a subnet; without `endpoints`, one with a route to Systems Manager.
        ports: ports of the service, to which the instance may connect.
        instance_type: EC2 instance type, x86_64; default: t3.micro.
        partition: AWS partition, for the ARN of the managed policy; default: aws.
        kms_key_id: ARN of the KMS key of the root volume; default: the account's default key for EBS.
        associate_public_ip_address: whether the instance has a public IPv4 address, from which it also tests
            the path over the internet; default: True.
        endpoints: new endpoints to Systems Manager, for a subnet without a route there; default: none.
        depends_on: resources that must exist first, such as other endpoints to Systems Manager; default:
            none.

    Attributes:
        instance_id: ID of the instance.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        vpc_id: str,
        subnet_id: str,
        ports: Sequence[Ports],
        instance_type: str = "t3.micro",
        partition: str = "aws",
        kms_key_id: str | None = None,
        associate_public_ip_address: bool = True,
        endpoints: SystemsManagerEndpoints | None = None,
        depends_on: Sequence[aws.TerraformElement] = (),
    ) -> None:
        super().__init__(scope, id)
        group_id = add_security_group(
            self,
            name=f"{name}-probe",
            description="Probe: nothing in; the service, Systems Manager and traces out",
            vpc_id=vpc_id,
        )
        # A port of the service may be open for another reason already, and AWS refuses a rule twice.
        egress = {
            tuple(each.rule_arguments.values()): each for each in (SYSTEMS_MANAGER, *ports, *TRACEROUTE)
        }
        for opened in egress.values():
            self.add(
                aws.VpcSecurityGroupEgressRule,
                opened.key,
                security_group_id=group_id,
                description=f"Probe: {opened.key}",
                tags={"Name": opened.key},
                **opened.rule_arguments,
                **Peer.cidr(ANYWHERE).rule_arguments,
            )
        role_name = self.add(
            aws.IamRole,
            name_prefix=f"{name}-probe-"[:38],
            assume_role_policy=assume_role_policy("ec2.amazonaws.com"),
            tags={"Name": f"{name}-probe"},
        ).name
        policy = self.add(
            aws.IamRolePolicyAttachment,
            "session-manager",
            role=role_name,
            policy_arn=SESSION_MANAGER_POLICY.format(partition=partition),
        )
        profile = self.add(
            aws.IamInstanceProfile,
            name_prefix=f"{name}-probe-",
            role=role_name,
            tags={"Name": f"{name}-probe"},
        )
        created = self._connect(name, vpc_id, subnet_id, group_id, endpoints) if endpoints else []
        instance = self.add(
            aws.Instance,
            instance_type=instance_type,
            subnet_id=subnet_id,
            vpc_security_group_ids=[group_id],
            associate_public_ip_address=associate_public_ip_address,
            iam_instance_profile=profile.name,
            tags={"Name": f"{name}-probe"},
            # The agent waits up to an hour between attempts to reach Systems Manager after the first failed:
            # https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/hibernation/hibernation.go
            depends_on=[policy, *depends_on, *created],
            **hardened_instance_arguments(amazon_linux_image(self), kms_key_id),
        )
        self.instance_id = instance.id

    def _connect(
        self, name: str, vpc_id: str, subnet_id: str, group_id: str, endpoints: SystemsManagerEndpoints
    ) -> list[aws.VpcEndpoint]:
        """Add the endpoints, in the subnet of the instance and for its security group; return them."""
        return [
            InterfaceEndpoint(
                self,
                key,
                name=f"{name}-probe-{key}",
                vpc_id=vpc_id,
                service_name=service_name,
                subnet_ids={endpoints.zone: subnet_id},
                zone_names={endpoints.zone: endpoints.zone_name},
                ports=[SYSTEMS_MANAGER],
                allow_from=[Peer.security_group(group_id, key="probe")],
                private_dns_enabled=True,
                accepted_by=None,
            ).resource
            for key, service_name in endpoints.service_names.items()
        ]
