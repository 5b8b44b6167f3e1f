"""Regions and Availability Zones, known by their names alone.

A zone is written as a name (`ap-northeast-2a`) or as an AZ ID (`apne2-az1`). Names are shuffled per account,
AZ IDs are not: https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
"""

import re
from ipaddress import IPv4Network
from typing import Annotated

from privatelink.facts import PARTITION_OF_REGIONS, PARTITIONS, SMALLEST_NETWORK
from privatelink.topology.broken import Broken, refuse
from privatelink.topology.types.patterns import matches

REGION = r"[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]"
REGION_PATTERN = f"^{REGION}$"
ZONE_NAME_PATTERN = f"^{REGION}[a-z]$"
ZONE_ID_PATTERN = r"^[a-z]{3,8}[0-9]-az[1-9][0-9]?$"

Region = Annotated[str, matches(REGION_PATTERN, "region", "a region's code", "write it like ap-northeast-2")]
_ZONE_ALLOWED = "a zone name such as ap-northeast-2a, or an AZ ID such as apne2-az1"
_ZONE = matches(
    f"{ZONE_NAME_PATTERN}|{ZONE_ID_PATTERN}",
    "zone",
    _ZONE_ALLOWED,
    "take it from `aws ec2 describe-availability-zones`",
)
Zone = Annotated[str, _ZONE]

_REGION = re.compile(REGION_PATTERN)
_ZONE_NAME = re.compile(ZONE_NAME_PATTERN)
_ZONE_ID = re.compile(ZONE_ID_PATTERN)

# How AZ IDs shorten the words of a region: ap-northeast-2 is apne2, us-gov-west-1 is usgw1.
# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
_SHORT = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "central": "c",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
    "gov": "g",
}


def check_zone(zone: object) -> None:
    """Refuse what is no zone: for where pydantic does not see the single zones."""
    if not isinstance(zone, str):
        raise refuse(Broken("zone must be text", _ZONE_ALLOWED, "write the zone's name or its AZ ID"))
    _ZONE.check(zone)


def is_region(text: str) -> bool:
    """Say whether this looks like a region; whether AWS has it is for AWS to say."""
    return _REGION.fullmatch(text) is not None


def is_zone_name(zone: str) -> bool:
    """Say whether this is a zone's name in one account, such as ap-northeast-2a."""
    return _ZONE_NAME.fullmatch(zone) is not None


def is_zone_id(zone: str) -> bool:
    """Say whether this is an AZ ID, the same in every account, such as apne2-az1."""
    return _ZONE_ID.fullmatch(zone) is not None


def is_zone(zone: str) -> bool:
    """Say whether this is a zone in either form."""
    return is_zone_name(zone) or is_zone_id(zone)


def zone_id_prefix(region: str) -> str:
    """Give what the AZ IDs of a region start with; a word not known here is shortened to its first letter."""
    first, *words, number = region.split("-")
    return "".join([first, *(_SHORT.get(word, word[0]) for word in words), number])


def region_part(zone: str) -> str:
    """Give the part of a zone that says its region: ap-northeast-2 of ap-northeast-2a, apne2 of apne2-az1."""
    return zone.partition("-az")[0] if is_zone_id(zone) else zone[:-1]


def in_region(zone: str, region: str) -> bool:
    """Say whether a zone belongs to a region."""
    return region_part(zone) == (zone_id_prefix(region) if is_zone_id(zone) else region)


def examples(region: str) -> str:
    """Give zones of a region, in both forms, for a message."""
    return f"{region}a or {zone_id_prefix(region)}-az1"


def slot(zone: str) -> int:
    """Give a zone's own number, from 0, which depends on no other zone: a or az1 is 0, b or az2 is 1."""
    if is_zone_id(zone):
        return int(zone.rpartition("-az")[2]) - 1
    return ord(zone[-1]) - ord("a")


def partition(region: str) -> str:
    """Give the AWS partition of a region.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    found = (named for start, named in PARTITION_OF_REGIONS.items() if region.startswith(start))
    return next(found, PARTITIONS[0])


SLOT_BITS = 4  # a VPC is cut into 16 subnets, or into as many as are not too small


def subnet_prefix(vpc: IPv4Network) -> int:
    """Give the prefix of the subnets that a VPC is cut into."""
    return min(SMALLEST_NETWORK, vpc.prefixlen + SLOT_BITS)


def slots(vpc: IPv4Network) -> int:
    """Give the number of subnets that a VPC is cut into."""
    return 1 << (subnet_prefix(vpc) - vpc.prefixlen)


def subnet(vpc: IPv4Network, zone: str) -> IPv4Network:
    """Give a zone's subnet, which depends on no other zone, so that others can come and go.

    Raises IndexError when the VPC has no slot for it.
    """
    if slot(zone) >= slots(vpc):
        raise IndexError(zone)
    prefix = subnet_prefix(vpc)
    return IPv4Network((int(vpc.network_address) + (slot(zone) << (32 - prefix)), prefix))
