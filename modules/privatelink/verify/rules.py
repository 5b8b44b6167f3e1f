"""Inbound rules of security groups, and whether they allow a client.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import TYPE_CHECKING, get_args

from privatelink.facts import ALL_IP_PROTOCOLS, FIRST_PORT, LAST_PORT, IpProtocol

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import IpPermissionOutputTypeDef

_IP_PROTOCOLS: tuple[IpProtocol, ...] = get_args(IpProtocol)


@dataclass(frozen=True)
class Rule:
    """An inbound rule: clients that may connect, and their TCP or UDP ports."""

    from_port: int
    to_port: int
    cidrs: tuple[IPv4Network, ...] = ()
    group_ids: tuple[str, ...] = ()
    prefix_list_ids: tuple[str, ...] = ()
    ip_protocol: IpProtocol = "tcp"

    @property
    def ports(self) -> tuple[int, int]:
        """The first and the last port."""
        return self.from_port, self.to_port

    @property
    def all_ports(self) -> bool:
        """Whether the rule is for every port."""
        return self.from_port <= FIRST_PORT and self.to_port == LAST_PORT

    def is_for(self, port: int, ip_protocol: IpProtocol) -> bool:
        """Return whether the rule is for a port."""
        return self.ip_protocol == ip_protocol and self.from_port <= port <= self.to_port

    def allows(
        self,
        client: IPv4Network,
        client_group_ids: Iterable[str],
        port: int,
        ip_protocol: IpProtocol = "tcp",
    ) -> bool:
        """Return whether the rule allows a client on a port.

        Entries of prefix lists are not read: a rule with a prefix list counts as allowing all clients.

        Arguments:
            client: the client's address, as a network of one address.
            client_group_ids: the client's security groups.
            port: a port.
            ip_protocol: tcp or udp.
        """
        if not self.is_for(port, ip_protocol):
            return False
        return (
            any(client.subnet_of(cidr) for cidr in self.cidrs)
            or bool(set(self.group_ids) & set(client_group_ids))
            or bool(self.prefix_list_ids)
        )


def read_rules(permissions: "Iterable[IpPermissionOutputTypeDef]") -> tuple[Rule, ...]:
    """Return the rules for TCP and UDP among the `IpPermissions` of a group."""
    return tuple(
        Rule(
            0 if item["IpProtocol"] == ALL_IP_PROTOCOLS else int(item["FromPort"]),
            LAST_PORT if item["IpProtocol"] == ALL_IP_PROTOCOLS else int(item["ToPort"]),
            tuple(IPv4Network(ip_network(each["CidrIp"])) for each in item.get("IpRanges", [])),
            tuple(each["GroupId"] for each in item.get("UserIdGroupPairs", []) if "GroupId" in each),
            tuple(each["PrefixListId"] for each in item.get("PrefixListIds", [])),
            ip_protocol,
        )
        for item in permissions
        for ip_protocol in _IP_PROTOCOLS
        if item["IpProtocol"] in (ip_protocol, ALL_IP_PROTOCOLS)
    )
