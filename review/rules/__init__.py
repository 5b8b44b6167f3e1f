"""The rules, one file for each kind of resource; the order here is that of reviews and documentation."""

from review.rules import (  # noqa: F401 - importing them adds them
    endpoints,
    endpoint_services,
    connections,
    load_balancers,
    listeners,
    security_groups,
    paths,
)
