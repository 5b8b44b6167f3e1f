"""The instance types that Regions and Availability Zones offer: read when they are first needed.

moto reads them for all Regions from 95 files when it is imported: a tenth of the start.
"""

import contextlib
from collections.abc import Iterator

from moto.utilities import utils

from privatelink.sandbox.untyped import Moto

FOLDER = "instance_type_offerings"


class Unread(list[Moto]):
    """Offerings that are still in their file.

    Arguments:
        resource: the file, as moto names it.
    """

    def __init__(self, resource: str) -> None:
        super().__init__()
        self.resource = resource


class Regions(dict[str, Moto]):
    """The offerings of a location type by Region, each read on first use.

    Arguments:
        location_type: the location type.
        regions: the offerings, or where they are.
    """

    def __init__(self, location_type: str, regions: dict[str, Moto]) -> None:
        super().__init__(regions)
        self._location_type = location_type

    def __getitem__(self, region: str) -> Moto:
        """Return the offerings of a Region."""
        found = super().__getitem__(region)
        if isinstance(found, Unread):
            read = utils.load_resource(found.resource)
            found = self[region] = [offering | {"LocationType": self._location_type} for offering in read]
        return found

    def get(self, region: str, default: Moto = None) -> Moto:
        """Return the offerings of a Region, or the default if there is no such Region."""
        try:
            return self[region]
        except KeyError:
            return default


@contextlib.contextmanager
def read_on_use() -> Iterator[None]:
    """Make moto wait with the files if its EC2 is imported in the block."""
    read = utils.load_resource
    utils.load_resource = lambda resource: Unread(resource) if FOLDER in resource else read(resource)
    try:
        yield
    finally:
        utils.load_resource = read
    from moto.ec2.models import amis, instance_types

    amis.load_resource = instance_types.load_resource = read
    offerings = instance_types.INSTANCE_TYPE_OFFERINGS
    offerings.update({kind: Regions(kind, regions) for kind, regions in offerings.items()})
