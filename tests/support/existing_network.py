"""A VPC that is looked up, with a subnet by zone name and one by AZ ID."""

from privatelink.constructs.existing_network import ExistingNetwork

SUBNETS = {"ap-northeast-2a": "subnet-a", "apne2-az3": "subnet-c"}


def network(stack):
    """Look it up."""
    return ExistingNetwork(stack, "network", vpc_id="vpc-1", subnet_ids=SUBNETS)
