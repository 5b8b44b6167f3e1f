"""Rules for the security groups of interface endpoints and of load balancers."""

from collections.abc import Iterable, Iterator, Sequence

from privatelink.review.admission import (
    DIRECTIONS,
    EVERYONE,
    Admission,
    Admissions,
    Network,
    admissions,
    groups_of,
    separate_rules,
)
from privatelink.review.attributes import ENFORCE
from privatelink.review.change import SIDES, Change
from privatelink.review.hops.targets import targets_of
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.rules import pages
from privatelink.review.services import (
    GROUP_ASSOCIATION,
    endpoint_groups,
    endpoints,
    has_privatelink,
    listener_ports,
    live_target_groups,
    ports_of,
    services_of,
)
from privatelink.review.traffic import Serves, addresses_of_vpc, lost, shown
from privatelink.review.world import Linked, Thing, World, Worlds, remembered

_LISTS = ("aws_ec2_managed_prefix_list", "aws_ec2_managed_prefix_list_entry")
_SHOWN_RULES = 3


def _endpoint_opened_to_everyone(worlds: Worlds) -> Iterator[Hit]:
    """By a new rule, or by a group that is added to the endpoint; one finding for each resource."""
    reported: set[int] = set()
    for before, after in endpoints(worlds, "Interface"):
        had = () if before is None else _ingress(worlds.before, endpoint_groups(worlds.before, before)).by
        was = [admission for admission, _ in had]
        for admission, source in _ingress(worlds.after, endpoint_groups(worlds.after, after)).by:
            if admission.peer not in EVERYONE or any(other.covers(admission) for other in was):
                continue
            change = source.change if source.change.changes else after.change
            if change.changes and id(change) not in reported:
                reported.add(id(change))
                yield Hit(
                    change,
                    _attribute(source, change),
                    before="(none)",
                    after=shown(worlds.after, [admission]),
                )


ENDPOINT_OPENED_TO_EVERYONE = Rule(
    id="endpoint-opened-to-everyone",
    severity="warning",
    title="security group of an endpoint allows any address",
    consequence=(
        "every client that reaches the VPC, also over peering, a transit gateway or a VPN, can connect to "
        "the service"
    ),
    instead="allow the clients by security group, prefix list or CIDR",
    page=pages.GROUP_RULES,
    find=_endpoint_opened_to_everyone,
)


def _endpoint_closed_to_clients(worlds: Worlds) -> Iterator[Hit]:
    """Compares sets of sources, so that a CIDR may be split, joined, or replaced by a prefix list.

    Silent on ports that the service has no listener for, and where the plan does not show the new rules. The
    members of a security group that is in no plan count as addresses of the endpoint's VPC.
    """
    reported: set[int] = set()
    for before, after in endpoints(worlds, "Interface"):
        if before is None or after.change.replaced:
            continue
        has = endpoint_groups(worlds.after, after)
        yield from _closed(
            worlds,
            (_ingress(worlds.before, endpoint_groups(worlds.before, before)), _ingress(worlds.after, has)),
            [after.change, *_associations(worlds, before)],
            _serves(ports_of(worlds.before, before)),
            addresses_of_vpc(worlds.before, worlds.before.only(before, "vpc_id")),
            reported,
        )


ENDPOINT_CLOSED_TO_CLIENTS = Rule(
    id="endpoint-closed-to-clients",
    severity="blocking",
    title="security group of an endpoint no longer allows clients",
    consequence="clients that the old rules allowed can no longer connect",
    instead=(
        "add rules for the clients that stay in an earlier apply, check in the VPC flow logs that no other "
        "address connects, then remove the old rule"
    ),
    page=pages.GROUP_RULES,
    find=_endpoint_closed_to_clients,
)


def _associations(worlds: Worlds, endpoint: Thing) -> Iterator[Change]:
    for each in worlds.before.leading_to(endpoint, GROUP_ASSOCIATION, "vpc_endpoint_id"):
        yield each.change


