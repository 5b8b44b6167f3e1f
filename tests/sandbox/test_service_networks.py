"""Service networks of Amazon VPC Lattice."""

from tests.support.sandbox_fixtures import Account, refused


def test_a_service_network_can_be_deleted(provider: Account) -> None:
    lattice = provider.client("vpc-lattice")
    network = lattice.create_service_network(name="network")["id"]
    lattice.delete_service_network(serviceNetworkIdentifier=network)
    with refused("ResourceNotFoundException"):
        lattice.get_service_network(serviceNetworkIdentifier=network)
    with refused("ResourceNotFoundException"):
        lattice.delete_service_network(serviceNetworkIdentifier=network)
