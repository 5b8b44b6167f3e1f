"""A world that a test writes down: a service with a server, and a consumer with a client and an endpoint."""

from dataclasses import replace

from privatelink.sandbox.dataplane.world import (
    Acl,
    AclEntry,
    Endpoint,
    Group,
    HealthCheck,
    Instance,
    Interface,
    Listener,
    Node,
    Path,
    Record,
    Rule,
    Subnet,
    Target,
    Vpc,
    World,
)

ALL = Rule("-1", cidr="0.0.0.0/0")
OPEN = Acl((AclEntry(True, ALL),), (AclEntry(True, ALL),))
NAME, ADDRESS = "service.example", "203.0.113.7"
HEALTH_KEY = ("eni-node", "tg", "i-server")
SERVE = (
    "mkdir /opt/www && cd /opt/www && echo hello >index.html && "
    "nohup python3 -m http.server 8080 >/dev/null 2>&1 &\n"
)


def _vpc(name: str, block: str) -> Vpc:
    group = Group(f"sg-{name}", (ALL,), (ALL,))
    subnet = Subnet(f"subnet-{name}", f"{block}.0.0/24", "z1", acl=OPEN)
    return Vpc(f"vpc-{name}", (f"{block}.0.0/16",), (subnet,), (group,))


def _interface(name: str, vpc: str, address: str) -> Interface:
    return Interface(f"eni-{name}", f"vpc-{vpc}", f"subnet-{vpc}", address, (f"sg-{vpc}",))


def small_world() -> World:
    """Healthy in less than a second, once the server serves."""
    check = HealthCheck("HTTP", interval=5, healthy_threshold=2, unhealthy_threshold=2)
    target = Target("tg", "i-server", "10.10.0.10", 8080, "z1", check, 8080)
    listener = Listener(80, "tcp", (target,), cross_zone=False, preserve_client_ip=False)
    return World(
        vpcs=(_vpc("consumer", "10.20"), _vpc("provider", "10.10")),
        instances=(
            Instance(
                "i-server",
                _interface("server", "provider", "10.10.0.10"),
                "ip-10-10-0-10.region.compute.internal",
                SERVE,
            ),
            Instance(
                "i-client",
                _interface("client", "consumer", "10.20.0.10"),
                "ip-10-20-0-10.region.compute.internal",
            ),
        ),
        nodes=(Node(_interface("node", "provider", "10.10.0.4"), "z1", (listener,)),),
        endpoints=(
            Endpoint(_interface("door", "consumer", "10.20.0.4"), True, (Path(80, "tcp", ("eni-node",)),)),
        ),
        public_records=(Record(NAME, "A", (ADDRESS,), ("eni-node",)),),
    )


def changed(world: World, instance_id: str, **changes: object) -> World:
    """The same world with a change of one instance."""
    return replace(
        world,
        instances=tuple(
            replace(item, **changes) if item.id == instance_id else item for item in world.instances
        ),
    )
