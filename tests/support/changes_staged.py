"""The changes that `plan` recognizes and `apply` refuses, and those that make stacks leave the topology.

Each starts from the topology after all its waves.
"""

from collections.abc import Mapping

from tests.support.changes import GONE, Edit, Leaving, Staged, by_field
from tests.support.changes_world import (
    ALLOCATIONS,
    AUTO_SCALING_GROUPS,
    FOREIGN_ROLE,
    FOREIGN_VPCS,
    INSTANCES,
    MY_NETWORK,
    OTHER_SUBNET,
    OWN_NETWORK,
    VPC,
    A,
    B,
    C,
)

NETWORK, LB = "service.network", "service.load_balancer"
OTHER_REGION = "us-west-2"


def _staged(fields: str, kind: str, edit: Edit, note: str = "") -> Staged:
    return Staged(by_field(fields), kind, edit, note)


def _leaving(fields: str, edit: Edit, *stacks: str, goes_on: bool = False, note: str = "") -> Leaving:
    return Leaving(by_field(fields), edit, stacks, goes_on, note)


_SUBNETS, _REPLACED = "load-balancer-subnets", "load-balancer-in-use-replaced"
_ADDRESSES, _SAME = "load-balancer-addresses", "same-under-another-key"
_ACCOUNT, _KEY = "shared-vpc-account", "kms-key-in-use"
_MADE, _OWN, _PUBLIC, _APART = (f"services.{key}" for key in ("made", "own", "public", "apart"))
_IDS = {"apne2-az1": "0", "apne2-az3": "1"}
_WITHOUT_C = {"one": "10.81.0.10"}

