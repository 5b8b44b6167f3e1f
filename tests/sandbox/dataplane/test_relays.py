"""TLS listeners and Proxy Protocol, with packets."""

import shlex

import pytest

from privatelink.sandbox.dataplane.proxy_protocol import SIGNATURE, header
from privatelink.sandbox.dataplane.relays import is_named
from tests.support.dataplane_fixtures import Machine
from tests.support.packets import HTTP_PORT, HTTPS_PORT, PROXY_PORT, Scene, new_certificate

FIRST, SECOND = "first.example.com", "second.example.com"
TLS13 = "ELBSecurityPolicy-TLS13-1-3-2021-06"
TLS12 = "ELBSecurityPolicy-TLS13-1-2-2021-06"


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("a.example.com", "A.example.com", True),
        ("a.example.com", "b.example.com", False),
        ("*.example.com", "b.example.com", True),
        ("*.example.com", "b.c.example.com", False),
        ("*.example.com", "example.com", False),
    ],
)
def test_a_certificate_is_chosen_by_its_names(pattern: str, name: str, *, matches: bool) -> None:
    assert is_named(pattern, name) is matches


# Prints the certificate's names, the TLS version, the protocol of ALPN and the page.
CLIENT = """
import socket, ssl, sys
host, port, name, authorities, alpn, newest = sys.argv[1:]
open("/tmp/ca.pem", "w").write(authorities)
context = ssl.create_default_context(cafile="/tmp/ca.pem")
context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
if alpn:
    context.set_alpn_protocols(alpn.split(","))
if newest:
    context.maximum_version = ssl.TLSVersion[newest]
try:
    sock = socket.create_connection((host, int(port)), 2)
    with context.wrap_socket(sock, server_hostname=name) as tls:
        tls.sendall(b"GET /page HTTP/1.0\\r\\n\\r\\n")
        text = b""
        while part := tls.recv(1000):
            text += part
        names = [value for _, value in tls.getpeercert()["subjectAltName"]]
        print(*names, tls.version(), tls.selected_alpn_protocol(), text.decode().splitlines()[-1])
except OSError as error:
    print(getattr(error, "verify_message", "") or error)
"""


def ask(
    machine: Machine, host: str, port: int, name: str, authorities: str, *, alpn: str = "", newest: str = ""
) -> str:
    """What a client sees that trusts these certificates alone."""
    return machine.run(
        shlex.join(["python3", "-c", CLIENT, host, str(port), name, authorities, alpn, newest])
    )


@pytest.fixture(scope="module")
def certificates(scene: Scene) -> dict[str, tuple[str, str]]:
    """The ARN and text of two imported certificates, by their names."""
    acm, made = scene.provider.account.client("acm"), {}
    for name in (FIRST, SECOND):
        text, key = new_certificate(name)
        arn = acm.import_certificate(Certificate=text, PrivateKey=key)["CertificateArn"]
        made[name] = (arn, text)
    return made


@pytest.fixture(scope="module")
def port(scene: Scene, certificates: dict[str, tuple[str, str]]) -> int:
    """A TLS listener with two certificates, whose targets are asked in the clear."""
    port = scene.listener(
        "TLS",
        scene.group("TCP", HTTP_PORT),
        Certificates=[{"CertificateArn": certificates[FIRST][0]}],
        SslPolicy=TLS12,
        AlpnPolicy=["HTTP2Preferred"],
    )
    elb = scene.provider.account.elb
    elb.add_listener_certificates(
        ListenerArn=scene.listener_arn(port), Certificates=[{"CertificateArn": certificates[SECOND][0]}]
    )
    return port


