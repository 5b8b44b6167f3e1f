"""Draws the applied topology: the provider's side, the consumers' sides, and the connections."""

from rich.box import ROUNDED
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from privatelink.connections import endpoint_connections as connections
from privatelink.facts import AVAILABLE, PENDING_ACCEPTANCE
from privatelink.terraform.stacks import Stack

_STATE_STYLE = {AVAILABLE: "green", PENDING_ACCEPTANCE: "yellow"}


def draw(console: Console, provider: Stack, consumers: list[Stack]) -> None:
    """Print the drawing: each consumer's VPC, its connection, and the provider's VPC."""
    states = {
        connection.endpoint_id: connection.state
        for connection in connections.list_connections(provider.ec2, provider.outputs["service_id"])
    }
    grid = Table.grid(padding=(0, 1))
    rows = max(len(consumers), 1)
    for place in range(rows):
        consumer = consumers[place] if consumers else None
        grid.add_row(
            _consumer(consumer) if consumer else "",
            _arrow(states.get(consumer.outputs["endpoint_id"], "")) if consumer else "",
            _provider(provider) if place == 0 else "",
        )
    console.print(grid)


def _arrow(state: str) -> Text:
    line = "━━━▶" if state == AVAILABLE else "╌╌╌▷"
    return Text(f"\n\nPrivateLink\n{line}\n{state}", _STATE_STYLE.get(state, "red"), justify="center")


def _consumer(stack: Stack) -> Panel:
    outputs = stack.outputs
    vpc = stack.resources("aws_vpc")[0]
    zones = Table.grid(padding=(0, 2))
    for subnet in sorted(stack.resources("aws_subnet"), key=lambda subnet: subnet["availability_zone"]):
        zone = subnet["availability_zone"]
        address = outputs["endpoint_addresses"].get(zone) or outputs["endpoint_addresses"].get(
            subnet["availability_zone_id"], "no endpoint"
        )
        zones.add_row(zone, subnet["cidr_block"], f"endpoint {address}".replace(" ", "\u00a0"))
    lines: list[Text | Table] = [zones, Text(outputs["endpoint_id"])]
    if "probe_instance_id" in outputs:
        lines.append(Text(f"probe {outputs['probe_instance_id']}"))
    title = f"consumer {stack.consumer}: {vpc['cidr_block']}"
    return Panel(Group(*lines), title=title, title_align="left", box=ROUNDED, expand=False)


def _provider(stack: Stack) -> Panel:
    outputs = stack.outputs
    vpc = stack.resources("aws_vpc")[0]
    balancer = stack.resources("aws_lb")[0]
    scheme = "internal" if balancer["internal"] else "internet-facing"
    zones = Table.grid(padding=(0, 2))
    for zone, address in outputs["load_balancer_addresses"].items():
        zones.add_row(zone, address, "─▶", f"backend\u00a0{outputs['backend_instance_ids'][zone]}")
    return Panel(
        Group(Text(outputs["service_id"]), Text(f"{balancer['name']} ({scheme})"), zones),
        title=f"provider: {vpc['cidr_block']}",
        title_align="left",
        box=ROUNDED,
        expand=False,
    )
