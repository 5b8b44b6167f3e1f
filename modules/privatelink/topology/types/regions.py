"""Regions and their partitions.

Reviews of plans import this, so it does not import pydantic.
"""

import re

from privatelink.facts import PARTITIONS, Partition

REGION = f"({'|'.join(partition.regions for partition in PARTITIONS)})"
REGION_PATTERN = f"^{REGION}$"
_REGION = re.compile(REGION_PATTERN)


def is_region(text: str) -> bool:
    """Say whether this has the form of a Region code; AWS may have no such Region."""
    return _REGION.fullmatch(text) is not None


def partition_of(region: str) -> Partition:
    """Return the AWS partition of a Region; the first one for text that is not a Region."""
    return next((found for found in PARTITIONS if re.fullmatch(found.regions, region)), PARTITIONS[0])
