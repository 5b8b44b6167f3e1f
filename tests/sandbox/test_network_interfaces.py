"""Pages of network interfaces."""

from tests.support.sandbox_fixtures import Account, refused


def test_pages_and_their_limits(consumer: Account) -> None:
    network = consumer.vpc("10.79.0.0/16", zones="a")
    ec2, only = consumer.ec2, [{"Name": "vpc-id", "Values": [network.id]}]
    made = {
        ec2.create_network_interface(SubnetId=network.subnets["a"])["NetworkInterface"]["NetworkInterfaceId"]
        for _ in range(7)
    }
    pages = ec2.get_paginator("describe_network_interfaces").paginate(
        Filters=only, PaginationConfig={"PageSize": 5}
    )
    read = [[item["NetworkInterfaceId"] for item in page["NetworkInterfaces"]] for page in pages]
    assert [len(page) for page in read] == [5, 2]
    assert {name for page in read for name in page} == made
    assert len(ec2.describe_network_interfaces(Filters=only)["NetworkInterfaces"]) == 7

    with refused("InvalidPaginationToken"):
        ec2.describe_network_interfaces(NextToken="rubbish")
    with refused("InvalidParameterCombination", "maxResults"):
        ec2.describe_network_interfaces(NetworkInterfaceIds=[made.pop()], MaxResults=5)
