"""The whole of a topology file, and the rules between its two sides."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import collapse_addresses
from typing import Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from privatelink.facts import ENDPOINT_IDLE_TIMEOUT_SECONDS, EVERYONE, MOST_ENDPOINTS
from privatelink.topology.broken import KEY, Broken, Path, broken_in, refuse_any
from privatelink.topology.part import Part, same_account
from privatelink.topology.rules.backend import Backend
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.endpoint import EndpointSettings
from privatelink.topology.rules.load_balancer import LoadBalancer
from privatelink.topology.rules.service import Service, load_balancer_at
from privatelink.topology.types.arns import account_of
from privatelink.topology.types.load_balancer_names import broken_load_balancer_name
from privatelink.topology.types.names import ConsumerKey, Name
from privatelink.topology.types.tags import Tags
from privatelink.topology.types.text import Reason
from privatelink.topology.types.zones import is_zone_id
from privatelink.topology.warnings import TopologyWarning, WarningId


class Topology(Part):
    """A private service and its consumers, or one without the other."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [side]} for side in ("service", "services", "consumers")]},
    )

    name: Name = Field(description="Name that stacks and resources start with")
    tags: Tags = Field(default={}, description="Tags of everything made")
    backend: Backend | None = Field(
        default=None, description="Where Terraform keeps the state; default: in files beside cdktf.out"
    )
    silenced: dict[WarningId, Reason] = Field(
        default={}, description="Warnings that are not wanted, by id, each with the reason"
    )
    service: Service | None = Field(
        default=None, description="The provider's side; leave out when the service is someone else's"
    )
    services: dict[ConsumerKey, Service] = Field(
        default={}, description="Several services, by a short name of each, instead of one"
    )
    consumers: dict[ConsumerKey, Consumer] = Field(
        default={}, description="The consumers, by a short name of each"
    )

    @property
    def every_service(self) -> dict[str, Service]:
        """The services by key, sorted; that of `service` is empty."""
        return _every(self.service, self.services)

    @property
    def warnings(self) -> tuple[TopologyWarning, ...]:
        """What is allowed but seldom wanted, less what is silenced."""
        found = tuple(self._warnings())
        ids = {warning.id for warning in found}
        stale = tuple(
            TopologyWarning("nothing-silenced", f"silenced.{name}", "there is no such warning: remove it")
            for name in sorted(self.silenced)
            if name not in ids
        )
        return tuple(warning for warning in found + stale if warning.id not in self.silenced)

    @field_validator("service")
    @classmethod
    def _name_load_balancers(cls, service: Service | None, info: ValidationInfo) -> Service | None:
        return service and _named(service, "", info)

    @field_validator("services")
    @classmethod
    def _name_their_load_balancers(
        cls, services: dict[str, Service], info: ValidationInfo
    ) -> dict[str, Service]:
        return {key: _named(service, key, info) for key, service in services.items()}

    @field_validator("consumers")
    @classmethod
    def _complete(cls, consumers: dict[str, Consumer], info: ValidationInfo) -> dict[str, Consumer]:
        if not {"service", "services"} <= info.data.keys():  # refused already
            return consumers
        services = _every(info.data["service"], info.data["services"])
        broken: list[Broken] = []
        for key, consumer in consumers.items():
            broken += broken_in(lambda consumer: consumer.of(services), consumer, (key,))
        refuse_any(broken)
        return {key: consumer.of(services) for key, consumer in sorted(consumers.items())}

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.every_service and not self.consumers:
            fix = "add `service` or `consumers`"
            yield Broken("neither a service nor consumers", "one of them, or both", fix)
        if self.service and self.services:
            what, fix = "both a service and several", "move it to `services`, under a key"
            yield Broken(what, "service or services", fix, ("service",), "")
        yield from self._same_name_twice()
        yield from self._load_balancers_twice()
        for key, consumer in self.consumers.items():
            for broken in consumer.network.of_other_regions(consumer.region):
                yield replace(broken, at=("consumers", key, *broken.at))
        for service_key, service in self.every_service.items():
            if service.acceptance == "managed" and not any(
                consumer.endpoints_to(service_key) for consumer in self.consumers.values()
            ):
                yield Broken(
                    "managed acceptance without consumers",
                    "managed with the consumers in this file; else manual or automatic",
                    "add `consumers`, or set acceptance: manual",
                    (*service_at(service_key), "acceptance"),
                )
            for key, consumer in self.consumers.items():
                for endpoint_key, endpoint in consumer.endpoints_to(service_key).items():
                    at: Path = ("endpoints", endpoint_key) if endpoint_key else ("endpoint",)
                    yield from self._unserved_zones(service, key, consumer, endpoint, at)
                if consumer.endpoints_to(service_key):
                    yield from self._not_admitted(service, service_at(service_key), key, consumer)
                    yield from self._shut_out(service, service_at(service_key), key, consumer)

    def _same_name_twice(self) -> Iterator[Broken]:
        # Two endpoints of a VPC cannot have the same private DNS name:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        named: dict[tuple[str | None, str | None], str] = {}
        for key, consumer in self.consumers.items():
            if consumer.endpoint.private_dns and consumer.network.vpc_id:
                other = named.setdefault((consumer.network.vpc_id, consumer.service_name), key)
                if other != key:
                    what = f"private DNS name that consumer {other} has in the same VPC"
                    at: Path = ("consumers", key, "endpoint", "private_dns")
                    yield Broken(what, "one endpoint of a VPC with it", "remove one of the two", at)

    def _load_balancers_twice(self) -> Iterator[Broken]:
        named: dict[tuple[str, str], Path] = {}
        for service_key, service in self.every_service.items():
            for key, balancer in service.made_load_balancers.items():
                at: Path = (*service_at(service_key), *load_balancer_at(key), "name")
                if broken_name := broken_load_balancer_name(balancer.name):
                    # One that was given is right already: this is the default, made from the topology's name.
                    fix = f"choose another name, or give {'.'.join(map(str, at))}"
                    yield replace(broken_name, fix=fix, at=("name",))
                if named.setdefault((service.region, balancer.name), at) != at:
                    what, allowed = (
                        "load balancer name given twice",
                        "one for each: it is unique in its region",
                    )
                    yield Broken(what, allowed, "choose another", at, balancer.name)
            # https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#considerations-endpoint-services
            for arn in service.existing_load_balancers:
                at = (*service_at(service_key), "existing_load_balancers", arn)
                if named.setdefault((arn, ""), at) != at:
                    what, allowed = "load balancer of two services", "each behind one service"
                    yield Broken(what, allowed, "remove it from one of the two", at)

    def _unserved_zones(
        self, service: Service, key: str, consumer: Consumer, endpoint: EndpointSettings, its: Path
    ) -> Iterator[Broken]:
        # An endpoint can only be where the service is, unless they are of different regions; zone names can
        # be compared within one account only:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#prerequisites-interface-endpoints
        # Names with AZ IDs cannot be compared here; Terraform compares them in the plan.
        # Those of load balancers that exist are known to AWS alone, too.
        zones = service.zones
        if not zones or is_zone_id(zones[0]) != consumer.network.by_zone_id:
            return
        if consumer.region != service.region:
            return
        if not consumer.network.by_zone_id and not same_account(service.account, consumer.account):
            return
        at: Path = (*its, "zones") if endpoint.zones else ("network", consumer.network.zones_field)
        for zone in endpoint.zones_in(consumer.network):
            if zone not in zones:
                yield Broken(
                    "zone is not one of the service's",
                    ", ".join(zones),
                    f"add {zone} to the service's zones, or leave it out of the endpoint's",
                    ("consumers", key, *at, zone, KEY),
                )

    def _not_admitted(self, service: Service, at: Path, key: str, consumer: Consumer) -> Iterator[Broken]:
        # The service's own account may always connect: only another one needs to be allowed.
        # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
        theirs = consumer.account.number if consumer.account else None
        ours = service.account.number if service.account else None
        admitted = {p if p == EVERYONE else account_of(p) for p in service.allowed_principals}
        if ours and theirs and ours != theirs and not admitted & {EVERYONE, theirs}:
            what = f"no principal admits the account of consumer {key}"
            allowed = f"{EVERYONE}, or an ARN in account {theirs}"
            fix = f"add arn:aws:iam::{theirs}:root"
            yield Broken(what, allowed, fix, (*at, "allowed_principals"), theirs)

    def _shut_out(self, service: Service, its: Path, key: str, consumer: Consumer) -> Iterator[Broken]:
        # The load balancer's rules, where they apply to PrivateLink, see the consumers' private addresses:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        cidr = consumer.network.cidr
        if cidr is None:  # a VPC that exists has the CIDR that AWS knows
            return
        for balancer_key, balancer in service.made_load_balancers.items():
            admitted = collapse_addresses(balancer.allow_from)
            if balancer.enforce_private_link_ingress and not any(map(cidr.subnet_of, admitted)):
                what = f"the load balancer's rules shut out consumer {key}"
                allowed = "with enforce_private_link_ingress, a list that holds every consumer's CIDR"
                fix = f"add {cidr}, or set enforce_private_link_ingress: false"
                at: Path = (*its, *load_balancer_at(balancer_key), "allow_from")
                yield Broken(what, allowed, fix, at, str(cidr))

    def _warnings(self) -> Iterator[TopologyWarning]:
        if self.backend and self.backend.s3 and not self.backend.s3.encrypt:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
            text = (
                "off: which key encrypts the state is left to the bucket, S3's own unless that says otherwise"
            )
            yield TopologyWarning("state-not-encrypted", "backend.s3.encrypt", text)
        for service_key, service in self.every_service.items():
            its = service_at(service_key)
            yield from self._of_service(service, dotted(its))
            for key, balancer in service.made_load_balancers.items():
                clients = [
                    (key, consumer)
                    for key, consumer in self.consumers.items()
                    if consumer.endpoints_to(service_key)
                ]
                at = dotted((*its, *load_balancer_at(key)))
                yield from self._of_load_balancer(service, clients, balancer, at)
            for key, consumer in self.consumers.items():
                if consumer.endpoints_to(service_key):
                    yield from self._of_zones(service, consumer, f"consumers.{key}")
        yield from self._too_many_endpoints()

    def _too_many_endpoints(self) -> Iterator[TopologyWarning]:
        found: dict[str, list[str]] = {}
        for key, consumer in self.consumers.items():
            found.setdefault(consumer.network.vpc_id or key, []).append(key)
        for keys in found.values():
            number = sum(len(self.consumers[key].every_endpoint) for key in keys)
            if number > MOST_ENDPOINTS:
                text = (
                    f"{number} interface endpoints: a VPC has at most {MOST_ENDPOINTS}, unless AWS raised "
                    "the quota"
                )
                yield TopologyWarning("endpoint-quota", f"consumers.{keys[-1]}", text)

    @staticmethod
    def _of_zones(service: Service, consumer: Consumer, at: str) -> Iterator[TopologyWarning]:
        names = service.zones and not is_zone_id(service.zones[0]) and service.region == consumer.region
        if names and not consumer.network.by_zone_id and not same_account(service.account, consumer.account):
            text = "a zone name may mean another zone in another account: AZ IDs on both sides are compared"
            yield TopologyWarning(
                "zone-names-across-accounts", f"{at}.network.{consumer.network.zones_field}", text
            )

    @staticmethod
    def _of_service(service: Service, at: str) -> Iterator[TopologyWarning]:
        network = service.network
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        if network and len(network.zones) == 1:
            text = f"one zone, {network.zones[0]}: the service fails when it does; two or more are advised"
            yield TopologyWarning("one-zone", f"{at}.network.{network.zones_field}", text)
        # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        if service.private_dns and not service.private_dns.verified:
            text = (
                f"{service.private_dns.name} is not verified, and AWS refuses it to consumers, until the "
                "record that the output private_dns_record tells is in place: then set record_exists: true"
            )
            yield TopologyWarning("name-not-verified", f"{at}.private_dns", text)
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups
        if service.targets and service.targets.kind != "alb" and not service.targets.security_group_id:
            text = (
                "no security_group_id: whether the targets admit the load balancer is for their owner to see "
                "to; the output load_balancer_security_group_id tells what they have to admit"
            )
            yield TopologyWarning("unknown-targets", f"{at}.targets", text)
        for listener in service.listeners:
            if listener.idle_timeout_seconds > ENDPOINT_IDLE_TIMEOUT_SECONDS:
                text = (
                    f"{listener.idle_timeout_seconds} on port {listener.port}: an endpoint drops a "
                    f"connection that is silent for {ENDPOINT_IDLE_TIMEOUT_SECONDS} seconds all the same"
                )
                yield TopologyWarning("idle-timeout", f"{at}.listeners", text)

    @staticmethod
    def _of_load_balancer(
        service: Service, clients: Iterable[tuple[str, Consumer]], balancer: LoadBalancer, at: str
    ) -> Iterator[TopologyWarning]:
        if balancer.enforce_private_link_ingress and not balancer.allow_from:
            text = "empty, and enforce_private_link_ingress is on: the load balancer admits no one"
            yield TopologyWarning("no-one-admitted", f"{at}.allow_from", text)
        elif balancer.enforce_private_link_ingress:
            for key, consumer in clients:
                if consumer.network.vpc_id:
                    text = (
                        f"enforce_private_link_ingress is on: whether this holds the CIDR of "
                        f"{consumer.network.vpc_id}, consumer {key}'s VPC, is not known here"
                    )
                    yield TopologyWarning("unknown-clients", f"{at}.allow_from", text)
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
        if balancer.access_logs and not any(listener.protocol == "TLS" for listener in service.listeners):
            text = "no listener is TLS, and of others nothing is ever logged"
            yield TopologyWarning("nothing-to-log", f"{at}.access_logs", text)


def service_at(key: str) -> Path:
    """Where the file has a service."""
    return ("services", key) if key else ("service",)


def dotted(place: Path) -> str:
    """A place in the file, as messages name it."""
    return ".".join(map(str, place))


def _every(service: Service | None, services: Mapping[str, Service]) -> dict[str, Service]:
    return ({"": service} if service else {}) | dict(sorted(services.items()))


def _named(service: Service, key: str, info: ValidationInfo) -> Service:
    """Give the load balancers without a name one of the topology's."""
    if "name" not in info.data:
        return service
    name = f"{info.data['name']}-{key}-nlb" if key else f"{info.data['name']}-nlb"
    return service.model_copy(
        update={
            "load_balancer": service.load_balancer and service.load_balancer.named(name),
            "load_balancers": {
                key: balancer.named(f"{name}-{key}") for key, balancer in service.load_balancers.items()
            },
        }
    )
