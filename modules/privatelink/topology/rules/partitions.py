"""Every ARN of a topology is in the AWS partition of its Region, and every VPC in that of its hosted zone."""

from collections.abc import Iterator

from privatelink.rule import Broken, Path, Rule
from privatelink.topology.part import Part
from privatelink.topology.resolved import Consumer, Topology
from privatelink.topology.rules.listener import Listener
from privatelink.topology.types.arns import in_partition
from privatelink.topology.types.zones import partition

ARN_PARTITION = Rule(
    "arn-partition",
    what="ARN of another partition",
    allowed="ARNs that start with arn:{partition}:",
    fix="did you mean {arn}",
    why="Each AWS partition has its own accounts and resources, and does not know the ARNs of another one.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
)
SHARED_VPC_PARTITION = Rule(
    "hosted-zone-vpc-partition",
    what="VPC in another partition than the hosted zone",
    allowed="Regions of the partition {partition}",
    fix="correct the Region, or remove the VPC",
    why="AWS partitions are separate: Route 53 has the hosted zones and the VPCs of each one apart.",
    page="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html",
)
RULES = (ARN_PARTITION, SHARED_VPC_PARTITION)


def broken_partitions(topology: Topology) -> Iterator[Broken]:
    """Report the ARNs of other partitions than that of the side that they are in."""
    if topology.backend and topology.backend.s3:
        yield from _broken_in(topology.backend.s3, topology.backend.s3.region, ("backend", "s3"))
    for service in topology.services:
        yield from _broken_in(service.settings, service.settings.region, service.place)
    for consumer in topology.consumers:
        yield from _broken_in(consumer.settings, consumer.region, consumer.place)
        yield from _shared_vpcs(consumer)


def _shared_vpcs(consumer: Consumer) -> Iterator[Broken]:
    ours = partition(consumer.region)
    for vpc in consumer.hosted_zone.shared_with if consumer.hosted_zone else ():
        if partition(vpc.region) != ours:
            at = (*consumer.place, "hosted_zone", "shared_with", vpc.key, "region")
            yield SHARED_VPC_PARTITION.broken(at=at, partition=ours)


def _broken_in(part: Part, region: str, place: Path) -> Iterator[Broken]:
    ours = partition(region)
    for at, text in _texts(part):
        start, _, rest = text.partition(":")
        theirs, colon, _ = rest.partition(":")
        # A policy may have a wildcard for the partition, or a policy variable.
        if start != "arn" or not colon or theirs == ours or not theirs.startswith("aws") or "*" in theirs:
            continue
        broken = ARN_PARTITION.broken(at=at, partition=ours, arn=in_partition(text, region, ours))
        yield broken.below(*place)


def _texts(value: object, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Return every text below a value, with its place in the file."""
    match value:
        case str():
            yield at, value
        case Part():
            for name, field in type(value).model_fields.items():
                yield from _texts(getattr(value, name), (*at, field.alias or name))
        case dict():
            for key, inner in value.items():
                yield from _texts(inner, (*at, key))
        case tuple():  # sorted, so that an item's number is not the one in the file
            for item in value:
                step = ("port", item.port) if isinstance(item, Listener) else str(item)
                yield from _texts(item, (*at, step))
        case list():
            for number, item in enumerate(value):
                yield from _texts(item, (*at, number))
