"""All kinds of change that need several applies."""

from privatelink.changes import (
    kms_keys,
    load_balancers,
    private_names,
    regions,
    renamed_keys,
    security_groups,
    services,
    shared_vpcs,
    subnets,
    unplannable,
)
from privatelink.changes.staged import Kind

KINDS: tuple[Kind, ...] = (
    *subnets.KINDS,
    *load_balancers.KINDS,
    *services.KINDS,
    *regions.KINDS,
    *renamed_keys.KINDS,
    *shared_vpcs.KINDS,
    *kms_keys.KINDS,
    *private_names.KINDS,
    *security_groups.KINDS,
    *unplannable.KINDS,
)
