"""Read the certificates and the security policy of a TLS listener from moto's state.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html
"""

from moto.acm.models import AWS_ROOT_CA, acm_backends
from moto.elbv2.ssl_policies import SSL_POLICIES
from moto.iam.models import iam_backends

from privatelink.sandbox.dataplane.world import Certificate, Tls
from privatelink.sandbox.untyped import Moto

DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html"""

ALPN = {
    "HTTP1Only": ("http/1.1", "http/1.0"),
    "HTTP2Only": ("h2",),
    "HTTP2Optional": ("http/1.1", "http/1.0", "h2"),
    "HTTP2Preferred": ("h2", "http/1.1", "http/1.0"),
}
"""The application protocols of each ALPN policy, in the order of preference:
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html#alpn-policies"""


def read_tls(ec2: Moto, listener: Moto) -> Tls:
    """Read the certificates, the security policy and the ALPN policy of a listener."""
    found = (read_certificate(ec2, arn) for arn in listener.certificates)
    policy = SSL_POLICIES[listener.ssl_policy or DEFAULT_POLICY]
    return Tls(
        certificates=tuple(certificate for certificate in found if certificate),
        versions=tuple(policy["ssl_protocols"]),
        # Names with this prefix are those of TLS 1.3, which OpenSSL always offers.
        ciphers=tuple(name for name in policy["ciphers"] if not name.startswith("TLS_")),
        alpn=ALPN.get((listener.alpn_policy or ["None"])[0], ()),
    )


def read_certificate(ec2: Moto, arn: str) -> Certificate | None:
    """Read a certificate of ACM or IAM; None if it does not exist."""
    bundle = acm_backends[ec2.account_id][ec2.region_name]._certificates.get(arn)
    if bundle is not None:
        # moto adds Amazon's root to each chain; a certificate that it issues is signed with its own key.
        chain = (bundle.cert.rstrip() + b"\n" + bundle.chain.replace(AWS_ROOT_CA, b"")).strip()
        names = dict.fromkeys(filter(None, [bundle.common_name, *bundle.sans]))
        return Certificate(tuple(names), f"{chain.decode()}\n", bundle.key.decode())
    stored = iam_backends[ec2.account_id][ec2.partition].get_certificate_by_arn(arn)
    if stored is None:
        return None
    chain_text = "\n".join(filter(None, [stored.cert_body, stored.cert_chain]))
    return Certificate((), f"{chain_text}\n", stored.private_key)
