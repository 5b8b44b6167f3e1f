"""How each port of a service is tested: it follows from the listener and its health check."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from privatelink.facts import IpProtocol, port_title
from privatelink.verify.consumer_facts import ConsumerFacts
from privatelink.verify.provider_facts import Listener, ProviderFacts
from privatelink.verify.rules import Rule

Protocol = Literal["tcp", "tls", "http", "https", "udp", "grpc"]
GRPC_OVER_TLS = "grpcs"
NOTHING_TO_SEND = (
    "what to send over UDP, and which response to expect, does not follow from the listener; no datagram is "
    "sent"
)
NO_TCP_PORT = "no TCP port of the service is known, and the trace is of TCP connections"


@dataclass(frozen=True)
class Attempt:
    """How a port is tested, and what is expected; the probe's `Attempt` has the same fields.

    Arguments:
        protocol: tcp, tls, http, https, udp or grpc.
        tls: whether gRPC is encrypted.
        path: path of an HTTP request.
        healthy_codes: HTTP status codes of success.
        send: bytes to send, in hexadecimal.
        expect: bytes that the response must contain, in hexadecimal.
        server_name: name that the client sends in the TLS handshake, and that the certificate must have.
        alpn: protocols that the client offers in the TLS handshake.
        trust: `any`, `system` for the authorities that the probe knows, or PEM text of authorities.
        min_days: days for which the certificate must still be valid.
        service: name of the gRPC service; empty for the server as a whole.
        texts: whether the responses are the texts of backends, which tell the backends apart.
    """

    protocol: Protocol
    tls: bool = False
    path: str = "/"
    healthy_codes: str = "200"
    send: str = ""
    expect: str = ""
    server_name: str = ""
    alpn: tuple[str, ...] = ()
    trust: str = "any"
    min_days: int = 0
    service: str = ""
    texts: bool = False

    @property
    def encrypted(self) -> bool:
        """Whether the client starts a TLS handshake."""
        return self.tls or self.protocol in ("tls", "https")

    @property
    def expected(self) -> str:
        """The expected response, in words."""
        answer = {
            "tcp": "a connection that stays open",
            "tls": "a TLS handshake, and a connection that stays open",
            "http": f"status {self.healthy_codes} of GET {self.path}",
            "https": f"status {self.healthy_codes} of GET {self.path} over TLS",
            "udp": "a response over UDP",
            "grpc": f"SERVING from the gRPC health service{f' for {self.service}' if self.service else ''}",
        }[self.protocol]
        if self.protocol in ("tcp", "tls") and (self.send or self.expect):
            answer = "a response" + (" over TLS" if self.protocol == "tls" else "")
        return answer + (
            f" with {bytes.fromhex(self.expect).decode('utf-8', 'replace')!r}" if self.expect else ""
        )

    def as_json(self) -> dict[str, object]:
        """Return what the probe needs to know: the fields that differ from their default."""
        kept = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("texts", "min_days", "trust") and getattr(self, field.name) != field.default
        }
        return kept | ({"trust": self.trust} if self.trust not in ("any", "system") else {})


@dataclass(frozen=True)
class PortTest:
    """A port of the service, and how it is tested.

    Arguments:
        port: the port.
        ip_protocol: tcp or udp.
        attempt: how it is tested; None if it cannot be.
        why_not: why it cannot be tested.
        sample_of: the range that the port is a sample of, such as `1024-2048`; empty if it is named.
        listener: the listener; None if unknown.
    """

    port: int
    ip_protocol: IpProtocol
    attempt: Attempt | None
    why_not: str = ""
    sample_of: str = ""
    listener: Listener | None = None

    @property
    def title(self) -> str:
        """The port as text, such as `80` or `53/udp`."""
        return port_title(self.port, self.ip_protocol)


def port_tests(consumer: ConsumerFacts, provider: ProviderFacts | None) -> tuple[PortTest, ...]:
    """Return how each port is tested: of each listener, or if these are unknown, that the endpoint allows."""
    found = listener_tests(provider) if provider else _of_endpoint(consumer)
    return tuple(sorted(found, key=lambda test: (test.port, test.ip_protocol)))


def listener_tests(provider: ProviderFacts) -> Iterator[PortTest]:
    """Return how each listener is tested."""
    for listener in provider.listeners:
        for ip_protocol in listener.ip_protocols:
            attempt = attempt_of(listener, texts=bool(provider.texts)) if ip_protocol == "tcp" else None
            test = PortTest(listener.port, ip_protocol, attempt, listener=listener)
            yield _as_given(test, provider.tests)


def _as_given(test: PortTest, given: Mapping[str, Mapping[str, Any]]) -> PortTest:
    """Return the test of a port with the topology's settings, if it has any."""
    attempt = given_attempt(given[test.title]) if test.title in given else test.attempt
    return replace(test, attempt=attempt, why_not="" if attempt else NOTHING_TO_SEND)


