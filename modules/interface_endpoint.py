"""InterfaceEndpoint: a service found by its name, reachable at an address in each chosen subnet."""

from collections.abc import Mapping, Sequence

from modules import aws
from modules.component import Component
from modules.network_interface import private_addresses
from modules.security_group import add_security_group


class InterfaceEndpoint(Component):
    """Connect a VPC to an endpoint service.

    Creates `aws_vpc_endpoint` of type Interface and its `aws_security_group` with an ingress rule for each
    client CIDR and port; reads the service (`aws_vpc_endpoint_service`) and the endpoint's network interfaces
    (`aws_network_interface`).

    Planning fails when the service is unknown or not open to this account, or when it is not offered in one
    of the zones. Planning and applying warn while the connection is not `available`: Terraform counts
    `pendingAcceptance` as success, and a path that is dead would look green.

    Arguments:
        name: the Name tag.
        vpc_id: the consumer's VPC.
        service_name: `com.amazonaws.vpce.<region>.vpce-svc-<id>`.
        subnet_ids: subnet id by zone; an endpoint takes one subnet a zone, and the mapping cannot say more.
        zone_names: Terraform reference to the zone's name in this account, by zone.
        allow_from: CIDR of the clients, or a Terraform reference to it, by a stable key.
        ports: the service's TCP ports.
        udp_ports: its UDP ports.
        private_dns_elsewhere: whether a `PrivateDns` switches private DNS on and off.
        accepted_by: what accepts the connection, for the warning that it has not been accepted yet.

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
        allow_from: Mapping[str, str],
        ports: Sequence[int],
        udp_ports: Sequence[int] = (),
        private_dns_elsewhere: bool = False,
        accepted_by: str = "the owner of the service",
    ) -> None:
        super().__init__(scope, id)
        group_id = add_security_group(
            self,
            name=f"{name}-endpoint",
            description="Interface endpoint: clients in, on the ports of the service",
            vpc_id=vpc_id,
        )
        for protocol, port in [*(("tcp", port) for port in ports), *(("udp", port) for port in udp_ports)]:
            for key, cidr in allow_from.items():
                self.add(
                    aws.VpcSecurityGroupIngressRule,
                    f"{protocol}-{port}-from-{key}",
                    security_group_id=group_id,
                    description=f"Clients of the service on port {port}",
                    cidr_ipv4=cidr,
                    ip_protocol=protocol,
                    from_port=port,
                    to_port=port,
                    tags={"Name": f"{protocol}-{port}"},
                )
        service = self.add(aws.DataAwsVpcEndpointService, service_name=service_name)
        endpoint = self.add(
            aws.VpcEndpoint,
            vpc_id=vpc_id,
            service_name=service.service_name,
            # The provider's default is Gateway.
            vpc_endpoint_type="Interface",
            subnet_ids=list(subnet_ids.values()),
            security_group_ids=[group_id],
            ip_address_type="ipv4",
            # AWS refuses private DNS before the connection is accepted; left out, an old value would stay.
            private_dns_enabled=False,
            tags={"Name": name},
            lifecycle=aws.TerraformResourceLifecycle(
                precondition=[self._zones_offered(zone_names)],
                ignore_changes=["private_dns_enabled"] if private_dns_elsewhere else None,
            ),
        )
        self.endpoint_id: str = endpoint.id
        self.state = endpoint.state
        self.dns_names = self._dns_names(zone_names)
        # `network_interface_ids` tells no zone, and the provider keeps stale ones when subnets change.
        self.addresses = private_addresses(
            self, description=f"VPC Endpoint Interface {self.endpoint_id}", subnet_ids=subnet_ids
        )
        self._warn_until_available(accepted_by)

    def _zones_offered(self, zone_names: Mapping[str, str]) -> aws.Precondition:
        """Fail in the plan where the service has no load balancer in one of the zones.

        https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
        """
        chosen = f"[{', '.join(zone_names.values())}]"
        offered = f"data.aws_vpc_endpoint_service.{self.address}.availability_zones"
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
            "regional": the_one('can(regex("^vpce-[0-9a-f]+-[0-9a-z]+[.]", name))'),
            "zonal": {
                zone: the_one(f'strcontains(name, "-${{{reference}}}.")')
                for zone, reference in zone_names.items()
            },
        }

    def _warn_until_available(self, accepted_by: str) -> None:
        """Say in every plan and apply that the connection does not carry traffic yet.

        https://developer.hashicorp.com/terraform/language/checks
        """
        state = f"aws_vpc_endpoint.{self.address}.state"
        endpoint_id = f"aws_vpc_endpoint.{self.address}.id"
        # CDKTF has no construct for a check block.
        aws.TerraformStack.of(self).add_override(
            f"check.{self.address}_available",
            {
                "assert": [
                    {
                        "condition": f'${{{state} == "available"}}',
                        "error_message": (
                            f"endpoint ${{{endpoint_id}}} is ${{{state}}}: it carries no traffic until "
                            f"{accepted_by} accepts its connection"
                        ),
                    }
                ]
            },
        )
