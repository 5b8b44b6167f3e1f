"""The load balancer and its listeners."""

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.facts import ANYWHERE
from privatelink.topology.broken import Broken, refuse, refuse_any
from privatelink.topology.part import Part, filled_in_above
from privatelink.topology.types.buckets import BucketName, LogPrefix
from privatelink.topology.types.cidrs import Cidr
from privatelink.topology.types.ids import Allocation
from privatelink.topology.types.lists import AsTuple, each_once, twice
from privatelink.topology.types.load_balancer_names import LoadBalancerName
from privatelink.topology.types.numbers import within
from privatelink.topology.types.zones import Zone

Scheme = Literal["internet-facing", "internal"]


class AccessLogs(Part):
    """Where the load balancer writes what its TLS listeners served, in a bucket to make or one that exists.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["expire_days"]}, {"required": ["bucket"]}]}
    )

    expire_days: Annotated[int, within(1, 3650, "days")] | None = Field(
        default=None, description="Make a bucket that keeps the logs for so long"
    )
    bucket: BucketName | None = Field(
        default=None, description="A bucket that exists, in the service's region, and admits the log delivery"
    )
    prefix: LogPrefix | None = Field(
        default=None, description="Folder of the logs; default: the bucket itself"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.expire_days is None) == (self.bucket is None):
            what = "both a bucket and expire_days" if self.bucket else "neither a bucket nor expire_days"
            allowed = "expire_days of a bucket to make, or bucket, one that exists"
            raise refuse(Broken(what, allowed, "give one of them"))
        return self


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
    deletion_protection: bool = Field(
        default=False, description="Have AWS refuse to delete it, `terraform destroy` included"
    )
    access_logs: AccessLogs | None = Field(
        default=None, description="Log what TLS listeners served; default: nothing is logged"
    )

    @property
    def internal(self) -> bool:
        """Whether it has private addresses only."""
        return self.scheme == "internal"

    def named(self, name: str) -> Self:
        """The same, with this name unless it has one."""
        return self if self.name else self.model_copy(update={"name": name})

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
