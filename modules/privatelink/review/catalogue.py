"""Every rule of the review, in the order in which findings of one severity are reported."""

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
    """Return the id that a wrong one was probably meant to be; empty where none is near."""
    return next(iter(difflib.get_close_matches(wanted, [rule.id for rule in RULES], 1)), "")
