"""Former keys: `renamed_from` of services, load balancers, consumers and endpoints."""

from collections.abc import Iterator, Sequence

from privatelink.rule import Broken, Path, Rule
from privatelink.topology.resolved import Consumer, Endpoint, LoadBalancer, Service, Topology

_WHY = "Names in AWS and addresses in the state keep the former key, and two parts cannot share it."
_PAGE = "https://developer.hashicorp.com/terraform/language/state/purpose#mapping-to-the-real-world"
FORMER_KEY_PRESENT = Rule(
    "renamed-from-present",
    what="former key that {part} has now",
    allowed="a key that nothing has any more",
    fix="correct it, or remove it",
    why=_WHY,
    page=_PAGE,
)
FORMER_KEY_TWICE = Rule(
    "renamed-from-twice",
    what="former key of {part} as well",
    allowed="each former key once",
    fix="remove one of the two",
    why=_WHY,
    page=_PAGE,
)
RULES = (FORMER_KEY_PRESENT, FORMER_KEY_TWICE)


def broken_renames(topology: Topology) -> Iterator[Broken]:
    """Report the former keys that another part has.

    Arguments:
        topology: the topology.
    """
    yield from _among(topology.services)
    for service in topology.services:
        for broken in _among(service.load_balancers):
            yield broken.below(*service.place)
    yield from _among(topology.consumers)
    for consumer in topology.consumers:
        for broken in _among(consumer.endpoints):
            yield broken.below(*consumer.place)


def _among(
    parts: Sequence[Service] | Sequence[LoadBalancer] | Sequence[Consumer] | Sequence[Endpoint],
) -> Iterator[Broken]:
    present = {part.key: part.place for part in parts}
    former: dict[str | None, Path] = {}
    for part in parts:
        if part.settings.renamed_from is None:
            continue
        at: Path = (*part.place, "renamed_from")
        if other := present.get(part.first_key):
            yield FORMER_KEY_PRESENT.broken(at=at, part=_shown(other))
        elif (other := former.setdefault(part.first_key, part.place)) != part.place:
            yield FORMER_KEY_TWICE.broken(at=at, part=_shown(other))


def _shown(place: Path) -> str:
    return ".".join(map(str, place))
