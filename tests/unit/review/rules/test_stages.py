"""Changes that need several applies: the review finds what `privatelink plan` recognizes."""

import pytest

from privatelink.changes import load_balancers, private_names, regions, services, subnets
from privatelink.changes.plans import Plans
from privatelink.changes.recognize import recognize
from tests.support.plan_facts import as_document, as_plan
from tests.support.rule_findings import findings
from tests.support.staged_plans import (
    CREATE,
    CREATE_FIRST,
    DELETE,
    DELETE_FIRST,
    NO_OP,
    ONE,
    PROVIDER,
    UPDATE,
    A,
    C,
    balancer,
    endpoint,
    resource,
    service,
    subnet,
    vpc,
)

REGION = {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}}
ARN = "arn:aws:ec2:ap-northeast-2:111122223333:vpc-endpoint-service/vpce-svc-1"
GONE = resource("aws_vpc_endpoint_service.endpoint-service", DELETE, {"arn": ARN})
CREATED = resource("aws_vpc_endpoint_service.endpoint-service", CREATE, None, {"acceptance_required": True})


def interface(*arguments, **further):
    """An endpoint with its type, which the review asks for."""
    made = endpoint(*arguments, **further)
    for side in ("before", "after"):
        if made["change"][side]:
            made["change"][side] = made["change"][side] | {"vpc_endpoint_type": "Interface"}
    return made


def network(*changes):
    balancer_type = {"load_balancer_type": "network"}
    for each in changes:
        for side in ("before", "after"):
            if each["type"] == "aws_lb" and each["change"][side]:
                each["change"][side] = each["change"][side] | balancer_type
    return changes


LOSES_SUBNET = {"after": {"subnets": ["subnet-a"]}, "replace_paths": [["subnets"]]}
RENAMED = {"after": {"subnets": ["subnet-a", "subnet-c"], "name": "b"}, "replace_paths": [["name"]]}
SSM = {
    "vpc_endpoint_type": "Interface", "vpc_id": "vpc-1", "private_dns_enabled": True,
    "service_name": "com.amazonaws.eu-west-1.ssm",
}  # fmt: skip
STATE = {
    "values": {
        "root_module": {
            "resources": [
                {
                    "address": "data.aws_vpc_endpoint_service.ssm", "mode": "data", "name": "ssm",
                    "type": "aws_vpc_endpoint_service",
                    "values": {
                        "service_name": "com.amazonaws.eu-west-1.ssm",
                        "private_dns_name": "ssm.eu-west-1.amazonaws.com",
                    },
                }
            ]
        }
    }
}  # fmt: skip
"""The service of AWS, as Terraform has read it."""
STAGED = {
    "overlap": (
        subnets.OVERLAP,
        {
            ONE: (
                vpc(),
                subnet(A, DELETE, "10.20.0.0/24"),
                subnet(C, CREATE, None, "10.20.0.0/24"),
                interface("c", "c"),
            )
        },
    ),
    "same zone": (
        subnets.SAME_ZONE,
        {ONE: (vpc(), subnet(A, CREATE_FIRST, "10.20.0.0/24", "10.20.9.0/24"), interface("a"))},
    ),
    "private DNS name": (
        private_names.MOVED,
        {
            ONE: (
                resource(
                    "aws_route53_zone.private",
                    DELETE,
                    {"id": "Z1", "name": "ssm.eu-west-1.amazonaws.com", "vpc": [{"vpc_id": "vpc-1"}]},
                ),
                resource("aws_vpc_endpoint.ssm", CREATE, None, SSM),
            )
        },
    ),
    "subnets of a load balancer": (
        load_balancers.SUBNETS,
        {PROVIDER: network(balancer(DELETE_FIRST, **LOSES_SUBNET), service())},
    ),
    "load balancer replaced": (
        load_balancers.REPLACED,
        {PROVIDER: network(balancer(DELETE_FIRST, **RENAMED), service())},
    ),
    "service in use": (services.CONNECTED, {PROVIDER: (service(DELETE),), ONE: (interface("a", "a"),)}),
}


@pytest.mark.parametrize(("kind", "stacks"), STAGED.values(), ids=STAGED)
def test_what_a_plan_recognizes_is_a_finding_of_the_same_resource(kind, stacks):
    documents = {name: as_document(*changes, prior_state=STATE) for name, changes in stacks.items()}
    (staged,) = recognize(Plans(documents, lambda _: ()))
    assert staged.kind is kind

    found = findings(*(as_plan(document, name) for name, document in documents.items()))
    same = [
        each for each in found if (each.change.stack, each.change.address) == (staged.stack, staged.address)
    ]

    assert same
    assert max(each.severity == "blocking" for each in same) is (kind is not subnets.SAME_ZONE)
    if kind in (*subnets.KINDS, *private_names.KINDS):
        assert f"{staged.change}: {kind.why}; instead, {kind.instead}" in {each.because for each in same}


def test_another_region_is_a_finding_too():
    document = as_document(
        CREATED, resource_drift=[GONE], configuration={"provider_config": REGION, "root_module": {}}
    )
    (staged,) = recognize(Plans({PROVIDER: document}, lambda _: ()))
    assert staged.kind is regions.FORGOTTEN

    (found,) = findings(as_plan(document, PROVIDER))
    assert (found.rule.id, found.severity) == ("several-applies-needed", "blocking")
    assert staged.change in found.because

    there = document | {"resource_drift": [GONE | {"change": GONE["change"] | {"actions": [*UPDATE]}}]}
    assert findings(as_plan(there, PROVIDER)) == []


def test_without_privatelink_nothing_is_said_of_subnets():
    changes = (vpc(), subnet(A, DELETE, "10.20.0.0/24"), subnet(C, CREATE, None, "10.20.0.0/24"))

    assert findings(as_plan(as_document(*changes))) == []
    assert findings(as_plan(as_document(*changes, interface("c", "c", NO_OP)))) != []
