"""Probe: a test instance in the consumer's VPC."""

from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.constructs.iam import assume_role_policy
from privatelink.constructs.instances import amazon_linux_image, hardened_instance_arguments
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


class Probe(Component):
    """Create an instance from which to test the path to a service, through Systems Manager only.

    Creates `aws_instance` (Amazon Linux 2023, IMDSv2 required, encrypted gp3 root volume, a public address
    for the path over the internet), `aws_security_group` without ingress rules, `aws_iam_role` with only the
    managed policy for Systems Manager, and `aws_iam_instance_profile`. It has no key pair.

    Arguments:
        name: prefix of the Name tags.
        vpc_id: ID of the VPC.
        subnet_id: ID of a subnet with a route to the internet.
        ports: ports of the service, to which the instance may connect.
        instance_type: EC2 instance type, x86_64; default: t3.micro.
        partition: AWS partition, for the ARN of the managed policy; default: aws.
        kms_key_id: ARN of the KMS key of the root volume; default: the account's default key for EBS.

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
        instance = self.add(
            aws.Instance,
            instance_type=instance_type,
            subnet_id=subnet_id,
            vpc_security_group_ids=[group_id],
            associate_public_ip_address=True,
            iam_instance_profile=profile.name,
            tags={"Name": f"{name}-probe"},
            depends_on=[policy],
            **hardened_instance_arguments(amazon_linux_image(self), kms_key_id),
        )
        self.instance_id = instance.id
