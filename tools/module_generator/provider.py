"""The modules of the provider's side, out of `ProviderStack`."""

import json
from collections.abc import Mapping
from typing import Any

from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.existing_targets import ExistingTargets
from privatelink.constructs.load_balancer import NetworkLoadBalancer
from privatelink.constructs.network import Network as MadeNetwork
from privatelink.constructs.private_dns_name import PrivateDnsName
from privatelink.facts import (
    ADDRESS_FAMILIES,
    ANYWHERE,
    DATAGRAMS,
    DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS,
    EVERYONE,
    HEALTH_CHECK_PROTOCOLS,
    IP_PROTOCOLS,
    TARGET_TYPES,
    TLS_TARGET_PROTOCOLS,
    WITHOUT_CROSS_REGION,
)
from privatelink.framework import aws
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.state import states_of
from privatelink.topology.model import Topology
from privatelink.topology.rules.listener import Listener
from privatelink.topology.rules.load_balancer import LoadBalancer
from privatelink.topology.rules.network import Network
from privatelink.topology.rules.private_dns import PrivateDns
from privatelink.topology.rules.service import Service
from privatelink.topology.rules.targets import Targets
from privatelink.topology.types import zones
from privatelink.topology.types.lists import twice
from privatelink.topology.types.load_balancer_names import LoadBalancerName
from tools.module_generator.cases import Axis, Case, Cases
from tools.module_generator.common import (
    MADE_NETWORK_OUTPUTS,
    REWORDED,
    existing_network_variables,
    made_network_variables,
    name_variable,
    tags_variable,
)
from tools.module_generator.hcl import Raw
from tools.module_generator.loops import Collection, Loop
from tools.module_generator.module import Module
from tools.module_generator.variables import (
    NOTHING,
    Check,
    Place,
    Variable,
    checks_of,
    described,
    kind_of,
    message,
    of_field,
    of_part,
    refusal,
    type_of,
    within,
)

REGION, ZONE, ZONE_ID = "us-east-1", "us-east-1z", "use1-az99"
VPC_ID, SUBNET_ID, GROUP_ID = "vpc-00000000000000a11", "subnet-00000000000000a11", "sg-00000000000000a11"
CIDR, SUBNET = "198.18.0.0/16", "198.18.16.0/20"
INSTANCE_ID, ADDRESS = "i-00000000000000a11", "198.18.16.99"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:999988887777:loadbalancer/app/specimen/00000000000000a1"
TARGET = "specimen-target"
NAME = "*.specimen.example.com"
ALLOCATION = "eipalloc-00000000000000a11"
CERTIFICATE = "arn:aws:acm:us-east-1:999988887777:certificate/specimen"
DIRECT = "198.51.100.0/24"
PRINCIPAL = "arn:aws:iam::999988887777:root"


