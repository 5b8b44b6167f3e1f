"""`POST /moto-api/reset`: an empty AWS again, without a restart.

https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api
moto resets while other requests run, makes the resources of each account anew before it drops them, and keeps
accounts in two caches: about 20 MB each.
"""

from functools import cache

from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend, backend_lock
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnectionBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.moto_api._internal.models import MotoAPIBackend

from privatelink.sandbox.addresses import free_public_addresses
from privatelink.sandbox.changes import LOCK, changed
from privatelink.sandbox.untyped import Moto


@cache
def regions_of(service: str) -> list[str]:
    """Return the Regions of a service, in all partitions."""
    session = AccountSpecificBackend.get_session()
    return [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions(service, partition_name=partition)
    ]


def drop_backends() -> None:
    """Drop the backends of all accounts; the next request of an account makes new ones."""
    with backend_lock:
        for backends in BackendDict._instances:
            for _, _, backend in backends.iter_backends():
                # Those with an own method free what is outside Python's memory: files, threads.
                if type(backend).reset is not BaseBackend.reset:
                    backend.reset()
            backends.clear()
        BackendDict._instances.clear()
    # moto's cache has each subnet as a key, and with it the resources of its account.
    Subnet._base_avail_ip_iterator.cache_clear()
    # References to the backends, which moto never removes.
    VPCBackend.vpc_refs.clear()
    VPCPeeringConnectionBackend.vpc_pcx_refs.clear()


def install() -> None:
    """Make a reset wait for the requests that run, and give all memory back."""
    reset = MotoAPIBackend.reset

    def reset_alone(self: Moto) -> None:
        with LOCK:
            drop_backends()
            reset(self)
            free_public_addresses()
            changed()

    MotoAPIBackend.reset = reset_alone
    # moto's cache has each account as a key.
    AccountSpecificBackend._generate_regions = lambda self, service_name: regions_of(service_name)
