"""Names of endpoint services: those of customers, and those of AWS."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types import zones
from privatelink.topology.types.ids import HEX
from privatelink.topology.types.patterns import matches

SERVICE_NAME_ALLOWED = "com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>"
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
ServiceName = Annotated[
    str, matches(rf"^com\.amazonaws\.vpce\.{zones.REGION}\.vpce-svc-{HEX}$", SERVICE_NAME)
]
EndpointServiceName = Annotated[
    str, matches(rf"^{_LABEL}(\.{_LABEL}){{2,9}}$", ENDPOINT_SERVICE_NAME, longest=255)
]


def is_custom_service(name: str) -> bool:
    """Say whether this is a customer's endpoint service, not one of AWS."""
    return ".vpce-svc-" in name


def region_of(service_name: str) -> str | None:
    """Return the region in a service name; None if the name has no region."""
    return next(filter(zones.is_region, service_name.split(".")), None)
