"""The Availability Zones of subnets.

Zone names differ between accounts, AZ IDs do not: https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from privatelink.review.shapes import text
from privatelink.review.world import Linked, Thing, World, remembered


class Zone(NamedTuple):
    """One Availability Zone, as an account names it.

    Arguments:
        name: its name in the account; empty if the plans do not show it.
        id: its AZ ID; empty if the plans do not show it.
        account: the account.
    """

    name: str
    id: str
    account: str

    def __str__(self) -> str:
        return self.name or self.id

    def same(self, other: "Zone") -> bool | None:
        """Return whether another one is the same zone; None if unknown."""
        if self.id and other.id:
            return self.id == other.id
        if self.account == other.account and self.name and other.name:
            return self.name == other.name
        return None


def zone_of(subnet: Thing) -> Zone | None:
    """Return the zone of a subnet; None if the plans do not show it."""
    name, zone_id = subnet.text("availability_zone"), subnet.text("availability_zone_id")
    account = subnet.text("owner_id")
    if subnet.change.replaced and subnet.change.value("before", "availability_zone") == name:
        # The plan does not show the AZ ID and the account of a subnet that replaces another one.
        zone_id = zone_id or text(subnet.change.value("before", "availability_zone_id"))
        account = account or text(subnet.change.value("before", "owner_id"))
    # A new subnet is in the account of its stack.
    account = account or f"stack {subnet.change.stack}"
    return Zone(name, zone_id, account) if name or zone_id else None


@dataclass(frozen=True)
class Zones:
    """The Availability Zones of some subnets.

    Arguments:
        by_name: AZ IDs by zone names; the AZ ID is empty where the plan does not show it, and used as the
            name where the plan shows only the AZ ID.
        accounts: the owners of the subnets; zone names are comparable only within one account.
        complete: whether the zones of all subnets are known.
    """

    by_name: dict[str, str]
    accounts: frozenset[str]
    complete: bool

    @property
    def names(self) -> set[str]:
        """Their names."""
        return set(self.by_name)

    @property
    def ids(self) -> set[str]:
        """Their AZ IDs, as far as they are known."""
        return {zone_id for zone_id in self.by_name.values() if zone_id}


@remembered
def zones_of(world: World, thing: Thing, *paths: str) -> Zones:
    """Return the zones of the subnets in some attributes of a resource."""
    subnets: list[Linked] = []
    for path in paths:
        subnets += world.linked(thing, *path.split("."))
    return zones_of_subnets(subnets)


def zones_of_subnets(subnets: Iterable[Linked]) -> Zones:
    """Return the zones of some subnets."""
    found: dict[str, str] = {}
    accounts: set[str] = set()
    complete = True
    for subnet in subnets:
        if not isinstance(subnet, Thing):
            complete = False
            continue
        zone = zone_of(subnet)
        if zone is None:
            complete = False
            continue
        found[str(zone)] = zone.id
        accounts.add(zone.account)
    return Zones(found, frozenset(accounts), complete)


def in_common(one: Zones, other: Zones) -> bool | None:
    """Return whether two sets of zones have one in common; None if unknown."""
    if one.ids & other.ids:
        return True
    if one.accounts == other.accounts and len(one.accounts) == 1:
        if one.names & other.names:
            return True
        return False if one.complete and other.complete else None
    all_ids = all([*one.by_name.values(), *other.by_name.values()])
    return False if all_ids and one.complete and other.complete and one.by_name and other.by_name else None
