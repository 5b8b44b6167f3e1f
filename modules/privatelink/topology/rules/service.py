"""The provider's side."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from privatelink.facts import (
    CROSS_REGION_ZONES,
    DATAGRAMS,
    EVERYONE,
    FREE_ADDRESSES,
    MOST_LISTENERS,
    RESERVED_ADDRESSES,
    TARGETS_OUTSIDE_THE_VPC,
    WITHOUT_CROSS_REGION,
    IpAddressType,
    IpProtocol,
)
from privatelink.topology.broken import KEY, Broken, Path, refuse_any
from privatelink.topology.part import Account, Part
from privatelink.topology.rules.alarms import Alarms
from privatelink.topology.rules.backends import Backends
from privatelink.topology.rules.listener import HealthCheck, Listener
from privatelink.topology.rules.load_balancer import LoadBalancer
from privatelink.topology.rules.network import Network
from privatelink.topology.rules.notifications import Notifications
from privatelink.topology.rules.private_dns import PrivateDns
from privatelink.topology.rules.targets import Targets
from privatelink.topology.types import zones as az
from privatelink.topology.types.arns import NetworkLoadBalancerArn, Principal, region_in
from privatelink.topology.types.lists import AsTuple, at_most, each_once, not_empty, twice
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.zones import Region

Acceptance = Literal["manual", "managed", "automatic"]


def load_balancer_at(key: str) -> Path:
    """Where the file has a load balancer to make."""
    return ("load_balancers", key) if key else ("load_balancer",)


class Service(Part):
    """The provider's side: network, backends, load balancer, endpoint service."""

    region: Region = Field(description="Region, such as ap-northeast-2")
    account: Account | None = Field(
        default=None, description="The provider's account; default: the one that Terraform runs with"
    )
    network: Network | None = Field(
        default=None,
        description="The provider's VPC; always, unless all load balancers exist already",
    )
    backends: Backends | None = Field(
        default=None, description="What answers: instances made here; or else `targets`"
    )
    targets: Targets | None = Field(
        default=None, description="What answers: what exists already, in a VPC that exists or beyond it"
    )
    load_balancers: dict[ConsumerKey, LoadBalancer] = Field(
        default={},
        description="Several load balancers, by a short name of each, with the same listeners; each zone's "
        "endpoint address picks one of them",
    )
    existing_load_balancers: Annotated[
        tuple[NetworkLoadBalancerArn, ...], AsTuple, each_once("load balancer listed twice")
    ] = Field(default=(), description="Network Load Balancers that exist, with the listeners listed here")
    load_balancer: LoadBalancer | None = Field(
        default_factory=lambda others: (
            None if others.get("load_balancers") or others.get("existing_load_balancers") else LoadBalancer()
        ),
        description="The Network Load Balancer; default: an internal one, unless there are others",
    )
    listeners: Annotated[
        tuple[Listener, ...],
        AsTuple,
        not_empty("no listeners", "give the port, as in `- port: 80`"),
        at_most(MOST_LISTENERS, "listeners"),
    ] = Field(description="Ports offered")
    # Acceptance required is AWS's default: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    acceptance: Acceptance = Field(
        default="manual",
        description="Who accepts connections: a person (manual), Terraform for the consumers in this file "
        "(managed), or no one has to (automatic)",
    )
    allowed_principals: Annotated[tuple[Principal, ...], AsTuple, each_once("principal listed twice")] = (
        Field(
            default=(),
            description="Who may make endpoints besides the provider's account: ARNs of accounts, roles or "
            "users; or *",
        )
    )
    open_to_everyone: bool = Field(
        default=False,
        description="Says that * with acceptance: automatic is meant: every AWS account gets in, unasked",
    )
    private_dns: PrivateDns | None = Field(
        default=None, description="A DNS name of your own for the service; default: AWS's names only"
    )
    notifications: Notifications | None = Field(
        default=None, description="Have an SNS topic told of connections; default: no one is told"
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    ip_address_type: IpAddressType = Field(
        default="ipv4",
        description="Addresses of the endpoints that may connect; beyond ipv4, load balancers are dualstack "
        "and the network has IPv6",
    )
    alarms: Alarms | None = Field(
        default=None,
        description="CloudWatch alarms; default: none; `alarms: {}` makes them with safe limits",
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#endpoint-service-cross-region
    supported_regions: Annotated[tuple[Region, ...], AsTuple, each_once("region listed twice")] = Field(
        default=(), description="Regions, besides the service's own, whose consumers may connect"
    )

    @property
    def made_load_balancers(self) -> dict[str, LoadBalancer]:
        """The load balancers to make, by key; that of `load_balancer` is empty."""
        return ({"": self.load_balancer} if self.load_balancer else {}) | dict(
            sorted(self.load_balancers.items())
        )

    @property
    def internet_facing(self) -> bool:
        """Whether a load balancer to make has public addresses."""
        return not all(balancer.internal for balancer in self.made_load_balancers.values())

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones, sorted; none where only AWS knows them, as with load balancers that exist."""
        return self.network.zones if self.network and not self.existing_load_balancers else ()

    @property
    def backend_texts(self) -> dict[str, str]:
        """What the instance in each zone answers, sorted by zone."""
        texts = self.backends.text if self.backends else {}
        return {
            zone: (texts if isinstance(texts, str) else texts[zone]).replace("{zone}", zone)
            for zone in (self.network.zones if self.network and self.backends else ())
        }

    def target_port(self, listener: Listener) -> int:
        """Give the port that a listener forwards to."""
        return self.backends.port if self.backends else listener.target_port or listener.port

    def health_check(self, listener: Listener) -> HealthCheck:
        """Give a listener's health check; that of an ALB can only be over HTTP or HTTPS."""
        if "health_check" in listener.model_fields_set or not self._before_an_alb:
            return listener.health_check
        return HealthCheck(protocol="HTTP")

    @property
    def counts_unhealthy_targets(self) -> bool:
        """Whether AWS counts the unhealthy targets of load balancers made here; it does not count an ALB.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
        """
        return bool(self.made_load_balancers) and not self._before_an_alb

    @property
    def _before_an_alb(self) -> bool:
        return self.targets is not None and self.targets.kind == "alb"

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports offered."""
        return tuple(listener.port for listener in self.listeners)

    def ports_of(self, ip_protocol: IpProtocol) -> tuple[int, ...]:
        """Give the ports offered over tcp, or over udp."""
        return tuple(found.port for found in self.listeners if ip_protocol in found.ip_protocols)

    @property
    def every_supported_region(self) -> tuple[str, ...]:
        """The regions whose consumers may connect, the service's own among them, as AWS wants it; sorted."""
        return tuple(sorted({self.region, *self.supported_regions}))

    @field_validator("listeners")
    @classmethod
    def _sorted(cls, listeners: tuple[Listener, ...]) -> tuple[Listener, ...]:
        refuse_any(
            replace(broken, at=(*broken.at, "port"))
            for broken in twice((listener.port for listener in listeners), "port listened on twice")
        )
        return tuple(sorted(listeners, key=lambda listener: listener.port))

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.made_load_balancers:
            yield from self._nothing_made()
        elif not self.network:
            what, allowed = "network is missing", "the VPC of the load balancers that are made"
            yield Broken(what, allowed, "add `network:`", ("network",))
        else:
            yield from self._made(self.network)
        yield from self._of_this_region()
        yield from self._regions()
        if self.alarms:
            yield from self._watched(self.alarms)
        # Anyone, unasked, makes the service public:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
        everyone = EVERYONE in self.allowed_principals and self.acceptance == "automatic"
        if everyone and not self.open_to_everyone:
            yield Broken(
                "service open to every AWS account, unasked",
                f"{EVERYONE} with acceptance: manual or managed; or open_to_everyone: true",
                "name the principals, or set acceptance: manual, or, if it is meant, open_to_everyone: true",
                ("allowed_principals", EVERYONE),
            )

    def _nothing_made(self) -> Iterator[Broken]:
        for field in ("network", "backends", "targets"):
            if getattr(self, field):
                allowed = "only with a load balancer to make"
                fix = "remove it, or give load_balancer"
                yield Broken(f"{field} beside load balancers that all exist", allowed, fix, (field,), "")

    def _made(self, network: Network) -> Iterator[Broken]:
        yield from network.of_other_regions(self.region)
        if self.ip_address_type != "ipv4":
            yield from self._without_ipv6(network)
        yield from self._answered(network)
        yield from self._too_small(network)
        if self.backends and isinstance(self.backends.text, dict):
            yield from _zones_covered(network, self.backends.text, ("backends", "text"), "text")
        used: dict[str, Path] = {}
        for key, balancer in self.made_load_balancers.items():
            at = (*load_balancer_at(key), "elastic_ips")
            if "elastic_ips" in balancer.model_fields_set:
                yield from _zones_covered(network, balancer.elastic_ips, at, "Elastic IP")
            for zone, allocation in balancer.elastic_ips.items():
                if used.setdefault(allocation, at) != at:
                    what = "Elastic IP given to two load balancers"
                    yield Broken(what, "each once", "give another", (*at, zone))

    def _too_small(self, network: Network) -> Iterator[Broken]:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        scaling = self.backends.auto_scaling if self.backends else None
        backends, others = scaling.max if scaling else 1, len(self.made_load_balancers) - 1
        needed = FREE_ADDRESSES + others + backends
        for zone, subnet in network.subnets.items():
            if (free := subnet.num_addresses - RESERVED_ADDRESSES) < needed:
                what = f"subnet {subnet} of zone {zone} has room for {free} addresses"
                allowed = f"{needed}: {FREE_ADDRESSES} to make a load balancer, the others' and the backends'"
                yield Broken(what, allowed, "choose a larger one", ("network", "zones"), "")

    def _without_ipv6(self, network: Network) -> Iterator[Broken]:
        if not (network.vpc_id or network.ipv6):
            what, allowed = "network without IPv6 of a service that has it", "network.ipv6: true"
            yield Broken(what, allowed, "add it, or set ip_address_type: ipv4", ("network",), "")
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
        for listener in self.listeners:
            if listener.protocol in DATAGRAMS:
                what, allowed = "UDP on a dualstack load balancer", "TCP or TLS, or ip_address_type: ipv4"
                at: Path = ("listeners", ("port", listener.port), "protocol")
                yield Broken(what, allowed, "make a service of its own for it", at, listener.protocol)

    def _of_this_region(self) -> Iterator[Broken]:
        for arn in self.existing_load_balancers:
            if region_in(arn) != self.region:
                at: Path = ("existing_load_balancers", arn)
                yield Broken("load balancer of another region", f"one of {self.region}", "correct it", at)
        for listener in self.listeners:
            certificate = listener.certificate_arn
            if certificate and region_in(certificate) not in ("", self.region):
                what, allowed = "certificate of another region", f"one of {self.region}"
                at = ("listeners", ("port", listener.port), "certificate_arn")
                yield Broken(what, allowed, "issue it there too", at, certificate)

    def _watched(self, alarms: Alarms) -> Iterator[Broken]:
        # An alarm tells topics of its own region alone:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        for topic in alarms.topics:
            if region_in(topic) != self.region:
                at: Path = ("alarms", "topics", topic)
                yield Broken("topic of another region", f"one of {self.region}", "name one there", at)
        made = self.made_load_balancers.values()
        watched = {
            "unhealthy_targets": (self.counts_unhealthy_targets, "with targets that are no load balancer"),
            "port_allocation_errors": (bool(made), "with a load balancer to make"),
            "blocked_flows": (
                any(balancer.enforce_private_link_ingress for balancer in made),
                "with enforce_private_link_ingress: true of a load balancer to make",
            ),
        }
        for field, (counted, allowed) in watched.items():
            if field in alarms.model_fields_set and not counted:
                yield Broken("limit of what no alarm watches", allowed, "remove it", ("alarms", field))

    def _answered(self, network: Network) -> Iterator[Broken]:
        if (self.backends is None) == (self.targets is None):
            what = "both backends and targets" if self.backends else "neither backends nor targets"
            allowed = "backends, which are made; or targets, which exist"
            yield Broken(what, allowed, "remove one of the two" if self.backends else "add one of the two")
            return
        for listener in self.listeners:
            at: Path = ("listeners", ("port", listener.port))
            for field, what, fix in self._unanswered(listener) if self.backends else self._unfit(listener):
                yield Broken(what, "what the targets can answer", fix, (*at, *field))
        if self.targets:
            yield from self._reached(network, self.targets)

    def _unanswered(self, listener: Listener) -> Iterator[tuple[Path, str, str]]:
        """Report what the backends made here do not do: they answer HTTP in the clear, on their port."""
        check = listener.health_check
        if listener.protocol in DATAGRAMS:
            yield ("protocol",), "backends answer over TCP alone", "set protocol: TCP or TLS, or give targets"
        if listener.target_port:
            yield ("target_port",), "backends answer on backends.port", "remove it"
        if listener.target_protocol == "TLS":
            yield ("target_protocol",), "backends answer in the clear", "remove it"
        if listener.proxy_protocol_v2:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol
            yield ("proxy_protocol_v2",), "backends take its header for a broken request", "remove it"
        if check.protocol == "HTTPS":
            yield ("health_check", "protocol"), "backends answer in the clear", "set protocol: HTTP"
        if check.port and self.backends and check.port != self.backends.port:
            yield ("health_check", "port"), "backends answer on backends.port", "remove it"

    def _unfit(self, listener: Listener) -> Iterator[tuple[Path, str, str]]:
        """Report what an Application Load Balancer cannot be a target of.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
        """
        if not self._before_an_alb:
            return
        if listener.protocol != "TCP":
            yield ("protocol",), "an Application Load Balancer is a target of TCP alone", "set protocol: TCP"
        if listener.proxy_protocol_v2:
            what = "an Application Load Balancer takes its header for a broken request"
            yield ("proxy_protocol_v2",), what, "remove it"
        if not self.health_check(listener).over_http:
            what = "an Application Load Balancer is checked over HTTP or HTTPS"
            yield ("health_check", "protocol"), what, "set protocol: HTTP or HTTPS, or remove health_check"

    def _reached(self, network: Network, targets: Targets) -> Iterator[Broken]:
        balancer = targets.application_load_balancer
        if balancer and region_in(balancer) != self.region:
            at = ("targets", "application_load_balancer")
            yield Broken("load balancer of another region", f"one of {self.region}", "correct it", at)
        if (targets.instances or balancer) and not network.vpc_id:
            what, allowed = "targets in a VPC that is still to be made", "with network.vpc_id, their VPC"
            yield Broken(what, allowed, "give the network's vpc_id and subnet_ids", ("targets",), "")
        if not network.cidr:
            return
        for key in targets.out_of_reach(network.cidr):
            blocks = ", ".join(map(str, TARGETS_OUTSIDE_THE_VPC))
            allowed = f"addresses of {network.cidr}, or private ones ({blocks})"
            yield Broken(
                "address that cannot be a target", allowed, "correct it", ("targets", "addresses", key)
            )
        yield from self._zones_without_a_target(network, network.cidr, targets)

    def _zones_without_a_target(
        self, network: Network, vpc: IPv4Network, targets: Targets
    ) -> Iterator[Broken]:
        # Each zone of the load balancer uses the targets in it, and no others unless it may cross zones;
        # one beyond the VPC is in every zone:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        addresses = targets.addresses.values()
        cross_zone = all(balancer.cross_zone for balancer in self.made_load_balancers.values())
        if cross_zone or any(address not in vpc for address in addresses):
            return
        for zone, subnet in network.subnets.items():
            if not any(address in subnet for address in addresses):
                fix = f"add an address of {subnet}, or set load_balancer.cross_zone: true"
                what, allowed = (
                    f"no target in zone {zone}",
                    "one at least in each zone, or cross-zone balancing",
                )
                yield Broken(what, allowed, fix, ("targets", "addresses"), "")

    def _regions(self) -> Iterator[Broken]:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
        others = [region for region in self.supported_regions if region != self.region]
        for region in others:
            if az.partition(region) != az.partition(self.region):
                yield Broken(
                    "region of another partition",
                    f"regions of {az.partition(self.region)}, as {self.region} is",
                    "remove it",
                    ("supported_regions", region),
                )
        if self.network and others and len(self.network.zones) < CROSS_REGION_ZONES:
            yield Broken(
                "one zone, though other regions are supported",
                "two zones at least, for consumers of other regions",
                "add a zone, or remove supported_regions",
                ("network", "zones"),
                ", ".join(self.network.zones),
            )
        if self.network and others:
            for zone in WITHOUT_CROSS_REGION.intersection(self.network.zones):
                yield Broken(
                    "zone that other regions cannot reach",
                    f"any zone but {', '.join(sorted(WITHOUT_CROSS_REGION))}",
                    "choose another zone, or remove supported_regions",
                    ("network", self.network.zones_field, zone, KEY),
                )


def _zones_covered(network: Network, given: dict[str, str], at: Path, what: str) -> Iterator[Broken]:
    zones = network.zones
    for zone in given.keys() - zones:
        fix = f"remove it, or add {zone} to the service's zones"
        yield Broken(f"{what} for a zone that the service is not in", ", ".join(zones), fix, (*at, zone, KEY))
    for zone in zones:
        if zone not in given:
            allowed = f"one for each of {', '.join(zones)}"
            yield Broken(f"no {what} for a zone", allowed, f"add {zone}", at, zone)
