"""Changes of security group rules that exceed the quota while the group has former and new rules."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource, text
from privatelink.changes.staged import LAST, Kind, Stage
from privatelink.facts import RULES_OF_A_SECURITY_GROUP, SPARE_RULES

QUOTA = Kind(
    "security-group-rules-quota",
    what="a security group has more rules than AWS allows while its rules change",
    why=(
        "Terraform creates new rules before it deletes former ones, so that no client is refused meanwhile; "
        f"together they are more than the {RULES_OF_A_SECURITY_GROUP} rules that AWS allows by default in "
        "one direction (RulesPerSecurityGroupLimitExceeded)"
    ),
    page="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups",
    instead="delete the former rules in one apply, and create the new ones in the next",
)
KINDS = (QUOTA,)
STAGES = (
    Stage(
        (
            "the file as it was last applied, without the clients and ports that it no longer has; if rules "
            f"are merged, in parts of at most {SPARE_RULES} rules",
        )
    ),
    Stage((f"the new clients and ports, in parts of at most {SPARE_RULES} rules",)),
    LAST,
)
_TYPES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
_FAMILIES = ("cidr_ipv4", "cidr_ipv6")
_Key = tuple[str, str]
"""The stack and the ID of a group."""


@dataclass(frozen=True, eq=False)
class Group:
    """The rules of a security group in one direction, in a change that exceeds the quota."""

    rules: list[Resource]
    """Those that are created or deleted."""
    id: str
    most: int
    """How many rules the group has meanwhile, of the address family with more of them."""


def find(plans: Plans) -> Iterator[Group]:
    """Yield the groups that have too many rules meanwhile, though not before and afterwards.

    A group with more rules than the default quota before or afterwards has a quota that no plan contains.
    """
    for kind in _TYPES:
        former, new = (_by_group(plans.of(kind), which) for which in (_former_group, _new_group))
        for key, before in former.items():
            after = new.get(key, [])
            rules = list(dict.fromkeys([*before, *after]))
            most = _number(rules)
            if max(_number(before), _number(after)) <= RULES_OF_A_SECURITY_GROUP < most:
                yield Group([rule for rule in rules if rule not in before or rule not in after], key[1], most)


def _by_group(rules: list[Resource], group_of: Callable[[Resource], str]) -> dict[_Key, list[Resource]]:
    groups: dict[_Key, list[Resource]] = {}
    for rule in rules:
        if group := group_of(rule):
            groups.setdefault((rule.stack, group), []).append(rule)
    return groups


def _former_group(rule: Resource) -> str:
    return text(rule.before("security_group_id"))


def _new_group(rule: Resource) -> str:
    return text(rule.after("security_group_id"))


def _number(rules: list[Resource]) -> int:
    """Return how many rules AWS counts: a group or a prefix list counts in both address families."""
    families = Counter(_family(rule) for rule in rules)
    return max(families[name] for name in _FAMILIES) + families[None]


def _family(rule: Resource) -> str | None:
    values = (rule.before, rule.after)
    return next((name for name in _FAMILIES if any(text(value(name)) for value in values)), None)
