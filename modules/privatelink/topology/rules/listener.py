"""Listeners of the load balancer, their target groups and health checks."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from privatelink.facts import (
    DATAGRAMS,
    DEFAULT_HEALTH_CHECK_PATH,
    DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS,
    DEFAULT_HEALTHY_CODES,
    DEFAULT_TCP_IDLE_TIMEOUT_SECONDS,
    DEREGISTRATION_DELAY_SECONDS,
    ENDPOINT_IDLE_TIMEOUT_SECONDS,
    HEALTH_CHECK_INTERVAL_SECONDS,
    HEALTH_CHECK_THRESHOLD,
    HEALTH_CHECK_TIMEOUT_SECONDS,
    IP_PROTOCOLS,
    TCP_IDLE_TIMEOUT_SECONDS,
    HealthCheckProtocol,
    IpProtocol,
    ListenerProtocol,
    TlsTargetProtocol,
)
from privatelink.rule import Broken, Rule
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.rules.verify import Verify
from privatelink.topology.types.arns import CertificateArn
from privatelink.topology.types.http import HealthyCodes, UrlPath
from privatelink.topology.types.lists import AsTuple, each_once, not_empty
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.numbers import within
from privatelink.topology.types.ports import Port
from privatelink.topology.types.ssl_policies import SslPolicy

DEFAULT_SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
_LISTENERS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html"
_HEALTH_CHECKS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"
)

HTTP_CHECK_ONLY = Rule(
    "health-check-http-only",
    what="{field} of a TCP health check",
    allowed="only with an HTTP or HTTPS health check",
    fix="remove it, or set {.health_check.protocol=HTTP}",
    why="A TCP health check opens the port and sends no request, so it has no path and no status code.",
    page=_HEALTH_CHECKS,
)
CHECK_TIMEOUT = Rule(
    "health-check-timeout",
    what="health check timeout longer than the interval",
    allowed="at most the interval, {interval} seconds",
    fix="lower it, or raise {.health_check.interval_seconds}",
    why="AWS refuses a target group whose health checks would overlap.",
    page=_HEALTH_CHECKS,
)
CERTIFICATE_MISSING = Rule(
    "tls-certificate-missing",
    what="TLS listener without a certificate",
    allowed="the ARN of a certificate",
    fix="add {.certificate_arn}, or set {.protocol=TCP}",
    why="A TLS listener decrypts the traffic with the certificate; AWS refuses it without one.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html",
)
TLS_ONLY = Rule(
    "tls-listener-only",
    what="{field} of a {protocol} listener",
    allowed="only with {.protocol=TLS}",
    fix="remove it, or set {.protocol=TLS}",
    why="Only a TLS listener decrypts traffic; AWS refuses TLS settings on any other.",
    page=_LISTENERS,
)
IDLE_TIMEOUT_OF_TCP = Rule(
    "idle-timeout-tcp-only",
    what="idle timeout of a {protocol} listener",
    allowed="only with {.protocol=TCP}",
    fix="remove it",
    why="AWS fixes the idle timeout of TLS and UDP listeners.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html",
)
RULES = (HTTP_CHECK_ONLY, CHECK_TIMEOUT, CERTIFICATE_MISSING, TLS_ONLY, IDLE_TIMEOUT_OF_TCP)


class HealthCheck(Part):
    """The health check of a listener's target group.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """

    protocol: HealthCheckProtocol = Field(
        default="TCP",
        description="Protocol of the health check: TCP opens a connection; HTTP and HTTPS request `path`",
    )
    path: UrlPath | None = Field(
        default=None,
        description=f"Path that an HTTP or HTTPS health check requests; default: {DEFAULT_HEALTH_CHECK_PATH}",
    )
    healthy_codes: HealthyCodes | None = Field(
        default=None,
        description=f"HTTP status codes of a healthy target; default: {DEFAULT_HEALTHY_CODES}",
    )
    port: Port | None = Field(
        default=None, description="Port of the health check; default: the target's traffic port"
    )
    interval_seconds: Annotated[int, within(*HEALTH_CHECK_INTERVAL_SECONDS, "seconds")] = Field(
        default=30, description="Seconds between two health checks of a target"
    )
    timeout_seconds: Annotated[int, within(*HEALTH_CHECK_TIMEOUT_SECONDS, "seconds")] = Field(
        default_factory=lambda others: min(
            DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS,
            others.get("interval_seconds", DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS),
        ),
        description="Seconds to wait for an answer before the health check fails; "
        f"default: {DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS}, or the interval if that is shorter",
    )
    healthy_threshold: Annotated[int, within(*HEALTH_CHECK_THRESHOLD, "checks")] = Field(
        default=3, description="Consecutive successful health checks before a target becomes healthy"
    )
    unhealthy_threshold: Annotated[int, within(*HEALTH_CHECK_THRESHOLD, "checks")] = Field(
        default=3, description="Consecutive failed health checks before a target becomes unhealthy"
    )

    @property
    def over_http(self) -> bool:
        """Whether the health check sends an HTTP request."""
        return self.protocol != "TCP"

    @model_validator(mode="after")
    def _check(self) -> Self:
        for field in () if self.over_http else ("path", "healthy_codes"):
            if getattr(self, field) is not None:
                raise refuse(HTTP_CHECK_ONLY.broken(at=(field,), field=FieldName(field)))
        if self.timeout_seconds > self.interval_seconds:
            raise refuse(CHECK_TIMEOUT.broken(at=("timeout_seconds",), interval=self.interval_seconds))
        return self


