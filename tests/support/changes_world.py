"""The topology that the changes of docs/changes.md start from, and what it says exists already."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from uuid import uuid4

from privatelink.sandbox.process import Sandbox
from privatelink.topology.rules.endpoint import EndpointSettings
from tests.support.existing import auto_scaling_group
from tests.support.sandbox_fixtures import Account, HomeAccount, Vpc

REGION = "ap-northeast-2"
A, B, C = (f"{REGION}{letter}" for letter in "abc")
ACCOUNT = "111122223333"
ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"
SNS = f"arn:aws:sns:{REGION}:{ACCOUNT}"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2"

# Placeholders, in the form of AWS's IDs, of what exists; `arranged` makes them.
VPC = {name: f"vpc-0a1b2c3d4e5f6000{number}" for number, name in enumerate(("own", "mine", "x", "y", "z"))}
SUBNETS = {
    name: {f"{REGION}{letter}": f"subnet-0a1b2c3d4e5f600{number}{letter}" for letter in "abc"}
    for number, name in enumerate(("own", "mine"))
}
OTHER_SUBNET = "subnet-0a1b2c3d4e5f60099"
"""In the same zone as the first one of `own`."""
FOREIGN_ACCOUNT = "222233334444"
FOREIGN_ROLE = f"arn:aws:iam::{FOREIGN_ACCOUNT}:role/changes"
FOREIGN_VPCS = [f"vpc-0a1b2c3d4e5f6009{number}" for number in (7, 8)]
FAR_REGION, FAR_VPC = "us-west-2", "vpc-0a1b2c3d4e5f60099"
GROUPS = {
    name: f"sg-0a1b2c3d4e5f6000{number}" for number, name in enumerate(("web", "clients", "e1", "e2", "own"))
}
INSTANCES = {zone: f"i-0a1b2c3d4e5f6000{zone[-1]}" for zone in (A, B, C)}
AUTO_SCALING_GROUPS = [f"changes-auto-scaling-{number}" for number in (1, 2, 3)]
ALLOCATIONS = {zone: f"eipalloc-0a1b2c3d4e5f6000{zone[-1]}" for zone in (A, B, C)}
BALANCERS = [f"{ELB}/net/front{number}/0a1b2c3d4e5f678{number}" for number in (1, 2, 3)]
APPLICATION_BALANCERS = [f"{ELB}/app/routes{number}/0a1b2c3d4e5f677{number}" for number in (1, 2)]
OUTSIDE = [f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef{number}" for number in (1, 2)]
CERTIFICATES = [f"{CERTIFICATE}{letter}" for letter in "ab"]
TOPICS = [f"{SNS}:changes-{number}" for number in (1, 2)]
PUBLIC_ZONES = ["Z0123456789ABCDEFGHI1", "Z0123456789ABCDEFGHI2"]
PRIVATE_ZONES = ["Z0123456789ABCDEFGHI3", "Z0123456789ABCDEFGHI4"]
PREFIX_LIST = "pl-0a1b2c3d4e5f60001"
BUCKETS = ["changes-access-logs-1", "changes-access-logs-2"]

# Of the sandbox's own account, so that what exists is found.
PROFILES = ["one", "two"]
ROLES = [f"arn:aws:iam::123456789012:role/{name}" for name in ("one", "two")]
STATE_BUCKETS = ["changes-states-1", "changes-states-2"]
STATE_KEYS = [f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123abcd-0123-4abc-8abc-0123456789a{n}" for n in "ab"]

NETWORK = {"cidr": "10.10.0.0/16", "zones": [A, C]}
OWN_NETWORK = {"vpc_id": VPC["own"], "subnet_ids": {zone: SUBNETS["own"][zone] for zone in (A, C)}}
MY_NETWORK = {"vpc_id": VPC["mine"], "subnet_ids": {zone: SUBNETS["mine"][zone] for zone in (A, C)}}
SSM, LOGS, S3, EC2 = (f"com.amazonaws.{REGION}.{name}" for name in ("ssm", "logs", "s3", "ec2"))
POLICY = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}


def outside() -> dict[str, Any]:
    """Return a topology with consumers alone, of a service outside."""
    apart = [f"10.9.{number}.0/24" for number in (0, 1, *range(4, 192, 4))]
    return {
        "name": "outside",
        "consumers": {
            "out": {
                "network": {"cidr": "10.41.0.0/16", "zones": [A, C]},
                "service_name": OUTSIDE[0],
                "endpoint": {"ports": [80, 443], "udp_ports": [53, 123], "allow_from": ["10.9.0.0/24"]},
            },
            "many": {
                "network": {"cidr": "10.42.0.0/16", "zones": [A]},
                "service_name": OUTSIDE[0],
                "endpoint": {"ports": [80], "allow_from": apart},
            },
        },
    }


def small() -> dict[str, Any]:
    """Return a topology with one service on an existing load balancer."""
    return {
        "name": "small",
        "service": {"region": REGION, "existing_load_balancers": BALANCERS[:1], "listeners": [{"port": 443}]},
        "consumers": {
            "zones": {"network": {"cidr": "10.51.0.0/16", "zones": [A, C]}},
            "move": {"network": {"cidr": "10.52.0.0/16", "zones": [A, C]}},
            "account": {
                "network": {"cidr": "10.53.0.0/16", "zones": [A]},
                "endpoint": {"names": ["api.x.internal"]},
                "hosted_zone": {"name": "x.internal", "shared_with": {"x": {"vpc_id": VPC["x"]}}},
            },
            "names": {
                "network": MY_NETWORK,
                "endpoint": {"zones": [A]},
            },
        },
    }


def matrix() -> dict[str, Any]:
    """Return a topology with several services and consumers of each shape."""
    numbers = count(11)

    def network(zones: Any = (A, C)) -> dict[str, Any]:
        return {"cidr": f"10.{next(numbers)}.0.0/16", "zones": list(zones)}

    return {
        "name": "matrix",
        "services": {
            "web": {
                "region": REGION,
                "network": network(),
                "backends": {"text": "hello"},
                "load_balancer": {"allow_from": ["10.0.0.0/24", "10.0.2.0/24"]},
                "listeners": [
                    {"port": 80},
                    {"port": 81, "health_check": {"protocol": "HTTP", "path": "/"}},
                    {"port": 443, "protocol": "TLS", "certificate_arn": CERTIFICATES[0]},
                ],
                "allowed_principals": ["111122223333", "arn:aws:iam::222233334444:root"],
                "acceptance": "managed",
            },
            "fleet": {
                "region": REGION,
                "network": network(),
                "backends": {"text": {A: "a", C: "c"}, "auto_scaling": {"min": 1, "max": 2}},
                "load_balancers": {
                    "one": {},
                    "two": {
                        "scheme": "internet-facing",
                        "elastic_ips": {zone: ALLOCATIONS[zone] for zone in (A, C)},
                    },
                },
                "listeners": [{"port": 80}],
                "acceptance": "automatic",
                "notifications": {"events": ["Connect", "Reject"]},
                "alarms": {"topics": TOPICS},
                "supported_regions": ["eu-west-1", "us-east-1"],
            },
            "own": {
                "region": REGION,
                "network": OWN_NETWORK,
                "targets": {"addresses": {"one": "10.1.0.10", "two": "10.1.1.10"}},
                "listeners": [
                    {"port": 80, "target_port": 8080},
                    {"port": 53, "protocol": "UDP", "targets": ["one", "two"]},
                    {"port": 90},
                    {"port": 91, "protocol": "TLS", "certificate_arn": CERTIFICATES[0]},
                ],
            },
            "inst": {
                "region": REGION,
                "network": OWN_NETWORK,
                "targets": {"instances": {"one": INSTANCES[A], "two": INSTANCES[C]}},
                "load_balancer": {"name": "front"},
                "listeners": [{"port": 8080}],
            },
            "edge": {
                "region": REGION,
                "existing_load_balancers": BALANCERS[:2],
                "listeners": [{"port": 443}],
            },
        },
        "consumers": {
            "one": {"network": network(), "service": "web"},
            "two": {
                "network": network(),
                "service": "fleet",
                "endpoint": {"allow_from": ["10.14.0.0/16", "10.9.0.0/24"]},
            },
            "names": {
                "network": network(),
                "service": "fleet",
                "endpoint": {
                    "names": [
                        "a.shop.internal",
                        {"name": "b.shop.internal", "zone": A},
                        {"name": "c.shop.internal", "zone": C},
                    ],
                    "zones": [A, C],
                },
                "hosted_zone": {"name": "shop.internal", "shared_with": {"x": {"vpc_id": VPC["x"]}}},
                "endpoints": {
                    "ssm": {"service_name": SSM},
                    "s3": {"service_name": S3, "policy": POLICY},
                },
            },
            "mine": {
                "network": MY_NETWORK,
                "service": "web",
                "endpoint": {"security_group_ids": [GROUPS["e1"], GROUPS["e2"]]},
            },
            "out": {
                "network": network(),
                "endpoints": {
                    "another": {"service_name": OUTSIDE[1], "ports": [80, 443], "udp_ports": [53, 54]}
                },
            },
            "only": {
                "region": REGION,
                "network": network(),
                "endpoints": {"ssm": {"service_name": SSM}, "logs": {"service_name": LOGS}},
            },
        },
    }


def keys() -> dict[str, Any]:
    """Return a topology whose keys, zones and encryption keys change."""
    return {
        "name": "keys",
        "services": {
            "edge": {
                "region": REGION,
                "existing_load_balancers": BALANCERS[:1],
                "listeners": [{"port": 443}],
                "acceptance": "automatic",
                "private_dns": {"name": "edge.example.com", "zone_id": PUBLIC_ZONES[0]},
            },
            "web": {
                "region": REGION,
                "network": {
                    "cidr": "10.71.0.0/16",
                    "zones": {A: "10.71.0.0/24", C: "10.71.1.0/24"},
                    "flow_logs": {"retention_days": 7},
                },
                "backends": {"text": "hello"},
                "load_balancer": {"access_logs": {"expire_days": 7}},
                "listeners": [{"port": 443, "protocol": "TLS", "certificate_arn": CERTIFICATES[0]}],
                "acceptance": "automatic",
                "private_dns": {"name": "api.example.com", "zone_id": PUBLIC_ZONES[0]},
                "notifications": {},
            },
        },
        "consumers": {
            "keyed": {"network": {"cidr": "10.72.0.0/16", "zones": [A]}, "service": "edge"},
            "zoned": {
                "network": {"cidr": "10.73.0.0/16", "zones": {A: "10.73.0.0/24", C: "10.73.1.0/24"}},
                "service": "edge",
            },
            "shared": {
                "network": {"cidr": "10.74.0.0/16", "zones": [A]},
                "service": "edge",
                "endpoint": {"names": ["api.x.internal"]},
                "hosted_zone": {
                    "name": "x.internal",
                    "shared_with": {key: {"vpc_id": VPC[key]} for key in "xy"}
                    | {"foreign": {"vpc_id": FOREIGN_VPCS[0], "account": {"role_arn": FOREIGN_ROLE}}},
                },
            },
            "private": {
                "network": {"cidr": "10.75.0.0/16", "zones": [A], "flow_logs": {"retention_days": 7}},
                "service": "web",
                "probe": {"public_address": False},
            },
            "global": {
                "region": "us-east-1",
                "network": {"cidr": "10.76.0.0/16", "zones": ["us-east-1a"]},
                "endpoints": {
                    "dns": {"service_name": "com.amazonaws.route53", "service_region": "us-east-1"},
                },
            },
        },
    }


def stages() -> dict[str, Any]:
    """Return a topology whose changes need several applies."""

    def service(network: Any, prefix: str, **more: Any) -> dict[str, Any]:
        return {
            "region": REGION,
            "network": network,
            "targets": {"addresses": {"one": f"{prefix}.0.10", "two": f"{prefix}.1.10"}},
            "listeners": [{"port": 80}],
            "acceptance": "automatic",
        } | more

    def network(prefix: str) -> dict[str, Any]:
        return {"cidr": f"{prefix}.0.0/16", "zones": {A: f"{prefix}.0.0/24", C: f"{prefix}.1.0/24"}}

    return {
        "name": "stages",
        "services": {
            "made": service(network("10.81"), "10.81"),
            "own": service(OWN_NETWORK, "10.1", load_balancer={"name": "stages-own", "cross_zone": True}),
            "public": service(
                OWN_NETWORK,
                "10.1",
                targets={"instances": {"one": INSTANCES[A], "two": INSTANCES[C]}},
                load_balancer={
                    "cross_zone": True,
                    "scheme": "internet-facing",
                    "elastic_ips": {zone: ALLOCATIONS[zone] for zone in (A, C)},
                },
            ),
            "apart": service(network("10.82"), "10.82"),
        },
        "consumers": {
            "one": {"network": network("10.83"), "service": "made"},
            "far": {
                "region": REGION,
                "network": network("10.84"),
                "endpoints": {"ssm": {"service_name": SSM}},
            },
        },
    }


def credentials() -> dict[str, Any]:
    """Return a topology with one stack, whose account changes."""
    topology = stateful()
    topology["consumers"]["one"]["account"] = {"profile": PROFILES[0]}
    return topology | {"name": "credentials"}


def reversed_lists(given: Any) -> Any:
    """Return a topology with the items of all its lists and mappings in the reverse order."""
    if isinstance(given, dict):
        return {key: reversed_lists(value) for key, value in reversed(given.items())}
    return [reversed_lists(value) for value in reversed(given)] if isinstance(given, list) else given


def unprotected(given: Any) -> Any:
    """Return a topology in which no load balancer has deletion protection."""
    if isinstance(given, dict):
        return {key: key != "deletion_protection" and unprotected(value) for key, value in given.items()}
    return [unprotected(value) for value in given] if isinstance(given, list) else given


def reorders(topology: Mapping[str, Any]) -> set[str]:
    """Return the fields that are lists with several items in a topology, by the paths of `admitted`."""
    return {_general(path) for path in _lists(topology, ())}


def _lists(given: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(given, list):
        if len(given) > 1:
            yield above
        for value in given:
            yield from _lists(value, (*above, "*"))
    elif isinstance(given, dict):
        for key, value in given.items():
            yield from _lists(value, (*above, key))


def _general(path: tuple[str, ...]) -> str:
    """Return a path with * for keys; what is the same in several places is at the first one."""
    text = ".".join(path)
    text = re.sub(r"^services\.[^.]+", "service", text)
    text = re.sub(r"^service\.load_balancers\.[^.]+", "service.load_balancer", text)
    text = re.sub(r"^consumers\.[^.]+", "consumers.*", text)
    same = "|".join(EndpointSettings.model_fields)
    text = re.sub(rf"\.endpoints\.[^.]+\.({same})\b", r".endpoint.\1", text)
    return re.sub(r"\.endpoints\.[^.]+", ".endpoints.*", text)


def stateful() -> dict[str, Any]:
    """Return a topology with one stack."""
    network = {"cidr": "10.61.0.0/28", "zones": [A]}
    endpoints = {"ssm": {"service_name": SSM}}
    return {
        "name": "moved",
        "consumers": {"one": {"region": REGION, "network": network, "endpoints": endpoints}},
    }


def arranged_for_states(sandbox: Sandbox) -> tuple[Mapping[str, str], HomeAccount]:
    """Make buckets and keys for states; return the name or ARN of each placeholder, and the account."""
    account = HomeAccount(sandbox, "", REGION)
    made: dict[str, str] = {}
    for placeholder, region in zip(STATE_BUCKETS, (REGION, "us-west-2"), strict=True):
        made[placeholder] = _unique(placeholder)
        account.client("s3", region).create_bucket(
            Bucket=made[placeholder], CreateBucketConfiguration={"LocationConstraint": region}
        )
    for placeholder in STATE_KEYS:
        made[placeholder] = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    return made, account


def arranged(sandbox: Sandbox) -> tuple[Mapping[str, str], HomeAccount]:
    """Make what exists; return the ID that stands for each placeholder, and the account."""
    account = HomeAccount(sandbox, "", REGION)
    return dict(_made(account)), account


def with_ids(topology: Any, ids: Mapping[str, str]) -> Any:
    """Return a topology with the IDs of what was made."""
    text = json.dumps(topology)
    for placeholder, made in ids.items():
        text = text.replace(placeholder, made)
    return json.loads(text)


def _made(account: HomeAccount) -> Iterator[tuple[str, str]]:
    own, mine = account.vpc("10.1.0.0/16", "abc", internet=True), account.vpc("10.2.0.0/16", "abc")
    for name, vpc in {"own": own, "mine": mine}.items():
        yield VPC[name], vpc.id
        for letter, subnet in vpc.subnets.items():
            yield SUBNETS[name][f"{REGION}{letter}"], subnet
    for number, name in enumerate(("x", "y", "z")):
        yield VPC[name], account.vpc(f"10.{3 + number}.0.0/16").id
    yield (
        OTHER_SUBNET,
        account.ec2.create_subnet(VpcId=own.id, CidrBlock="10.1.200.0/24", AvailabilityZone=A)["Subnet"][
            "SubnetId"
        ],
    )
    foreign = Account(account.sandbox, FOREIGN_ACCOUNT, REGION)
    for placeholder in FOREIGN_VPCS:
        yield placeholder, foreign.vpc("10.9.0.0/16").id
    elsewhere = account.client("ec2", FAR_REGION).create_vpc(CidrBlock="10.9.0.0/16")
    yield FAR_VPC, elsewhere["Vpc"]["VpcId"]
    for name, vpc in {"web": own, "own": own, "clients": mine, "e1": mine, "e2": mine}.items():
        yield GROUPS[name], vpc.security_group(name)
    yield from _targets(account, own)
    yield from _names(account, mine)
    for placeholder in OUTSIDE:
        yield placeholder, account.vpc(zones="abc").service_admitting()["ServiceName"]
    for placeholder in CERTIFICATES:
        yield (
            placeholder,
            account.client("acm").request_certificate(DomainName="a.example.com")["CertificateArn"],
        )
    for placeholder in TOPICS:
        yield placeholder, account.client("sns").create_topic(Name=_unique("topic"))["TopicArn"]
    for placeholder in BUCKETS:
        yield placeholder, _bucket(account, _unique(placeholder))
    yield (
        PREFIX_LIST,
        account.ec2.create_managed_prefix_list(
            PrefixListName="offices", AddressFamily="IPv4", MaxEntries=1, Entries=[{"Cidr": "10.2.240.0/20"}]
        )["PrefixList"]["PrefixListId"],
    )


def _bucket(account: HomeAccount, name: str) -> str:
    """Make a bucket that access logs may be delivered to."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    delivery = {"Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}}
    statements = [
        {**delivery, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{name}"},
        {**delivery, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*"},
    ]
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return name


def _targets(account: HomeAccount, vpc: Vpc) -> Iterator[tuple[str, str]]:
    group = vpc.security_group("instances")
    for zone, placeholder in INSTANCES.items():
        run = account.ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=1,
            MaxCount=1,
            SubnetId=vpc.subnets[zone[-1]],
            SecurityGroupIds=[group],
        )
        yield placeholder, run["Instances"][0]["InstanceId"]
    for placeholder in AUTO_SCALING_GROUPS:
        yield placeholder, auto_scaling_group(vpc, group, 2)
    for placeholder in ALLOCATIONS.values():
        yield placeholder, account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    for placeholder in BALANCERS:
        yield placeholder, _with_listener(account, vpc, "TCP", 443)
    routes = vpc.security_group("routes")
    for placeholder in APPLICATION_BALANCERS:
        yield (
            placeholder,
            _with_listener(account, vpc, "HTTP", 8080, Type="application", SecurityGroups=[routes]),
        )


def _with_listener(account: HomeAccount, vpc: Vpc, protocol: str, port: int, **arguments: Any) -> str:
    balancer = str(vpc.load_balancer(_unique("front"), **arguments)["LoadBalancerArn"])
    group = account.elb.create_target_group(Name=_unique("t"), Protocol=protocol, Port=port, VpcId=vpc.id)
    account.elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol=protocol,
        Port=port,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}],
    )
    return balancer


def _names(account: HomeAccount, vpc: Vpc) -> Iterator[tuple[str, str]]:
    route53 = account.client("route53")
    for placeholder in PUBLIC_ZONES:
        made = route53.create_hosted_zone(Name="example.com", CallerReference=_unique("public"))
        yield placeholder, made["HostedZone"]["Id"].rpartition("/")[2]
    for placeholder, name in zip(PRIVATE_ZONES, ("shop.internal", "depot.internal"), strict=True):
        made = route53.create_hosted_zone(
            Name=name,
            CallerReference=_unique("private"),
            VPC={"VPCRegion": REGION, "VPCId": vpc.id},
            HostedZoneConfig={"PrivateZone": True},
        )
        yield placeholder, made["HostedZone"]["Id"].rpartition("/")[2]


def _unique(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}"
