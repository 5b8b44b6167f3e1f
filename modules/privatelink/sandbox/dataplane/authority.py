"""A certificate authority for the names of AWS, which machines trust: the sandbox answers for AWS."""

import datetime
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from privatelink.sandbox.dataplane.certificate_files import load

LIFETIME = datetime.timedelta(days=365)
DEFAULT_NAME = "amazonaws.com"
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
"""The trusted authorities of Debian, and of Fedora and Amazon Linux."""


class Authority:
    """A certificate authority, which exists as long as the data plane."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PrivateLink sandbox")])
        builder = self._builder(self._name, self._key.public_key())
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = builder.add_extension(constraints, critical=True).sign(self._key, hashes.SHA256())
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def certificate(self) -> str:
        """The certificate of the authority, in PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def context(self) -> ssl.SSLContext:
        """Return a context that has a certificate for each name that a client asks for."""
        context = self._context(DEFAULT_NAME)

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                connection.context = self._context(name)

        context.sni_callback = choose
        return context

    def trust_script(self) -> str:
        """Return a shell script that adds the authority to those that a machine trusts."""
        # The file belongs to nobody in the machine, its directory to root.
        lines = "".join(
            f"[ -f {path} ] && cat {path} {CERTIFICATE} >{path}.new && mv -f {path}.new {path}\n"
            for path in BUNDLES
        )
        return f"cat >{CERTIFICATE} <<'END'\n{self.certificate}END\n{lines}"

    def _context(self, name: str) -> ssl.SSLContext:
        if name not in self._contexts:
            self._contexts[name] = self._issue(name)
        return self._contexts[name]

    def _issue(self, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        issued = (
            self._builder(subject, key.public_key())
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        written = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        load(context, issued.public_bytes(serialization.Encoding.PEM).decode(), written.decode())
        return context

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + LIFETIME)
        )


CERTIFICATE = "/etc/ssl/sandbox-ca.pem"
"""Where a machine has the certificate of the authority."""
