"""ConsumerStack: a service consumer's side of a topology."""

from collections.abc import Mapping, Sequence

from privatelink.constructs.customer_key import CustomerKey
from privatelink.constructs.hosted_zone import Alias, HostedZone, SharedVpc
from privatelink.constructs.interface_endpoint import InterfaceEndpoint
from privatelink.constructs.network import flow_log_group
from privatelink.constructs.peer import Peer
from privatelink.constructs.probe import Probe, SystemsManagerEndpoints
from privatelink.framework import aws
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.stack import PrivateLinkStack, add_network, by_first_zone, ports_of
from privatelink.stacks.state import States
from privatelink.topology import resolved
from privatelink.topology.resolved import Endpoint, Service, suffixed
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.probe import Probe as ProbeSettings
from privatelink.topology.security_group_rules import endpoint_ingress, probe_egress
from privatelink.topology.types.regions import partition_of
from privatelink.topology.types.zones import partition

RECORD_TYPES = {"ipv4": ("A",), "ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}


class ConsumerStack(PrivateLinkStack):
    """A service consumer's side: VPC, interface endpoints, DNS names for them, and a test instance.

    Outputs `endpoint_id`, `endpoint_dns_names`, `endpoint_addresses` and `connection_to_accept`;
    `endpoint_state` unless Terraform accepts the connection, as the acceptance stack then has the newer
    state. With endpoints to other services, `further_endpoints` has the same of each, and without `endpoint`
    there are only these; with a hosted zone, `endpoint_names` has the endpoint of each name, and
    `endpoint_name_zones` the zone of each name that resolves to one zone; with a test instance,
    `probe_instance_id` has its ID.

    Arguments:
        topology: name of the topology.
        consumer: the consumer.
        tags: tags of every resource.
        states: where Terraform stores the states.
        providers: stack of each service of the topology, by the service's key.
        accepted_by: name of the stack that accepts the connections to a service, by the service's key.

    Attributes:
        key: first key of the consumer in the topology.
    """

    def __init__(
        self,
        scope: aws.Construct,
        topology: str,
        consumer: resolved.Consumer,
        tags: Mapping[str, str],
        states: States,
        *,
        providers: Mapping[str | None, ProviderStack],
        accepted_by: Mapping[str | None, str],
    ) -> None:
        stack_name = f"{topology}-consumer-{consumer.first_key}"
        settings = consumer.settings
        super().__init__(
            scope,
            stack_name,
            state=states(stack_name),
            region=consumer.region,
            account=settings.account,
            tags=tags,
        )
        self.key = consumer.first_key
        self._resource_name = f"{topology}-{consumer.first_key}"
        self._consumer, self._accepted_by = consumer, accepted_by
        self._kms_key_id = self._add_key(settings)
        self._network = add_network(
            self,
            self._resource_name,
            settings.network,
            internet=settings.probe is not None and settings.probe.public_address,
            kms_key_id=self._kms_key_id,
        )
        self._service_names = {
            service.key: self.read_outputs(
                providers[service.key], suffixed("provider", service.first_key)
            ).get_string("service_name")
            for service in consumer.services
        }
        self._aliases: dict[str, Alias] = {}
        self._endpoint_of_name: dict[str, str] = {}
        self._zone_of_name: dict[str, str] = {}
        self._endpoints: dict[str | None, InterfaceEndpoint] = {}
        further = []
        for endpoint in consumer.endpoints:
            if endpoint.first_key is None:
                self._add_service_endpoint(endpoint)
            else:
                further.append(endpoint)
        if further:
            self._add_further_endpoints(further)
        if consumer.hosted_zone:
            self._add_hosted_zone(consumer.hosted_zone)
        if settings.probe:
            self._add_probe(settings.probe)

    def _add_key(self, consumer: Consumer) -> str | None:
        """Create a KMS key if the stack encrypts something with it; return its ARN."""
        flow_logs = bool(consumer.network.flow_logs)
        if consumer.kms_key == "aws" or not (flow_logs or consumer.probe):
            return None
        return CustomerKey(
            self,
            "key",
            name=self._resource_name,
            region=self.region,
            partition=partition(self.region),
            dns_suffix=partition_of(self.region).dns_suffix,
            log_group_name=flow_log_group(self._resource_name) if flow_logs else None,
        ).arn

    def _add_service_endpoint(self, settings: Endpoint) -> None:
        endpoint = self._add_endpoint(settings)
        self.output("endpoint_id", endpoint.endpoint_id, "ID of the interface endpoint")
        if not self._accepting_stack(settings):
            self.output(
                "endpoint_state",
                endpoint.state,
                "State of the endpoint: pendingAcceptance until the service owner accepts the connection",
            )
        self.output(
            "endpoint_dns_names", endpoint.dns_names, "DNS names of the endpoint: regional, and by zone"
        )
        self.output("endpoint_addresses", endpoint.addresses, "Private address of the endpoint by zone")
        if tests := settings.port_tests:
            self.output("verify", tests, "How privatelink verify tests a port, such as 443 or 53/udp")
        self.output(
            "connection_to_accept",
            {"service_name": self._service_name(settings), "endpoint_id": endpoint.endpoint_id},
            "Service name and endpoint ID, for the owner of the service to accept the connection",
        )

    def _add_further_endpoints(self, endpoints: Sequence[Endpoint]) -> None:
        outputs: dict[str, dict[str, object]] = {}
        for settings in endpoints:
            endpoint = self._add_endpoint(settings)
            output: dict[str, object] = {
                "service_name": self._service_name(settings),
                "endpoint_id": endpoint.endpoint_id,
                "dns_names": endpoint.dns_names,
                "addresses": endpoint.addresses,
            }
            if not self._accepting_stack(settings):
                output["state"] = endpoint.state
            outputs[str(settings.first_key)] = output
        self.output(
            "further_endpoints",
            outputs,
            "Each endpoint to another service: service name, endpoint ID, DNS names, addresses, and state",
        )

    def _service_name(self, endpoint: Endpoint) -> str:
        service = endpoint.service
        return self._service_names[service.key] if isinstance(service, Service) else service

    def _accepting_stack(self, endpoint: Endpoint) -> str | None:
        """Return the name of the stack that accepts the connection of an endpoint, if one does."""
        service = endpoint.service
        return self._accepted_by.get(service.key) if isinstance(service, Service) else None

    def _add_endpoint(self, endpoint: Endpoint) -> InterfaceEndpoint:
        network, settings, region = self._network, endpoint.settings, endpoint.service_region
        of_topology = self._consumer.settings.network
        zones = sorted(map(of_topology.first_zone, endpoint.zones))
        rules = endpoint_ingress(self._consumer, endpoint)
        stack = self._accepting_stack(endpoint)
        accepted_by = f"the stack {stack}" if stack else "the owner of the service"
        created = InterfaceEndpoint(
            self,
            suffixed("endpoint", endpoint.first_key),
            name=suffixed(self._resource_name, endpoint.first_key),
            vpc_id=network.vpc_id,
            service_name=self._service_name(endpoint),
            subnet_ids={zone: network.subnet_ids[zone] for zone in zones},
            zone_names={zone: network.zone_name(zone) for zone in zones},
            allow_from=self._peers(endpoint),
            security_group_ids=settings.security_group_ids,
            vpc_reference=network.vpc_reference,
            policy=settings.policy.json_text if settings.policy else None,
            ipv4_addresses=by_first_zone(of_topology, settings.addresses),
            ip_address_type=settings.ip_address_type,
            dns_record_ip_type=settings.dns_record_ip_type,
            service_region=region if region != self.region else None,
            accepted_by=None if endpoint.to_aws else accepted_by,
            ports=ports_of(rules.applied()),
            rules_in_order=rules.may_merge and not settings.security_group_ids,
            private_dns_enabled=settings.private_dns and endpoint.to_aws,
            private_dns_managed_elsewhere=settings.private_dns and not endpoint.to_aws,
        )
        self._endpoints[endpoint.key] = created
        types = RECORD_TYPES.get(settings.dns_record_ip_type) or RECORD_TYPES[settings.ip_address_type]
        for name, named_zone in endpoint.names.items():
            zone = of_topology.first_zone(named_zone) if named_zone else None
            self._aliases[name] = Alias(*(created.zonal_aliases[zone] if zone else created.alias), types)
            self._endpoint_of_name[name] = created.endpoint_id
            if zone:
                self._zone_of_name[name] = zone
        return created

    def _peers(self, endpoint: Endpoint) -> list[Peer]:
        """Return the clients of an endpoint; by default, the whole VPC."""
        settings = endpoint.settings
        if settings.security_group_ids:
            return []
        if settings.allow_from:
            return [
                Peer.of_client(client)
                for client in endpoint_ingress(self._consumer, endpoint).applied().clients
            ]
        cidr = self._consumer.settings.network.cidr
        peers = [Peer.cidr(cidr) if cidr else Peer.cidr_ipv4(self._network.cidr_block, key="vpc")]
        if settings.ip_address_type != "ipv4" and self._network.ipv6_cidr_block:
            peers.append(Peer.cidr_ipv6(self._network.ipv6_cidr_block, key="vpc-ipv6"))
        return peers

    def _add_hosted_zone(self, hosted_zone: resolved.HostedZone) -> None:
        settings = hosted_zone.settings
        HostedZone(
            self,
            "hosted-zone",
            aliases=self._aliases,
            name=settings.name or "",
            vpc_id=self._network.vpc_id,
            shared_with={
                vpc.key: SharedVpc(
                    vpc.vpc_id,
                    vpc.region,
                    self.another_provider(f"vpc-{vpc.key}", vpc.account) if vpc.account else None,
                )
                for vpc in hosted_zone.shared_with
            },
            zone_id=settings.zone_id,
            zone_provider=self.another_provider("dns", settings.account) if settings.account else None,
        )
        self.output(
            "endpoint_names",
            self._endpoint_of_name,
            "ID of the endpoint that a name of the hosted zone resolves to",
        )
        if self._zone_of_name:
            self.output(
                "endpoint_name_zones",
                self._zone_of_name,
                "Zone of each name of the hosted zone that resolves to the address in one zone",
            )

    def _add_probe(self, settings: ProbeSettings) -> None:
        network = self._network
        zone = self._consumer.settings.network.first_zone(self._consumer.probe_zone)
        probe = Probe(
            self,
            "probe",
            name=self._resource_name,
            vpc_id=network.vpc_id,
            subnet_id=network.subnet_ids[zone],
            ports=ports_of(probe_egress(self._consumer).applied()),
            partition=partition(self.region),
            kms_key_id=self._kms_key_id,
            associate_public_ip_address=settings.public_address,
            depends_on=[
                self._endpoints[endpoint.key].resource
                for endpoint in self._consumer.endpoints_to_systems_manager
            ],
            endpoints=SystemsManagerEndpoints(self._consumer.probe_endpoints, zone, network.zone_name(zone)),
        )
        self.output("probe_instance_id", probe.instance_id, "ID of the test instance in the consumer's VPC")


def read_endpoint_ids(
    stack: PrivateLinkStack, endpoints: Mapping[str, tuple[ConsumerStack, str | None]]
) -> dict[str, str]:
    """Read the IDs of endpoints from the states of their stacks.

    Arguments:
        stack: stack that reads.
        endpoints: stack of each endpoint and the endpoint's key there, by the key to return it under.
    """
    read: dict[str, aws.TerraformRemoteState] = {}
    ids: dict[str, str] = {}
    for key, (consumer, endpoint) in endpoints.items():
        id = f"consumer-{consumer.key}"  # noqa: A001  (the framework's name for it)
        if consumer.key not in read:
            read[consumer.key] = stack.read_outputs(consumer, id)
        ids[key] = (
            read[consumer.key].get_string("endpoint_id")
            if endpoint is None
            else f'${{data.terraform_remote_state.{id}.outputs.further_endpoints["{endpoint}"].endpoint_id}}'
        )
    return ids
