"""Small topologies with other fields of the provider's side."""

from tests.support.topology_strategies import both_sides

CERTIFICATE = "arn:aws:acm:ap-northeast-2:111122223333:certificate/0f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b"
IAM_CERTIFICATE = "arn:aws:iam::111122223333:server-certificate/mine"
APPLICATION = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/web/0a1b2c3d4e5f6789"
NETWORK = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/net/front/0a1b2c3d4e5f6789"
EXISTING = {
    "vpc_id": "vpc-0a1b2c3d4e5f60001",
    "subnet_ids": {
        "ap-northeast-2a": "subnet-0a1b2c3d4e5f6000a",
        "ap-northeast-2c": "subnet-0a1b2c3d4e5f6000c",
    },
}


def with_service(**fields):
    """The small topology with other fields of the service; None takes one away."""
    topology = both_sides()
    topology["service"] |= fields
    topology["service"] = {key: value for key, value in topology["service"].items() if value is not None}
    return topology


def listener(**fields):
    return with_service(listeners=[{"port": 443, **fields}])


def targets(network=None, **fields):
    """Targets that exist, instead of backends."""
    listeners = fields.pop("listeners", [{"port": 53, "target_port": 5353}])
    return with_service(
        backends=None, listeners=listeners, targets=fields, **({"network": network} if network else {})
    )


def across_regions(zones):
    """A service in these zones, for consumers of another Region too."""
    topology = with_service(network={"cidr": "10.10.0.0/16", "zones": zones}, supported_regions=["eu-west-1"])
    topology["consumers"]["client"]["network"]["zones"] = zones[:1]
    return topology


ADDRESSES = {"one": "10.10.0.5", "two": "10.10.32.5"}  # one in each zone
TCP = [{"port": 53}]
