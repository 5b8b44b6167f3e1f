"""Names of endpoint services: those of customers, and those of AWS."""

from typing import Annotated

from privatelink.facts import PARTITIONS, Partition
from privatelink.rule import Rule
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
    """Return the pattern of a partition's service names up to the Region: the DNS suffix, reversed.

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


def systems_manager(region: str) -> tuple[str, ...]:
    """Return the names of the services that agents of Systems Manager need; also in China without `cn.`.

    Agents of version 3.3.40 and newer, as in Amazon Linux 2023, do not need ec2messages:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
    """
    return f"com.amazonaws.{region}.ssm", f"com.amazonaws.{region}.ssmmessages"
