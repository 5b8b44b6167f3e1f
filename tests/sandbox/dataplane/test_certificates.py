"""The certificates and policies of TLS listeners, read out of moto's state in this process."""

import importlib
from typing import Any

import boto3
import pytest

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from tests.support.packets import new_certificate

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]


def listener(built: dict[str, Any], *arns: str, **arguments: Any) -> Any:
    """moto's own listener, with certificates."""
    from moto.elbv2.models import elbv2_backends

    elb = boto3.client("elbv2", REGION)
    made = elb.create_listener(
        LoadBalancerArn=built["balancer"]["LoadBalancerArn"],
        Protocol="TLS",
        Port=443,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": built["targets"]}],
        Certificates=[{"CertificateArn": arns[0]}],
        **arguments,
    )["Listeners"][0]["ListenerArn"]
    for arn in arns[1:]:
        elb.add_listener_certificates(ListenerArn=made, Certificates=[{"CertificateArn": arn}])
    balancer = elbv2_backends["123456789012"][REGION].load_balancers[built["balancer"]["LoadBalancerArn"]]
    return balancer, balancer.listeners[made]


def test_certificates_of_acm_and_iam_and_the_policies(built: dict[str, Any]) -> None:
    certificates = importlib.import_module("privatelink.sandbox.dataplane.certificates")
    issuer, _ = new_certificate("ca")
    text, key = new_certificate("a.example.com", "*.b.example.com")
    imported = boto3.client("acm", REGION).import_certificate(
        Certificate=text, PrivateKey=key, CertificateChain=issuer
    )["CertificateArn"]
    stored = boto3.client("iam", REGION).upload_server_certificate(
        ServerCertificateName="c", CertificateBody=text, PrivateKey=key
    )["ServerCertificateMetadata"]["Arn"]
    balancer, found = listener(
        built, imported, stored, SslPolicy="ELBSecurityPolicy-TLS-1-1-2017-01", AlpnPolicy=["HTTP2Only"]
    )
    tls = certificates.read_tls(balancer.ec2_backend, found)
    first, second = tls.certificates
    assert first.names == ("a.example.com", "*.b.example.com")
    assert (first.chain, first.key) == (f"{text}{issuer}", key)
    assert (second.chain, second.key) == (text, key)
    assert set(tls.versions) == {"TLSv1.1", "TLSv1.2"}
    assert "ECDHE-RSA-AES128-GCM-SHA256" in tls.ciphers
    assert tls.alpn == ("h2",)
    assert key not in repr(tls)
