"""Rules for listeners and target groups."""

from collections.abc import Iterator

from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Thing, Worlds

_LISTENER = ("aws_lb_listener", "aws_alb_listener")


def _of_network(worlds: Worlds, listener: Thing) -> Thing | None:
    lb = worlds.before.only(listener, "load_balancer_arn")
    return lb if isinstance(lb, Thing) and lb.value("load_balancer_type") == "network" else None


def target_groups(worlds: Worlds, listener: Thing) -> list[Thing]:
    """The current target groups of a listener, from either form of its forward action."""
    paths = (("default_action", "target_group_arn"), ("default_action", "forward", "target_group", "arn"))
    found = [linked for path in paths for linked in worlds.before.linked(listener, *path)]
    return [group for group in found if isinstance(group, Thing)]


def _listener_changed(worlds: Worlds) -> Iterator[Hit]:
    """For Network Load Balancers; one that is not in these plans counts, unless the protocol is HTTP(S)."""
    for change in worlds.changes(*_LISTENER):
        before = worlds.before.same(change)
        if before is None or not (change.updated or change.replaced):
            continue
        lb = worlds.before.only(before, "load_balancer_arn")
        if isinstance(lb, Thing) and lb.value("load_balancer_type") != "network":
            continue
        if before.text("protocol") in ("HTTP", "HTTPS"):
            continue
        for name in ("port", "protocol"):
            if change.differs(name):
                yield Hit(change, name)


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
    for change in worlds.changes(*_LISTENER):
        before = worlds.before.same(change)
        if before is None or not (change.destroyed or change.replaced) or change.deposed:
            continue
        lb = _of_network(worlds, before)
        if lb is None or lb.change.destroyed or lb.change.replaced:
            continue
        if not _answers(worlds, lb, before):
            yield Hit(change, change.replaced_by[0] if change.replaced_by else "port")


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
        for other in worlds.after.leading_to(after, "aws_lb_listener", "load_balancer_arn")
    )


def _target_group_replaced(worlds: Worlds) -> Iterator[Hit]:
    """Only where a listener forwards to it."""
    live = {
        group.identity
        for listener in worlds.before.of("aws_lb_listener")
        for group in target_groups(worlds, listener)
        if _of_network(worlds, listener) is not None
    }
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
