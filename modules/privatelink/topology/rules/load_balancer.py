"""Network Load Balancers that Terraform creates, and their access logs."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.facts import ANYWHERE
from privatelink.rule import Field as FieldName
from privatelink.rule import Rule, Setting
from privatelink.topology.broken import refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types.buckets import BucketName, LogPrefix
from privatelink.topology.types.cidrs import Cidr
from privatelink.topology.types.ids import Allocation
from privatelink.topology.types.lists import AsTuple, each_once, twice
from privatelink.topology.types.load_balancer_names import LoadBalancerName
from privatelink.topology.types.names import FormerKey
from privatelink.topology.types.numbers import within
from privatelink.topology.types.zones import Zone

Scheme = Literal["internet-facing", "internal"]
_CREATE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html"

LOG_BUCKET = Rule(
    "access-logs-bucket",
    what="access logs need exactly one bucket",
    allowed="{.expire_days} for a bucket that Terraform creates, or {.bucket} for an existing one",
    fix="set one of the two, not both",
    why="A load balancer writes its access logs to one S3 bucket, which Terraform creates or which exists.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
)
ELASTIC_IPS_INTERNAL = Rule(
    "elastic-ip-internal",
    what="Elastic IPs for an internal load balancer",
    allowed="only with {internet_facing}",
    fix="remove {elastic_ips}, or set {internet_facing}",
    why="An internal load balancer has private addresses only; AWS refuses Elastic IPs for it.",
    page=_CREATE,
    fixed={
        "elastic_ips": FieldName("elastic_ips"),
        "internet_facing": Setting("scheme", "internet-facing"),
    },
)
ELASTIC_IP_TWICE = Rule(
    "elastic-ip-duplicate",
    what="Elastic IP is used twice",
    allowed="each Elastic IP for one zone of one load balancer",
    fix="use another Elastic IP in one of the two places",
    why="An Elastic IP is associated with one network interface, and a load balancer has one in each zone.",
    page="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
)
RULES = (LOG_BUCKET, ELASTIC_IPS_INTERNAL, ELASTIC_IP_TWICE)


class AccessLogs(Part):
    """Access logs of a load balancer, which record TLS connections, in an S3 bucket.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["expire_days"]}, {"required": ["bucket"]}]}
    )

    expire_days: Annotated[int, within(1, 3650, "days")] | None = Field(
        default=None,
        description="Create a bucket for the logs, and delete each log after this number of days",
    )
    bucket: BucketName | None = Field(
        default=None,
        description="Name of an existing bucket in the service's Region; its policy must allow log delivery",
    )
    prefix: LogPrefix | None = Field(
        default=None, description="Prefix of the logs' object keys in the bucket; default: none"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.expire_days is None) == (self.bucket is None):
            raise refuse(LOG_BUCKET.broken())
        return self


class LoadBalancer(Part):
    """A Network Load Balancer that Terraform creates."""

    name: LoadBalancerName | None = Field(
        default=None, description="Name of the load balancer; default: `<name>-nlb`"
    )
    scheme: Scheme = Field(
        default="internal",
        description="Scheme: internal (private addresses only) or internet-facing (an Elastic IP in each "
        "zone as well)",
    )
    elastic_ips: dict[Zone, Allocation] = Field(
        default_factory=dict,
        description="Allocation IDs of existing Elastic IPs, by zone, for an internet-facing load balancer; "
        "default: Terraform allocates them",
    )
    allow_from: Annotated[tuple[Cidr, ...], AsTuple, each_once("CIDR")] = Field(
        default_factory=lambda others: (ANYWHERE,) if others.get("scheme") == "internet-facing" else (),
        description="IPv4 CIDRs that may connect to the load balancer directly, not through PrivateLink; "
        f"default: {ANYWHERE} if internet-facing, none if internal",
    )
    # AWS's own default is on, and its rules then see the consumers' private addresses:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    enforce_private_link_ingress: bool = Field(
        default=False,
        description="Apply `allow_from` to PrivateLink traffic as well (it arrives from the consumers' "
        "private addresses)",
    )
    cross_zone: bool = Field(
        default=False, description="Cross-zone load balancing: each zone forwards to the targets of all zones"
    )
    deletion_protection: bool = Field(
        default=False,
        description="Deletion protection: AWS refuses to delete the load balancer, so `terraform destroy` "
        "fails",
    )
    access_logs: AccessLogs | None = Field(
        default=None, description="Access logs of the TLS listeners, in an S3 bucket; default: no logs"
    )

    renamed_from: FormerKey | None = Field(
        default=None,
        description="Former key of the load balancer, or `load_balancer` if it had no key: its name and its "
        "addresses in the state keep it",
    )

    @property
    def internal(self) -> bool:
        """Whether the load balancer has private addresses only."""
        return self.scheme == "internal"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.internal and "elastic_ips" in self.model_fields_set:
            raise refuse(ELASTIC_IPS_INTERNAL.broken(at=("elastic_ips",)))
        refuse_any(broken.below("elastic_ips") for broken in twice(self.elastic_ips, ELASTIC_IP_TWICE))
        return self
