"""Names of Network Load Balancers."""

import re
from typing import Annotated

from privatelink.facts import LONGEST_LOAD_BALANCER_NAME
from privatelink.rule import Broken, Rule
from privatelink.topology.broken import Check, refuse
from privatelink.topology.types.patterns import TOO_LONG

_CREATE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"
_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_LOAD_BALANCER_NAME)
INTERNAL = Rule(
    "nlb-name-internal",
    what="load balancer name that starts with internal-",
    allowed="a name with another start",
    fix="remove internal- from the start",
    why="AWS reserves this prefix for the DNS names of internal load balancers.",
    page=_CREATE,
)
HYPHEN = Rule(
    "nlb-name-hyphen",
    what="load balancer name that starts or ends with a hyphen",
    allowed="a name that starts and ends with a letter or a digit",
    fix="remove the hyphen",
    why="AWS refuses a load balancer whose name starts or ends with a hyphen.",
    page=_CREATE,
)
NAME = Rule(
    "nlb-name",
    what="malformed load balancer name",
    allowed=f"1 to {LONGEST_LOAD_BALANCER_NAME} letters, digits and hyphens",
    fix="use letters, digits and hyphens only",
    why="AWS refuses a load balancer whose name has other characters.",
    page=_CREATE,
)
RULES = (INTERNAL, HYPHEN, NAME)


def broken_load_balancer_name(name: str) -> Broken | None:
    """Return the rule that a load balancer's name breaks, if any."""
    if len(name) > LONGEST_LOAD_BALANCER_NAME:
        return _LENGTH.broken(length=len(name))
    if name.startswith("internal-"):
        return INTERNAL.broken()
    if name.startswith("-") or name.endswith("-"):
        return HYPHEN.broken()
    if not re.fullmatch("[A-Za-z0-9-]+", name):
        return NAME.broken()
    return None


def _check_name(name: str) -> str:
    if broken := broken_load_balancer_name(name):
        raise refuse(broken)
    return name


LoadBalancerName = Annotated[
    str,
    Check(
        _check_name,
        (_LENGTH, *RULES),
        {
            "pattern": "^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
            "maxLength": LONGEST_LOAD_BALANCER_NAME,
        },
    ),
]
