"""Backends: a small web server in each zone, behind the load balancer."""

from collections.abc import Mapping
from pathlib import Path

from privatelink.constructs.component import Component
from privatelink.constructs.instances import amazon_linux_image, hardened_instance_arguments
from privatelink.constructs.security_group import add_security_group
from privatelink.constructs.targets import Targets
from privatelink.framework import aws
from privatelink.literal import literal

USER_DATA = Path(__file__).with_name("backend_user_data.sh")


def user_data(text: str, port: int) -> str:
    """Return the script that serves `text` on `port`; it needs no download and any Linux with Python 3."""
    # The here-document in the script is quoted, so the shell does not change the Python literal.
    return USER_DATA.read_text(encoding="utf-8").replace("@PORT@", str(port)).replace("@TEXT@", ascii(text))


class Backends(Component):
    """Create one instance in each zone that serves the zone's text over HTTP.

    Creates an `aws_instance` for each zone (Amazon Linux 2023, IMDSv2 required, encrypted gp3 root volume, no
    public address), and one `aws_security_group` without rules, to which a load balancer adds its own.

    Arguments:
        name: prefix of the Name tags.
        vpc_id: ID of the VPC.
        subnet_ids: subnet ID by zone.
        texts: text that the server of a zone returns, by zone; not a Terraform template.
        port: TCP port of the servers; default: 80.
        instance_type: EC2 instance type, x86_64; default: t3.micro.
        kms_key_id: ARN of the KMS key of the root volumes; default: the account's default key for EBS.

    Attributes:
        port: TCP port of the servers.
        security_group_id: ID of the servers' security group.
        instance_ids: instance ID by zone.
        targets: the instances, as targets of a load balancer.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        vpc_id: str,
        subnet_ids: Mapping[str, str],
        texts: Mapping[str, str],
        port: int = 80,
        instance_type: str = "t3.micro",
        kms_key_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.port = port
        self.security_group_id = add_security_group(
            self,
            name=f"{name}-backends",
            description="Backends: traffic and health checks from the load balancer alone",
            vpc_id=vpc_id,
        )
        image = amazon_linux_image(self)
        self.instance_ids: dict[str, str] = {}
        for zone, subnet_id in subnet_ids.items():
            instance = self.add(
                aws.Instance,
                zone,
                instance_type=instance_type,
                subnet_id=subnet_id,
                vpc_security_group_ids=[self.security_group_id],
                associate_public_ip_address=False,
                user_data=literal(user_data(texts[zone], port)),
                # The script runs at the first boot only, so another text needs another instance.
                user_data_replace_on_change=True,
                tags={"Name": f"{name}-backend-{zone}"},
                **hardened_instance_arguments(image, kms_key_id),
            )
            self.instance_ids[zone] = instance.id
        self.targets = Targets(
            target_type="instance",
            target_ids=self.instance_ids,
            security_group_id=self.security_group_id,
        )
