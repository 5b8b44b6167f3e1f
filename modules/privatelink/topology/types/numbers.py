"""Whole numbers between two others."""

from privatelink.topology.broken import Broken, Rule, refuse


def within(lowest: int, highest: int, unit: str) -> Rule:
    """Make the rule of a number between two others, both allowed."""

    def check(number: int) -> int:
        if not lowest <= number <= highest:
            nearest = min(max(number, lowest), highest)
            raise refuse(Broken("out of range", f"{lowest} to {highest} {unit}", f"try {nearest}"))
        return number

    return Rule(check, {"minimum": lowest, "maximum": highest})
