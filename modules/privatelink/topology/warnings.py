"""Warnings: what is allowed, but rarely what is wanted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from privatelink.facts import (
    ENDPOINT_IDLE_TIMEOUT_SECONDS,
    MOST_ENDPOINTS,
    MOST_TARGETS,
    MOST_TARGETS_OF_A_GROUP,
    MOST_TARGETS_OF_A_ZONE,
    RULES_OF_A_SECURITY_GROUP,
    WEIGHT_OF_AN_ALB,
    WEIGHT_OF_AN_ALB_CROSS_ZONE,
)
from privatelink.rule import YAML, Broken, Rule, Setting
from privatelink.topology.part import same_account
from privatelink.topology.resolved import Consumer, LoadBalancer, Service, Topology
from privatelink.topology.rules.quotas import groups_of
from privatelink.topology.types.arns import region_in
from privatelink.topology.types.regions import partition_of
from privatelink.topology.types.service_domains import is_global_service
from privatelink.topology.types.tags import alike
from privatelink.topology.types.zones import is_zone_id

WarningId = Literal[
    "endpoint-quota",
    "idle-timeout",
    "name-not-verified",
    "no-one-admitted",
    "nothing-silenced",
    "nothing-to-log",
    "notification-topic-region",
    "one-zone",
    "security-group-rules-merged",
    "service-region-unknown",
    "state-not-encrypted",
    "tag-keys-alike",
    "target-quota",
    "target-unused",
    "target-zones-unknown",
    "unknown-clients",
    "unknown-targets",
    "zone-names-across-accounts",
]

_SILENCE = "add the warning to {.silenced}, with the reason"
_SECURITY_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html"
)


def _warning(name: WarningId, *, what: str, fix: str, why: str, page: str) -> Rule:
    return Rule(name, what=what, allowed="", fix=fix, why=why, page=page, severity="warning")


QUOTA = _warning(
    "endpoint-quota",
    what=f"{{number}} interface endpoints in one VPC: more than the default quota, {MOST_ENDPOINTS}",
    fix=f"ask AWS for a higher quota, then {_SILENCE}",
    why=f"By default AWS allows {MOST_ENDPOINTS} interface endpoints in a VPC, and refuses one more.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html",
)
IDLE_TIMEOUT = _warning(
    "idle-timeout",
    what="idle timeout of {seconds} seconds on port {port}, but "
    f"{ENDPOINT_IDLE_TIMEOUT_SECONDS} seconds at endpoints",
    fix=f"lower it to {ENDPOINT_IDLE_TIMEOUT_SECONDS}; if it is meant for direct clients, {_SILENCE}",
    why="The idle timeout of an interface endpoint is fixed, whatever that of the load balancer is.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html",
)
NAME_NOT_VERIFIED = _warning(
    "name-not-verified",
    what="the private DNS name {name} is not verified, so consumers cannot use it yet",
    fix="create the TXT record from output `private_dns_record`, then set {.private_dns.record_exists=true}",
    why="AWS verifies that you own the domain by a TXT record, and refuses private DNS at endpoints until "
    "then.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
)
NO_ONE_ALLOWED = _warning(
    "no-one-admitted",
    what="the load balancer refuses all traffic: {.allow_from} is empty and "
    "{.enforce_private_link_ingress=true}",
    fix="add the CIDRs of the consumers, or set {.enforce_private_link_ingress=false}",
    why="The inbound rules then apply to PrivateLink traffic as well, and there is none.",
    page=_SECURITY_GROUPS,
)
NOT_SILENCED = _warning(
    "nothing-silenced",
    what="this topology does not have the silenced warning",
    fix="remove the line",
    why="A line left behind would hide the warning when it comes up again, perhaps for another reason.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/what-is-privatelink.html",
)
NOTHING_LOGGED = _warning(
    "nothing-to-log",
    what="access logs of a load balancer without a TLS listener",
    fix="remove {.access_logs}, or add a TLS listener",
    why="A Network Load Balancer logs TLS requests only; without a TLS listener no log is created.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
)
NOTIFICATION_TOPIC = _warning(
    "notification-topic-region",
    what="SNS topic in another Region than the service, {region}",
    fix=f"use a topic in {{region}}; if AWS notifies this one, {_SILENCE}",
    why="An endpoint service belongs to a Region. AWS documents connection notifications with a topic of the "
    "same Region, and does not say that another one is notified.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html",
)
ONE_ZONE = _warning(
    "one-zone",
    what="one zone, {zone}: the service fails when the zone fails",
    fix=f"add a second zone; if one is enough, {_SILENCE}",
    why="AWS recommends at least two Availability Zones for a load balancer and for an endpoint service.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
    "#availability-zones",
)
RULES_MERGED = _warning(
    "security-group-rules-merged",
    what="{number} rules of the security group of {group} are merged: adjacent ports into ranges, adjacent "
    "CIDRs into larger ones",
    fix=f"write adjacent ports as ranges and adjacent CIDRs as larger ones, or {_SILENCE}",
    why=f"AWS allows {RULES_OF_A_SECURITY_GROUP} rules by default; the merged rules allow the same traffic. "
    "Separate rules are merged before they reach the quota, as Terraform creates new rules before it deletes "
    "former ones.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups",
)
SERVICE_REGION_UNKNOWN = _warning(
    "service-region-unknown",
    what="the name of the AWS service has no Region, so the endpoint expects it in {region}",
    fix=f"set {{other}} if the service is there; if it is in {{region}}, {_SILENCE}",
    why="AWS offers its global services, such as IAM, in one Region of a partition; endpoints in other "
    "Regions have to name it.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
)
STATE_NOT_ENCRYPTED = _warning(
    "state-not-encrypted",
    what="Terraform does not request encryption of the state",
    fix=f"remove the line; if the bucket encrypts with the right key, {_SILENCE}",
    why="A state contains the settings of every resource. Without a request, the default encryption of the "
    "bucket applies, usually with Amazon S3 managed keys.",
    page="https://developer.hashicorp.com/terraform/language/backend/s3",
)
TAG_KEYS_ALIKE = _warning(
    "tag-keys-alike",
    what="the tag key differs from {other} by case only",
    fix=f"remove it, or choose another key; if both are meant, {_SILENCE}",
    why="AWS keeps both tags of most resources, but IAM refuses them on a role, and reports that ignore case "
    "mix them up. Name and Topology are added to every resource.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating",
)
TARGET_QUOTA = _warning(
    "target-quota",
    what="{number} targets {of}: more than the default quota, {most}",
    fix=f"have fewer targets or listeners, or ask AWS for a higher quota, then {_SILENCE}",
    why="A target counts once for each listener, as each listener has a target group. An Application Load "
    "Balancer counts as 50 targets, and as 100 with cross-zone load balancing.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html",
)
TARGET_UNUSED = _warning(
    "target-unused",
    what="target of no listener",
    fix=f"add the key to {{.targets}} of a listener, or remove the target; if it is for later, {_SILENCE}",
    why="Each listener selects its targets, and none selects this one, so it is not registered.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html"
    "#registered-targets",
)
TARGET_ZONES = _warning(
    "target-zones-unknown",
    what="{targets} may be missing in a zone",
    fix=f"{{register}}, or set {{.load_balancer.cross_zone=true}}; if each zone has one, {_SILENCE}",
    why="Without cross-zone load balancing, each zone forwards to the targets of that zone only. What "
    "registers them is not in the topology; `privatelink verify` shows the registered targets.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
    "#availability-zones",
)
_OF_ZONES: Mapping[str, tuple[str, str]] = {
    "registered_elsewhere": ("targets that are registered elsewhere", "register a target in each zone"),
    "auto_scaling_groups": (
        "instances of the Auto Scaling groups",
        "have groups span all zones, with an instance in each",
    ),
}
"""The targets, and what to do, by the field with targets that come and go."""
UNKNOWN_CLIENTS = _warning(
    "unknown-clients",
    what="whether {.allow_from} covers {vpc}, the VPC of consumer {consumer}, is not known",
    fix=f"check that it covers the CIDR of the VPC, then {_SILENCE}",
    why="Where the load balancer's inbound rules apply to PrivateLink traffic, they must allow the private "
    "addresses of the consumers. The CIDR of an existing VPC is not in the topology.",
    page=_SECURITY_GROUPS,
)
UNKNOWN_TARGETS = _warning(
    "unknown-targets",
    what="targets with an unknown security group, which may not allow the load balancer",
    fix="set {.targets.security_group_id}; or allow the security group from output "
    f"`load_balancer_security_group_id` there, then {_SILENCE}",
    why="Targets must allow the load balancer on the ports of traffic and of health checks.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html"
    "#target-security-groups",
)
ZONE_NAMES = _warning(
    "zone-names-across-accounts",
    what="zone names of two accounts cannot be compared",
    fix="write AZ IDs, such as apne2-az1, at the service and at the consumer",
    why="AWS maps zone names to zones separately for each account; AZ IDs are the same in all accounts.",
    page="https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html",
)
RULES = (
    QUOTA,
    IDLE_TIMEOUT,
    NAME_NOT_VERIFIED,
    NO_ONE_ALLOWED,
    NOT_SILENCED,
    NOTHING_LOGGED,
    NOTIFICATION_TOPIC,
    ONE_ZONE,
    RULES_MERGED,
    SERVICE_REGION_UNKNOWN,
    STATE_NOT_ENCRYPTED,
    TAG_KEYS_ALIKE,
    TARGET_QUOTA,
    TARGET_UNUSED,
    TARGET_ZONES,
    UNKNOWN_CLIENTS,
    UNKNOWN_TARGETS,
    ZONE_NAMES,
)


def field_of(warning: Broken) -> str:
    """Return the field that a warning is about."""
    return ".".join(map(str, warning.at))


def line_of(warning: Broken) -> str:
    """Return a warning as one line: the field, what, the fix, and the id."""
    message = warning.message(YAML)
    return f"warning: {field_of(warning)}: {message.what}; {message.fix} [{message.rule}]"


def warnings_of(topology: Topology) -> Iterator[Broken]:
    """Report what is rarely wanted in a topology without errors."""
    backend = topology.backend
    if backend and backend.s3 and not backend.s3.encrypt:
        yield STATE_NOT_ENCRYPTED.broken(at=("backend", "s3", "encrypt"))
    for service in topology.services:
        clients = topology.clients_of(service)
        yield from _of_service(service)
        yield from _over_target_quota(service)
        for balancer in service.load_balancers:
            yield from _of_load_balancer(service, clients, balancer)
        for consumer in clients:
            if _zone_names_differ(service, consumer):
                network = consumer.settings.network
                yield ZONE_NAMES.broken(at=(*consumer.place, "network", network.zones_field))
    for consumer in topology.consumers:
        yield from _of_global_services(consumer)
    if not topology.creates_roles:  # with a role, this is an error
        for key, other in alike(topology.tags):
            yield TAG_KEYS_ALIKE.broken(at=("tags", key), other=other)
    yield from _over_quota(topology.consumers)
    for group in groups_of(topology):
        if group.rules.applied() != group.rules:
            yield RULES_MERGED.broken(at=group.at, number=group.rules.number, group=group.name)


def not_silenced(silenced: Mapping[WarningId, str], found: tuple[Broken, ...]) -> Iterator[Broken]:
    """Report the silenced warnings that a topology does not have."""
    ids = {warning.rule.id for warning in found}
    for name in sorted(silenced.keys() - ids):
        yield NOT_SILENCED.broken(at=("silenced", name))


def _of_service(service: Service) -> Iterator[Broken]:
    settings = service.settings
    network = settings.network
    if network and len(network.zones) == 1:
        yield ONE_ZONE.broken(at=(*service.place, "network", network.zones_field), zone=network.zones[0])
    if settings.private_dns and not settings.private_dns.verified:
        yield NAME_NOT_VERIFIED.broken(at=(*service.place, "private_dns"), name=settings.private_dns.name)
    if settings.targets:
        used = {key for listener in settings.listeners for key in settings.targets.keys_of(listener)}
        for key in settings.targets.ids:
            if key not in used:
                yield TARGET_UNUSED.broken(at=(*service.place, "targets", settings.targets.form, key))
    crosses = all(balancer.settings.cross_zone for balancer in service.load_balancers)
    if settings.targets and settings.targets.come_and_go and not crosses:
        form = settings.targets.form
        texts = _OF_ZONES[form]
        yield TARGET_ZONES.broken(at=(*service.place, "targets", form), targets=texts[0], register=texts[1])
    if settings.targets and settings.targets.are_allowed_elsewhere:
        yield UNKNOWN_TARGETS.broken(at=(*service.place, "targets"))
    topic = settings.notifications.topic_arn if settings.notifications else None
    if topic and region_in(topic) != settings.region:
        yield NOTIFICATION_TOPIC.broken(
            at=(*service.place, "notifications", "topic_arn"), region=settings.region
        )
    for listener in settings.listeners:
        seconds = listener.idle_timeout_seconds
        if seconds > ENDPOINT_IDLE_TIMEOUT_SECONDS:
            yield IDLE_TIMEOUT.broken(at=(*service.place, "listeners"), seconds=seconds, port=listener.port)


def _of_global_services(consumer: Consumer) -> Iterator[Broken]:
    usual = partition_of(consumer.region).global_region
    for endpoint in consumer.endpoints:
        is_global = isinstance(endpoint.service, str) and is_global_service(endpoint.service)
        if is_global and endpoint.service_region is None and consumer.region != usual:
            at = (*consumer.place, *endpoint.place, "service_name")
            other = Setting("service_region", usual)
            yield SERVICE_REGION_UNKNOWN.broken(at=at, region=consumer.region, other=other)


def _of_load_balancer(
    service: Service, clients: Iterable[Consumer], balancer: LoadBalancer
) -> Iterator[Broken]:
    at, settings = (*service.place, *balancer.place), balancer.settings
    if settings.enforce_private_link_ingress and not settings.allow_from:
        yield NO_ONE_ALLOWED.broken(at=(*at, "allow_from"))
    elif settings.enforce_private_link_ingress:
        for consumer in clients:
            if vpc := consumer.settings.network.vpc_id:
                yield UNKNOWN_CLIENTS.broken(at=(*at, "allow_from"), vpc=vpc, consumer=consumer.key)
    listeners = service.settings.listeners
    if settings.access_logs and not any(listener.protocol == "TLS" for listener in listeners):
        yield NOTHING_LOGGED.broken(at=(*at, "access_logs"))


def _zone_names_differ(service: Service, consumer: Consumer) -> bool:
    if not service.settings.zones or service.settings.region != consumer.region:
        return False
    names = not is_zone_id(service.settings.zones[0]) and not consumer.settings.network.by_zone_id
    return names and not same_account(service.settings.account, consumer.settings.account)


def _over_quota(consumers: Iterable[Consumer]) -> Iterator[Broken]:
    in_one_vpc: dict[str, list[Consumer]] = {}
    for consumer in consumers:
        in_one_vpc.setdefault(consumer.settings.network.vpc_id or consumer.key, []).append(consumer)
    for neighbours in in_one_vpc.values():
        number = sum(len(consumer.endpoints) + len(consumer.probe_endpoints) for consumer in neighbours)
        if number > MOST_ENDPOINTS:
            yield QUOTA.broken(at=neighbours[-1].place, number=number)


def _over_target_quota(service: Service) -> Iterator[Broken]:
    settings = service.settings
    if not service.load_balancers:
        return
    cross_zone = any(balancer.settings.cross_zone for balancer in service.load_balancers)
    weight = 1
    if settings.targets:
        at, in_a_zone = "targets", 0
        numbers = [len(settings.targets.keys_of(listener)) for listener in settings.listeners]
        if settings.targets.come_and_go:  # their number is unknown
            numbers = [0] * len(settings.listeners)
        if settings.targets.kind == "alb":
            weight = WEIGHT_OF_AN_ALB_CROSS_ZONE if cross_zone else WEIGHT_OF_AN_ALB
    else:
        scaling = settings.backends.auto_scaling if settings.backends else None
        at, in_a_zone = "backends", scaling.max if scaling else 1
        numbers = [in_a_zone * len(settings.zones)] * len(settings.listeners)
    for found, of, most in (
        (max(numbers), "of a target group", MOST_TARGETS_OF_A_GROUP),
        (in_a_zone * len(numbers), "of a load balancer in one zone", MOST_TARGETS_OF_A_ZONE),
        (
            sum(numbers) * weight,
            "of a load balancer" + (" with cross-zone load balancing" if cross_zone else ""),
            MOST_TARGETS_OF_A_ZONE if cross_zone else MOST_TARGETS,
        ),
    ):
        if found > most:
            yield TARGET_QUOTA.broken(at=(*service.place, at), number=found, of=of, most=most)
