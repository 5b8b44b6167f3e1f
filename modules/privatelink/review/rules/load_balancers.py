"""Changes of Network Load Balancers."""

from collections.abc import Iterator

from privatelink.facts import DEFAULT_TCP_IDLE_TIMEOUT_SECONDS
from privatelink.review.admission import admissions, groups_of
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.shapes import UNKNOWN, items, whole
from privatelink.review.world import ENFORCE, Thing, Worlds

_SERVICE = "aws_vpc_endpoint_service"
_REASONS = {
    "security_groups": "a load balancer made without a security group can never get one, nor lose its last",
    "subnets": "a subnet was removed or swapped; adding one replaces nothing",
    "subnet_mapping": "an address or a subnet of its mapping was changed; adding one replaces nothing",
    "internal": "its scheme cannot change",
    "name": "its name cannot change",
}


def serves(worlds: Worlds, lb: Thing) -> bool:
    """Whether a service of the plans stands on a load balancer now."""
    return bool(worlds.before.leading_to(lb, _SERVICE, "network_load_balancer_arns"))


def _load_balancer_replaced(worlds: Worlds) -> Iterator[Hit]:
    """One that no service of the plans stands on may have one elsewhere, and is warned of."""
    for lb in worlds.before.network_load_balancers():
        if not lb.change.replaced:
            continue
        known = serves(worlds, lb)
        for name in lb.change.replaced_by or ("",):
            because = _REASONS.get(name, "")
            if not known:
                because = "; ".join(filter(None, (because, "no service of these plans stands on it")))
            yield Hit(lb.change, name, None if known else "warning", because)


LOAD_BALANCER_REPLACED = Rule(
    id="load-balancer-replaced",
    severity="blocking",
    title="load balancer replaced",
    consequence=(
        "AWS refuses to delete it while an endpoint service stands on it (ResourceInUse), also with "
        "create_before_destroy: the apply fails half-way"
    ),
    instead=(
        "add a second load balancer with the same listeners to the service, let the flows of this one drain "
        f"({DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} s idle), take it from the service, then remove it"
    ),
    page=pages.LOAD_BALANCER,
    find=_load_balancer_replaced,
)


def _load_balancer_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Where the service goes too, that is what is told."""
    for lb in worlds.before.network_load_balancers():
        if not lb.change.destroyed or lb.change.deposed:
            continue
        services = worlds.before.leading_to(lb, _SERVICE, "network_load_balancer_arns")
        if any(not service.change.destroyed for service in services):
            yield Hit(lb.change)


LOAD_BALANCER_DESTROYED = Rule(
    id="load-balancer-destroyed",
    severity="blocking",
    title="load balancer destroyed under an endpoint service",
    consequence=(
        "AWS refuses while the service stands on it (ResourceInUse); taken from the service first, every "
        "connection through it breaks"
    ),
    instead=(
        "move the service to another load balancer, let the flows drain "
        f"({DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} s idle), then destroy this one"
    ),
    page=pages.LOAD_BALANCER,
    find=_load_balancer_destroyed,
)


def _deletion_protection_off(worlds: Worlds) -> Iterator[Hit]:
    """Switched off, or in the way of a destruction that is planned."""
    name = "enable_deletion_protection"
    for lb in worlds.before.network_load_balancers():
        if lb.value(name) is not True:
            continue
        if lb.change.updated and lb.change.value("after", name) is False:
            yield Hit(lb.change, name)
        elif lb.change.destroyed or lb.change.replaced:
            yield Hit(
                lb.change, name, "blocking", "it is on, and the plan destroys the load balancer: AWS refuses"
            )


DELETION_PROTECTION_OFF = Rule(
    id="deletion-protection-off",
    severity="warning",
    title="deletion protection off",
    consequence=(
        "the next plan may destroy the load balancer; while protected, AWS refuses that "
        "(OperationNotPermitted)"
    ),
    instead="leave it on until the service stands on another load balancer",
    page=pages.LOAD_BALANCER,
    find=_deletion_protection_off,
)


def _load_balancer_groups_unknown(worlds: Worlds) -> Iterator[Hit]:
    """Of one that exists; when it is made they cannot be known yet."""
    for lb in worlds.before.network_load_balancers():
        after = lb.change.value("after", "security_groups")
        if (lb.change.updated or lb.change.replaced) and (after is UNKNOWN or UNKNOWN in items(after)):
            yield Hit(lb.change, "security_groups")


LOAD_BALANCER_GROUPS_UNKNOWN = Rule(
    id="load-balancer-groups-unknown",
    severity="warning",
    title="security groups of the load balancer not known at plan",
    consequence=(
        "whether consumers are admitted, and whether the load balancer is replaced, shows only at the apply"
    ),
    instead="make the security groups first, or name existing ones, so that a plan knows them",
    page=pages.LOAD_BALANCER_GROUPS,
    find=_load_balancer_groups_unknown,
)


def _enforcement_without_admission(worlds: Worlds) -> Iterator[Hit]:
    """Where it is switched on; which consumer a rule admits is said by the paths."""
    for lb in worlds.before.network_load_balancers():
        after = worlds.after.same(lb.change)
        if after is None or not lb.change.updated or lb.value(ENFORCE) != "off":
            continue
        if after.value(ENFORCE) != "on":
            continue
        admitted = admissions(worlds.after, groups_of(worlds.after, after, "security_groups"), "ingress")
        listeners = worlds.after.leading_to(after, "aws_lb_listener", "load_balancer_arn")
        ports = {port for each in listeners if (port := whole(each.value("port"))) is not None}
        shut = sorted(
            port
            for port in ports
            if not any(a.opens(p, port, port) for a, _ in admitted.by for p in ("tcp", "udp"))
        )
        if admitted.complete and shut:
            yield Hit(lb.change, ENFORCE, because=f"{len(shut)} of {len(ports)} listeners have no rule")
        elif not admitted.complete:
            yield Hit(lb.change, ENFORCE, "warning", "the plans do not hold the rules of its security groups")


ENFORCEMENT_WITHOUT_ADMISSION = Rule(
    id="enforcement-without-admission",
    severity="blocking",
    title="security group rules hold PrivateLink traffic, and none admits consumers",
    consequence=(
        "every connection through the endpoints is dropped: the rules see the consumers' private addresses"
    ),
    instead=f"admit the consumers' CIDRs on the listeners' ports first, or leave {ENFORCE} off",
    page=pages.LOAD_BALANCER_GROUPS,
    find=_enforcement_without_admission,
)

RULES = (
    LOAD_BALANCER_REPLACED,
    LOAD_BALANCER_DESTROYED,
    DELETION_PROTECTION_OFF,
    LOAD_BALANCER_GROUPS_UNKNOWN,
    ENFORCEMENT_WITHOUT_ADMISSION,
)
