"""What the name of an endpoint service says: its owner, its Region, and the domain of its private DNS.

Reviews of plans import this, so it does not import pydantic.
"""

import re

from privatelink.facts import PARTITIONS
from privatelink.topology.types.regions import is_region, partition_of

# Labels of service names that are others in the names of DNS:
# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
_DNS_LABELS = {
    "ecs-agent": "ecs-a",
    "ecs-telemetry": "ecs-t",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
}


def is_custom_service(name: str) -> bool:
    """Say whether this is a customer's endpoint service, not one of AWS."""
    return ".vpce-svc-" in name


def is_global_service(name: str) -> bool:
    """Say whether this is a service of AWS without a Region, such as com.amazonaws.iam."""
    return re.fullmatch(r"(cn\.)?com\.amazonaws\.[a-z0-9-]+", name) is not None


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
    suffix = partition_of(region).dns_suffix if "amazonaws" in owner else ".".join(reversed(owner))
    return ".".join([*labels, region, suffix])


def region_of(service_name: str) -> str | None:
    """Return the Region in a service name; None if the name has no Region."""
    return next(filter(is_region, service_name.split(".")), None)