def _specimen(app: aws.App, case: Case, topology: str) -> ProviderStack:
    zone = ZONE_ID if case["zone_id"] else ZONE
    existing = {"vpc_id": VPC_ID, "subnet_ids": {zone: SUBNET_ID}}
    made = {"cidr": CIDR, "zones": {zone: SUBNET}}
    address = ADDRESS if case.get("in_vpc", True) else "10.9.9.9"
    forms: dict[str, dict[str, Any]] = {
        "instance": {"instances": {TARGET: INSTANCE_ID}},
        "ip": {"addresses": {TARGET: address}},
        "alb": {"application_load_balancer": BALANCER},
    }
    targets = forms[str(case["kind"])]
    scheme = case["scheme"]
    dns = {
        "none": None,
        "name": {"name": NAME},
        "zone": {"name": NAME, "zone_id": "ZSPECIMEN"},
        "record": {"name": NAME, "record_exists": True},
    }[str(case["private_dns"])]
    service = Topology.model_validate(
        {
            "name": topology,
            "service": {
                "region": REGION,
                "network": existing,
                "targets": targets | ({"security_group_id": GROUP_ID} if case["group_given"] else {}),
                "load_balancer": {
                    "name": "specimen-load-balancer",
                    "scheme": "internal" if scheme == "internal" else "internet-facing",
                    **({"elastic_ips": {zone: ALLOCATION}} if scheme == "own" else {}),
                    "allow_from": [DIRECT],
                    "cross_zone": case["cross_zone"],
                    "enforce_private_link_ingress": case["enforce"],
                    "deletion_protection": case["protected"],
                },
                "listeners": [{"port": 50001}],
                "acceptance": "manual" if case["acceptance_required"] else "automatic",
                "allowed_principals": [PRINCIPAL],
                **({"private_dns": dns} if dns else {}),
            },
        }
    ).every_service[""]
    listener = service.listeners[0]
    check = listener.health_check.model_copy(
        update={
            "protocol": case["health"],
            "path": "/specimen" if case["path"] else None,
            "healthy_codes": "299" if case["codes"] else None,
            "port": 50003 if case["health_port"] else None,
            "interval_seconds": 291,
            "timeout_seconds": 111,
            "healthy_threshold": 911,
            "unhealthy_threshold": 912,
        }
    )
    listener = listener.model_copy(
        update={
            "protocol": case["protocol"],
            "target_protocol": case["target_protocol"],
            "target_port": 50002,
            "certificate_arn": CERTIFICATE if case["protocol"] == "TLS" else None,
            "ssl_policy": "ELBSecurityPolicy-Specimen",
            "alpn_policy": "HTTP2Specimen",
            "idle_timeout_seconds": 5001,
            "deregistration_delay_seconds": 3001,
            "proxy_protocol_v2": case["proxy"],
            "connection_termination": case["termination"],
            "health_check": check,
        }
    )
    # Not validated: a specimen has values that no service has together.
    service = service.model_copy(
        update={
            "network": Network.model_validate(existing if case["existing"] else made),
            "listeners": (listener.model_copy(update={"model_fields_set": {"health_check"}}),),
            "supported_regions": ("eu-west-1",) if case["other_regions"] else (),
            "ip_address_type": case["ip_address_type"],
        }
    )
    return ProviderStack(app, topology, service, {}, states_of(topology, None))


def _cases(*, existing: bool) -> Cases:
    kind = Axis("kind", "local.target_kind", TARGET_TYPES)
    protocol = Axis("protocol", "each.value.protocol", tuple(IP_PROTOCOLS))
    in_vpc = 'cidrhost("${each.value.id}/${split("/", var.cidr)[1]}", 0) == split("/", var.cidr)[0]'
    return Cases(
        [
            [Axis("existing", "", (existing,))],
            [Axis("zone_id", f'can(regex("{zones.ZONE_ID_PATTERN}", each.key))')],
            [Axis("scheme", "local.scheme", ("internal", "public", "own"))],
            [Axis("enforce", "var.load_balancer.enforce_private_link_ingress")],
            [Axis("protected", "var.load_balancer.deletion_protection")],
            [
                kind,
                Axis("group_given", "var.targets.security_group != null"),
                Axis("cross_zone", "var.load_balancer.cross_zone"),
            ],
            [kind, protocol],
            *([] if existing else [[kind, Axis("in_vpc", in_vpc, (True, False))]]),
            [protocol, Axis("target_protocol", "each.value.target_protocol", TLS_TARGET_PROTOCOLS)],
            [
                Axis("health", "each.value.health_check.protocol", HEALTH_CHECK_PROTOCOLS),
                Axis("path", "each.value.health_check.path != null"),
                Axis("codes", "each.value.health_check.healthy_codes != null"),
            ],
            [Axis("health_port", "each.value.health_check.port != null")],
            [Axis("proxy", "each.value.proxy_protocol_v2")],
            [Axis("termination", "each.value.connection_termination")],
            [Axis("acceptance_required", "var.acceptance_required", (True, False))],
            [Axis("private_dns", "local.private_dns", ("none", "name", "zone", "record"))],
            [Axis("other_regions", "length(var.supported_regions) > 0")],
            [
                Axis(
                    "ip_address_type",
                    "var.ip_address_type",
                    tuple(ADDRESS_FAMILIES) if existing else ("ipv4",),
                )
            ],
        ]
    )


_LISTENER = {
    "port": "each.value.port",
    "target_port": "each.value.target_port",
    "health_port": "each.value.health_check.port",
    "deregistration_delay": "each.value.deregistration_delay_seconds",
    "idle_timeout": "each.value.idle_timeout_seconds",
    "interval": "each.value.health_check.interval_seconds",
    "timeout": "each.value.health_check.timeout_seconds",
    "healthy": "each.value.health_check.healthy_threshold",
    "unhealthy": "each.value.health_check.unhealthy_threshold",
    "path": "each.value.health_check.path",
    "codes": "each.value.health_check.healthy_codes",
    "certificate": "each.value.certificate_arn",
    "ssl_policy": "each.value.ssl_policy",
    "alpn_policy": "each.value.alpn_policy",
}
# What security groups call the protocols that are not TCP alone.
_OTHER_IP_PROTOCOLS = ", ".join(f"{name} = {json.dumps(IP_PROTOCOLS[name])}" for name in DATAGRAMS)
_RULE = {"protocol": "each.value.protocol", "target_port": "each.value.port"}
_TARGET = dict.fromkeys(("instance_id", "address", "balancer"), "each.value.id")


