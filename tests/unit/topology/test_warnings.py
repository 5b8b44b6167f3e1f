"""Warnings: which topology has which, how they are shown, and how they are silenced."""

import copy
from typing import get_args

import pytest

from privatelink.topology.file import TopologyError, parse
from privatelink.topology.model import Topology
from privatelink.topology.warnings import RULES, WarningId, line_of
from tests.support.consumer_side import S3, endpoints
from tests.support.provider_side import ADDRESSES, CERTIFICATE, EXISTING, listener, targets, with_service
from tests.support.rules import breaks, keeps
from tests.support.topology_strategies import ZONES, both_sides
from tests.support.two_accounts import two_accounts
from tests.support.written import written

IDS = get_args(WarningId)
ENFORCED = {"enforce_private_link_ingress": True}
S3_STATE = {"bucket": "acme-states", "region": "ap-northeast-2"}


def in_one_zone(**fields):
    topology = both_sides() | fields
    for network in (topology["service"]["network"], topology["consumers"]["client"]["network"]):
        network["zones"] = ZONES[:1]
    return topology


def without_consumers(**service):
    topology = with_service(**service)
    del topology["consumers"]
    return topology


def from_an_existing_vpc():
    topology = with_service(load_balancer={**ENFORCED, "allow_from": ["10.0.0.0/8"]})
    topology["consumers"]["client"]["network"] = copy.deepcopy(EXISTING)
    return topology


def with_endpoints(number):
    """A consumer with this number of endpoints."""
    return endpoints(**{f"s{index}": {"service_name": S3} for index in range(number - 1)})


def with_private_probe(topology):
    topology["consumers"]["client"]["probe"] = {"public_address": False}
    return topology


def in_one_vpc(number):
    """This number of consumers in one VPC, with an endpoint each."""
    topology = both_sides()
    topology["consumers"] = {f"c{index}": {"network": copy.deepcopy(EXISTING)} for index in range(number)}
    return topology


def with_targets(number, ports, **balancer):
    """A service with this number of addresses as targets, and a listener on each of the ports."""
    addresses = {f"t{index}": f"172.16.{index // 250}.{index % 250 + 1}" for index in range(number)}
    topology = targets(
        addresses=addresses,
        security_group_id="sg-0a1b2c3d4e5f60001",
        listeners=[{"port": port} for port in ports],
    )
    topology["service"]["load_balancer"] = balancer
    return topology


