"""What a drawing shows of a topology."""

import pytest

from privatelink.drawing.picture import (
    MOST_CONSUMERS,
    Balancer,
    OtherService,
    Zone,
    counted,
    listed,
    picture_of,
    some,
)
from privatelink.topology.file import parse
from tests.support.drawings import drawn, sized


def test_the_walkthrough() -> None:
    picture = drawn("topology")
    (consumer,), (service,) = picture.consumers, picture.services

    assert picture.name == "zigispace"
    assert picture.summary == "1 endpoint service, 1 service consumer"
    assert picture.elsewhere is None
    assert consumer.vpc.name == "10.20.0.0/16"
    assert consumer.vpc.zones == (
        Zone("ap-northeast-2a", "10.20.0.0/20", ("test instance",)),
        Zone("ap-northeast-2c", "10.20.32.0/20"),
    )
    assert [(each.zones, each.service) for each in consumer.endpoints] == [
        (("ap-northeast-2a", "ap-northeast-2c"), None)
    ]
    assert service.notes == ("TCP 80", "acceptance: manual")
    assert service.balancers == (Balancer("ZIGI-ELB-Pub", ("internet-facing",), internet_facing=True),)
    assert service.vpc is not None
    assert [zone.inside for zone in service.vpc.zones] == [
        ("EC2 instance", "“ZIGISPACE - SVR#1”"),
        ("EC2 instance", "“ZIGISPACE - SVR#2”"),
    ]


def test_accounts_and_who_may_connect() -> None:
    picture = drawn("managed")
    assert picture.consumers[0].place == "ap-northeast-2, account 222222222222"
    assert picture.services[0].place == "ap-northeast-2, account 111111111111"
    assert picture.services[0].notes == ("TCP 80", "acceptance: managed", "allowed: account 222222222222")
    assert picture.services[0].balancers[0].notes == ("internal", "port 80 → 8080")


def test_a_service_for_everyone() -> None:
    text = """
        name: open
        service:
          region: eu-west-1
          account: {profile: shop}
          network: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b]}
          backends: {text: hello}
          listeners: [{port: 80}]
          allowed_principals: ["*"]
    """
    service = picture_of(parse(text)).services[0]
    assert service.place == "eu-west-1, profile shop"
    assert "any AWS account may connect" in service.notes


def test_an_endpoint_has_its_own_zones() -> None:
    green = next(each for each in drawn("three-by-three").consumers if each.name == "green")
    assert len(green.vpc.zones) == 3
    assert green.endpoints[0].zones == ("us-east-1a", "us-east-1b")


def test_endpoints_without_a_main_one() -> None:
    (app,) = drawn("endpoints-only").consumers
    assert [(each.key, each.notes[0]) for each in app.endpoints] == [
        ("ssm", "2 zones"),
        ("ssmmessages", "2 zones"),
    ]


def test_a_name_with_a_zone_is_shown_with_it() -> None:
    (client,) = drawn("zonal-names").consumers
    assert client.endpoints[0].notes == (
        "*.apne2-az1.kafka.internal in apne2-az1",
        "*.c.kafka.internal in apne2-az3",
        "*.kafka.internal",
    )


def test_services_of_others_are_shown_by_name() -> None:
    assert drawn("endpoints").others == (
        OtherService("com.amazonaws.ap-northeast-2.s3", "AWS service", "com.amazonaws.ap-northeast-2.s3"),
        OtherService("com.amazonaws.ap-northeast-2.ssm", "AWS service", "com.amazonaws.ap-northeast-2.ssm"),
        OtherService(
            "com.amazonaws.ap-northeast-2.ssmmessages",
            "AWS service",
            "com.amazonaws.ap-northeast-2.ssmmessages",
        ),
        OtherService(
            "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0f1e2d3c4b5a69788",
            "endpoint service of another account",
            "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0f1e2d3c4b5a69788",
        ),
    )


def test_each_endpoint_leads_to_its_service() -> None:
    ends = {
        (consumer.name, endpoint.key): endpoint.service
        for consumer in drawn("services").consumers
        for endpoint in consumer.endpoints
    }
    assert ends == {("office", None): "stock", ("web", None): "orders", ("web", "stock"): "stock"}


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("existing-network", ("EC2 instances", "blue: i-0a1b2c3d4e5f6000a", "green: i-0a1b2c3d4e5f6000c")),
        ("auto-scaling-groups", ("Auto Scaling groups", "api: api/production", "web: web-blue")),
        ("application-load-balancer", ("Application Load Balancer", "routes")),
        (
            "addresses",
            ("IP addresses", "data-centre: 172.16.0.53", "first: 10.10.0.53", "second: 10.10.1.53"),
        ),
    ],
)
def test_existing_targets(name: str, targets: tuple[str, ...]) -> None:
    assert drawn(name).services[0].targets == targets


def test_an_existing_load_balancer_has_no_vpc_and_no_targets() -> None:
    (service,) = drawn("existing-load-balancer").services
    assert (service.vpc, service.targets) == (None, ())
    assert service.balancers == (Balancer("front", ("existing",)),)


def test_auto_scaling_groups() -> None:
    (service,) = drawn("auto-scaling").services
    assert service.vpc is not None
    assert service.vpc.zones[0].inside[0] == "2 to 4 EC2 instances"


def test_without_consumers_they_are_elsewhere() -> None:
    picture = drawn("provider-only")
    assert picture.elsewhere is not None
    assert (picture.elsewhere.name, picture.elsewhere.services) == ("consumers not in this topology", (None,))


@pytest.mark.parametrize(("number", "shown"), [(1, 1), (12, 12), (13, 13), (14, 12), (30, 12)])
def test_many_consumers_are_counted(number: int, shown: int) -> None:
    picture = picture_of(sized(2, number, 2))
    assert len(picture.consumers) == shown
    if shown == number:
        assert picture.elsewhere is None
    else:
        assert shown == MOST_CONSUMERS
        assert picture.elsewhere is not None
        assert picture.elsewhere.name == f"{number - shown} more consumers"
        assert picture.elsewhere.services == ("service-0", "service-1")


def test_lists() -> None:
    assert counted(1, "zone") == "1 zone"
    assert counted(2, "zone") == "2 zones"
    assert some(range(5)) == ["0", "1", "2", "3", "4"]
    assert listed(range(6)) == "0, 1, 2, 3, and 2 more"
