"""Listeners of a Network Load Balancer: protocols, ports, certificates, ALPN, the idle timeout."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.balancer import Balancer
from tests.support.sandbox_fixtures import Account, Vpc, refused

POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


def self_signed(name: str = "api.example.com") -> tuple[str, str]:
    """A certificate and its private key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.33.0.0/16")


@pytest.fixture(scope="module")
def certificates(provider: Account) -> list[str]:
    made = [self_signed(name) for name in ("one.example.com", "two.example.com")]
    acm = provider.client("acm")
    return [acm.import_certificate(Certificate=c, PrivateKey=k)["CertificateArn"] for c, k in made]


def test_one_listener_for_each_port(network: Vpc) -> None:
    made = Balancer(network, "ports")
    tcp, udp = made.group(), made.group("UDP")
    first = made.listener(tcp, port=80)
    duplicate = f"A listener already exists on this port for this load balancer '{made.arn}'"
    with refused("DuplicateListener", duplicate):
        made.listener(udp, "UDP", port=80)
    second = made.listener(udp, "UDP", port=81)
    with refused("DuplicateListener", duplicate):
        made.elb.modify_listener(ListenerArn=second["ListenerArn"], Port=80)
    made.elb.modify_listener(ListenerArn=first["ListenerArn"], Port=82)
    ports = {item["Port"] for item in made.elb.describe_listeners(LoadBalancerArn=made.arn)["Listeners"]}
    assert ports == {81, 82}


@pytest.mark.parametrize(
    ("protocol", "fitting"),
    [
        ("TCP", {"TCP", "TCP_UDP"}),
        ("TLS", {"TCP", "TLS"}),
        ("UDP", {"UDP", "TCP_UDP"}),
        ("TCP_UDP", {"TCP_UDP"}),
    ],
)
def test_the_protocols_of_a_listener_and_its_target_group_fit(
    network: Vpc, certificates: list[str], protocol: str, fitting: set[str]
) -> None:
    made = Balancer(network, f"fit-{protocol.lower().replace('_', '-')}")
    tls = {"Certificates": [{"CertificateArn": certificates[0]}]} if protocol == "TLS" else {}
    for port, group_protocol in enumerate(("TCP", "TLS", "UDP", "TCP_UDP", "HTTP"), 1000):
        group = made.group(group_protocol)
        if group_protocol in fitting:
            made.listener(group, protocol, port, **tls)
        else:
            with refused("IncompatibleProtocols", f"have incompatible protocols: '{group}'"):
                made.listener(group, protocol, port, **tls)


def test_a_target_group_belongs_to_one_load_balancer(network: Vpc) -> None:
    one, two = Balancer(network, "owner"), Balancer(network, "other")
    group = one.group()
    listener = one.listener(group)
    with refused("TargetGroupAssociationLimit", group):
        two.listener(group)
    one.elb.delete_listener(ListenerArn=listener["ListenerArn"])
    two.listener(group)


def test_tls_reads_back_and_changes(network: Vpc, certificates: list[str]) -> None:
    made = Balancer(network, "tls")
    group = made.group()
    given = {"SslPolicy": POLICY, "AlpnPolicy": ["HTTP2Preferred"]}
    listener = made.listener(group, "TLS", 443, Certificates=[{"CertificateArn": certificates[0]}], **given)
    assert listener == listener | given
    assert [item["CertificateArn"] for item in listener["Certificates"]] == certificates[:1]

    changed = {"SslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06", "AlpnPolicy": ["HTTP2Only"]}
    made.elb.modify_listener(
        ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": certificates[1]}], **changed
    )
    (after,) = made.elb.describe_listeners(ListenerArns=[listener["ListenerArn"]])["Listeners"]
    assert after == after | changed
    assert [item["CertificateArn"] for item in after["Certificates"]] == certificates[1:]

    made.elb.modify_listener(ListenerArn=listener["ListenerArn"], Protocol="TCP")
    (after,) = made.elb.describe_listeners(ListenerArns=[listener["ListenerArn"]])["Listeners"]
    assert after["Protocol"] == "TCP"
    assert not {"Certificates", "SslPolicy"} & set(after)
    assert not after.get("AlpnPolicy")


def test_what_tls_needs_and_others_do_not_have(network: Vpc, certificates: list[str]) -> None:
    made = Balancer(network, "no-tls")
    group = made.group()
    default = [{"CertificateArn": certificates[0]}]
    with refused("ValidationError", "A certificate must be specified for TLS listeners"):
        made.listener(group, "TLS")
    with refused("CertificateNotFound", "certificate/none"):
        made.listener(group, "TLS", Certificates=[{"CertificateArn": f"{certificates[0][:-36]}none"}])
    with refused("SSLPolicyNotFound", "ELBSecurityPolicy-none"):
        made.listener(group, "TLS", Certificates=default, SslPolicy="ELBSecurityPolicy-none")
    with refused("ALPNPolicyNotFound", "HTTP3"):
        made.listener(group, "TLS", Certificates=default, AlpnPolicy=["HTTP3"])
    with refused("ValidationError", "A certificate cannot be specified for TCP listeners"):
        made.listener(group, Certificates=default)
    with refused("InvalidConfigurationRequest", "ALPN policy is not supported for TCP listeners"):
        made.listener(group, AlpnPolicy=["None"])
    assert "SslPolicy" not in made.listener(group)


def test_the_idle_timeout_of_tcp(network: Vpc, certificates: list[str]) -> None:
    made = Balancer(network, "idle")
    group = made.group()
    tcp = made.listener(group)
    tls = made.listener(group, "TLS", 443, Certificates=[{"CertificateArn": certificates[0]}])
    udp = made.listener(made.group("UDP"), "UDP", 514)
    assert made.attributes(tcp) == {"tcp.idle_timeout.seconds": "350"}
    for value in ("60", "6000"):
        assert made.attributes(tcp, tcp__idle_timeout__seconds=value) == {"tcp.idle_timeout.seconds": value}
    for value in ("59", "6001", "-1", "ten"):
        with refused("ValidationError", "must be between '60-6000' inclusive"):
            made.attributes(tcp, tcp__idle_timeout__seconds=value)
    for other in (tls, udp):
        assert made.attributes(other) == {}
        with refused("InvalidConfigurationRequest", f"not supported for {other['Protocol']} listeners"):
            made.attributes(other, tcp__idle_timeout__seconds="60")
    with refused("InvalidConfigurationRequest", "'no.such' is not recognized"):
        made.attributes(tcp, no__such="1")


def test_a_listener_is_shown_with_its_default_certificate_alone(
    network: Vpc, certificates: list[str]
) -> None:
    made = Balancer(network, "default-certificate")
    first, second = ({"CertificateArn": arn} for arn in certificates)
    listener = made.listener(made.group("TLS"), "TLS", 443, Certificates=[first])
    elb, arn = network.account.elb, listener["ListenerArn"]
    elb.add_listener_certificates(ListenerArn=arn, Certificates=[second])
    (shown,) = elb.describe_listeners(ListenerArns=[arn])["Listeners"]
    assert shown["Certificates"] == [first]
    every = elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]
    assert [item["CertificateArn"] for item in every] == certificates