def halves(number, ports):
    """The same, whose listeners have the first and the second half of the targets in turn."""
    topology = with_targets(number, ports)
    keys = [*topology["service"]["targets"]["addresses"]]
    for place, each in enumerate(topology["service"]["listeners"]):
        each["targets"] = keys[: number // 2] if place % 2 else keys[number // 2 :]
    return topology


def scaled(most, ports):
    """A service with up to this number of instances in each zone."""
    scaling = {"text": "x", "auto_scaling": {"min": 1, "max": most}}
    return with_service(backends=scaling, listeners=[{"port": port} for port in ports])


def to_an_alb(ports, *, cross_zone):
    """A service with an Application Load Balancer as target."""
    arn = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/50dc6c495c0c9188"
    topology = targets(
        network=EXISTING, application_load_balancer=arn, listeners=[{"port": port} for port in ports]
    )
    topology["service"]["load_balancer"] = {"cross_zone": cross_zone}
    return topology


def logging(**listener_fields):
    topology = listener(**listener_fields)
    topology["service"]["load_balancer"] = {"access_logs": {"expire_days": 1}}
    return topology


def private_dns(**fields):
    return with_service(private_dns={"name": "api.example.com", **fields})


def notifying(region):
    """A service that notifies a topic of this Region."""
    return with_service(notifications={"topic_arn": f"arn:aws:sns:{region}:123456789012:connections"})


def warnings(topology):
    return Topology.model_validate(topology).warnings


# The topology, the warning, its field, what it has to name.
WARNED = {
    "a topic in another Region": (
        notifying("us-east-1"),
        "notification-topic-region",
        "service.notifications.topic_arn",
        "than the service, ap-northeast-2",
    ),
    "a global service without its Region": (
        endpoints(iam={"service_name": "com.amazonaws.iam"}),
        "service-region-unknown",
        "consumers.client.endpoints.iam.service_name",
        "ap-northeast-2",
        "`service_region: us-east-1`",
    ),
    "tags alike, without a role": (
        both_sides() | {"tags": {"name": "x"}},
        "tag-keys-alike",
        "tags.name",
        "Name",
    ),
    "a target of no listener": (
        targets(
            addresses=ADDRESSES | {"three": "10.10.0.9"},
            security_group_id="sg-0a1b2c3d4e5f60001",
            listeners=[{"port": 53, "targets": [*ADDRESSES]}],
        ),
        "target-unused",
        "service.targets.addresses.three",
        "target of no listener",
    ),
    "targets registered elsewhere": (
        targets(registered_elsewhere={"type": "ip"}, security_group_id="sg-0a1b2c3d4e5f60001"),
        "target-zones-unknown",
        "service.targets.registered_elsewhere",
        "register a target in each zone",
        "`load_balancer.cross_zone: true`",
    ),
    "instances of Auto Scaling groups": (
        targets(EXISTING, auto_scaling_groups={"web": "web"}, security_group_id="sg-0a1b2c3d4e5f60001"),
        "target-zones-unknown",
        "service.targets.auto_scaling_groups",
        "instances of the Auto Scaling groups may be missing in a zone",
        "have groups span all zones",
        "`load_balancer.cross_zone: true`",
    ),
    "an Auto Scaling group of an unknown security group": (
        with_service(
            network=EXISTING,
            backends=None,
            load_balancer={"cross_zone": True},
            targets={"auto_scaling_groups": {"web": "web"}},
        ),
        "unknown-targets",
        "service.targets",
    ),
    "one zone": (in_one_zone(), "one-zone", "service.network.zones", ZONES[0]),
    "an empty list, enforced": (
        without_consumers(load_balancer=ENFORCED),
        "no-one-admitted",
        "service.load_balancer.allow_from",
        "`enforce_private_link_ingress: true`",
    ),
    "clients in a VPC that exists": (
        from_an_existing_vpc(),
        "unknown-clients",
        "service.load_balancer.allow_from",
        EXISTING["vpc_id"],
        "consumer client",
    ),
    "an idle timeout longer than that of endpoints": (
        listener(idle_timeout_seconds=351),
        "idle-timeout",
        "service.listeners",
        "351 seconds",
        "port 443",
        "350 seconds",
    ),
    "a private DNS name that is not verified": (
        private_dns(),
        "name-not-verified",
        "service.private_dns",
        "api.example.com",
        "`private_dns_record`",
        "`private_dns.record_exists: true`",
    ),
    "targets of an unknown group": (
        targets(addresses=ADDRESSES),
        "unknown-targets",
        "service.targets",
        "`load_balancer_security_group_id`",
    ),
    "logs without TLS": (logging(), "nothing-to-log", "service.load_balancer.access_logs"),
    "51 endpoints": (with_endpoints(51), "endpoint-quota", "consumers.client", "51", "50"),
    "50 endpoints and two of the test instance": (
        with_private_probe(with_endpoints(50)),
        "endpoint-quota",
        "consumers.client",
        "52",
    ),
    "51 consumers in a VPC": (in_one_vpc(51), "endpoint-quota", "consumers.c9", "51"),
    "98 rules of a group": (
        with_service(
            listeners=[{"port": port} for port in range(9000, 9049)],
            load_balancer={"allow_from": ["10.20.0.0/16", "10.40.0.0/16"]},
        ),
        "security-group-rules-merged",
        "service.load_balancer.allow_from",
        "98 rules",
    ),
    "1001 targets": (
        with_targets(1001, [80]),
        "target-quota",
        "service.targets",
        "1001",
        "of a target group",
        "1000",
    ),
    "751 targets of four listeners": (
        with_targets(751, range(80, 84)),
        "target-quota",
        "service.targets",
        "3004",
        "3000",
    ),
    "501 targets, cross-zone": (
        with_targets(501, [80], cross_zone=True),
        "target-quota",
        "service.targets",
        "501",
        "500",
    ),
    "300 instances in a zone, two listeners": (
        scaled(300, [80, 81]),
        "target-quota",
        "service.backends",
        "600",
        "in one zone",
        "500",
    ),
    "an ALB of six listeners, cross-zone": (
        to_an_alb(range(80, 86), cross_zone=True),
        "target-quota",
        "service.targets",
        "600",
        "500",
    ),
    "zone names of two accounts": (
        two_accounts(["ap-northeast-2b"]),
        "zone-names-across-accounts",
        "consumers.client.network.zones",
        "AZ IDs",
    ),
    "state that Terraform does not encrypt": (
        both_sides() | {"backend": {"s3": S3_STATE | {"encrypt": False}}},
        "state-not-encrypted",
        "backend.s3.encrypt",
    ),
    "a silenced warning that does not come up": (
        in_one_zone(silenced={"one-zone": "a trial", "idle-timeout": "long polls"}),
        "nothing-silenced",
        "silenced.idle-timeout",
        "remove the line",
    ),
}


@pytest.mark.parametrize(
    ("topology", "name", "field", "words"),
    [
        pytest.param(topology, name, field, words, id=case, marks=breaks(name))
        for case, (topology, name, field, *words) in WARNED.items()
    ],
)
def test_warned(topology, name, field, words):
    (warning,) = warnings(topology)

    line = line_of(warning)
    assert line.startswith(f"warning: {field}: ")
    assert line.endswith(f"[{name}]")
    for word in words:
        assert word in line


NOT_WARNED = {
    "a topic in the Region of the service": (notifying("ap-northeast-2"), "notification-topic-region"),
    "a topic that Terraform creates": (with_service(notifications={}), "notification-topic-region"),
    "a global service with its Region": (
        endpoints(iam={"service_name": "com.amazonaws.iam", "service_region": "us-east-1"}),
        "service-region-unknown",
    ),
    "tags that differ": (both_sides() | {"tags": {"Name": "x", "team": "y"}}, "tag-keys-alike"),
    "both sides, two zones": (both_sides(), "one-zone", "unknown-targets", "nothing-silenced"),
    "the consumers allowed": (
        with_service(load_balancer={**ENFORCED, "allow_from": ["10.20.0.0/16"]}),
        "no-one-admitted",
        "unknown-clients",
    ),
    "the idle timeout of endpoints": (listener(idle_timeout_seconds=350), "idle-timeout"),
    "a private DNS name with its record": (private_dns(record_exists=True), "name-not-verified"),
    "targets of a known group": (
        targets(addresses=ADDRESSES, security_group_id="sg-0a1b2c3d4e5f60001"),
        "unknown-targets",
    ),
    "targets registered elsewhere, cross-zone": (
        with_service(
            backends=None,
            load_balancer={"cross_zone": True},
            targets={"registered_elsewhere": {"type": "ip"}, "security_group_id": "sg-0a1b2c3d4e5f60001"},
        ),
        "target-zones-unknown",
    ),
    "instances of Auto Scaling groups, cross-zone": (
        with_service(
            network=EXISTING,
            backends=None,
            load_balancer={"cross_zone": True},
            targets={
                "auto_scaling_groups": {f"web-{n}": f"web-{n}" for n in range(1001)},
                "security_group_id": "sg-0a1b2c3d4e5f60001",
            },
        ),
        "target-zones-unknown",
        "target-quota",
    ),
    "targets of some listeners and of all": (
        targets(
            addresses=ADDRESSES,
            security_group_id="sg-0a1b2c3d4e5f60001",
            listeners=[{"port": 53}, {"port": 54, "targets": ["one", "two"]}],
        ),
        "target-unused",
    ),
    "logs of a TLS listener": (logging(protocol="TLS", certificate_arn=CERTIFICATE), "nothing-to-log"),
    "50 endpoints": (with_endpoints(50), "endpoint-quota"),
    "48 rules of a group": (
        with_service(
            listeners=[{"port": port} for port in range(9000, 9024)],
            load_balancer={"allow_from": ["10.20.0.0/16", "10.40.0.0/16"]},
        ),
        "security-group-rules-merged",
    ),
    "1000 targets of three listeners": (with_targets(1000, range(80, 83)), "target-quota"),
    "250 instances in a zone, two listeners": (scaled(250, [80, 81]), "target-quota"),
    "900 targets of four listeners, half of them each": (halves(900, range(80, 84)), "target-quota"),
    "an ALB of five listeners, cross-zone": (to_an_alb(range(80, 85), cross_zone=True), "target-quota"),
    "AZ IDs of two accounts": (
        two_accounts(["apne2-az1"], ["apne2-az1", "apne2-az2"]),
        "zone-names-across-accounts",
    ),
    "state that Terraform encrypts": (both_sides() | {"backend": {"s3": S3_STATE}}, "state-not-encrypted"),
    "silenced, with a reason": (
        in_one_zone(silenced={"one-zone": "a trial, to be removed"}),
        "nothing-silenced",
    ),
}


@pytest.mark.parametrize(
    "topology",
    [pytest.param(topology, id=case, marks=keeps(*names)) for case, (topology, *names) in NOT_WARNED.items()],
)
def test_not_warned(topology):
    assert warnings(topology) == ()


def test_the_ids_that_can_be_silenced_are_those_of_the_rules():
    assert list(IDS) == [rule.id for rule in RULES] == sorted(IDS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_warning_says_what_to_do_and_allows_anything(rule):
    assert (rule.severity, rule.allowed) == ("warning", "")
    assert rule.what
    assert rule.fix


@pytest.mark.parametrize("name", [name for name in IDS if name != "nothing-silenced"])
def test_each_can_be_silenced_by_its_id(name):
    (warning,) = warnings(both_sides() | {"silenced": {name: "a trial"}})

    assert warning.at == ("silenced", name)


@pytest.mark.parametrize(
    ("silenced", "field"),
    [({"one-zones": "x"}, "silenced.one-zones"), ({"one-zone": " "}, "silenced.one-zone")],
)
def test_silence_needs_a_known_warning_and_a_reason(silenced, field):
    with pytest.raises(TopologyError) as caught:
        parse(written(both_sides() | {"silenced": silenced}))

    (problem,) = caught.value.problems
    assert problem.field == field
