"""Small topologies with other fields of the consumer's side."""

import copy

from tests.support.topology_strategies import both_sides

PARTNER = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0f1e2d3c4b5a69788"
S3 = "com.amazonaws.ap-northeast-2.s3"
GROUP = "sg-0a1b2c3d4e5f60001"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


def consumer(**fields):
    """The small topology with other fields of the consumer."""
    topology = both_sides()
    topology["consumers"]["client"] |= fields
    return topology


def endpoint(network=None, **fields):
    return consumer(endpoint=fields, **({"network": network} if network else {}))


def endpoints(network=None, **further):
    return consumer(endpoints=further, **({"network": network} if network else {}))


def s3(**fields):
    return endpoints(s3={"service_name": S3, **fields})


def policy(**fields):
    return s3(policy={"Statement": ALLOW, **fields})


def policy_of(characters):
    """A policy that is so long as JSON."""
    made = {"Version": "2012-10-17", "Statement": {"Sid": ""}}
    empty = len('{"Version":"2012-10-17","Statement":{"Sid":""}}')
    made["Statement"]["Sid"] = "x" * (characters - empty)
    return s3(policy=made)


def named(*names, zone=None):
    return consumer(endpoint={"names": list(names)}, hosted_zone=zone or {"name": "shop.internal"})


def several(**fields):
    """Two services, and a consumer of one of them; None takes a field away."""
    topology = both_sides()
    orders = topology.pop("service")
    stock = copy.deepcopy(orders)
    stock["network"]["cidr"] = "10.11.0.0/16"
    topology["services"] = {"orders": orders, "stock": stock}
    client = topology["consumers"]["client"] | {"service": "orders", **fields}
    topology["consumers"]["client"] = {key: value for key, value in client.items() if value is not None}
    return topology


def far(region="eu-west-1", **service):
    topology = consumer(
        region=region, network={"cidr": "10.20.0.0/16", "zones": [f"{region}a", f"{region}b"]}
    )
    topology["service"] |= {"supported_regions": ["eu-west-1"], **service}
    return topology


def alone(**fields):
    """A consumer of a service that is not in the file."""
    topology = consumer(service_name=PARTNER, endpoint={"ports": [80]}, **fields)
    del topology["service"]
    return topology


def dualstack(ours="dualstack", theirs="dualstack", *, ipv6=True):
    topology = consumer(endpoint={"ip_address_type": theirs})
    topology["service"] |= {"ip_address_type": ours}
    topology["service"]["network"]["ipv6"] = True
    topology["consumers"]["client"]["network"]["ipv6"] = ipv6
    return topology


def changed(topology, *path, value):
    """The same with another value at a place."""
    *above, last = path
    part = topology
    for step in above:
        part = part[step]
    part[last] = value
    return topology


ADDRESSES = {"ap-northeast-2a": "10.20.0.4", "ap-northeast-2c": "10.20.47.254"}
