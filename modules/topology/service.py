"""The provider's side."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from modules import zones as az
from modules.topology.backends import Backends
from modules.topology.fields import (
    KEY,
    AsTuple,
    Broken,
    Path,
    Principal,
    Region,
    each_once,
    not_empty,
    refuse_any,
    twice,
)
from modules.topology.load_balancer import Listener, LoadBalancer
from modules.topology.network import Network
from modules.topology.notifications import Notifications
from modules.topology.part import Account, Part
from modules.topology.private_dns import PrivateDns

EVERYONE = "*"

Acceptance = Literal["manual", "managed", "automatic"]


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
    private_dns: PrivateDns | None = Field(
        default=None, description="A DNS name of your own for the service; default: AWS's names only"
    )
    notifications: Notifications | None = Field(
        default=None, description="Have an SNS topic told of connections; default: no one is told"
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#endpoint-service-cross-region
    supported_regions: Annotated[tuple[Region, ...], AsTuple, each_once("region listed twice")] = Field(
        default=(), description="Regions, besides the service's own, whose consumers may connect"
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
        yield from self.network.of_other_regions(self.region)
        if isinstance(self.backends.text, dict):
            yield from self._zones_covered(self.backends.text, ("backends", "text"), "text")
        if "elastic_ips" in self.load_balancer.model_fields_set:
            yield from self._zones_covered(
                self.load_balancer.elastic_ips, ("load_balancer", "elastic_ips"), "Elastic IP"
            )
        yield from self._regions()
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
        if others and len(self.network.zones) < 2:
            yield Broken(
                "one zone, though other regions are supported",
                "two zones at least, for consumers of other regions",
                "add a zone, or remove supported_regions",
                ("network", "zones"),
                ", ".join(self.network.zones),
            )
        if others:
            for zone in az.WITHOUT_CROSS_REGION.intersection(self.network.zones):
                yield Broken(
                    "zone that other regions cannot reach",
                    f"any zone but {', '.join(sorted(az.WITHOUT_CROSS_REGION))}",
                    "choose another zone, or remove supported_regions",
                    ("network", "zones", zone, KEY),
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
