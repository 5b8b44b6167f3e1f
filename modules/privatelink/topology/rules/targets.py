"""Existing targets of the load balancer."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.facts import TARGETS_OUTSIDE_THE_VPC, TargetType
from privatelink.rule import Broken, Path, Rule, Setting
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.rules.listener import HealthCheck, Listener
from privatelink.topology.rules.network import Network
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.arns import ApplicationLoadBalancerArn
from privatelink.topology.types.auto_scaling_group_names import AutoScalingGroupName
from privatelink.topology.types.ids import InstanceId, SecurityGroupId
from privatelink.topology.types.lists import TWICE, twice
from privatelink.topology.types.names import ConsumerKey

FORMS = (
    "instances",
    "addresses",
    "auto_scaling_groups",
    "application_load_balancer",
    "registered_elsewhere",
)
_WITH_KEYS = FORMS[:3]
"""The forms whose targets have keys."""
_TARGET_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html"
)
_ALB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"

ONE_TYPE = Rule(
    "target-type",
    what="targets must be of exactly one type",
    allowed="{.instances}, {.addresses}, {.auto_scaling_groups}, {.application_load_balancer} or "
    "{.registered_elsewhere}",
    fix="set one of them, and no other",
    why="All targets of a target group have its target type: instance, ip or alb.",
    page=f"{_TARGET_GROUPS}#target-type",
)
TARGET_VPC = Rule(
    "target-vpc",
    what="existing instances, Auto Scaling groups or load balancers as targets in a new VPC",
    allowed="only with an existing VPC, that of the targets",
    fix="set {.network.vpc_id} and {.network.subnet_ids} instead of {.network.cidr} and {.network.zones}",
    why="Targets of type instance and alb must be in the VPC of the target group.",
    page=f"{_TARGET_GROUPS}#target-type",
)
TARGET_ADDRESS = Rule(
    "target-address",
    what="address that cannot be a target",
    allowed="an address of the VPC, {vpc}, or a private one outside it: "
    + ", ".join(map(str, TARGETS_OUTSIDE_THE_VPC)),
    fix="use a private address of the target",
    why="AWS refuses target addresses that are publicly routable.",
    page=f"{_TARGET_GROUPS}#target-type",
)
TARGET_ZONE = Rule(
    "target-zone-missing",
    what="no target in zone {zone}",
    allowed="at least one target in each zone, or cross-zone load balancing",
    fix="add {target}, or set {cross_zone} for each load balancer",
    why="Without cross-zone load balancing, each zone forwards to the targets of that zone only, so clients "
    "of a zone without targets cannot connect.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
    "#availability-zones",
    fixed={"cross_zone": Setting("cross_zone", "true")},
)
LISTENER_TARGET = Rule(
    "listener-target-unknown",
    what="listener with a target that is not in {field}",
    allowed="{keys}",
    fix="correct the key, or add the target to {field}",
    why="A listener forwards to the targets of its service, or to some of them, by their keys.",
    page=f"{_TARGET_GROUPS}#registered-targets",
)
LISTENER_TARGETS = Rule(
    "listener-targets-fixed",
    what="selected targets of a listener",
    allowed="only with {.targets.instances}, {.targets.addresses} or {.targets.auto_scaling_groups}",
    fix="remove it",
    why="Only targets with a key can be selected. Terraform creates backends for each of the load balancer's "
    "zones, an Application Load Balancer is the only target, and targets registered elsewhere have no key.",
    page=f"{_TARGET_GROUPS}#registered-targets",
)
ALB_PROTOCOL = Rule(
    "alb-target-protocol",
    what="{protocol} listener with an Application Load Balancer as target",
    allowed="TCP",
    fix="set {.protocol=TCP}",
    why="AWS supports targets of type alb for the protocol TCP only; the Application Load Balancer can "
    "decrypt TLS itself.",
    page=_ALB,
)
ALB_PROXY_PROTOCOL = Rule(
    "alb-target-proxy-protocol",
    what="Proxy Protocol v2 header for an Application Load Balancer as target",
    allowed="only with targets of type instance or ip",
    fix="remove it",
    why="AWS refuses to modify the attributes of a target group of type alb.",
    page=_ALB,
)
ALB_HEALTH_CHECK = Rule(
    "alb-target-health-check",
    what="TCP health check of an Application Load Balancer as target",
    allowed="HTTP or HTTPS",
    fix="set {.health_check.protocol=HTTP}, or remove {.health_check}",
    why="AWS checks targets of type alb over HTTP or HTTPS only.",
    page=_ALB,
)
RULES = (
    ONE_TYPE,
    TARGET_VPC,
    TARGET_ADDRESS,
    TARGET_ZONE,
    LISTENER_TARGET,
    LISTENER_TARGETS,
    ALB_PROTOCOL,
    ALB_PROXY_PROTOCOL,
    ALB_HEALTH_CHECK,
)


class RegisteredElsewhere(Part):
    """Targets that an ECS service, an EKS TargetGroupBinding, CodeDeploy or another program registers."""

    type: TargetType = Field(description="Target type of the target groups: ip, instance or alb")


class Targets(Part):
    """Targets of the load balancer: existing ones, or those that something else registers."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [form]} for form in FORMS]})

    instances: dict[ConsumerKey, InstanceId] = Field(
        default={},
        description="IDs of EC2 instances in the load balancer's VPC, each under a short key of your choice",
    )
    addresses: dict[ConsumerKey, Address] = Field(
        default={},
        description="Private IPv4 addresses in or outside the VPC, each under a short key of your choice",
    )
    auto_scaling_groups: dict[ConsumerKey, AutoScalingGroupName] = Field(
        default={},
        description="Names of Auto Scaling groups in the load balancer's VPC, each under a short key of your "
        "choice. They are attached to the target groups, and register their own instances on "
        "`target_port`; Terraform manages nothing else of them. Without the ID of their security group, the "
        "load balancer may send to the primary CIDR of the VPC",
    )
    application_load_balancer: ApplicationLoadBalancerArn | None = Field(
        default=None,
        description="ARN of an Application Load Balancer in the VPC; it needs a listener on each target port",
    )
    registered_elsewhere: RegisteredElsewhere | None = Field(
        default=None,
        description="Targets that an ECS service, an EKS TargetGroupBinding, CodeDeploy or another program "
        "registers on `target_port`, in the target groups of output `target_group_arns`. Terraform creates "
        "the groups, and does not change their targets. Without the ID of their security group, the load "
        "balancer may send to the primary CIDR of the VPC",
    )
    security_group_id: SecurityGroupId | None = Field(
        default=None,
        description="ID of a security group of the targets, to which Terraform adds rules for the load "
        "balancer; default: targets must allow the group in output `load_balancer_security_group_id`",
    )

    @property
    def kind(self) -> TargetType:
        """The target type, as AWS calls it."""
        if self.registered_elsewhere:
            return self.registered_elsewhere.type
        if self.application_load_balancer:
            return "alb"
        return "instance" if self.instances or self.auto_scaling_groups else "ip"

    @property
    def come_and_go(self) -> bool:
        """Whether targets are registered and deregistered between two applies, so their addresses and zones
        are unknown."""
        return bool(self.registered_elsewhere or self.auto_scaling_groups)

    @property
    def are_allowed_elsewhere(self) -> bool:
        """Whether Terraform cannot add rules at the targets: no security group of theirs is named."""
        return not self.application_load_balancer and not self.security_group_id

    @property
    def ids(self) -> dict[str, str]:
        """The IDs, addresses or names of what Terraform registers in target groups, by key, sorted."""
        if self.application_load_balancer:
            return {"application-load-balancer": self.application_load_balancer}
        named = {**self.instances, **self.addresses, **self.auto_scaling_groups}
        return {key: str(found) for key, found in sorted(named.items())}

    @property
    def form(self) -> str:
        """The field that has the targets."""
        return next(form for form in FORMS if getattr(self, form))

    def keys_of(self, listener: Listener) -> tuple[str, ...]:
        """Return the keys of the targets of a listener, sorted."""
        if listener.targets is None:
            return tuple(self.ids)
        selected = {*listener.targets}
        return tuple(key for key in self.ids if key in selected)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len([form for form in FORMS if getattr(self, form)]) != 1:
            raise refuse(ONE_TYPE.broken())
        items = ("instance", "address", "Auto Scaling group")
        for form, item in zip(_WITH_KEYS, items, strict=True):
            refuse_any(
                broken.below(form) for broken in twice(getattr(self, form), TWICE.with_fixed(item=item))
            )
        return self

    def unfit(self, listener: Listener, health_check: HealthCheck) -> Iterator[Broken]:
        """Report the settings of a listener that the targets rule out, and its unknown targets."""
        if listener.targets is not None:
            yield from self._selected(listener.targets)
        if self.kind != "alb":
            return
        if listener.protocol != "TCP":
            yield ALB_PROTOCOL.broken(at=("protocol",), protocol=listener.protocol)
        if listener.proxy_protocol_v2:
            yield ALB_PROXY_PROTOCOL.broken(at=("proxy_protocol_v2",))
        if not health_check.over_http:
            yield ALB_HEALTH_CHECK.broken(at=("health_check", "protocol"))

    def _selected(self, keys: Iterable[str]) -> Iterator[Broken]:
        if self.form not in _WITH_KEYS:
            yield LISTENER_TARGETS.broken(at=("targets",), given="")
            return
        known, field = self.ids, FieldName(f"targets.{self.form}")
        for key in keys:
            if key not in known:
                yield LISTENER_TARGET.broken(at=("targets", key), field=field, keys=[*known])

    def unreachable(
        self, network: Network, listeners: Sequence[Listener], *, cross_zone: bool
    ) -> Iterator[Broken]:
        """Report the targets that load balancers in a network cannot use, and its zones without a target.

        Arguments:
            network: the VPC of the load balancers.
            listeners: their listeners.
            cross_zone: whether all of them have cross-zone load balancing.
        """
        if network.cidr is None:  # an existing VPC: Terraform looks up its CIDR, and the zones of targets
            return
        if self.registered_elsewhere:  # after the apply, in any zone
            return
        if self.kind != "ip":
            yield TARGET_VPC.broken(at=("targets",), given="")
            return
        for key, address in self.addresses.items():
            if address not in network.cidr and not any(address in block for block in TARGETS_OUTSIDE_THE_VPC):
                yield TARGET_ADDRESS.broken(at=("targets", "addresses", key), vpc=network.cidr)
        if cross_zone:
            return
        if any(listener.targets is None for listener in listeners):
            yield from self._zones_without_a_target(
                network, network.cidr, self.addresses, ("targets", "addresses")
            )
        for listener in listeners:
            if listener.targets is not None and self.keys_of(listener):
                at: Path = ("listeners", ("port", listener.port), "targets")
                yield from self._zones_without_a_target(network, network.cidr, self.keys_of(listener), at)

    def _zones_without_a_target(
        self, network: Network, vpc: IPv4Network, keys: Iterable[str], at: Path
    ) -> Iterator[Broken]:
        addresses = [self.addresses[key] for key in keys]
        if any(address not in vpc for address in addresses):  # AWS registers these in all zones
            return
        for zone, subnet in network.subnets.items():
            if not any(address in subnet for address in addresses):
                yield TARGET_ZONE.broken(at=at, given="", zone=zone, target=f"an address of {subnet}")
