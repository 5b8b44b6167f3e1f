"""Names of a topology and of its parts."""

from typing import Annotated

from privatelink.facts import LONGEST_LOAD_BALANCER_NAME
from privatelink.topology.broken import Rule
from privatelink.topology.types.patterns import matches


def name_of(longest: int) -> Rule:
    """Make the rule of a name of at most so many characters."""
    return matches(
        r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "name",
        f"lower-case letters, digits and single hyphens, a letter first, at most {longest} characters",
        "choose a name such as zigispace or team-a",
        longest,
    )


# At most 28, so that <name>-nlb is a load balancer name.
Name = Annotated[str, name_of(LONGEST_LOAD_BALANCER_NAME - len("-nlb"))]
ConsumerKey = Annotated[str, name_of(24)]