def given_attempt(settings: Mapping[str, Any]) -> Attempt:
    """Return how a port is tested by the settings of a topology, as an output has them.

    A certificate must be of an authority that the probe knows, unless the settings say otherwise. A test that
    offers HTTP/2 accepts nothing else.
    """
    protocol, text = settings["protocol"], settings.get("send")
    grpc = protocol in ("grpc", GRPC_OVER_TLS)
    return Attempt(
        protocol="grpc" if grpc else protocol,
        tls=protocol == GRPC_OVER_TLS,
        path=settings.get("path", "/"),
        healthy_codes=settings.get("healthy_codes", "200"),
        send=text.encode().hex() if text else settings.get("send_hex") or "",
        expect=(settings.get("expect") or "").encode().hex(),
        server_name=settings.get("server_name") or "",
        alpn=("h2",) if settings.get("http2") or protocol == GRPC_OVER_TLS else (),
        trust=settings.get("authorities", "system"),
        min_days=settings.get("min_days_left", 0),
        service=settings.get("grpc_service") or "",
    )


def attempt_of(listener: Listener, *, texts: bool) -> Attempt:
    """Return how a TCP or TLS listener is tested.

    Backends that the stack created respond to `GET /`. With an HTTP or HTTPS health check of the port that
    clients reach, its request is sent. Otherwise a connection has to stay open.

    Arguments:
        listener: the listener.
        texts: whether the targets are backends that the stack created.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    check, encrypted = listener.health_check, listener.protocol == "TLS"
    if texts:
        return Attempt("https" if encrypted else "http", texts=True, alpn=listener.alpn)
    if check.protocol == "TCP" or not check.of_traffic_port:
        return Attempt("tls", alpn=listener.alpn) if encrypted else Attempt("tcp")
    return Attempt(
        "https" if encrypted or check.protocol == "HTTPS" else "http",
        path=check.path,
        healthy_codes=check.healthy_codes,
        alpn=listener.alpn,
    )


def _of_endpoint(consumer: ConsumerFacts) -> Iterator[PortTest]:
    """A connection to each TCP port that the endpoint's security group allows, and to some of each range."""
    single: Mapping[tuple[int, IpProtocol], None] = {
        (rule.from_port, rule.ip_protocol): None for rule in consumer.rules if rule.from_port == rule.to_port
    }
    for port, ip_protocol in single:
        udp = ip_protocol == "udp"
        test = PortTest(port, ip_protocol, None if udp else Attempt("tcp"))
        yield _as_given(test, consumer.tests)
    named = set(single)
    for key in consumer.tests:  # a port of a range
        port, ip_protocol = _read_title(key)
        if (port, ip_protocol) not in single:
            named.add((port, ip_protocol))
            yield _as_given(PortTest(port, ip_protocol, None), consumer.tests)
    ranges = {rule.ports for rule in consumer.rules if _is_sampled(rule)}
    for first, last in ranges:
        for port in samples(first, last):
            if (port, "tcp") not in named:
                yield PortTest(port, "tcp", Attempt("tcp"), sample_of=f"{first}-{last}")


def _read_title(title: str) -> tuple[int, IpProtocol]:
    port, _, ip_protocol = title.partition("/")
    return int(port), "udp" if ip_protocol == "udp" else "tcp"


def _is_sampled(rule: Rule) -> bool:
    return rule.ip_protocol == "tcp" and rule.from_port != rule.to_port and not rule.all_ports


def samples(first: int, last: int) -> tuple[int, ...]:
    """Return the ports of a range that are tested: the first, one in the middle, and the last."""
    return tuple(sorted({first, (first + last) // 2, last}))
