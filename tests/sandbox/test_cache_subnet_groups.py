"""Subnet groups of ElastiCache."""

from tests.support.sandbox_fixtures import Account, refused


def test_a_subnet_group_can_be_deleted(provider: Account) -> None:
    network, cache = provider.vpc("10.81.0.0/16", zones="ac"), provider.client("elasticache")
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="group",
        CacheSubnetGroupDescription="of the test",
        SubnetIds=list(network.subnets.values()),
    )
    cache.create_cache_cluster(
        CacheClusterId="cluster", Engine="redis", CacheNodeType="cache.t3.micro", CacheSubnetGroupName="group"
    )
    with refused("CacheSubnetGroupInUse"):
        cache.delete_cache_subnet_group(CacheSubnetGroupName="group")
    cache.delete_cache_cluster(CacheClusterId="cluster")
    cache.delete_cache_subnet_group(CacheSubnetGroupName="group")
    with refused("CacheSubnetGroupNotFoundFault"):
        cache.delete_cache_subnet_group(CacheSubnetGroupName="group")
