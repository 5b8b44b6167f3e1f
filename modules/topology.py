"""What a topology file says: the service, its consumers, and every rule that can be checked without AWS.

Read the classes from the bottom up to see the file from the top down. Each checks its own parts, so a model
made in Python is checked as a file is. `modules.topology_file` reads files and says where a rule is broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, collapse_addresses
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from modules import zones as az
from modules.topology_fields import (
    CIDR_PATTERN,
    KEY,
    LONGEST_TEXT,
    SERVICE_NAME_ALLOWED,
    Allocation,
    AsTuple,
    Broken,
    Cidr,
    ConsumerKey,
    ExternalId,
    InstanceType,
    LoadBalancerName,
    Name,
    NetworkCidr,
    Path,
    Port,
    Principal,
    Profile,
    Region,
    RetentionDays,
    RoleArn,
    ServiceName,
    Tags,
    Zone,
    account_of,
    broken_in,
    broken_load_balancer_name,
    check_text,
    check_zone,
    each_once,
    not_empty,
    refuse,
    refuse_any,
    region_of,
    twice,
)

ANYWHERE = IPv4Network("0.0.0.0/0")
EVERYONE = "*"

Acceptance = Literal["manual", "managed", "automatic"]
Scheme = Literal["internet-facing", "internal"]


def _filled_in_above() -> Any:  # noqa: ANN401
    """Stand in for a default that depends on another part of the file, until what holds both fills it in."""
    return None


class Part(BaseModel):
    """A mapping in the file: nothing unknown in it, nothing converted (80 is not "80"), never changed."""

    # Deferred: the schemas are built when the first topology is read, so that importing stays quick.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Account(Part):
    """Whose AWS account one side lives in: a profile of the AWS configuration, or a role to assume."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["profile"]}, {"required": ["role_arn"]}]},
    )

    profile: Profile | None = Field(default=None, description="Profile in the AWS configuration file")
    role_arn: RoleArn | None = Field(default=None, description="IAM role to assume")
    external_id: ExternalId | None = Field(default=None, description="External ID that the role asks for")

    @property
    def number(self) -> str | None:
        """The account's 12 digits, as far as the file tells."""
        return account_of(self.role_arn) if self.role_arn else None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.profile is None) == (self.role_arn is None):
            both = "both a profile and a role" if self.profile else "neither a profile nor a role"
            allowed = "exactly one of profile and role_arn"
            raise refuse(Broken(f"account has {both}", allowed, "give one, remove the other"))
        if self.external_id and not self.role_arn:
            at = ("external_id",)
            raise refuse(Broken("external ID without a role", "only with role_arn", "remove it", at))
        return self


def _same_account(one: Account | None, other: Account | None) -> bool:
    """Say whether two sides surely share an account; two profiles of different names may or may not."""
    if one == other:
        return True
    return bool(one and other and one.number and one.number == other.number)


class FlowLogs(Part):
    """Flow logs of a VPC, kept in CloudWatch Logs."""

    retention_days: RetentionDays = Field(description="Days that CloudWatch Logs keeps them")


def _allot(given: object, info: ValidationInfo) -> object:
    """Turn a list of zones into zone: subnet; the mapping form says the subnets itself."""
    if isinstance(given, dict):
        return given
    if not isinstance(given, list | tuple):
        allowed = "a list of zones, or a mapping of zone to subnet CIDR"
        raise refuse(Broken("must be zones", allowed, "write a list: [<zone>, <zone>]"))
    refuse_any(broken for place, zone in enumerate(given) for broken in broken_in(check_zone, zone, (place,)))
    refuse_any(twice(given, "zone listed twice"))
    vpc: IPv4Network | None = info.data.get("cidr")
    if vpc is None:  # it is wrong, and has its own error
        return {}
    slots = az.slots(vpc)
    refuse_any(
        Broken(
            f"zone has no place in {vpc}, which is cut into {slots} subnets of /{az.subnet_prefix(vpc)}",
            f"zones up to letter {chr(ord('a') + slots - 1)} or az{slots}, or subnets of your choice",
            "give each zone its subnet, as in `zones: {<zone>: <CIDR>}`",
            (place,),
        )
        for place, zone in enumerate(given)
        if az.slot(zone) >= slots
    )
    return {zone: az.subnet(vpc, zone) for zone in given}


