"""Addresses that only the network interfaces AWS makes know."""

from collections.abc import Mapping

from modules import aws
from modules.component import Component


def private_addresses(
    component: Component, *, description: str, subnet_ids: Mapping[str, str]
) -> dict[str, str]:
    """Terraform references to the private address that an AWS-made interface has in each zone's subnet.

    AWS names what it made an interface for in the description, and gives no other way from an endpoint or a
    load balancer to the interface in one subnet: https://repost.aws/knowledge-center/elb-find-load-balancer-ip
    """
    return {
        zone: component.add(
            aws.DataAwsNetworkInterface,
            zone,
            filter=[
                aws.DataAwsNetworkInterfaceFilter(name="description", values=[description]),
                aws.DataAwsNetworkInterfaceFilter(name="subnet-id", values=[subnet_id]),
            ],
        ).private_ip
        for zone, subnet_id in subnet_ids.items()
    }
