"""Ask AWS about the services in the plans; it only reads, and the review goes on without its answers.

IAM: ec2:DescribeVpcEndpointServiceConfigurations, ec2:DescribeVpcEndpointConnections and
elasticloadbalancing:DescribeTargetHealth, with the credentials of the service provider.
"""

import re
from collections.abc import Sequence

from privatelink.api import clients
from privatelink.api.errors import readable_errors
from privatelink.connections.endpoint_connections import find_service, list_connections
from privatelink.errors import UserError
from privatelink.review.live import Consumer, Live, asked_for
from privatelink.review.plan import Plan
from privatelink.review.world import Worlds

_REGION = re.compile(r"\.vpce\.([a-z0-9-]+)\.vpce-svc-")
_HEALTHY = "healthy"


def ask(plans: Sequence[Plan], region: str | None = None, profile: str | None = None) -> Live:
    """Return who is connected to each service in the plans, and the health of its targets.

    Arguments:
        plans: the plans.
        region: the Region; default: that in the name of the service, or the ARN of the target group.
        profile: a profile of the AWS configuration; default: AWS_PROFILE.
    """
    services, groups = asked_for(Worlds(plans))
    consumers: dict[str, list[Consumer]] = {}
    healthy: dict[str, tuple[int, int]] = {}
    notes: dict[str, None] = {}
    for service_id, name in services.items():
        match = _REGION.search(name)
        try:
            consumers[service_id] = _consumers(service_id, region or (match[1] if match else None), profile)
        except UserError as error:
            notes[f"AWS was not asked who is connected: {error}"] = None
    for arn in groups:
        try:
            healthy[arn] = _health(arn, region or arn.split(":")[3], profile)
        except UserError as error:
            notes[f"AWS was not asked which targets are healthy: {error}"] = None
    return Live(consumers, healthy, tuple(notes))


def _consumers(service_id: str, region: str | None, profile: str | None) -> list[Consumer]:
    ec2 = clients.ec2(region, profile)
    with readable_errors(service="ec2"):
        find_service(ec2, service_id)
        return [
            Consumer(each.endpoint_id, each.owner, each.state, each.since)
            for each in list_connections(ec2, service_id)
        ]


def _health(arn: str, region: str | None, profile: str | None) -> tuple[int, int]:
    elbv2 = clients.elbv2(region, profile)
    with readable_errors(service="elasticloadbalancing"):
        targets = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    states = [target.get("TargetHealth", {}).get("State") for target in targets]
    return sum(state == _HEALTHY for state in states), len(states)