@pytest.mark.dataplane
@pytest.mark.slow
class TestTls:
    def test_the_certificate_is_the_listeners_and_the_target_sees_the_client(
        self, scene: Scene, certificates: dict[str, tuple[str, str]], port: int
    ) -> None:
        seen = ask(scene.neighbour, scene.node, port, FIRST, certificates[FIRST][1])
        assert seen == f"{FIRST} TLSv1.3 None {scene.neighbour.address} server /page"
        # Another certificate is not trusted.
        _, other = certificates[SECOND]
        assert "self-signed certificate" in ask(scene.neighbour, scene.node, port, FIRST, other)

    def test_through_an_endpoint_tls_ends_at_the_load_balancer_too(
        self, scene: Scene, certificates: dict[str, tuple[str, str]], port: int
    ) -> None:
        seen = ask(scene.client, scene.door, port, FIRST, certificates[FIRST][1])
        assert seen == f"{FIRST} TLSv1.3 None {scene.node} server /page"

    def test_the_name_that_the_client_sends_selects_the_certificate(
        self, scene: Scene, certificates: dict[str, tuple[str, str]], port: int
    ) -> None:
        assert ask(scene.client, scene.door, port, SECOND, certificates[SECOND][1]).startswith(SECOND)
        assert "mismatch" in ask(scene.client, scene.door, port, "x.org", certificates[FIRST][1])

    def test_the_alpn_policy_selects_the_protocol(
        self, scene: Scene, certificates: dict[str, tuple[str, str]], port: int
    ) -> None:
        for offered, selected in (("http/1.1,h2", "h2"), ("http/1.1", "http/1.1"), ("spdy", "None")):
            seen = ask(scene.neighbour, scene.node, port, FIRST, certificates[FIRST][1], alpn=offered)
            assert seen.split()[2] == selected

    def test_the_security_policy_has_the_versions(
        self, scene: Scene, certificates: dict[str, tuple[str, str]], port: int
    ) -> None:
        text = certificates[FIRST][1]
        assert "TLSv1.2" in ask(scene.neighbour, scene.node, port, FIRST, text, newest="TLSv1_2")
        strict = scene.listener(
            "TLS",
            scene.group("TCP", HTTP_PORT),
            Certificates=[{"CertificateArn": certificates[FIRST][0]}],
            SslPolicy=TLS13,
        )
        assert "TLSv1.3" in ask(scene.neighbour, scene.node, strict, FIRST, text)
        refused = ask(scene.neighbour, scene.node, strict, FIRST, text, newest="TLSv1_2")
        assert "TLS/SSL connection has been closed" in refused or "protocol version" in refused

    def test_to_a_tls_target_group_the_load_balancer_encrypts_again(
        self, scene: Scene, certificates: dict[str, tuple[str, str]]
    ) -> None:
        group = scene.group("TLS", HTTPS_PORT, attributes={"preserve_client_ip.enabled": "false"})
        port = scene.listener(
            "TLS", group, Certificates=[{"CertificateArn": certificates[FIRST][0]}], SslPolicy=TLS12
        )
        seen = ask(scene.neighbour, scene.node, port, FIRST, certificates[FIRST][1])
        assert seen == f"{FIRST} TLSv1.3 None {scene.node} server /page"

    def test_a_certificate_that_acm_issues_can_be_checked(self, scene: Scene) -> None:
        acm = scene.provider.account.client("acm")
        arn = acm.request_certificate(DomainName="issued.example.com")["CertificateArn"]
        acm.describe_certificate(CertificateArn=arn)
        port = scene.listener(
            "TLS", scene.group("TCP", HTTP_PORT), Certificates=[{"CertificateArn": arn}], SslPolicy=TLS12
        )
        text = acm.get_certificate(CertificateArn=arn)["Certificate"]
        seen = ask(scene.client, scene.door, port, "issued.example.com", text)
        assert seen.startswith("issued.example.com TLSv1.3")


def say(machine: Machine, host: str, port: int) -> list[str]:
    """The IPv4 address of a connection, the peer that a target has seen, and the header."""
    script = "import socket, sys; host = socket.gethostbyname(sys.argv[1]); "
    script += "s = socket.create_connection((host, int(sys.argv[2])), 2); "
    script += "print(*s.getsockname()[:2]); s.sendall(b'x'); print(s.makefile().readline())"
    return machine.run(shlex.join(["python3", "-c", script, host, str(port)])).split()


@pytest.fixture(scope="module")
def proxied(scene: Scene) -> int:
    """A TCP listener whose target wants the header of Proxy Protocol."""
    group = scene.group("TCP", PROXY_PORT, attributes={"proxy_protocol_v2.enabled": "true"})
    return scene.listener("TCP", group)


@pytest.mark.dataplane
@pytest.mark.slow
class TestProxyProtocol:
    def test_the_header_has_the_client(self, scene: Scene, proxied: int) -> None:
        address, number, peer, seen = say(scene.neighbour, scene.node, proxied)
        assert peer == address == scene.neighbour.address
        assert bytes.fromhex(seen) == header((address, int(number)), (scene.node, proxied))

    def test_through_an_endpoint_it_has_the_consumers_client_and_the_endpoint(
        self, scene: Scene, proxied: int
    ) -> None:
        address, number, peer, seen = say(scene.client, scene.door, proxied)
        assert (address, peer) == (scene.client.address, scene.node)
        expected = header((address, int(number)), (scene.node, proxied), scene.endpoint["VpcEndpointId"])
        assert bytes.fromhex(seen) == expected
        assert bytes.fromhex(seen).startswith(SIGNATURE)
        assert scene.endpoint["VpcEndpointId"].encode() in expected

    def test_it_comes_before_tls_is_ended(
        self, scene: Scene, certificates: dict[str, tuple[str, str]]
    ) -> None:
        group = scene.group("TCP", PROXY_PORT, attributes={"proxy_protocol_v2.enabled": "true"})
        port = scene.listener(
            "TLS", group, Certificates=[{"CertificateArn": certificates[FIRST][0]}], SslPolicy=TLS12
        )
        script = f"echo x | timeout 2 openssl s_client -quiet -connect {scene.door}:{port} 2>/dev/null"
        _, seen = scene.client.run(script).split()
        assert scene.endpoint["VpcEndpointId"].encode() in bytes.fromhex(seen)
