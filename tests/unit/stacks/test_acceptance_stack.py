"""AcceptanceStack: every endpoint of the topology is accepted, with the provider's credentials."""

from privatelink.topology.model import Topology
from tests.support.synth import resources, synth
from tests.support.topology_strategies import both_sides

NAME = "shop-acceptance"


def made():
    topology = both_sides()
    topology["service"] |= {"acceptance": "managed", "account": {"profile": "provider"}}
    topology["consumers"]["other"] = {
        "account": {"profile": "other"},
        "network": {"cidr": "10.30.0.0/16", "zones": ["ap-northeast-2a"]},
    }
    topology["service"]["allowed_principals"] = ["*"]
    return synth(Topology.model_validate(topology))


def test_each_consumer_is_accepted_by_its_key():
    stack = made()[NAME]

    accepters = resources(stack, "aws_vpc_endpoint_connection_accepter")
    assert set(accepters) == {"acceptance_client", "acceptance_other"}
    for accepter in accepters.values():
        assert accepter["vpc_endpoint_service_id"] == (
            "${data.terraform_remote_state.provider.outputs.service_id}"
        )
    assert "consumer-other.outputs.endpoint_id" in accepters["acceptance_other"]["vpc_endpoint_id"]


def test_it_has_the_providers_credentials():
    (provider,) = made()[NAME]["provider"]["aws"]

    assert provider["profile"] == "provider"


def test_it_tells_the_state_of_each_connection():
    output = made()[NAME]["output"]["connection_states"]["value"]

    assert set(output) == {"client", "other"}
    assert output["other"].endswith("acceptance_other.vpc_endpoint_state}")
