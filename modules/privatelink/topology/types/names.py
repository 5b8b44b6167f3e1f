"""Names of a topology and of its parts."""

from typing import Annotated

from privatelink.facts import LONGEST_LOAD_BALANCER_NAME
from privatelink.rule import Rule
from privatelink.topology.broken import Check
from privatelink.topology.types.patterns import matches

NAME = Rule(
    "name",
    what="malformed name",
    allowed="lower-case letters, digits and single hyphens, a letter first",
    fix="choose a name such as shop or team-a",
    why="Resources, stacks and files are named after it, so it has only characters that all of them accept.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
)
RULES = (NAME,)


def name_of(longest: int) -> Check:
    """Return the check of a name of at most `longest` characters."""
    return matches(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", NAME, longest)


# At most 28 characters, so that <name>-nlb is a load balancer name.
Name = Annotated[str, name_of(LONGEST_LOAD_BALANCER_NAME - len("-nlb"))]
ConsumerKey = Annotated[str, name_of(24)]
# A former key, or the field of a single part that had no key.
FormerKey = Annotated[str, matches(r"^(load_balancer|[a-z][a-z0-9]*(-[a-z0-9]+)*)$", NAME, 24)]
