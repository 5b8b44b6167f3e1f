"""Read the desired state from moto's state; the caller holds the sandbox's lock."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from moto.elbv2.models import elbv2_backends

from privatelink.sandbox.dataplane import applications, certificates, names
from privatelink.sandbox.dataplane.boot import boot_script
from privatelink.sandbox.dataplane.world import (
    ALL_TRAFFIC,
    Acl,
    AclEntry,
    Admission,
    Application,
    Endpoint,
    Group,
    HealthCheck,
    Instance,
    Interface,
    Listener,
    Nat,
    Node,
    Path,
    Peering,
    Route,
    Rule,
    Subnet,
    Target,
    Vpc,
    World,
)
from privatelink.sandbox.dependencies import internet_gateway_of
from privatelink.sandbox.endpoint_services import every_ec2_backend, is_custom, service_named
from privatelink.sandbox.interface_endpoints import InterfaceEndpoint, is_on
from privatelink.sandbox.listeners import IDLE_TIMEOUT
from privatelink.sandbox.load_balancers import NetworkLoadBalancer
from privatelink.sandbox.subnets import ipv6_block
from privatelink.sandbox.target_groups import DELAY, TERMINATE
from privatelink.sandbox.untyped import Moto

LISTENER_PROTOCOLS = {"TCP": ("tcp",), "TLS": ("tcp",), "UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}


def read_world() -> World:
    """Return the desired state of all accounts and Regions, for VPCs with a network interface in use."""
    backends = list(every_ec2_backend())
    instances = [instance for backend in backends for instance in running_instances(backend)]
    balancers = [balancer for backend in backends for balancer in network_load_balancers(backend)]
    endpoints = [
        endpoint
        for backend in backends
        for endpoint in backend.vpc_end_points.values()
        if isinstance(endpoint, InterfaceEndpoint)
    ]
    nodes = [node for balancer in balancers for node in read_nodes(balancer)]
    world = World(
        instances=tuple(sorted(map(read_instance, instances), key=lambda item: item.id)),
        nodes=tuple(sorted(nodes, key=lambda item: item.id)),
        endpoints=tuple(
            sorted(
                (item for endpoint in endpoints for item in read_endpoint(endpoint, balancers)),
                key=lambda item: item.interface.id,
            )
        ),
        public_records=names.public_records(instances, balancers, endpoints),
        applications=tuple(
            sorted(
                (item for backend in backends for item in read_applications(backend)),
                key=lambda item: item.interface.id,
            )
        ),
        peerings=tuple(sorted(read_peerings(), key=lambda peering: peering.id)),
    )
    used = {interface.vpc_id for interface in world.interfaces}
    vpcs = (
        read_vpc(backend, vpc, instances, endpoints)
        for backend in backends
        for vpc in backend.vpcs.values()
        if vpc.id in used
    )
    return replace(world, vpcs=tuple(sorted(vpcs, key=lambda vpc: vpc.id)))


def running_instances(backend: Moto) -> Iterator[Moto]:
    """Yield the running instances in subnets."""
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            if instance.state == "running" and instance.nics and instance.nics[0].subnet is not None:
                yield instance


def network_load_balancers(backend: Moto) -> Iterator[NetworkLoadBalancer]:
    """Yield the Network Load Balancers of an account and Region."""
    for balancer in elbv2_backends[backend.account_id][backend.region_name].load_balancers.values():
        if isinstance(balancer, NetworkLoadBalancer):
            yield balancer


def read_interface(interface: Moto) -> Interface:
    """Read a network interface."""
    return Interface(
        id=interface.id,
        vpc_id=interface.subnet.vpc_id,
        subnet_id=interface.subnet.id,
        address=str(interface.private_ip_address),
        groups=tuple(sorted({group.id for group in interface.group_set})),
        ipv6_address=ipv6_address(interface),
    )


def ipv6_address(interface: Moto) -> str:
    """Return the first IPv6 address of a network interface in its usual form; empty if it has none."""
    return next((str(ipaddress.ip_address(address)) for address in interface.ipv6_addresses), "")


def read_instance(instance: Moto) -> Instance:
    """Read a running instance with its primary network interface."""
    user_data = instance.user_data
    return Instance(
        id=instance.id,
        interface=read_interface(instance.nics[0]),
        hostname=instance.private_dns_name,
        boot_script=boot_script(user_data.as_bytes() if user_data else b""),
        launch=getattr(instance, "data_plane_launch", 0),
    )


def read_vpc(backend: Moto, vpc: Moto, instances: list[Moto], endpoints: list[InterfaceEndpoint]) -> Vpc:
    """Read a VPC with its subnets, security groups, public addresses and private DNS names."""
    gateway = internet_gateway_of(backend, vpc.id)
    interfaces = [item for item in backend.enis.values() if item.subnet.vpc_id == vpc.id]
    return Vpc(
        id=vpc.id,
        cidrs=tuple(
            association["cidr_block"]
            for association in vpc.cidr_block_association_set
            if association["cidr_block_state"]["state"] == "associated"
        ),
        subnets=tuple(
            read_subnet(backend, subnet, gateway)
            for subnet in sorted(every_subnet(backend), key=lambda subnet: subnet.id)
            if subnet.vpc_id == vpc.id
        ),
        groups=tuple(
            read_group(group, interfaces)
            for group in sorted(backend.groups.get(vpc.id, {}).values(), key=lambda group: group.id)
        ),
        internet_gateway=gateway is not None,
        public_addresses=tuple(
            sorted(
                (str(item.private_ip_address), str(item.public_ip)) for item in interfaces if item.public_ip
            )
        ),
        ipv6_cidrs=tuple(
            association["cidr_block"]
            for association in vpc.ipv6_cidr_block_association_set
            if association["cidr_block_state"]["state"] == "associated"
        ),
        dns_support=is_on(vpc.enable_dns_support),
        private_zones=names.private_zones(vpc, instances, endpoints),
    )


def every_subnet(backend: Moto) -> Iterator[Moto]:
    """Yield the subnets of a backend, which moto groups by zone."""
    for zone in backend.subnets.values():
        yield from zone.values()


def read_subnet(backend: Moto, subnet: Moto, gateway: Moto | None) -> Subnet:
    """Read a subnet with its route table and its network ACL."""
    tables = [table for table in backend.route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = [table for table in tables if subnet.id in table._associations.values()]
    main = [table for table in tables if table.main_association_id]
    routes = [
        Route(
            cidr=str(ipaddress.ip_network(destination)),
            internet=gateway is not None and route.gateway is not None and route.gateway.id == gateway.id,
            egress_only=route.egress_only_igw is not None,
            nat=read_nat(route.nat_gateway) if route.nat_gateway is not None else None,
            peering=route.vpc_pcx.id if route.vpc_pcx is not None else "",
        )
        for table in (own or main)[:1]
        for route in table._routes.values()
        if (destination := route.destination_cidr_block or route.destination_ipv6_cidr_block)
        and not route.local
        and route.gateway_id != "local"
    ]
    acls = [
        acl
        for acl in backend.network_acls.values()
        if any(item.subnet_id == subnet.id for item in acl._associations.values())
    ]
    return Subnet(
        id=subnet.id,
        cidr=subnet.cidr_block,
        zone_id=subnet.availability_zone_id,
        routes=tuple(sorted(routes, key=lambda route: route.cidr)),
        acl=read_acl(acls[0]) if acls else OPEN,
        ipv6_cidr=ipv6_block(subnet) or "",
    )


OPEN_ENTRIES = tuple(AclEntry(True, rule) for rule in ALL_TRAFFIC)
OPEN = Acl(ingress=OPEN_ENTRIES, egress=OPEN_ENTRIES)


def read_nat(gateway: Moto) -> Nat | None:
    """Read a NAT gateway; None if it is deleted, or private: it needs a public address for the internet."""
    if gateway.state != "available" or not gateway._eni.public_ip:
        return None
    return Nat(str(gateway._eni.private_ip_address), gateway.subnet_id)


def read_peerings() -> Iterator[Peering]:
    """Yield the active peering connections of all accounts; moto has each once for both sides."""
    found = {peering.id: peering for backend in every_ec2_backend() for peering in backend.vpc_pcxs.values()}
    for peering in found.values():
        if peering.status["Code"] == "active":
            yield Peering(peering.id, peering.vpc.id, peering.peer_vpc.id)


def read_acl(acl: Moto) -> Acl:
    """Read a network ACL, its entries in the order of their numbers."""
    entries = sorted(acl.network_acl_entries, key=lambda entry: int(entry.rule_number))

    def side(egress: bool) -> tuple[AclEntry, ...]:
        found = tuple(
            AclEntry(entry.rule_action == "allow", read_acl_rule(entry))
            for entry in entries
            if is_on(entry.egress) == egress
        )
        # The default network ACL of a VPC with IPv6 allows it, which moto's does not show:
        # https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
        return (*found, AclEntry(True, Rule("-1", cidr="::/0"))) if is_on(acl.default) else found

    return Acl(ingress=side(False), egress=side(True))


def read_acl_rule(entry: Moto) -> Rule:
    """Read the protocol, ports and CIDR of an entry of a network ACL."""
    protocol = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}.get(
        str(entry.protocol), str(entry.protocol)
    )
    first, last = entry.port_range_from, entry.port_range_to
    if protocol in ("icmp", "icmpv6"):
        first, last = entry.icmp_type, entry.icmp_code
    cidr = ipaddress.ip_network(entry.cidr_block or entry.ipv6_cidr_block, strict=False)
    return Rule(protocol, _number(first), _number(last), cidr=str(cidr))


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def read_group(group: Moto, interfaces: Iterable[Moto]) -> Group:
    """Read a security group with its members."""
    return Group(
        id=group.id,
        ingress=tuple(read_rules(group.ingress_rules)),
        egress=tuple(read_rules(group.egress_rules)),
        members=tuple(
            sorted(
                address
                for item in interfaces
                if any(member.id == group.id for member in item.group_set)
                for address in (str(item.private_ip_address), ipv6_address(item))
                if address
            )
        ),
    )


def read_rules(rules: Iterable[Moto]) -> Iterator[Rule]:
    """Yield the rules; a prefix list is one rule for each of its entries."""
    for rule in rules:
        bare = Rule(str(rule.ip_protocol), rule.from_port, rule.to_port)
        if block := rule.ip_range.get("CidrIp") or rule.ip_range.get("CidrIpv6"):
            yield replace(bare, cidr=str(ipaddress.ip_network(block, strict=False)))
        elif rule.source_group.get("GroupId"):
            yield replace(bare, group=rule.source_group["GroupId"])
        elif rule.prefix_list_id:
            prefix_list = rule.ec2_backend.managed_prefix_lists.get(rule.prefix_list_id)
            entries = (prefix_list.entries.get(prefix_list.version) or []) if prefix_list else []
            for entry in entries:
                yield replace(bare, cidr=entry["Cidr"])


def read_nodes(balancer: NetworkLoadBalancer) -> Iterator[Node]:
    """Yield the nodes of a load balancer, one in each of its zones."""
    listeners = tuple(
        listener
        for item in sorted(balancer.listeners.values(), key=lambda item: int(item.port))
        for listener in read_listener(balancer, item)
    )
    for interface in balancer.interfaces.values():
        yield Node(
            interface=read_interface(interface),
            zone_id=interface.subnet.availability_zone_id,
            listeners=listeners,
        )


def forwarded_groups(balancer: NetworkLoadBalancer, listener: Moto) -> Iterator[Moto]:
    """Yield the target groups of a listener."""
    backend = elbv2_backends[balancer.ec2_backend.account_id][balancer.ec2_backend.region_name]
    for action in listener.default_actions:
        if action.type == "forward":
            for arn in backend._get_target_group_arns_from(action_data=action.data):
                if arn in backend.target_groups:
                    yield backend.target_groups[arn]


def read_listener(balancer: NetworkLoadBalancer, listener: Moto) -> Iterator[Listener]:
    """Yield a listener; one for TCP_UDP is two."""
    groups = list(forwarded_groups(balancer, listener))
    for protocol in LISTENER_PROTOCOLS.get(listener.protocol, ()):
        yield Listener(
            port=int(listener.port),
            protocol="udp" if protocol == "udp" else "tcp",
            targets=tuple(target for group in groups for target in read_targets(balancer, group)),
            cross_zone=any(crosses_zones(balancer, group) for group in groups),
            preserve_client_ip=any(preserves_client_ip(group) for group in groups),
            tls=certificates.read_tls(balancer.ec2_backend, listener) if listener.protocol == "TLS" else None,
            idle_timeout=int(listener.attributes.get(IDLE_TIMEOUT, 350)),
        )


def crosses_zones(balancer: NetworkLoadBalancer, group: Moto) -> bool:
    """Return the cross-zone setting of the target group, or else of the load balancer."""
    setting = str(group.attributes.get("load_balancing.cross_zone.enabled"))
    if setting not in ("true", "false"):
        setting = str(balancer.attrs.get("load_balancing.cross_zone.enabled"))
    return setting == "true"


def preserves_client_ip(group: Moto) -> bool:
    """Return whether the client IP is preserved; by default not for targets by IP address over TCP or TLS.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
    """
    setting = group.attributes.get("preserve_client_ip.enabled")
    if setting is not None:
        return str(setting).lower() == "true"
    return not (group.target_type == "ip" and group.protocol in ("TCP", "TLS"))


def read_targets(balancer: NetworkLoadBalancer, group: Moto) -> Iterator[Target]:
    """Yield the targets of a group; an Application Load Balancer is one in each of its zones."""
    ec2 = balancer.ec2_backend
    zones = {subnet.availability_zone: subnet.availability_zone_id for subnet in every_subnet(ec2)}
    for item in group.targets.values():
        target_id, port = str(item["Id"]), int(item["Port"] or group.port)
        check_port = group.health_check_port
        places = read_places(ec2, balancer, group, item, zones)
        for address, zone_id in places:
            yield Target(
                group_arn=group.arn,
                id=target_id,
                address=address,
                port=port,
                zone_id=zone_id,
                check=read_check(group),
                check_port=port if check_port in (None, "traffic-port") else int(check_port),
                tls=group.protocol == "TLS",
                proxy_protocol=group.attributes.get("proxy_protocol_v2.enabled") == "true",
                deregistration_delay=int(group.attributes.get(DELAY, 300)),
                terminates=str(group.attributes.get(TERMINATE)) == "true",
            )


def read_places(
    ec2: Moto, balancer: NetworkLoadBalancer, group: Moto, item: Moto, zones: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a target, each with the AZ ID of its zone.

    Arguments:
        ec2: the EC2 backend of the load balancer.
        balancer: the load balancer.
        group: the target group.
        item: the target, as in the API.
        zones: the AZ IDs, by the names of zones.
    """
    target_id = str(item["Id"])
    if group.target_type == "alb":
        for application in applications.application_load_balancers(ec2):
            if application.arn == target_id:
                for interface in applications.interfaces(application):
                    yield str(interface.private_ip_address), interface.subnet.availability_zone_id
    elif group.target_type == "instance":
        instance = ec2.get_instance_by_id(target_id)
        if instance is not None and instance.nics and instance.state == "running":
            interface = instance.nics[0]
            over_ipv6 = group.ip_address_type == "ipv6"
            address = ipv6_address(interface) if over_ipv6 else str(interface.private_ip_address)
            if address:
                yield address, interface.subnet.availability_zone_id
    else:
        address = str(ipaddress.ip_address(target_id))
        zone_id = zones.get(str(item.get("AvailabilityZone"))) or zone_of(ec2, balancer.vpc_id, address)
        yield address, zone_id


