"""Inbound rules of security groups, and whether they allow a client.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import TYPE_CHECKING

from privatelink.facts import ALL_IP_PROTOCOLS, LAST_PORT

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import IpPermissionOutputTypeDef


@dataclass(frozen=True)
class Rule:
    """An inbound rule: clients that may connect, and their TCP ports."""

    from_port: int
    to_port: int
    cidrs: tuple[IPv4Network, ...] = ()
    group_ids: tuple[str, ...] = ()
    prefix_list_ids: tuple[str, ...] = ()

    def allows(self, client: IPv4Network, client_group_ids: Iterable[str], port: int) -> bool:
        """Return whether the rule allows a client on a port.

        Entries of prefix lists are not read: a rule with a prefix list counts as allowing all clients.

        Arguments:
            client: the client's address, as a network of one address.
            client_group_ids: the client's security groups.
            port: a TCP port.
        """
        if not self.from_port <= port <= self.to_port:
            return False
        return (
            any(client.subnet_of(cidr) for cidr in self.cidrs)
            or bool(set(self.group_ids) & set(client_group_ids))
            or bool(self.prefix_list_ids)
        )


def read_rules(permissions: "Iterable[IpPermissionOutputTypeDef]") -> tuple[Rule, ...]:
    """Return the rules for TCP among the `IpPermissions` of a group."""
    found = []
    for item in permissions:
        everything = item["IpProtocol"] == ALL_IP_PROTOCOLS
        if not everything and item["IpProtocol"] != "tcp":
            continue
        found.append(
            Rule(
                0 if everything else int(item["FromPort"]),
                LAST_PORT if everything else int(item["ToPort"]),
                tuple(IPv4Network(ip_network(each["CidrIp"])) for each in item.get("IpRanges", [])),
                tuple(each["GroupId"] for each in item.get("UserIdGroupPairs", []) if "GroupId" in each),
                tuple(each["PrefixListId"] for each in item.get("PrefixListIds", [])),
            )
        )
    return tuple(found)
