"""ElastiCache: the deletion of a subnet group, which moto lacks.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html
"""

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import CacheSubnetGroupNotFound, ElastiCacheException
from moto.elasticache.responses import ElastiCacheResponse

from privatelink.sandbox.untyped import Moto


class CacheSubnetGroupInUse(ElastiCacheException):  # type: ignore[misc]
    """A cluster is in the subnet group."""

    code = "CacheSubnetGroupInUse"


def install() -> None:
    """Add the action."""

    def delete_cache_subnet_group(self: Moto) -> ActionResult:
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        if name not in backend.cache_subnet_groups:
            raise CacheSubnetGroupNotFound(name)
        clusters = (
            item for item in backend.cache_clusters.values() if item.cache_cluster_status != "deleting"
        )
        if any(cluster.cache_subnet_group_name == name for cluster in clusters):
            raise CacheSubnetGroupInUse(f"Cache subnet group {name} is currently in use by a cache cluster.")
        del backend.cache_subnet_groups[name]
        return ActionResult({})

    ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group
