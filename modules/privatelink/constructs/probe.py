"""Probe: the consumer's test instance, from which the paths are looked at."""

from collections.abc import Sequence

from privatelink.constructs.component import Component
from privatelink.constructs.iam import assume_role_policy
from privatelink.constructs.instances import amazon_linux_image, hardened_instance_arguments
from privatelink.constructs.security_group import add_security_group
from privatelink.facts import ANYWHERE
from privatelink.framework import aws

# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
SESSION_MANAGER_POLICY = "arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"


class Probe(Component):
    """Make an instance that is reached through Systems Manager alone: no inbound port, no key.

    Creates `aws_instance` (Amazon Linux 2023, IMDSv2 required, encrypted gp3 root volume, a public address
    for the path over the internet), `aws_security_group` without ingress, `aws_iam_role` with the managed
    Systems Manager policy and nothing more, `aws_iam_instance_profile`.

    Arguments:
        name: prefix of the Name tags.
        vpc_id: the VPC.
        subnet_id: a subnet with a route to the internet.
        ports: TCP ports it may connect to, those of the service.
        udp_ports: UDP ports it may send to, likewise.
        instance_type: EC2 instance type, x86_64.
        partition: the AWS partition, for the managed policy's ARN.

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
        ports: Sequence[int],
        udp_ports: Sequence[int] = (),
        instance_type: str = "t3.micro",
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id)
        group_id = add_security_group(
            self,
            name=f"{name}-probe",
            description="Probe: nothing in; the service, Systems Manager and traces out",
            vpc_id=vpc_id,
        )
        # Systems Manager is reached over HTTPS; a trace sends UDP to ports 33434 and up, or ICMP echoes.
        out = {f"tcp-{port}": ("tcp", port, port) for port in sorted({443, *ports})}
        out |= {f"udp-{port}": ("udp", port, port) for port in udp_ports}
        out |= {"udp-trace": ("udp", 33434, 33534), "icmp-echo": ("icmp", 8, 0)}
        for key, (protocol, from_port, to_port) in out.items():
            self.add(
                aws.VpcSecurityGroupEgressRule,
                key,
                security_group_id=group_id,
                description=f"Probe: {key}",
                cidr_ipv4=str(ANYWHERE),
                ip_protocol=protocol,
                from_port=from_port,
                to_port=to_port,
                tags={"Name": key},
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
            **hardened_instance_arguments(amazon_linux_image(self)),
        )
        self.instance_id = instance.id
