"""Rules for Network and Gateway Load Balancers."""

from collections.abc import Iterator

from privatelink.facts import DEFAULT_TCP_IDLE_TIMEOUT_SECONDS
from privatelink.review.admission import admissions, groups_of
from privatelink.review.attributes import ENFORCE
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.services import has_privatelink, service_load_balancers, services_of
from privatelink.review.shapes import UNKNOWN, whole
from privatelink.review.world import Thing, Worlds

_REASONS = {
    "security_groups": "AWS cannot add the first security group, nor remove the last one",
    "subnets": "a subnet was removed or replaced; adding one does not replace the load balancer",
    "subnet_mapping": "a mapping was changed or removed; adding one does not replace the load balancer",
    "internal": "AWS cannot change the scheme",
    "name": "AWS cannot change the name",
}


def _load_balancers(worlds: Worlds) -> list[Thing]:
    """None where the plans have nothing of PrivateLink."""
    return service_load_balancers(worlds.before) if has_privatelink(worlds) else []


def _load_balancer_replaced(worlds: Worlds) -> Iterator[Hit]:
    """A warning where no service in these plans uses it: a service elsewhere may."""
    for lb in _load_balancers(worlds):
        if not lb.change.replaced:
            continue
        known = bool(services_of(worlds.before, lb))
        for name in lb.change.replaced_by or ("",):
            because = _REASONS.get(name, "")
            if not known:
                because = "; ".join(filter(None, (because, "no endpoint service in these plans uses it")))
            yield Hit(lb.change, name, None if known else "warning", because)


LOAD_BALANCER_REPLACED = Rule(
    id="load-balancer-replaced",
    severity="blocking",
    title="load balancer replaced",
    consequence=(
        "AWS rejects the deletion while an endpoint service uses it (ResourceInUse), even with "
        "create_before_destroy: the apply fails halfway"
    ),
    instead=(
        "add a second load balancer with the same listeners to the service, let the flows of this one "
        f"drain ({DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} s idle), remove it from the service, then destroy it"
    ),
    page=pages.LOAD_BALANCER,
    find=_load_balancer_replaced,
)


def _load_balancer_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Another rule reports it where the service is destroyed too."""
    for lb in _load_balancers(worlds):
        if not lb.change.destroyed or lb.change.deposed:
            continue
        if any(not service.change.destroyed for service in services_of(worlds.before, lb)):
            yield Hit(lb.change)


LOAD_BALANCER_DESTROYED = Rule(
    id="load-balancer-destroyed",
    severity="blocking",
    title="load balancer of an endpoint service destroyed",
    consequence=(
        "AWS rejects the deletion while the service uses it (ResourceInUse); if it is removed from the "
        "service first, every connection through it breaks"
    ),
    instead=(
        "move the service to another load balancer, let the flows drain "
        f"({DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} s idle), then destroy this one"
    ),
    page=pages.LOAD_BALANCER,
    find=_load_balancer_destroyed,
)


def _deletion_protection_off(worlds: Worlds) -> Iterator[Hit]:
    """Disabled, or on for a load balancer that the plan destroys."""
    name = "enable_deletion_protection"
    for lb in _load_balancers(worlds):
        if lb.value(name) is not True:
            continue
        if lb.change.updated and lb.change.value("after", name) is False:
            yield Hit(lb.change, name)
        elif lb.change.destroyed or lb.change.replaced:
            yield Hit(lb.change, name, "blocking", "it is on, so AWS rejects the planned deletion")


DELETION_PROTECTION_OFF = Rule(
    id="deletion-protection-off",
    severity="warning",
    title="deletion protection disabled",
    consequence=(
        "a later plan can destroy the load balancer; with deletion protection, AWS rejects that "
        "(OperationNotPermitted)"
    ),
    instead="keep it on until the service uses another load balancer",
    page=pages.LOAD_BALANCER,
    find=_deletion_protection_off,
)


def _load_balancer_groups_unknown(worlds: Worlds) -> Iterator[Hit]:
    """Only for an existing load balancer, and groups that the configuration does not show either."""
    for lb in _load_balancers(worlds):
        after = worlds.after.same(lb.change)
        if after is None or not (lb.change.updated or lb.change.replaced):
            continue
        if UNKNOWN in groups_of(worlds.after, after, "security_groups"):
            yield Hit(lb.change, "security_groups")


LOAD_BALANCER_GROUPS_UNKNOWN = Rule(
    id="load-balancer-groups-unknown",
    severity="warning",
    title="security groups of the load balancer unknown until apply",
    consequence=(
        "the plan does not show whether the rules allow consumers, nor whether the load balancer is replaced"
    ),
    instead=(
        "create the security groups in an earlier apply, or use existing ones, so that the plan has their IDs"
    ),
    page=pages.LOAD_BALANCER_GROUPS,
    find=_load_balancer_groups_unknown,
)


def _enforcement_without_admission(worlds: Worlds) -> Iterator[Hit]:
    """Where it is switched on; the paths show which consumers the rules allow."""
    for lb in _load_balancers(worlds):
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
            yield Hit(lb.change, ENFORCE, "warning", "rules of its security groups are not in the plans")


ENFORCEMENT_WITHOUT_ADMISSION = Rule(
    id="enforcement-without-admission",
    severity="blocking",
    title="security group rules apply to PrivateLink traffic, but none allows consumers",
    consequence=(
        "every connection through the endpoints is dropped: the rules apply to the consumers' private IP "
        "addresses"
    ),
    instead=f"allow the consumers' CIDRs on the listener ports first, or leave {ENFORCE} off",
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
