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

    `Ports.tcp` and `Ports.udp` make the usual ones: one port of TCP or UDP.

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
    def of(cls, ip_protocol: IpProtocol, port: int) -> Self:
        """Return one port; the key is as in `tcp-443`.

        Arguments:
            ip_protocol: `tcp` or `udp`.
            port: 1 to 65535.
        """
        return cls(ip_protocol, port, port, f"{ip_protocol}-{port}")

    @classmethod
    def tcp(cls, port: int) -> Self:
        """Return one TCP port; the key is as in `tcp-443`.

        Arguments:
            port: 1 to 65535.
        """
        return cls.of("tcp", port)

    @classmethod
    def udp(cls, port: int) -> Self:
        """Return one UDP port; the key is as in `udp-53`.

        Arguments:
            port: 1 to 65535.
        """
        return cls.of("udp", port)

    @property
    def rule_arguments(self) -> PortArguments:
        """Arguments of `aws_vpc_security_group_ingress_rule` or `…_egress_rule` for these ports."""
        return {"ip_protocol": self.ip_protocol, "from_port": self.from_port, "to_port": self.to_port}

    def __str__(self) -> str:
        """The port, or the first and the last one."""
        return str(self.from_port) if self.from_port == self.to_port else f"{self.from_port}-{self.to_port}"
