"""Capacity reservations of load balancers, in load balancer capacity units (LCU).

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/capacity-unit-reservation.html
"""

from dataclasses import dataclass
from datetime import datetime

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import utcnow
from moto.elbv2.exceptions import ELBClientError

from privatelink.sandbox.load_balancers import find
from privatelink.sandbox.untyped import Moto

DECREASES_A_DAY = 2


@dataclass
class Reservation:
    """The reservation of a load balancer.

    Arguments:
        units: the reserved capacity units; None after a reset.
        decreases: how often the capacity can be decreased on this day.
        modified: the time of the last change.
    """

    units: int | None
    decreases: int
    modified: datetime


def describe(balancer: Moto) -> ActionResult:
    """Return the answer about the reservation of a load balancer; each zone has the same share."""
    reservation: Reservation | None = getattr(balancer, "capacity_reservation", None)
    if reservation is None:
        return ActionResult({"DecreaseRequestsRemaining": DECREASES_A_DAY, "CapacityReservationState": []})
    zones = [subnet.availability_zone for subnet in balancer.subnets]
    units = reservation.units
    return ActionResult(
        {
            "LastModifiedTime": reservation.modified,
            "DecreaseRequestsRemaining": reservation.decreases,
            "MinimumLoadBalancerCapacity": {"CapacityUnits": units} if units else None,
            "CapacityReservationState": [
                {
                    "AvailabilityZone": zone,
                    "EffectiveCapacityUnits": (units or 0) / len(zones),
                    "State": {"Code": "provisioned"},
                }
                for zone in zones
            ],
        }
    )


class Actions(BaseResponse):  # type: ignore[misc]
    """The ELBv2 API actions on capacity reservations."""

    def describe_capacity_reservation(self) -> ActionResult:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeCapacityReservation.html"""
        return describe(find(self.elbv2_backend, self._get_param("LoadBalancerArn")))

    def modify_capacity_reservation(self) -> ActionResult:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyCapacityReservation.html"""
        balancer = find(self.elbv2_backend, self._get_param("LoadBalancerArn"))
        units: int | None = (self._get_param("MinimumLoadBalancerCapacity") or {}).get("CapacityUnits")
        if bool(units) == bool(self._get_param("ResetCapacityReservation", False)):
            raise ELBClientError(
                "ValidationError",
                "Specify either MinimumLoadBalancerCapacity or ResetCapacityReservation",
            )
        held: Reservation | None = getattr(balancer, "capacity_reservation", None)
        decreases = held.decreases if held else DECREASES_A_DAY
        # A reset is no decrease.
        if held and units and units < (held.units or 0):
            if not decreases:
                raise ELBClientError(
                    "CapacityDecreaseRequestLimitExceeded",
                    f"The capacity can be decreased {DECREASES_A_DAY} times a day",
                )
            decreases -= 1
        balancer.capacity_reservation = Reservation(units, decreases, utcnow())
        return describe(balancer)
