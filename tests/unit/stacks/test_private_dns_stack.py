"""PrivateDnsStack: the switch comes after acceptance, with the consumer's credentials."""

import json
import tempfile
from pathlib import Path

from privatelink.topology.model import Topology
from tests.support.synth import synth_to
from tests.support.topology_strategies import both_sides

NAME = "shop-private-dns-client"


def made():
    topology = both_sides()
    topology["service"] |= {
        "acceptance": "managed",
        "private_dns": {"name": "api.example.com", "record_exists": True},
        "allowed_principals": ["*"],
    }
    topology["consumers"]["client"] |= {
        "endpoint": {"private_dns": True},
        "account": {"profile": "client"},
    }
    with tempfile.TemporaryDirectory() as folder:
        synth_to(Path(folder), Topology.model_validate(topology))
        stack = json.loads(Path(folder, f"stacks/{NAME}/cdk.tf.json").read_text())
        return stack, json.loads(Path(folder, "manifest.json").read_text())["stacks"]


def test_it_comes_after_the_consumers_stack_and_after_acceptance():
    _, stacks = made()

    assert set(stacks[NAME]["dependencies"]) == {"shop-consumer-client", "shop-acceptance"}


def test_it_has_the_consumers_credentials_and_the_consumers_endpoint():
    stack, _ = made()

    (provider,) = stack["provider"]["aws"]
    assert provider["profile"] == "client"
    endpoint = stack["data"]["aws_vpc_endpoint"]["private-dns"]["id"]
    assert "outputs.endpoint_id" in endpoint
