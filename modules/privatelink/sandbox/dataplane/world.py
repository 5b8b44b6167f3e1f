"""The types of the desired state: read from the API's state, and sent to the process of the data plane.

All types are hashable and comparable, so that `==` detects a change.
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


ALL_TRAFFIC = (Rule("-1", cidr="0.0.0.0/0"), Rule("-1", cidr="::/0"))


@dataclass(frozen=True)
class Group:
    """A security group, with the addresses of its network interfaces."""

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
    """A network ACL: stateless; traffic without a matching entry is dropped."""

    ingress: tuple[AclEntry, ...] = ()
    egress: tuple[AclEntry, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it allows all traffic of its IP version, as the default network ACL does."""
        return all(
            entries and entries[0].allow and entries[0].rule in ALL_TRAFFIC
            for entries in (self.ingress, self.egress)
        )


@dataclass(frozen=True)
class Nat:
    """A NAT gateway: its private address, and its subnet, whose routes its traffic takes."""

    address: str
    subnet_id: str


@dataclass(frozen=True)
class Peering:
    """An active peering connection."""

    id: str
    requester: str
    """The ID of the VPC that has requested it."""
    accepter: str


@dataclass(frozen=True)
class Route:
    """A route to a destination outside the VPC."""

    cidr: str
    internet: bool
    """Whether it uses the internet gateway; the data plane drops traffic to other targets."""
    egress_only: bool = False
    """Whether it uses an egress-only internet gateway."""
    nat: "Nat | None" = None
    peering: str = ""
    """The ID of the peering connection that it uses."""


@dataclass(frozen=True)
class Subnet:
    """A subnet with the routes of its route table."""

    id: str
    cidr: str
    zone_id: str
    routes: tuple[Route, ...] = ()
    acl: Acl = field(default_factory=Acl)
    ipv6_cidr: str = ""


@dataclass(frozen=True)
class Record:
    """A DNS record set; `nodes` has the load balancer node of each value, if any."""

    name: str
    type: str
    values: tuple[str, ...]
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Zone:
    """A private hosted zone in one VPC; names in it without a record do not exist."""

    name: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Vpc:
    """A VPC."""

    id: str
    cidrs: tuple[str, ...]
    subnets: tuple[Subnet, ...]
    groups: tuple[Group, ...] = ()
    internet_gateway: bool = False
    public_addresses: tuple[tuple[str, str], ...] = ()
    """The private and public address of each network interface that has both."""
    dns_support: bool = True
    private_zones: tuple[Zone, ...] = ()
    ipv6_cidrs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interface:
    """A network interface with one private address, and at most one IPv6 address."""

    id: str
    vpc_id: str
    subnet_id: str
    address: str
    groups: tuple[str, ...] = ()
    """Empty for no filter, such as a load balancer without security groups."""
    ipv6_address: str = ""


@dataclass(frozen=True)
class Instance:
    """A running instance."""

    id: str
    interface: Interface
    hostname: str
    boot_script: str = ""
    launch: int = 0
    """The number of starts; another number means a new boot."""


