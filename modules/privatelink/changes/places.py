"""Where the topology file describes a resource: docs/topology.md has the fields.

The names of stacks and the addresses of resources are those of the generated Terraform. A stack of another
origin has no place in a topology file.
"""

from privatelink.changes.plans import Resource, text

_PROVIDER, _CONSUMER = "-provider", "-consumer-"
_NETWORK, _ENDPOINT, _LOAD_BALANCER = "network_", "endpoint", "load-balancer"


def side(stack: str) -> str | None:
    """Return the path of the service or the consumer that a stack belongs to; None if there is none.

    Arguments:
        stack: name of the stack.
    """
    _, is_consumer, key = stack.partition(_CONSUMER)
    if is_consumer:
        return f"consumers.{key}"
    _, is_provider, key = stack.partition(_PROVIDER)
    if is_provider:
        return f"services.{key.removeprefix('-')}" if key else "service"
    return None


def endpoint(resource: Resource) -> str:
    """Return the path of an endpoint, below its consumer."""
    key = resource.json["name"].removeprefix(_ENDPOINT).removeprefix("-")
    return f"endpoints.{key}" if key else "endpoint"


def load_balancer_key(resource: Resource) -> str:
    """Return the key of a load balancer in `load_balancers`; empty for that of `load_balancer`."""
    return resource.json["name"].removeprefix(_LOAD_BALANCER).removeprefix("-")


def zone(subnet: Resource) -> str:
    """Return the zone of a subnet in the form that the file has: its name or its AZ ID."""
    written = subnet.json["name"].removeprefix(_NETWORK)
    values = [text(subnet.before(name)) or text(subnet.after(name)) for name in ZONE_ATTRIBUTES]
    return written if written in values or not values[0] else values[0]


ZONE_ATTRIBUTES = ("availability_zone", "availability_zone_id")
