"""Ports: the protocol and the ports of a security group rule."""

from dataclasses import dataclass
from typing import Self, TypedDict

from privatelink.facts import IpProtocol


class PortArguments(TypedDict):
    """The arguments of a rule for protocol and ports."""

    ip_protocol: str
    from_port: int
    to_port: int


@dataclass(frozen=True, slots=True)
class Ports:
    """The protocol and the ports of a security group rule.

    `Ports.tcp` and `Ports.udp` make the usual ones: a port of TCP or UDP, or a range.

    Arguments:
        ip_protocol: `tcp`, `udp` or `icmp`.
        from_port: the first port; for ICMP the type.
        to_port: the last port, included; for ICMP the code.
        key: the ports' part of the rule's Terraform address: letters, digits and hyphens.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    ip_protocol: str
    from_port: int
    to_port: int
    key: str

    @classmethod
    def of(cls, ip_protocol: IpProtocol, port: int, last: int | None = None) -> Self:
        """Return a port or a range of ports; the key is as in `tcp-443` or `tcp-1024-65535`.

        Arguments:
            ip_protocol: `tcp` or `udp`.
            port: the port, 1 to 65535, or the first one of the range.
            last: the last port of the range, included; default: only `port`.
        """
        if last is None or last == port:
            return cls(ip_protocol, port, port, f"{ip_protocol}-{port}")
        return cls(ip_protocol, port, last, f"{ip_protocol}-{port}-{last}")

    @classmethod
    def tcp(cls, port: int, last: int | None = None) -> Self:
        """Return a TCP port or a range of them; the key is as in `tcp-443` or `tcp-1024-65535`.

        Arguments:
            port: the port, 1 to 65535, or the first one of the range.
            last: the last port of the range, included; default: only `port`.
        """
        return cls.of("tcp", port, last)

    @classmethod
    def udp(cls, port: int, last: int | None = None) -> Self:
        """Return a UDP port or a range of them; the key is as in `udp-53` or `udp-1024-65535`.

        Arguments:
            port: the port, 1 to 65535, or the first one of the range.
            last: the last port of the range, included; default: only `port`.
        """
        return cls.of("udp", port, last)

    def contains(self, other: "Ports") -> bool:
        """Return whether all of the other ports are among these.

        Arguments:
            other: ports of the same or another protocol.
        """
        return (
            self.ip_protocol == other.ip_protocol
            and self.from_port <= other.from_port
            and other.to_port <= self.to_port
        )

    @property
    def rule_arguments(self) -> PortArguments:
        """Arguments of `aws_vpc_security_group_ingress_rule` or `…_egress_rule` for these ports."""
        return {"ip_protocol": self.ip_protocol, "from_port": self.from_port, "to_port": self.to_port}

    def __str__(self) -> str:
        """The port, or the first and the last one."""
        return str(self.from_port) if self.from_port == self.to_port else f"{self.from_port}-{self.to_port}"
