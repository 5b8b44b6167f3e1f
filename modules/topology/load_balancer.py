"""The load balancer and its listeners."""

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from modules.topology.fields import (
    Allocation,
    AsTuple,
    Broken,
    Cidr,
    LoadBalancerName,
    Zone,
    each_once,
    refuse,
    refuse_any,
    twice,
)
from modules.topology.part import Part, filled_in_above

ANYWHERE = IPv4Network("0.0.0.0/0")

Scheme = Literal["internet-facing", "internal"]


class LoadBalancer(Part):
    """The Network Load Balancer in front of the backends."""

    name: LoadBalancerName = Field(
        default_factory=filled_in_above, description="Name in AWS; default: the topology's name and -nlb"
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
        refuse_any(
            replace(broken, at=("elastic_ips", *broken.at))
            for broken in twice(self.elastic_ips, "Elastic IP given to two zones")
        )
        return self
