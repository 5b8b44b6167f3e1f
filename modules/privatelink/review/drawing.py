"""Draw the endpoints, services, load balancers and target groups of plans for Mermaid, with their changes.

https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterator

from privatelink.drawing.labels import quoted
from privatelink.escapes import printable
from privatelink.review.change import Change
from privatelink.review.world import Thing, World, Worlds

MOST_NODES = 40
_LONGEST = 80  # characters of a label
_KINDS = {
    "aws_vpc_endpoint": "endpoint",
    "aws_vpc_endpoint_service": "endpoint service",
    "aws_lb": "load balancer",
    "aws_lb_listener": "listener",
    "aws_lb_target_group": "target group",
}
_ALIASES = {
    "aws_alb": "aws_lb",
    "aws_alb_listener": "aws_lb_listener",
    "aws_alb_target_group": "aws_lb_target_group",
}
_STYLES = {
    "created": "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    "changed": "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
    "replaced": "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328",
    "destroyed": "fill:#ffebe9,stroke:#cf222e,stroke-dasharray:4 4,color:#1f2328",
}


def draw(worlds: Worlds) -> str:
    """Return a flowchart; empty if the plans neither change nor connect a resource of PrivateLink."""
    nodes: dict[int, Change] = {}
    edges: dict[tuple[int, int], str] = {}
    for world in (worlds.after, worlds.before):
        for thing in _things(world):
            nodes.setdefault(id(thing.change), thing.change)
        for start, end, label in _edges(world):
            edges.setdefault((id(start.change), id(end.change)), label)
    # A resource that does not change, and is connected to none, says nothing.
    connected = {node for edge in edges for node in edge}
    nodes = {node: change for node, change in nodes.items() if node in connected or change.changes}
    if not nodes:
        return ""
    # If not all fit, resources that change come first.
    shown = sorted(nodes, key=lambda node: not nodes[node].changes)[:MOST_NODES]
    names = {node: f"n{number}" for number, node in enumerate(shown)}
    lines = ["flowchart LR"]
    stacks = list(dict.fromkeys(nodes[node].stack for node in shown))
    for place, stack in enumerate(stacks):
        inside = [
            f'    {names[node]}["{_text(nodes[node])}"]{_class(nodes[node])}'
            for node in shown
            if nodes[node].stack == stack
        ]
        if len(stacks) == 1:
            lines += inside
        else:
            lines += [f'  subgraph s{place}["{_quoted(stack)}"]', "    direction LR", *inside, "  end"]
    for (one, other), label in edges.items():
        if one in names and other in names:
            lines.append(f"  {names[one]} -->{f'|{_quoted(label)}|' if label else ''} {names[other]}")
    if len(nodes) > len(shown):
        lines.append(f'  more["and {len(nodes) - len(shown)} more"]')
    lines += [f"  classDef {name} {style}" for name, style in _STYLES.items()]
    return "\n".join(lines)


def state_of(change: Change) -> str:
    """Return the change of a resource in one word; empty if it does not change."""
    if change.replaced:
        return "replaced"
    if change.created:
        return "created"
    if change.destroyed:
        return "destroyed"
    return "changed" if change.updated else ""


def _things(world: World) -> Iterator[Thing]:
    yield from world.interface_endpoints()
    yield from world.of("aws_vpc_endpoint_service")
    network = world.network_load_balancers()
    yield from network
    for lb in network:
        for listener in world.leading_to(lb, "aws_lb_listener", "load_balancer_arn"):
            yield listener
            yield from _groups(world, listener)


def _edges(world: World) -> Iterator[tuple[Thing, Thing, str]]:
    for endpoint in world.interface_endpoints():
        service = world.only(endpoint, "service_name")
        if isinstance(service, Thing):
            yield endpoint, service, "PrivateLink"
    for service in world.of("aws_vpc_endpoint_service"):
        for lb in world.linked(service, "network_load_balancer_arns"):
            if isinstance(lb, Thing):
                yield service, lb, ""
    for lb in world.network_load_balancers():
        for listener in world.leading_to(lb, "aws_lb_listener", "load_balancer_arn"):
            port = (
                f"{listener.change.shown(world.side, 'protocol')} {listener.change.shown(world.side, 'port')}"
            )
            yield lb, listener, port
            for group in _groups(world, listener):
                yield listener, group, ""


def _groups(world: World, listener: Thing) -> Iterator[Thing]:
    for path in (
        ("default_action", "target_group_arn"),
        ("default_action", "forward", "target_group", "arn"),
    ):
        yield from (each for each in world.linked(listener, *path) if isinstance(each, Thing))


def _text(change: Change) -> str:
    kind = _KINDS.get(_ALIASES.get(change.type, change.type), change.type)
    state = state_of(change)
    return f"{_quoted(kind)}{f' <b>{state}</b>' if state else ''}<br/>{_quoted(change.address)}"


def _quoted(text: str) -> str:
    """A short label without control characters: Mermaid's entity codes would put them into the drawing."""
    flat = printable(text)
    return quoted(flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…")


def _class(change: Change) -> str:
    state = state_of(change)
    return f":::{state}" if state else ""
