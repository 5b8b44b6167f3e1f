"""Plans in JSON, with the resources that staged changes are about."""

from collections.abc import Collection, Sequence
from typing import Any

from privatelink.changes.plans import Plans

ONE, PROVIDER = "shop-consumer-one", "shop-provider"
VPC = "vpc-1"
A, C = "ap-northeast-2a", "ap-northeast-2c"
NLB = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/net/shop-nlb/0"
SERVICE_NAME = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-1"
NO_OP, UPDATE, CREATE, DELETE = ("no-op",), ("update",), ("create",), ("delete",)
CREATE_FIRST, DELETE_FIRST = ("create", "delete"), ("delete", "create")


def resource(
    address: str,
    actions: Sequence[str],
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A resource in a plan; without `after`, it stays as it is unless it is deleted."""
    kind, name = address.split(".")
    after = after if after is not None or actions == DELETE else before
    change = {"actions": [*actions], "before": before, "after": after, **more}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": change}


def subnet(zone: str, actions: Sequence[str], before: str | None, after: str | None = None) -> dict[str, Any]:
    """A subnet of a consumer's network; its CIDR before and after."""

    def values(cidr: str) -> dict[str, Any]:
        return {"vpc_id": VPC, "cidr_block": cidr, "availability_zone": zone}

    return resource(
        f"aws_subnet.network_{zone}",
        actions,
        values(before) | {"id": f"subnet-{zone[-1]}"} if before else None,
        values(after) if after else None,
    )


def vpc(cidr: str = "10.20.0.0/16") -> dict[str, Any]:
    """The VPC of the subnets."""
    return resource("aws_vpc.network", NO_OP, {"id": VPC, "cidr_block": cidr})


def endpoint(
    zones: str, after: str | None = None, actions: Sequence[str] = UPDATE, name: str = "endpoint"
) -> dict[str, Any]:
    """An endpoint in zones, by their letters; without `after`, the plan does not have its subnets."""
    common = {"id": "vpce-1", "service_name": SERVICE_NAME}
    return resource(
        f"aws_vpc_endpoint.{name}",
        actions,
        common | {"subnet_ids": [f"subnet-{zone}" for zone in zones]},
        None
        if actions == DELETE
        else common | ({} if after is None else {"subnet_ids": [f"subnet-{zone}" for zone in after]}),
        after_unknown={} if after is not None else {"subnet_ids": [False, True]},
    )


def balancer(actions: Sequence[str], name: str = "load-balancer", **more: Any) -> dict[str, Any]:
    """The load balancer of the service, in subnets a and c."""
    before = {"arn": NLB, "name": "shop-nlb", "subnets": ["subnet-a", "subnet-c"]}
    return resource(f"aws_lb.{name}", actions, before, **more)


def service(actions: Sequence[str] = NO_OP) -> dict[str, Any]:
    """The endpoint service."""
    before = {"service_name": SERVICE_NAME, "network_load_balancer_arns": [NLB]}
    return resource("aws_vpc_endpoint_service.endpoint-service", actions, before)


def plans(flags: Collection[str] = (), **stacks: Sequence[dict[str, Any]]) -> Plans:
    """Plans of `one`, a consumer, and `provider`; `flags` are addresses with create_before_destroy."""
    names = {"one": ONE, "provider": PROVIDER}
    made: Any = {names[key]: {"resource_changes": [*changes]} for key, changes in stacks.items()}
    return Plans(made, lambda stack: flags)
