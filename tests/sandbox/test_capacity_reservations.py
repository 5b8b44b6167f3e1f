"""Capacity reservations of load balancers."""

import pytest

from tests.support.sandbox_fixtures import Account, refused


@pytest.fixture
def arn(provider: Account) -> str:
    network = provider.vpc("10.74.0.0/16", zones="ac")
    return str(network.load_balancer(f"lcu-{network.id[-12:]}")["LoadBalancerArn"])


def test_it_is_shared_by_the_zones_until_it_is_reset(provider: Account, arn: str) -> None:
    elb = provider.elb
    before = elb.describe_capacity_reservation(LoadBalancerArn=arn)
    assert (before["CapacityReservationState"], before["DecreaseRequestsRemaining"]) == ([], 2)
    assert "MinimumLoadBalancerCapacity" not in before
    wanted = {"CapacityUnits": 5500}
    answer = elb.modify_capacity_reservation(LoadBalancerArn=arn, MinimumLoadBalancerCapacity=wanted)
    shown = elb.describe_capacity_reservation(LoadBalancerArn=arn)
    assert shown["MinimumLoadBalancerCapacity"] == answer["MinimumLoadBalancerCapacity"] == wanted
    assert shown["CapacityReservationState"] == [
        {
            "AvailabilityZone": f"ap-northeast-2{zone}",
            "EffectiveCapacityUnits": 2750.0,
            "State": {"Code": "provisioned"},
        }
        for zone in "ac"
    ]
    elb.modify_capacity_reservation(LoadBalancerArn=arn, ResetCapacityReservation=True)
    after = elb.describe_capacity_reservation(LoadBalancerArn=arn)
    assert "MinimumLoadBalancerCapacity" not in after
    assert {item["EffectiveCapacityUnits"] for item in after["CapacityReservationState"]} == {0.0}


def test_it_decreases_twice_a_day(provider: Account, arn: str) -> None:
    def reserve(units: int) -> dict:
        return provider.elb.modify_capacity_reservation(
            LoadBalancerArn=arn, MinimumLoadBalancerCapacity={"CapacityUnits": units}
        )

    remaining = [reserve(units)["DecreaseRequestsRemaining"] for units in (8000, 9000, 8500, 8000)]
    assert remaining == [2, 2, 1, 0]
    with refused("CapacityDecreaseRequestLimitExceeded"):
        reserve(7000)
    assert reserve(9000)["DecreaseRequestsRemaining"] == 0


def test_either_a_capacity_or_a_reset(provider: Account, arn: str) -> None:
    with refused("ValidationError"):
        provider.elb.modify_capacity_reservation(LoadBalancerArn=arn)
    with refused("LoadBalancerNotFound"):
        provider.elb.describe_capacity_reservation(LoadBalancerArn=f"{arn}0")
