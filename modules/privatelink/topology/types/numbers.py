"""Whole numbers between two others."""

from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse

OUT_OF_RANGE = Rule(
    "number-range",
    what="number out of range",
    allowed="{lowest} to {highest} {unit}",
    fix="use {nearest}, or another number in the range",
    why="AWS refuses a number outside this range, but only during the apply.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
)
RULES = (OUT_OF_RANGE,)


def within(lowest: int, highest: int, unit: str) -> Check:
    """Return the check that a number lies between two others, both allowed."""
    rule = OUT_OF_RANGE.with_fixed(lowest=lowest, highest=highest, unit=unit)

    def check(number: int) -> int:
        if not lowest <= number <= highest:
            raise refuse(rule.broken(nearest=min(max(number, lowest), highest)))
        return number

    return Check(check, (rule,), {"minimum": lowest, "maximum": highest})
