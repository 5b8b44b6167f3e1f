"""The stages of a change of a load balancer that an endpoint service uses, as edits of the topology file.

The load balancer stays until another one, or another service, has taken its place. `renamed_from` keeps the
existing resources where a field without keys becomes one with keys.
"""

from collections.abc import Sequence

from privatelink.changes import places
from privatelink.changes.load_balancers import IN_USE, SAME_NAME, SUBNETS, Balancer
from privatelink.changes.plans import Resource
from privatelink.changes.staged import APPLIED, AS_IT_IS, LAST, Stage
from privatelink.facts import DEFAULT_TCP_IDLE_TIMEOUT_SECONDS

_FIRST, _SECOND = "first", "second"
_ENDED = f"wait until no connection uses it: connections end after {DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} s idle"


def stages(balancer: Balancer, path: str) -> tuple[Stage, ...]:
    """Return the stages of a change.

    Arguments:
        balancer: the load balancer.
        path: path of the service in the topology file.
    """
    if balancer.kind is SUBNETS:
        return _second_service(path, balancer.endpoints)
    if balancer.kind is IN_USE:
        return _state_first(balancer.resource)
    if balancer.kind is SAME_NAME:
        return _renamed(path, places.load_balancer_key(balancer.resource))
    return _second_load_balancer(path, places.load_balancer_key(balancer.resource))


def _renamed(path: str, key: str) -> tuple[Stage, ...]:
    new = f"{path}.load_balancers.<its new key>"
    return (Stage((f"{new}.renamed_from: {key or 'load_balancer'}", AS_IT_IS)),)


def _second_load_balancer(path: str, key: str) -> tuple[Stage, ...]:
    old = f"{path}.load_balancers.{key or _FIRST}"
    new = f"{path}.load_balancers.{f'{key}-2' if key else _SECOND}"
    kept = (
        f"{old}: the load balancer as it is applied"
        if key
        else f"{old}: the settings of {path}.load_balancer as applied, and renamed_from: load_balancer"
    )
    return (
        Stage(
            (kept, f"{new}: the settings as the file has them now; if it has a name, another one than {old}")
        ),
        Stage((_ENDED, f"{old}: remove it")),
    )


def _second_service(path: str, endpoints: Sequence[Resource]) -> tuple[Stage, ...]:
    _, _, key = path.partition(".")
    old, new = (key, f"{key}-2") if key else (_FIRST, _SECOND)
    kept = (
        f"services.{old}: the service as it is applied"
        if key
        else f"services.{old}: the settings of service as applied, and renamed_from: service"
    )
    consumers = sorted({found for each in endpoints if (found := places.side(each.stack))})
    all_of_them = consumers or ["the consumers, in their files"]
    served = [] if key else [f"{consumer}.service: {old}" for consumer in consumers]
    added = [f"{each}.endpoints.{new}: a second endpoint, with service: {new}" for each in all_of_them]
    return (
        Stage((kept, f"services.{new}: the service as the file has it now", *served)),
        Stage(tuple(added)),
        Stage(
            (
                "have all clients use the DNS names of the new endpoints, and accept these if the service "
                "requires acceptance",
                *(f"{consumer}.service and {consumer}.endpoint: remove them" for consumer in all_of_them),
            )
        ),
        Stage(
            (f"services.{old}: remove it",),
            ("privatelink synth", "privatelink destroy --removed"),
        ),
    )


def _state_first(resource: Resource) -> tuple[Stage, ...]:
    """Return stages of which the first one writes the state: Terraform does it also without a change."""
    folder = f"cdktf.out/stacks/{resource.stack}"
    return (
        Stage(
            (APPLIED,),
            ("privatelink synth", f"terraform -chdir={folder} apply -refresh-only"),
        ),
        LAST,
    )
