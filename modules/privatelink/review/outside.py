"""What stands on a path from a consumer to a target and lies outside the plans.

A review lists it each time: no plan shows it, so the verdict does not cover it.
"""

from collections.abc import Iterable, Iterator

from privatelink.review.admission import admissions, groups_of
from privatelink.review.hops.balancer import forwarded
from privatelink.review.hops.client import clients
from privatelink.review.hops.targets import targets_of
from privatelink.review.reachability import of_aws
from privatelink.review.services import endpoint_groups, listeners_of
from privatelink.review.world import Linked, Thing, World

_MOST = 3
"""The number of names in one line."""


def outside(world: World) -> tuple[str, ...]:
    """Return what these plans do not show, one line for each kind; nothing without PrivateLink."""
    return tuple(
        f"{kind}: {_some(names)}" for kind, found in _outside(world) if (names := list(dict.fromkeys(found)))
    )


def _outside(world: World) -> Iterator[tuple[str, Iterable[str]]]:
    services = world.of("aws_vpc_endpoint_service")
    if services:
        yield "endpoint connections", ["a plan does not list who is connected"]
    endpoints = world.interface_endpoints()
    names = [each.value("service_name") for each in endpoints]
    yield (
        "endpoint services of other workspaces",
        [name for name in names if isinstance(name, str) and not of_aws(name) and world.find(name) is None],
    )
    balancers = [lb for each in services for lb in world.linked(each, "network_load_balancer_arns")]
    yield "load balancers of other workspaces", [arn.rpartition("/")[0] or arn for arn in _strings(balancers)]
    groups = [group for each in endpoints for group in endpoint_groups(world, each)]
    groups += [group for lb in _things(balancers) for group in groups_of(world, lb, "security_groups")]
    groups = list({_key(each): each for each in groups}.values())
    yield "rules of security groups of other workspaces", _strings(groups)
    peers = [each.peer for each, _ in admissions(world, groups, "ingress").by]
    lists = [each for each in peers if isinstance(each, str) and each.startswith("pl-")]
    yield "content of prefix lists", [each for each in lists if world.find(each) is None]
    target_groups = {
        id(group): group
        for lb in _things(balancers)
        for listener in listeners_of(world, lb)
        for group in _things(forwarded(world, listener, "default_action"))
    }.values()
    yield (
        "targets of target groups that no plan registers",
        [each.address for each in target_groups if not targets_of(world, each)],
    )
    yield (
        "targets that are in no plan",
        [each.name for group in target_groups for each in targets_of(world, group) if each.thing is None],
    )
    hidden = [each.text("vpc_id") for each in endpoints if not clients(world, each)]
    yield "addresses of VPCs of other workspaces", filter(None, hidden)


def _some(names: list[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _key(linked: Linked) -> int | str:
    return linked if isinstance(linked, str) else id(linked)


def _strings(linked: Iterable[Linked]) -> list[str]:
    return [each for each in linked if isinstance(each, str)]


def _things(linked: Iterable[Linked]) -> list[Thing]:
    return [each for each in linked if isinstance(each, Thing)]
