"""Rules for endpoint policies."""

import json
from collections.abc import Iterator, Mapping, Sequence

from privatelink.review.change import Change
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.services import ENDPOINT
from privatelink.review.shapes import UNKNOWN, Value, items, mapping, mappings, text
from privatelink.review.world import Thing, Worlds

_POLICY = "aws_vpc_endpoint_policy"
_ELEMENTS = ("Principal", "Action", "Resource")
_OTHER = ("NotPrincipal", "NotAction", "NotResource", "Condition")
FULL_ACCESS: Mapping[str, Value] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
"""An endpoint without a policy: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""


def _endpoint_policy_narrowed(worlds: Worlds) -> Iterator[Hit]:
    """Blocks where the new policy allows nothing at all."""
    for change in worlds.changes(ENDPOINT, _POLICY):
        if change.deposed or not change.changes or change.replaced:
            continue
        if change.type == _POLICY and _endpoint_goes(worlds, change):
            continue
        if change.type == ENDPOINT and not change.updated:
            continue
        old = _statements(_policy_before(worlds, change))
        # Destroying the policy resource resets the endpoint to full access.
        new = [FULL_ACCESS] if change.destroyed else _statements(change.value("after", "policy"))
        if old is None or new is None:
            continue
        gone = [each for each in _allowing(old) if not any(_covers(other, each) for other in _allowing(new))]
        denied = [each for each in _denying(new) if not any(_covers(other, each) for other in _denying(old))]
        if gone or denied:
            severity: Severity | None = None if _allowing(new) else "blocking"
            yield Hit(change, "policy", severity, "; ".join(_shown(gone, denied)))


ENDPOINT_POLICY_NARROWED = Rule(
    id="endpoint-policy-narrowed",
    severity="warning",
    title="endpoint policy narrowed",
    consequence="requests through the endpoint that the old policy allowed are denied (AccessDenied)",
    instead=(
        "check in CloudTrail (`vpcEndpointId`) which principals, actions and resources are used through the "
        "endpoint, and keep them in the policy"
    ),
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    find=_endpoint_policy_narrowed,
)


def _policy_before(worlds: Worlds, change: Change) -> Value:
    """The policy before the apply; of a policy resource that is created, that of its endpoint."""
    if not change.created:
        return change.value("before", "policy")
    created = worlds.after.same(change)
    endpoint = worlds.after.only(created, "vpc_endpoint_id") if created else None
    # A new endpoint had no policy that could be narrowed.
    was = worlds.before.same(endpoint.change) if isinstance(endpoint, Thing) else None
    return was.value("policy") if was else UNKNOWN


def _endpoint_goes(worlds: Worlds, change: Change) -> bool:
    policy = worlds.before.same(change)
    endpoint = worlds.before.only(policy, "vpc_endpoint_id") if policy else None
    return isinstance(endpoint, Thing) and (endpoint.change.destroyed or endpoint.change.replaced)


def _statements(policy: Value) -> list[Mapping[str, Value]] | None:
    """The statements of a policy; full access without a policy; None if unknown or not JSON."""
    if policy is UNKNOWN:
        return None
    if not policy:
        return [FULL_ACCESS]
    try:
        document = json.loads(text(policy))
    except (ValueError, RecursionError):
        return None
    return [*mappings(mapping(document).get("Statement"))]


def _allowing(statements: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    return [each for each in statements if each.get("Effect") == "Allow"]


def _denying(statements: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    return [each for each in statements if each.get("Effect") == "Deny"]


def _covers(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    """Whether one statement applies to everything that another applies to."""
    if any(one.get(name) not in (None, other.get(name)) for name in _OTHER):
        return False
    return all(_covers_element(one.get(name), other.get(name)) for name in _ELEMENTS)


def _covers_element(one: Value, other: Value) -> bool:
    if one == other:
        return True
    wider, narrower = _patterns(one), _patterns(other)
    return bool(narrower) and all(any(_matches(pattern, each) for pattern in wider) for each in narrower)


def _patterns(element: Value) -> list[str]:
    """The patterns of an element; a principal has its type before each."""
    if isinstance(element, dict):
        found = [(kind, text(each)) for kind, value in element.items() for each in items(value)]
        return ["*" if each == "*" else f"{kind}:{each}" for kind, each in found]
    return [text(each) for each in items(element)]


def _matches(pattern: str, name: str) -> bool:
    """Whether a pattern that is the same, `*`, or ends with `*`, covers another."""
    if pattern in ("*", name):
        return True
    return pattern.endswith("*") and pattern.count("*") == 1 and name.startswith(pattern[:-1])


def _shown(gone: Sequence[Mapping[str, Value]], denied: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    for title, statements in (("no longer allowed as before", gone), ("newly denied", denied)):
        names = [_patterns(each.get("Action")) or ["NotAction"] for each in statements]
        if names:
            yield f"{title}: {', '.join(dict.fromkeys(name for each in names for name in each))}"


RULES = (ENDPOINT_POLICY_NARROWED,)