# An object around an id is known to be there before the id is, as of what is made in the same plan.
_TARGETS = """object({
  instances                 = optional(map(string), {})
  addresses                 = optional(map(string), {})
  application_load_balancer = optional(object({ arn = string }))
  security_group            = optional(object({ id = string }))
})"""
_TARGETS_DESCRIPTION = "\n".join(
    [
        "What exists already and answers behind the load balancer: one of the first three.",
        *(
            f"- {name}: {Targets.model_fields[field].description}"
            for name, field in (
                ("instances", "instances"),
                ("addresses", "addresses"),
                ('application_load_balancer, as { arn = "..." }', "application_load_balancer"),
                ('security_group, as { id = "..." }', "security_group_id"),
            )
        ),
    ]
)


_OPEN_TO_EVERYONE = (
    str(
        refusal(
            Service,
            {
                "region": REGION,
                "existing_load_balancers": [BALANCER.replace("/app/", "/net/")],
                "listeners": [{"port": 443}],
                "acceptance": "automatic",
                "allowed_principals": [EVERYONE],
            },
        )
    )
    .replace("acceptance: manual or managed", "acceptance_required = true")
    .replace("acceptance: manual", "acceptance_required = true")
    .replace("open_to_everyone: true", "open_to_everyone = true")
)


def _variables(*, existing: bool) -> list[Variable]:
    listener = {"port": 443}
    return [
        name_variable(),
        *(existing_network_variables("the load balancer") if existing else made_network_variables()),
        Variable(
            "targets",
            _TARGETS,
            _TARGETS_DESCRIPTION,
            checks=[
                *within(Targets, "instances", "var.targets"),
                *within(Targets, "addresses", "var.targets"),
                *within(Targets, "application_load_balancer", "var.targets", "arn"),
                *within(Targets, "security_group_id", "var.targets", "id", name="security_group"),
                Check(
                    'length(compact([\nlength(var.targets.instances) > 0 ? "instances" : "",\n'
                    'length(var.targets.addresses) > 0 ? "addresses" : "",\n'
                    'var.targets.application_load_balancer != null ? "application_load_balancer" : "",\n'
                    "])) == 1",
                    str(refusal(Targets, {})),
                    {},
                ),
            ],
        ),
        of_part(
            LoadBalancer,
            "load_balancer",
            "The Network Load Balancer; default: an internal one.",
            leave=("access_logs",),
            default=Raw("{}"),
            more=[
                Check(
                    'var.load_balancer.scheme == "internet-facing" || '
                    "length(var.load_balancer.elastic_ips) == 0",
                    str(refusal(LoadBalancer, {"elastic_ips": {}})),
                    {"elastic_ips": {"ap-northeast-2a": "eipalloc-0a1b2c3d4e5f6000a"}},
                ),
                Check(
                    'var.load_balancer.name != null || can(regex("^.{1,28}$", var.name))',
                    message(refusal(LoadBalancerName, "a" * 33), "local_name", bad="a" * 33)
                    .replace("local_name", '"${var.name}-nlb"')
                    .replace('"${"${var.name}-nlb"}"', '"${var.name}-nlb"'),
                    {},
                    others={"name": "a" * 29},
                ),
            ],
        ),
        Variable(
            "listeners",
            f"list({type_of(Listener)})",
            f"{Service.model_fields['listeners'].description}\n{described(Listener)}",
            checks=[
                *checks_of(Listener, Place("item", "var.listeners", False, lambda bad: [listener | bad])),
                Check(
                    "length(var.listeners) > 0",
                    str(refusal(kind_of(Service.model_fields["listeners"]), ())),
                    [],
                ),
                Check(
                    "length(distinct(var.listeners[*].port)) == length(var.listeners)",
                    str(next(twice([443, 443], "port listened on twice"))),
                    [listener, listener],
                ),
                _of_listener(
                    'item.protocol != "TLS" || item.certificate_arn != null', {"port": 443, "protocol": "TLS"}
                ),
                _of_listener(
                    'item.protocol == "TLS" || item.certificate_arn == null',
                    {"port": 443, "certificate_arn": CERTIFICATE},
                ),
                _of_listener(
                    'item.health_check.protocol != "TCP" || item.health_check.path == null',
                    {"port": 443, "health_check": {"path": "/"}},
                ),
                _of_listener(
                    'item.health_check.protocol != "TCP" || item.health_check.healthy_codes == null',
                    {"port": 443, "health_check": {"healthy_codes": "200"}},
                ),
                _of_listener(
                    "item.health_check.timeout_seconds == null ? true : "
                    "item.health_check.timeout_seconds <= item.health_check.interval_seconds",
                    {"port": 443, "health_check": {"interval_seconds": 5, "timeout_seconds": 7}},
                    {"the interval, 5 s": "the interval, ${item.health_check.interval_seconds} s"},
                ),
            ],
        ),
        Variable(
            "acceptance_required",
            "bool",
            "Whether a connection waits until the service's owner accepts it; false lets in every allowed "
            "principal",
            True,
        ),
        of_field(
            Service,
            "allowed_principals",
            more=[
                Check(
                    "var.open_to_everyone || var.acceptance_required || "
                    f'!contains(var.allowed_principals, "{EVERYONE}")',
                    _OPEN_TO_EVERYONE,
                    ["*"],
                    others={"acceptance_required": False},
                )
            ],
        ),
        of_field(
            Service,
            "open_to_everyone",
            description="Says that * with acceptance_required = false is meant: every AWS account gets in, "
            "unasked",
        ),
        Variable(
            "private_dns",
            type_of(PrivateDns, leave=("account",)),
            f"{Service.model_fields['private_dns'].description}\n{described(PrivateDns, leave=('account',))}",
            None,
            [
                *within(PrivateDns, "name", "var.private_dns", nullable=True),
                *within(PrivateDns, "zone_id", "var.private_dns", nullable=True),
                Check(
                    "var.private_dns == null ? true : "
                    "var.private_dns.zone_id == null || !var.private_dns.record_exists",
                    str(
                        refusal(
                            PrivateDns, {"name": "api.example.com", "zone_id": "Z1", "record_exists": True}
                        )
                    ),
                    {"name": "api.example.com", "zone_id": "Z1", "record_exists": True},
                ),
            ],
            nullable=True,
        ),
        of_field(Service, "supported_regions"),
        *([of_field(Service, "ip_address_type")] if existing else []),
        tags_variable(),
    ]


