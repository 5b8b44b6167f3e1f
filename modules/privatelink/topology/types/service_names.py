"""Names of endpoint services: of customers, and of AWS's own."""

from typing import Annotated

from privatelink.topology.types import zones
from privatelink.topology.types.ids import HEX
from privatelink.topology.types.patterns import matches

SERVICE_NAME_ALLOWED = "com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>"
ServiceName = Annotated[
    str,
    matches(
        rf"^com\.amazonaws\.vpce\.{zones.REGION}\.vpce-svc-{HEX}$",
        "service name",
        SERVICE_NAME_ALLOWED,
        "ask the service provider; it is ServiceName in `aws ec2 describe-vpc-endpoint-services`",
    ),
]
# AWS's own services, as com.amazonaws.<region>.ssm or aws.sagemaker.<region>.notebook, and those of others:
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
_LABEL = "[A-Za-z0-9][A-Za-z0-9_-]*"
EndpointServiceName = Annotated[
    str,
    matches(
        rf"^{_LABEL}(\.{_LABEL}){{2,9}}$",
        "service name",
        f"com.amazonaws.<region>.<service>, {SERVICE_NAME_ALLOWED}, or as its owner names it",
        "take it from `aws ec2 describe-vpc-endpoint-services`",
        255,
    ),
]


def is_custom_service(name: str) -> bool:
    """Say whether this is a customer's endpoint service, not one of AWS's own."""
    return ".vpce-svc-" in name


def region_of(service_name: str) -> str | None:
    """Give the region that a service name names, if it names one."""
    return next(filter(zones.is_region, service_name.split(".")), None)
