"""What a health check over HTTP asks for, and which answers are healthy."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
UrlPath = Annotated[
    str,
    matches(r"^/[!-~]{0,1023}$", "path", "/ and at most 1023 visible ASCII characters", "start it with /"),
]
_CODE = "[2-5][0-9]{2}"
HealthyCodes = Annotated[
    str,
    matches(
        rf"^{_CODE}(-{_CODE})?(,{_CODE}(-{_CODE})?)*$",
        "status codes",
        "codes from 200 to 599, singly, by commas, or as a range",
        "write them like 200, 200,204 or 200-399",
    ),
]
