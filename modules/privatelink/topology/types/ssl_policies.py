"""Security policies of TLS listeners."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
SslPolicy = Annotated[
    str,
    matches(
        r"^ELBSecurityPolicy-[A-Za-z0-9-]{1,80}$",
        "security policy",
        "ELBSecurityPolicy-<name>",
        "take it from `aws elbv2 describe-ssl-policies --load-balancer-type network`",
    ),
]
