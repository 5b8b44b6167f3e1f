"""The rules, one file for each kind of resource."""

from privatelink.review.rules import (  # noqa: F401 - importing them adds them
    connections,
    endpoint_services,
    endpoints,
    listeners,
    load_balancers,
    paths,
    security_groups,
)
