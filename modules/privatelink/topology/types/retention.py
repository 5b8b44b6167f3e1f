"""Retention periods of CloudWatch Logs."""

from typing import Annotated

from privatelink.facts import LOG_RETENTION_DAYS
from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse

LOG_RETENTION = Rule(
    "log-retention-days",
    what="retention period that CloudWatch Logs does not have",
    allowed=", ".join(map(str, LOG_RETENTION_DAYS)),
    fix="use {nearest} days, or another number of the list",
    why="CloudWatch Logs accepts these numbers of days only.",
    page="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
)
RULES = (LOG_RETENTION,)


def _check_days(days: int) -> int:
    if days not in LOG_RETENTION_DAYS:
        nearest = min(LOG_RETENTION_DAYS, key=lambda allowed: abs(allowed - days))
        raise refuse(LOG_RETENTION.broken(nearest=nearest))
    return days


RetentionDays = Annotated[int, Check(_check_days, RULES, {"enum": list(LOG_RETENTION_DAYS)})]
