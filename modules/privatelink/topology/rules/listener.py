"""What the load balancer listens on, how it forwards, and when a target is healthy."""

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
from privatelink.topology.broken import Broken, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types.arns import CertificateArn
from privatelink.topology.types.http import HealthyCodes, UrlPath
from privatelink.topology.types.numbers import within
from privatelink.topology.types.ports import Port
from privatelink.topology.types.ssl_policies import SslPolicy

DEFAULT_SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


class HealthCheck(Part):
    """How the load balancer finds out which targets work.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """

    protocol: HealthCheckProtocol = Field(
        default="TCP", description="TCP: the port opens; HTTP, HTTPS: `path` answers as it should"
    )
    path: UrlPath | None = Field(
        default=None,
        description=f"What is asked for over HTTP and HTTPS; default: {DEFAULT_HEALTH_CHECK_PATH}",
    )
    healthy_codes: HealthyCodes | None = Field(
        default=None,
        description=f"Status codes of a healthy answer over HTTP and HTTPS; default: {DEFAULT_HEALTHY_CODES}",
    )
    port: Port | None = Field(default=None, description="Port that is asked; default: where the traffic goes")
    interval_seconds: Annotated[int, within(*HEALTH_CHECK_INTERVAL_SECONDS, "seconds")] = Field(
        default=30, description="From one check of a target to the next"
    )
    timeout_seconds: Annotated[int, within(*HEALTH_CHECK_TIMEOUT_SECONDS, "seconds")] = Field(
        default_factory=lambda others: min(
            DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS,
            others.get("interval_seconds", DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS),
        ),
        description="No answer for so long is a failed check; "
        f"default: {DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS}, or a shorter interval",
    )
    healthy_threshold: Annotated[int, within(*HEALTH_CHECK_THRESHOLD, "checks")] = Field(
        default=3, description="Checks in a row that make a target healthy"
    )
    unhealthy_threshold: Annotated[int, within(*HEALTH_CHECK_THRESHOLD, "checks")] = Field(
        default=3, description="Failed ones that make it unhealthy"
    )

    @property
    def over_http(self) -> bool:
        """Whether an answer is looked at, not the open port alone."""
        return self.protocol != "TCP"

    @model_validator(mode="after")
    def _check(self) -> Self:
        for field in () if self.over_http else ("path", "healthy_codes"):
            if getattr(self, field) is not None:
                fix = "remove it, or set protocol: HTTP or HTTPS"
                raise refuse(
                    Broken(f"{field} of a TCP health check", "only over HTTP and HTTPS", fix, (field,))
                )
        if self.timeout_seconds > self.interval_seconds:
            allowed = f"at most the interval, {self.interval_seconds} s"
            fix = "shorten it, or lengthen interval_seconds"
            raise refuse(Broken("time-out longer than the interval", allowed, fix, ("timeout_seconds",)))
        return self


class Listener(Part):
    """A port of the load balancer, and so of the service, and how it forwards to the targets."""

    port: Port = Field(description="Port that clients connect to")
    protocol: ListenerProtocol = Field(
        default="TCP",
        description="TCP, UDP and TCP_UDP pass through; TLS ends here and goes on as target_protocol",
    )
    certificate_arn: CertificateArn | None = Field(
        default=None, description="Certificate of a TLS listener, in ACM or IAM; always with TLS"
    )
    ssl_policy: SslPolicy = Field(
        default=DEFAULT_SSL_POLICY, description="TLS versions and ciphers that a TLS listener offers"
    )
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html#alpn-policies
    alpn_policy: Literal["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"] = Field(
        default="None", description="Protocols that a TLS listener offers by ALPN"
    )
    idle_timeout_seconds: Annotated[int, within(*TCP_IDLE_TIMEOUT_SECONDS, "seconds")] = Field(
        default=DEFAULT_TCP_IDLE_TIMEOUT_SECONDS,
        description="A TCP connection silent for so long is dropped; "
        f"an endpoint's own limit is {ENDPOINT_IDLE_TIMEOUT_SECONDS}",
    )
    target_port: Port | None = Field(
        default=None, description="Port of the targets; default: backends.port, or the listener's own"
    )
    target_protocol: TlsTargetProtocol = Field(
        default="TCP",
        description="How a TLS listener goes on to the targets: in the clear, or encrypted anew",
    )
    health_check: HealthCheck = Field(default_factory=HealthCheck, description="When a target is healthy")
    proxy_protocol_v2: bool = Field(
        default=False,
        description="Put who connects, the endpoint's id too, before the data: the targets must expect it",
    )
    deregistration_delay_seconds: Annotated[int, within(*DEREGISTRATION_DELAY_SECONDS, "seconds")] = Field(
        default=300, description="Time that connections to a target that leaves have to end"
    )
    connection_termination: bool = Field(
        default_factory=lambda others: others.get("protocol") in DATAGRAMS,
        description="End what is left then; default: only with UDP, where nothing else does",
    )

    @property
    def group_protocol(self) -> ListenerProtocol:
        """The protocol of the target group."""
        return self.target_protocol if self.protocol == "TLS" else self.protocol

    @property
    def ip_protocols(self) -> tuple[IpProtocol, ...]:
        """What security groups call the protocol."""
        return IP_PROTOCOLS[self.protocol]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html
        if self.protocol == "TLS":
            if self.certificate_arn is None:
                allowed, fix = "the ARN of a certificate", "add certificate_arn, or set protocol: TCP"
                yield Broken("TLS without a certificate", allowed, fix, ("certificate_arn",))
        else:
            for field in ("certificate_arn", "ssl_policy", "alpn_policy", "target_protocol"):
                if field in self.model_fields_set:
                    what, fix = f"{field} of a {self.protocol} listener", "remove it, or set protocol: TLS"
                    yield Broken(what, "only with protocol: TLS", fix, (field,))
        if self.protocol != "TCP" and "idle_timeout_seconds" in self.model_fields_set:
            what = f"idle time-out of a {self.protocol} listener, which cannot be changed"
            yield Broken(what, "only with protocol: TCP", "remove it", ("idle_timeout_seconds",))
