"""Names of endpoint services, and what they say."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.service_names import (
    EndpointServiceName,
    ServiceName,
    is_custom_service,
    region_of,
)
from tests.support.consumer_side import PARTNER, S3, endpoints
from tests.support.topology_cases import (
    FILE_WITHOUT_A_SERVICE,
    accepted,
    broken_rule,
    check_message,
    check_right,
    first_problem,
)

RIGHT = {
    "AWS service of another form": endpoints(
        notebook={"service_name": "aws.sagemaker.ap-northeast-2.notebook"}
    ),
    "AWS service of another region": endpoints(s3={"service_name": "com.amazonaws.us-east-1.s3"}),
    "vendor's name": endpoints(vendor={"service_name": "com.vendor.vpce.thing", "ports": [443]}),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, what is said.
WRONG = {
    "malformed service name": (endpoints(x={"service_name": "s3"}), "endpoints.x.service_name", "malformed"),
}


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    problem = first_problem(topology)
    assert problem.field == f"consumers.client.{field}"
    assert what in problem.what


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "malformed service name": (
        "vpce-svc-0123456789abcdef0",
        "vpce-svc-1",
        "com.",
        "consumers.client.service_name",
        ["malformed service name", "vpce-svc-1", "com.amazonaws.vpce.<region>"],
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "mark", "field", "words"), ALONE_IN_A_FILE.values(), ids=ALONE_IN_A_FILE
)
def test_wrong_in_a_file_without_a_service(old, new, mark, field, words):
    check_message(FILE_WITHOUT_A_SERVICE, old, new, mark, field, words)


ACCEPTED = {
    "service": (ServiceName, PARTNER),
    "service with an id of 8": (ServiceName, "com.amazonaws.vpce.us-gov-west-1.vpce-svc-0a1b2c3d"),
    "service of AWS": (EndpointServiceName, S3),
    "endpoint to a service": (EndpointServiceName, PARTNER),
}
OWN = (
    "malformed service name",
    "com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>",
    "ask the service provider; it is ServiceName in `aws ec2 describe-vpc-endpoint-services`",
)
ANY = (
    "malformed service name",
    "com.amazonaws.<region>.<service>, com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>, or as "
    "its owner names it",
    "take it from `aws ec2 describe-vpc-endpoint-services`",
)
BROKEN_VALUES = {
    "service of AWS for a customer's": (ServiceName, S3, Broken(*OWN)),
    "id alone": (ServiceName, "vpce-svc-0a1b2c3d", Broken(*OWN)),
    "zone for a region": (
        ServiceName,
        "com.amazonaws.vpce.us-east-1a.vpce-svc-0a1b2c3d",
        Broken(*OWN),
    ),
    "two labels": (EndpointServiceName, "amazonaws.s3", Broken(*ANY)),
    "empty label": (EndpointServiceName, "com..s3", Broken(*ANY)),
    "256 characters": (
        EndpointServiceName,
        "com.amazonaws." + "a" * 242,
        Broken("service name of 256 characters", ANY[1], "shorten it to 255"),
    ),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken


def test_whose_service_a_name_is():
    assert is_custom_service(PARTNER)
    assert not is_custom_service(S3)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        (PARTNER, "ap-northeast-2"),
        (S3, "ap-northeast-2"),
        ("aws.sagemaker.us-gov-west-1.notebook", "us-gov-west-1"),
        ("com.amazonaws.iam", None),
    ],
)
def test_the_region_that_a_name_names(name, region):
    assert region_of(name) == region