_ZONE_JSON = {"type": "string", "pattern": f"{az.ZONE_NAME_PATTERN}|{az.ZONE_ID_PATTERN}"}
_BY_ZONE_JSON = {"type": "object", "minProperties": 1, "propertyNames": _ZONE_JSON}
_ZONES_JSON = {
    "anyOf": [
        {"type": "array", "minItems": 1, "uniqueItems": True, "items": _ZONE_JSON},
        {**_BY_ZONE_JSON, "additionalProperties": {"type": "string", "pattern": CIDR_PATTERN}},
    ]
}


class Network(Part):
    """A VPC to make, with one subnet for each of its zones."""

    cidr: NetworkCidr = Field(description="The VPC's IPv4 CIDR, /16 to /28")
    subnets_in_file_order: Annotated[
        dict[Zone, NetworkCidr], BeforeValidator(_allot), WithJsonSchema(_ZONES_JSON)
    ] = Field(
        alias="zones",
        description="Zones, by name or AZ ID; or, to choose the subnets, a mapping of zone to subnet CIDR",
    )
    flow_logs: FlowLogs | None = Field(
        default=None, description="Record the VPC's traffic; default: not recorded"
    )

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones, sorted."""
        return tuple(sorted(self.subnets_in_file_order))

    @property
    def subnets(self) -> dict[str, IPv4Network]:
        """Each zone's subnet, sorted by zone."""
        return dict(sorted(self.subnets_in_file_order.items()))

    @property
    def by_zone_id(self) -> bool:
        """Whether the zones are AZ IDs, not names."""
        return az.is_zone_id(self.zones[0])

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(replace(broken, at=("zones", *broken.at)) for broken in self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.zones:
            yield Broken("no zones", "at least one zone", "list the zones; two or more are advised")
        if len({az.is_zone_id(zone) for zone in self.zones}) > 1:
            given = ", ".join(self.zones)
            fix = "write them all the same way"
            yield Broken("zone names mixed with AZ IDs", "names only, or AZ IDs only", fix, given=given)
        # Subnets lie inside the VPC and apart:
        # https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
        for zone, subnet in self.subnets.items():
            if not subnet.subnet_of(self.cidr):
                allowed = f"subnets of {self.cidr}"
                yield Broken("subnet outside the VPC", allowed, "choose one inside it", (zone,))
        # Listed zones of two regions may share a place; that one is of another region is the better message.
        if len({az.region_part(zone) for zone in self.zones}) > 1:
            return
        for (one, subnet), (other, later) in combinations(self.subnets_in_file_order.items(), 2):
            if subnet.overlaps(later):
                what = f"subnet overlaps {subnet} of {one}"
                yield Broken(what, "subnets that share no address", "move one of the two", (other,))

    def of_other_regions(self, region: str) -> Iterator[Broken]:
        """Report the zones that are not of this region."""
        for zone in self.subnets_in_file_order:
            if not az.in_region(zone, region):
                yield Broken(
                    "zone belongs to another region",
                    f"zones of {region}, such as {az.examples(region)}",
                    "correct the zone, or the region",
                    ("network", "zones", zone, KEY),
                )


def _check_texts(given: object) -> object:
    if isinstance(given, dict):
        refuse_any(broken for zone in given for broken in broken_in(check_zone, zone, (zone, KEY)))
        refuse_any(broken for zone in given for broken in broken_in(check_text, given[zone], (zone,)))
    else:
        check_text(given)
    return given


_TEXT_JSON = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


class Backends(Part):
    """The instances behind the load balancer, one in each zone, each answering HTTP with its own text."""

    text: Annotated[
        str | dict[str, str],
        PlainValidator(_check_texts),
        WithJsonSchema({"anyOf": [_TEXT_JSON, {**_BY_ZONE_JSON, "additionalProperties": _TEXT_JSON}]}),
    ] = Field(
        description="What an instance answers: a text, in which {zone} is its zone; or a text for each zone",
    )
    port: Port = Field(default=80, description="Port that the instances listen on")
    instance_type: InstanceType = Field(default="t3.micro", description="EC2 instance type")


class LoadBalancer(Part):
    """The Network Load Balancer in front of the backends."""

    name: LoadBalancerName = Field(
        default_factory=_filled_in_above, description="Name in AWS; default: the topology's name and -nlb"
    )
    scheme: Scheme = Field(
        default="internal", description="Whether it has public addresses; default: internal, the safer"
    )
    elastic_ips: dict[Zone, Allocation] = Field(
        default_factory=dict,
        description="Elastic IPs you own, for each zone one; default: made, when internet-facing",
    )
    allow_from: Annotated[tuple[Cidr, ...], AsTuple, each_once("CIDR listed twice")] = Field(
        default_factory=lambda others: (ANYWHERE,) if others.get("scheme") == "internet-facing" else (),
        description="CIDRs that may connect directly, not through PrivateLink; "
        "default: anyone when internet-facing, no one when internal",
    )
    # AWS's own default is on, and its rules then see the consumers' private addresses:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    enforce_private_link_ingress: bool = Field(
        default=False,
        description="Hold PrivateLink traffic, which has the consumers' private addresses, to allow_from too",
    )
    cross_zone: bool = Field(
        default=False, description="Let each zone of the load balancer use the backends of all zones"
    )

    @property
    def internal(self) -> bool:
        """Whether it has private addresses only."""
        return self.scheme == "internal"

    @model_validator(mode="after")
    def _check(self) -> Self:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html
        if self.internal and "elastic_ips" in self.model_fields_set:
            what = "Elastic IPs on an internal load balancer"
            fix = "remove elastic_ips, or set scheme: internet-facing"
            raise refuse(Broken(what, "only with scheme: internet-facing", fix, ("elastic_ips",)))
        # An allocation is one address, and an address serves one zone.
        zones = list(self.elastic_ips)
        refuse_any(
            replace(broken, at=("elastic_ips", *(zones[int(place)] for place in broken.at)))
            for broken in twice(self.elastic_ips.values(), "Elastic IP given to two zones")
        )
        return self


