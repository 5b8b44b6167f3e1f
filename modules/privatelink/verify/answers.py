"""What the probe observed of a port, compared with what is expected; the causes of what does not match."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from privatelink.verify import probe
from privatelink.verify.attempts import PortTest
from privatelink.verify.check import Check, Hop, compared
from privatelink.verify.sight import Sight

ATTEMPTS = 4
"""How often a name is tested whose responses do not tell the backends apart."""
_CLOSED = (probe.CLOSED, "ECONNRESET", "EPIPE")
_SILENT_HANDSHAKE = f"{probe.HANDSHAKE}: timed out"


@dataclass(frozen=True)
class Blame:
    """The broken hop and the cause if nothing arrives.

    Arguments:
        known: a check of the API that fails; its hop and cause explain what does not arrive.
        otherwise: hop and cause if the API shows no fault.
        zones: zone of each address; empty if unknown.
    """

    known: Check | None
    otherwise: tuple[Hop, str]
    zones: Mapping[str, str]


def kept_id(test: PortTest) -> str:
    """Return the beginning of the ID of a check: `texts` for HTTP, or the protocol."""
    protocol = test.attempt.protocol if test.attempt else test.ip_protocol
    return "texts" if protocol in ("http", "https") else protocol


def answers(
    check_id: str, step: str, label: str, test: PortTest, sight: Sight, texts: int, blame: Blame
) -> Check:
    """Check the responses of a port through one name.

    Arguments:
        check_id: the ID of the check.
        step: the step of the walkthrough.
        label: the name in words, such as `the regional name`.
        test: the port, and how it was tested.
        sight: the responses that the probe received, and its failures.
        texts: number of different texts that are expected; 0 if any response is.
        blame: hop and cause, if nothing arrives.
    """
    assert test.attempt  # noqa: S101 - for the type checker: it was tested
    if test.attempt.texts:
        expected = "a response" if not texts else "1 text" if texts == 1 else f"{texts} different texts"
        complete = len(sight.texts) == texts if texts else bool(sight.texts)
        expected = f"{expected} through {label}, port {test.title}; no request fails"
    else:
        expected = f"{test.attempt.expected} through {label}, port {test.title}, at each address"
        complete = bool(sight.addresses) and all(sight.answers.get(each) for each in sight.addresses)
    hop, cause = _cause(test, sight, blame)
    return compared(
        check_id,
        step,
        expected,
        "; ".join(filter(None, (", ".join(sight.texts), _failed(sight, blame.zones), sight.error))),
        complete and not sight.failed,
        hop,
        cause,
    )


def _failed(sight: Sight, zones: Mapping[str, str]) -> str:
    """Return the failures of each address, with its zone if another address responds."""
    if not _one_sided(sight):
        return sight.failed
    dark = [address for address in sight.addresses if not sight.answers.get(address)]
    where = ", ".join(f"{address} is in {zones[address]}" for address in dark if address in zones)
    return sight.failed + (f" ({where})" if where else "")


def _one_sided(sight: Sight) -> bool:
    """Return whether some addresses respond and others never do."""
    return 0 < sum(bool(sight.answers.get(address)) for address in sight.addresses) < len(sight.addresses)


def _cause(test: PortTest, sight: Sight, blame: Blame) -> tuple[Hop, str]:
    """Return the hop and the cause of failures.

    What only a server or a listener can respond, such as a refused handshake, is its own fault. What does not
    arrive is explained by what the API shows, if it shows a fault.
    """
    kinds = {kind for kinds in sight.failures.values() for kind in kinds}
    listener = test.listener
    terminated = listener is not None and listener.protocol == "TLS"
    if why := _tls_fault(kinds):
        if terminated:
            fix = (
                "check the listener's certificate, security policy and ALPN policy (certificate_arn, "
                "ssl_policy, alpn_policy)"
            )
            return "listener", f"the listener on port {test.title}: {why}: {fix}"
        return _known(blame, "backend", f"the targets of port {test.title}: {why}: {_NO_TLS_FIX}")
    if blame.known:
        return blame.known.hop, blame.known.cause
    if _SILENT_HANDSHAKE in kinds and not terminated:
        return "backend", f"the targets of port {test.title}: {_SILENT_HANDSHAKE}: {_NO_TLS_FIX}"
    if any(kind.startswith(_CLOSED) for kind in kinds):
        return "backend", _closed(test)
    if listener and listener.proxy_protocol and any(kind.startswith("HTTP 400") for kind in kinds):
        return "backend", _closed(test)
    if any(kind.startswith((probe.UNEXPECTED, probe.UNHEALTHY, probe.NO_HTTP2, "HTTP ")) for kind in kinds):
        said = ", ".join(sorted(kinds))
        return "backend", (
            f"the server responds otherwise: {said}: check the server, and what is expected of it "
            f"({test.attempt.expected if test.attempt else ''})"
        )
    if _one_sided(sight):
        lit = [each for each in sight.addresses if sight.answers.get(each)]
        return blame.otherwise[0], one_sided(lit, set(sight.addresses) - set(lit), blame.zones)
    if "refused" in kinds:
        return "backend", (
            f"connections to port {test.title} are refused: nothing listens on the target port; start the "
            "server, or correct the target port"
        )
    if test.ip_protocol == "udp" and probe.NO_ANSWER in kinds:
        return "backend", (
            f"no response over UDP on port {test.title}: check that the server responds to these bytes, that "
            "the targets' security group allows UDP, and that network ACLs allow the responses' ports"
        )
    return blame.otherwise


def one_sided(lit: Iterable[str], dark: Iterable[str], zones: Mapping[str, str]) -> str:
    """Return the cause if only some addresses respond.

    Arguments:
        lit: the addresses that respond.
        dark: the others.
        zones: zone of each address; empty if unknown.
    """
    responding, silent = (", ".join(sorted(zones.get(each, each) for each in some)) for some in (lit, dark))
    return (
        f"only {responding} responds, and {silent} does not: check the network ACLs and the route tables of "
        f"the subnets in {silent} on both sides, and the targets there"
    )


def _tls_fault(kinds: Iterable[str]) -> str:
    """Return what the server responded instead of TLS; empty if it did not."""
    faults = (kind for kind in sorted(kinds) if kind.startswith((probe.NO_TLS, probe.HANDSHAKE)))
    return next((kind for kind in faults if kind != _SILENT_HANDSHAKE), "")


_NO_TLS_FIX = (
    "the server does not speak TLS there, refuses this client, or expects other bytes first; check its "
    "certificate and configuration"
)


def _known(blame: Blame, hop: Hop, cause: str) -> tuple[Hop, str]:
    return (blame.known.hop, blame.known.cause) if blame.known else (hop, cause)


def _closed(test: PortTest) -> str:
    """Return why targets close connections at once."""
    if test.listener and test.listener.proxy_protocol:
        return (
            f"the targets of port {test.title} do not accept what they receive: the target group sends a "
            "Proxy Protocol v2 header first (proxy_protocol_v2), and the server must expect it; configure "
            "the server, or set proxy_protocol_v2: false"
        )
    return (
        f"the targets of port {test.title} accept connections and close them at once: the server may expect "
        "a Proxy Protocol header (set proxy_protocol_v2: true, or switch it off in the server), allow only "
        "other clients, or have no backend of its own"
    )
