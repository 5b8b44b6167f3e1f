"""What should exist: plain values, read out of the API's state and carried to the process that makes it so.

Names are AWS's. Everything is hashable and comparable, so a difference is seen by `==`.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Rule:
    """A security group rule: from or to one CIDR block, or the members of one group."""

    protocol: str
    """`-1`, `tcp`, `udp`, `icmp` or a number."""
    from_port: int | None = None
    to_port: int | None = None
    cidr: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Group:
    """A security group, with the private addresses of the interfaces that have it."""

    id: str
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class AclEntry:
    """An entry of a network ACL, in the order of evaluation."""

    allow: bool
    rule: Rule


@dataclass(frozen=True)
class Acl:
    """A network ACL: stateless; what no entry allows is dropped."""

    ingress: tuple[AclEntry, ...] = ()
    egress: tuple[AclEntry, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it lets everything through, as the default one does."""
        return all(
            entries and entries[0].allow and entries[0].rule == Rule("-1", cidr="0.0.0.0/0")
            for entries in (self.ingress, self.egress)
        )


@dataclass(frozen=True)
class Route:
    """A route to elsewhere than the VPC itself."""

    cidr: str
    internet: bool
    """Through the internet gateway; otherwise a target that the data plane does not have: a black hole."""


@dataclass(frozen=True)
class Subnet:
    """A subnet with the routes of its route table."""

    id: str
    cidr: str
    zone_id: str
    routes: tuple[Route, ...] = ()
    acl: Acl = field(default_factory=Acl)


@dataclass(frozen=True)
class Record:
    """A DNS record set; `nodes` names the load balancer's node behind each value, where there is one."""

    name: str
    type: str
    values: tuple[str, ...]
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Zone:
    """A private hosted zone as one VPC sees it: names below it that it lacks do not exist."""

    name: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Vpc:
    """A VPC, as a router."""

    id: str
    cidrs: tuple[str, ...]
    subnets: tuple[Subnet, ...]
    groups: tuple[Group, ...] = ()
    internet_gateway: bool = False
    public_addresses: tuple[tuple[str, str], ...] = ()
    """Private and public address of each interface that has both."""
    dns_support: bool = True
    private_zones: tuple[Zone, ...] = ()


@dataclass(frozen=True)
class Interface:
    """A network interface at one private address."""

    id: str
    vpc_id: str
    subnet_id: str
    address: str
    groups: tuple[str, ...] = ()
    """Empty: not filtered, as a load balancer made without security groups."""


@dataclass(frozen=True)
class Instance:
    """A running instance."""

    id: str
    interface: Interface
    hostname: str
    boot_script: str = ""
    launch: int = 0
    """Counts the starts: another number is another boot."""


@dataclass(frozen=True)
class HealthCheck:
    """How targets are checked. Times are the API's, in seconds."""

    protocol: Literal["TCP", "HTTP", "HTTPS"]
    interval: int = 30
    timeout: int = 10
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    path: str = "/"
    codes: str = "200-399"


@dataclass(frozen=True)
class Target:
    """A registered target."""

    group_arn: str
    id: str
    address: str
    port: int
    zone_id: str
    check: HealthCheck
    check_port: int

    @property
    def key(self) -> tuple[str, str]:
        """What its health is kept under."""
        return (self.group_arn, self.id)


@dataclass(frozen=True)
class Listener:
    """A listener with the targets it forwards to."""

    port: int
    protocol: Literal["tcp", "udp"]
    targets: tuple[Target, ...]
    cross_zone: bool
    preserve_client_ip: bool


@dataclass(frozen=True)
class Node:
    """A Network Load Balancer in one zone."""

    interface: Interface
    zone_id: str
    listeners: tuple[Listener, ...]

    @property
    def id(self) -> str:
        """The id of its network interface."""
        return self.interface.id

    def candidates(self, listener: Listener) -> tuple[Target, ...]:
        """The targets this node may send to: those of its own zone unless cross-zone balancing is on.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
        """
        return tuple(
            target for target in listener.targets if listener.cross_zone or target.zone_id == self.zone_id
        )


@dataclass(frozen=True)
class Path:
    """A port of an endpoint and the load balancer nodes that answer on it."""

    port: int
    protocol: Literal["tcp", "udp"]
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Admission:
    """What a load balancer's security groups admit, where they are enforced on PrivateLink traffic."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Endpoint:
    """An interface endpoint in one subnet."""

    interface: Interface
    available: bool
    paths: tuple[Path, ...]
    admission: Admission | None = None
    """None: everything."""


@dataclass(frozen=True)
class World:
    """Everything."""

    vpcs: tuple[Vpc, ...] = ()
    instances: tuple[Instance, ...] = ()
    nodes: tuple[Node, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    public_records: tuple[Record, ...] = ()

    @property
    def linked(self) -> tuple[Interface, ...]:
        """The interfaces with an address on what carries PrivateLink."""
        nodes = (node.interface for node in self.nodes)
        return (*nodes, *(endpoint.interface for endpoint in self.endpoints))

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """Every interface."""
        return (*(instance.interface for instance in self.instances), *self.linked)
