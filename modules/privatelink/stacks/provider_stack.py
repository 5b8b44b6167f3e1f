"""ProviderStack: the service provider's side of a topology."""

import json
from collections.abc import Mapping
from typing import TypedDict, get_args

from privatelink.constructs.access_log_bucket import AccessLogBucket
from privatelink.constructs.alarms import ServiceAlarms
from privatelink.constructs.any_network import AnyNetwork
from privatelink.constructs.auto_scaling_backends import AutoScalingBackends
from privatelink.constructs.backends import Backends
from privatelink.constructs.conditions import precondition
from privatelink.constructs.customer_key import CustomerKey
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.existing_load_balancer import ExistingLoadBalancer
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.existing_targets import ExistingTargets
from privatelink.constructs.load_balancer import NetworkLoadBalancer
from privatelink.constructs.network import flow_log_group
from privatelink.constructs.notifications import Notifications
from privatelink.constructs.peer import Peer
from privatelink.constructs.private_dns_name import PrivateDnsName
from privatelink.constructs.rules import CROSS_REGION_ZONE
from privatelink.constructs.targets import Targets
from privatelink.facts import ADDRESS_FAMILIES, CROSS_REGION_ZONES, WITHOUT_CROSS_REGION, IpProtocol
from privatelink.framework import aws
from privatelink.literal import plain
from privatelink.stacks.stack import PrivateLinkStack, add_network, by_first_zone, ports_of
from privatelink.stacks.state import States
from privatelink.topology import resolved
from privatelink.topology.rules.load_balancer import AccessLogs
from privatelink.topology.rules.private_dns import PrivateDns
from privatelink.topology.rules.service import Service
from privatelink.topology.security_group_rules import client_ingress, target_rules
from privatelink.topology.types.arns import load_balancer_name
from privatelink.topology.types.regions import partition_of
from privatelink.topology.types.zones import in_region, partition


class _BackendArguments(TypedDict):
    """Arguments that `Backends` and `AutoScalingBackends` have in common."""

    name: str
    vpc_id: str
    subnet_ids: Mapping[str, str]
    texts: Mapping[str, str]
    port: int
    instance_type: str
    kms_key_id: str | None


