"""The targets of a target group: instances, addresses, Auto Scaling groups, ECS services and ALBs.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from privatelink.review.admission import Network, network
from privatelink.review.shapes import UNKNOWN, Value, items, mappings, text, whole
from privatelink.review.world import Linked, Thing, World, remembered
from privatelink.review.zones import Zone, zone_of

_ATTACHMENT, _SCALING_GROUP = "aws_lb_target_group_attachment", "aws_autoscaling_group"
_TASKS = ("aws_ecs_service", "aws_ecs_task_set")
_STOPPED = ("stopping", "stopped", "shutting-down", "terminated")
_ROLES = (
    (_ATTACHMENT, ("target_group_arn",)),
    ("aws_autoscaling_attachment", ("lb_target_group_arn",)),
    ("aws_autoscaling_traffic_source_attachment", ("traffic_source", "identifier")),
    (_SCALING_GROUP, ("target_group_arns",)),
    (_SCALING_GROUP, ("traffic_source", "identifier")),
    *((kind, ("load_balancer", "target_group_arn")) for kind in _TASKS),
)
"""The types that register targets, and the attribute that refers to the target group."""
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Target:
    """One target, or several that one resource registers.

    Arguments:
        name: its address in the configuration, or what the plans show instead.
        by: the resource that registers it.
        port: the port on which it receives traffic; None if unknown.
        thing: its resource; None if it is not in the plans.
        groups: its security groups; None if the plans do not show them.
        subnets: its subnets, as far as the plans show them.
        zones: its zones; None if the plans do not show all.
        spread: whether there is a target in each of the zones; None if that is left to chance.
        stopped: why no target runs; empty if one does.
        runs: whether a target runs; None if the plans do not show it.
        states: resources that start or stop it.
    """

    name: str
    by: Thing
    port: int | None
    thing: Thing | None = None
    groups: Sequence[Linked] | None = None
    subnets: Sequence[Thing] = ()
    zones: Sequence[Zone] | None = None
    spread: bool | None = True
    stopped: str = ""
    runs: bool | None = True
    states: Sequence[Thing] = ()

    def within(self, zone: Zone) -> bool | None:
        """Return whether a target is in a zone; None if unknown."""
        if self.zones is None:
            return None
        answers = [each.same(zone) for each in self.zones]
        if True in answers:
            return True if len(answers) == 1 else self.spread
        return None if None in answers else False


@remembered
def targets_of(world: World, group: Thing) -> Sequence[Target]:
    """Return the targets of a target group that the plans register."""
    return tuple(_targets(world, group))


@remembered
def may_register(world: World, group: Thing) -> Sequence[Thing]:
    """Return the resources of which the plans do not show whether they still register targets."""
    roles = _roles(world.opposite) if world.opposite else ()
    return [each for kind, path in roles for each in world.may_lead_to(group, kind, *path)]


@remembered
def _roles(world: World) -> Sequence[tuple[str, tuple[str, ...]]]:
    """The types that have resources."""
    return [(kind, path) for kind, path in _ROLES if world.of(kind)]


def _targets(world: World, group: Thing) -> Iterator[Target]:
    port = whole(group.value("port"))
    scaled: dict[int, tuple[Thing, Thing]] = {}
    for kind, path in _roles(world):
        for each in world.leading_to(group, kind, *path):
            if kind == _ATTACHMENT:
                for linked in world.linked(each, "target_id") or [UNKNOWN]:
                    yield _registered(world, group, each, linked, whole(each.value("port")) or port)
            elif kind in _TASKS:
                yield _tasks(world, each, group)
            elif kind == _SCALING_GROUP:
                scaled[id(each)] = (each, each)
            else:
                for linked in world.linked(each, "autoscaling_group_name"):
                    if isinstance(linked, Thing):
                        scaled.setdefault(id(linked), (linked, each))
                    else:
                        yield Target(_named(linked), each, port)
    for thing, by in scaled.values():
        yield _scaling_group(world, thing, by, port)


def _registered(world: World, group: Thing, by: Thing, linked: Linked, port: int | None) -> Target:
    if isinstance(linked, Thing):
        return _resource(world, by, linked, port)
    address = _address(linked) if isinstance(linked, str) else None
    if address is None or not isinstance(linked, str):
        return Target(_named(linked), by, port)
    if (owner := _owners(world).get(linked)) is not None:
        return _resource(world, by, owner, port)
    before = world.opposite and _owners(world.opposite).get(linked)
    if before and before.change.destroyed:
        return Target(
            linked, by, port, runs=False, stopped=f"{before.address} with this address is destroyed"
        )
    subnets = [subnet for cidr, subnet in _networks(world, world.only(group, "vpc_id")) if address in cidr]
    zone = text(by.value("availability_zone"))
    zones = [found for each in subnets if (found := zone_of(each)) is not None]
    return Target(
        f"the target with address {linked}", by, port, subnets=subnets,
        zones=zones if zones and zone != "all" else None, spread=True if zone != "all" else None,
    )  # fmt: skip


def _resource(world: World, by: Thing, thing: Thing, port: int | None) -> Target:
    kind = thing.change.type
    if kind == "aws_instance":
        return _instance(world, by, thing, port)
    if kind in ("aws_lb", "aws_alb"):
        subnets = [*_things(world, thing, "subnets"), *_things(world, thing, "subnet_mapping", "subnet_id")]
        groups = world.linked(thing, "security_groups")
        return Target(thing.address, by, port, thing, groups or None, subnets, _zones(subnets))
    if kind == "aws_network_interface":
        subnets = _things(world, thing, "subnet_id")
        groups = world.linked(thing, "security_groups")
        return Target(thing.address, by, port, thing, groups or None, subnets, _zones(subnets))
    return Target(thing.address, by, port, thing)


def _instance(world: World, by: Thing, thing: Thing, port: int | None) -> Target:
    subnets = _things(world, thing, "subnet_id")
    groups = world.linked(thing, "vpc_security_group_ids")
    interfaces = _things(world, thing, "network_interface", "network_interface_id")
    for each in interfaces:
        groups = [*groups, *world.linked(each, "security_groups")]
        subnets = [*subnets, *_things(world, each, "subnet_id")]
    state = text(thing.value("instance_state"))
    states = world.leading_to(thing, "aws_ec2_instance_state", "instance_id")
    for each in states:
        state = each.text("state") or state
    stopped = f"{thing.address} is {state}" if state in _STOPPED else ""
    return Target(
        thing.address, by, port, thing, groups or None, subnets, _zones(subnets),
        stopped=stopped, runs=not stopped, states=states,
    )  # fmt: skip


def _scaling_group(world: World, thing: Thing, by: Thing, port: int | None) -> Target:
    """An Auto Scaling group spreads its instances evenly.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/disaster-recovery-resiliency.html
    """
    desired, smallest, most = (
        whole(thing.value(name)) for name in ("desired_capacity", "min_size", "max_size")
    )
    stopped = f"{thing.address} runs no instance" if desired == 0 or most == 0 else ""
    subnets = _things(world, thing, "vpc_zone_identifier")
    zones = _zones(subnets) if UNKNOWN not in world.linked(thing, "vpc_zone_identifier") else None
    number = smallest if desired is None else desired
    return Target(
        thing.address, by, port, thing, _groups_of_template(world, thing), subnets, zones,
        spread=None if number is None or number < len(zones or ()) else True,
        stopped=stopped, runs=False if stopped else (True if number and _registers(thing) else None),
    )  # fmt: skip


def _registers(scaling: Thing) -> bool:
    """Whether an Auto Scaling group registers its new instances.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
    """
    return "AddToLoadBalancer" not in items(scaling.value("suspended_processes"))


def _groups_of_template(world: World, scaling: Thing) -> Sequence[Linked] | None:
    """The security groups of new instances; None if unknown."""
    paths = (
        ("launch_template", "id"),
        ("mixed_instances_policy", "launch_template", "launch_template_specification", "launch_template_id"),
    )
    for path in paths:
        template = world.only(scaling, *path)
        if isinstance(template, Thing):
            side, template = _of_version(world, scaling, template)
            found = side.linked(template, "vpc_security_group_ids")
            found = [*found, *side.linked(template, "network_interfaces", "security_groups")]
            # Groups of the side before have the same identities unless they are replaced.
            return [_now(world, each) for each in found] or None
    configuration = world.only(scaling, "launch_configuration")
    if isinstance(configuration, Thing):
        return world.linked(configuration, "security_groups") or None
    return None


def _of_version(world: World, scaling: Thing, template: Thing) -> tuple[World, Thing]:
    """The launch template as the Auto Scaling group uses it: a fixed version keeps the values before."""
    before = world.opposite and world.opposite.same(template.change)
    blocks = mappings(scaling.value("launch_template"))
    version = whole(blocks[0].get("version")) if blocks else None
    newest = whole(before.value("latest_version")) if before else None
    if world.opposite and before and template.change.updated and version is not None:
        return (world.opposite, before) if version <= (newest or 0) else (world, template)
    return world, template


def _now(world: World, linked: Linked) -> Linked:
    if not isinstance(linked, Thing) or linked.side == world.side:
        return linked
    return world.same(linked.change) or linked.identity


def _tasks(world: World, thing: Thing, group: Thing) -> Target:
    """The tasks of an ECS service, or of a task set.

    Tasks are spread over zones with best effort:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html
    """
    arn = group.text("arn") or group.text("id")
    blocks = mappings(thing.value("load_balancer"))
    alike = [each for each in blocks if arn and each.get("target_group_arn") == arn]
    # Without a block for this ARN, those whose ARN is known after the apply may be for it.
    alike = alike or [each for each in blocks if each.get("target_group_arn") is UNKNOWN]
    ports = {whole(each.get("container_port")) for each in alike}
    # With target type `instance`, the host's port and security groups are those of the container instance.
    own = group.value("target_type") == "ip"
    subnets = _things(world, thing, "network_configuration", "subnets")
    none = thing.value("desired_count") == 0 and thing.value("scheduling_strategy") != "DAEMON"
    scale = mappings(thing.value("scale"))
    none = none or any(each.get("value") == 0 for each in scale) or _scaled_to_zero(world, thing)
    return Target(
        thing.address, thing, ports.pop() if own and len(ports) == 1 else None, thing,
        (world.linked(thing, "network_configuration", "security_groups") or None) if own else None,
        subnets if own else (), _zones(subnets) if own else None, spread=None,
        stopped=f"{thing.address} runs no task" if none else "", runs=not none,
    )  # fmt: skip


def _scaled_to_zero(world: World, tasks: Thing) -> bool:
    """Whether Application Auto Scaling allows an ECS service no task."""
    # The ID of a service is its ARN, which ends with the cluster and the name.
    of = f"service/{tasks.identity.rpartition(':service/')[2]}"
    return any(
        target.value("resource_id") == of and whole(target.value("max_capacity")) == 0
        for target in world.of("aws_appautoscaling_target")
    )


def _things(world: World, thing: Thing, *path: str) -> list[Thing]:
    return [each for each in world.linked(thing, *path) if isinstance(each, Thing)]


def _zones(subnets: Sequence[Thing]) -> Sequence[Zone] | None:
    found = [zone_of(each) for each in subnets]
    known = list(dict.fromkeys(each for each in found if each is not None))
    return known if known and None not in found else None


def _named(linked: Linked) -> str:
    return linked if isinstance(linked, str) else "a target"


@remembered
def _owners(world: World) -> dict[str, Thing]:
    """Resources by their private addresses."""
    found: dict[str, Thing] = {}
    for kind, names in (
        ("aws_instance", ("private_ip",)),
        ("aws_network_interface", ("private_ip", "private_ips")),
    ):
        for thing in world.of(kind):
            values: list[Value] = [item for name in names for item in items(thing.value(name))]
            found |= {value: thing for value in values if isinstance(value, str)}
    return found


@remembered
def _networks(world: World, vpc: Linked | None) -> list[tuple[Network, Thing]]:
    """The subnets of a VPC, with their networks."""
    index = world.backwards("aws_subnet", "vpc_id")
    subnets = (
        index.get(vpc.identity if isinstance(vpc, Thing) else vpc, []) if isinstance(vpc, Thing | str) else []
    )
    found = [(network(each.text("cidr_block")), each) for each in subnets]
    return [(cidr, each) for cidr, each in found if cidr is not None]


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
