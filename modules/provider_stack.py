"""ProviderStack: the service provider's side."""

from collections.abc import Mapping

from modules import aws
from modules.backends import Backends
from modules.endpoint_service import EndpointService
from modules.existing_network import ExistingNetwork
from modules.existing_targets import ExistingTargets
from modules.load_balancer import NetworkLoadBalancer
from modules.network import Network
from modules.notifications import Notifications
from modules.private_dns_name import PrivateDnsName
from modules.stack import PrivateLinkStack, add_network
from modules.targets import Targets
from modules.topology.private_dns import PrivateDns
from modules.topology.service import Service


class ProviderStack(PrivateLinkStack):
    """The service provider's side: network, backends, load balancer, endpoint service.

    Outputs `service_name`, `service_id`, `service_zones`, `load_balancer_dns_name`, `load_balancer_addresses`
    and `load_balancer_security_group_id`; with their fields, `backend_instance_ids`, `private_dns_name` and
    `private_dns_record`, `notification_topic_arn`.
    """

    def __init__(
        self, scope: aws.Construct, topology: str, service: Service, tags: Mapping[str, str]
    ) -> None:
        name = f"{topology}-provider"
        super().__init__(scope, name, region=service.region, account=service.account, tags=tags)
        network = add_network(self, name, service.network, internet=not service.load_balancer.internal)
        load_balancer = NetworkLoadBalancer(
            self,
            "load-balancer",
            name=service.load_balancer.name,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            internal=service.load_balancer.internal,
            elastic_ips=service.load_balancer.elastic_ips,
            allow_from=service.load_balancer.allow_from,
            enforce_private_link_ingress=service.load_balancer.enforce_private_link_ingress,
            cross_zone=service.load_balancer.cross_zone,
            depends_on=[network.internet_route] if network.internet_route else [],
        )
        backends = self._add_backends(name, service, network) if service.backends else None
        targets = backends.targets if backends else self._find_targets(service, network)
        for listener in service.listeners:
            load_balancer.add_listener(
                listener,
                targets,
                target_port=service.target_port(listener),
                health_check=service.health_check(listener),
            )
        endpoint_service = EndpointService(
            self,
            "endpoint-service",
            name=name,
            load_balancer_arns=[load_balancer.arn],
            acceptance_required=service.acceptance != "automatic",
            allowed_principals=service.allowed_principals,
            open_to_everyone=service.open_to_everyone,
            private_dns_name=service.private_dns.name if service.private_dns else None,
            supported_regions=service.every_supported_region,
        )
        if service.private_dns:
            self._verify(endpoint_service, service.private_dns)
        if service.notifications:
            notifications = Notifications(
                self,
                "notifications",
                name=f"{name}-connections",
                service=endpoint_service,
                events=service.notifications.events,
                topic_arn=service.notifications.topic_arn,
            )
            self.output("notification_topic_arn", notifications.topic_arn, "Topic told of connections")
        self.output("service_name", endpoint_service.service_name, "Name by which consumers find the service")
        self.output("service_id", endpoint_service.service_id, "Id of the endpoint service")
        self.output("service_zones", endpoint_service.zones, "Zones where the service is offered")
        self.output("load_balancer_dns_name", load_balancer.dns_name, "DNS name for direct clients")
        self.output(
            "load_balancer_addresses",
            load_balancer.addresses,
            "Address of the load balancer in each zone: private if it is internal, else the Elastic IP",
        )
        self.output(
            "load_balancer_security_group_id",
            load_balancer.security_group_id,
            "What the targets have to admit",
        )
        if backends:
            self.output("backend_instance_ids", backends.instance_ids, "Backend instance of each zone")

    def _add_backends(self, name: str, service: Service, network: Network | ExistingNetwork) -> Backends:
        assert service.backends  # noqa: S101  (asked before)
        return Backends(
            self,
            "backends",
            name=name,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            texts=service.backend_texts,
            port=service.backends.port,
            instance_type=service.backends.instance_type,
        )

    def _find_targets(self, service: Service, network: Network | ExistingNetwork) -> Targets:
        assert service.targets  # noqa: S101  (one of the two, says the topology)
        return ExistingTargets(
            self,
            "targets",
            network=network,
            instances=service.targets.instances,
            addresses=service.targets.addresses,
            application_load_balancer=service.targets.application_load_balancer,
            security_group_id=service.targets.security_group_id,
            cross_zone=service.load_balancer.cross_zone,
        ).targets

    def _verify(self, service: EndpointService, settings: PrivateDns) -> None:
        """Have the private DNS name verified, as far as Terraform has the means."""
        name = PrivateDnsName(
            self,
            "private-dns",
            service=service,
            name=settings.name,
            zone_id=settings.zone_id,
            zone_provider=self.another_provider("dns", settings.account) if settings.account else None,
            record_exists=settings.record_exists,
        )
        self.output("private_dns_name", settings.name, "Name by which consumers may know the service")
        self.output(
            "private_dns_record",
            name.record,
            "TXT record by which AWS verifies that name: `<name>.<domain>`, or below a parent of the domain",
        )
