"""Rules for what is down during the apply, although it is there before and after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from privatelink.review.change import Change
from privatelink.review.hops.targets import targets_of
from privatelink.review.renames import renames
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.services import across_zones, has_privatelink, live_target_groups
from privatelink.review.shapes import UNKNOWN, mappings, text, whole
from privatelink.review.world import Linked, Thing, World, Worlds

_ATTACHMENT = "aws_lb_target_group_attachment"
_ASG = "aws_autoscaling_group"
_TRAFFIC_SOURCE = "aws_autoscaling_traffic_source_attachment"
_SCHEDULE, _SCHEDULED_ACTION = "aws_autoscaling_schedule", "aws_appautoscaling_scheduled_action"
_SHOWN = 3
_DESTROY_FIRST = ("delete", "create")
_RESTARTS = ("instance_type", "user_data", "user_data_base64")
"""A change of these in place stops and starts the instance:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/instance"""
_DEFAULT_INTERVAL, _DEFAULT_HEALTHY = 30, 5
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"""


@dataclass(frozen=True)
class _Down:
    """A target that is down during the apply.

    Arguments:
        change: the resource that causes it.
        attribute: its attribute.
        why: what Terraform does, in a few words.
        long: whether the target is gone before the new one exists; otherwise only until it is healthy.
    """

    change: Change
    attribute: str
    why: str
    long: bool = True


def _targets_down(worlds: Worlds) -> Iterator[Hit]:
    """Only if all targets of a target group, or all in a zone of their own, are down at the same time.

    Another rule reports a target group that is replaced itself; paths show targets that do not come back.
    """
    reported: set[str] = set()
    for lb, _, group in live_target_groups(worlds):
        after = worlds.after.same(group.change)
        if group.identity in reported or after is None or group.change.replaced or group.change.destroyed:
            continue
        reported.add(group.identity)
        targets = _targets(worlds, group)
        down = [(zone, found) for zone, found in targets if found is not None]
        if not down:
            continue
        first = down[0][1]
        ends = _healthy_after(after)
        if len(down) == len(targets):
            severity: Severity | None = None if any(each.long for _, each in down) else "warning"
            because = f"{len(down)} of {len(targets)} targets of {group.address} are down {first.why}, {ends}"
            yield Hit(first.change, first.attribute, severity, because)
        elif not across_zones(lb, group):
            zones = {zone for zone, _ in down if zone}
            for zone in sorted(zones - {zone for zone, found in targets if found is None}):
                inside = [found for each, found in down if each == zone]
                first = inside[0]
                of = f"{len(inside)} of {len(targets)} targets of {group.address}"
                because = f"{of}, all in {zone}, are down {first.why}, {ends}"
                yield Hit(first.change, first.attribute, "warning", because)


TARGETS_DOWN = Rule(
    id="targets-down-at-once",
    severity="blocking",
    title="all targets down at the same time",
    consequence="during the apply no target answers: consumers' connections fail until a new one is healthy",
    instead=(
        "change one target after the other, each in an apply of its own (`-target`); or create the new "
        "targets and attachments in one apply, wait until they are healthy, and remove the old ones in a "
        "later apply"
    ),
    page="https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy",
    find=_targets_down,
)


def _targets(worlds: Worlds, group: Thing) -> list[tuple[str, _Down | None]]:
    """The targets of a group: the zone of each, and how it is down, if it is."""
    before, after = worlds.before, worlds.after.same(group.change)
    attached = worlds.after.leading_to(after, _ATTACHMENT, "target_group_arn") if after else []
    new = next((each.address for each in attached if each.change.created), "")
    found: list[tuple[str, _Down | None]] = []
    for attachment in before.leading_to(group, _ATTACHMENT, "target_group_arn"):
        target = before.only(attachment, "target_id")
        down = _instance_down(target) or _replaced(attachment)
        # Another rule reports an attachment that only gets another address.
        if attachment.change.destroyed and new and attachment.change not in renames(worlds):
            down = _Down(
                attachment.change, "", f"from the destroy of {attachment.address} until {new} exists"
            )
        found.append((_zone(before, target), down))
    scaled = [
        scaling
        for attachment in before.leading_to(group, "aws_autoscaling_attachment", "lb_target_group_arn")
        for scaling in before.linked(attachment, "autoscaling_group_name")
    ]
    scaled += before.leading_to(group, _ASG, "target_group_arns")
    found += [("", _replaced(each) or _refreshed(each)) for each in scaled if isinstance(each, Thing)]
    services = before.leading_to(group, "aws_ecs_service", "load_balancer", "target_group_arn")
    return [*found, *(("", _replaced(each) or _deployed(each)) for each in services)]


