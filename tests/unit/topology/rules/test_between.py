"""Rules between services and consumers, and between several of either."""

import copy

import pytest

from privatelink.topology.model import Topology
from tests.support.consumer_side import changed, consumer, endpoints, far, several
from tests.support.provider_side import EXISTING, NETWORK, with_service
from tests.support.rules import breaks, keeps, right, wrong
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_broken,
    check_change,
    check_right,
    only,
)
from tests.support.topology_strategies import ZONES, both_sides
from tests.support.two_accounts import two_accounts
from tests.support.written import written

ENFORCED = {"enforce_private_link_ingress": True}


def alone(**service):
    """The small topology without its consumer."""
    topology = with_service(**service)
    del topology["consumers"]
    return topology


def called(name):
    return both_sides() | {"name": name}


def twins(*, with_private_dns):
    """Two consumers in one existing VPC."""
    topology = consumer(endpoint={"private_dns": True}, network=copy.deepcopy(EXISTING))
    topology["service"]["private_dns"] = {"name": "api.example.com", "record_exists": True}
    topology["consumers"]["twin"] = copy.deepcopy(topology["consumers"]["client"])
    topology["consumers"]["twin"]["endpoint"] = {"private_dns": with_private_dns}
    return topology


def twins_of_an_aws_service():
    """Two consumers in one existing VPC, each with an endpoint to Systems Manager alone."""
    alone = ssm("shop.internal")["consumers"]["client"]["endpoints"]
    client = {"network": copy.deepcopy(EXISTING), "endpoints": alone}
    return {"name": "shop", "consumers": {"client": client, "twin": copy.deepcopy(client)}}


def twins_of_two_services():
    """Two consumers in one existing VPC, each of another service."""
    topology = several(endpoint={"private_dns": True}, network=copy.deepcopy(EXISTING))
    for key, service in topology["services"].items():
        service["private_dns"] = {"name": f"{key}.example.com", "record_exists": True}
    topology["consumers"]["twin"] = copy.deepcopy(topology["consumers"]["client"]) | {"service": "stock"}
    return topology


def ssm(hosted_zone, *, private_dns=True):
    """A consumer with an endpoint to Systems Manager, and a hosted zone of this name."""
    return consumer(
        endpoints={"ssm": {"service_name": "com.amazonaws.ap-northeast-2.ssm", "private_dns": private_dns}},
        endpoint={"names": [f"x.{hosted_zone}"]},
        hosted_zone={"name": hosted_zone},
    )


def ssm_beside(hosted_zone):
    """The same with the hosted zone at another consumer of the VPC."""
    topology = ssm(hosted_zone)
    client = topology["consumers"]["client"]
    client["network"] = copy.deepcopy(EXISTING)
    twin = {"network": copy.deepcopy(EXISTING), "endpoint": client.pop("endpoint")}
    topology["consumers"]["twin"] = twin | {"hosted_zone": client.pop("hosted_zone")}
    return topology


def behind_existing(*arns):
    """Two services, each behind a load balancer that exists."""
    topology = several()
    for service, arn in zip(topology["services"].values(), arns, strict=True):
        service["existing_load_balancers"] = [arn]
        for field in ("network", "backends"):
            del service[field]
    return topology


def zones_of_one_name(*, in_one_vpc, shared_with=None):
    """Two consumers with a hosted zone shop.internal each, in one VPC or in two."""
    zone = {"name": "shop.internal"} | ({"shared_with": shared_with} if shared_with else {})
    client = {
        "network": copy.deepcopy(EXISTING),
        "endpoint": {"names": ["a.shop.internal"]},
        "hosted_zone": zone,
    }
    other = copy.deepcopy(client) | {"hosted_zone": {"name": "shop.internal"}}
    if not in_one_vpc:
        other["network"]["vpc_id"] = "vpc-0a1b2c3d4e5f60009"
    return both_sides() | {"consumers": {"client": client, "other": other}}


