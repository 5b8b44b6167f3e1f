"""The rules' messages in a module: for validations, and for the conditions and checks of its `main.tf`."""

import re
from collections.abc import Collection, Iterator, Mapping

from privatelink.constructs.rules import (
    ENDPOINT_PENDING,
    HOSTED_ZONE_PUBLIC,
    LOAD_BALANCER_TYPE,
    OTHER_VPC,
    OTHER_ZONE,
    POLICY_UNSUPPORTED,
    PRIVATE_DNS_NAME_LEFT,
    SUBNET_FULL,
    VERIFICATION_ZONE_PRIVATE,
)
from privatelink.hcl.expressions import expression
from privatelink.rule import Broken, Field, Hcl, Setting
from privatelink.topology.rules.between import ZONE_UNSERVED
from privatelink.topology.rules.consumer import NAME_OUTSIDE_THE_ZONE, PRIVATE_DNS_NAME_MISSING
from privatelink.topology.rules.service import CROSS_REGION_ZONE
from privatelink.topology.rules.targets import TARGET_ZONE
from tools.module_generator.inputs import Validation, Variable
from tools.module_generator.modules import ENDPOINT_SERVICE, INTERFACE_ENDPOINT, Module


class _Syntax:
    """HCL, in which every setting that a message refers to is an input of the module.

    Raises LookupError for any other.
    """

    def __init__(self, module: Module, attributes: Collection[str] = ()) -> None:
        self._module = module
        self._hcl = Hcl(module.names)
        inputs = {variable.name for variable in module.variables}
        inside = {f"{variable.name}.{path}" for variable in module.variables for path in variable.attributes}
        self._known = {*inputs, *inside, *attributes}

    def field(self, path: str) -> str:
        """Write a reference to an input, or to an attribute of one."""
        self._check(path)
        return self._hcl.field(path)

    def setting(self, path: str, value: str) -> str:
        """Write an argument."""
        self._check(path)
        return self._hcl.setting(path, value)

    def _check(self, path: str) -> None:
        if self._module.names.get(path, path) not in self._known:
            msg = f"a message of {self._module.name} refers to {path}, which is none of its inputs"
            raise LookupError(msg)


def message(module: Module, variable: Variable, validation: Validation) -> str:
    """Return the message of a validation, as a template."""
    text = str(validation.broken.message(_Syntax(module, variable.attributes)))
    return f"{validation.at}: {text}" if validation.at else text


# ---- main.tf


def _in_vpc(block: str, resource: str, given: str) -> tuple[str, Broken]:
    vpc = "${data.aws_vpc.network.id}"
    return block, OTHER_VPC.broken(given=given, resource=resource, found="${self.vpc_id}", vpc=vpc)


