"""`privatelink verify` on ports that are not HTTP, with packets: TLS, UDP, Proxy Protocol, certificates."""

from typing import Any

import pytest

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from privatelink.verify.check import first_broken
from privatelink.verify.consumer import private_path, verify_consumer
from tests.support.dataplane_fixtures import Lab
from tests.support.packets import (
    HTTP_PORT,
    HTTPS_PORT,
    LINES_PORT,
    PROXY_PORT,
    UDP_PORT,
    Scene,
    new_certificate,
    served,
)
from tests.unit.verify.test_consumer import LabStack

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]
NAME = "api.example.com"
NOT_SERVED = 8099


def stacks(scene: Scene, tests: dict[str, dict[str, Any]]) -> tuple[Any, Any]:
    """What `verify` asks of the two stacks: of the consumer's, and of the provider's with tests of ports."""
    service = LabStack(
        "provider",
        scene.provider.account,
        {
            "service_id": scene.service["ServiceId"],
            "load_balancer_dns_name": scene.balancer["DNSName"],
            "verify": tests,
        },
    )
    regional, zonal = (entry["DnsName"] for entry in scene.endpoint["DnsEntries"][:2])
    client = LabStack(
        "client",
        scene.consumer.account,
        {
            "endpoint_id": scene.endpoint["VpcEndpointId"],
            "endpoint_dns_names": {
                "regional": regional,
                "zonal": {f"{scene.consumer.account.region}a": zonal},
            },
            "probe_instance_id": scene.client.id,
        },
    )
    return client, service


@pytest.fixture(scope="module")
def found(provider_lab: Lab, consumer_lab: Lab) -> dict[str, Any]:
    """What verify says of each port: the checks by the name of the case."""
    scene = Scene(provider_lab, consumer_lab)
    acm = provider_lab.account.client("acm")
    checked = {"HealthCheckPort": str(HTTP_PORT)}
    proxied = {"proxy_protocol_v2.enabled": "true"}
    expired = provider_lab.instance(
        scene.vpc, "a", [scene.open], script=served("old", f"https:{HTTPS_PORT}", days=(-30, -3))
    )
    ports: dict[str, int] = {}
    tests: dict[str, dict[str, Any]] = {}

    def case(name: str, protocol: str, group: str, verify: dict[str, Any], **arguments: Any) -> None:
        ports[name] = port = scene.listener(protocol, group, **arguments)
        tests[f"{port}/udp" if protocol == "UDP" else str(port)] = verify

    lines = scene.group("TCP", LINES_PORT)
    for name, of in (("right", NAME), ("wrong", "other.example.com")):
        text, key = new_certificate(of)
        arn = acm.import_certificate(Certificate=text, PrivateKey=key)["CertificateArn"]
        test = {"protocol": "tls", "server_name": NAME, "authorities": text, "send": "hi\n", "expect": "hi"}
        case(name, "TLS", lines, test, Certificates=[{"CertificateArn": arn}])
    old = scene.group("TCP", HTTPS_PORT, {"Id": expired.id})
    case("expired", "TCP", old, {"protocol": "https", "authorities": "any"})
    case("plain", "TCP", lines, {"protocol": "tls", "authorities": "any"})
    case("lines", "TCP", lines, {"protocol": "tcp", "send": "hi\n", "expect": "hi"})
    datagrams = scene.group("UDP", UDP_PORT, **checked)
    case("udp", "UDP", datagrams, {"protocol": "udp", "send": "hi", "expect": "server hi"})
    case("another answer", "UDP", datagrams, {"protocol": "udp", "send": "hi", "expect": "bye"})
    only_server = scene.group("TCP", PROXY_PORT, **checked)
    case("header missing", "TCP", only_server, {"protocol": "tcp", "send_hex": "00" * 16})
    both = scene.group("TCP", PROXY_PORT, attributes=proxied, **checked)
    case("header", "TCP", both, {"protocol": "tcp", "send": "x"})
    only_group = scene.group("TCP", HTTP_PORT, attributes=proxied, HealthCheckPort=str(LINES_PORT))
    case("header unexpected", "TCP", only_group, {"protocol": "http"})

    client, service = stacks(scene, tests)
    scene.provider.account.sandbox.settle()
    checks = private_path(client, service)
    return {
        name: [check for check in checks if check.id.rpartition("-")[2] == str(port)]
        for name, port in ports.items()
    }


@pytest.mark.parametrize("case", ["right", "lines", "udp", "header"])
def test_what_works(found: dict[str, Any], case: str) -> None:
    assert {check.outcome for check in found[case]} == {"holds"}, found[case]


@pytest.mark.parametrize(
    ("case", "hop", "cause"),
    [
        ("wrong", "listener", "the certificate is for other.example.com, not for api.example.com"),
        ("expired", "backend", "the certificate expired 3 days ago"),
        ("plain", "backend", "TLS"),
        ("another answer", "backend", "unexpected answer"),
        ("header missing", "backend", "the server may expect a Proxy Protocol header"),
        ("header unexpected", "backend", "the target group sends a Proxy Protocol v2 header first"),
    ],
)
def test_what_does_not(found: dict[str, Any], case: str, hop: str, cause: str) -> None:
    failed = [check for check in found[case] if check.outcome == "fails"]
    assert {check.hop for check in failed} == {hop}, found[case]
    assert cause in failed[-1].cause


def test_of_three_brokers_the_port_of_the_one_that_is_down_is_named(
    provider_lab: Lab, consumer_lab: Lab
) -> None:
    """Each broker has a port and a target group of its own; they are servers on different target ports."""
    scene = Scene(provider_lab, consumer_lab)
    brokers = [scene.group("TCP", port) for port in (LINES_PORT, HTTP_PORT, NOT_SERVED)]
    first, second, third = (scene.listener("TCP", broker, wait=broker != brokers[2]) for broker in brokers)
    scene.wait(brokers[2], "unhealthy")

    checks = verify_consumer(*stacks(scene, {str(first): {"protocol": "tcp", "send": "x\n", "expect": "x"}}))

    broken = first_broken(checks)
    assert broken
    assert (broken.hop, broken.id) == ("backend", "backends")
    assert f"unhealthy (Target.FailedHealthChecks) on port {third}" in broken.cause
    failed = {check.id for check in checks if check.outcome == "fails"}
    assert failed == {"backends", *(f"tcp-{name}-{third}" for name in ("regional", f"{REGION}a"))}
    assert all(f"tcp-regional-{port}" not in failed for port in (first, second))
