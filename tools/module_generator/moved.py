"""`moved` blocks from a stack of the generator to a module, or back: nothing is replaced.

`terraform state pull | python -m tools.module_generator.moved MODULE NAME` reads the state of a stack, and
prints the blocks for a root that has `module "NAME"` and that state; with `--back`, from the module
to the stack.

https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools.module_generator.modules import ENDPOINT_SERVICE, INTERFACE_ENDPOINT, MODULES, VPC, Module

# Addresses in a stack, and in the module. A part in braces is a key; one that only the module has is an
# attribute of the resource.
_ADDRESSES: Mapping[str, Mapping[str, str]] = {
    VPC.name: {
        "aws_vpc.network": "aws_vpc.network",
        "aws_default_security_group.network": "aws_default_security_group.network",
        "aws_subnet.network_{zone}": 'aws_subnet.network["{zone}"]',
        "aws_route_table.network": "aws_route_table.network",
        "aws_route_table_association.network_routes-{zone}": (
            'aws_route_table_association.network_routes["{zone}"]'
        ),
        "aws_internet_gateway.network_internet": "aws_internet_gateway.network_internet[0]",
        "aws_route.network_to-internet": "aws_route.network_to_internet[0]",
        "aws_cloudwatch_log_group.network_flow-log": "aws_cloudwatch_log_group.network_flow_log[0]",
        "aws_iam_role.network_flow-log": "aws_iam_role.network_flow_log[0]",
        "aws_iam_role_policy.network_flow-log": "aws_iam_role_policy.network_flow_log[0]",
        "aws_flow_log.network_flow-log": "aws_flow_log.network_flow_log[0]",
    },
    ENDPOINT_SERVICE.name: {
        "aws_security_group.load-balancer": "aws_security_group.load_balancer",
        "aws_eip.load-balancer_{zone}": 'aws_eip.load_balancer["{zone}"]',
        "aws_lb.load-balancer": "aws_lb.load_balancer",
        "aws_lb_listener.load-balancer_port-{port}": 'aws_lb_listener.load_balancer_port["{port}"]',
        "aws_lb_target_group.load-balancer_port-{port}": 'aws_lb_target_group.load_balancer_port["{port}"]',
        "aws_lb_target_group.load-balancer_port-{port}-alb": (
            'aws_lb_target_group.load_balancer_port["{port}"]'
        ),
        "aws_lb_target_group_attachment.load-balancer_port-{port}-{target}": (
            'aws_lb_target_group_attachment.load_balancer_port["{port}-{target}"]'
        ),
        "aws_autoscaling_attachment.load-balancer_port-{port}-{target}": (
            'aws_autoscaling_attachment.load_balancer_port["{port}-{target}"]'
        ),
        "aws_vpc_security_group_ingress_rule.load-balancer_{protocol}-{port}-from-{client}": (
            'aws_vpc_security_group_ingress_rule.load_balancer["{protocol}-{port}-from-{client}"]'
        ),
        "aws_vpc_security_group_egress_rule.load-balancer_to-targets-{protocol}-{port}": (
            'aws_vpc_security_group_egress_rule.load_balancer_to_targets["{protocol}-{port}"]'
        ),
        "aws_vpc_security_group_egress_rule.load-balancer_to-targets-{protocol}-{port}-{target}": (
            'aws_vpc_security_group_egress_rule.load_balancer_to_each_target["{protocol}-{port}-{target}"]'
        ),
        "aws_vpc_security_group_ingress_rule.load-balancer_at-targets-{protocol}-{port}": (
            'aws_vpc_security_group_ingress_rule.load_balancer_at_targets["{protocol}-{port}"]'
        ),
        "aws_vpc_endpoint_service.endpoint-service": "aws_vpc_endpoint_service.endpoint_service",
        "aws_vpc_endpoint_service_allowed_principal.endpoint-service_{principal}": (
            'aws_vpc_endpoint_service_allowed_principal.endpoint_service["{principal_arn}"]'
        ),
        "terraform_data.private-dns": "terraform_data.private_dns[0]",
        "aws_route53_record.private-dns": "aws_route53_record.private_dns[0]",
        "aws_vpc_endpoint_service_private_dns_verification.private-dns": (
            "aws_vpc_endpoint_service_private_dns_verification.private_dns[0]"
        ),
    },
    INTERFACE_ENDPOINT.name: {
        "aws_security_group.endpoint": "aws_security_group.endpoint[0]",
        "aws_vpc_security_group_ingress_rule.endpoint_{protocol}-{ports}-from-{client}": (
            'aws_vpc_security_group_ingress_rule.endpoint["{protocol}-{ports}-from-{client}"]'
        ),
        "aws_vpc_endpoint.endpoint": "aws_vpc_endpoint.endpoint",
        "terraform_data.hosted-zone_vpc": "terraform_data.hosted_zone_vpc[0]",
        "aws_route53_zone.hosted-zone": "aws_route53_zone.hosted_zone[0]",
        "aws_route53_record.hosted-zone_{key}-A": 'aws_route53_record.hosted_zone_a["{name}"]',
        "aws_route53_record.hosted-zone_{key}-AAAA": 'aws_route53_record.hosted_zone_aaaa["{name}"]',
    },
}
_ORDERING = ("terraform_data.endpoint_rules", "terraform_data.load-balancer_rules")
"""Resources that order changes of rules. The modules have none; to delete them has no effect in AWS."""
_PATTERNS = {"protocol": "tcp|udp", "port": "[0-9]+", "ports": "[0-9]+(?:-[0-9]+)?"}


def addresses(module: Module) -> dict[str, str]:
    """Return where a resource of a stack is in a module, by its address in the stack."""
    found = dict(_ADDRESSES.get(module.name, {}))
    for call, name in module.composed_of.items():
        found |= {stack: f"module.{call}.{inside}" for stack, inside in _ADDRESSES[name].items()}
    return found


def moves(module: Module, state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return where each resource in a stack's state is in a module: both addresses.

    Raises LookupError for one that the module does not have.
    """
    known = addresses(module)
    for resource in state["resources"]:
        if resource["mode"] == "managed":
            (instance,) = resource["instances"]
            address = f"{resource['type']}.{resource['name']}"
            if all(_keys(pattern, address) is None for pattern in _ORDERING):
                yield address, moved_to(known, address, instance["attributes"])