_SUBNETS = (
    _in_vpc("data.aws_subnet.network", "subnet", "${each.value}"),
    (
        "data.aws_subnet.network",
        OTHER_ZONE.broken(
            given="${each.value}",
            found='${strcontains(each.key, "-az") ? self.availability_zone_id : self.availability_zone}',
            zone="${each.key}",
        ),
    ),
)
_ALB = "${var.targets.application_load_balancer.arn}"
_SERVICE = "aws_vpc_endpoint_service.endpoint_service"
_TARGET_ZONE = TARGET_ZONE.with_fixed(
    target="an instance in that zone", cross_zone=Setting("load_balancer.cross_zone", "true")
)
_NO_NAME = PRIVATE_DNS_NAME_MISSING.with_fixed(name=Field("private_dns"))
_ENDPOINT = "aws_vpc_endpoint.endpoint"
_ZONE_NAME = '${trimsuffix(self.name, ".")}'
# By module: the block of its main.tf, and the rule as broken there. The value at fault and the parameters are
# templates.
CONDITIONS: Mapping[str, tuple[tuple[str, Broken], ...]] = {
    ENDPOINT_SERVICE.name: (
        *_SUBNETS,
        (
            "check.network_room",
            SUBNET_FULL.broken(given="${subnet.id}", free="${subnet.available_ip_address_count}"),
        ),
        _in_vpc("data.aws_subnet.targets", "instance", "${var.targets.instances[each.key]}"),
        (
            "data.aws_autoscaling_group.targets",
            OTHER_VPC.broken(
                given="${var.targets.auto_scaling_groups[each.key]}",
                resource="Auto Scaling group",
                found='with ${join(", ", setsubtract(compact(split(",", self.vpc_zone_identifier)), '
                "data.aws_subnets.targets[0].ids))}",
                vpc="${data.aws_vpc.network.id}",
            ),
        ),
        (
            "data.aws_lb.targets",
            LOAD_BALANCER_TYPE.broken(given=_ALB, found="${self.load_balancer_type}", type="application"),
        ),
        _in_vpc("data.aws_lb.targets", "load balancer", _ALB),
        ("aws_lb_target_group.load_balancer_port", _TARGET_ZONE.broken(given="", zone="${zone}")),
        (_SERVICE, CROSS_REGION_ZONE.broken(given='${join(", ", local.zones_without_cross_region)}')),
        (
            "check.endpoint_service_has_no_private_dns_name",
            PRIVATE_DNS_NAME_LEFT.broken(
                given=f"${{{_SERVICE}.private_dns_name}}", service_id=f"${{{_SERVICE}.id}}"
            ),
        ),
        (
            "data.aws_route53_zone.private_dns",
            VERIFICATION_ZONE_PRIVATE.broken(
                given="${var.private_dns.zone_id}", name="${var.private_dns.name}"
            ),
        ),
        (
            "data.aws_route53_zone.private_dns",
            NAME_OUTSIDE_THE_ZONE.broken(given="${var.private_dns.name}", zone=_ZONE_NAME),
        ),
    ),
    INTERFACE_ENDPOINT.name: (
        *_SUBNETS,
        _in_vpc("data.aws_security_group.endpoint", "security group", "${each.value}"),
        (
            _ENDPOINT,
            ZONE_UNSERVED.broken(
                given='${join(", ", local.zones_without_service)}',
                zone='${join(", ", local.zones_without_service)}',
                zones='${join(", ", data.aws_vpc_endpoint_service.endpoint.availability_zones)}',
            ),
        ),
        (_ENDPOINT, POLICY_UNSUPPORTED.broken(given="${var.service_name}")),
        (_ENDPOINT, _NO_NAME.broken(given="${var.service_name}")),
        (
            "check.endpoint_available",
            ENDPOINT_PENDING.broken(
                given=f"${{{_ENDPOINT}.id}}",
                state="${local.endpoint_state}",
                acceptor="the owner of the service",
            ),
        ),
        ("data.aws_route53_zone.hosted_zone", HOSTED_ZONE_PUBLIC.broken(given="${var.hosted_zone.id}")),
        (
            "data.aws_route53_zone.hosted_zone",
            NAME_OUTSIDE_THE_ZONE.broken(given="${name}", zone=_ZONE_NAME),
        ),
    ),
}
_BLOCK = re.compile(r'(resource|data|check) "(\w+)"(?: "(\w+)")? \{')
_MESSAGE = re.compile(r'(?P<start> *(?:error_message += |for .* : ))".*\[(?P<rule>[a-z0-9-]+)\]"')


def with_messages(module: Module, main: str) -> str:
    """Return a `main.tf` with the message of each rule: a text that ends with the rule's ID in brackets.

    Raises LookupError for a text whose block has no such rule, and for a rule without a text.
    """
    rules = CONDITIONS.get(module.name, ())
    written: set[int] = set()
    lines = []
    for block, line in _by_block(main):
        if found := _MESSAGE.fullmatch(line):
            numbers = [
                n for n, (at, broken) in enumerate(rules) if (at, broken.rule.id) == (block, found["rule"])
            ]
            if not numbers:
                msg = f"{module.name}: nothing says what {found['rule']} of {block} refers to"
                raise LookupError(msg)
            written.update(numbers)
            text = str(rules[numbers[0]][1].message(_Syntax(module)))
            line = found["start"] + expression(text)
        lines.append(line)
    if left := [rules[number] for number in range(len(rules)) if number not in written]:
        msg = f"{module.name}: no text for {[(at, broken.rule.id) for at, broken in left]}"
        raise LookupError(msg)
    return "\n".join(lines) + "\n"


def _by_block(main: str) -> Iterator[tuple[str, str]]:
    block = ""
    for line in main.splitlines():
        if found := _BLOCK.fullmatch(line):
            kind, *names = (part for part in found.groups() if part)
            block = ".".join(names if kind == "resource" else [kind, *names])
        yield block, line
