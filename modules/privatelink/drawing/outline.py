"""A picture as text: a tree for terminals, and sentences for screen readers."""

from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.drawing.picture import Consumer, Endpoint, Picture, Service, Vpc, capitalized


@dataclass(frozen=True)
class Item:
    """A line of the tree, and the items below it."""

    text: str
    below: tuple["Item", ...] = ()


def as_text(picture: Picture) -> str:
    """Return a tree, for a terminal."""
    return "\n".join([f"{picture.name}: {picture.summary}", *_tree(_items(picture))]) + "\n"


def described(picture: Picture) -> str:
    """Return the picture as sentences, for screen readers."""
    return " ".join(f"{capitalized(_sentence(item))}." for item in _items(picture))


def _tree(items: tuple[Item, ...], indent: str = "") -> Iterator[str]:
    for item in items:
        last = item is items[-1]
        yield f"{indent}{'└── ' if last else '├── '}{item.text}"
        yield from _tree(item.below, indent + ("    " if last else "│   "))


def _sentence(item: Item) -> str:
    below = "; ".join(map(_sentence, item.below))
    return f"{item.text}: {below}" if below else item.text


def _items(picture: Picture) -> tuple[Item, ...]:
    names: dict[str | None, str] = {service.key: _called(service) for service in picture.services}
    names |= {other.key: other.name for other in picture.others}
    found = [_consumer(consumer, names) for consumer in picture.consumers]
    if picture.elsewhere:
        found.append(Item(": ".join((picture.elsewhere.name, *picture.elsewhere.notes))))
    found += map(_service, picture.services)
    found += (Item(f"{other.kind} {other.name}") for other in picture.others)
    return tuple(found)


def _called(service: Service) -> str:
    return "endpoint service" if service.key is None else f"endpoint service {service.key}"


def _consumer(consumer: Consumer, names: dict[str | None, str]) -> Item:
    endpoints = (_endpoint(each, names) for each in consumer.endpoints)
    return Item(f"service consumer {consumer.name}, {consumer.place}", (_vpc(consumer.vpc), *endpoints))


def _endpoint(endpoint: Endpoint, names: dict[str | None, str]) -> Item:
    named = f" {endpoint.key}" if endpoint.key else ""
    where = f" in {', '.join(endpoint.zones)}" if endpoint.zones else ""
    notes = f" ({', '.join(endpoint.notes)})" if endpoint.notes else ""
    return Item(f"interface endpoint{named}{where}{notes} → {names[endpoint.service]}")


def _service(service: Service) -> Item:
    below = [Item(note) for note in service.notes]
    below += (
        Item(f"Network Load Balancer {each.name} ({', '.join(each.notes)})") for each in service.balancers
    )
    if service.vpc:
        below.append(_vpc(service.vpc))
    if service.targets:
        below.append(Item(f"targets: {', '.join(service.targets)}"))
    return Item(f"{_called(service)}, {service.place}", tuple(below))


def _vpc(vpc: Vpc) -> Item:
    zones = (
        Item(" ".join((zone.name, zone.subnet, *([f"({', '.join(zone.inside)})"] if zone.inside else []))))
        for zone in vpc.zones
    )
    return Item(f"VPC {vpc.name}", tuple(zones))
