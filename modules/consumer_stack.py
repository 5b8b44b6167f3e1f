"""ConsumerStack: one service consumer's side."""

from collections.abc import Mapping

from modules import aws
from modules.component import cidr_key
from modules.interface_endpoint import InterfaceEndpoint
from modules.probe import Probe
from modules.provider_stack import ProviderStack
from modules.stack import PrivateLinkStack, add_network
from modules.topology.consumer import Consumer
from modules.zones import partition


class ConsumerStack(PrivateLinkStack):
    """One service consumer's side: network, interface endpoint, and a probe if one is asked for.

    Outputs `endpoint_id`, `endpoint_dns_names`, `endpoint_addresses`, `connection_to_accept`, and
    `endpoint_state` unless Terraform accepts the connection: the acceptance stack then knows the state first.
    """

    def __init__(
        self,
        scope: aws.Construct,
        topology: str,
        key: str,
        consumer: Consumer,
        tags: Mapping[str, str],
        *,
        provider: ProviderStack | None,
        accepted_by_stack: str | None = None,
    ) -> None:
        stack_name = f"{topology}-consumer-{key}"
        super().__init__(scope, stack_name, region=consumer.region, account=consumer.account, tags=tags)
        name = f"{topology}-{key}"
        if provider:
            service_name = self.read_outputs(provider, "provider").get_string("service_name")
        else:
            service_name = str(consumer.service_name)
        network = add_network(self, name, consumer.network, internet=consumer.probe)
        clients = {cidr_key(cidr): str(cidr) for cidr in consumer.endpoint_allow_from}
        endpoint = InterfaceEndpoint(
            self,
            "endpoint",
            name=name,
            vpc_id=network.vpc_id,
            service_name=service_name,
            subnet_ids={zone: network.subnet_ids[zone] for zone in consumer.endpoint_zones},
            zone_names={zone: network.zone_name(zone) for zone in consumer.endpoint_zones},
            allow_from=clients or {"vpc": network.cidr},
            ports=consumer.endpoint_ports,
            udp_ports=consumer.endpoint_udp_ports,
            private_dns_elsewhere=consumer.endpoint.private_dns,
            accepted_by=f"the stack {accepted_by_stack}" if accepted_by_stack else "the owner of the service",
        )
        self.output("endpoint_id", endpoint.endpoint_id, "Id of the interface endpoint")
        if accepted_by_stack is None:
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
            {"service_name": service_name, "endpoint_id": endpoint.endpoint_id},
            "What the service's owner accepts: this endpoint on this service",
        )
        if consumer.probe:
            probe = Probe(
                self,
                "probe",
                name=name,
                vpc_id=network.vpc_id,
                subnet_id=network.subnet_ids[consumer.endpoint_zones[0]],
                ports=consumer.endpoint_ports,
                udp_ports=consumer.endpoint_udp_ports,
                partition=partition(consumer.region),
            )
            self.output("probe_instance_id", probe.instance_id, "Test instance in the consumer's network")