def _replaced(thing: Thing) -> _Down | None:
    change = thing.change
    if not change.replaced:
        return None
    name = (*change.replaced_by, "")[0]
    if change.actions == _DESTROY_FIRST:
        return _Down(change, name, f"from the destroy of {thing.address} until it is created again")
    return _Down(change, name, f"when {thing.address} is replaced", long=False)


def _instance_down(target: Linked | None) -> _Down | None:
    if not isinstance(target, Thing) or target.change.type != "aws_instance":
        return None
    for name in _RESTARTS:
        if target.change.updated and target.change.differs(name):
            return _Down(target.change, name, f"while AWS stops and starts {target.address}")
    return _replaced(target)


def _refreshed(group: Thing) -> _Down | None:
    """An instance refresh may replace all instances of an Auto Scaling group at once."""
    change = group.change
    if change.updated and any(change.differs(name) for name in ("launch_template", "mixed_instances_policy")):
        for refresh in mappings(change.value("after", "instance_refresh")):
            for preferences in mappings(refresh.get("preferences")):
                if whole(preferences.get("min_healthy_percentage")) == 0:
                    why = f"while the instance refresh of {group.address} replaces all instances at once"
                    return _Down(change, "launch_template", why)
    return None


def _deployed(service: Thing) -> _Down | None:
    """Without a minimum of healthy tasks, ECS may stop all of them before it starts new ones."""
    change = service.change
    least = whole(change.value("after", "deployment_minimum_healthy_percent"))
    deploys = change.differs("task_definition") or change.value("after", "force_new_deployment") is True
    if change.updated and deploys and least == 0:
        return _Down(change, "task_definition", f"while {service.address} stops its tasks to start new ones")
    return None


def _healthy_after(group: Thing) -> str:
    check = next(iter(mappings(group.value("health_check"))), {})
    interval = whole(check.get("interval")) or _DEFAULT_INTERVAL
    healthy = whole(check.get("healthy_threshold")) or _DEFAULT_HEALTHY
    return f"and a new target is healthy only after {healthy} health checks of {interval} s"


def _zone(world: World, target: Linked | None) -> str:
    if not isinstance(target, Thing):
        return ""
    subnet = world.only(target, "subnet_id")
    return target.text("availability_zone") or (
        subnet.text("availability_zone") if isinstance(subnet, Thing) else ""
    )


_ENDS_WITHOUT = "if Terraform creates first, AWS already has it, and the destroy then removes it"
_REFUSED = "if Terraform creates first, AWS refuses the duplicate, and the apply fails halfway"
_COLLISIONS = {
    _ATTACHMENT: _ENDS_WITHOUT,
    "aws_autoscaling_attachment": _ENDS_WITHOUT,
    _TRAFFIC_SOURCE: _ENDS_WITHOUT,
    "aws_vpc_endpoint_service_allowed_principal": _ENDS_WITHOUT,
    "aws_vpc_endpoint_subnet_association": _ENDS_WITHOUT,
    "aws_vpc_endpoint_security_group_association": _ENDS_WITHOUT,
    "aws_route53_zone_association": _ENDS_WITHOUT,
    "aws_route53_record": _REFUSED,
    "aws_lb_listener": _REFUSED,
    "aws_alb_listener": _REFUSED,
    "aws_security_group_rule": _REFUSED,
    "aws_vpc_security_group_ingress_rule": _REFUSED,
    "aws_vpc_security_group_egress_rule": _REFUSED,
}
_TARGETS = {
    _ATTACHMENT: ("target_group_arn",),
    "aws_autoscaling_attachment": ("lb_target_group_arn",),
    _TRAFFIC_SOURCE: ("traffic_source", "identifier"),
}
_OWNERS = (
    "autoscaling_group_name", "lb_target_group_arn", "load_balancer_arn", "prefix_list_id",
    "referenced_security_group_id", "security_group_id", "source_security_group_id", "target_group_arn",
    "target_id", "vpc_endpoint_id", "vpc_endpoint_service_id", "zone_id",
)  # fmt: skip
"""What a resource refers to: if that is new, AWS has another object for the resource."""


def _renamed_without_moved(worlds: Worlds) -> Iterator[Hit]:
    """For resources that are one object of AWS under both addresses; other rules report the others.

    Blocking if all targets of a service are concerned.
    """
    if not has_privatelink(worlds):
        return
    found = renames(worlds)
    every = _all_targets(worlds, found) if found else set()
    for old, new in found.items():
        effect = _COLLISIONS.get(old.type)
        if effect is None or any(new.value("after", name) is UNKNOWN for name in _OWNERS):
            continue
        severity: Severity | None = "blocking" if old in every else None
        yield Hit(old, "", severity, effect, after=f"created as {new.address}")