def moved_to(known: Mapping[str, str], address: str, attributes: Mapping[str, Any]) -> str:
    """Return where a stack's resource is in a module with these addresses.

    Raises LookupError if it is nowhere.
    """
    found = [
        inside.format_map({**attributes, **keys})
        for stack, inside in known.items()
        if (keys := _keys(stack, address)) is not None
    ]
    if len(found) != 1:
        msg = f"the module has nothing for {address}"
        raise LookupError(msg)
    return found[0]


def _keys(pattern: str, address: str) -> dict[str, str] | None:
    parts = re.split(r"\{(\w+)\}", pattern)
    expression = "".join(
        f"(?P<{part}>{_PATTERNS.get(part, '.+')})" if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    )
    matched = re.fullmatch(expression, address)
    return matched.groupdict() if matched else None


def blocks(found: Iterable[tuple[str, str]], module: str, *, back: bool = False) -> str:
    """Return the blocks, for a root that calls the module by this name."""
    pairs = [(stack, f"module.{module}.{inside}") for stack, inside in found]
    return "\n".join(
        f"moved {{\n  from = {inside if back else stack}\n  to   = {stack if back else inside}\n}}\n"
        for stack, inside in pairs
    )


def main() -> None:
    """Read a stack's state from standard input, and print the blocks."""
    modules = {module.name: module for module in MODULES}
    parser = argparse.ArgumentParser(prog="python -m tools.module_generator.moved", description=__doc__)
    parser.add_argument("module", choices=sorted(modules), help="the module of terraform/")
    parser.add_argument("name", help="its name in the root")
    parser.add_argument("--back", action="store_true", help="from the module to the stack")
    arguments = parser.parse_args()
    try:
        found = [*moves(modules[arguments.module], json.load(sys.stdin))]
    except LookupError as error:
        parser.exit(2, f"error: {error}\n")
    print(blocks(found, arguments.name, back=arguments.back), end="")


if __name__ == "__main__":
    main()
