"""All staged changes of some plans, with their stages."""

from collections.abc import Iterator

from privatelink.changes import (
    balancer_stages,
    existing_subnets,
    kms_keys,
    load_balancers,
    network_stages,
    places,
    private_names,
    regions,
    renamed_keys,
    security_groups,
    services,
    shared_vpcs,
    subnets,
)
from privatelink.changes.plans import Plans, text
from privatelink.changes.staged import APPLIED, LAST, Kind, Stage, Staged, destroy_first


def recognize(plans: Plans) -> list[Staged]:
    """Return the changes that need several applies."""
    return [
        *_networks(plans),
        *_existing_subnets(plans),
        *_load_balancers(plans),
        *_services(plans),
        *_regions(plans),
        *_renamed_keys(plans),
        *_shared_vpcs(plans),
        *_kms_keys(plans),
        *_private_names(plans),
        *_security_groups(plans),
    ]


def _networks(plans: Plans) -> Iterator[Staged]:
    for network in subnets.find(plans):
        first = network.first
        zones = ", ".join(
            places.zone(subnet) for subnet in network.subnets if subnet.destroyed or subnet.replaced
        )
        change = f"subnets of {zones} are deleted or replaced"
        if network.kind is subnets.ZONE_FORM:
            change = f"zones {zones} are written in another form"
        path = places.side(network.stack)
        stages = network_stages.stages(network, path) if path else _instead(network.kind)
        yield Staged(network.stack, first.address, change, network.kind, stages)


def _existing_subnets(plans: Plans) -> Iterator[Staged]:
    for moved in existing_subnets.find(plans):
        endpoint = moved.endpoint
        change = f"{endpoint.address} gets other subnets in {', '.join(moved.new)}"
        path = places.side(endpoint.stack)
        stages = existing_subnets.stages(moved, path) if path else _instead(subnets.SAME_ZONE)
        yield Staged(endpoint.stack, endpoint.address, change, subnets.SAME_ZONE, stages)


def _load_balancers(plans: Plans) -> Iterator[Staged]:
    for balancer in load_balancers.find(plans):
        resource = balancer.resource
        path = places.side(resource.stack)
        stages = balancer_stages.stages(balancer, path) if path else _instead(balancer.kind)
        change = _of_load_balancer(balancer)
        yield Staged(resource.stack, resource.address, change, balancer.kind, stages)


def _of_load_balancer(balancer: load_balancers.Balancer) -> str:
    resource = balancer.resource
    name = text(resource.before("name"))
    if balancer.kind is load_balancers.SUBNETS:
        return f"load balancer {name} loses a subnet"
    if balancer.kind is load_balancers.ADDRESSES:
        return f"load balancer {name} gets another address in a zone"
    if resource.destroyed:
        return f"load balancer {name} is deleted"
    attributes = ", ".join(dict.fromkeys(resource.replaced_by))
    return f"load balancer {name} is replaced{f' because of {attributes}' if attributes else ''}"


def _services(plans: Plans) -> Iterator[Staged]:
    for service in services.find(plans):
        resource = service.resource
        consumers = sorted({endpoint.stack for endpoint in service.endpoints})
        change = f"the endpoint service {text(resource.before('service_name'))} is deleted"
        destroy = ("privatelink synth", f"privatelink destroy {' '.join(consumers)}")
        stages = (Stage((APPLIED,), destroy), LAST)
        yield Staged(resource.stack, resource.address, change, services.CONNECTED, stages)


def _regions(plans: Plans) -> Iterator[Staged]:
    for moved in regions.find(plans):
        change = f"the Region changes from {moved.old} to {moved.new}"
        # Consumers depend on a service.
        names = "" if services.offers(plans, moved.stack) else f" {moved.stack}"
        stages = (Stage((APPLIED,), ("privatelink synth", f"privatelink destroy{names}")), LAST)
        yield Staged(moved.stack, moved.resource.address, change, regions.FORGOTTEN, stages)


def _renamed_keys(plans: Plans) -> Iterator[Staged]:
    for renamed in renamed_keys.find(plans):
        old = renamed.old
        change = f"{old.address} becomes {renamed.new.address}"
        yield Staged(old.stack, old.address, change, renamed_keys.SAME, renamed_keys.STAGES)


def _shared_vpcs(plans: Plans) -> Iterator[Staged]:
    for moved in shared_vpcs.find(plans):
        association, authorization = moved.association, moved.authorization
        vpc = text(association.before("vpc_id"))
        whose = "one of another account" if authorization.created else "one of the hosted zone's account"
        former = [association.address, *([] if authorization.created else [authorization.address])]
        stages = (destroy_first(association.stack, former), LAST)
        change = f"{association.address} changes from {vpc} to {whose}"
        yield Staged(association.stack, association.address, change, shared_vpcs.ACCOUNT, stages)


def _kms_keys(plans: Plans) -> Iterator[Staged]:
    for deleted in kms_keys.find(plans):
        key, instances = deleted.key, ", ".join(each.address for each in deleted.instances)
        change = f"{key.address} is deleted, and encrypts volumes of {instances}"
        yield Staged(key.stack, key.address, change, kms_keys.IN_USE, kms_keys.stages(deleted))


def _private_names(plans: Plans) -> Iterator[Staged]:
    for name in private_names.find(plans):
        new, kind = name.new, private_names.MOVED
        change = f"{name.domain} moves from {name.former.address} to {new.address}"
        yield Staged(new.stack, new.address, change, kind, private_names.stages(name) or _instead(kind))


def _security_groups(plans: Plans) -> Iterator[Staged]:
    for group in security_groups.find(plans):
        first = group.rules[0]
        change = f"security group {group.id} has {group.most} rules while its rules change"
        path = places.side(first.stack)
        stages = security_groups.STAGES if path else _instead(security_groups.QUOTA)
        yield Staged(first.stack, first.address, change, security_groups.QUOTA, stages)


def _instead(kind: Kind) -> tuple[Stage, ...]:
    """Return the stages of a stack that no topology file describes."""
    return (Stage((kind.instead,)),)