def _of_listener(condition: str, bad: dict[str, Any], worked_out: Mapping[str, str] = NOTHING) -> Check:
    text = str(refusal(Listener, bad))
    for told, expression in worked_out.items():
        text = text.replace(told, expression)
    return Check(condition, text, [bad], "var.listeners")


def _locals(*, existing: bool) -> dict[str, str]:
    vpc = "data.aws_vpc.network" if existing else "aws_vpc.network"
    return {
        "load_balancer_name": 'coalesce(var.load_balancer.name, "${var.name}-nlb")',
        "scheme": 'var.load_balancer.scheme == "internal" ? "internal" : '
        'length(var.load_balancer.elastic_ips) > 0 ? "own" : "public"',
        "target_kind": 'var.targets.application_load_balancer != null ? "alb" : '
        'length(var.targets.instances) > 0 ? "instance" : "ip"',
        "target_ids": "merge(\nvar.targets.instances,\nvar.targets.addresses,\n"
        "{ for balancer in var.targets.application_load_balancer[*] : "
        '"application-load-balancer" => balancer.arn },\n)',
        "private_dns": 'var.private_dns == null ? "none" : var.private_dns.zone_id != null ? "zone" : '
        'var.private_dns.record_exists ? "record" : "name"',
        "allow_from": "var.load_balancer.allow_from != null ? var.load_balancer.allow_from : "
        f'var.load_balancer.scheme == "internal" ? [] : ["{ANYWHERE}"]',
        "supported_regions": f'setunion([split(":", {vpc}.arn)[3]], var.supported_regions)',
        "listeners": f"""{{ for listener in var.listeners : listener.port => merge(listener, {{
target_port = coalesce(listener.target_port, listener.port)
ip_protocols = lookup({{ {_OTHER_IP_PROTOCOLS} }}, listener.protocol, ["tcp"])
connection_termination = coalesce(
listener.connection_termination,
contains({json.dumps(DATAGRAMS)}, listener.protocol),
)
health_check = merge(listener.health_check, {{
timeout_seconds = coalesce(
listener.health_check.timeout_seconds,
min({DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS}, listener.health_check.interval_seconds),
)
}})
}}) }}""",
        "attachments": """merge([for port, listener in local.listeners : {
for target, id in local.target_ids : "${port}-${target}" => {
port = port
target_port = listener.target_port
target = target
id = id
}
}]...)""",
        "direct_clients": """merge([for port, listener in local.listeners : {
for pair in setproduct(listener.ip_protocols, local.allow_from) :
"${pair[0]}-${port}-from-${replace(pair[1], "/[.:/]/", "-")}" => {
protocol = pair[0]
port = listener.port
cidr = pair[1]
}
}]...)""",
        "target_ports": """merge([for listener in local.listeners : merge(
{
for protocol in listener.ip_protocols :
"${protocol}-${listener.target_port}" => { protocol = protocol, port = listener.target_port }
},
{
for port in [coalesce(listener.health_check.port, listener.target_port)] :
"tcp-${port}" => { protocol = "tcp", port = port }
},
)]...)""",
        "target_addresses": """merge([for key, rule in local.target_ports : {
for target, id in local.target_ids : "${key}-${target}" => merge(rule, { target = target, id = id })
}]...)""",
    }