@dataclass(frozen=True)
class HealthCheck:
    """A health check; times in seconds, as in the API."""

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
    tls: bool = False
    """Whether the load balancer connects over TLS."""
    proxy_protocol: bool = False
    """Whether connections begin with a header of Proxy Protocol v2."""
    deregistration_delay: int = 300
    """In seconds, as in the API."""
    terminates: bool = False
    """Whether the load balancer ends connections when the deregistration delay ends."""

    @property
    def version(self) -> int:
        """The IP version of its address."""
        return 6 if ":" in self.address else 4

    @property
    def key(self) -> tuple[str, str]:
        """The key of its health."""
        return (self.group_arn, self.id)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its private key, both in PEM."""

    names: tuple[str, ...]
    chain: str
    """The certificate first, then those of its issuers."""
    key: str = field(repr=False)


@dataclass(frozen=True)
class Tls:
    """How a load balancer ends TLS."""

    certificates: tuple[Certificate, ...]
    """The default certificate first."""
    versions: tuple[str, ...]
    """Such as `TLSv1.2`."""
    ciphers: tuple[str, ...]
    """By their names in OpenSSL."""
    alpn: tuple[str, ...] = ()
    """The application protocols, in the order of preference."""


@dataclass(frozen=True)
class Listener:
    """A listener with its targets."""

    port: int
    protocol: Literal["tcp", "udp"]
    targets: tuple[Target, ...]
    cross_zone: bool
    preserve_client_ip: bool
    tls: Tls | None = None
    idle_timeout: int = 350
    """Of TCP connections, in seconds, as in the API."""

    def relayed(self, version: int) -> bool:
        """Return whether a process handles connections of an IP version, not the kernel alone."""
        return self.protocol == "tcp" and (
            self.tls is not None
            or any(target.proxy_protocol or target.version != version for target in self.targets)
        )


@dataclass(frozen=True)
class Node:
    """The node of a Network Load Balancer in one zone."""

    interface: Interface
    zone_id: str
    listeners: tuple[Listener, ...]

    @property
    def id(self) -> str:
        """The ID of its network interface."""
        return self.interface.id

    def candidates(self, listener: Listener) -> tuple[Target, ...]:
        """Return the targets of the node: those in its zone, unless cross-zone load balancing is on.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
        """
        return tuple(
            target for target in listener.targets if listener.cross_zone or target.zone_id == self.zone_id
        )


@dataclass(frozen=True)
class HttpTarget:
    """Where a target of an Application Load Balancer listens."""

    address: str
    port: int
    tls: bool = False


@dataclass(frozen=True)
class HttpAction:
    """An action of an Application Load Balancer."""

    kind: Literal["forward", "fixed-response", "redirect"]
    targets: tuple[HttpTarget, ...] = ()
    status: int = 0
    body: str = ""
    content_type: str = ""
    location: str = ""


@dataclass(frozen=True)
class HttpRule:
    """A rule: the patterns of hosts and paths, of which empty ones match all requests, and the action."""

    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    action: HttpAction


@dataclass(frozen=True)
class HttpListener:
    """A listener of an Application Load Balancer; its last rule is the default rule."""

    port: int
    rules: tuple[HttpRule, ...]
    tls: Tls | None = None


@dataclass(frozen=True)
class Application:
    """The node of an Application Load Balancer in one zone."""

    interface: Interface
    listeners: tuple[HttpListener, ...]


@dataclass(frozen=True)
class Path:
    """A port of an endpoint, with the load balancer nodes for it."""

    port: int
    protocol: Literal["tcp", "udp"]
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Admission:
    """The security group rules of load balancers that apply to PrivateLink traffic."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Endpoint:
    """An interface endpoint in one subnet."""

    interface: Interface
    available: bool
    paths: tuple[Path, ...]
    admission: Admission | None = None
    """None to allow all traffic."""
    endpoint_id: str = ""
    aws: bool = False
    """Whether it is for a service of AWS, for which the sandbox's API answers."""


@dataclass(frozen=True)
class World:
    """The desired state."""

    vpcs: tuple[Vpc, ...] = ()
    instances: tuple[Instance, ...] = ()
    nodes: tuple[Node, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    public_records: tuple[Record, ...] = ()
    peerings: tuple[Peering, ...] = ()
    applications: tuple[Application, ...] = ()

    @property
    def linked(self) -> tuple[Interface, ...]:
        """The network interfaces with a fabric address."""
        nodes = (node.interface for node in self.nodes)
        return (*nodes, *(endpoint.interface for endpoint in self.endpoints))

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """All network interfaces."""
        applications = (application.interface for application in self.applications)
        return (*(instance.interface for instance in self.instances), *applications, *self.linked)
