"""HTTP health checks: the path that is requested, and the status codes of a healthy target."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

_TARGET_GROUP = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"
)
PATH = Rule(
    "health-check-path",
    what="malformed path",
    allowed="/ and at most 1023 visible ASCII characters",
    fix="start it with /, and percent-encode other characters",
    why="AWS refuses a health check path without the slash or over 1024 characters.",
    page=_TARGET_GROUP,
)
STATUS_CODES = Rule(
    "health-check-codes",
    what="malformed status codes",
    allowed="codes from 200 to 599, single or as a range, separated by commas",
    fix="write them like 200 or 200,204 or 200-399",
    why="AWS refuses a target group with any other status codes.",
    page=_TARGET_GROUP,
)
RULES = (PATH, STATUS_CODES)

_CODE = "[2-5][0-9]{2}"
UrlPath = Annotated[str, matches(r"^/[!-~]{0,1023}$", PATH)]
HealthyCodes = Annotated[str, matches(rf"^{_CODE}(-{_CODE})?(,{_CODE}(-{_CODE})?)*$", STATUS_CODES)]
