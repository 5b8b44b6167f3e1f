"""Changes that cannot even be planned: found in the state and the configuration of a stack.

The plan of the stack fails with an error of the provider or of Terraform, so there is no plan to look at.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from privatelink.changes.staged import APPLIED, LAST, Kind, Stage, Staged, destroy_first
from privatelink.literal import plain
from privatelink.terraform.documents import Attributes, RawResource

if TYPE_CHECKING:
    from privatelink.terraform.stacks import Stack  # it imports boto3, and `explain` lists the kinds

HEALTH_CHECK = Kind(
    "health-check-to-tcp",
    what="a health check over HTTP or HTTPS becomes one over TCP",
    why=(
        "the provider keeps the path and the codes of the former health check in its plan, and then refuses "
        "them for TCP; AWS itself changes the health check in place"
    ),
    page="https://github.com/hashicorp/terraform-provider-aws/pull/46036",
    instead="change the health check with the AWS CLI first",
)
PROVIDER = Kind(
    "provider-removed",
    what="resources of another account are deleted together with the account's provider",
    why=(
        "Terraform deletes a resource with the provider that created it, and the file no longer has the "
        "account of that provider (Provider configuration not present)"
    ),
    page="https://developer.hashicorp.com/terraform/language/modules/develop/providers",
    instead="delete the resources first, and remove the provider in the next apply",
)
KINDS = (HEALTH_CHECK, PROVIDER)
_GROUP = "aws_lb_target_group"
_REGION_OF_ARN = 3
_ALIAS = re.compile(r"provider\[.*\]\.(.+)")


def find(stack: "Stack") -> Iterator[Staged]:
    """Yield the changes of a stack that cannot be planned.

    Arguments:
        stack: a stack whose plan failed.
    """
    resources = [resource for resource in stack.root.raw_resources() if resource["mode"] == "managed"]
    yield from _health_checks(stack, resources)
    yield from _providers(stack, resources)


def _health_checks(stack: "Stack", resources: Sequence[RawResource]) -> Iterator[Staged]:
    configured = stack.configuration.get("resource", {}).get(_GROUP, {})
    groups = cast("dict[str, Attributes]", configured)
    for resource in resources:
        wanted = groups.get(resource["name"]) if resource["type"] == _GROUP else None
        if not wanted or wanted["health_check"]["protocol"] != "TCP":
            continue
        group = resource["instances"][0]["attributes"]
        protocol = group["health_check"][0]["protocol"]
        if protocol != "TCP":
            change = f"the health check of target group {group['name']} changes from {protocol} to TCP"
            stages = (_state_first() if group["target_type"] == "alb" else _in_aws(group["arn"]), LAST)
            yield Staged(stack.name, f"{_GROUP}.{resource['name']}", change, HEALTH_CHECK, stages)


def _state_first() -> Stage:
    """Return the stage that gives the group of an Application Load Balancer an address of its own.

    AWS requires a health check over HTTP or HTTPS for it; other targets then have another target group.
    """
    return Stage((APPLIED,))


def _in_aws(arn: str) -> Stage:
    region = arn.split(":")[_REGION_OF_ARN]
    command = (
        f"aws elbv2 modify-target-group --region {region} --target-group-arn {arn} "
        "--health-check-protocol TCP"
    )
    return Stage(("no edit: a command, with the credentials of the service's account",), (command,))


def _providers(stack: "Stack", resources: Sequence[RawResource]) -> Iterator[Staged]:
    blocks = stack.configuration["provider"]["aws"]
    aliases = {plain(block.get("alias")) for block in blocks}
    left: dict[str, list[str]] = {}
    for resource in resources:
        found = _ALIAS.fullmatch(resource["provider"])
        if found and found[1] not in aliases:
            left.setdefault(found[1], []).append(f"{resource['type']}.{resource['name']}")
    if not left:
        return
    addresses = sorted(address for each in left.values() for address in each)
    names = ", ".join(f"aws.{alias}" for alias in sorted(left))
    change = f"resources of provider {names} are deleted together with the provider"
    yield Staged(stack.name, addresses[0], change, PROVIDER, (destroy_first(stack.name, addresses), LAST))
