"""Private addresses of the network interfaces that AWS creates."""

from collections.abc import Mapping

from privatelink.constructs.component import Component
from privatelink.framework import aws


def private_addresses(
    component: Component, *, description: str, subnet_ids: Mapping[str, str], ipv6: bool = False
) -> dict[str, str]:
    """Read the network interface that AWS created in each subnet; return its private address by zone.

    The description of a network interface names the endpoint or the load balancer that it belongs to, and is
    the only way to find the one in a certain subnet:
    https://repost.aws/knowledge-center/elb-find-load-balancer-ip

    Arguments:
        component: construct of the data sources.
        description: description of the network interfaces.
        subnet_ids: subnet ID by zone.
        ipv6: whether to return the IPv6 address instead of the IPv4 address.
    """
    found = {
        zone: component.add(
            aws.DataAwsNetworkInterface,
            zone,
            filter=[
                aws.DataAwsNetworkInterfaceFilter(name="description", values=[description]),
                aws.DataAwsNetworkInterfaceFilter(name="subnet-id", values=[subnet_id]),
            ],
        )
        for zone, subnet_id in subnet_ids.items()
    }
    if ipv6:
        interface = "data.aws_network_interface"
        return {
            zone: f"${{one({interface}.{component.address_of(zone)}.ipv6_addresses)}}" for zone in subnet_ids
        }
    return {zone: interface.private_ip for zone, interface in found.items()}
