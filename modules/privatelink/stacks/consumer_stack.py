"""ConsumerStack: one service consumer's side."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from privatelink.constructs.component import cidr_key
from privatelink.constructs.hosted_zone import Alias, HostedZone, SharedVpc
from privatelink.constructs.interface_endpoint import InterfaceEndpoint
from privatelink.constructs.probe import Probe
from privatelink.constructs.security_group import Peer
from privatelink.framework import aws
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.stack import PrivateLinkStack, add_network
from privatelink.stacks.state import States
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.endpoint import EndpointSettings, FurtherEndpoint
from privatelink.topology.rules.hosted_zone import HostedZone as HostedZoneSettings
from privatelink.topology.types.service_names import is_custom_service, region_of
from privatelink.topology.types.zones import partition

RECORD_TYPES = {"ipv4": ("A",), "ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}


class ConsumerStack(PrivateLinkStack):
    """One service consumer's side: network, interface endpoints, their names, perhaps a probe.

    Outputs `endpoint_id`, `endpoint_dns_names`, `endpoint_addresses`, `connection_to_accept`, and
    `endpoint_state` unless Terraform accepts the connection: the acceptance stack then knows the state first.
    With endpoints to other services, `further_endpoints` has the same of each; with names of the consumer's
    own, `endpoint_names` has them, each with its endpoint.

    Arguments:
        topology: its name.
        key: the consumer's key in it.
        consumer: the consumer.
        tags: tags of everything.
        states: where the states are.
        providers: the provider's stack of each service of the topology, by the service's key.
        accepted_by: the stack in which Terraform accepts the connections of a service, by the service's key.
    """

    def __init__(
        self,
        scope: aws.Construct,
        topology: str,
        key: str,
        consumer: Consumer,
        tags: Mapping[str, str],
        states: States,
        *,
        providers: Mapping[str, ProviderStack],
        accepted_by: Mapping[str, str],
    ) -> None:
        stack_name = f"{topology}-consumer-{key}"
        super().__init__(
            scope,
            stack_name,
            state=states(stack_name),
            region=consumer.region,
            account=consumer.account,
            tags=tags,
        )
        self.key = key
        self._resource_name = f"{topology}-{key}"
        self._consumer, self._accepted_by = consumer, accepted_by
        self._network = add_network(self, self._resource_name, consumer.network, internet=consumer.probe)
        self._service_names = {
            key: self.read_outputs(providers[key], f"provider-{key}" if key else "provider").get_string(
                "service_name"
            )
            for key in consumer.services
        }
        self._service_regions = {key: providers[key].region for key in consumer.services}
        self._names: dict[str, Alias] = {}
        self._endpoints_named: dict[str, str] = {}
        self._add_service_endpoint()
        if consumer.endpoints:
            self._add_further_endpoints()
        if consumer.hosted_zone:
            self._add_hosted_zone(consumer.hosted_zone)
        if consumer.probe:
            self._add_probe()

    def _add_service_endpoint(self) -> None:
        consumer = self._consumer
        endpoint = self._add_endpoint(
            "endpoint",
            self._resource_name,
            consumer.endpoint,
            service=consumer.service,
            service_name=consumer.service_name,
            ports=consumer.endpoint_ports,
            udp_ports=consumer.endpoint_udp_ports,
            private_dns_elsewhere=consumer.endpoint.private_dns,
        )
        self.output("endpoint_id", endpoint.endpoint_id, "Id of the interface endpoint")
        if consumer.service not in self._accepted_by:
            self.output(
                "endpoint_state",
                endpoint.state,
                "pendingAcceptance until the service's owner accepts the connection, then available",
            )
        self.output(
            "endpoint_dns_names", endpoint.dns_names, "Names of the endpoint: regional, and one for each zone"
        )
        self.output("endpoint_addresses", endpoint.addresses, "Address of the endpoint in each zone's subnet")
        self.output(
            "connection_to_accept",
            {"service_name": self._service_name(consumer), "endpoint_id": endpoint.endpoint_id},
            "What the service's owner accepts: this endpoint on this service",
        )

    def _add_further_endpoints(self) -> None:
        told: dict[str, Any] = {}
        for key, settings in self._consumer.further_endpoints.items():
            endpoint = self._add_endpoint(
                f"endpoint-{key}",
                f"{self._resource_name}-{key}",
                settings,
                service=settings.service,
                service_name=settings.service_name,
                ports=settings.ports or (),
                udp_ports=settings.udp_ports or (),
                private_dns=settings.private_dns and not settings.custom,
                private_dns_elsewhere=settings.private_dns and settings.custom,
            )
            told[key] = {
                "service_name": self._service_name(settings),
                "endpoint_id": endpoint.endpoint_id,
                "dns_names": endpoint.dns_names,
                "addresses": endpoint.addresses,
            }
            if settings.service not in self._accepted_by:
                told[key]["state"] = endpoint.state
        self.output(
            "further_endpoints", told, "Of each endpoint to another service, its id, names, addresses"
        )

    def _service_name(self, endpoint: Consumer | FurtherEndpoint) -> str:
        return self._service_names.get(endpoint.service or "") or str(endpoint.service_name)

    def _add_endpoint(
        self,
        id: str,  # noqa: A002  (the framework's name for it)
        name: str,
        settings: EndpointSettings,
        *,
        service: str | None,
        service_name: str | None,
        **arguments: Any,  # noqa: ANN401
    ) -> InterfaceEndpoint:
        network, zones = self._network, settings.zones_in(self._consumer.network)
        region: str | None
        if service is not None:
            region, by_aws, name_of_service = (
                self._service_regions[service],
                False,
                self._service_names[service],
            )
        else:
            name_of_service = str(service_name)
            region, by_aws = region_of(name_of_service), not is_custom_service(name_of_service)
        stack = self._accepted_by.get(service) if service is not None else None
        accepted_by = f"the stack {stack}" if stack else "the owner of the service"
        endpoint = InterfaceEndpoint(
            self,
            id,
            name=name,
            vpc_id=network.vpc_id,
            service_name=name_of_service,
            subnet_ids={zone: network.subnet_ids[zone] for zone in zones},
            zone_names={zone: network.zone_name(zone) for zone in zones},
            allow_from=self._sources(settings),
            security_group_ids=settings.security_group_ids,
            vpc_reference=network.vpc_reference,
            policy=settings.policy.json_text if settings.policy else None,
            addresses=settings.addresses,
            ip_address_type=settings.ip_address_type,
            dns_record_ip_type=settings.dns_record_ip_type,
            service_region=region if region != self.region else None,
            accepted_by=None if by_aws else accepted_by,
            **arguments,
        )
        types = RECORD_TYPES.get(settings.dns_record_ip_type) or RECORD_TYPES[settings.ip_address_type]
        self._names |= {name: Alias(*endpoint.alias, types) for name in settings.names}
        self._endpoints_named |= dict.fromkeys(settings.names, endpoint.endpoint_id)
        return endpoint

    def _sources(self, settings: EndpointSettings) -> dict[str, Peer]:
        """Who may use an endpoint; the whole VPC if no one is named."""
        if settings.security_group_ids:
            return {}
        if settings.allow_from:
            return {client_key(client): client_source(client) for client in settings.allow_from}
        cidr = self._consumer.network.cidr
        sources: dict[str, Peer] = {cidr_key(cidr) if cidr else "vpc": {"cidr_ipv4": self._network.cidr}}
        if settings.ip_address_type != "ipv4" and self._network.ipv6_cidr:
            sources["vpc-ipv6"] = {"cidr_ipv6": self._network.ipv6_cidr}
        return sources

    def _add_hosted_zone(self, settings: HostedZoneSettings) -> None:
        account = settings.account
        HostedZone(
            self,
            "hosted-zone",
            names=self._names,
            name=settings.name or "",
            vpc_id=self._network.vpc_id,
            shared_with={
                key: SharedVpc(
                    vpc.vpc_id,
                    vpc.region or self.region,
                    self.another_provider(f"vpc-{key}", vpc.account) if vpc.account else None,
                )
                for key, vpc in sorted(settings.shared_with.items())
            },
            zone_id=settings.zone_id,
            zone_provider=self.another_provider("dns", account) if account else None,
        )
        self.output("endpoint_names", self._endpoints_named, "Names of one's own, each with its endpoint")

    def _add_probe(self) -> None:
        consumer = self._consumer
        probe = Probe(
            self,
            "probe",
            name=self._resource_name,
            vpc_id=self._network.vpc_id,
            subnet_id=self._network.subnet_ids[consumer.endpoint_zones[0]],
            ports=consumer.endpoint_ports,
            udp_ports=consumer.endpoint_udp_ports,
            partition=partition(consumer.region),
        )
        self.output("probe_instance_id", probe.instance_id, "Test instance in the consumer's network")


def client_key(client: IPv4Network | IPv6Network | str) -> str:
    """A client as part of an address."""
    return client if isinstance(client, str) else cidr_key(client)


def client_source(client: IPv4Network | IPv6Network | str) -> Peer:
    """A client as the peer of an ingress rule."""
    if isinstance(client, IPv4Network):
        return {"cidr_ipv4": str(client)}
    if isinstance(client, IPv6Network):
        return {"cidr_ipv6": str(client)}
    if client.startswith("pl-"):
        return {"prefix_list_id": client}
    return {"referenced_security_group_id": client}


def read_endpoint_ids(
    stack: PrivateLinkStack, endpoints: Mapping[str, tuple[ConsumerStack, str]]
) -> dict[str, str]:
    """Read the ids of endpoints, given by the stack that made each and its key there."""
    read: dict[str, aws.TerraformRemoteState] = {}
    ids: dict[str, str] = {}
    for key, (consumer, endpoint) in endpoints.items():
        id = f"consumer-{consumer.key}"  # noqa: A001  (the framework's name for it)
        if consumer.key not in read:
            read[consumer.key] = stack.read_outputs(consumer, id)
        ids[key] = (
            f'${{data.terraform_remote_state.{id}.outputs.further_endpoints["{endpoint}"].endpoint_id}}'
            if endpoint
            else read[consumer.key].get_string("endpoint_id")
        )
    return ids
