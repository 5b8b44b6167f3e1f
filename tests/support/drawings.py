"""Topologies of any size, to draw."""

from privatelink.drawing.picture import Picture, picture_of
from privatelink.topology.file import load
from privatelink.topology.model import Topology
from tests.support.project import PROJECT

DRAWN = [PROJECT / "topology.yaml", *sorted((PROJECT / "examples").glob("*.yaml"))]


def sized(zones: int, consumers: int, services: int = 1) -> Topology:
    """A topology with so many zones, consumers and services."""
    names = [f"us-east-1{letter}" for letter in "abcdef"[:zones]]
    made = {
        f"service-{number}": {
            "region": "us-east-1",
            "network": {"cidr": "10.0.0.0/16", "zones": names},
            "backends": {"text": 'SVR in {zone} & <b>"한국어"</b>'},
            "listeners": [{"port": 80 + port} for port in range(7)],
        }
        for number in range(services)
    }
    return Topology.model_validate(
        {
            "name": "sized",
            "services": made,
            "consumers": {
                f"consumer-{number:02}": {
                    "service": f"service-{number % services}",
                    "network": {"cidr": f"10.{number + 1}.0.0/16", "zones": names[: 1 + number % zones]},
                    "probe": True,
                }
                for number in range(consumers)
            },
        }
    )


def drawn(name: str) -> Picture:
    """The picture of a topology file of the checkout, by its stem."""
    return picture_of(load(next(path for path in DRAWN if path.stem == name)))
