"""Checks of the certificates that the probe received."""

from collections.abc import Iterable, Iterator

from privatelink.verify.attempts import Attempt, PortTest
from privatelink.verify.check import Check, compared
from privatelink.verify.sight import Certificate, Sight


def certificate_checks(
    step: str,
    test: PortTest,
    sights: Iterable[tuple[str, Sight]],
    private_names: Iterable[str],
    *,
    prefix: str = "",
) -> Iterator[Check]:
    """Check the certificates of a port.

    A certificate must be valid now. It must have the name that clients use, if one is known: `server_name`,
    or else the endpoint's private names. The names that AWS gives an endpoint are in no certificate.

    Arguments:
        step: the step of the walkthrough.
        test: the port, and how it was tested.
        sights: the names that were tested, with the probe's results.
        private_names: the endpoint's private names.
        prefix: beginning of the ID of the check.
    """
    found = [
        (name, certificate)
        for name, sight in sights
        for several in sight.certificates.values()
        for certificate in several
    ]
    if not found or test.attempt is None:
        return
    attempt, private = test.attempt, set(private_names)
    faults: list[str] = []
    known: list[str] = []
    for name, certificate in found:
        wanted = attempt.server_name or (name if name in private else "")
        faults += _faults(certificate, wanted, attempt)
        known.append(_described(certificate))
    names = attempt.server_name or ", ".join(sorted(private))
    terminated = test.listener is not None and test.listener.protocol == "TLS"
    if test.listener is None:
        fix = "ask the service provider to replace the certificate"
    elif terminated:
        fix = "replace the listener's certificate (certificate_arn)"
    else:
        fix = "replace the certificate of the targets"
    yield compared(
        f"{prefix}certificate-{test.port}",
        step,
        "a certificate that is valid"
        + (f" for {attempt.min_days} days or more" if attempt.min_days else "")
        + (f", has the name {names}" if names else "")
        + (", and is of an authority that the probe trusts" if attempt.trust != "any" else "")
        + (f"; ALPN {attempt.alpn[0]}" if len(attempt.alpn) == 1 else ""),
        "; ".join(dict.fromkeys(known)),
        not faults,
        "listener" if terminated else "backend",
        f"port {test.port}: {'; '.join(dict.fromkeys(faults))}: {fix}, or correct what is expected of it",
    )


def _faults(certificate: Certificate, name: str, attempt: Attempt) -> Iterator[str]:
    if certificate.days_left <= 0:
        yield f"the certificate expired {-certificate.days_left:.0f} days ago"
    elif certificate.days_until_start > 0:
        yield f"the certificate is valid only in {certificate.days_until_start:.0f} days"
    elif certificate.days_left < attempt.min_days:
        yield f"the certificate expires in {certificate.days_left:.0f} days"
    if name and not any(matches(pattern, name) for pattern in certificate.names):
        yield f"the certificate is for {', '.join(certificate.names) or 'no name'}, not for {name}"
    if attempt.trust != "any" and certificate.untrusted and certificate.days_left > 0:
        yield (
            f"the certificate is of {certificate.issuer}, which the probe does not trust "
            f"({certificate.untrusted})"
        )
    if len(attempt.alpn) == 1 and certificate.alpn != attempt.alpn[0]:
        yield f"the server does not negotiate {attempt.alpn[0]} by ALPN"


def matches(pattern: str, name: str) -> bool:
    """Return whether a name of a certificate is for a DNS name.

    https://www.rfc-editor.org/rfc/rfc9525.html#section-6.3
    """
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:] and not name.startswith(".")
    return pattern == name


def _described(certificate: Certificate) -> str:
    left = certificate.days_left
    return (
        f"{', '.join(certificate.names) or 'no name'}, "
        + (f"{left:.0f} days left" if left > 0 else f"expired {-left:.0f} days ago")
        + f", of {certificate.issuer}, {certificate.version}"
        + (f", ALPN {certificate.alpn}" if certificate.alpn else "")
        + (f"; the probe does not trust it: {certificate.untrusted}" if certificate.untrusted else "")
    )
