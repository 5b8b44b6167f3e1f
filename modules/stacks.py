"""The stacks: one Terraform root for the provider, one for each consumer, one for acceptance.

Each has a state of its own, so that each side can be owned, planned and applied alone. One reads another's
plain outputs through its state; the names of outputs are therefore a contract (see docs/adr/0003).
"""

from collections.abc import Mapping
from typing import Any

from modules import aws
from modules.acceptance import Acceptance
from modules.backends import Backends
from modules.endpoint_service import EndpointService
from modules.interface_endpoint import InterfaceEndpoint
from modules.load_balancer import NetworkLoadBalancer
from modules.network import Network
from modules.probe import Probe
from modules.topology import Account, Consumer, Service, Topology
from modules.topology import Network as NetworkSettings
from modules.zones import partition

# The range that what is emitted works with, where the bindings would pin their own exact version.
AWS_PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0"
# Check blocks came with 1.5: https://developer.hashicorp.com/terraform/language/checks
TERRAFORM_VERSIONS = ">= 1.5.0"


class PrivateLinkStack(aws.TerraformStack):
    """A Terraform root with its backend, its AWS provider and the version ranges of both.

    Arguments:
        name: the stack's name, which its state file carries too.
        region: the AWS region.
        account: whose credentials to use; None takes those Terraform runs with.
        tags: tags of everything in the stack.
    """

    def __init__(
        self,
        scope: aws.Construct,
        name: str,
        *,
        region: str,
        account: Account | None,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, name)
        # Relative to the stack's folder `<out>/stacks/<name>`: beside <out>, on every machine.
        self._state_path = f"../../../terraform.{name}.tfstate"
        aws.LocalBackend(self, path=self._state_path)
        aws.AwsProvider(
            self,
            "aws",
            region=region,
            default_tags=[aws.AwsProviderDefaultTags(tags=tags)],
            **self._credentials(account, name),
        )
        self.add_override("terraform.required_version", TERRAFORM_VERSIONS)
        self.add_override(
            "terraform.required_providers.aws", {"source": "hashicorp/aws", "version": AWS_PROVIDER_VERSIONS}
        )

    @staticmethod
    def _credentials(account: Account | None, session: str) -> dict[str, Any]:
        """Provider arguments for an account; none for the credentials that Terraform runs with."""
        if account is None:
            return {}
        if account.profile:
            return {"profile": account.profile}
        role = aws.AwsProviderAssumeRole(
            role_arn=account.role_arn, external_id=account.external_id, session_name=session[:64]
        )
        # A wrong role must not build in the wrong account.
        return {"assume_role": [role], "allowed_account_ids": [str(account.number)]}

    def output(self, name: str, value: object, description: str) -> None:
        """Add an output."""
        aws.TerraformOutput(self, name, value=value, description=description)

    def read_outputs(self, other: "PrivateLinkStack", key: str) -> aws.DataTerraformRemoteStateLocal:
        """Read another stack's outputs, which must be applied first."""
        self.add_dependency(other)
        return aws.DataTerraformRemoteStateLocal(self, key, path=other._state_path)


def make_network(scope: aws.Construct, name: str, settings: NetworkSettings, *, internet: bool) -> Network:
    """Make the VPC that one side of a topology describes."""
    return Network(
        scope,
        "network",
        name=name,
        cidr=settings.cidr,
        subnets=settings.subnets,
        internet=internet,
        flow_log_retention_days=settings.flow_logs.retention_days if settings.flow_logs else None,
    )


class ProviderStack(PrivateLinkStack):
    """The service provider's side: network, backends, load balancer, endpoint service.

    Outputs `service_name`, `service_id`, `service_zones`, `load_balancer_dns_name`, `load_balancer_addresses`
    and `backend_instance_ids`.
    """

    def __init__(
        self, scope: aws.Construct, topology: str, service: Service, tags: Mapping[str, str]
    ) -> None:
        name = f"{topology}-provider"
        super().__init__(scope, name, region=service.region, account=service.account, tags=tags)
        network = make_network(self, name, service.network, internet=not service.load_balancer.internal)
        backends = Backends(
            self,
            "backends",
            name=name,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            texts=service.backend_texts,
            port=service.backends.port,
            instance_type=service.backends.instance_type,
        )
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
        backends.allow_from(load_balancer.security_group_id, key="load-balancer")
        for port in service.ports:
            load_balancer.add_listener(
                port=port,
                target_port=backends.port,
                targets=backends.instance_ids,
                target_security_group_id=backends.security_group_id,
            )
        endpoint_service = EndpointService(
            self,
            "endpoint-service",
            name=name,
            load_balancer_arns=[load_balancer.arn],
            acceptance_required=service.acceptance != "automatic",
            allowed_principals=service.allowed_principals,
            open_to_everyone=service.open_to_everyone,
        )
        self.output("service_name", endpoint_service.service_name, "Name by which consumers find the service")
        self.output("service_id", endpoint_service.service_id, "Id of the endpoint service")
        self.output("service_zones", endpoint_service.zones, "Zones where the service is offered")
        self.output("load_balancer_dns_name", load_balancer.dns_name, "DNS name for direct clients")
        self.output(
            "load_balancer_addresses",
            load_balancer.addresses,
            "Address of the load balancer in each zone: private if it is internal, else the Elastic IP",
        )
        self.output("backend_instance_ids", backends.instance_ids, "Backend instance of each zone")


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
        network = make_network(self, name, consumer.network, internet=consumer.probe)
        endpoint = InterfaceEndpoint(
            self,
            "endpoint",
            name=name,
            vpc_id=network.vpc_id,
            service_name=service_name,
            subnet_ids={zone: network.subnet_ids[zone] for zone in consumer.endpoint_zones},
            zone_names={zone: network.zone_name(zone) for zone in consumer.endpoint_zones},
            allow_from=consumer.endpoint_allow_from,
            ports=consumer.endpoint_ports,
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
                partition=partition(consumer.region),
            )
            self.output("probe_instance_id", probe.instance_id, "Test instance in the consumer's network")


class AcceptanceStack(PrivateLinkStack):
    """Acceptance of the topology's own consumers, with the provider's credentials.

    Outputs `connection_states`, the state of each consumer's connection.
    """

    def __init__(
        self,
        scope: aws.Construct,
        name: str,
        service: Service,
        tags: Mapping[str, str],
        *,
        provider: ProviderStack,
        consumers: Mapping[str, ConsumerStack],
    ) -> None:
        super().__init__(scope, name, region=service.region, account=service.account, tags=tags)
        acceptance = Acceptance(
            self,
            "acceptance",
            service_id=self.read_outputs(provider, "provider").get_string("service_id"),
            endpoint_ids={
                key: self.read_outputs(consumer, f"consumer-{key}").get_string("endpoint_id")
                for key, consumer in consumers.items()
            },
        )
        self.output("connection_states", acceptance.states, "State of each consumer's connection")


def build(app: aws.App, topology: Topology) -> None:
    """Add the stacks of a topology to an app."""
    tags = {"Topology": topology.name, **topology.tags}
    service = topology.service
    provider = ProviderStack(app, topology.name, service, tags) if service else None
    managed = f"{topology.name}-acceptance" if service and service.acceptance == "managed" else None
    consumers = {
        key: ConsumerStack(
            app, topology.name, key, consumer, tags, provider=provider, accepted_by_stack=managed
        )
        for key, consumer in topology.consumers.items()
    }
    if managed and service and provider:
        AcceptanceStack(app, managed, service, tags, provider=provider, consumers=consumers)
