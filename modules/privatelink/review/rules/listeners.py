"""Rules for listeners and target groups."""

from collections.abc import Iterator

from privatelink.review.change import Change
from privatelink.review.renames import renames
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.rules import pages
from privatelink.review.services import (
    default_target_groups_of,
    listener_rules_of,
    listeners_of,
    live_target_groups,
    services_of,
    target_groups_of,
    target_groups_of_rule,
    use_of,
)
from privatelink.review.shapes import UNKNOWN, Value, items, mappings, text
from privatelink.review.world import Thing, World, Worlds

LISTENER = ("aws_lb_listener", "aws_alb_listener")
_IN_FRONT = (
    "its load balancer is a target of the endpoint service's load balancer, which forwards TCP as it is"
)
_SIGN_IN = "clients must sign in first"
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
    for listener in _application_listeners(worlds):
        # The load balancer in front forwards TCP as it is. Paths show whether it still finds the port.
        if listener.change.updated and listener.change.differs("protocol"):
            yield Hit(listener.change, "protocol", because=_IN_FRONT)


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


def _application_listeners(worlds: Worlds) -> list[Thing]:
    """The listeners of Application Load Balancers that are targets of an endpoint service's load balancer."""
    found = {
        listener.identity: listener
        for lb, listener, _ in live_target_groups(worlds)
        if lb.value("load_balancer_type") == "application"
    }
    return list(found.values())


def _answers(worlds: Worlds, lb: Thing, listener: Thing) -> bool:
    """Whether another listener has the port after the apply, such as one with a new address."""
    after = worlds.after.same(lb.change)
    return after is not None and any(
        other.value("port") == listener.value("port")
        and other.value("protocol") == listener.value("protocol")
        for other in listeners_of(worlds.after, after)
    )


def _target_group_replaced(worlds: Worlds) -> Iterator[Hit]:
    """Only where a listener of an endpoint service forwards to it; destroyed, if the listener stays.

    Terraform destroys what the configuration no longer has before it updates what used it:
    https://github.com/hashicorp/terraform/blob/main/docs/destroying.md
    """
    live = live_target_groups(worlds)
    used = {group.identity for _, _, group in live}
    stays = {group.identity for _, each, group in live if each.change.updated or not each.change.changes}
    for change in worlds.changes("aws_lb_target_group", "aws_alb_target_group"):
        before = worlds.before.same(change)
        if before is None or change.deposed:
            continue
        if change.replaced and before.identity in used:
            yield from (Hit(change, name) for name in change.replaced_by or ("",))
        elif change.destroyed and before.identity in stays:
            yield Hit(change)


