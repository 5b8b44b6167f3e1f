"""InterfaceEndpoint: a service found by its name, reachable at an address in each chosen subnet."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from types import MappingProxyType

from privatelink.constructs.component import Component
from privatelink.constructs.existing_network import of_vpc
from privatelink.constructs.network_interface import private_addresses
from privatelink.constructs.security_group import Peer, add_security_group
from privatelink.facts import AVAILABLE
from privatelink.framework import aws

NO_ONE: Mapping[str, Peer] = MappingProxyType({})
REGIONAL_NAME = "^vpce-[0-9a-f]+-[0-9a-z]+[.]"


def _rules(ports: Sequence[int], udp_ports: Sequence[int]) -> Iterator[tuple[str, int]]:
    yield from (("tcp", port) for port in ports)
    yield from (("udp", port) for port in udp_ports)


class InterfaceEndpoint(Component):
    """Connect a VPC to an endpoint service.

    Creates `aws_vpc_endpoint` of type Interface and, unless groups are given, its `aws_security_group` with
    an ingress rule for each client and port; reads the service (`aws_vpc_endpoint_service`), the endpoint's
    network interfaces (`aws_network_interface`) and the groups given (`aws_security_group`).

    Planning fails when the service is unknown or not open to this account, is not offered in one of the
    zones, takes no policy but is given one, or has no private DNS name though it is wanted, and when a group
    is of another VPC. With `accepted_by`, planning and applying warn while the connection is not `available`:
    Terraform counts `pendingAcceptance` as success, and a path that is dead would look green.

    Arguments:
        name: the Name tag.
        vpc_id: the consumer's VPC.
        service_name: `com.amazonaws.vpce.<region>.vpce-svc-<id>`, or as an AWS service is named.
        subnet_ids: subnet id by zone; an endpoint takes one subnet a zone, and the mapping cannot say more.
        zone_names: Terraform reference to the zone's name in this account, by zone.
        ports: the service's TCP ports.
        udp_ports: its UDP ports.
        allow_from: who may use it: by a stable key, the argument of an ingress rule that names the source, as
            in `{"10-0-0-0-16": {"cidr_ipv4": "10.0.0.0/16"}}`.
        security_group_ids: groups that exist, to have instead of one made for the clients.
        vpc_reference: Terraform reference to the VPC's id, which the groups given have to be of.
        policy: the endpoint policy as JSON; None for AWS's, which allows everything.
        addresses: IPv4 address by zone; empty lets AWS choose.
        ip_address_type: ipv4, dualstack or ipv6.
        dns_record_ip_type: the addresses that its names resolve to: those, or service-defined.
        service_region: region of the service where that is another one.
        private_dns: whether the service's private DNS name leads here from the start, as AWS's own can.
        private_dns_elsewhere: whether a `PrivateDns` switches private DNS on and off.
        accepted_by: what accepts the connection, for the warning that it has not been accepted yet; None
            for a service of AWS.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        vpc_id: str,
        service_name: str,
        subnet_ids: Mapping[str, str],
        zone_names: Mapping[str, str],
        ports: Sequence[int],
        udp_ports: Sequence[int] = (),
        allow_from: Mapping[str, Peer] = NO_ONE,
        security_group_ids: Sequence[str] = (),
        vpc_reference: str | None = None,
        policy: str | None = None,
        addresses: Mapping[str, IPv4Address] = MappingProxyType({}),
        ip_address_type: str = "ipv4",
        dns_record_ip_type: str = "ipv4",
        service_region: str | None = None,
        private_dns: bool = False,
        private_dns_elsewhere: bool = False,
        accepted_by: str | None = "the owner of the service",
    ) -> None:
        super().__init__(scope, id)
        group_ids = [self._existing_group(group_id, vpc_reference) for group_id in security_group_ids] or [
            self._add_group(name, vpc_id, allow_from, [*_rules(ports, udp_ports)])
        ]
        self._service = f"data.aws_vpc_endpoint_service.{self.address}"
        service = self.add(
            aws.DataAwsVpcEndpointService,
            service_name=service_name,
            # S3 and DynamoDB have a service of each type by the same name.
            service_type=None if accepted_by else "Interface",
            service_regions=[service_region] if service_region else None,
        )
        conditions = [] if service_region else [self._zones_offered(zone_names)]
        if policy:
            conditions.append(self._policy_taken())
        if private_dns or private_dns_elsewhere:
            conditions.append(self._name_to_lead_here())
        endpoint = self.add(
            aws.VpcEndpoint,
            vpc_id=vpc_id,
            service_name=service.service_name,
            service_region=service_region,
            # The provider's default is Gateway.
            vpc_endpoint_type="Interface",
            subnet_ids=list(subnet_ids.values()),
            subnet_configuration=[
                aws.VpcEndpointSubnetConfiguration(subnet_id=subnet_ids[zone], ipv4=str(address))
                for zone, address in sorted(addresses.items())
            ]
            or None,
            security_group_ids=group_ids,
            ip_address_type=ip_address_type,
            dns_options=self._dns_options(service_name, dns_record_ip_type, private_dns=private_dns),
            policy=self._policy(policy, by_aws=accepted_by is None),
            # AWS refuses private DNS before the connection is accepted; left out, an old value would stay.
            private_dns_enabled=private_dns,
            tags={"Name": name},
            lifecycle=aws.TerraformResourceLifecycle(
                precondition=conditions or None,
                ignore_changes=["private_dns_enabled"] if private_dns_elsewhere else None,
            ),
        )
        self.endpoint_id: str = endpoint.id
        self.state = endpoint.state
        self.alias = self._alias()
        self.dns_names = self._dns_names(zone_names)
        # `network_interface_ids` tells no zone, and the provider keeps stale ones when subnets change.
        self.addresses = private_addresses(
            self,
            description=f"VPC Endpoint Interface {self.endpoint_id}",
            subnet_ids=subnet_ids,
            ipv6=ip_address_type == "ipv6",
        )
        if accepted_by:
            self._warn_until_available(accepted_by)

    def _existing_group(self, group_id: str, vpc_reference: str | None) -> str:
        conditions = (
            [of_vpc(vpc_reference, f"security group {group_id}", "security_group_ids")]
            if vpc_reference
            else []
        )
        group = self.add(
            aws.DataAwsSecurityGroup,
            group_id,
            id=group_id,
            lifecycle=aws.TerraformResourceLifecycle(postcondition=conditions or None),
        )
        return group.id

    def _add_group(
        self,
        name: str,
        vpc_id: str,
        allow_from: Mapping[str, Peer],
        rules: Sequence[tuple[str, int]],
    ) -> str:
        group_id = add_security_group(
            self,
            name=f"{name}-endpoint",
            description="Interface endpoint: clients in, on the ports of the service",
            vpc_id=vpc_id,
        )
        for protocol, port in rules:
            for key, source in allow_from.items():
                self.add(
                    aws.VpcSecurityGroupIngressRule,
                    f"{protocol}-{port}-from-{key}",
                    security_group_id=group_id,
                    description=f"Clients of the service on port {port}",
                    ip_protocol=protocol,
                    from_port=port,
                    to_port=port,
                    tags={"Name": f"{protocol}-{port}"},
                    **source,
                )
        return group_id

    @staticmethod
    def _dns_options(
        service_name: str, record_ip_type: str, *, private_dns: bool
    ) -> aws.VpcEndpointDnsOptions:
        """S3's private DNS would else be for on-premises clients alone, and demand a gateway endpoint, too.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns-s3
        """
        only_inbound = False if private_dns and service_name.endswith(".s3") else None
        return aws.VpcEndpointDnsOptions(
            dns_record_ip_type=record_ip_type, private_dns_only_for_inbound_resolver_endpoint=only_inbound
        )

    def _policy(self, policy: str | None, *, by_aws: bool) -> str | None:
        """The policy; where there is none, AWS's own, or one that was removed would stay.

        Not every service takes a policy, and a customer's never does, so that nothing can stay there.
        """
        if policy or not by_aws:
            return policy
        statement = '{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }'
        return (
            f"${{{self._service}.vpc_endpoint_policy_supported ? "
            f"jsonencode({{ Statement = [{statement}] }}) : null}}"
        )

    def _policy_taken(self) -> aws.Precondition:
        """Fail in the plan where the service knows no endpoint policy.

        https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
        """
        return aws.Precondition(
            condition=f"${{{self._service}.vpc_endpoint_policy_supported}}",
            error_message=(
                f"${{{self._service}.service_name}} takes no endpoint policy: remove `policy`, and limit who "
                "gets in by allow_from or security groups"
            ),
        )

    def _name_to_lead_here(self) -> aws.Precondition:
        """Fail in the plan where the service has no private DNS name.

        https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        """
        return aws.Precondition(
            condition=f'${{coalesce({self._service}.private_dns_name, "-") != "-"}}',
            error_message=(
                f"${{{self._service}.service_name}} has no private DNS name: remove private_dns, or ask the "
                "owner of the service for one"
            ),
        )

    def _alias(self) -> tuple[str, str]:
        """Terraform references to the name and the hosted zone that an alias of the endpoint leads to."""
        regional = (
            f"[for entry in aws_vpc_endpoint.{self.address}.dns_entry : entry "
            f'if can(regex("{REGIONAL_NAME}", entry.dns_name))]'
        )
        return f"${{one({regional}).dns_name}}", f"${{one({regional}).hosted_zone_id}}"

    def _zones_offered(self, zone_names: Mapping[str, str]) -> aws.Precondition:
        """Fail in the plan where the service has no load balancer in one of the zones.

        https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
        """
        chosen = f"[{', '.join(zone_names.values())}]"
        offered = f"{self._service}.availability_zones"
        return aws.Precondition(
            condition=f"${{length(setsubtract({chosen}, {offered})) == 0}}",
            error_message=(
                f'the service is not offered in ${{join(", ", setsubtract({chosen}, {offered}))}}; '
                f'it is offered in ${{join(", ", {offered})}} (names of this account): '
                "choose among these, or ask the owner of the service to add the zone"
            ),
        )

    def _dns_names(self, zone_names: Mapping[str, str]) -> dict[str, object]:
        """Terraform references to the regional name and the name of each zone.

        A zonal name carries its zone: `vpce-<id>-<random>-<zone>.vpce-svc-….vpce.amazonaws.com`:
        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
        """
        names = f"aws_vpc_endpoint.{self.address}.dns_entry[*].dns_name"

        def the_one(condition: str) -> str:
            return f"${{one([for name in {names} : name if {condition}])}}"

        return {
            "regional": the_one(f'can(regex("{REGIONAL_NAME}", name))'),
            "zonal": {
                zone: the_one(f'strcontains(name, "-${{{reference}}}.")')
                for zone, reference in zone_names.items()
            },
        }

    def _warn_until_available(self, accepted_by: str) -> None:
        """Say in every plan and apply that the connection does not carry traffic yet."""
        endpoint = f"aws_vpc_endpoint.{self.address}"
        self.warn(
            "available",
            condition=f'${{{endpoint}.state == "{AVAILABLE}"}}',
            message=(
                f"endpoint ${{{endpoint}.id}} is ${{{endpoint}.state}}: it carries no traffic until "
                f"{accepted_by} accepts its connection"
            ),
        )
