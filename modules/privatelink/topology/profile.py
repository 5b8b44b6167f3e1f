"""The profile of a topology: stricter defaults for the fields that the file leaves out."""

from typing import Literal, TypeVar

from privatelink.topology.part import Part
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.load_balancer import AccessLogs, LoadBalancer
from privatelink.topology.rules.network import FlowLogs, Network
from privatelink.topology.rules.service import Service

Profile = Literal["production"]
# A year, as auditors ask for.
RETENTION_DAYS = 365

Given = TypeVar("Given", bound=Part)


def production_service(service: Service) -> Service:
    """Return a service with the defaults of the profile `production`.

    Arguments:
        service: the service in the file.
    """
    # A Network Load Balancer logs TLS connections only.
    logs = any(listener.protocol == "TLS" for listener in service.listeners)
    balancers = {
        "load_balancer": service.load_balancer and _load_balancer(service.load_balancer, logs=logs),
        "load_balancers": {
            key: _load_balancer(balancer, logs=logs) for key, balancer in service.load_balancers.items()
        },
    }
    network = service.network and _network(service.network)
    return _with_defaults(service.model_copy(update={**balancers, "network": network}), kms_key="create")


def production_consumer(consumer: Consumer) -> Consumer:
    """Return a consumer with the defaults of the profile `production`.

    Arguments:
        consumer: the consumer in the file.
    """
    network = _network(consumer.network)
    probe = consumer.probe and _with_defaults(consumer.probe, public_address=False)
    return _with_defaults(consumer.model_copy(update={"network": network, "probe": probe}), kms_key="create")


def _network(network: Network) -> Network:
    if not network.cidr:
        return network
    return _with_defaults(network, flow_logs=FlowLogs(retention_days=RETENTION_DAYS))


def _load_balancer(balancer: LoadBalancer, *, logs: bool) -> LoadBalancer:
    balancer = _with_defaults(balancer, deletion_protection=True)
    return _with_defaults(balancer, access_logs=AccessLogs(expire_days=RETENTION_DAYS)) if logs else balancer


def _with_defaults(part: Given, **defaults: object) -> Given:
    """Return a part with other values of the fields that the file does not have."""
    return part.model_copy(
        update={field: value for field, value in defaults.items() if field not in part.model_fields_set}
    )
