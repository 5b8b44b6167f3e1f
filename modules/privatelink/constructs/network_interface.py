"""Addresses that only the network interfaces AWS makes know."""

from collections.abc import Mapping

from privatelink.constructs.component import Component
from privatelink.framework import aws


def private_addresses(
    component: Component, *, description: str, subnet_ids: Mapping[str, str], ipv6: bool = False
) -> dict[str, str]:
    """Terraform references to the private address that an AWS-made interface has in each zone's subnet.

    With `ipv6` that is its IPv6 address.

    AWS names what it made an interface for in the description, and gives no other way from an endpoint or a
    load balancer to the interface in one subnet: https://repost.aws/knowledge-center/elb-find-load-balancer-ip
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
