"""Names of Network Load Balancers."""

import re
from typing import Annotated

from privatelink.facts import LONGEST_LOAD_BALANCER_NAME
from privatelink.topology.broken import Broken, Rule, refuse


def broken_load_balancer_name(name: str) -> Broken | None:
    """Say what is wrong with a load balancer's name, if anything.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    """
    if len(name) > LONGEST_LOAD_BALANCER_NAME:
        what = f"load balancer name of {len(name)} characters"
        fix = f"shorten it to {LONGEST_LOAD_BALANCER_NAME} characters"
    elif name.startswith("internal-"):
        what, fix = "load balancer name that starts with internal-", "choose another start"
    elif name.startswith("-") or name.endswith("-"):
        what, fix = "load balancer name with a hyphen at an end", "remove the hyphen"
    elif not re.fullmatch("[A-Za-z0-9-]+", name):
        what, fix = "malformed load balancer name", "use letters, digits and hyphens"
    else:
        return None
    allowed = (
        f"1 to {LONGEST_LOAD_BALANCER_NAME} letters, digits and hyphens, "
        "no hyphen at either end, not starting with internal-"
    )
    return Broken(what, allowed, fix)


def _check_name(name: str) -> str:
    if broken := broken_load_balancer_name(name):
        raise refuse(broken)
    return name


LoadBalancerName = Annotated[
    str,
    Rule(
        _check_name,
        {
            "pattern": "^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
            "maxLength": LONGEST_LOAD_BALANCER_NAME,
        },
    ),
]