def _module(*, existing: bool, **given: Any) -> Module:  # noqa: ANN401
    zone = Collection(
        "zone", "var.subnet_ids" if existing else "var.subnets", "subnet_id" if existing else "subnet"
    )
    return Module(
        **given,
        constructs={
            "network": ExistingNetwork if existing else MadeNetwork,
            "targets": ExistingTargets,
            "load-balancer": NetworkLoadBalancer,
            "endpoint-service": EndpointService,
            "private-dns": PrivateDnsName,
        },
        specimen=_specimen,
        cases=_cases(existing=existing),
        same={
            ZONE_ID: ZONE,
            r"load-balancer_port-50001-application-load-balancer": f"load-balancer_port-50001-{TARGET}",
            r"10\.9\.9\.9": ADDRESS,
            r'("supported_regions": )\[[^]]*\]': r'\1"${local.supported_regions}"',
            r'\[\\"use1-az3\\"\]': "["
            + ", ".join(rf'\\"{zone}\\"' for zone in sorted(WITHOUT_CROSS_REGION))
            + "]",
            **REWORDED,
        },
        specimens={
            "zone": ZONE,
            "subnet_id": SUBNET_ID,
            "subnet": SUBNET,
            "target": TARGET,
            "instance_id": INSTANCE_ID,
            "address": ADDRESS,
            "balancer": BALANCER,
            "protocol": "tcp",
            "port": 50001,
            "target_port": 50002,
            "health_port": 50003,
            "deregistration_delay": 3001,
            "idle_timeout": 5001,
            "interval": 291,
            "timeout": 111,
            "healthy": 911,
            "unhealthy": 912,
            "path": "/specimen",
            "codes": "299",
            "certificate": CERTIFICATE,
            "ssl_policy": "ELBSecurityPolicy-Specimen",
            "alpn_policy": "HTTP2Specimen",
            "client": DIRECT,
            "client_key": DIRECT.replace(".", "-").replace("/", "-"),
            "principal": PRINCIPAL,
            "principal_key": "account-999988887777",
            "allocation": ALLOCATION,
        },
        expressions={
            "specimen-provider": "var.name",
            "specimen-load-balancer": "local.load_balancer_name",
            VPC_ID: "var.vpc_id",
            GROUP_ID: "var.targets.security_group.id",
            CIDR: "var.cidr",
            BALANCER: "var.targets.application_load_balancer.arn",
            NAME: "var.private_dns.name",
            NAME.removeprefix("*."): 'trimprefix(var.private_dns.name, "*.")',
            "ZSPECIMEN": "var.private_dns.zone_id",
        },
        loops={
            "network_{zone}": Loop(zone.expression, {"zone": "each.key", str(zone.value): "each.value"}),
            "network_routes-{zone}": Loop(zone.expression, {"zone": "each.key"}),
            "targets_{target}": Loop(
                "var.targets.instances", {"target": "each.key", "instance_id": "each.value"}, always=True
            ),
            "load-balancer_{zone}": Loop(
                zone.expression, {"zone": "each.key", "allocation": "var.load_balancer.elastic_ips[each.key]"}
            ),
            "load-balancer_port-{port}": Loop("local.listeners", _LISTENER),
            "load-balancer_port-{port}-{target}": Loop(
                "local.attachments",
                {
                    "port": "each.value.port",
                    "target_port": "each.value.target_port",
                    "target": "each.value.target",
                    **_TARGET,
                },
            ),
            "load-balancer_{protocol}-{port}-from-{client_key}": Loop(
                "local.direct_clients",
                {"protocol": "each.value.protocol", "port": "each.value.port", "client": "each.value.cidr"},
                always=True,
            ),
            "load-balancer_to-targets-{protocol}-{target_port}": Loop("local.target_ports", _RULE),
            "load-balancer_to-targets-{protocol}-{target_port}-{target}": Loop(
                "local.target_addresses",
                {**_RULE, "target": "each.value.target", "address": "each.value.id"},
                name="load_balancer_to_each_target",
            ),
            "load-balancer_at-targets-{protocol}-{target_port}": Loop("local.target_ports", _RULE),
            "endpoint-service_{principal_key}": Loop(
                "toset(var.allowed_principals)", {"principal": "each.key"}
            ),
            **dict.fromkeys(  # these loops go through the protocols and the ports of health checks, too
                (
                    "load-balancer_udp-{port}-from-{client_key}",
                    "load-balancer_to-targets-udp-{target_port}",
                    "load-balancer_to-targets-udp-{target_port}-{target}",
                    "load-balancer_at-targets-udp-{target_port}",
                    "load-balancer_to-targets-{protocol}-{health_port}",
                    "load-balancer_to-targets-{protocol}-{health_port}-{target}",
                    "load-balancer_at-targets-{protocol}-{health_port}",
                )
            ),
        },
        collections=[zone, Collection("target", "var.targets.instances", "instance_id")],
        variables=_variables(existing=existing),
        locals=_locals(existing=existing),
        outputs={} if existing else MADE_NETWORK_OUTPUTS,
        # A consumer in the same root finds the service once it is admitted.
        after={
            "service_name": [
                "aws_vpc_endpoint_service_allowed_principal.endpoint_service",
                "aws_vpc_endpoint_service_private_dns_verification.private_dns",
            ]
        },
    )


