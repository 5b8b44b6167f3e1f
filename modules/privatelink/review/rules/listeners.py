"""Rules for listeners and target groups."""

from collections.abc import Iterator

from privatelink.review.change import Change
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.rules import pages
from privatelink.review.services import listeners_of, live_target_groups, use_of
from privatelink.review.world import Thing, Worlds

LISTENER = ("aws_lb_listener", "aws_alb_listener")
_NOT_USED = "no endpoint service in these plans uses the load balancer"


def _network(worlds: Worlds) -> Iterator[tuple[Change, Thing, Severity | None]]:
    """Listeners of load balancers that an endpoint service uses, or may use; then with a warning.

    The protocol shows the type of a load balancer that is not in these plans.
    """
    for change in worlds.changes(*LISTENER):
        before = worlds.before.same(change)
        if before is None or change.deposed:
            continue
        lb = worlds.before.only(before, "load_balancer_arn")
        if isinstance(lb, Thing):
            if lb.value("load_balancer_type") not in ("network", "gateway"):
                continue
        elif before.text("protocol") in ("HTTP", "HTTPS"):
            continue
        use = use_of(worlds, lb)
        if use != "unused":
            yield change, before, None if use == "used" else "warning"


def _listener_changed(worlds: Worlds) -> Iterator[Hit]:
    """Also a replacement with another port or protocol."""
    for change, _, severity in _network(worlds):
        if not (change.updated or change.replaced):
            continue
        for name in ("port", "protocol"):
            if change.differs(name):
                yield Hit(change, name, severity, _NOT_USED if severity else "")


LISTENER_CHANGED = Rule(
    id="listener-changed",
    severity="blocking",
    title="port or protocol of a listener changed",
    consequence=(
        "clients that use the old port or protocol fail as soon as the change is applied; the security "
        "groups of the endpoints still allow the old port"
    ),
    instead=(
        "add a second listener, allow its port in the security groups of the endpoints, move the clients, "
        "then remove the first listener"
    ),
    page=pages.LISTENER,
    find=_listener_changed,
)


def _listener_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Destroyed, or moved to another load balancer.

    Another rule reports it where its load balancer is destroyed or replaced too.
    """
    for change, before, severity in _network(worlds):
        lb = worlds.before.only(before, "load_balancer_arn")
        if not (change.destroyed or change.replaced) or not isinstance(lb, Thing):
            continue
        if not (lb.change.destroyed or lb.change.replaced or _answers(worlds, lb, before)):
            name = change.replaced_by[0] if change.replaced_by else "port"
            yield Hit(change, name, severity, _NOT_USED if severity else "")


LISTENER_DESTROYED = Rule(
    id="listener-destroyed",
    severity="blocking",
    title="listener destroyed",
    consequence="connections to its port fail for every consumer",
    instead=(
        "check in the load balancer's metrics that no client uses the port, or add the replacement "
        "listener first"
    ),
    page=pages.LISTENER,
    find=_listener_destroyed,
)


def _answers(worlds: Worlds, lb: Thing, listener: Thing) -> bool:
    """Whether another listener has the port after the apply, such as one with a new address."""
    after = worlds.after.same(lb.change)
    return after is not None and any(
        other.value("port") == listener.value("port")
        and other.value("protocol") == listener.value("protocol")
        for other in listeners_of(worlds.after, after)
    )


def _target_group_replaced(worlds: Worlds) -> Iterator[Hit]:
    """Only where a listener of an endpoint service forwards to it."""
    live = {group.identity for _, _, group in live_target_groups(worlds)}
    for change in worlds.changes("aws_lb_target_group", "aws_alb_target_group"):
        before = worlds.before.same(change)
        if before is not None and change.replaced and before.identity in live:
            yield from (Hit(change, name) for name in change.replaced_by or ("",))


TARGET_GROUP_REPLACED = Rule(
    id="target-group-replaced",
    severity="blocking",
    title="target group of a listener replaced",
    consequence=(
        "AWS does not delete a target group in use; with create_before_destroy, the new one has no "
        "healthy target until its health checks pass, and connections fail until then"
    ),
    instead=(
        "add a second target group with its targets, wait until they are healthy, forward the listener to "
        "it, then remove the first target group"
    ),
    page=pages.TARGET_GROUP,
    find=_target_group_replaced,
)

RULES = (LISTENER_CHANGED, LISTENER_DESTROYED, TARGET_GROUP_REPLACED)
