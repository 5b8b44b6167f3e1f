"""ProviderStack: the service provider's side."""

import json
from collections.abc import Mapping
from typing import Any

from privatelink.constructs.access_log_bucket import AccessLogBucket
from privatelink.constructs.alarms import ServiceAlarms
from privatelink.constructs.auto_scaling_backends import AutoScalingBackends
from privatelink.constructs.backends import Backends
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.existing_load_balancer import ExistingLoadBalancer
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.existing_targets import ExistingTargets
from privatelink.constructs.load_balancer import NetworkLoadBalancer
from privatelink.constructs.network import Network
from privatelink.constructs.notifications import Notifications
from privatelink.constructs.private_dns_name import PrivateDnsName
from privatelink.constructs.targets import Targets
from privatelink.facts import ADDRESS_FAMILIES, CROSS_REGION_ZONES, FREE_ADDRESSES, WITHOUT_CROSS_REGION
from privatelink.framework import aws
from privatelink.stacks.stack import PrivateLinkStack, add_network
from privatelink.stacks.state import States
from privatelink.topology.rules.load_balancer import LoadBalancer
from privatelink.topology.rules.private_dns import PrivateDns
from privatelink.topology.rules.service import Service
from privatelink.topology.types.arns import load_balancer_name
from privatelink.topology.types.zones import in_region, partition