_NOTES = """
- Everything is kept by a stable key: a listener by its port, a target by the key you give it, a zone by its
  name or AZ ID, a principal by its ARN. Adding, removing and reordering touch nothing else.
- The connections wait until they are accepted; `interface-endpoint` and `service-consumer` can accept them,
  with this account's provider.
- `private_dns`: with `zone_id` the TXT record is made in that public zone, by the module's provider; else the
  output `private_dns_record` says what to put where, and `record_exists` has AWS look for it.
- What a target group needs and AWS does not say, such as an instance in each zone, is refused in the plan.
"""
ENDPOINT_SERVICE = _module(
    existing=True,
    name="endpoint-service",
    title="Offer what answers in a VPC that exists as a VPC endpoint service, by a Network Load Balancer.",
    usage="""
module "service" {
  source = "./terraform/endpoint-service"

  name       = "shop"
  vpc_id     = "vpc-0a1b2c3d4e5f60001"
  subnet_ids = { ap-northeast-2a = "subnet-0a1b2c3d4e5f6000a", ap-northeast-2c = "subnet-0a1b2c3d4e5f6000c" }
  targets    = { instances = { blue = "i-0a1b2c3d4e5f6000a", green = "i-0a1b2c3d4e5f6000c" } }
  listeners  = [{ port = 443 }]

  allowed_principals = ["arn:aws:iam::111122223333:root"]
}
""",
    notes=_NOTES,
)
SERVICE_PROVIDER = _module(
    existing=False,
    name="service-provider",
    title="Make a VPC, and offer what answers in it as a VPC endpoint service, by a Network Load Balancer.",
    usage="""
module "service" {
  source = "./terraform/service-provider"

  name      = "shop"
  cidr      = "10.10.0.0/16"
  subnets   = { ap-northeast-2a = "10.10.0.0/20", ap-northeast-2c = "10.10.32.0/20" }
  targets   = { addresses = { blue = "10.10.0.10", green = "10.10.32.10" } }
  listeners = [{ port = 443 }]
}
""",
    notes=_NOTES
    + "- The targets are yours to put into the subnets, which the output `subnet_ids` tells; an\n"
    "  internet-facing load balancer gets an internet gateway and a route.\n",
)
