"""The DNS names that AWS resolves, publicly and in each VPC.

https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from moto.route53.models import route53_backends

from privatelink.sandbox.dataplane.world import Record, Zone
from privatelink.sandbox.interface_endpoints import InterfaceEndpoint, is_on
from privatelink.sandbox.load_balancers import NetworkLoadBalancer
from privatelink.sandbox.outside import AWS_ADDRESS
from privatelink.sandbox.untyped import Moto

AWS_SERVICES = (
    *("ssm", "ssmmessages", "ec2messages", "ec2", "sts", "kms", "logs", "monitoring", "s3", "secretsmanager"),
    *("autoscaling", "elasticloadbalancing", "route53resolver", "sns", "sqs"),
)
"""AWS's own services with a public name in the simulated internet: those that instances use."""
SERVED_TYPES = ("A", "AAAA", "CNAME", "TXT", "MX", "SRV", "NS")


def public_records(
    instances: Iterable[Moto],
    balancers: Iterable[NetworkLoadBalancer],
    endpoints: Iterable[InterfaceEndpoint],
) -> tuple[Record, ...]:
    """Return the public records: load balancers, endpoints, public instances and public hosted zones."""
    records = [
        *(record for balancer in balancers for record in load_balancer_records(balancer)),
        *(record for endpoint in endpoints for record in endpoint_records(endpoint)),
        *(
            Record(normal(instance.public_dns_name), "A", (str(instance.public_ip),))
            for instance in instances
            if instance.public_ip and hostnames_on(instance)
        ),
        *(record for zone in hosted_zones() if not zone.private_zone for record in zone_records(zone)),
        *(
            Record(name, "A", (AWS_ADDRESS,))
            for name in {
                name
                for region in {item.ec2_backend.region_name for item in [*instances, *endpoints]}
                for name in aws_names(region)
            }
        ),
    ]
    return tuple(sorted(records, key=lambda record: (record.name, record.type)))


def aws_names(region: str) -> tuple[str, ...]:
    """Return the public DNS names of AWS's own services in a Region."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return tuple(f"{service}.{region}.{suffix}" for service in AWS_SERVICES)


def private_zones(
    vpc: Moto, instances: Iterable[Moto], endpoints: Iterable[InterfaceEndpoint]
) -> tuple[Zone, ...]:
    """Return the private zones of a VPC, the most specific one first."""
    found: dict[str, list[Record]] = defaultdict(list)
    for instance in instances:
        if instance.nics[0].subnet.vpc_id == vpc.id:
            name = normal(instance.private_dns_name)
            found[name.partition(".")[2]].append(Record(name, "A", (str(instance.private_ip),)))
            if instance.public_ip and hostnames_on(instance):
                # Within the VPC, a public name resolves to the private address.
                public = normal(instance.public_dns_name)
                found[public].append(Record(public, "A", (str(instance.private_ip),)))
    # Private hosted zones need both attributes:
    # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    if is_on(vpc.enable_dns_support) and is_on(vpc.enable_dns_hostnames):
        for zone in hosted_zones():
            if zone.private_zone and any(item.get("vpc_id") == vpc.id for item in zone.vpcs):
                found[normal(zone.name)] += zone_records(zone)
        for endpoint in endpoints:
            if endpoint.vpc_id == vpc.id and endpoint.private_dns_enabled and endpoint.private_dns_name:
                name = normal(endpoint.private_dns_name)
                found[name.removeprefix("*.")] += address_records(
                    name, sorted(map(endpoint_addresses, endpoint.interfaces.values())), endpoint
                )
    return tuple(
        Zone(name, tuple(found[name])) for name in sorted(found, key=lambda name: (-len(name), name))
    )


def hostnames_on(instance: Moto) -> bool:
    """Return whether the VPC of an instance assigns public DNS names."""
    vpc = instance.ec2_backend.get_vpc(instance.nics[0].subnet.vpc_id)
    return bool(vpc and is_on(vpc.enable_dns_hostnames))


def load_balancer_records(balancer: NetworkLoadBalancer) -> Iterator[Record]:
    """Yield the DNS name of a load balancer, and the name of each zone.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#dns-name
    """
    name, public = normal(balancer.dns_name), balancer.scheme == "internet-facing"
    for kind in ("A", "AAAA"):
        found = sorted(
            (interface.availability_zone, interface.id, str(address))
            for interface in balancer.interfaces.values()
            for address in (
                interface.ipv6_addresses
                if kind == "AAAA"
                else [interface.public_ip if public else interface.private_ip_address]
            )
            if address
        )
        if found or kind == "A":
            addresses, nodes = tuple(item[2] for item in found), tuple(item[1] for item in found)
            yield Record(name, kind, addresses, nodes=nodes)
        for zone, _, address in found:
            yield Record(f"{zone}.{name}", kind, (address,))


class EndpointAddresses(NamedTuple):
    """The addresses of an endpoint in a zone; empty without one."""

    zone: str
    ipv4: str
    ipv6: str


def endpoint_addresses(interface: Moto) -> EndpointAddresses:
    """Return the addresses of a network interface of an endpoint."""
    ipv6 = next(iter(interface.ipv6_addresses), "")
    return EndpointAddresses(interface.availability_zone, str(interface.private_ip_address or ""), ipv6)


def address_records(
    name: str, addresses: Sequence[EndpointAddresses], endpoint: InterfaceEndpoint
) -> Iterator[Record]:
    """Yield the records of a name of an endpoint, of the IP version that its DNS options select."""
    wanted = str((endpoint.dns_options or {}).get("DnsRecordIpType") or endpoint.ip_address_type)
    ipv4 = tuple(item.ipv4 for item in addresses if item.ipv4)
    ipv6 = tuple(item.ipv6 for item in addresses if item.ipv6)
    if wanted != "ipv6" and ipv4:
        yield Record(name, "A", ipv4)
    if wanted in ("ipv6", "dualstack") and ipv6:
        yield Record(name, "AAAA", ipv6)


def endpoint_records(endpoint: InterfaceEndpoint) -> Iterator[Record]:
    """Yield the regional DNS name of an endpoint and the zonal ones: public names with private addresses.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
    """
    prefix, base = f"{endpoint.id}-{endpoint.dns_token}", endpoint.base_dns_name
    zones = sorted(map(endpoint_addresses, endpoint.interfaces.values()))
    yield from address_records(normal(f"{prefix}.{base}"), zones, endpoint)
    for item in zones:
        yield from address_records(normal(f"{prefix}-{item.zone}.{base}"), [item], endpoint)


def hosted_zones() -> Iterator[Moto]:
    """Yield the hosted zones of all accounts."""
    for account in list(route53_backends.values()):
        for backend in list(account.values()):
            yield from backend.zones.values()


def zone_records(zone: Moto) -> Iterator[Record]:
    """Yield the record sets of a hosted zone; an alias has the type ALIAS."""
    for item in zone.rrsets:
        name = normal(item.name.replace("\\052", "*"))
        if item.alias_target:
            yield Record(name, "ALIAS", (normal(item.alias_target["DNSName"]),))
        elif item.type in SERVED_TYPES and item.records:
            yield Record(name, item.type, tuple(map(str, item.records)))


def normal(name: str) -> str:
    """Return a name in lower case, without the dot at the end."""
    return str(name).lower().rstrip(".")
