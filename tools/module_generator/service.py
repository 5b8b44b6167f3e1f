"""The inputs of an endpoint service, its load balancer and its targets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field as ModelField

from privatelink.facts import (
    CROSS_REGION_ZONES,
    DATAGRAMS,
    DEFAULT_TCP_IDLE_TIMEOUT_SECONDS,
    EVERYONE,
    LONGEST_LOAD_BALANCER_NAME,
    RULES_OF_A_SECURITY_GROUP,
)
from privatelink.rule import Field, Rule, Setting
from privatelink.topology.rules.between import DEFAULT_NAME
from privatelink.topology.rules.listener import (
    CERTIFICATE_MISSING,
    CHECK_TIMEOUT,
    DEFAULT_SSL_POLICY,
    HTTP_CHECK_ONLY,
    IDLE_TIMEOUT_OF_TCP,
    TLS_ONLY,
)
from privatelink.topology.rules.load_balancer import (
    ELASTIC_IP_TWICE,
    ELASTIC_IPS_INTERNAL,
    AccessLogs,
    LoadBalancer,
)
from privatelink.topology.rules.private_dns import RECORD_EXISTS, PrivateDns
from privatelink.topology.rules.quotas import FEWER_CIDRS, FEWER_TARGETS, GROUP_RULES
from privatelink.topology.rules.service import (
    CROSS_REGION_ONE_ZONE,
    IPV6_PROTOCOL,
    LISTENER_PORT_TWICE,
    PUBLIC,
    ZONE_SETTING_MISSING,
    ZONE_SETTING_UNKNOWN,
    Service,
)
from privatelink.topology.rules.targets import (
    ALB_HEALTH_CHECK,
    ALB_PROTOCOL,
    ALB_PROXY_PROTOCOL,
    FORMS,
    LISTENER_TARGET,
    LISTENER_TARGETS,
    ONE_TYPE,
    RegisteredElsewhere,
    Targets,
)
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.arns import PrincipalOrAccountId
from privatelink.topology.types.buckets import BucketName
from privatelink.topology.types.cidrs import Cidr
from privatelink.topology.types.lists import each_once
from tools.module_generator.conditions import condition
from tools.module_generator.inputs import (
    Changes,
    Place,
    Validation,
    Variable,
    default_of,
    described,
    good,
    kind_of,
    of_field,
    validations_of,
    variable_of,
)
from tools.module_generator.network import EXISTING_NETWORK, NAME, RULES_QUOTA, TAGS, ZONES, own_rule

_CERTIFICATE = "arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c3d"
_ALB = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/shop/0a1b2c3d4e5f6000"
_ALLOCATION = "eipalloc-0a1b2c3d4e5f6000a"


def _group_rules(number: str, group: str, fewer: str, **bad: Any) -> Validation:  # noqa: ANN401
    """Return the rule that a security group has no more rules than its quota.

    Arguments:
        number: how many it has, as an expression.
        group: whose it is.
        fewer: how to have fewer.
        bad: inputs with too many.
    """
    broken = GROUP_RULES.broken(
        given="", number=f"${{{number}}}", group=group, most=f"${{var.{RULES_QUOTA.name}}}", fewer=fewer
    )
    return own_rule(f"{number} <= var.{RULES_QUOTA.name}", broken, **bad)


_PROTOCOLS = 'lookup({ UDP = ["udp"], TCP_UDP = ["tcp", "udp"] }, listener.protocol, ["tcp"])'

# ---- targets

# Terraform always knows whether an object is given. Of an ID it does not know that, if the ID is that of a
# resource of the same plan.
_IN_AN_OBJECT = {"application_load_balancer": "arn", "security_group_id": "id"}
_FIELDS = (*FORMS, "security_group_id")


def _target_rules(field: str) -> list[Validation]:
    kind, name = kind_of(Targets.model_fields[field]), field.removesuffix("_id")
    inside = _IN_AN_OBJECT.get(field)
    optional = inside is not None or default_of(Targets.model_fields[field]) is None
    place = Place("var.targets", lambda bad: {"targets": bad}).attribute(name, optional=optional)
    return [*validations_of(kind, place.attribute(inside) if inside else place)]


def _target_description(field: str) -> str:
    inside = _IN_AN_OBJECT.get(field)
    form = f', as {{ {inside} = "..." }}' if inside else ""
    lines = [f"- {field.removesuffix('_id')}{form}: {Targets.model_fields[field].description}"]
    if field == "registered_elsewhere":
        lines.append(described(RegisteredElsewhere, path="registered_elsewhere."))
    return "\n".join(lines)


_TARGETS = Variable(
    "targets",
    """object({
instances = optional(map(string), {})
addresses = optional(map(string), {})
auto_scaling_groups = optional(map(string), {})
application_load_balancer = optional(object({ arn = string }))
registered_elsewhere = optional(object({ type = string }))
security_group = optional(object({ id = string }))
})""",
    "\n".join(["Targets of the load balancer", *map(_target_description, _FIELDS)]),
    attributes=(
        "instances",
        "addresses",
        "auto_scaling_groups",
        "application_load_balancer",
        "application_load_balancer.arn",
        "registered_elsewhere",
        "registered_elsewhere.type",
        "security_group",
        "security_group.id",
    ),
    validations=[
        *(rule for field in _FIELDS for rule in _target_rules(field)),
        own_rule(
            "length(compact([\n"
            'length(var.targets.instances) > 0 ? "instance" : "",\n'
            'length(var.targets.addresses) > 0 ? "ip" : "",\n'
            'length(var.targets.auto_scaling_groups) > 0 ? "group" : "",\n'
            'var.targets.application_load_balancer != null ? "alb" : "",\n'
            'var.targets.registered_elsewhere != null ? "elsewhere" : "",\n'
            "])) == 1",
            ONE_TYPE.broken(given=""),
            targets={},
        ),
    ],
)

# ---- load balancer

_IPS = "var.load_balancer.elastic_ips"
_IPS_GIVEN = f'${{join(", ", values({_IPS}))}}'
_ZONES_GIVEN = '${join(", ", keys(var.subnet_ids))}'
_DIRECT_CLIENTS = (
    "length(coalesce(var.load_balancer.allow_from, "
    'var.load_balancer.scheme == "internal" ? [] : ["0.0.0.0/0"]))'
)
_WITHOUT_IP = f"setsubtract(keys(var.subnet_ids), keys({_IPS}))"


class _AccessLogs(AccessLogs):
    """Access logs in an existing bucket: the modules create no bucket."""

    bucket: BucketName = ModelField(description=AccessLogs.model_fields["bucket"].description)


class _LoadBalancer(LoadBalancer):
    """A load balancer with the access logs that the modules have."""

    access_logs: _AccessLogs | None = ModelField(
        default=None, description=LoadBalancer.model_fields["access_logs"].description
    )


_LOAD_BALANCER = variable_of(
    "load_balancer",
    _LoadBalancer,
    "Network Load Balancer; default: an internal one",
    {},
    Changes(left_out=("access_logs.expire_days", "renamed_from")),
).also(
    own_rule(
        f'var.load_balancer.scheme == "internet-facing" || length({_IPS}) == 0',
        ELASTIC_IPS_INTERNAL.broken(given=_IPS_GIVEN),
        load_balancer={"elastic_ips": {ZONES[0]: _ALLOCATION}},
    ),
    own_rule(
        f"length(distinct(values({_IPS}))) == length({_IPS})",
        ELASTIC_IP_TWICE.broken(given=_IPS_GIVEN),
        load_balancer={"scheme": "internet-facing", "elastic_ips": dict.fromkeys(ZONES, _ALLOCATION)},
    ),
    own_rule(
        "contains(keys(var.subnet_ids), item)",
        ZONE_SETTING_UNKNOWN.broken(given="${item}", item="Elastic IP", zones=_ZONES_GIVEN, zone="${item}"),
        f"keys({_IPS})",
        load_balancer={"scheme": "internet-facing", "elastic_ips": {ZONES[1]: _ALLOCATION}},
    ),
    own_rule(
        f"length({_IPS}) == 0 || length({_WITHOUT_IP}) == 0",
        ZONE_SETTING_MISSING.broken(
            given="", item="Elastic IP", zones=_ZONES_GIVEN, zone=f'${{join(", ", {_WITHOUT_IP})}}'
        ),
        load_balancer={"scheme": "internet-facing", "elastic_ips": {ZONES[1]: _ALLOCATION}},
    ),
    _group_rules(
        f"length(flatten([for listener in var.listeners : {_PROTOCOLS}])) * {_DIRECT_CLIENTS}",
        "the load balancer",
        FEWER_CIDRS,
        load_balancer={"allow_from": [good(Cidr, n) for n in range(RULES_OF_A_SECURITY_GROUP + 1)]},
    ),
    own_rule(
        f'var.load_balancer.name != null || length("${{var.name}}-nlb") <= {LONGEST_LOAD_BALANCER_NAME}',
        DEFAULT_NAME.broken(given='"${var.name}-nlb"', field=Field("load_balancer.name")),
        load_balancer={},
        name="a" * (LONGEST_LOAD_BALANCER_NAME - len("-nlb") + 1),
    ),
)

# ---- listeners

_ELSEWHERE = "var.targets.registered_elsewhere != null"
_NO_ALB = (
    "(var.targets.application_load_balancer == null && "
    'try(var.targets.registered_elsewhere.type, "") != "alb")'
)
_WITHOUT_KEYS = f"(var.targets.application_load_balancer != null || {_ELSEWHERE})"


def _listener_rule(rule: Rule, holds: str, bad: Mapping[str, Any], **parameters: str) -> Validation:
    broken = rule.broken(at=(), given="port ${item.port}", **parameters)
    return own_rule(holds, broken, "var.listeners", listeners=[{"port": 443, **bad}])


def _tls_rule(name: str, value: str) -> Validation:
    return _listener_rule(
        TLS_ONLY,
        f'item.protocol == "TLS" || item.{name} == null',
        {"protocol": "UDP", name: value},
        field=Field(name),
        protocol="${item.protocol}",
    )


def _http_rule(name: str, value: str) -> Validation:
    return _listener_rule(
        HTTP_CHECK_ONLY,
        f"item.health_check.{name} == null || "
        f'coalesce(item.health_check.protocol, {_NO_ALB} ? "TCP" : "HTTP") != "TCP"',
        {"health_check": {name: value}},
        field=Field(f"health_check.{name}"),
    )


def _alb_rule(rule: Rule, holds: str, bad: Mapping[str, Any], **parameters: str) -> Validation:
    """Return a rule of listeners that forward to an Application Load Balancer."""
    found = _listener_rule(rule, f"{_NO_ALB} || {holds}", bad, **parameters)
    return replace(found, bad={**found.bad, "targets": {"application_load_balancer": {"arn": _ALB}}})


_KEYS = "keys(merge(var.targets.instances, var.targets.addresses, var.targets.auto_scaling_groups))"
# Each port, of traffic or of health checks, has a rule for each target, or one rule for their security group.
_PORTS = (
    f'[for protocol in {_PROTOCOLS} : "${{protocol}}-${{coalesce(listener.target_port, listener.port)}}"], '
    '["tcp-${coalesce(listener.health_check.port, listener.target_port, listener.port)}"]'
)
_CLIENTS = (
    f"{_WITHOUT_KEYS} || length(var.targets.auto_scaling_groups) > 0 || var.targets.security_group != null ? "
    f'["group"] : coalesce(listener.targets, {_KEYS})'
)
_RULES_OF_TARGETS = (
    "length(distinct(flatten([for listener in var.listeners : "
    f'[for client in {_CLIENTS} : [for port in concat({_PORTS}) : "${{port}}-${{client}}"]]])))'
)
_PORT_TWICE = condition(LISTENER_PORT_TWICE, "var.listeners[*].port")
# Only some listeners have the settings below. Null stands for a default, so that the setting of any other
# listener is refused rather than ignored.
_LISTENERS = of_field(
    Service,
    "listeners",
    Changes(
        left_out=("verify",),  # what `privatelink verify` tests is no resource
        defaults={
            "ssl_policy": DEFAULT_SSL_POLICY,
            "alpn_policy": "None",
            "target_protocol": "TCP",
            "idle_timeout_seconds": str(DEFAULT_TCP_IDLE_TIMEOUT_SECONDS),
            "health_check.protocol": "TCP, or HTTP for an Application Load Balancer as target",
        },
    ),
).also(
    _group_rules(
        _RULES_OF_TARGETS,
        "the load balancer",
        FEWER_TARGETS,
        targets={"addresses": {f"web-{n}": good(Address, n) for n in range(RULES_OF_A_SECURITY_GROUP + 1)}},
    ),
    own_rule(_PORT_TWICE.holds, _PORT_TWICE.broken, listeners=[{"port": 443}, {"port": 443}]),
    _listener_rule(
        CERTIFICATE_MISSING, 'item.protocol != "TLS" || item.certificate_arn != null', {"protocol": "TLS"}
    ),
    _tls_rule("certificate_arn", _CERTIFICATE),
    _tls_rule("ssl_policy", DEFAULT_SSL_POLICY),
    _tls_rule("alpn_policy", "HTTP2Preferred"),
    _tls_rule("target_protocol", "TLS"),
    _listener_rule(
        IDLE_TIMEOUT_OF_TCP,
        'item.protocol == "TCP" || item.idle_timeout_seconds == null',
        {"protocol": "UDP", "idle_timeout_seconds": 600},
        protocol="${item.protocol}",
    ),
    _http_rule("path", "/health"),
    _http_rule("healthy_codes", "200"),
    _listener_rule(
        CHECK_TIMEOUT,
        "item.health_check.timeout_seconds == null ? true : "
        "item.health_check.timeout_seconds <= item.health_check.interval_seconds",
        {"health_check": {"interval_seconds": 5, "timeout_seconds": 7}},
        interval="${item.health_check.interval_seconds}",
    ),
    _listener_rule(
        LISTENER_TARGET,
        f"{_WITHOUT_KEYS} || item.targets == null ? true : length(setsubtract(item.targets, {_KEYS})) == 0",
        {"targets": ["other"]},
        field=Field("targets"),
        keys=f'${{join(", ", {_KEYS})}}',
    ),
    replace(
        _listener_rule(LISTENER_TARGETS, f"!{_WITHOUT_KEYS} || item.targets == null", {"targets": ["web"]}),
        bad={
            "listeners": [{"port": 443, "targets": ["web"]}],
            "targets": {"registered_elsewhere": {"type": "ip"}},
        },
    ),
    _alb_rule(ALB_PROTOCOL, 'item.protocol == "TCP"', {"protocol": "UDP"}, protocol="${item.protocol}"),
    _alb_rule(ALB_PROXY_PROTOCOL, "!item.proxy_protocol_v2", {"proxy_protocol_v2": True}),
    _alb_rule(
        ALB_HEALTH_CHECK,
        'coalesce(item.health_check.protocol, "HTTP") != "TCP"',
        {"health_check": {"protocol": "TCP"}},
    ),
)
_DUALSTACK = own_rule(
    f'var.ip_address_type == "ipv4" || !contains({list(DATAGRAMS)}, item.protocol)'.replace("'", '"'),
    IPV6_PROTOCOL.broken(given="port ${item.port}", protocol="${item.protocol}"),
    "var.listeners",
    listeners=[{"port": 53, "protocol": "UDP"}],
    ip_address_type="dualstack",
)

# ---- endpoint service

_PRIVATE_DNS = variable_of(
    "private_dns",
    PrivateDns,
    "Private DNS name of the service; default: none, only the DNS names that AWS assigns",
    None,
    Changes(left_out=("account",)),
).also(
    own_rule(
        "var.private_dns == null ? true : var.private_dns.zone_id == null || !var.private_dns.record_exists",
        RECORD_EXISTS.broken(given=""),
        private_dns={"name": "api.example.com", "zone_id": "Z1", "record_exists": True},
    ),
)
_SERVICE = [
    Variable(
        "acceptance_required",
        "bool",
        "Require the acceptance of each connection; if false, the connection of an allowed principal is "
        "available at once",
        default=True,
    ),
    variable_of(
        "allowed_principals",
        Annotated[tuple[PrincipalOrAccountId, ...], each_once("principal")],
        Service.model_fields["allowed_principals"].description or "",
        [],
    ).also(
        own_rule(
            "var.open_to_everyone || var.acceptance_required || "
            f'!contains(var.allowed_principals, "{EVERYONE}")',
            PUBLIC.broken(given=f'"{EVERYONE}"', acceptance=Setting("acceptance_required", "true")),
            allowed_principals=[EVERYONE],
            acceptance_required=False,
        )
    ),
    of_field(Service, "open_to_everyone"),
    _PRIVATE_DNS,
    of_field(Service, "supported_regions").also(
        own_rule(
            f"length(var.supported_regions) == 0 || length(var.subnet_ids) >= {CROSS_REGION_ZONES}",
            CROSS_REGION_ONE_ZONE.broken(given=_ZONES_GIVEN),
            supported_regions=["eu-west-1"],
        )
    ),
]
VARIABLES = [
    NAME,
    *EXISTING_NETWORK,
    _TARGETS,
    _LOAD_BALANCER,
    _LISTENERS.also(_DUALSTACK),
    *_SERVICE,
    RULES_QUOTA,
    of_field(Service, "ip_address_type"),
    TAGS,
]