class ProviderStack(PrivateLinkStack):
    """The service provider's side: network, backends, load balancer, endpoint service.

    `key` is the service's among several of one topology.

    Outputs `service_name`, `service_id`, `service_zones`; with their fields, `load_balancer_dns_name`,
    `load_balancer_addresses`, `load_balancer_security_group_id`, `load_balancers`, `backend_instance_ids`,
    `auto_scaling_groups`, `private_dns_name`, `private_dns_record`, `notification_topic_arn`.
    """

    def __init__(
        self,
        scope: aws.Construct,
        topology: str,
        service: Service,
        tags: Mapping[str, str],
        states: States,
        key: str = "",
    ) -> None:
        name = f"{topology}-provider-{key}" if key else f"{topology}-provider"
        super().__init__(
            scope, name, state=states(name), region=service.region, account=service.account, tags=tags
        )
        self._network = (
            add_network(self, name, service.network, internet=service.internet_facing)
            if service.network
            else None
        )
        made = self._make_load_balancers(name, service)
        arns = [balancer.arn for balancer in made.values()] + self._find_load_balancers(service)
        endpoint_service = EndpointService(
            self,
            "endpoint-service",
            name=name,
            load_balancer_arns=arns,
            acceptance_required=service.acceptance != "automatic",
            allowed_principals=service.allowed_principals,
            open_to_everyone=service.open_to_everyone,
            private_dns_name=service.private_dns.name if service.private_dns else None,
            supported_regions=service.every_supported_region,
            ip_address_types=ADDRESS_FAMILIES[service.ip_address_type],
            conditions=self._zones_within_reach(service),
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
        if service.alarms:
            alarms = ServiceAlarms(
                self,
                "alarms",
                name=name,
                service_id=endpoint_service.service_id,
                settings=service.alarms,
            )
            self._watch_load_balancers(alarms, made, service)
        self.output("service_name", endpoint_service.service_name, "Name by which consumers find the service")
        self.output("service_id", endpoint_service.service_id, "Id of the endpoint service")
        self.output("service_zones", endpoint_service.zones, "Zones where the service is offered")

    def _zones_within_reach(self, service: Service) -> list[aws.Precondition]:
        """Fail where zones given by name turn out to be such that other regions cannot reach.

        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
        """
        out_of_reach = sorted(zone for zone in WITHOUT_CROSS_REGION if in_region(zone, self.region))
        network = self._network
        named = service.network and not service.network.by_zone_id  # AZ IDs were looked at in the file
        if not (service.supported_regions and network and named and out_of_reach):
            return []
        ids = ", ".join(network.zone_id(zone) for zone in network.subnet_ids)
        found = f"setintersection([{ids}], {json.dumps(out_of_reach)})"
        return [
            aws.Precondition(
                condition=f"${{length({found}) == 0}}",
                error_message=(
                    f'other regions cannot reach zone ${{join(", ", {found})}}: choose other zones, '
                    "or remove supported_regions"
                ),
            )
        ]

    def _make_load_balancers(self, name: str, service: Service) -> dict[str, NetworkLoadBalancer]:
        """Make the load balancers that the file describes; give them by key."""
        made: dict[str, NetworkLoadBalancer] = {}
        if service.made_load_balancers:
            network = self._network
            assert network  # noqa: S101  (says the topology)
            if isinstance(network, ExistingNetwork):
                network.warn_of_full_subnets(FREE_ADDRESSES, "a load balancer")
            made = {
                key: self._add_load_balancer(
                    key, settings, network, dualstack=service.ip_address_type != "ipv4"
                )
                for key, settings in service.made_load_balancers.items()
            }
            targets = self._add_targets(name, service, network)
            for balancer in made.values():
                for listener in service.listeners:
                    balancer.add_listener(
                        listener,
                        targets,
                        target_port=service.target_port(listener),
                        health_check=service.health_check(listener),
                    )
            self._tell_load_balancers(made)
        return made

    def _find_load_balancers(self, service: Service) -> list[str]:
        """Look up the load balancers that the file names; give their ARNs."""
        return [
            ExistingLoadBalancer(
                self,
                f"load-balancer-{load_balancer_name(arn)}",
                arn=arn,
                listeners=service.listeners,
                zones=CROSS_REGION_ZONES if len(service.every_supported_region) > 1 else 1,
            ).arn
            for arn in service.existing_load_balancers
        ]

    def _add_load_balancer(
        self, key: str, settings: LoadBalancer, network: Network | ExistingNetwork, *, dualstack: bool
    ) -> NetworkLoadBalancer:
        id = f"load-balancer-{key}" if key else "load-balancer"  # noqa: A001  (the framework's name for it)
        return NetworkLoadBalancer(
            self,
            id,
            name=settings.name,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            internal=settings.internal,
            elastic_ips=settings.elastic_ips,
            allow_from=settings.allow_from,
            enforce_private_link_ingress=settings.enforce_private_link_ingress,
            cross_zone=settings.cross_zone,
            dualstack=dualstack,
            deletion_protection=settings.deletion_protection,
            access_logs=self._add_access_logs(id, settings) if settings.access_logs else None,
            depends_on=[network.internet_route] if network.internet_route else [],
        )

    def _add_access_logs(self, id: str, settings: LoadBalancer) -> aws.LbAccessLogs:  # noqa: A002
        assert settings.access_logs  # noqa: S101  (asked before)
        bucket, prefix = settings.access_logs.bucket, settings.access_logs.prefix
        if settings.access_logs.expire_days:
            bucket = AccessLogBucket(
                self,
                f"{id}-access-logs",
                name=settings.name,
                region=self.region,
                partition=partition(self.region),
                prefix=prefix,
                expire_days=settings.access_logs.expire_days,
            ).bucket
        assert bucket  # noqa: S101  (the file names one, or expire_days of one to make)
        return aws.LbAccessLogs(enabled=True, bucket=bucket, prefix=prefix)

    def _watch_load_balancers(
        self, alarms: ServiceAlarms, made: Mapping[str, NetworkLoadBalancer], service: Service
    ) -> None:
        protocols = [protocol for protocol in ("tcp", "udp") if service.ports_of(protocol)]
        for key, balancer in made.items():
            held = service.made_load_balancers[key].enforce_private_link_ingress
            counted = balancer.target_groups if service.counts_unhealthy_targets else {}
            alarms.watch_load_balancer(
                key,
                arn_suffix=balancer.arn_suffix,
                target_groups={port: group.arn_suffix for port, group in counted.items()},
                protocols_held=protocols if held else (),
            )

    def _tell_load_balancers(self, made: Mapping[str, NetworkLoadBalancer]) -> None:
        if single := made.get(""):
            self.output("load_balancer_dns_name", single.dns_name, "DNS name for direct clients")
            self.output(
                "load_balancer_addresses",
                single.addresses,
                "Address of the load balancer in each zone: private if it is internal, else the Elastic IP",
            )
            self.output(
                "load_balancer_security_group_id",
                single.security_group_id,
                "What the targets have to admit",
            )
        if others := {key: balancer for key, balancer in made.items() if key}:
            self.output(
                "load_balancers",
                {
                    key: {
                        "dns_name": balancer.dns_name,
                        "addresses": balancer.addresses,
                        "security_group_id": balancer.security_group_id,
                    }
                    for key, balancer in others.items()
                },
                "Of each load balancer its DNS name, its address in each zone, what targets have to admit",
            )

    def _add_targets(self, name: str, service: Service, network: Network | ExistingNetwork) -> Targets:
        if not service.backends:
            return self._find_targets(service, network)
        common: dict[str, Any] = {
            "name": name,
            "vpc_id": network.vpc_id,
            "subnet_ids": network.subnet_ids,
            "texts": service.backend_texts,
            "port": service.backends.port,
            "instance_type": service.backends.instance_type,
        }
        if scaling := service.backends.auto_scaling:
            groups = AutoScalingBackends(
                self, "backends", smallest=scaling.min, largest=scaling.max, tags=self.tags, **common
            )
            self.output("auto_scaling_groups", groups.group_names, "Auto Scaling group of each zone")
            return groups.targets
        backends = Backends(self, "backends", **common)
        self.output("backend_instance_ids", backends.instance_ids, "Backend instance of each zone")
        return backends.targets

    def _find_targets(self, service: Service, network: Network | ExistingNetwork) -> Targets:
        assert service.targets  # noqa: S101  (one of the two, says the topology)
        return ExistingTargets(
            self,
            "targets",
            network=network,
            instances=dict(sorted(service.targets.instances.items())),
            addresses=dict(sorted(service.targets.addresses.items())),
            application_load_balancer=service.targets.application_load_balancer,
            security_group_id=service.targets.security_group_id,
            cross_zone=all(balancer.cross_zone for balancer in service.made_load_balancers.values()),
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
