"""The changes that the topology file cannot express."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.changes import GONE, Edit, Kind, by_field
from tests.support.changes_small import SMALL_SERVICE
from tests.support.changes_world import (
    NETWORK,
    OUTSIDE,
    PRIVATE_ZONES,
    ROLES,
    VPC,
    A,
    B,
)

LB, LISTENER, GROUP = "service.load_balancer", "service.listeners.*", "services"
ENDPOINT, ENDPOINTS, ZONE = "consumers.*.endpoint", "consumers.*.endpoints", "consumers.*.hosted_zone"
WEB, FLEET, OWN, EDGE, INST = (f"services.{key}" for key in ("web", "fleet", "own", "edge", "inst"))
ONE, TWO, NAMES, MINE, OUT, ONLY = (
    f"consumers.{key}" for key in ("one", "two", "names", "mine", "out", "only")
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that the file cannot express.

    Arguments:
        changes: kinds of change by the path of the field.
        rule: ID of the rule that refuses it.
        topology: name of the topology.
        part: service or consumer in it.
        edit: the change there.
    """

    changes: Mapping[str, tuple[Kind, ...]]
    rule: str
    topology: str
    part: str
    edit: Edit


def _refused(changes: str, rule: str, topology: str, part: str, edit: Edit) -> Refused:
    return Refused(by_field(changes), rule, topology, part, edit)


REFUSED = (
    _refused("service add", "service-and-services", "matrix", "", {"service": SMALL_SERVICE}),
    _refused("service remove", "service-name-missing", "small", "", {"service": GONE}),
    _refused("service.network add", "existing-load-balancer-settings", "matrix", EDGE, {"network": NETWORK}),
    _refused("service.network remove", "service-network-missing", "matrix", WEB, {"network": GONE}),
    _refused(
        "service.network.cidr add", "network-existing-only", "matrix", OWN, {"network.cidr": "10.1.0.0/16"}
    ),
    _refused("service.network.cidr remove", "network-incomplete", "matrix", WEB, {"network.cidr": GONE}),
    _refused(
        "service.network.vpc_id add", "network-incomplete", "matrix", WEB, {"network.vpc_id": VPC["own"]}
    ),
    _refused("service.network.vpc_id remove", "network-incomplete", "matrix", OWN, {"network.vpc_id": GONE}),
    _refused("service.backends add", "targets-conflict", "matrix", OWN, {"backends": {"text": "a"}}),
    _refused("service.backends remove", "targets-missing", "matrix", WEB, {"backends": GONE}),
    _refused(
        "service.backends.text add", "zone-setting-unknown", "matrix", FLEET, {f"backends.text.{B}": "b"}
    ),
    _refused(
        "service.backends.text remove",
        "zone-setting-missing",
        "matrix",
        FLEET,
        {f"backends.text.{A}": GONE},
    ),
    _refused(
        "service.targets add",
        "targets-conflict",
        "matrix",
        WEB,
        {"targets": {"addresses": {"a": "10.1.0.9"}}},
    ),
    _refused("service.targets remove", "targets-missing", "matrix", OWN, {"targets": GONE}),
    _refused(
        "consumers.*.network.cidr add",
        "network-existing-only",
        "matrix",
        MINE,
        {"network.cidr": "10.1.0.0/16"},
    ),
    _refused("consumers.*.network.cidr remove", "network-incomplete", "matrix", ONE, {"network.cidr": GONE}),
    _refused(
        "consumers.*.network.vpc_id add",
        "network-incomplete",
        "matrix",
        ONE,
        {"network.vpc_id": VPC["mine"]},
    ),
    _refused(
        "consumers.*.network.vpc_id remove", "network-incomplete", "matrix", MINE, {"network.vpc_id": GONE}
    ),
    _refused("consumers.*.service remove", "consumer-service-missing", "matrix", ONE, {"service": GONE}),
    _refused(
        "consumers.*.service_name add",
        "service-name-unused",
        "small",
        "consumers.move",
        {"service_name": OUTSIDE[0]},
    ),
    _refused(
        "consumers.*.service_name remove",
        "service-name-missing",
        "outside",
        "consumers.out",
        {"service_name": GONE},
    ),
    _refused(
        f"{ENDPOINTS}.*.service_name add",
        "endpoint-service",
        "matrix",
        OUT,
        {"endpoints.another": {"service": "own", "service_name": OUTSIDE[0]}},
    ),
    _refused(
        f"{ENDPOINTS}.*.service_name remove",
        "endpoint-service",
        "matrix",
        ONLY,
        {"endpoints.ssm.service_name": GONE},
    ),
    _refused(
        f"{ENDPOINTS}.*.service_region add",
        "endpoint-service-region",
        "matrix",
        ONLY,
        {"endpoints.ssm.service_region": "us-east-1"},
    ),
    _refused(
        f"{ZONE}.name remove", "hosted-zone-new-or-existing", "matrix", NAMES, {"hosted_zone.name": GONE}
    ),
    _refused(
        f"{ZONE}.name add",
        "hosted-zone-new-or-existing",
        "small",
        "consumers.names",
        {
            "endpoint.names": ["q.shop.internal"],
            "hosted_zone": {"zone_id": PRIVATE_ZONES[0], "name": "shop.internal"},
        },
    ),
    _refused(
        f"{ZONE}.zone_id add",
        "hosted-zone-new-or-existing",
        "matrix",
        NAMES,
        {"hosted_zone.zone_id": PRIVATE_ZONES[0]},
    ),
    _refused(
        f"{ZONE}.zone_id remove",
        "hosted-zone-new-or-existing",
        "small",
        "consumers.names",
        {"endpoint.names": ["q.shop.internal"], "hosted_zone": {}},
    ),
    _refused(
        "account.profile add",
        "account-profile-or-role",
        "small",
        "consumers.move",
        {"account": {"role_arn": ROLES[0], "profile": "a"}},
    ),
    _refused("account.profile remove", "account-profile-or-role", "small", "consumers.move", {"account": {}}),
    _refused(
        "account.role_arn add",
        "account-profile-or-role",
        "small",
        "consumers.move",
        {"account": {"profile": "a", "role_arn": ROLES[0]}},
    ),
    _refused(
        "account.role_arn remove", "account-profile-or-role", "small", "consumers.move", {"account": {}}
    ),
)