class Listener(Part):
    """A TCP port of the load balancer, and so of the service."""

    port: Port = Field(description="Port that clients connect to; it forwards to backends.port")


class Service(Part):
    """The provider's side: network, backends, load balancer, endpoint service."""

    region: Region = Field(description="Region, such as ap-northeast-2")
    account: Account | None = Field(
        default=None, description="The provider's account; default: the one that Terraform runs with"
    )
    network: Network = Field(description="The provider's VPC")
    backends: Backends = Field(description="What answers")
    load_balancer: LoadBalancer = Field(default_factory=LoadBalancer, description="The Network Load Balancer")
    listeners: Annotated[
        tuple[Listener, ...], AsTuple, not_empty("no listeners", "give the port, as in `- port: 80`")
    ] = Field(description="TCP ports offered")
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

    @property
    def backend_texts(self) -> dict[str, str]:
        """What the instance in each zone answers, sorted by zone."""
        texts = self.backends.text
        return {
            zone: (texts if isinstance(texts, str) else texts[zone]).replace("{zone}", zone)
            for zone in self.network.zones
        }

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports offered."""
        return tuple(listener.port for listener in self.listeners)

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
        yield from self.network.of_other_regions(self.region)
        if isinstance(self.backends.text, dict):
            yield from self._zones_covered(self.backends.text, ("backends", "text"), "text")
        if "elastic_ips" in self.load_balancer.model_fields_set:
            yield from self._zones_covered(
                self.load_balancer.elastic_ips, ("load_balancer", "elastic_ips"), "Elastic IP"
            )
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

    def _zones_covered(self, given: dict[str, str], at: Path, what: str) -> Iterator[Broken]:
        zones = self.network.zones
        for zone in given.keys() - zones:
            fix = f"remove it, or add {zone} to the service's zones"
            yield Broken(
                f"{what} for a zone that the service is not in", ", ".join(zones), fix, (*at, zone, KEY)
            )
        for zone in zones:
            if zone not in given:
                allowed = f"one for each of {', '.join(zones)}"
                yield Broken(f"no {what} for a zone", allowed, f"add {zone}", at, zone)


class Endpoint(Part):
    """A consumer's interface endpoint."""

    zones: Annotated[
        tuple[Zone, ...],
        AsTuple,
        not_empty("no zones", "list some, or remove the line for all of the network's"),
        each_once("zone listed twice"),
    ] = Field(
        default_factory=_filled_in_above,
        description="Zones of the consumer's network where the endpoint has an address; default: all of them",
    )
    # Not anyone: the endpoint's security group admits the clients named and nothing more.
    # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    allow_from: Annotated[
        tuple[Cidr, ...],
        AsTuple,
        not_empty("no clients", "list their CIDRs, or remove the line for the whole network"),
        each_once("CIDR listed twice"),
    ] = Field(
        default_factory=_filled_in_above,
        description="CIDRs that may use the endpoint; default: the consumer's network",
    )
    ports: Annotated[
        tuple[Port, ...],
        AsTuple,
        not_empty("no ports", "list the ports that the service listens on"),
        each_once("port listed twice"),
    ] = Field(
        default_factory=_filled_in_above,
        description="The service's ports; always when the service is not in this file, never when it is",
    )


