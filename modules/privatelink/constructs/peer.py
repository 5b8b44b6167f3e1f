"""Peer: the other side of a security group rule."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Self, TypedDict

from privatelink.constructs.rules import PEER_KEY
from privatelink.topology.types.clients import Client

PeerArgument = Literal["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"]


class PeerArguments(TypedDict, total=False):
    """The one argument of a rule that names its peer."""

    cidr_ipv4: str
    cidr_ipv6: str
    prefix_list_id: str
    referenced_security_group_id: str


@dataclass(frozen=True, slots=True)
class Peer:
    """The other side of a security group rule: a CIDR, a prefix list or a security group.

    `Peer.cidr`, `Peer.prefix_list` and `Peer.security_group` make one. `Peer.cidr_ipv4` and `Peer.cidr_ipv6`
    take a CIDR that only Terraform knows, such as that of a VPC.

    Arguments:
        argument: the argument of `aws_vpc_security_group_ingress_rule` that names the peer.
        value: the value of that argument: a CIDR or an ID, or a Terraform template of one.
        key: the peer's part of the rule's Terraform address: letters, digits and hyphens.

    Raises:
        ValueError: the key has other characters.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    argument: PeerArgument
    value: str
    key: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Za-z0-9-]+", self.key):
            raise ValueError(str(PEER_KEY.broken(given=repr(self.key))))

    @classmethod
    def cidr(cls, cidr: IPv4Network | IPv6Network) -> Self:
        """Return the addresses of a CIDR; the key is the CIDR, as in `10-0-0-0-16`.

        Arguments:
            cidr: an IPv4 or IPv6 CIDR.
        """
        argument: PeerArgument = "cidr_ipv4" if isinstance(cidr, IPv4Network) else "cidr_ipv6"
        return cls(argument, str(cidr), re.sub("[.:/]", "-", str(cidr)))

    @classmethod
    def cidr_ipv4(cls, cidr_block: str, *, key: str) -> Self:
        """Return the addresses of an IPv4 CIDR that only Terraform knows.

        Arguments:
            cidr_block: a Terraform template of the CIDR, such as `network.cidr_block`.
            key: the peer's part of the rule's Terraform address.
        """
        return cls("cidr_ipv4", cidr_block, key)

    @classmethod
    def cidr_ipv6(cls, cidr_block: str, *, key: str) -> Self:
        """Return the addresses of an IPv6 CIDR that only Terraform knows.

        Arguments:
            cidr_block: a Terraform template of the CIDR, such as `network.ipv6_cidr_block`.
            key: the peer's part of the rule's Terraform address.
        """
        return cls("cidr_ipv6", cidr_block, key)

    @classmethod
    def prefix_list(cls, prefix_list_id: str, *, key: str | None = None) -> Self:
        """Return the CIDRs of a prefix list.

        Arguments:
            prefix_list_id: `pl-…`, or a Terraform template of it.
            key: the peer's part of the rule's Terraform address; default: the ID.
        """
        return cls("prefix_list_id", prefix_list_id, key or prefix_list_id)

    @classmethod
    def security_group(cls, security_group_id: str, *, key: str | None = None) -> Self:
        """Return the network interfaces that have a security group.

        Arguments:
            security_group_id: `sg-…`, or a Terraform template of it.
            key: the peer's part of the rule's Terraform address; default: the ID.
        """
        return cls("referenced_security_group_id", security_group_id, key or security_group_id)

    @classmethod
    def of_client(cls, client: Client) -> Self:
        """Return a client of a topology.

        Arguments:
            client: a CIDR, or the ID of a prefix list or of a security group.
        """
        if isinstance(client, str):
            return cls.prefix_list(client) if client.startswith("pl-") else cls.security_group(client)
        return cls.cidr(client)

    @property
    def rule_arguments(self) -> PeerArguments:
        """Arguments of `aws_vpc_security_group_ingress_rule` or `…_egress_rule` for this peer."""
        arguments: PeerArguments = {}
        arguments[self.argument] = self.value
        return arguments