def _all_targets(worlds: Worlds, found: Mapping[Change, Change]) -> set[Change]:
    """The targets of services of which all get another address."""
    every: set[Change] = set()
    for _, _, group in live_target_groups(worlds):
        targets = {
            each.change
            for kind, path in _TARGETS.items()
            for each in worlds.before.leading_to(group, kind, *path)
        }
        if targets <= found.keys():
            every |= targets
    return every


RENAMED_WITHOUT_MOVED = Rule(
    id="renamed-without-moved",
    severity="warning",
    title="destroyed, and created under another address",
    consequence=(
        "Terraform destroys the old address and creates the new one in no defined order, although nothing is "
        "to change: clients may lose access until the next apply"
    ),
    instead="add the `moved` block, and plan again: the plan then has no change of this resource",
    page="https://developer.hashicorp.com/terraform/language/modules/develop/refactoring",
    find=_renamed_without_moved,
)


def _scheduled_at_zero(worlds: Worlds) -> Iterator[Hit]:
    """For Auto Scaling groups and ECS services that are targets of an endpoint service."""
    scaled = _scaled_targets(worlds)
    for change in worlds.changes(_SCHEDULE):
        schedule = worlds.after.same(change)
        if schedule is None or not change.changes:
            continue
        none = next((name for name in ("desired_capacity", "max_size") if schedule.value(name) == 0), "")
        group = worlds.after.only(schedule, "autoscaling_group_name")
        if none and isinstance(group, Thing) and group.change in scaled:
            yield Hit(change, none, because=f"{group.address} then has no instance")
    for change in worlds.changes(_SCHEDULED_ACTION):
        if not change.changes or not change.exists("after"):
            continue
        actions = mappings(change.value("after", "scalable_target_action"))
        of = text(change.value("after", "resource_id")).removeprefix("service/")
        tasks = next((each for each in scaled if _identity(each).endswith(f":service/{of}")), None)
        if tasks and any(whole(each.get("max_capacity")) == 0 for each in actions):
            yield Hit(change, "scalable_target_action", because=f"{tasks.address} then has no task")


SCHEDULED_AT_ZERO = Rule(
    id="capacity-scheduled-at-zero",
    severity="warning",
    title="targets scheduled to have no capacity",
    consequence="from that time on no target answers: consumers' connections fail until it is raised again",
    instead="keep at least one target in each zone, or agree on the time with the consumers",
    page="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html",
    find=_scheduled_at_zero,
)


def _scaled_targets(worlds: Worlds) -> set[Change]:
    return {
        target.thing.change
        for _, _, group in live_target_groups(worlds)
        for target in targets_of(worlds.before, group)
        if target.thing is not None
    }


def _identity(change: Change) -> str:
    return text(change.value("before", "id"))


def _attached_twice(worlds: Worlds) -> Iterator[Hit]:
    """Only if these plans begin it, like rules of security groups that are inline and separate."""
    names = {"aws_autoscaling_attachment": "target_group_arns", _TRAFFIC_SOURCE: "traffic_source"}
    scaled = _scaled_targets(worlds)
    for kind, name in names.items():
        for group in worlds.after.of(_ASG):
            if group.change not in scaled or not group.change.sets(name):
                continue
            attached = worlds.after.leading_to(group, kind, "autoscaling_group_name")
            created = [each for each in attached if each.change.created]
            if attached and (created or group.change.differs(name)):
                addresses = ", ".join(each.address for each in (created or attached)[:_SHOWN])
                yield Hit(group.change, name, because=f"separate attachments: {addresses}")


ATTACHED_TWICE = Rule(
    id="scaling-group-attached-twice",
    severity="warning",
    title="Auto Scaling group with target groups of its own and separate attachments",
    consequence=(
        "each apply of the group detaches the target groups that are not its own, and each apply of the "
        "attachments attaches them again: no target answers in between"
    ),
    instead=(
        "omit the attribute of the group altogether (an empty list detaches too), or have the group ignore "
        "it: `ignore_changes = [target_group_arns]`"
    ),
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_attachment",
    find=_attached_twice,
)

RULES = (TARGETS_DOWN, RENAMED_WITHOUT_MOVED, SCHEDULED_AT_ZERO, ATTACHED_TWICE)
