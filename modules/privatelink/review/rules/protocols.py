"""Rules for what clients and targets speak: TLS versions, certificates, ALPN and Proxy Protocol."""

import re
from collections.abc import Iterator

from privatelink.review.change import Change
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.rules.listeners import LISTENER
from privatelink.review.services import live_target_groups, services_of
from privatelink.review.shapes import UNKNOWN, items, text, whole
from privatelink.review.world import Thing, World, Worlds

_TLS = re.compile(r"ELBSecurityPolicy-(TLS13|TLS|FS)-1-([0-3])-")
_CIPHERS_ONLY = ("Res", "FS", "FIPS", "PQ")
"""Parts of a policy's name that mean fewer ciphers; `Ext` means more:
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html"""
_IDLE_TIMEOUT = "tcp_idle_timeout_seconds"
_ALPN = {
    "HTTP1Only": frozenset({"http/1.1"}),
    "HTTP2Only": frozenset({"h2"}),
    "HTTP2Optional": frozenset({"http/1.1", "h2"}),
    "HTTP2Preferred": frozenset({"http/1.1", "h2"}),
}


def _listeners(worlds: Worlds) -> Iterator[tuple[Change, Thing, Thing]]:
    """Listeners of endpoint services that stay: the change, and the listener before and after."""
    for change in worlds.changes(*LISTENER):
        before, after = worlds.before.same(change), worlds.after.same(change)
        if before is None or after is None or change.deposed:
            continue
        lb = worlds.before.only(before, "load_balancer_arn")
        if isinstance(lb, Thing) and services_of(worlds.before, lb):
            yield change, before, after


def _tls_policy_narrowed(worlds: Worlds) -> Iterator[Hit]:
    """Compares the TLS versions, and the ciphers as far as the policies' names show them."""
    for change, before, after in _listeners(worlds):
        old, new = before.text("ssl_policy"), after.text("ssl_policy")
        if not (old and new and old != new):
            continue
        had, has = _versions(old), _versions(new)
        if gone := sorted(had - has):
            yield Hit(
                change, "ssl_policy", because=f"no longer: TLS {', '.join(f'1.{each}' for each in gone)}"
            )
        elif _fewer_ciphers(old, new):
            yield Hit(change, "ssl_policy", because="fewer ciphers")


TLS_POLICY_NARROWED = Rule(
    id="tls-policy-narrowed",
    severity="warning",
    title="TLS policy of a listener narrowed",
    consequence="clients that only have the removed TLS versions or ciphers fail the handshake",
    instead=(
        "enable the access logs of the load balancer, check tls_protocol_version and tls_cipher in them, and "
        "narrow the policy when no client needs the old ones"
    ),
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html",
    find=_tls_policy_narrowed,
)


def _versions(policy: str) -> set[int]:
    """The minor TLS versions of a policy: older policies without a version in their names have 1.0 to 1.2."""
    match = _TLS.match(policy)
    if match is None:
        return {0, 1, 2}
    return set(range(int(match[2]), 4 if match[1] == "TLS13" else 3))


def _fewer_ciphers(old: str, new: str) -> bool:
    had, has = ({part.rstrip("0123456789") for part in name.split("-")} for name in (old, new))
    return any(part in has - had for part in _CIPHERS_ONLY) or ("Ext" in had and "Ext" not in has)


def _certificate_names_lost(worlds: Worlds) -> Iterator[Hit]:
    """Only for certificates that are in the plans."""
    for change, before, after in _listeners(worlds):
        had, has = _names(worlds.before, before), _names(worlds.after, after)
        if had is None or has is None:
            continue
        if gone := sorted(name for name in had if not any(_covers(other, name) for other in has)):
            cause = _certificate_cause(worlds, change, before)
            if cause is not None:
                attribute = "certificate_arn" if cause is change else ""
                yield Hit(cause, attribute, because=f"no longer: {', '.join(gone)}")


CERTIFICATE_NAMES_LOST = Rule(
    id="certificate-names-lost",
    severity="warning",
    title="certificate of a listener has fewer names",
    consequence="clients that connect by a removed name get a certificate that does not match, and fail",
    instead="use a certificate with the old and the new names, and remove a name when no client uses it",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html",
    find=_certificate_names_lost,
)


