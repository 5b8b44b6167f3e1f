"""Regions and Availability Zones, without a call to AWS.

A zone is written as a name (`ap-northeast-2a`) or as an AZ ID (`apne2-az1`). AWS maps names to zones anew for
each account, AZ IDs are the same in all: https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
"""

import re
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import BeforeValidator

from privatelink.facts import SMALLEST_NETWORK
from privatelink.rule import Rule
from privatelink.topology.broken import refuse
from privatelink.topology.types.patterns import matches
from privatelink.topology.types.regions import REGION, REGION_PATTERN, partition_of
from privatelink.topology.types.values import wrong_type

ZONE_NAME_PATTERN = f"^{REGION}[a-z]$"
ZONE_ID_PATTERN = r"^(eusc-)?[a-z]{3,8}[0-9]-az[1-9][0-9]?$"
# Local Zones and Wavelength Zones, by name (us-west-2-lax-1a, us-east-1-wl1-bos-wlz-1) and by ID
# (usw2-lax1-az1, use1-wl1-bos-wlz1):
# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-local-zones.html
_LOCAL_ZONE = re.compile(
    f"(?P<region>{REGION})-([a-z]{{3}}-[0-9]+[a-z]|wl[0-9]+-[a-z]+-wlz-[0-9]+)"
    "|(?P<prefix>[a-z]{3,8}[0-9])-([a-z]{3}[0-9]+-az[0-9]+|wl[0-9]+-[a-z]+-wlz[0-9]+)"
)

REGION_NAME = Rule(
    "region-name",
    what="malformed Region",
    allowed="a Region code such as ap-northeast-2",
    fix="copy RegionName from `aws ec2 describe-regions`",
    why="AWS names a Region by its code, without the letter of a zone.",
    page="https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",
)
ZONE_NAME = Rule(
    "zone-name",
    what="malformed zone",
    allowed="a zone name such as ap-northeast-2a, or an AZ ID such as apne2-az1",
    fix="copy ZoneName or ZoneId from `aws ec2 describe-availability-zones`",
    why="AWS names an Availability Zone by the Region's code and a letter, or by its AZ ID.",
    page="https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
)
LOCAL_ZONE = Rule(
    "local-zone",
    what="Local Zone or Wavelength Zone",
    allowed="Availability Zones of the Region, such as {zone}",
    fix="remove it, or use an Availability Zone of the Region",
    why="AWS creates interface endpoints, and offers endpoint services, in Availability Zones only; clients "
    "in a Local Zone or Wavelength Zone of the VPC can use those.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/Extend_VPCs.html",
)
RULES = (REGION_NAME, ZONE_NAME, LOCAL_ZONE)


def _refuse_local_zone(zone: object) -> object:
    """Refuse a Local Zone and a Wavelength Zone; leave everything else for the check of the form."""
    if isinstance(zone, str) and (found := _LOCAL_ZONE.fullmatch(zone)):
        region, prefix = found["region"], found["prefix"]
        raise refuse(LOCAL_ZONE.broken(zone=f"{region}a" if region else f"{prefix}-az1"))
    return zone


Region = Annotated[str, matches(REGION_PATTERN, REGION_NAME)]
_ZONE = matches(f"{ZONE_NAME_PATTERN}|{ZONE_ID_PATTERN}", ZONE_NAME)
Zone = Annotated[str, _ZONE, BeforeValidator(_refuse_local_zone)]

_ZONE_NAME = re.compile(ZONE_NAME_PATTERN)
_ZONE_ID = re.compile(ZONE_ID_PATTERN)

# Abbreviations of a Region's words in AZ IDs: ap-northeast-2 is apne2, us-gov-west-1 is usgw1.
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
    "isob": "ib",
    "isoe": "ie",
    "isof": "if",
}
# AWS's list does not abbreviate the Regions that start so; their AZ IDs are told by this start.
_ZONE_IDS_UNKNOWN = "eusc"


def check_zone(zone: object) -> None:
    """Refuse anything but a zone, where pydantic does not check each zone itself."""
    if not isinstance(zone, str):
        raise refuse(wrong_type("text", zone))
    _refuse_local_zone(zone)
    _ZONE.check(zone)


def is_zone_name(zone: str) -> bool:
    """Say whether this is a zone name, which differs between accounts, such as ap-northeast-2a."""
    return _ZONE_NAME.fullmatch(zone) is not None


def is_zone_id(zone: str) -> bool:
    """Say whether this is an AZ ID, the same in every account, such as apne2-az1."""
    return _ZONE_ID.fullmatch(zone) is not None


def is_zone(zone: str) -> bool:
    """Say whether this is a zone in either form."""
    return is_zone_name(zone) or is_zone_id(zone)


def zone_id_prefix(region: str) -> str:
    """Return the start of a Region's AZ IDs; an unknown word is abbreviated to its first letter."""
    first, *words, number = region.split("-")
    return "".join([first, *(_SHORT.get(word, word[0]) for word in words), number])


def region_part(zone: str) -> str:
    """Return a zone's Region part: ap-northeast-2 of ap-northeast-2a, apne2 of apne2-az1."""
    return zone.partition("-az")[0] if is_zone_id(zone) else zone[:-1]


def in_region(zone: str, region: str) -> bool:
    """Say whether a zone belongs to a Region."""
    if is_zone_id(zone) and region.startswith(_ZONE_IDS_UNKNOWN):
        return zone.startswith(_ZONE_IDS_UNKNOWN)
    return region_part(zone) == (zone_id_prefix(region) if is_zone_id(zone) else region)


def same_region(zone: str, other: str) -> bool:
    """Say whether two zones belong to one Region, each in either form."""
    return _zone_id_prefix_of(zone) == _zone_id_prefix_of(other)


def _zone_id_prefix_of(zone: str) -> str:
    return region_part(zone) if is_zone_id(zone) else zone_id_prefix(region_part(zone))


def examples(region: str) -> str:
    """Return examples of a Region's zones, in both forms, for a message."""
    return f"{region}a or {zone_id_prefix(region)}-az1"


def slot(zone: str) -> int:
    """Return a zone's number, from 0, which depends on no other zone: a or az1 is 0, b or az2 is 1."""
    if is_zone_id(zone):
        return int(zone.rpartition("-az")[2]) - 1
    return ord(zone[-1]) - ord("a")


def partition(region: str) -> str:
    """Return the ID of the AWS partition of a Region.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    return partition_of(region).id


SLOT_BITS = 4  # a VPC is divided into 16 subnets, or into fewer if these would be smaller than AWS allows


def subnet_prefix(vpc: IPv4Network) -> int:
    """Return the prefix length of the subnets into which a VPC is divided."""
    return min(SMALLEST_NETWORK, vpc.prefixlen + SLOT_BITS)


def slots(vpc: IPv4Network) -> int:
    """Return the number of subnets into which a VPC is divided."""
    return 1 << (subnet_prefix(vpc) - vpc.prefixlen)


def subnet(vpc: IPv4Network, zone: str) -> IPv4Network:
    """Return a zone's subnet, which depends on no other zone, so that others can be added and removed.

    Raises IndexError when the VPC has no subnet left for it.
    """
    if slot(zone) >= slots(vpc):
        raise IndexError(zone)
    prefix = subnet_prefix(vpc)
    return IPv4Network((int(vpc.network_address) + (slot(zone) << (32 - prefix)), prefix))
