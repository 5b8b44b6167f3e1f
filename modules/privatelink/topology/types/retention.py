"""How long CloudWatch Logs keeps logs."""

from typing import Annotated

from privatelink.facts import LOG_RETENTION_DAYS
from privatelink.topology.broken import Broken, Rule, refuse


def _check_days(days: int) -> int:
    if days not in LOG_RETENTION_DAYS:
        nearest = min(LOG_RETENTION_DAYS, key=lambda allowed: abs(allowed - days))
        allowed = ", ".join(map(str, LOG_RETENTION_DAYS))
        raise refuse(Broken("retention that CloudWatch Logs does not have", allowed, f"try {nearest}"))
    return days


RetentionDays = Annotated[int, Rule(_check_days, {"enum": list(LOG_RETENTION_DAYS)})]
