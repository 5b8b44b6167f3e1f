"""What was built, drawn on a terminal: both sides, and the connection between them."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from privatelink.connections import endpoint_connections as connections
from privatelink.demo.drawing import draw


class Stack:
    """Stands for an applied stack."""

    def __init__(self, outputs, resources, consumer=""):
        self.outputs, self._resources, self.consumer, self.ec2 = outputs, resources, consumer, None

    def resources(self, kind):
        return self._resources[kind]


PROVIDER = Stack(
    {
        "service_id": "vpce-svc-1",
        "load_balancer_addresses": {"zone-a": "203.0.113.1"},
        "backend_instance_ids": {"zone-a": "i-a"},
    },
    {"aws_vpc": [{"cidr_block": "10.10.0.0/16"}], "aws_lb": [{"name": "front", "internal": False}]},
)
SUBNET = {"availability_zone": "zone-a", "availability_zone_id": "az1", "cidr_block": "10.20.0.0/20"}
CONSUMER = Stack(
    {"endpoint_id": "vpce-1", "endpoint_addresses": {"az1": "10.20.0.4"}, "probe_instance_id": "i-probe"},
    {"aws_vpc": [{"cidr_block": "10.20.0.0/16"}], "aws_subnet": [SUBNET]},
    "client",
)


def drawn(monkeypatch, state, consumers):
    since = datetime(2024, 5, 1, tzinfo=UTC)
    found = [connections.Connection("vpce-svc-1", "vpce-1", "1", state, since)]
    monkeypatch.setattr(connections, "list_connections", lambda *_: found)
    out = io.StringIO()
    draw(Console(file=out, width=160), PROVIDER, consumers)
    return out.getvalue()


@pytest.mark.parametrize(("state", "arrow"), [("available", "━━━▶"), ("pendingAcceptance", "╌╌╌▷")])
def test_a_connection_is_drawn_by_its_state(monkeypatch, state, arrow):
    said = drawn(monkeypatch, state, [CONSUMER])

    assert arrow in said
    assert state in said


def test_both_sides_are_drawn(monkeypatch):
    said = drawn(monkeypatch, "available", [CONSUMER])

    for text in ("consumer client: 10.20.0.0/16", "endpoint\u00a010.20.0.4", "vpce-1", "probe i-probe"):
        assert text in said
    for text in ("provider: 10.10.0.0/16", "vpce-svc-1", "front (internet-facing)", "203.0.113.1"):
        assert text in said


def test_a_provider_alone_is_drawn_alone(monkeypatch):
    said = drawn(monkeypatch, "available", [])

    assert "provider: 10.10.0.0/16" in said
    assert "consumer" not in said
