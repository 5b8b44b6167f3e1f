"""Where the topology file describes a resource: docs/topology.md has the fields.

The names of stacks and the addresses of resources are those of the generated Terraform. A stack of another
origin has no place in a topology file.
"""

from privatelink.changes.plans import Resource, text

_PROVIDER, _CONSUMER = "-provider", "-consumer-"
_NETWORK, _ENDPOINT, _LOAD_BALANCER, _PROBE = "network_", "endpoint", "load-balancer", "probe_"


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
    key = endpoint_key(resource)
    return f"endpoints.{key}" if key else "endpoint"


def endpoint_key(resource: Resource) -> str:
    """Return the key of an endpoint in `endpoints`; empty for that of `endpoint`."""
    return resource.json["name"].removeprefix(_ENDPOINT).removeprefix("-")


def is_of_probe(resource: Resource) -> bool:
    """Return whether a resource belongs to a test instance."""
    return resource.json["name"].startswith(_PROBE)


def load_balancer_key(resource: Resource) -> str:
    """Return the key of a load balancer in `load_balancers`; empty for that of `load_balancer`."""
    return resource.json["name"].removeprefix(_LOAD_BALANCER).removeprefix("-")


def zone_of_subnet(name: str) -> str:
    """Return the zone in the name of a subnet's resource or data source.

    Arguments:
        name: the name, such as `network_ap-northeast-2a`.
    """
    return name.removeprefix(_NETWORK)


def zone(subnet: Resource) -> str:
    """Return the zone of a subnet in the form that the file has: its name or its AZ ID."""
    written = zone_of_subnet(subnet.json["name"])
    values = [text(subnet.before(name)) or text(subnet.after(name)) for name in ZONE_ATTRIBUTES]
    return written if written in values or not values[0] else values[0]


ZONE_ATTRIBUTES = ("availability_zone", "availability_zone_id")