def _load_balancer_closed_to_consumers(worlds: Worlds) -> Iterator[Hit]:
    """Only if the rules apply to PrivateLink traffic, before and after."""
    reported: set[int] = set()
    for lb in worlds.before.network_load_balancers():
        after = worlds.after.same(lb.change)
        if after is None or lb.change.replaced or not services_of(worlds.before, lb):
            continue
        if any(each.value(ENFORCE) == "off" or not each.value("security_groups") for each in (lb, after)):
            continue
        yield from _closed(
            worlds,
            (
                _ingress(worlds.before, groups_of(worlds.before, lb, "security_groups")),
                _ingress(worlds.after, groups_of(worlds.after, after, "security_groups")),
            ),
            [after.change],
            _serves(listener_ports(worlds.before, lb)),
            [],
            reported,
        )


LOAD_BALANCER_CLOSED_TO_CONSUMERS = Rule(
    id="load-balancer-closed-to-consumers",
    severity="blocking",
    title="security group of the load balancer no longer allows consumers",
    consequence=(
        "the rules apply to PrivateLink traffic, which arrives from the consumers' private addresses: "
        "consumers with these addresses can no longer connect"
    ),
    instead=(
        "keep the consumers' CIDRs until the VPC flow logs of the load balancer show no flow from them, or "
        f"set {ENFORCE} to off first"
    ),
    page=pages.LOAD_BALANCER_GROUPS,
    find=_load_balancer_closed_to_consumers,
)


def _closed(
    worlds: Worlds,
    sides: tuple[Admissions, Admissions],
    users: Iterable[Change],
    serves: Serves,
    home: Sequence[Network],
    reported: set[int],
) -> Iterator[Hit]:
    """One finding for each resource that changes, with the rules that differ.

    Arguments:
        users: what uses the groups, and so may have lost one of them.
    """
    had, has = sides
    old, allowed = ([rule for rule, _ in side.by] for side in sides)
    lists = _changing_lists(worlds)
    if (old == allowed and not lists) or (had.complete and not has.complete):
        return
    missing = lost((worlds.before, old), (worlds.after, allowed), serves, home)
    by_change: dict[int, tuple[Thing, Change, list[Admission], list[Admission]]] = {}
    for rule, source in had.by:
        gone = missing.get(rule)
        causes = [source.change, *(lists if isinstance(rule.peer, str) else ()), *users]
        change = next((each for each in causes if each.changes), None)
        if gone and change is not None and id(change) not in reported:
            _, _, rules, traffic = by_change.setdefault(id(change), (source, change, [], []))
            rules.append(rule)
            traffic += gone
    for source, change, rules, traffic in by_change.values():
        reported.add(id(change))
        new = [rule for rule, thing in has.by if rule not in old and _resource(thing) == _resource(source)]
        before, closed = shown(worlds.before, rules), shown(worlds.before, traffic)
        yield Hit(
            change,
            _attribute(source, change),
            because="" if before == closed else f"no longer allowed: {closed}",
            before=before,
            after=shown(worlds.after, new) or "(none)",
        )


@remembered
def _changing_lists(worlds: Worlds) -> list[Change]:
    return [change for change in worlds.changes(*_LISTS) if change.changes]


def _resource(thing: Thing) -> tuple[str, str, str]:
    return thing.change.stack, thing.change.type, thing.change.name


def _ingress(world: World, groups: Sequence[Linked]) -> Admissions:
    return admissions(world, groups, "ingress")


def _serves(ports: Sequence[tuple[str, int]] | None) -> Serves:
    """Whether traffic reaches one of the ports; any traffic if the ports are unknown."""
    if ports is None:
        return lambda _: True
    return lambda traffic: any(traffic.opens(protocol, port, port) for protocol, port in ports)


