"""Names of endpoint services."""

import pytest

from privatelink.topology.types.service_names import EndpointServiceName, ServiceName
from tests.support.consumer_side import PARTNER, S3, endpoints
from tests.support.rules import right, wrong
from tests.support.topology_cases import (
    FILE_WITHOUT_A_SERVICE,
    accepted,
    check_broken,
    check_change,
    check_right,
    check_value_broken,
)

RIGHT = {
    "AWS service of another form": (
        endpoints(notebook={"service_name": "aws.sagemaker.ap-northeast-2.notebook"}),
        "endpoint-service-name",
    ),
    "AWS service of another Region": (
        endpoints(s3={"service_name": "com.amazonaws.us-east-1.s3"}),
        "endpoint-service-name",
    ),
    "vendor's name": (
        endpoints(vendor={"service_name": "com.vendor.vpce.thing", "ports": [443]}),
        "endpoint-service-name",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "malformed service name": (
        endpoints(x={"service_name": "s3"}),
        "endpoints.x.service_name",
        "endpoint-service-name",
        '"s3"',
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "malformed service name": (
        ("vpce-svc-0123456789abcdef0", "vpce-svc-1", "com."),
        "consumers.client.service_name",
        "service-name",
        "vpce-svc-1",
        "com.amazonaws.vpce.<region>",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(ALONE_IN_A_FILE))
def test_wrong_in_a_file_without_a_service(change, field, rule, words):
    check_change(FILE_WITHOUT_A_SERVICE, change, field, rule, words)


ACCEPTED = {
    "service in China": (
        (ServiceName, "cn.com.amazonaws.vpce.cn-northwest-1.vpce-svc-070f9283a2c0d1f0c"),
        "service-name",
    ),
    "service in the European Sovereign Cloud": (
        (ServiceName, "eu.amazonaws.vpce.eusc-de-east-1.vpce-svc-070f9283a2c0d1f0c"),
        "service-name",
    ),
    "service there, with the start of most partitions": (
        (ServiceName, "com.amazonaws.vpce.eusc-de-east-1.vpce-svc-070f9283a2c0d1f0c"),
        "service-name",
    ),
    "service in an isolated partition": (
        (ServiceName, "com.amazonaws.vpce.us-iso-east-1.vpce-svc-070f9283a2c0d1f0c"),
        "service-name",
    ),
    "service": ((ServiceName, PARTNER), "service-name"),
    "service with an ID of 8": (
        (ServiceName, "com.amazonaws.vpce.us-gov-west-1.vpce-svc-0a1b2c3d"),
        "service-name",
    ),
    "service of AWS": ((EndpointServiceName, S3), "endpoint-service-name"),
    "endpoint to a service": ((EndpointServiceName, PARTNER), "endpoint-service-name"),
}
OWN = (
    "com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>",
    "ask the service provider",
    "`aws ec2 describe-vpc-endpoint-service-configurations`",
)
ANY = (
    "com.amazonaws.<region>.<service>, com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>",
    "`aws ec2 describe-vpc-endpoint-services`",
)
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "China's Region without China's start": (
        "com.amazonaws.vpce.cn-north-1.vpce-svc-0a1b2c3d",
        ServiceName,
        "service-name",
        "in China with cn. before it",
    ),
    "China's start without China's Region": (
        "cn.com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d",
        ServiceName,
        "service-name",
    ),
    "service of AWS for a customer's": (S3, ServiceName, "service-name", *OWN),
    "ID alone": ("vpce-svc-0a1b2c3d", ServiceName, "service-name", *OWN),
    "zone for a Region": ("com.amazonaws.vpce.us-east-1a.vpce-svc-0a1b2c3d", ServiceName, "service-name"),
    "two labels": ("amazonaws.s3", EndpointServiceName, "endpoint-service-name", *ANY),
    "empty label": ("com..s3", EndpointServiceName, "endpoint-service-name", *ANY),
    "256 characters": (
        "com.amazonaws." + "a" * 242,
        EndpointServiceName,
        "text-length",
        "256 characters",
        "shorten it to 255",
    ),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