def _names(world: World, listener: Thing) -> set[str] | None:
    """The names in the certificates of a listener; None if the plans do not show one of them."""
    linked = world.linked(listener, "certificate_arn")
    for further in world.leading_to(listener, "aws_lb_listener_certificate", "listener_arn"):
        linked = [*linked, *world.linked(further, "certificate_arn")]
    found: set[str] = set()
    for certificate in linked:
        if not isinstance(certificate, Thing):
            return None
        alternative = certificate.value("subject_alternative_names")
        if alternative is UNKNOWN and certificate.change.omits("subject_alternative_names"):
            alternative = []  # AWS adds the domain name itself.
        if alternative is UNKNOWN or UNKNOWN in items(alternative):
            return None
        found |= {text(each).lower() for each in (certificate.value("domain_name"), *items(alternative))}
    return found - {""}


def _covers(name: str, other: str) -> bool:
    return name == other or (name.startswith("*.") and other.partition(".")[2] == name[2:])


def _certificate_cause(worlds: Worlds, change: Change, before: Thing) -> Change | None:
    """The listener, a certificate of it, or the association of one: the first that changes."""
    further = worlds.before.leading_to(before, "aws_lb_listener_certificate", "listener_arn")
    certificates = [
        each.change
        for thing in (before, *further)
        for each in worlds.before.linked(thing, "certificate_arn")
        if isinstance(each, Thing)
    ]
    changes = [*certificates, *(each.change for each in further), change]
    return next((each for each in changes if each.changes), None)


def _alpn_narrowed(worlds: Worlds) -> Iterator[Hit]:
    """Without a policy, the load balancer negotiates no protocol, and any client connects."""
    for change, before, after in _listeners(worlds):
        if not change.differs("alpn_policy"):
            continue
        has = _ALPN.get(after.text("alpn_policy"))
        had = _ALPN.get(before.text("alpn_policy"), frozenset({"http/1.1", "h2"}))
        if has is not None and (gone := sorted(had - has)):
            yield Hit(change, "alpn_policy", because=f"no longer: {', '.join(gone)}")


ALPN_NARROWED = Rule(
    id="alpn-narrowed",
    severity="warning",
    title="ALPN policy of a listener narrowed",
    consequence="clients that offer only the removed protocols fail the TLS negotiation",
    instead="use HTTP2Optional or HTTP2Preferred, which accept HTTP/1.1 and HTTP/2",
    page=f"{pages.LISTENER.removesuffix('load-balancer-listeners.html')}create-tls-listener.html#alpn-policies",
    find=_alpn_narrowed,
)


def _proxy_protocol_changed(worlds: Worlds) -> Iterator[Hit]:
    """Only for target groups behind endpoint services; a replaced one has a rule of its own."""
    reported: set[str] = set()
    for _, _, group in live_target_groups(worlds):
        if (
            group.change.updated
            and group.change.differs("proxy_protocol_v2")
            and group.identity not in reported
        ):
            reported.add(group.identity)
            yield Hit(group.change, "proxy_protocol_v2")


PROXY_PROTOCOL_CHANGED = Rule(
    id="proxy-protocol-changed",
    severity="warning",
    title="Proxy Protocol of a target group changed",
    consequence=(
        "the targets get the Proxy Protocol v2 header before the data, or no longer get it: those that "
        "expect the other close every connection, also of the health checks"
    ),
    instead=(
        "add a second target group with the new setting and targets that expect it, wait until they are "
        "healthy, then forward the listener to it"
    ),
    page=f"{pages.TARGET_GROUP.removesuffix('load-balancer-target-groups.html')}edit-target-group-attributes.html",
    find=_proxy_protocol_changed,
)


def _idle_timeout_shortened(worlds: Worlds) -> Iterator[Hit]:
    for change, before, after in _listeners(worlds):
        had, has = (whole(each.value(_IDLE_TIMEOUT)) for each in (before, after))
        if change.updated and had is not None and has is not None and has < had:
            yield Hit(change, _IDLE_TIMEOUT)


IDLE_TIMEOUT_SHORTENED = Rule(
    id="idle-timeout-shortened",
    severity="warning",
    title="idle timeout of a listener shortened",
    consequence=(
        "connections that are idle for longer end: clients get a reset for the next packet, and pools hand "
        "out connections that no longer exist"
    ),
    instead="have the clients send TCP keepalives more often than the new timeout first",
    page=pages.LISTENER,
    find=_idle_timeout_shortened,
)

RULES = (
    TLS_POLICY_NARROWED,
    CERTIFICATE_NAMES_LOST,
    ALPN_NARROWED,
    PROXY_PROTOCOL_CHANGED,
    IDLE_TIMEOUT_SHORTENED,
)