STAGED: Mapping[str, tuple[Staged, ...]] = {
    "groups": (
        _staged(
            "service.targets.auto_scaling_groups rename",
            _SAME,
            {
                "services.fleet.targets.auto_scaling_groups.two": GONE,
                "services.fleet.targets.auto_scaling_groups.second": AUTO_SCALING_GROUPS[2],
            },
        ),
    ),
    "stages": (
        _staged(
            f"{NETWORK}.zones remove",
            _SUBNETS,
            {
                f"{_MADE}.network.zones.{C}": GONE,
                f"{_MADE}.targets.addresses": _WITHOUT_C,
                f"consumers.one.network.zones.{C}": GONE,
            },
        ),
        _staged(
            f"{NETWORK}.zones edit",
            _SUBNETS,
            {f"{_MADE}.network.zones.{C}": "10.81.2.0/24", f"{_MADE}.targets.addresses.two": "10.81.2.10"},
        ),
        _staged(
            f"{NETWORK}.zones switch",
            "zone-form",
            {f"{_MADE}.network.zones": {zone: f"10.81.{n}.0/24" for zone, n in _IDS.items()}},
            note="zone name to AZ ID, without `zones_renamed_from`",
        ),
        _staged(
            f"{NETWORK}.cidr edit",
            _SUBNETS,
            {
                f"{_MADE}.network": {"cidr": "10.85.0.0/16", "zones": [A, C]},
                f"{_MADE}.targets.addresses": {"one": "10.85.0.10", "two": "10.85.32.10"},
            },
        ),
        _staged(
            f"{NETWORK} switch",
            _SUBNETS,
            {
                f"{_MADE}.network": OWN_NETWORK,
                f"{_MADE}.targets.addresses": {"one": "10.1.0.10", "two": "10.1.1.10"},
            },
            note="new to existing",
        ),
        _staged(
            f"{NETWORK}.subnet_ids edit",
            _SUBNETS,
            {f"{_OWN}.network.subnet_ids.{A}": OTHER_SUBNET},
        ),
        _staged(f"{NETWORK}.vpc_id edit", _SUBNETS, {f"{_OWN}.network": MY_NETWORK}),
        _staged(
            f"{NETWORK}.subnet_ids remove",
            _SUBNETS,
            {f"{_OWN}.network.subnet_ids.{C}": GONE},
        ),
        _staged(f"{LB}.name add", _REPLACED, {f"{_MADE}.load_balancer": {"name": "stages-new"}}),
        _staged(f"{LB}.name edit", _REPLACED, {f"{_OWN}.load_balancer.name": "stages-new"}),
        _staged(f"{LB}.name remove", _REPLACED, {f"{_OWN}.load_balancer": GONE}),
        _staged(f"{LB}.scheme edit", _REPLACED, {f"{_OWN}.load_balancer.scheme": "internet-facing"}),
        _staged(
            f"{LB}.elastic_ips edit",
            _ADDRESSES,
            {f"{_PUBLIC}.load_balancer.elastic_ips.apne2-az1": ALLOCATIONS[B]},
        ),
        _staged(f"{LB}.elastic_ips remove", _ADDRESSES, {f"{_PUBLIC}.load_balancer.elastic_ips": GONE}),
        _staged(
            f"{LB}.elastic_ips add",
            _REPLACED,
            {
                f"{_OWN}.load_balancer": {
                    "name": "stages-own",
                    "cross_zone": True,
                    "scheme": "internet-facing",
                    "elastic_ips": {A: ALLOCATIONS[B], C: ALLOCATIONS[C]},
                }
            },
        ),
        _staged(
            "service.targets.addresses rename",
            _SAME,
            {f"{_OWN}.targets.addresses.one": GONE, f"{_OWN}.targets.addresses.first": "10.1.0.10"},
        ),
        _staged(
            "service.targets.instances rename",
            _SAME,
            {f"{_PUBLIC}.targets.instances.two": GONE, f"{_PUBLIC}.targets.instances.second": INSTANCES[C]},
        ),
        _staged(
            "service.region edit",
            "region-changed",
            {
                f"{_APART}.region": OTHER_REGION,
                f"{_APART}.network.zones": {
                    f"{OTHER_REGION}a": "10.82.0.0/24",
                    f"{OTHER_REGION}c": "10.82.1.0/24",
                },
            },
        ),
        _staged(
            "consumers.*.region edit",
            "region-changed",
            {
                "consumers.far": {
                    "region": OTHER_REGION,
                    "network": {"cidr": "10.84.0.0/16", "zones": [f"{OTHER_REGION}a", f"{OTHER_REGION}c"]},
                    "endpoints": {"ssm": {"service_name": f"com.amazonaws.{OTHER_REGION}.ssm"}},
                }
            },
        ),
    ),
    "keys": (
        _staged(
            "consumers.*.hosted_zone.shared_with rename",
            _SAME,
            {
                "consumers.shared.hosted_zone.shared_with.y": GONE,
                "consumers.shared.hosted_zone.shared_with.z": {"vpc_id": VPC["y"]},
            },
        ),
        _staged(
            "consumers.*.hosted_zone.shared_with.*.account add",
            _ACCOUNT,
            {
                "consumers.shared.hosted_zone.shared_with.y": {
                    "vpc_id": FOREIGN_VPCS[1],
                    "account": {"role_arn": FOREIGN_ROLE},
                }
            },
            note="with a VPC of the account",
        ),
        _staged(
            "consumers.*.hosted_zone.shared_with.*.account remove",
            _ACCOUNT,
            {"consumers.shared.hosted_zone.shared_with.foreign": {"vpc_id": VPC["z"]}},
            note="with a VPC of the hosted zone's account",
        ),
        _staged("service.kms_key edit", _KEY, {"services.web.kms_key": "aws"}, note="`create` to `aws`"),
        _staged(
            "consumers.*.kms_key edit",
            _KEY,
            {"consumers.private.kms_key": "aws"},
            note="`create` to `aws`",
        ),
        _staged(
            f"{NETWORK}.zones_renamed_from remove",
            "zone-form",
            {"services.web.network.zones_renamed_from": GONE},
            note="the zones stay AZ IDs",
        ),
        _staged(
            f"{NETWORK}.zones_renamed_from edit",
            _SUBNETS,
            {"services.web.network.zones_renamed_from": {"apne2-az1": C, "apne2-az3": A}},
        ),
        _staged(
            f"{NETWORK}.zones_renamed_from switch",
            "zone-form",
            {
                "services.web.network.zones": {A: "10.71.0.0/24", C: "10.71.1.0/24"},
                "services.web.network.zones_renamed_from": {A: "apne2-az1", C: "apne2-az3"},
            },
        ),
        _staged(
            "consumers.*.network.zones_renamed_from remove",
            "zone-form",
            {"consumers.zoned.network.zones_renamed_from": GONE},
            note="the zones stay AZ IDs",
        ),
        _staged(
            "consumers.*.network.zones_renamed_from edit",
            "subnet-overlaps-old",
            {"consumers.zoned.network.zones_renamed_from": {"apne2-az1": C, "apne2-az3": A}},
        ),
        _staged(
            "consumers.*.network.zones_renamed_from switch",
            "zone-form",
            {
                "consumers.zoned.network.zones": {A: "10.73.0.0/24", C: "10.73.1.0/24"},
                "consumers.zoned.network.zones_renamed_from": {A: "apne2-az1", C: "apne2-az3"},
                "consumers.zoned.endpoint.addresses": {A: "10.73.0.100", C: "10.73.1.100"},
            },
        ),
    ),
    "matrix": (
        _staged(
            "service.listeners.*.health_check remove",
            "health-check-to-tcp",
            {"services.web.listeners.1.health_check": GONE},
            note="an HTTP health check",
        ),
        _staged(
            "service.listeners.*.health_check.protocol edit",
            "health-check-to-tcp",
            {"services.web.listeners.1.health_check": {"protocol": "TCP"}},
            note="to TCP",
        ),
    ),
    "small": (
        _staged(
            "consumers.*.network.zones edit",
            "endpoint-subnet-same-zone",
            {"consumers.zones.network.zones": {A: "10.51.93.0/24", C: "10.51.94.0/24"}},
        ),
    ),
}
LEAVING: Mapping[str, tuple[Leaving, ...]] = {
    "keys": (
        _leaving(
            "consumers.*.endpoint.private_dns edit",
            {"consumers.private.endpoint": GONE},
            "keys-private-dns-private",
            goes_on=True,
            note="off",
        ),
        _leaving(
            "services remove",
            {"services.web": GONE, "consumers.private": GONE},
            "keys-provider-web",
            "keys-consumer-private",
        ),
    ),
    "small": (
        _leaving("consumers remove", {"consumers.zones": GONE}, "small-consumer-zones", goes_on=True),
        _leaving(
            "consumers.*.renamed_from remove", {"consumers.newest.renamed_from": GONE}, "small-consumer-new"
        ),
        _leaving(
            "consumers.*.renamed_from edit",
            {"consumers.newest.renamed_from": "other"},
            "small-consumer-new",
        ),
        _leaving("service.renamed_from remove", {"services.one.renamed_from": GONE}, "small-provider"),
        _leaving(
            "service.renamed_from edit",
            {"services.one.renamed_from": "other"},
            "small-provider",
        ),
        _leaving(
            "name edit",
            {"name": "smaller"},
            "small-provider",
            *(f"small-consumer-{key}" for key in ("move", "account", "names", "new")),
            note="every stack",
        ),
    ),
}