def _attribute(source: Thing, change: Change) -> str:
    """The attribute to show: of the user of a group, of a group with inline rules, or of a rule."""
    if source.change is not change:
        return {
            "aws_ec2_managed_prefix_list": "entry",
            "aws_ec2_managed_prefix_list_entry": "cidr",
            "aws_lb": "security_groups",
            GROUP_ASSOCIATION: "security_group_id",
        }.get(change.type, "security_group_ids")
    if source.change.type == "aws_security_group":
        return "ingress"
    for name in ("cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id", "cidr_blocks"):
        if any(source.change.value(side, name) for side in SIDES):
            return name
    return ""


def _inline_and_separate_rules(worlds: Worlds) -> Iterator[Hit]:
    """Only if these plans begin it: with the first separate rule, or a change of the inline rules."""
    if not has_privatelink(worlds):
        return
    for group in worlds.after.of("aws_security_group"):
        for direction in DIRECTIONS:
            if not group.change.sets(direction):
                continue
            separate = [*separate_rules(worlds.after, group.identity, direction)]
            created = [rule for rule in separate if rule.change.created]
            if separate and (created or group.change.differs(direction)):
                names = ", ".join(rule.address for rule in (created or separate)[:_SHOWN_RULES])
                yield Hit(group.change, direction, because=f"separate rules: {names}")


INLINE_AND_SEPARATE_RULES = Rule(
    id="inline-and-separate-rules",
    severity="warning",
    title="security group with inline and separate rules",
    consequence=(
        "each apply of the group revokes the rules that are not inline, and each apply of the rules adds "
        "them again: clients lose access in between"
    ),
    instead=(
        "omit the attribute of the group altogether (an empty list revokes separate rules too), and import "
        "its rules into separate resources: AWS refuses to create them again (InvalidPermission.Duplicate)"
    ),
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group",
    find=_inline_and_separate_rules,
)


def _group_in_use(worlds: Worlds) -> Iterator[Hit]:
    """Silent where its user goes too: Terraform destroys it before the group.

    A warning for a group that is only destroyed: with create_before_destroy in the state, its users leave
    it first.
    """
    reported: set[int] = set()
    for user, group in _users(worlds):
        change = group.change
        if id(change) in reported or user.change.destroyed or user.change.replaced:
            continue
        if change.destroyed or change.actions == ("delete", "create"):
            reported.add(id(change))
            severity: Severity | None = "warning" if change.destroyed else None
            yield Hit(change, (*change.replaced_by, "")[0], severity, f"{user.address} uses it")


GROUP_IN_USE = Rule(
    id="security-group-in-use-destroyed",
    severity="blocking",
    title="security group destroyed while it is in use",
    consequence=(
        "Terraform destroys its separate rules and then the group before the new one exists, and AWS refuses "
        "that while a network interface uses it (DependencyViolation): the apply fails after minutes, and "
        "clients have no rule meanwhile"
    ),
    instead=(
        "set create_before_destroy on the group, with name_prefix instead of name, in an earlier apply; or "
        "create the new group first, and destroy the old one in a later apply"
    ),
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group",
    find=_group_in_use,
)


def _users(worlds: Worlds) -> Iterator[tuple[Thing, Thing]]:
    """The endpoints, the load balancers of services, and their targets, each with one of its groups."""
    before = worlds.before
    used: list[tuple[Thing, Sequence[Linked]]] = [
        (endpoint, endpoint_groups(before, endpoint)) for endpoint in before.interface_endpoints()
    ]
    for lb, _, target_group in live_target_groups(worlds):
        used.append((lb, groups_of(before, lb, "security_groups")))
        used += [(each.thing or each.by, each.groups or ()) for each in targets_of(before, target_group)]
    for user, groups in used:
        yield from ((user, group) for group in groups if isinstance(group, Thing))


RULES = (
    ENDPOINT_OPENED_TO_EVERYONE,
    ENDPOINT_CLOSED_TO_CLIENTS,
    LOAD_BALANCER_CLOSED_TO_CONSUMERS,
    INLINE_AND_SEPARATE_RULES,
    GROUP_IN_USE,
)