class Consumer(Part):
    """One consumer: a network with an interface endpoint in it."""

    region: Region = Field(
        default_factory=_filled_in_above, description="Region; it can only be the service's, the default"
    )
    account: Account | None = Field(
        default=None, description="The consumer's account; default: the one that Terraform runs with"
    )
    network: Network = Field(description="The consumer's VPC")
    probe: bool = Field(default=False, description="Make an instance to test the path from")
    service_name: ServiceName | None = Field(
        default=None,
        description="Name of the service; always when the service is not in this file, never when it is",
    )
    endpoint: Endpoint = Field(default_factory=Endpoint, description="The interface endpoint")

    @property
    def endpoint_zones(self) -> tuple[str, ...]:
        """The zones where the endpoint has an address, sorted."""
        return self.endpoint.zones or self.network.zones

    @property
    def endpoint_allow_from(self) -> tuple[IPv4Network, ...]:
        """The CIDRs that may use the endpoint, sorted."""
        return self.endpoint.allow_from or (self.network.cidr,)

    @property
    def endpoint_ports(self) -> tuple[int, ...]:
        """The ports that the endpoint admits, sorted."""
        return self.endpoint.ports

    @model_validator(mode="after")
    def _check(self) -> Self:
        zones = self.network.zones
        refuse_any(
            Broken(
                "endpoint zone without a subnet",
                f"zones of the consumer's network: {', '.join(zones)}",
                f"add {zone} to the network's zones, or remove it here",
                ("endpoint", "zones", zone),
            )
            for zone in self.endpoint_zones
            if zone not in zones
        )
        return self

    def of(self, service: Service | None) -> Self:
        """Fill in what the service decides; refuse what is its to say, and the lack of what it cannot say."""
        refuse_any(self._beside(service) if service else self._alone())
        if service is None:
            return self.model_copy(update={"region": region_of(self.service_name or "")})
        endpoint = self.endpoint.model_copy(update={"ports": service.ports})
        return self.model_copy(update={"region": service.region, "endpoint": endpoint})

    def _beside(self, service: Service) -> Iterator[Broken]:
        if self.service_name:
            what = "service name, though the service is in this file"
            yield Broken(what, "only without `service`", "remove it", ("service_name",))
        if self.endpoint.ports:
            what = "ports, though the service is in this file"
            ports = ", ".join(map(str, service.ports))
            yield Broken(what, f"the listeners' ports, {ports}", "remove them", ("endpoint", "ports"))
        if self.region and self.region != service.region:
            yield Broken("region is not the service's", service.region, "remove the line", ("region",))

    def _alone(self) -> Iterator[Broken]:
        if not self.service_name:
            what = "neither a service in this file nor a service name"
            yield Broken(what, SERVICE_NAME_ALLOWED, "add service_name", ("service_name",))
        elif self.region and self.region != (region := region_of(self.service_name)):
            yield Broken("region is not the service's", region, "remove the line", ("region",))
        if not self.endpoint.ports:
            what = "neither a service in this file nor ports"
            allowed = "the ports that the service listens on"
            yield Broken(what, allowed, "add them, as in `endpoint: {ports: [80]}`", ("endpoint", "ports"))


@dataclass(frozen=True, slots=True)
class TopologyWarning:
    """Something allowed that is seldom wanted."""

    id: str
    field: str
    text: str


