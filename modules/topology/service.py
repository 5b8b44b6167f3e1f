"""The provider's side."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

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
from modules.topology.part import Account, Part

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
