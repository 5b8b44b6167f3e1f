"""The service provider's side."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from privatelink.facts import (
    CROSS_REGION_ZONES,
    DATAGRAMS,
    DEFAULT_TCP_IDLE_TIMEOUT_SECONDS,
    EVERYONE,
    FREE_ADDRESSES,
    MOST_LISTENERS,
    RESERVED_ADDRESSES,
    WITHOUT_CROSS_REGION,
    IpAddressType,
    IpProtocol,
)
from privatelink.rule import KEY, Broken, Path, Rule, Setting
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import refuse_any
from privatelink.topology.part import KMS_KEY_DESCRIPTION, Account, KmsKey, Part
from privatelink.topology.rules.alarms import Alarms
from privatelink.topology.rules.backends import Backends
from privatelink.topology.rules.listener import HealthCheck, Listener
from privatelink.topology.rules.load_balancer import ELASTIC_IP_TWICE, LoadBalancer
from privatelink.topology.rules.network import Network
from privatelink.topology.rules.notifications import Notifications
from privatelink.topology.rules.private_dns import PrivateDns
from privatelink.topology.rules.targets import Targets
from privatelink.topology.types import zones as az
from privatelink.topology.types.accounts import ACCOUNT_ID_JSON
from privatelink.topology.types.arns import (
    NetworkLoadBalancerArn,
    Principal,
    principal_of,
    region_in,
)
from privatelink.topology.types.lists import TWICE, AsTuple, at_most, each_once, not_empty, twice
from privatelink.topology.types.names import ConsumerKey, FormerKey
from privatelink.topology.types.zones import Region

Acceptance = Literal["manual", "managed", "automatic"]

_CREATE_SERVICE = "https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"
_CONFIGURE_SERVICE = "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
_CROSS_REGION = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"
    "#endpoint-service-cross-region"
)
_ZONES = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
    "#availability-zones"
)
_METRICS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html"
)

LISTENER_PORT_TWICE = TWICE.with_fixed(item="listener port")
NETWORK_MISSING = Rule(
    "service-network-missing",
    what="no network for the load balancer",
    allowed="the VPC and the subnets of the load balancer",
    fix="add {.network}",
    why="Terraform creates the load balancer in the subnets of a VPC.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html",
)
LOAD_BALANCER_EXISTS = Rule(
    "existing-load-balancer-settings",
    what="{field} of a service whose load balancers all exist",
    allowed="only with a load balancer that Terraform creates",
    fix="remove it, or add {.load_balancer}",
    why="An existing load balancer has its subnets and its targets already; Terraform does not change them.",
    page=_CREATE_SERVICE,
)
TARGETS_MISSING = Rule(
    "targets-missing",
    what="no targets for the load balancer",
    allowed="{.backends}, which Terraform creates, or existing {.targets}",
    fix="add {.backends} or {.targets}",
    why="A load balancer forwards connections to registered targets; without one, nobody can connect.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
)
TARGETS_CONFLICT = Rule(
    "targets-conflict",
    what="both {.backends} and {.targets}",
    allowed="only one of them: {.backends}, which Terraform creates, or existing {.targets}",
    fix="remove one of the two",
    why="A listener forwards to one target group, whose targets are all created or all existing.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
)
SUBNET_SIZE = Rule(
    "load-balancer-subnet-size",
    what="subnet with {free} usable addresses",
    allowed=f"at least {{needed}}: {FREE_ADDRESSES} for a load balancer, and 1 for each further load "
    "balancer and each backend",
    fix="use a larger subnet for the zone",
    why=f"AWS requires {FREE_ADDRESSES} free addresses in each subnet of a load balancer that it creates.",
    page=_ZONES,
)
IPV6_MISSING = Rule(
    "service-ipv6-missing",
    what="network without IPv6 for a {type} service",
    allowed="a network with IPv6",
    fix="set {.network.ipv6=true}, or {.ip_address_type=ipv4}",
    why="A service with IPv6 addresses needs dualstack load balancers, whose subnets have IPv6 CIDRs.",
    page=_CREATE_SERVICE,
)
IPV6_PROTOCOL = Rule(
    "dualstack-listener-protocol",
    what="{protocol} listener of a dualstack load balancer",
    allowed="TCP or TLS",
    fix="set {.ip_address_type=ipv4}, or move the listener to another service that has it",
    why="A UDP listener of a dualstack load balancer requires IPv6 target groups; those created here are "
    "IPv4.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html",
)
ZONE_SETTING_UNKNOWN = Rule(
    "zone-setting-unknown",
    what="{item} for a zone that the service is not in",
    allowed="{zones}",
    fix="remove it, or add {zone} to the zones of {.network}",
    why="The service has a subnet, and so load balancers and backends, only in the zones of its network.",
    page=_ZONES,
)
ZONE_SETTING_MISSING = Rule(
    "zone-setting-missing",
    what="no {item} for zone {zone}",
    allowed="one for each of {zones}",
    fix="add one for {zone}",
    why="Each zone of the service has its own load balancer address and its own backends.",
    page=_ZONES,
)
LOAD_BALANCER_REGION = Rule(
    "load-balancer-region",
    what="load balancer of another Region",
    allowed="a load balancer in {region}",
    fix="use the ARN of a load balancer in {region}",
    why="An endpoint service, its load balancers and their targets are in one Region.",
    page=_CREATE_SERVICE,
)
CERTIFICATE_REGION = Rule(
    "tls-certificate-region",
    what="certificate of another Region",
    allowed="an ACM certificate in {region}, or an IAM certificate",
    fix="request or import the certificate in {region}",
    why="A certificate of ACM belongs to one Region, and only load balancers there can use it.",
    page="https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html",
)
TOPIC_REGION = Rule(
    "alarm-topic-region",
    what="SNS topic of another Region",
    allowed="a topic in {region}",
    fix="use the ARN of a topic in {region}",
    why="A CloudWatch alarm notifies topics of its own Region only.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
THRESHOLD_UNUSED = Rule(
    "alarm-threshold-unused",
    what="threshold for an alarm that is not created",
    allowed="only with {condition}",
    fix="remove it",
    why="Terraform creates the alarm only for load balancers that it creates, and where AWS reports the "
    "metric.",
    page=_METRICS,
)
PUBLIC = Rule(
    "service-public",
    what="any AWS account may connect without approval",
    allowed=f"{EVERYONE} only if connections need acceptance, or with {{.open_to_everyone=true}}",
    fix="list the principals, set {acceptance}, or confirm it with {.open_to_everyone=true}",
    why=f"The principal {EVERYONE} with automatic acceptance makes the service public: everyone who knows "
    "its name can connect.",
    page=f"{_CONFIGURE_SERVICE}#add-remove-permissions",
)
REGION_PARTITION = Rule(
    "supported-region-partition",
    what="Region of another partition",
    allowed="Regions of the partition {partition}",
    fix="remove it",
    why="Endpoints cannot connect to a service in another partition.",
    page=_CROSS_REGION,
)
CROSS_REGION_ONE_ZONE = Rule(
    "cross-region-zones",
    what="one zone, with other Regions supported",
    allowed=f"at least {CROSS_REGION_ZONES} zones",
    fix="add a zone, or remove {.supported_regions}",
    why="AWS requires a service with access from other Regions to be in at least two zones.",
    page=_CROSS_REGION,
)
CROSS_REGION_ZONE = Rule(
    "cross-region-zone-unsupported",
    what="zone without access from other Regions",
    allowed=f"zones other than {', '.join(sorted(WITHOUT_CROSS_REGION))}",
    fix="use another zone, or remove {.supported_regions}",
    why="PrivateLink does not support cross-Region access in these zones.",
    page=_CROSS_REGION,
)
CROSS_REGION_IDLE_TIMEOUT = Rule(
    "cross-region-idle-timeout",
    what="idle timeout of {seconds} seconds, with other Regions supported",
    allowed=f"{DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} seconds, the default",
    fix="remove {.idle_timeout_seconds}, or remove {.supported_regions}",
    why="AWS supports access from other Regions only for load balancers with the default TCP idle timeout.",
    page=_CROSS_REGION,
)
RULES = (
    NETWORK_MISSING,
    LOAD_BALANCER_EXISTS,
    TARGETS_MISSING,
    TARGETS_CONFLICT,
    SUBNET_SIZE,
    IPV6_MISSING,
    IPV6_PROTOCOL,
    ZONE_SETTING_UNKNOWN,
    ZONE_SETTING_MISSING,
    LOAD_BALANCER_REGION,
    CERTIFICATE_REGION,
    TOPIC_REGION,
    THRESHOLD_UNUSED,
    PUBLIC,
    REGION_PARTITION,
    CROSS_REGION_ONE_ZONE,
    CROSS_REGION_ZONE,
    CROSS_REGION_IDLE_TIMEOUT,
)


def load_balancer_at(key: str | None) -> Path:
    """Return where the file has a load balancer of `made_load_balancers`."""
    return ("load_balancer",) if key is None else ("load_balancers", key)


def _with_account_ids(schema: dict[str, Any]) -> None:
    """Add account IDs to the JSON Schema of principals."""
    schema["items"] = {"anyOf": [schema["items"], ACCOUNT_ID_JSON]}


class Service(Part):
    """The service provider's side: VPC, targets, load balancers and the endpoint service."""

    region: Region = Field(description="Region of the service, such as ap-northeast-2")
    account: Account | None = Field(
        default=None,
        description="AWS account of the service; default: that of the credentials Terraform runs with",
    )
    network: Network | None = Field(
        default=None,
        description="VPC of the service; required unless all of its load balancers exist",
    )
    backends: Backends | None = Field(
        default=None, description="EC2 instances that Terraform creates as targets, instead of `targets`"
    )
    targets: Targets | None = Field(
        default=None, description="Existing targets, in or outside the VPC, instead of `backends`"
    )
    load_balancers: dict[ConsumerKey, LoadBalancer] = Field(
        default={},
        description="Several Network Load Balancers, each under a short key of your choice, all with the "
        "same listeners; each zone of an endpoint uses one of them",
    )
    existing_load_balancers: Annotated[
        tuple[NetworkLoadBalancerArn, ...], AsTuple, each_once("load balancer")
    ] = Field(
        default=(),
        description="ARNs of existing Network Load Balancers; they must have the listeners of `listeners`",
    )
    load_balancer: LoadBalancer | None = Field(
        default_factory=lambda others: (
            None if others.get("load_balancers") or others.get("existing_load_balancers") else LoadBalancer()
        ),
        description="Network Load Balancer that Terraform creates; default: an internal one, unless "
        "`load_balancers` or `existing_load_balancers` is set",
    )
    listeners: Annotated[
        tuple[Listener, ...], AsTuple, not_empty("listeners"), at_most(MOST_LISTENERS, "listeners")
    ] = Field(description="Listeners of the load balancers; their ports are those of the service")
    # Acceptance required is AWS's default: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    acceptance: Acceptance = Field(
        default="manual",
        description="Acceptance of connections: manual (by a person), managed (by Terraform, for the "
        "consumers in this file) or automatic (not required)",
    )
    allowed_principals: Annotated[tuple[Principal, ...], AsTuple, each_once("principal")] = Field(
        default=(),
        description="Principals, besides the service's own account, that may create endpoints: account IDs, "
        f"or ARNs of accounts, roles or users; or {EVERYONE} for everyone",
        json_schema_extra=_with_account_ids,
    )
    open_to_everyone: bool = Field(
        default=False, description="Confirm that any AWS account may connect without approval"
    )
    private_dns: PrivateDns | None = Field(
        default=None,
        description="Private DNS name of the service; default: none, only the DNS names that AWS assigns",
    )
    notifications: Notifications | None = Field(
        default=None, description="Publish connection events to an SNS topic; default: no notification"
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    ip_address_type: IpAddressType = Field(
        default="ipv4",
        description="IP address type of the service: ipv4, dualstack or ipv6; the latter two need subnets "
        "with IPv6",
    )
    kms_key: KmsKey = Field(default="aws", description=KMS_KEY_DESCRIPTION)
    alarms: Alarms | None = Field(
        default=None,
        description="CloudWatch alarms; default: none; an empty mapping creates them with the default "
        "thresholds",
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#endpoint-service-cross-region
    supported_regions: Annotated[tuple[Region, ...], AsTuple, each_once("Region")] = Field(
        default=(),
        description="Other Regions from which consumers may connect; default: only the service's own Region",
    )

    renamed_from: FormerKey | None = Field(
        default=None,
        description="Former key of the service, or `service` if it had no key: its stack, its state and the "
        "names of its resources keep it",
    )

    @property
    def made_load_balancers(self) -> dict[str | None, LoadBalancer]:
        """The load balancers that Terraform creates, by key; `load_balancer` has None."""
        made: dict[str | None, LoadBalancer] = {None: self.load_balancer} if self.load_balancer else {}
        return made | dict(sorted(self.load_balancers.items()))

    @property
    def internet_facing(self) -> bool:
        """Whether a load balancer that Terraform creates has public addresses."""
        return not all(balancer.internal for balancer in self.made_load_balancers.values())

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones, sorted; none if only AWS knows them, as with existing load balancers."""
        return self.network.zones if self.network and not self.existing_load_balancers else ()

    @property
    def backend_texts(self) -> dict[str, str]:
        """The text of the instance in each zone, sorted by zone."""
        if not self.network or not self.backends:
            return {}
        texts, first_zone = self.backends.text, self.network.first_zone
        return {
            zone: (texts if isinstance(texts, str) else texts[zone]).replace("{zone}", first_zone(zone))
            for zone in self.network.zones
        }

    def target_port(self, listener: Listener) -> int:
        """Return the port that a listener forwards to."""
        return self.backends.port if self.backends else listener.target_port or listener.port

    def health_check(self, listener: Listener) -> HealthCheck:
        """Return a listener's health check; AWS checks an Application Load Balancer over HTTP or HTTPS."""
        if "health_check" in listener.model_fields_set or not self._forwards_to_an_alb:
            return listener.health_check
        return HealthCheck(protocol="HTTP")

    @property
    def counts_unhealthy_targets(self) -> bool:
        """Whether AWS reports the unhealthy targets of load balancers created here; it does not for an ALB.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
        """
        return bool(self.made_load_balancers) and not self._forwards_to_an_alb

    @property
    def _forwards_to_an_alb(self) -> bool:
        return self.targets is not None and self.targets.kind == "alb"

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports of the listeners."""
        return tuple(listener.port for listener in self.listeners)

    @property
    def port_tests(self) -> dict[str, object]:
        """How the ports of listeners are tested, by port."""
        return {one.verify.key_of(one.port): one.verify.as_output for one in self.listeners if one.verify}

    def ports_of(self, ip_protocol: IpProtocol) -> tuple[int, ...]:
        """Return the ports of the listeners that use tcp, or udp."""
        return tuple(found.port for found in self.listeners if ip_protocol in found.ip_protocols)

    @property
    def every_supported_region(self) -> tuple[str, ...]:
        """The Regions from which consumers may connect; AWS requires the service's own too; sorted."""
        return tuple(sorted({self.region, *self.supported_regions}))

    @field_validator("allowed_principals", mode="before")
    @classmethod
    def _with_roots(cls, given: object, info: ValidationInfo) -> object:
        """Replace the IDs of accounts with the ARNs of their roots, in the partition of the Region."""
        if not isinstance(given, list | tuple):
            return given
        return [principal_of(principal, az.partition(info.data.get("region", ""))) for principal in given]

    @field_validator("listeners")
    @classmethod
    def _sorted(cls, listeners: tuple[Listener, ...]) -> tuple[Listener, ...]:
        refuse_any(
            replace(broken, at=(*broken.at, "port"))
            for broken in twice((listener.port for listener in listeners), LISTENER_PORT_TWICE)
        )
        return tuple(sorted(listeners, key=lambda listener: listener.port))

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.made_load_balancers:
            yield from self._only_for_new_load_balancers()
        elif not self.network:
            yield NETWORK_MISSING.broken(at=("network",))
        else:
            yield from self._in_network(self.network)
        yield from self._of_regions()
        yield from self._across_regions()
        if self.alarms:
            yield from self._of_alarms(self.alarms)
        everyone = EVERYONE in self.allowed_principals and self.acceptance == "automatic"
        if everyone and not self.open_to_everyone:
            acceptance = Setting("acceptance", "manual")
            yield PUBLIC.broken(at=("allowed_principals", EVERYONE), acceptance=acceptance)

    def _only_for_new_load_balancers(self) -> Iterator[Broken]:
        for field in ("network", "backends", "targets"):
            if getattr(self, field):
                yield LOAD_BALANCER_EXISTS.broken(at=(field,), given="", field=FieldName(field))
        for listener in self.listeners:
            if listener.targets is not None:
                broken = LOAD_BALANCER_EXISTS.broken(at=("targets",), given="", field=FieldName("targets"))
                yield from _of_listener(listener, [broken])

    def _in_network(self, network: Network) -> Iterator[Broken]:
        yield from network.of_other_regions(self.region)
        if self.ip_address_type != "ipv4":
            yield from self._with_ipv6(network)
        yield from self._of_targets(network)
        yield from self._of_subnets(network)
        if self.backends and isinstance(self.backends.text, dict):
            yield from _for_each_zone(network, self.backends.text, "text", ("backends", "text"))
        used: dict[str, Path] = {}
        for key, balancer in self.made_load_balancers.items():
            at = (*load_balancer_at(key), "elastic_ips")
            if "elastic_ips" in balancer.model_fields_set:
                yield from _for_each_zone(network, balancer.elastic_ips, "Elastic IP", at)
            for zone, allocation in balancer.elastic_ips.items():
                if used.setdefault(allocation, at) != at:
                    yield ELASTIC_IP_TWICE.broken(at=(*at, zone))

    def _of_subnets(self, network: Network) -> Iterator[Broken]:
        scaling = self.backends.auto_scaling if self.backends else None
        backends, others = scaling.max if scaling else 1, len(self.made_load_balancers) - 1
        needed = FREE_ADDRESSES + others + backends
        for zone, subnet in network.subnets.items():
            if (free := subnet.num_addresses - RESERVED_ADDRESSES) < needed:
                at: Path = ("network", "zones", zone)
                yield SUBNET_SIZE.broken(at=at, given=str(subnet), free=free, needed=needed)

    def _with_ipv6(self, network: Network) -> Iterator[Broken]:
        if not (network.vpc_id or network.ipv6):
            yield IPV6_MISSING.broken(at=("network",), given="", type=self.ip_address_type)
        for listener in self.listeners:
            if listener.protocol in DATAGRAMS:
                at: Path = ("listeners", ("port", listener.port), "protocol")
                yield IPV6_PROTOCOL.broken(at=at, protocol=listener.protocol)

    def _of_targets(self, network: Network) -> Iterator[Broken]:
        if self.backends and self.targets:
            yield TARGETS_CONFLICT.broken()
        elif self.backends:
            for listener in self.listeners:
                yield from _of_listener(listener, self.backends.unfit(listener))
        elif self.targets:
            for listener in self.listeners:
                yield from _of_listener(listener, self.targets.unfit(listener, self.health_check(listener)))
            cross_zone = all(balancer.cross_zone for balancer in self.made_load_balancers.values())
            yield from self.targets.unreachable(network, self.listeners, cross_zone=cross_zone)
        else:
            yield TARGETS_MISSING.broken()

    def _of_regions(self) -> Iterator[Broken]:
        for arn in self.existing_load_balancers:
            if region_in(arn) != self.region:
                yield LOAD_BALANCER_REGION.broken(at=("existing_load_balancers", arn), region=self.region)
        alb = self.targets.application_load_balancer if self.targets else None
        if alb and region_in(alb) != self.region:
            yield LOAD_BALANCER_REGION.broken(at=("targets", "application_load_balancer"), region=self.region)
        for listener in self.listeners:
            certificate = listener.certificate_arn
            if certificate and region_in(certificate) not in ("", self.region):
                at: Path = ("listeners", ("port", listener.port), "certificate_arn")
                yield CERTIFICATE_REGION.broken(at=at, region=self.region)

    def _of_alarms(self, alarms: Alarms) -> Iterator[Broken]:
        for topic in alarms.topics:
            if region_in(topic) != self.region:
                yield TOPIC_REGION.broken(at=("alarms", "topics", topic), region=self.region)
        made = self.made_load_balancers.values()
        created: dict[str, tuple[bool, object]] = {
            "unhealthy_targets": (
                self.counts_unhealthy_targets,
                "instances or addresses as targets of a load balancer that Terraform creates",
            ),
            "port_allocation_errors": (bool(made), "a load balancer that Terraform creates"),
            "blocked_flows": (
                any(balancer.enforce_private_link_ingress for balancer in made),
                Setting("enforce_private_link_ingress", "true"),
            ),
        }
        for field, (alarm, condition) in created.items():
            if field in alarms.model_fields_set and not alarm:
                yield THRESHOLD_UNUSED.broken(at=("alarms", field), condition=condition)

    def _across_regions(self) -> Iterator[Broken]:
        others = [region for region in self.supported_regions if region != self.region]
        for region in others:
            if az.partition(region) != az.partition(self.region):
                yield REGION_PARTITION.broken(
                    at=("supported_regions", region), partition=az.partition(self.region)
                )
        for listener in self.listeners if others else ():
            if (seconds := listener.idle_timeout_seconds) != DEFAULT_TCP_IDLE_TIMEOUT_SECONDS:
                at: Path = ("listeners", ("port", listener.port), "idle_timeout_seconds")
                yield CROSS_REGION_IDLE_TIMEOUT.broken(at=at, seconds=seconds)
        if not (self.network and others):
            return
        zones, place = self.network.zones, ("network", self.network.zones_field)
        if len(zones) < CROSS_REGION_ZONES:
            yield CROSS_REGION_ONE_ZONE.broken(at=place, given=", ".join(zones))
        for zone in zones:
            if zone in WITHOUT_CROSS_REGION:
                yield CROSS_REGION_ZONE.broken(at=(*place, zone, KEY))


def _of_listener(listener: Listener, broken: Iterable[Broken]) -> Iterator[Broken]:
    """Put what is broken in a listener at its place in the service."""
    for found in broken:
        yield found.below("listeners", ("port", listener.port))


def _for_each_zone(network: Network, given: dict[str, str], item: str, at: Path) -> Iterator[Broken]:
    """Report the zones of a mapping that are not those of the network, and the other way round."""
    zones = network.zones
    for zone in given:
        if zone not in zones:
            yield ZONE_SETTING_UNKNOWN.broken(at=(*at, zone, KEY), item=item, zones=zones, zone=zone)
    for zone in zones:
        if zone not in given:
            yield ZONE_SETTING_MISSING.broken(at=at, given="", item=item, zones=zones, zone=zone)
