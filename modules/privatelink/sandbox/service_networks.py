"""Amazon VPC Lattice: the deletion of a service network, which moto lacks.

https://docs.aws.amazon.com/vpc-lattice/latest/APIReference/API_DeleteServiceNetwork.html
"""

from urllib.parse import unquote

from moto.vpclattice.responses import VPCLatticeResponse

from privatelink.sandbox.untyped import Moto


def install() -> None:
    """Add the action."""

    def delete_service_network(self: Moto) -> str:
        name = unquote(self.path).rpartition("/")[2]
        self.backend.get_service_network(service_network_identifier=name)  # refuses one that does not exist
        del self.backend.service_networks[name]
        return "{}"

    VPCLatticeResponse.delete_service_network = delete_service_network