def read_applications(ec2: Moto) -> Iterator[Application]:
    """Yield the nodes of Application Load Balancers that are targets of Network Load Balancers."""
    groups = elbv2_backends[ec2.account_id][ec2.region_name].target_groups.values()
    targets = {
        str(item["Id"]) for group in groups if group.target_type == "alb" for item in group.targets.values()
    }
    for balancer in applications.application_load_balancers(ec2):
        if balancer.arn in targets:
            listeners = applications.read_listeners(ec2, balancer)
            for interface in applications.interfaces(balancer):
                yield Application(read_interface(interface), listeners)


def zone_of(ec2: Moto, vpc_id: str, address: str) -> str:
    """Return the AZ ID of the subnet of an address; empty outside the VPC."""
    parsed = ipaddress.ip_address(address)
    for subnet in every_subnet(ec2):
        blocks = filter(None, [subnet.cidr_block, ipv6_block(subnet)])
        if subnet.vpc_id == vpc_id and any(parsed in ipaddress.ip_network(block) for block in blocks):
            return str(subnet.availability_zone_id)
    return ""


def read_check(group: Moto) -> HealthCheck:
    """Read the health check of a target group."""
    protocol = group.health_check_protocol
    return HealthCheck(
        protocol=protocol if protocol in ("HTTP", "HTTPS") else "TCP",
        interval=int(group.health_check_interval_seconds),
        timeout=int(group.health_check_timeout_seconds),
        healthy_threshold=int(group.healthy_threshold_count),
        unhealthy_threshold=int(group.unhealthy_threshold_count),
        path=group.health_check_path or "/",
        codes=str((getattr(group, "matcher", None) or {}).get("HttpCode") or "200-399"),
    )


