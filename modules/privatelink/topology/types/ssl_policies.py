"""Security policies of TLS listeners."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

SECURITY_POLICY = Rule(
    "tls-security-policy",
    what="malformed security policy",
    allowed="ELBSecurityPolicy-<name>",
    fix="copy Name from `aws elbv2 describe-ssl-policies --load-balancer-type network`",
    why="A TLS listener takes a predefined security policy of Elastic Load Balancing; others cannot be made.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html",
)
RULES = (SECURITY_POLICY,)

SslPolicy = Annotated[str, matches(r"^ELBSecurityPolicy-[A-Za-z0-9-]{1,80}$", SECURITY_POLICY)]