class ProviderStack(PrivateLinkStack):
    """The service provider's side: VPC, targets, load balancers and the endpoint service.

    Outputs `service_name`, `service_id` and `service_zones`; with the settings for them
    `load_balancer_dns_name`, `load_balancer_addresses`, `load_balancer_security_group_id`, `load_balancers`,
    `target_group_arns`, `backend_instance_ids`, `auto_scaling_groups`, `private_dns_name`,
    `private_dns_record` and `notification_topic_arn`.

    Arguments:
        topology: name of the topology.
        service: the service.
        tags: tags of every resource.
        states: where Terraform stores the states.
    """

    def __init__(
        self,
        scope: aws.Construct,
        topology: str,
        service: resolved.Service,
        tags: Mapping[str, str],
        states: States,
    ) -> None:
        name = resolved.suffixed(f"{topology}-provider", service.first_key)
        settings = service.settings
        super().__init__(
            scope, name, state=states(name), region=settings.region, account=settings.account, tags=tags
        )
        self._kms_key_id = self._add_key(name, settings)
        self._network = (
            add_network(
                self,
                name,
                settings.network,
                internet=settings.internet_facing,
                kms_key_id=self._kms_key_id,
            )
            if settings.network
            else None
        )
        made = self._make_load_balancers(name, service)
        arns = [balancer.arn for balancer in made.values()] + self._find_load_balancers(settings)
        endpoint_service = EndpointService(
            self,
            "endpoint-service",
            name=name,
            network_load_balancer_arns=arns,
            acceptance_required=settings.acceptance != "automatic",
            allowed_principals=settings.allowed_principals,
            open_to_everyone=settings.open_to_everyone,
            private_dns_name=settings.private_dns.name if settings.private_dns else None,
            supported_regions=settings.every_supported_region,
            supported_ip_address_types=ADDRESS_FAMILIES[settings.ip_address_type],
            preconditions=self._cross_region_zones(settings),
        )
        if settings.private_dns:
            self._verify(endpoint_service, settings.private_dns)
        if settings.notifications:
            notifications = Notifications(
                self,
                "notifications",
                name=f"{name}-connections",
                service=endpoint_service,
                connection_events=settings.notifications.events,
                connection_notification_arn=settings.notifications.topic_arn,
                kms_master_key_id=self._kms_key_id,
            )
            self.output(
                "notification_topic_arn",
                notifications.topic_arn,
                "ARN of the SNS topic for connection events",
            )
        if settings.alarms:
            alarms = ServiceAlarms(
                self,
                "alarms",
                name=name,
                service_id=endpoint_service.service_id,
                settings=settings.alarms,
            )
            self._add_load_balancer_alarms(alarms, made, service)
        self.output(
            "service_name",
            endpoint_service.service_name,
            "Name of the endpoint service, to which consumers connect",
        )
        self.output("service_id", endpoint_service.service_id, "ID of the endpoint service")
        if tests := settings.port_tests:
            self.output("verify", tests, "How privatelink verify tests a port, such as 443 or 53/udp")
        self.output(
            "service_zones", endpoint_service.availability_zones, "Zones in which the service is available"
        )

    def _add_key(self, name: str, service: Service) -> str | None:
        """Create a KMS key if the stack encrypts something with it; return its ARN."""
        backends, notifications = service.backends, service.notifications
        logs = [balancer.access_logs for balancer in service.made_load_balancers.values()]
        flow_logs = bool(service.network and service.network.flow_logs)
        topic = bool(notifications and not notifications.topic_arn)
        buckets = any(log and log.expire_days for log in logs)
        if service.kms_key == "aws" or not (flow_logs or topic or buckets or backends):
            return None
        return CustomerKey(
            self,
            "key",
            name=name,
            region=self.region,
            partition=partition(self.region),
            dns_suffix=partition_of(self.region).dns_suffix,
            log_group_name=flow_log_group(name) if flow_logs else None,
            encrypts_notifications=topic,
            encrypts_access_logs=buckets,
            encrypts_auto_scaling=bool(backends and backends.auto_scaling),
        ).arn

    def _cross_region_zones(self, service: Service) -> list[aws.Precondition]:
        """Return the condition that other Regions can reach the zones, if zones are given by name.

        Of AZ IDs the topology has checked it.
        """
        out_of_reach = sorted(zone for zone in WITHOUT_CROSS_REGION if in_region(zone, self.region))
        network = self._network
        named = service.network and not service.network.by_zone_id
        if not (service.supported_regions and network and named and out_of_reach):
            return []
        ids = ", ".join(network.zone_id(zone) for zone in network.subnet_ids)
        found = f"setintersection([{ids}], {json.dumps(out_of_reach)})"
        return [
            precondition(
                f"${{length({found}) == 0}}",
                CROSS_REGION_ZONE.broken(given=f'${{join(", ", {found})}}'),
            )
        ]

    def _make_load_balancers(
        self, name: str, service: resolved.Service
    ) -> dict[str | None, NetworkLoadBalancer]:
        """Create load balancers with their listeners; return them by key."""
        made: dict[str | None, NetworkLoadBalancer] = {}
        if service.load_balancers:
            network, settings = self._network, service.settings
            assert network  # noqa: S101  (the topology has one)
            if isinstance(network, ExistingNetwork):
                network.warn_of_full_subnets()
            dualstack = settings.ip_address_type != "ipv4"
            made = {
                balancer.first_key: self._add_load_balancer(service, balancer, network, dualstack=dualstack)
                for balancer in service.load_balancers
            }
            targets = self._add_targets(name, settings, network)
            for balancer in made.values():
                for listener in settings.listeners:
                    balancer.add_listener(
                        listener,
                        targets,
                        target_port=settings.target_port(listener),
                        health_check=settings.health_check(listener),
                    )
            elsewhere = bool(settings.targets and settings.targets.registered_elsewhere)
            self._output_load_balancers(made, with_target_groups=elsewhere)
        return made

    def _find_load_balancers(self, service: Service) -> list[str]:
        """Read the existing load balancers; return their ARNs."""
        return [
            ExistingLoadBalancer(
                self,
                f"load-balancer-{load_balancer_name(arn)}",
                arn=arn,
                listeners=service.listeners,
                min_zones=CROSS_REGION_ZONES if len(service.every_supported_region) > 1 else 1,
            ).arn
            for arn in service.existing_load_balancers
        ]

    def _add_load_balancer(
        self,
        service: resolved.Service,
        balancer: resolved.LoadBalancer,
        network: AnyNetwork,
        *,
        dualstack: bool,
    ) -> NetworkLoadBalancer:
        id = resolved.suffixed("load-balancer", balancer.first_key)  # noqa: A001  (the framework's name for it)
        settings, zones = balancer.settings, service.settings.network
        assert zones  # noqa: S101  (the topology has one)
        clients, to_targets = client_ingress(service, balancer), target_rules(service)
        inbound = clients.applied()
        return NetworkLoadBalancer(
            self,
            id,
            name=balancer.name,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            internal=settings.internal,
            allocation_ids=by_first_zone(zones, settings.elastic_ips),
            allow_from=[Peer.of_client(client) for client in inbound.clients],
            listener_ranges=ports_of(inbound),
            target_ranges=ports_of(to_targets.applied()),
            rules_in_order=clients.may_merge or to_targets.may_merge,
            enforce_security_group_inbound_rules_on_private_link_traffic=(
                "on" if settings.enforce_private_link_ingress else "off"
            ),
            enable_cross_zone_load_balancing=settings.cross_zone,
            ip_address_type="dualstack" if dualstack else "ipv4",
            enable_deletion_protection=settings.deletion_protection,
            access_logs=self._add_access_logs(id, balancer.name, settings.access_logs)
            if settings.access_logs
            else None,
            depends_on=[network.internet_route] if network.internet_route else [],
        )

    def _add_access_logs(self, id: str, name: str, settings: AccessLogs) -> aws.LbAccessLogs:  # noqa: A002
        bucket = settings.bucket
        if settings.expire_days:
            bucket = AccessLogBucket(
                self,
                f"{id}-access-logs",
                name=name,
                region=self.region,
                partition=partition(self.region),
                prefix=settings.prefix,
                expiration_days=settings.expire_days,
                kms_master_key_id=self._kms_key_id,
            ).bucket
        assert bucket  # noqa: S101  (the topology has one of the two)
        return aws.LbAccessLogs(enabled=True, bucket=bucket, prefix=settings.prefix)

    def _add_load_balancer_alarms(
        self,
        alarms: ServiceAlarms,
        made: Mapping[str | None, NetworkLoadBalancer],
        service: resolved.Service,
    ) -> None:
        settings = service.settings
        protocols: list[IpProtocol] = [
            protocol for protocol in get_args(IpProtocol) if settings.ports_of(protocol)
        ]
        for balancer in service.load_balancers:
            created = made[balancer.first_key]
            groups = created.target_groups if settings.counts_unhealthy_targets else {}
            alarms.watch_load_balancer(
                balancer.first_key,
                arn_suffix=created.arn_suffix,
                target_group_arn_suffixes={port: group.arn_suffix for port, group in groups.items()},
                blocked_flow_protocols=protocols if balancer.settings.enforce_private_link_ingress else (),
            )

    def _output_load_balancers(
        self, made: Mapping[str | None, NetworkLoadBalancer], *, with_target_groups: bool
    ) -> None:
        groups = {
            key: {str(port): group.arn for port, group in balancer.target_groups.items()}
            for key, balancer in made.items()
            if with_target_groups
        }
        if single := made.get(None):
            self.output(
                "load_balancer_dns_name", single.dns_name, "DNS name of the load balancer, for direct clients"
            )
            self.output(
                "load_balancer_addresses",
                single.addresses,
                "Address of the load balancer by zone: the private address if internal, else the Elastic IP",
            )
            self.output(
                "load_balancer_security_group_id",
                single.security_group_id,
                "ID of the load balancer's security group, which targets must allow",
            )
            if with_target_groups:
                self.output(
                    "target_group_arns",
                    groups[None],
                    "ARN of the target group by port of the listener, in which targets are registered",
                )
        if others := {key: balancer for key, balancer in made.items() if key is not None}:
            self.output(
                "load_balancers",
                {
                    key: {
                        "dns_name": balancer.dns_name,
                        "addresses": balancer.addresses,
                        "security_group_id": balancer.security_group_id,
                    }
                    | ({"target_group_arns": groups[key]} if with_target_groups else {})
                    for key, balancer in others.items()
                },
                "Each load balancer: DNS name, address by zone, and security group, which targets must allow"
                + ("; ARN of the target group by port of the listener" if with_target_groups else ""),
            )

    def _add_targets(self, name: str, service: Service, network: AnyNetwork) -> Targets:
        if not service.backends:
            return self._read_targets(service, network)
        assert service.network  # noqa: S101  (the topology has one)
        common: _BackendArguments = {
            "name": name,
            "vpc_id": network.vpc_id,
            "subnet_ids": network.subnet_ids,
            # The constructs encode it as user data.
            "texts": plain(by_first_zone(service.network, service.backend_texts)),
            "port": service.backends.port,
            "instance_type": service.backends.instance_type,
            "kms_key_id": self._kms_key_id,
        }
        if scaling := service.backends.auto_scaling:
            groups = AutoScalingBackends(
                self, "backends", min_size=scaling.min, max_size=scaling.max, tags=self.tags, **common
            )
            self.output("auto_scaling_groups", groups.group_names, "Name of the Auto Scaling group by zone")
            return groups.targets
        backends = Backends(self, "backends", **common)
        self.output("backend_instance_ids", backends.instance_ids, "ID of the backend instance by zone")
        return backends.targets

    def _read_targets(self, service: Service, network: AnyNetwork) -> Targets:
        assert service.targets  # noqa: S101  (the topology has one of the two)
        if service.targets.registered_elsewhere:
            group = service.targets.security_group_id
            return Targets(
                target_type=service.targets.kind,
                security_group_id=group,
                peers=[] if group else [Peer.cidr_ipv4(network.cidr_block, key="vpc")],
            )
        return ExistingTargets(
            self,
            "targets",
            network=network,
            instance_ids=dict(sorted(service.targets.instances.items())),
            ip_addresses=dict(sorted(service.targets.addresses.items())),
            autoscaling_group_names=dict(sorted(service.targets.auto_scaling_groups.items())),
            application_load_balancer_arn=service.targets.application_load_balancer,
            security_group_id=service.targets.security_group_id,
            enable_cross_zone_load_balancing=all(
                balancer.cross_zone for balancer in service.made_load_balancers.values()
            ),
        ).targets

    def _verify(self, service: EndpointService, settings: PrivateDns) -> None:
        """Verify the private DNS name, if Terraform can, and output its TXT record."""
        name = PrivateDnsName(
            self,
            "private-dns",
            service=service,
            private_dns_name=settings.name,
            zone_id=settings.zone_id,
            zone_provider=self.another_provider("dns", settings.account) if settings.account else None,
            record_exists=settings.record_exists,
        )
        self.output("private_dns_name", settings.name, "Private DNS name of the service")
        self.output(
            "private_dns_record",
            name.record,
            "TXT record that verifies the private DNS name: `<name>.<domain>`, or in a parent domain",
        )