def read_endpoint(endpoint: InterfaceEndpoint, balancers: list[NetworkLoadBalancer]) -> Iterator[Endpoint]:
    """Yield an endpoint for each of its subnets."""
    service = service_named(endpoint.service_name)
    behind = [balancer for balancer in balancers if service and balancer.arn in service.load_balancer_arns]
    for interface in endpoint.interfaces.values():
        zone_id = interface.subnet.availability_zone_id
        # Across Regions, zones need not match: any node is used.
        same_region = service is not None and service.region == endpoint.ec2_backend.region_name
        nodes = [
            (balancer, node)
            for balancer in behind
            for node in balancer.interfaces.values()
            if not same_region or node.subnet.availability_zone_id == zone_id
        ]
        ports = sorted(
            {
                (int(listener.port), protocol)
                for balancer, _ in nodes
                for listener in balancer.listeners.values()
                for protocol in LISTENER_PROTOCOLS.get(listener.protocol, ())
            }
        )
        yield Endpoint(
            interface=read_interface(interface),
            available=endpoint.state == "available",
            paths=tuple(
                Path(
                    port=port,
                    protocol="udp" if protocol == "udp" else "tcp",
                    nodes=tuple(
                        sorted(
                            node.id
                            for balancer, node in nodes
                            if any(
                                int(listener.port) == port
                                and protocol in LISTENER_PROTOCOLS.get(listener.protocol, ())
                                for listener in balancer.listeners.values()
                            )
                        )
                    ),
                )
                for port, protocol in ports
            ),
            admission=read_admission(behind),
            endpoint_id=endpoint.id,
            aws=service is None and not is_custom(endpoint.service_name),
        )


def read_admission(balancers: list[NetworkLoadBalancer]) -> Admission | None:
    """Read the rules that apply to PrivateLink traffic; None if one load balancer has none.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    enforcing = [
        balancer
        for balancer in balancers
        if balancer.security_groups
        and balancer.enforce_security_group_inbound_rules_on_private_link_traffic != "off"
    ]
    if not enforcing or len(enforcing) < len(balancers):
        return None
    groups = [
        balancer.ec2_backend.get_security_group_from_id(group_id)
        for balancer in enforcing
        for group_id in balancer.security_groups
    ]
    rules = [rule for group in groups if group for rule in read_rules(group.ingress_rules)]
    # Consumers are not members of a security group in the provider's VPC.
    return Admission(tuple(rule for rule in rules if rule.cidr))
