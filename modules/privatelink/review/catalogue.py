"""All rules of the review, in the order in which findings of the same severity are reported."""

import difflib

from privatelink.review.rule import Rule
from privatelink.review.rules import (
    connections,
    endpoint_services,
    endpoints,
    listeners,
    load_balancers,
    paths,
    security_groups,
)

RULES: tuple[Rule, ...] = (
    *connections.RULES,
    *endpoint_services.RULES,
    *endpoints.RULES,
    *listeners.RULES,
    *load_balancers.RULES,
    *paths.RULES,
    *security_groups.RULES,
)


def nearest_rule(wanted: str) -> str:
    """Return the rule ID closest to an unknown one; empty if none is close."""
    return next(iter(difflib.get_close_matches(wanted, [rule.id for rule in RULES], 1)), "")
