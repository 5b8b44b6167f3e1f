"""A picture as a Mermaid flowchart, which GitHub, GitLab and many wikis draw.

https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterator

from privatelink.drawing.labels import quoted
from privatelink.drawing.picture import Consumer, Picture, Service, capitalized

_STYLES = {
    "path": "fill:#fbefff,stroke:#8250df,color:#1f2328",
    "compute": "fill:#fff1e5,stroke:#bc4c00,color:#1f2328",
    "other": "fill:#ddf4ff,stroke:#0969da,color:#1f2328",
    "zone": "fill:#f6f8fa,stroke:#818b98,color:#1f2328,stroke-dasharray:4 3",
}


def as_mermaid(picture: Picture) -> str:
    """Return the flowchart of a picture."""
    return "\n".join(_flowchart(picture)) + "\n"


def _flowchart(picture: Picture) -> Iterator[str]:
    targets: dict[str | None, str] = {
        service.key: f"s{place}" for place, service in enumerate(picture.services)
    }
    targets |= {other.key: f"o{place}" for place, other in enumerate(picture.others)}
    yield "flowchart LR"
    for place, consumer in enumerate(picture.consumers):
        yield from _consumer(f"c{place}", consumer)
    if picture.elsewhere:
        yield f"  {_node('more', [capitalized(picture.elsewhere.name), *picture.elsewhere.notes], 'zone')}"
    for service in picture.services:
        yield from _service(targets[service.key], service)
    for other in picture.others:
        yield f"  {_node(targets[other.key], [capitalized(other.kind), other.name], 'other')}"
    for place, consumer in enumerate(picture.consumers):
        for number, endpoint in enumerate(consumer.endpoints):
            yield f"  c{place}e{number} ==>|PrivateLink| {targets[endpoint.service]}"
    for key in picture.elsewhere.services if picture.elsewhere else ():
        yield f"  more ==>|PrivateLink| {targets[key]}"
    for name, style in _STYLES.items():
        yield f"  classDef {name} {style}"


def _consumer(name: str, consumer: Consumer) -> Iterator[str]:
    yield f'  subgraph {name}["{quoted(f"{consumer.name}: {consumer.place}, VPC {consumer.vpc.name}")}"]'
    for number, zone in enumerate(consumer.vpc.zones):
        yield f"    {_node(f'{name}z{number}', [zone.name, zone.subnet, *zone.inside], 'zone')}"
    for number, endpoint in enumerate(consumer.endpoints):
        words = ["Interface endpoint", endpoint.key or "", *endpoint.notes]
        yield f"    {_node(f'{name}e{number}', words, 'path')}"
    for number, zone in enumerate(consumer.vpc.zones):
        if zone.name in consumer.endpoints[0].zones:
            yield f"    {name}z{number} --> {name}e0"
    yield "  end"


def _service(name: str, service: Service) -> Iterator[str]:
    title = ", ".join(part for part in (service.key, service.place) if part)
    if service.vpc:
        title += f", VPC {service.vpc.name}"
    zones = service.vpc.zones if service.vpc else ()
    balancers = [f"{name}b{number}" for number in range(len(service.balancers))]
    yield f'  subgraph {name}p["{quoted(title)}"]'
    yield f"    {_node(name, ['Endpoint service', *service.notes], 'path')}"
    for node, balancer in zip(balancers, service.balancers, strict=True):
        words = ["Network Load Balancer", balancer.name, *balancer.notes]
        yield f"    {_node(node, words, 'path')}"
        yield f"    {name} ==> {node}"
    for number, zone in enumerate(zones):
        style = "compute" if zone.inside else "zone"
        yield f"    {_node(f'{name}z{number}', [zone.name, zone.subnet, *zone.inside], style)}"
    if service.targets:
        yield f"    {_node(f'{name}t', service.targets, 'compute')}"
    ends = [f"{name}z{number}" for number, zone in enumerate(zones) if zone.inside]
    for end in [*ends, *([f"{name}t"] if service.targets else [])]:
        for node in balancers:
            yield f"    {node} --> {end}"
    yield "  end"
    if any(balancer.internet_facing for balancer in service.balancers):
        yield f"  {_node(f'{name}i', ['Internet'], 'other')}"
    for node, balancer in zip(balancers, service.balancers, strict=True):
        if balancer.internet_facing:
            yield f"  {name}i --> {node}"


def _node(name: str, words: list[str] | tuple[str, ...], style: str) -> str:
    return f'{name}["{"<br/>".join(quoted(word) for word in words if word)}"]:::{style}'
