"""Names of endpoint services: those of customers, and those of AWS."""

import re
from typing import Annotated

from privatelink.facts import PARTITIONS, Partition
from privatelink.rule import Rule
from privatelink.topology.types import zones
from privatelink.topology.types.ids import HEX
from privatelink.topology.types.patterns import matches

SERVICE_NAME_ALLOWED = (
    "com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>, in China with cn. before it"
)
SERVICE_NAME = Rule(
    "service-name",
    what="malformed service name",
    allowed=SERVICE_NAME_ALLOWED,
    fix="ask the service provider for ServiceName of `aws ec2 describe-vpc-endpoint-service-configurations`",
    why="AWS generates the name of a customer's endpoint service, and finds no service under another form.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html",
)
# Names of AWS's services have several forms, such as com.amazonaws.<region>.ssm and
# aws.sagemaker.<region>.notebook; vendors have others.
ENDPOINT_SERVICE_NAME = Rule(
    "endpoint-service-name",
    what="malformed service name",
    allowed=f"com.amazonaws.<region>.<service>, {SERVICE_NAME_ALLOWED}, or the name that a vendor gives",
    fix="copy ServiceName from `aws ec2 describe-vpc-endpoint-services`",
    why="The name of every endpoint service has three or more labels, separated by dots.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
)
RULES = (SERVICE_NAME, ENDPOINT_SERVICE_NAME)

_LABEL = "[A-Za-z0-9][A-Za-z0-9_-]*"


def _start(partition: Partition) -> str:
    """Return the pattern of a partition's service names up to the region: the DNS suffix, reversed.

    No page of AWS shows such a name of the isolated and sovereign partitions, so that theirs may also start
    with com.amazonaws, as in all partitions outside China according to the AWS CDK:
    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.region_info.FactName.html
    """
    starts = {r"\.".join(reversed(partition.dns_suffix.split(".")))}
    if partition.id != "aws-cn":
        starts.add(r"com\.amazonaws")
    return rf"({'|'.join(sorted(starts))})\.vpce\.{partition.regions}"


# In China, for example: cn.com.amazonaws.vpce.cn-north-1.vpce-svc-…
ServiceName = Annotated[
    str, matches(rf"^({'|'.join(map(_start, PARTITIONS))})\.vpce-svc-{HEX}$", SERVICE_NAME)
]
EndpointServiceName = Annotated[
    str, matches(rf"^{_LABEL}(\.{_LABEL}){{2,9}}$", ENDPOINT_SERVICE_NAME, longest=255)
]


def is_custom_service(name: str) -> bool:
    """Say whether this is a customer's endpoint service, not one of AWS."""
    return ".vpce-svc-" in name


def is_global_service(name: str) -> bool:
    """Say whether this is a service of AWS without a region, such as com.amazonaws.iam."""
    return re.fullmatch(r"(cn\.)?com\.amazonaws\.[a-z0-9-]+", name) is not None


def systems_manager(region: str) -> tuple[str, ...]:
    """Return the names of the services that agents of Systems Manager need; also in China without `cn.`.

    Agents of version 3.3.40 and newer, as in Amazon Linux 2023, do not need ec2messages:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
    """
    return f"com.amazonaws.{region}.ssm", f"com.amazonaws.{region}.ssmmessages"


# Labels of service names that are others in the names of DNS:
# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
_DNS_LABELS = {
    "ecs-agent": "ecs-a",
    "ecs-telemetry": "ecs-t",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
}


def aws_domain(name: str) -> str | None:
    """Return the domain that private DNS resolves for a service of AWS, without a wildcard.

    com.amazonaws.us-east-1.ecr.api has api.ecr.us-east-1.amazonaws.com, aws.sagemaker.us-east-1.notebook has
    notebook.us-east-1.sagemaker.aws. None for a service that is not AWS's.
    """
    if is_custom_service(name) or not re.match(r"(cn\.)?com\.amazonaws\.|aws\.", name):
        return None
    region = region_of(name)
    if region is None:
        return f"{name.rpartition('.')[2]}.{PARTITIONS[0].dns_suffix}" if is_global_service(name) else None
    before, _, after = name.partition(f".{region}.")
    if not after:
        return None
    labels = [_DNS_LABELS.get(label, label) for label in reversed(after.split("."))]
    owner = before.split(".")
    suffix = zones.partition_of(region).dns_suffix if "amazonaws" in owner else ".".join(reversed(owner))
    return ".".join([*labels, region, suffix])


def region_of(service_name: str) -> str | None:
    """Return the region in a service name; None if the name has no region."""
    return next(filter(zones.is_region, service_name.split(".")), None)