TARGET_GROUP_REPLACED = Rule(
    id="target-group-replaced",
    severity="blocking",
    title="target group of a listener replaced or destroyed",
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


def _forwards_elsewhere(worlds: Worlds) -> Iterator[Hit]:
    """Only where another listener already forwards to the targets, and the new ones include no old ones.

    A note within the same services: a listener for tests also has the next targets.
    """
    before, after = worlds.before, worlds.after
    live = [
        (lb, listener, group) for lb, listener, group in live_target_groups(worlds) if services_of(before, lb)
    ]
    reported: set[str] = set()
    for lb, listener, _ in live:
        now = after.same(listener.change)
        if now is None or listener.identity in reported or not listener.change.updated:
            continue
        reported.add(listener.identity)
        had = {group.change for group in target_groups_of(before, listener)}
        has = {group.change for group in target_groups_of(after, now)}
        if not has or had & has:
            continue
        for other_lb, other, group in live:
            if group.change in has and other is not listener:
                same = bool({*services_of(before, lb)} & {*services_of(before, other_lb)})
                because = f"{group.address} has the targets of {other.address}"
                yield Hit(listener.change, "default_action", "note" if same else None, because)
                break


LISTENER_FORWARDS_ELSEWHERE = Rule(
    id="listener-forwards-elsewhere",
    severity="blocking",
    title="listener forwards to the targets of another listener",
    consequence="clients reach the targets of another service, although no hop of the path is broken",
    instead=(
        "check the keys that the listener and the target group are chosen by; for new targets, add a target "
        "group of their own"
    ),
    page=pages.LISTENER,
    find=_forwards_elsewhere,
)


def _application_rule_changed(worlds: Worlds) -> Iterator[Hit]:
    """For listener rules behind an endpoint service that no longer forward requests to the same targets."""
    for listener in _application_listeners(worlds):
        now = worlds.after.same(listener.change)
        rules = {
            rule.change: rule
            for world, thing in ((worlds.before, listener), (worlds.after, now))
            if thing is not None
            for rule in listener_rules_of(world, thing)
        }
        if now is not None and listener.change.updated and _signs_in(now) - _signs_in(listener):
            yield Hit(listener.change, "default_action", because=_SIGN_IN)
        for change in rules:
            before, after = worlds.before.same(change), worlds.after.same(change)
            if now is None or not change.changes or change in renames(worlds).values():
                continue
            if why := _diverted(worlds, now, before, after):
                yield Hit(change, "condition" if change.updated and before else "", because=why)


APPLICATION_RULE_CHANGED = Rule(
    id="application-rule-changed",
    severity="warning",
    title="listener rule of an Application Load Balancer diverts requests",
    consequence="requests that reached targets of the service get another answer: other targets, or none",
    instead=(
        "check in the access logs of the load balancer which requests match the rule, and add the new rule, "
        "with its targets, before the old one goes"
    ),
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html",
    find=_application_rule_changed,
)


def _diverted(worlds: Worlds, listener: Thing, before: Thing | None, after: Thing | None) -> str:
    """How requests that a listener rule decides on no longer reach the same targets; empty if they do."""
    if after is not None and _signs_in(after) - (_signs_in(before) if before else set()):
        return _SIGN_IN
    had = _targets_of_rule(worlds.before, before) if before else set()
    has = _targets_of_rule(worlds.after, after) if after else set()
    if after is not None and not has and (before is None or had or _narrows(after, before)):
        return (
            ""
            if UNKNOWN in worlds.after.linked(after, "action", "target_group_arn")
            else "it forwards no request"
        )
    default = {group.change for group in default_target_groups_of(worlds.after, listener)}
    if before is None or not had or had <= default:
        return ""
    if after is None:
        return "its requests get the default action"
    return "requests that it no longer matches get the default action" if _narrows(before, after) else ""


def _signs_in(thing: Thing) -> set[str]:
    """The actions of a listener, or of a listener rule, that have a client sign in."""
    blocks = [*mappings(thing.value("default_action")), *mappings(thing.value("action"))]
    return {kind for each in blocks if (kind := text(each.get("type"))).startswith("authenticate-")}


def _targets_of_rule(world: World, rule: Thing) -> set[Change]:
    return {group.change for group in target_groups_of_rule(world, rule)}


def _narrows(before: Thing, after: Thing) -> bool:
    """Whether the conditions of a listener rule match fewer requests than before."""
    old, new = (_conditions(each.value("condition")) for each in (before, after))
    # All conditions must match; any value of a condition may.
    return any(kind not in old or not old[kind] <= values for kind, values in new.items())


def _conditions(blocks: Value) -> dict[str, set[str]]:
    """The values of the conditions, by their kind."""
    found: dict[str, set[str]] = {}
    for block in mappings(blocks):
        for kind, inner in block.items():
            for each in mappings(inner):
                name = f"{kind} {text(each.get('http_header_name'))}".rstrip()
                found.setdefault(name, set()).update(map(str, items(each.get("values"))))
    return found


RULES = (
    LISTENER_CHANGED,
    LISTENER_DESTROYED,
    LISTENER_FORWARDS_ELSEWHERE,
    APPLICATION_RULE_CHANGED,
    TARGET_GROUP_REPLACED,
)
