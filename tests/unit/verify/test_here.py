"""This machine as the probe: its address, and the program run on it."""

import http.server
import sys
import threading
from ipaddress import IPv4Address, IPv4Network
from types import SimpleNamespace

import pytest

from privatelink.terraform.process import Interruption, NotStartedError
from privatelink.verify import here
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.here import Here
from privatelink.verify.sight import Job
from tests.support.fake_clients import FakeClient
from tests.support.verify_facts import consumer

LOOPBACK = "127.0.0.1"
INTERFACE = {
    "SubnetId": "subnet-a",
    "Groups": [{"GroupId": "sg-runner"}],
    "Association": {"PublicIp": "198.51.100.7"},
}


def on_loopback(*interfaces, asked=None):
    """Return this machine as the probe of a consumer whose VPC is its loopback, with these interfaces."""

    def describe(Filters):  # noqa: N803
        if asked is not None:
            asked.update({each["Name"]: each["Values"] for each in Filters})
        return {"NetworkInterfaces": interfaces}

    tables = [{"Associations": [{"Main": True}], "Routes": []}]
    ec2 = FakeClient(
        {
            "describe_network_interfaces": describe,
            "describe_route_tables": lambda Filters: {"RouteTables": tables},  # noqa: N803
        }
    )
    return Here().probe(SimpleNamespace(ec2=ec2), consumer(vpc_cidrs=(IPv4Network("127.0.0.0/24"),)))


def test_this_machine_is_the_network_interface_with_its_address():
    asked = {}
    probe = on_loopback(INTERFACE, asked=asked)

    (address,) = asked.pop("addresses.private-ip-address")
    assert asked == {"vpc-id": ["vpc-1"]}
    assert IPv4Address(address).is_loopback
    assert probe.address == IPv4Network(address)
    assert probe.public_address == IPv4Network("198.51.100.7")
    assert (probe.group_ids, probe.internet_gateway) == (("sg-runner",), None)


def test_behind_a_nat_gateway_it_has_no_public_address():
    assert on_loopback(INTERFACE | {"Association": {}}).public_address is None


def test_a_machine_outside_the_vpc_is_refused():
    with pytest.raises(CouldNotCheckError, match=r"no network interface in vpc-1 .* 127\.0\.0\.\d+; run"):
        on_loopback()


def test_a_machine_without_a_route_to_the_vpc_is_refused(monkeypatch):
    def no_socket(*_):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(here.socket, "socket", no_socket)
    with pytest.raises(CouldNotCheckError, match=r"no route to vpc-1 .*Network is unreachable.*run it on"):
        on_loopback(INTERFACE)


def test_another_system_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CouldNotCheckError, match="needs Linux, and this is darwin; set probe: true"):
        on_loopback(INTERFACE)


@pytest.fixture
def port():
    """The port of a server that answers every request."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_the_program_runs_on_this_machine(port):
    job = Job(LOOPBACK, port, 4)

    sight = Here().look([job])[job]

    assert (sight.addresses, sight.texts, sight.failed) == ((LOOPBACK,), ["hello"], "")


def test_the_program_stops_with_the_others():
    interruption = Interruption()
    interruption.kill()

    with pytest.raises(NotStartedError):
        Here(interruption).look([Job(LOOPBACK, 1, 1)])


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "did not end within 60 s"),
        ("raise SystemExit('no module')", "cannot be read: 'no module"),
        ("print('[')", "cannot be read"),
    ],
)
def test_a_program_that_fails_is_told(monkeypatch, tmp_path, program, said):
    path = tmp_path / "probe.py"
    path.write_text(program)
    monkeypatch.setattr(here.probe, "__file__", str(path))

    with pytest.raises(CouldNotCheckError, match=said):
        Here().look([Job(LOOPBACK, 1, 1)])