class Topology(Part):
    """A private service and its consumers, or one without the other."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["service"]}, {"required": ["consumers"]}]},
    )

    name: Name = Field(description="Name that stacks and resources start with")
    tags: Tags = Field(default={}, description="Tags of everything made")
    service: Service | None = Field(
        default=None, description="The provider's side; leave out when the service is someone else's"
    )
    consumers: dict[ConsumerKey, Consumer] = Field(
        default={}, description="The consumers, by a short name of each"
    )

    @property
    def warnings(self) -> tuple[TopologyWarning, ...]:
        """What is allowed but seldom wanted."""
        return tuple(self._warnings())

    @field_validator("service")
    @classmethod
    def _name_load_balancer(cls, service: Service | None, info: ValidationInfo) -> Service | None:
        if service is None or service.load_balancer.name or "name" not in info.data:
            return service
        name = f"{info.data['name']}-nlb"
        load_balancer = service.load_balancer.model_copy(update={"name": name})
        return service.model_copy(update={"load_balancer": load_balancer})

    @field_validator("consumers")
    @classmethod
    def _complete(cls, consumers: dict[str, Consumer], info: ValidationInfo) -> dict[str, Consumer]:
        if "service" not in info.data:  # refused already
            return consumers
        service: Service | None = info.data["service"]
        broken: list[Broken] = []
        for key, consumer in consumers.items():
            broken += broken_in(lambda consumer: consumer.of(service), consumer, (key,))
        refuse_any(broken)
        return {key: consumer.of(service) for key, consumer in sorted(consumers.items())}

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.service and not self.consumers:
            fix = "add `service` or `consumers`"
            yield Broken("neither a service nor consumers", "one of them, or both", fix)
        for key, consumer in self.consumers.items():
            for broken in consumer.network.of_other_regions(consumer.region):
                yield replace(broken, at=("consumers", key, *broken.at))
        if not self.service:
            return
        if broken_name := broken_load_balancer_name(self.service.load_balancer.name):
            # One that was given is right already: this is the default, made from the topology's name.
            yield replace(
                broken_name, fix="choose another name, or give service.load_balancer.name", at=("name",)
            )
        if self.service.acceptance == "managed" and not self.consumers:
            yield Broken(
                "managed acceptance without consumers",
                "managed with the consumers in this file; else manual or automatic",
                "add `consumers`, or set acceptance: manual",
                ("service", "acceptance"),
            )
        for key, consumer in self.consumers.items():
            yield from self._unserved_zones(self.service, key, consumer)
            yield from self._not_admitted(self.service, key, consumer)
            yield from self._shut_out(self.service, key, consumer)

    def _unserved_zones(self, service: Service, key: str, consumer: Consumer) -> Iterator[Broken]:
        # An endpoint can only be where the service is; zone names can be compared within one account only:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#prerequisites-interface-endpoints
        # Names with AZ IDs cannot be compared here; Terraform compares them in the plan.
        if service.network.by_zone_id != consumer.network.by_zone_id:
            return
        if not service.network.by_zone_id and not _same_account(service.account, consumer.account):
            return
        at: Path = ("endpoint", "zones") if consumer.endpoint.zones else ("network", "zones")
        zones = service.network.zones
        for zone in consumer.endpoint_zones:
            if zone not in zones:
                yield Broken(
                    "zone is not one of the service's",
                    ", ".join(zones),
                    f"add {zone} to the service's zones, or leave it out of the endpoint's",
                    ("consumers", key, *at, zone, KEY),
                )

    def _not_admitted(self, service: Service, key: str, consumer: Consumer) -> Iterator[Broken]:
        # The service's own account may always connect: only another one needs to be allowed.
        # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
        theirs = consumer.account.number if consumer.account else None
        ours = service.account.number if service.account else None
        admitted = {p if p == EVERYONE else account_of(p) for p in service.allowed_principals}
        if ours and theirs and ours != theirs and not admitted & {EVERYONE, theirs}:
            what = f"no principal admits the account of consumer {key}"
            allowed = f"{EVERYONE}, or an ARN in account {theirs}"
            fix = f"add arn:aws:iam::{theirs}:root"
            yield Broken(what, allowed, fix, ("service", "allowed_principals"), theirs)

    def _shut_out(self, service: Service, key: str, consumer: Consumer) -> Iterator[Broken]:
        # The load balancer's rules, where they apply to PrivateLink, see the consumers' private addresses:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        balancer, cidr = service.load_balancer, consumer.network.cidr
        admitted = collapse_addresses(balancer.allow_from)
        if balancer.enforce_private_link_ingress and not any(cidr.subnet_of(network) for network in admitted):
            what = f"the load balancer's rules shut out consumer {key}"
            allowed = "with enforce_private_link_ingress, a list that holds every consumer's CIDR"
            fix = f"add {cidr}, or set enforce_private_link_ingress: false"
            yield Broken(what, allowed, fix, ("service", "load_balancer", "allow_from"), str(cidr))

    def _warnings(self) -> Iterator[TopologyWarning]:
        if not self.service:
            return
        network, balancer = self.service.network, self.service.load_balancer
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        if len(network.zones) == 1:
            text = f"one zone, {network.zones[0]}: the service fails when it does; two or more are advised"
            yield TopologyWarning("one-zone", "service.network.zones", text)
        if balancer.enforce_private_link_ingress and not balancer.allow_from:
            text = "empty, and enforce_private_link_ingress is on: the load balancer admits no one"
            yield TopologyWarning("no-one-admitted", "service.load_balancer.allow_from", text)
        for key, consumer in self.consumers.items():
            names = not network.by_zone_id and not consumer.network.by_zone_id
            if names and not _same_account(self.service.account, consumer.account):
                text = (
                    "a zone name may mean another zone in another account: AZ IDs on both sides are compared"
                )
                yield TopologyWarning("zone-names-across-accounts", f"consumers.{key}.network.zones", text)