class Listener(Part):
    """A listener of the load balancer, and so a port of the service, with its target group."""

    port: Port = Field(description="Port that clients connect to")
    protocol: ListenerProtocol = Field(
        default="TCP",
        description="Protocol of the listener; a TLS listener decrypts, and forwards as `target_protocol`",
    )
    certificate_arn: CertificateArn | None = Field(
        default=None, description="ARN of the ACM or IAM certificate of a TLS listener; required with TLS"
    )
    ssl_policy: SslPolicy = Field(
        default=DEFAULT_SSL_POLICY,
        description="Security policy of a TLS listener: its TLS versions and ciphers",
    )
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html#alpn-policies
    alpn_policy: Literal["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"] = Field(
        default="None", description="ALPN policy of a TLS listener: the HTTP versions it negotiates"
    )
    idle_timeout_seconds: Annotated[int, within(*TCP_IDLE_TIMEOUT_SECONDS, "seconds")] = Field(
        default=DEFAULT_TCP_IDLE_TIMEOUT_SECONDS,
        description="Idle timeout of TCP connections, in seconds; that of an interface endpoint is always "
        f"{ENDPOINT_IDLE_TIMEOUT_SECONDS} seconds",
    )
    targets: (
        Annotated[
            tuple[ConsumerKey, ...], AsTuple, not_empty("targets", "for all targets"), each_once("target")
        ]
        | None
    ) = Field(
        default=None,
        description="Keys of the targets of this listener, from `targets.instances`, `targets.addresses` or "
        "`targets.auto_scaling_groups`; "
        "default: all targets",
    )
    target_port: Port | None = Field(
        default=None, description="Port of existing targets; default: the listener's port"
    )
    target_protocol: TlsTargetProtocol = Field(
        default="TCP",
        description="Protocol from a TLS listener to the targets: TCP (plain) or TLS (encrypted again)",
    )
    health_check: HealthCheck = Field(
        default_factory=HealthCheck,
        description="Health check of the target group; default: TCP, or HTTP for an Application Load "
        "Balancer as target",
    )
    proxy_protocol_v2: bool = Field(
        default=False,
        description="Send a Proxy Protocol v2 header (client address, endpoint ID); targets must support it",
    )
    deregistration_delay_seconds: Annotated[int, within(*DEREGISTRATION_DELAY_SECONDS, "seconds")] = Field(
        default=300, description="Seconds that connections to a deregistered target may continue"
    )
    connection_termination: bool = Field(
        default_factory=lambda others: others.get("protocol") in DATAGRAMS,
        description="Close remaining connections when the deregistration delay ends; default: only for UDP",
    )

    verify: Verify | None = Field(
        default=None,
        description="How `privatelink verify` tests the port; default: by the listener and its health check",
    )

    @property
    def group_protocol(self) -> ListenerProtocol:
        """The protocol of the target group."""
        return self.target_protocol if self.protocol == "TLS" else self.protocol

    @property
    def ip_protocols(self) -> tuple[IpProtocol, ...]:
        """The listener's IP protocols, as security group rules name them."""
        return IP_PROTOCOLS[self.protocol]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.protocol == "TLS":
            if self.certificate_arn is None:
                yield CERTIFICATE_MISSING.broken(at=("certificate_arn",))
        else:
            for field in ("certificate_arn", "ssl_policy", "alpn_policy", "target_protocol"):
                if field in self.model_fields_set:
                    yield TLS_ONLY.broken(at=(field,), field=FieldName(field), protocol=self.protocol)
        if self.protocol != "TCP" and "idle_timeout_seconds" in self.model_fields_set:
            yield IDLE_TIMEOUT_OF_TCP.broken(at=("idle_timeout_seconds",), protocol=self.protocol)
        if self.verify:
            for broken in self.verify.broken_for(self.protocol):
                yield broken.below("verify")
