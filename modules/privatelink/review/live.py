"""What AWS says now about the services in the plans: who is connected, and which targets are healthy.

A plan does not show connections: with them, a finding names the consumers that it cuts off.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from privatelink.facts import AVAILABLE, PENDING_ACCEPTANCE
from privatelink.review.change import Change
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules.endpoint_services import (
    ACCEPTANCE_SWITCHED_OFF,
    OMITTED_VALUE_KEPT,
    PRINCIPAL_EVERYONE_ADDED,
    SERVICE_DESTROYED,
    SERVICE_OPEN_TO_EVERYONE,
)
from privatelink.review.rules.listeners import LISTENER_CHANGED, LISTENER_DESTROYED
from privatelink.review.rules.load_balancers import ENFORCEMENT_WITHOUT_ADMISSION
from privatelink.review.rules.paths import PATH_BROKEN
from privatelink.review.rules.security_groups import LOAD_BALANCER_CLOSED_TO_CONSUMERS
from privatelink.review.rules.timing import TARGETS_DOWN
from privatelink.review.services import (
    ENDPOINT,
    SERVICE,
    listeners_of,
    live_target_groups,
    load_balancers_of,
    target_groups_of,
)
from privatelink.review.shapes import text
from privatelink.review.world import Thing, World, Worlds, remembered

_USES = (AVAILABLE, "pending", PENDING_ACCEPTANCE)
"""The states of connections that a change cuts off."""
_SHOWN = 5
_NOT_OF_CONSUMERS = (
    ACCEPTANCE_SWITCHED_OFF,
    OMITTED_VALUE_KEPT,
    PRINCIPAL_EVERYONE_ADDED,
    SERVICE_OPEN_TO_EVERYONE,
)
"""Rules on who can connect in future."""
_MILDER = (
    ENFORCEMENT_WITHOUT_ADMISSION,
    LISTENER_CHANGED,
    LISTENER_DESTROYED,
    LOAD_BALANCER_CLOSED_TO_CONSUMERS,
    PATH_BROKEN,
    SERVICE_DESTROYED,
    TARGETS_DOWN,
)
"""Rules that only matter to connected consumers; AWS refuses what others find even without consumers."""


@dataclass(frozen=True)
class Consumer:
    """The connection of a consumer's endpoint.

    Arguments:
        account: the account of the endpoint.
        since: when the connection was requested.
    """

    endpoint: str
    account: str
    state: str
    since: datetime

    def __str__(self) -> str:
        return (
            f"{self.endpoint} of account {self.account} ({self.state}, "
            f"since {self.since.astimezone(UTC):%Y-%m-%d})"
        )


@dataclass(frozen=True)
class Live:
    """The answers of AWS.

    Arguments:
        consumers: the connections of each service that AWS was asked for, by its ID.
        healthy: the numbers of healthy targets and of all targets, by the ARN of the target group.
        notes: what AWS did not answer, and why.
    """

    consumers: Mapping[str, Sequence[Consumer]] = field(default_factory=dict)
    healthy: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def applied(self, worlds: Worlds, rule: Rule, hit: Hit) -> Hit:
        """Return a finding with the consumers that it cuts off; a warning if there are none."""
        if not self.consumers or rule in _NOT_OF_CONSUMERS:
            return hit
        known = [each for each in services_behind(worlds).get(hit.change, ()) if each in self.consumers]
        if not known:
            return hit
        connected = [
            consumer
            for service in known
            for consumer in self.consumers[service]
            if consumer.state in _USES and _concerns(worlds, hit.change, consumer)
        ]
        if connected:
            return replace(hit, because="; ".join(filter(None, (hit.because, _cut_off(connected)))))
        if rule in _MILDER and (hit.severity or rule.severity) == "blocking":
            none = f"a warning: AWS lists no connection of {', '.join(known)}"
            return replace(hit, severity="warning", because="; ".join(filter(None, (hit.because, none))))
        return hit

    def lines(self) -> Iterator[str]:
        """Yield what AWS did not answer, the consumers, and target groups without a healthy target."""
        yield from self.notes
        for service, consumers in self.consumers.items():
            states = Counter(consumer.state for consumer in consumers)
            listed = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
            yield f"{service} has {listed or 'no'} connections now"
        for arn, (healthy, targets) in self.healthy.items():
            if not healthy:
                yield f"{arn} has no healthy target now ({targets} registered)"


def _cut_off(consumers: Sequence[Consumer]) -> str:
    more = len(consumers) - _SHOWN
    listed = ", ".join(map(str, consumers[:_SHOWN]))
    return f"cuts off {listed}{f' and {more} more' if more > 0 else ''}"


def _concerns(worlds: Worlds, change: Change, consumer: Consumer) -> bool:
    """Whether a change concerns a consumer: that of an endpoint only its own."""
    if change.type == ENDPOINT:
        own = text(change.value("before", "id"))
    elif change.type == "aws_vpc_endpoint_connection_accepter":
        own = text(change.value("before", "vpc_endpoint_id"))
    else:
        return True
    return not own or own == consumer.endpoint


@remembered
def services_behind(worlds: Worlds) -> Mapping[Change, Sequence[str]]:
    """Return the IDs of the services that each resource belongs to, as they are now."""
    found: dict[Change, list[str]] = {}
    for service in worlds.before.of(SERVICE):
        if service_id := service.text("id"):
            for thing in _parts(worlds.before, service):
                if service_id not in found.setdefault(thing.change, []):
                    found[thing.change].append(service_id)
    return found


def _parts(world: World, service: Thing) -> Iterator[Thing]:
    """A service, and what lies on the paths to it: as far as its plans show it."""
    yield service
    for kind, name in (
        ("aws_vpc_endpoint_connection_accepter", "vpc_endpoint_service_id"),
        ("aws_vpc_endpoint_service_allowed_principal", "vpc_endpoint_service_id"),
        (ENDPOINT, "service_name"),
    ):
        yield from world.leading_to(service, kind, name)
    for lb in _things(load_balancers_of(world, service)):
        yield lb
        yield from _with_rules(world, lb, "security_groups")
        for listener in listeners_of(world, lb):
            yield listener
            for group in target_groups_of(world, listener):
                yield group
                yield from _targets(world, group)


def _targets(world: World, group: Thing) -> Iterator[Thing]:
    for attachment in world.leading_to(group, "aws_lb_target_group_attachment", "target_group_arn"):
        yield attachment
        for target in _things(world.linked(attachment, "target_id")):
            yield target
            yield from _with_rules(world, target, "vpc_security_group_ids")
    for attachment in world.leading_to(group, "aws_autoscaling_attachment", "lb_target_group_arn"):
        yield attachment
        yield from _things(world.linked(attachment, "autoscaling_group_name"))
    yield from world.leading_to(group, "aws_autoscaling_group", "target_group_arns")
    yield from world.leading_to(group, "aws_ecs_service", "load_balancer", "target_group_arn")


def _with_rules(world: World, thing: Thing, attribute: str) -> Iterator[Thing]:
    for group in _things(world.linked(thing, attribute)):
        yield group
        for kind in (
            "aws_vpc_security_group_ingress_rule",
            "aws_vpc_security_group_egress_rule",
            "aws_security_group_rule",
        ):
            yield from world.leading_to(group, kind, "security_group_id")


def _things(linked: Iterable[object]) -> Iterator[Thing]:
    return (each for each in linked if isinstance(each, Thing))


def asked_for(worlds: Worlds) -> tuple[dict[str, str], list[str]]:
    """Return what to ask AWS for: the names of the services by their IDs, and the ARNs of target groups."""
    services = {
        service_id: service.text("service_name")
        for service in worlds.before.of(SERVICE)
        if (service_id := service.text("id"))
    }
    groups = [group.text("arn") for _, _, group in live_target_groups(worlds)]
    return services, [arn for arn in dict.fromkeys(groups) if arn]
