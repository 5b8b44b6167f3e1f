"""InterfaceEndpoint: an interface endpoint to a service, with an address in each of its subnets."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from types import MappingProxyType
from typing import TypedDict

from privatelink.constructs.component import Component
from privatelink.constructs.conditions import precondition
from privatelink.constructs.existing_network import in_vpc
from privatelink.constructs.network_interface import private_addresses
from privatelink.constructs.peer import Peer
from privatelink.constructs.ports import Ports
from privatelink.constructs.rules import (
    ENDPOINT_PENDING,
    POLICY_UNSUPPORTED,
    PRIVATE_DNS_NAME_MISSING,
    ZONE_UNSERVED,
)
from privatelink.constructs.security_group import (
    RULE_LIFECYCLE,
    RuleOrder,
    SecurityGroupRule,
    add_security_group,
)
from privatelink.facts import AVAILABLE, DnsRecordIpType, IpAddressType
from privatelink.framework import aws

IS_REGIONAL = 'can(regex("^vpce-[0-9a-f]+-[0-9a-z]+[.]", entry.dns_name))'
"""The condition that a DNS entry is the regional one, as a Terraform expression."""
NO_ADDRESSES: Mapping[str, IPv4Address] = MappingProxyType({})


class DnsNames(TypedDict):
    """The DNS names of an endpoint, as Terraform templates.

    Attributes:
        regional: the name that resolves to the addresses in all zones.
        zonal: the name that resolves to the address in one zone, by zone.
    """

    regional: str
    zonal: dict[str, str]


class InterfaceEndpoint(Component):
    """Connect a VPC to an endpoint service.

    Creates `aws_vpc_endpoint` of type Interface and, unless security groups are given, an
    `aws_security_group` with an ingress rule for each peer and port; reads the service
    (`aws_vpc_endpoint_service`), the endpoint's network interfaces (`aws_network_interface`) and the given
    security groups (`aws_security_group`).

    The plan fails if the service is unknown or does not allow this account, is not offered in one of the
    zones, supports no endpoint policy but is given one, or has no private DNS name for private DNS; and if a
    security group is in another VPC. With `accepted_by`, every plan and apply warns while the connection is
    not `available`: Terraform counts `pendingAcceptance` as success, although no traffic flows.

    Arguments:
        name: the Name tag.
        vpc_id: ID of the consumer's VPC.
        service_name: `com.amazonaws.vpce.<region>.vpce-svc-<id>`, or the name of an AWS service.
        subnet_ids: subnet ID by zone, one for each zone of the endpoint.
        zone_names: Terraform expression of the zone's name in this account, by zone, as `zone_name` of a
            network returns it.
        ports: ports of the service.
        allow_from: peers that may connect to the endpoint; default: none.
        security_group_ids: IDs of existing security groups, instead of a new one with `allow_from`; default:
            none.
        vpc_reference: Terraform expression of the VPC's ID, to check the existing security groups; default:
            no check.
        policy: endpoint policy as JSON; default: AWS's policy of full access.
        ipv4_addresses: private IPv4 address by zone; default: AWS assigns them.
        ip_address_type: `ipv4`, `dualstack` or `ipv6`; default: `ipv4`.
        dns_record_ip_type: `ipv4`, `dualstack`, `ipv6` or `service-defined`; default: `ipv4`.
        service_region: Region of the service if it is another one; default: that of the endpoint.
        private_dns_enabled: whether the service's private DNS name resolves to the endpoint from the start,
            which AWS allows for its own services only; default: False.
        private_dns_managed_elsewhere: whether a `PrivateDns` turns private DNS on later; default: False.
        accepted_by: who accepts the connection, for the warning; None for an AWS service, which needs no
            acceptance. Default: the owner of the service.
        rules_in_order: whether new rules of the security group are created before former ones are deleted,
            also if nothing else changes; default: False.

    Attributes:
        resource: the endpoint, for resources that depend on it.
        endpoint_id: ID of the endpoint, `vpce-…`.
        state: state of the endpoint at its last refresh, such as `pendingAcceptance` or `available`.
        alias: regional DNS name of the endpoint and ID of its hosted zone, for alias records.
        zonal_aliases: the same of the zonal DNS names, by zone.
        dns_names: regional and zonal DNS names of the endpoint.
        addresses: private address by zone; IPv6 for an IPv6 endpoint, else IPv4.

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
        ports: Sequence[Ports],
        allow_from: Sequence[Peer] = (),
        security_group_ids: Sequence[str] = (),
        vpc_reference: str | None = None,
        policy: str | None = None,
        ipv4_addresses: Mapping[str, IPv4Address] = NO_ADDRESSES,
        ip_address_type: IpAddressType = "ipv4",
        dns_record_ip_type: DnsRecordIpType = "ipv4",
        service_region: str | None = None,
        private_dns_enabled: bool = False,
        private_dns_managed_elsewhere: bool = False,
        accepted_by: str | None = "the owner of the service",
        rules_in_order: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._rules: list[SecurityGroupRule] = []
        group_ids = [self._existing_group(group_id, vpc_reference) for group_id in security_group_ids] or [
            self._add_group(name, vpc_id, allow_from, ports)
        ]
        if rules_in_order:
            RuleOrder(self).add(self._rules)
        self._service = f"data.aws_vpc_endpoint_service.{self.address}"
        service = self.add(
            aws.DataAwsVpcEndpointService,
            service_name=service_name,
            # S3 and DynamoDB have a service of type Gateway with the same name.
            service_type=None if accepted_by else "Interface",
            service_regions=[service_region] if service_region else None,
        )
        preconditions = [] if service_region else [self._offered_in(zone_names)]
        if policy:
            preconditions.append(self._policy_supported())
        if private_dns_enabled or private_dns_managed_elsewhere:
            preconditions.append(self._has_private_dns_name())
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
                for zone, address in sorted(ipv4_addresses.items())
            ]
            or None,
            security_group_ids=group_ids,
            ip_address_type=ip_address_type,
            dns_options=self._dns_options(
                service_name, dns_record_ip_type, private_dns_enabled=private_dns_enabled
            ),
            policy=self._policy(policy, of_aws_service=accepted_by is None),
            # AWS refuses private DNS before the connection is accepted; without the argument, a former value
            # would remain.
            private_dns_enabled=private_dns_enabled,
            tags={"Name": name},
            # The rules of its former group are deleted after it has left the group.
            depends_on=self._rules or None,
            lifecycle=aws.TerraformResourceLifecycle(
                # A DNS name can move to another endpoint, which has to happen before this one is deleted. Two
                # endpoints cannot have the same private address.
                create_before_destroy=not ipv4_addresses or None,
                precondition=preconditions or None,
                ignore_changes=["private_dns_enabled"] if private_dns_managed_elsewhere else None,
            ),
        )
        self.resource = endpoint
        self.endpoint_id: str = endpoint.id
        self.state = endpoint.state
        regional = f"${{{self._dns_entry('dns_name', IS_REGIONAL)}}}"
        hosted_zone_id = f"${{{self._dns_entry('hosted_zone_id', IS_REGIONAL)}}}"
        zonal = {
            zone: f"${{{self._zonal_name(reference, same_region=service_region is None)}}}"
            for zone, reference in zone_names.items()
        }
        self.alias = regional, hosted_zone_id
        self.zonal_aliases = {zone: (dns_name, hosted_zone_id) for zone, dns_name in zonal.items()}
        self.dns_names: DnsNames = {"regional": regional, "zonal": zonal}
        # `network_interface_ids` has no zones, and in the provider keeps former IDs when subnets change.
        self.addresses = private_addresses(
            self,
            description=f"VPC Endpoint Interface {self.endpoint_id}",
            subnet_ids=subnet_ids,
            ipv6=ip_address_type == "ipv6",
        )
        if accepted_by:
            self._warn_until_available(accepted_by)

    def _existing_group(self, group_id: str, vpc_reference: str | None) -> str:
        conditions = [in_vpc(vpc_reference, "security group", group_id)] if vpc_reference else []
        group = self.add(
            aws.DataAwsSecurityGroup,
            group_id,
            id=group_id,
            lifecycle=aws.TerraformResourceLifecycle(postcondition=conditions or None),
        )
        return group.id

    def _add_group(self, name: str, vpc_id: str, allow_from: Sequence[Peer], ports: Sequence[Ports]) -> str:
        group_id = add_security_group(
            self,
            name=f"{name}-endpoint",
            description="Interface endpoint: clients in, on the ports of the service",
            vpc_id=vpc_id,
        )
        for opened in ports:
            for peer in allow_from:
                rule = self.add(
                    aws.VpcSecurityGroupIngressRule,
                    f"{opened.key}-from-{peer.key}",
                    security_group_id=group_id,
                    description=f"Clients of the service on port {opened}",
                    tags={"Name": opened.key},
                    lifecycle=RULE_LIFECYCLE,
                    **opened.rule_arguments,
                    **peer.rule_arguments,
                )
                self._rules.append(rule)
        return group_id

    @staticmethod
    def _dns_options(
        service_name: str, dns_record_ip_type: str, *, private_dns_enabled: bool
    ) -> aws.VpcEndpointDnsOptions:
        """Return the DNS options; by default, private DNS of S3 is for on-premises clients only.

        AWS then also demands a gateway endpoint:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns-s3
        """
        only_inbound = False if private_dns_enabled and service_name.endswith(".s3") else None
        return aws.VpcEndpointDnsOptions(
            dns_record_ip_type=dns_record_ip_type, private_dns_only_for_inbound_resolver_endpoint=only_inbound
        )

    def _policy(self, policy: str | None, *, of_aws_service: bool) -> str | None:
        """Return the policy, or AWS's default policy: without the argument, a former policy would remain.

        Some AWS services support no policy. An endpoint service of a customer never does, so it has none.
        """
        if policy or not of_aws_service:
            return policy
        statement = '{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }'
        return (
            f"${{{self._service}.vpc_endpoint_policy_supported ? "
            f"jsonencode({{ Statement = [{statement}] }}) : null}}"
        )

    def _policy_supported(self) -> aws.Precondition:
        return precondition(
            f"${{{self._service}.vpc_endpoint_policy_supported}}",
            POLICY_UNSUPPORTED.broken(given=f"${{{self._service}.service_name}}"),
        )

    def _has_private_dns_name(self) -> aws.Precondition:
        return precondition(
            f'${{coalesce({self._service}.private_dns_name, "-") != "-"}}',
            PRIVATE_DNS_NAME_MISSING.broken(given=f"${{{self._service}.service_name}}"),
        )

    def _offered_in(self, zone_names: Mapping[str, str]) -> aws.Precondition:
        chosen = f"[{', '.join(zone_names.values())}]"
        offered = f"{self._service}.availability_zones"
        missing = f'${{join(", ", setsubtract({chosen}, {offered}))}}'
        return precondition(
            f"${{length(setsubtract({chosen}, {offered})) == 0}}",
            ZONE_UNSERVED.broken(
                given=missing,
                zone=missing,
                zones=f'${{join(", ", {offered})}} (zone names of this account)',
            ),
        )

    def _dns_entry(self, attribute: str, condition: str) -> str:
        """Return an attribute of the DNS entry for which a condition is true, as a Terraform expression."""
        entries = f"[for entry in aws_vpc_endpoint.{self.address}.dns_entry : entry if {condition}]"
        return f"one({entries}[*].{attribute})"

    def _zonal_name(self, zone_name: str, *, same_region: bool) -> str:
        """Return the DNS name in a zone, as a Terraform expression: the regional name with the zone.

        When `subnet_ids` change, the provider plans no change of `dns_entry`: it lacks a new zone until the
        next refresh. An endpoint of a service in another Region may have no zonal names.
        """
        if same_region:
            return f'replace({self._dns_entry("dns_name", IS_REGIONAL)}, "/^[^.]+/", "$0-${{{zone_name}}}")'
        return self._dns_entry("dns_name", f'strcontains(entry.dns_name, "-${{{zone_name}}}.")')

    def _warn_until_available(self, accepted_by: str) -> None:
        endpoint = f"aws_vpc_endpoint.{self.address}"
        broken = ENDPOINT_PENDING.broken(
            given=f"${{{endpoint}.id}}", state=f"${{{endpoint}.state}}", acceptor=accepted_by
        )
        self.warn(
            "available",
            condition=f'${{{endpoint}.state == "{AVAILABLE}"}}',
            error_message=str(broken),
        )
