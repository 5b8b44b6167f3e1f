"""The whole of a topology file, and the rules between its two sides."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import collapse_addresses
from typing import Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from modules.topology.consumer import Consumer
from modules.topology.fields import (
    KEY,
    Broken,
    ConsumerKey,
    Name,
    Path,
    Tags,
    account_of,
    broken_in,
    broken_load_balancer_name,
    refuse_any,
)
from modules.topology.listener import DEFAULT_IDLE_TIMEOUT
from modules.topology.load_balancer import LoadBalancer
from modules.topology.part import Part, same_account
from modules.topology.service import EVERYONE, Service, load_balancer_at
from modules.topology.warnings import TopologyWarning
from modules.zones import is_zone_id


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
        if service is None or "name" not in info.data:
            return service
        name = f"{info.data['name']}-nlb"
        return service.model_copy(
            update={
                "load_balancer": service.load_balancer and service.load_balancer.named(name),
                "load_balancers": {
                    key: balancer.named(f"{name}-{key}") for key, balancer in service.load_balancers.items()
                },
            }
        )

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
        yield from self._same_name_twice()
        for key, consumer in self.consumers.items():
            for broken in consumer.network.of_other_regions(consumer.region):
                yield replace(broken, at=("consumers", key, *broken.at))
        if not self.service:
            return
        yield from self._load_balancer_names(self.service)
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

    def _load_balancer_names(self, service: Service) -> Iterator[Broken]:
        named: dict[str, Path] = {}
        for key, balancer in service.made_load_balancers.items():
            at: Path = ("service", *load_balancer_at(key), "name")
            if broken_name := broken_load_balancer_name(balancer.name):
                # One that was given is right already: this is the default, made from the topology's name.
                fix = f"choose another name, or give {'.'.join(map(str, at))}"
                yield replace(broken_name, fix=fix, at=("name",))
            if named.setdefault(balancer.name, at) != at:
                what, allowed = "load balancer name given twice", "one for each: it is unique in its region"
                yield Broken(what, allowed, "choose another", at, balancer.name)

    def _unserved_zones(self, service: Service, key: str, consumer: Consumer) -> Iterator[Broken]:
        # An endpoint can only be where the service is; zone names can be compared within one account only:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#prerequisites-interface-endpoints
        # Names with AZ IDs cannot be compared here; Terraform compares them in the plan.
        # Those of load balancers that exist are known to AWS alone, too.
        zones = service.zones
        if not zones or is_zone_id(zones[0]) != consumer.network.by_zone_id:
            return
        if not consumer.network.by_zone_id and not same_account(service.account, consumer.account):
            return
        at: Path = (
            ("endpoint", "zones") if consumer.endpoint.zones else ("network", consumer.network.zones_field)
        )
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
        cidr = consumer.network.cidr
        if cidr is None:  # a VPC that exists has the CIDR that AWS knows
            return
        for balancer_key, balancer in service.made_load_balancers.items():
            admitted = collapse_addresses(balancer.allow_from)
            if balancer.enforce_private_link_ingress and not any(map(cidr.subnet_of, admitted)):
                what = f"the load balancer's rules shut out consumer {key}"
                allowed = "with enforce_private_link_ingress, a list that holds every consumer's CIDR"
                fix = f"add {cidr}, or set enforce_private_link_ingress: false"
                at: Path = ("service", *load_balancer_at(balancer_key), "allow_from")
                yield Broken(what, allowed, fix, at, str(cidr))

    def _warnings(self) -> Iterator[TopologyWarning]:
        if not self.service:
            return
        yield from self._of_service(self.service)
        for key, balancer in self.service.made_load_balancers.items():
            at = ".".join(("service", *map(str, load_balancer_at(key))))
            yield from self._of_load_balancer(self.service, balancer, at)
        for key, consumer in self.consumers.items():
            names = self.service.zones and not is_zone_id(self.service.zones[0])
            if (
                names
                and not consumer.network.by_zone_id
                and not same_account(self.service.account, consumer.account)
            ):
                text = (
                    "a zone name may mean another zone in another account: AZ IDs on both sides are compared"
                )
                at = f"consumers.{key}.network.{consumer.network.zones_field}"
                yield TopologyWarning("zone-names-across-accounts", at, text)

    @staticmethod
    def _of_service(service: Service) -> Iterator[TopologyWarning]:
        network = service.network
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
        if network and len(network.zones) == 1:
            text = f"one zone, {network.zones[0]}: the service fails when it does; two or more are advised"
            yield TopologyWarning("one-zone", f"service.network.{network.zones_field}", text)
        for listener in service.listeners:
            # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-limits-quotas.html
            if listener.idle_timeout_seconds > DEFAULT_IDLE_TIMEOUT:
                text = (
                    f"{listener.idle_timeout_seconds} on port {listener.port}: an endpoint drops a "
                    f"connection that is silent for {DEFAULT_IDLE_TIMEOUT} seconds all the same"
                )
                yield TopologyWarning("idle-timeout", "service.listeners", text)

    def _of_load_balancer(
        self, service: Service, balancer: LoadBalancer, at: str
    ) -> Iterator[TopologyWarning]:
        if balancer.enforce_private_link_ingress and not balancer.allow_from:
            text = "empty, and enforce_private_link_ingress is on: the load balancer admits no one"
            yield TopologyWarning("no-one-admitted", f"{at}.allow_from", text)
        elif balancer.enforce_private_link_ingress:
            for key, consumer in self.consumers.items():
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