RIGHT = {
    "hosted zones of one name in two VPCs": (zones_of_one_name(in_one_vpc=False), "hosted-zone-twice"),
    "both sides": (both_sides(), "topology-empty", "service-and-services"),
    "a service alone": (alone(), "topology-empty"),
    "enforced, the consumer allowed": (
        with_service(load_balancer={**ENFORCED, "allow_from": ["10.20.0.0/16"]}),
        "nlb-ingress-of-consumer",
    ),
    "enforced, the consumer allowed by two CIDRs": (
        with_service(load_balancer={**ENFORCED, "allow_from": ["10.20.0.0/17", "10.20.128.0/17"]}),
        "nlb-ingress-of-consumer",
    ),
    "managed": (with_service(acceptance="managed"), "acceptance-managed-consumers"),
    "two services": (several(), "nlb-name-twice"),
    "two services behind load balancers that exist": (
        behind_existing(NETWORK, NETWORK.replace("front", "back")),
        "nlb-two-services",
    ),
    "a topology called internal, its load balancer not": (
        called("internal") | {"service": with_service(load_balancer={"name": "other"})["service"]},
        "nlb-name-default",
    ),
    "private DNS of one endpoint of a VPC": (twins(with_private_dns=False), "private-dns-name-twice"),
    "private DNS of two services in a VPC": (twins_of_two_services(), "private-dns-name-twice"),
    "tags that differ in more than case": (
        consumer(probe=True) | {"tags": {"team": "a", "Name": "b", "Topology": "c"}},
        "tag-key-case",
    ),
    "other zones": (
        endpoints(s3={"service_name": "com.amazonaws.us-east-1.s3"}),
        "endpoint-cross-region-zone",
        "endpoint-service-partition",
    ),
    "the zone, no other Region": (
        changed(both_sides(), "consumers", "client", "network", "zones", value=["apne2-az2"]),
        "endpoint-cross-region-zone",
    ),
    "a parent name": (
        ssm(hosted_zone="ap-northeast-2.amazonaws.com"),
        "hosted-zone-private-dns",
    ),
    "no private DNS": (
        ssm(hosted_zone="ssm.ap-northeast-2.amazonaws.com", private_dns=False),
        "hosted-zone-private-dns",
    ),
    "the zones of the service": (both_sides(), "endpoint-zone-without-service"),
    "AZ IDs of two accounts": (
        two_accounts(["apne2-az1"], ["apne2-az1", "apne2-az2"]),
        "endpoint-zone-without-service",
    ),
    "another Region's zones": (far(), "endpoint-zone-without-service"),
    "names beside AZ IDs, which Terraform compares": (
        changed(both_sides(), "consumers", "client", "network", "zones", value=["apne2-az4"]),
    ),
    "any principal": (two_accounts(ZONES, allowed_principals=["*"]), "principal-of-consumer"),
    "the account": (
        two_accounts(ZONES, allowed_principals=["arn:aws:iam::222222222222:root"]),
        "principal-of-consumer",
    ),
    "a user of the account": (
        two_accounts(ZONES, allowed_principals=["arn:aws:iam::222222222222:user/eve"]),
        "principal-of-consumer",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "hosted zones of one name in a VPC": (
        zones_of_one_name(in_one_vpc=True),
        "consumers.other.hosted_zone.name",
        "hosted-zone-twice",
        "consumer client",
    ),
    "hosted zone of the same name for the VPC of another consumer": (
        zones_of_one_name(in_one_vpc=False, shared_with={"other": {"vpc_id": "vpc-0a1b2c3d4e5f60009"}}),
        "consumers.other.hosted_zone.name",
        "hosted-zone-twice",
        "consumer client",
    ),
    "tag like Name": (
        consumer(probe=True) | {"tags": {"name": "x"}},
        "tags.name",
        "tag-key-case",
        "Name",
    ),
    "tag like Topology": (
        with_service(network={"cidr": "10.10.0.0/16", "zones": ZONES, "flow_logs": {"retention_days": 1}})
        | {"tags": {"TOPOLOGY": "x"}},
        "tags.TOPOLOGY",
        "tag-key-case",
        "Topology",
    ),
    "tags alike": (
        consumer(probe=True) | {"tags": {"Team": "x", "team": "y"}},
        "tags.team",
        "tag-key-case",
        "Team",
    ),
    "zone of the network": (
        endpoints(
            network={"cidr": "10.20.0.0/16", "zones": ["apne2-az1", "apne2-az4"]},
            s3={"service_name": "com.amazonaws.us-east-1.s3"},
        ),
        "consumers.client.network.zones[1]",
        "endpoint-cross-region-zone",
        "us-east-1",
        "use1-az3",
    ),
    "zone of the endpoint": (
        endpoints(
            network={"cidr": "10.20.0.0/16", "zones": ["apne2-az1", "apne2-az2"]},
            iam={
                "service_name": "com.amazonaws.iam",
                "service_region": "us-east-1",
                "zones": ["apne2-az2"],
            },
        ),
        "consumers.client.endpoints.iam.zones[0]",
        "endpoint-cross-region-zone",
    ),
    "service of another partition": (
        endpoints(s3={"service_name": "com.amazonaws.us-gov-west-1.s3"}),
        "consumers.client.endpoints.s3.service_name",
        "endpoint-service-partition",
        "partition aws",
    ),
    "Region of another partition": (
        endpoints(iam={"service_name": "com.amazonaws.iam", "service_region": "us-gov-west-1"}),
        "consumers.client.endpoints.iam.service_region",
        "endpoint-service-partition",
    ),
    "name of an AWS service": (
        ssm(hosted_zone="ssm.ap-northeast-2.amazonaws.com"),
        "consumers.client.hosted_zone.name",
        "hosted-zone-private-dns",
        "consumers.client.endpoints.ssm",
    ),
    "hosted zone of another consumer in the VPC": (
        ssm_beside("ssm.ap-northeast-2.amazonaws.com"),
        "consumers.twin.hosted_zone.name",
        "hosted-zone-private-dns",
        "consumers.client.endpoints.ssm",
    ),
    "private DNS of an AWS service twice in a VPC": (
        twins_of_an_aws_service(),
        "consumers.twin.endpoints.ssm.private_dns",
        "private-dns-name-twice",
        "consumer client",
    ),
    "one name for two load balancers": (
        with_service(load_balancers={"old": {"name": "front"}, "new": {"name": "front"}}),
        "service.load_balancers.old.name",
        "nlb-name-twice",
        '"front"',
    ),
    "one name for load balancers of two services": (
        changed(
            changed(several(), "services", "orders", "load_balancer", value={"name": "front"}),
            "services",
            "stock",
            "load_balancer",
            value={"name": "front"},
        ),
        "services.stock.load_balancer.name",
        "nlb-name-twice",
        '"front"',
    ),
    "load balancer of two services": (
        behind_existing(NETWORK, NETWORK),
        "services.stock.existing_load_balancers[0]",
        "nlb-two-services",
        NETWORK,
    ),
    "service and services": (
        several() | {"service": both_sides()["service"]},
        "service",
        "service-and-services",
        "move the service into `services`",
    ),
    "managed without a consumer": (
        alone(acceptance="managed"),
        "service.acceptance",
        "acceptance-managed-consumers",
        "`acceptance: manual`",
    ),
    "managed without a consumer of it": (
        changed(several(), "services", "stock", "acceptance", value="managed"),
        "services.stock.acceptance",
        "acceptance-managed-consumers",
    ),
    "a name whose default for the load balancer AWS refuses": (
        called("internal"),
        "name",
        "nlb-name-default",
        '"internal-nlb"',
        "set `service.load_balancer.name`",
    ),
    "a name that starts with internal-": (called("internal-x"), "name", "nlb-name-default"),
    "no consumer allowed": (
        with_service(load_balancer=ENFORCED),
        "service.load_balancer.allow_from",
        "nlb-ingress-of-consumer",
        "consumer client",
        "add 10.20.0.0/16",
        "`enforce_private_link_ingress: false`",
    ),
    "half of a consumer's addresses allowed": (
        with_service(load_balancer={**ENFORCED, "allow_from": ["10.20.0.0/17"]}),
        "service.load_balancer.allow_from",
        "nlb-ingress-of-consumer",
        "10.20.0.0/16",
    ),
    "private DNS of two endpoints of a VPC": (
        twins(with_private_dns=True),
        "consumers.twin.endpoint.private_dns",
        "private-dns-name-twice",
        "consumer client",
    ),
    "an AZ ID that the service is not in": (
        two_accounts(["apne2-az3"], ["apne2-az1", "apne2-az2"]),
        "consumers.client.network.zones[0]",
        "endpoint-zone-without-service",
        "apne2-az1, apne2-az2",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)


@breaks("endpoint-zone-without-service")
def test_an_endpoint_zone_that_the_service_is_not_in():
    check_change(
        FILE,
        (
            "      zones: [ap-northeast-2a, ap-northeast-2c]\n    endpoint:\n      zones: [ap-northeast-2a]",
            "      zones: [ap-northeast-2a, ap-northeast-2b]",
            "ap-northeast-2b",
        ),
        "consumers.client.network.zones[1]",
        "endpoint-zone-without-service",
        ['"ap-northeast-2b"', "ap-northeast-2a, ap-northeast-2c"],
    )


@breaks("topology-empty")
def test_a_file_without_a_service_and_without_consumers():
    without = FILE_WITHOUT_A_SERVICE[: FILE_WITHOUT_A_SERVICE.index("consumers")]
    problem = only(without)

    assert (problem.rule, problem.field, problem.line) == ("topology-empty", "", 1)
    assert "add `service`, `services` or `consumers`" in str(problem)


@breaks("principal-of-consumer")
@pytest.mark.parametrize("principals", [[], ["arn:aws:iam::333333333333:root"]])
def test_no_principal_of_the_consumers_account(principals):
    problem = only(written(two_accounts(ZONES, allowed_principals=principals)))

    assert (problem.rule, problem.field) == ("principal-of-consumer", "service.allowed_principals")
    assert "add arn:aws:iam::222222222222:root" in str(problem)


@breaks("principal-of-consumer")
def test_the_principal_to_add_is_of_the_partition_of_the_region():
    topology = two_accounts(["cn-north-1a"], ["cn-north-1a"], region="cn-north-1", allowed_principals=[])
    for side in (topology["service"], topology["consumers"]["client"]):
        side["account"]["role_arn"] = side["account"]["role_arn"].replace("arn:aws:", "arn:aws-cn:")

    assert "add arn:aws-cn:iam::222222222222:root" in str(only(written(topology)))


@breaks("endpoint-zone-without-service")
def test_two_roles_in_one_account_are_one_account():
    topology = two_accounts(["ap-northeast-2b"])
    topology["consumers"]["client"]["account"] = {"role_arn": "arn:aws:iam::111111111111:role/other"}

    assert only(written(topology)).rule == "endpoint-zone-without-service"


@keeps("endpoint-zone-without-service")
def test_zone_names_of_two_accounts_are_not_compared():
    check_right(two_accounts(["ap-northeast-2b"]))


def test_consumers_may_have_the_addresses_of_the_provider():
    topology = both_sides()
    topology["consumers"]["client"]["network"]["cidr"] = topology["service"]["network"]["cidr"]

    assert Topology.model_validate(topology).warnings == ()
