"""Target health in the API: what the load balancer's nodes found out."""

import importlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from tests.support.dataplane_fixtures import (
    Consumer,
    Lab,
    Service,
    build_consumer,
    build_service,
    states,
)
from tests.support.packets import HTTP_PORT, Scene

NOT_SERVED = 8099
SECOND = "ZIGISPACE - SVR#2"
TIMED_OUT = "curl: 28"


@dataclass
class Seen:
    """A data plane, of which only what its nodes found out is asked."""

    health: dict[tuple[str, str, str], bool] = field(default_factory=dict)


def groups() -> dict[str, Any]:
    """moto's own target groups, by their ARNs."""
    from moto.elbv2.models import elbv2_backends

    return elbv2_backends["123456789012"][REGION].target_groups  # type: ignore[no-any-return]


def forwarding(built: dict[str, Any], name: str, *, subnets: list[str], cross_zone: bool = False) -> str:
    """A target group of a load balancer of its own, with the target in zone c."""
    elb = boto3.client("elbv2", REGION)
    balancer = elb.create_load_balancer(Name=name, Type="network", Scheme="internal", Subnets=subnets)
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": str(cross_zone).lower()}],
    )
    group = elb.create_target_group(Name=name, Protocol="TCP", Port=80, VpcId=built["vpc"], TargetType="ip")[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="TCP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": TestAlone.TARGET}])
    return str(group)


@pytest.mark.slow
@pytest.mark.xdist_group("moto")
class TestAlone:
    """Without a kernel: a target in zone c of a load balancer in a and c, which does not cross zones."""

    TARGET = "10.0.1.99"

    @pytest.fixture
    def target_health(self, moto_here: None) -> Any:
        return importlib.import_module("privatelink.sandbox.dataplane.target_health")

    def test_a_target_is_healthy_when_every_node_that_asks_says_so(
        self, target_health: Any, built: dict[str, Any]
    ) -> None:
        arn = built["targets"]
        others = {("eni-c", arn, "10.0.1.98"): False, ("eni-c", "another", self.TARGET): False}
        for answers, expected in (
            ({}, ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")),
            ({"eni-c": True}, ("healthy", None, None)),
            ({"eni-a": True, "eni-c": True}, ("healthy", None, None)),
            ({"eni-c": False}, ("unhealthy", "Target.FailedHealthChecks", "Health checks failed")),
            (
                {"eni-a": True, "eni-c": False},
                ("unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
            ),
        ):
            seen = Seen(others | {(node, arn, self.TARGET): healthy for node, healthy in answers.items()})
            assert target_health.state_of(groups()[arn], self.TARGET, seen) == expected

    def test_a_target_in_a_zone_the_load_balancer_lacks_is_unused_unless_zones_are_crossed(
        self, target_health: Any, built: dict[str, Any]
    ) -> None:
        arn = forwarding(built, "only-a", subnets=built["subnets"][:1])
        state, reason, why = target_health.state_of(groups()[arn], self.TARGET, Seen())
        assert (state, reason) == ("unused", "Target.NotInUse")
        assert why == "Target is in an Availability Zone that is not enabled for the load balancer"
        crossing = forwarding(built, "crossing", subnets=built["subnets"][:1], cross_zone=True)
        assert target_health.state_of(groups()[crossing], self.TARGET, Seen())[0] == "initial"

    def test_the_load_balancers_of_a_group_are_those_that_forward_to_it(
        self, target_health: Any, built: dict[str, Any]
    ) -> None:
        other = forwarding(built, "other", subnets=built["subnets"])
        found = {
            arn: [balancer.name for balancer in target_health.balancers_of(groups()[arn])]
            for arn in (built["targets"], other)
        }
        assert found == {built["targets"]: ["nlb"], other: ["other"]}

    def test_the_api_tells_what_the_nodes_found_out_where_moto_knows_no_better(
        self, target_health: Any, built: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from moto.elbv2.models import FakeTargetGroup

        def motos(group: Any, target: dict[str, Any], backend: Any) -> SimpleNamespace:
            known = "unused" if target["Id"] == "10.0.1.98" else "healthy"
            return SimpleNamespace(instance_id=target["Id"], status=known, reason="moto's", description="")

        monkeypatch.setattr(FakeTargetGroup, "health_for", motos)
        seen = Seen()
        target_health.install(seen)
        group = groups()[built["targets"]]

        def told(target: str) -> tuple[str, str | None]:
            status = group.health_for({"Id": target}, None)
            return status.status, status.reason

        assert told(self.TARGET) == ("initial", "Elb.InitialHealthChecking")
        seen.health[("eni-c", group.arn, self.TARGET)] = False
        assert told(self.TARGET) == ("unhealthy", "Target.FailedHealthChecks")
        assert told("10.0.1.98") == ("unused", "moto's")
        # An Application Load Balancer has no data plane: its targets' health is moto's.
        group.protocol = "HTTP"
        assert told(self.TARGET) == ("healthy", "moto's")


@pytest.fixture(scope="module")
def service(provider_lab: Lab) -> Service:
    made = build_service(provider_lab, acceptance=False)
    made.wait_healthy()
    return made


@pytest.fixture(scope="module")
def client(consumer_lab: Lab, service: Service) -> Consumer:
    return build_consumer(consumer_lab, service)


@pytest.mark.dataplane
@pytest.mark.slow
def test_a_stopped_target_is_unused(service: Service) -> None:
    ec2, stopped = service.lab.account.ec2, service.backends["a"].id
    ec2.stop_instances(InstanceIds=[stopped])
    assert states(service, "unused", "healthy"), service.health()
    ec2.start_instances(InstanceIds=[stopped])
    assert states(service, "healthy", "healthy"), service.health()


@pytest.mark.dataplane
@pytest.mark.slow
def test_a_target_that_comes_back_is_checked_anew(service: Service, client: Consumer) -> None:
    elb, returning = service.lab.account.elb, service.backends["c"].id
    target = {"TargetGroupArn": service.target_group, "Targets": [{"Id": returning}]}
    elb.deregister_targets(**target)
    assert list(service.health()) == [service.backends["a"].id]
    (gone,) = elb.describe_target_health(**target)["TargetHealthDescriptions"]
    assert (gone["TargetHealth"]["State"], gone["TargetHealth"]["Reason"]) == (
        "unused",
        "Target.NotRegistered",
    )
    service.lab.account.sandbox.settle()
    assert client.probe.curl(client.names[2]) == TIMED_OUT
    elb.register_targets(**target)
    assert service.health()[returning] == "initial"
    assert states(service, "healthy", "healthy"), service.health()
    assert client.probe.curl(client.names[2]) == SECOND


@pytest.mark.dataplane
@pytest.mark.slow
def test_after_a_change_of_its_checks_a_target_has_no_state_of_those_before(scene: Scene) -> None:
    group = scene.group("TCP", HTTP_PORT)
    scene.listener("TCP", group)
    scene.provider.account.elb.modify_target_group(TargetGroupArn=group, HealthCheckPort=str(NOT_SERVED))

    scene.provider.account.sandbox.settle()

    assert scene.states(group) <= {"initial", "unhealthy"}


def test_a_target_of_no_listener_is_unused(provider_lab: Lab, service: Service) -> None:
    elb = provider_lab.account.elb
    group = elb.create_target_group(
        Name=provider_lab.name("tg"), Protocol="TCP", Port=80, VpcId=service.vpc.id, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": service.backends["a"].id}])
    (found,) = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert found["TargetHealth"]["State"] == "unused"
    assert found["TargetHealth"]["Reason"] == "Target.NotInUse"
