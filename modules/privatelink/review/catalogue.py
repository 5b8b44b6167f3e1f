"""All rules of the review, in the order in which findings of the same severity are reported."""

from privatelink.errors import nearest
from privatelink.review.rule import Rule
from privatelink.review.rules import (
    connections,
    endpoint_services,
    endpoints,
    gateway_load_balancers,
    listeners,
    load_balancers,
    names,
    paths,
    policies,
    protocols,
    security_groups,
    stages,
    subnets,
    timing,
)

RULES: tuple[Rule, ...] = (
    *connections.RULES,
    *endpoint_services.RULES,
    *endpoints.RULES,
    *gateway_load_balancers.RULES,
    *listeners.RULES,
    *protocols.RULES,
    *load_balancers.RULES,
    *subnets.RULES,
    *names.RULES,
    *policies.RULES,
    *paths.RULES,
    *security_groups.RULES,
    *timing.RULES,
    *stages.RULES,
)


def nearest_rule(wanted: str) -> str | None:
    """Return the rule ID closest to an unknown one; None if none is close."""
    return nearest(wanted, [rule.id for rule in RULES])
