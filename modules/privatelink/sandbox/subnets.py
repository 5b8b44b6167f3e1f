"""IPv6 in subnets.

https://docs.aws.amazon.com/vpc/latest/userguide/subnets-commands-example-ipv6.html
"""

from moto.ec2.models.subnets import Subnet

from privatelink.sandbox.untyped import Moto


def ipv6_block(subnet: Moto) -> str | None:
    """Return the IPv6 CIDR of a subnet, if it has one."""
    blocks = subnet.ipv6_cidr_block_associations.values()
    return next(
        (block["ipv6CidrBlock"] for block in blocks if block["ipv6CidrBlockState"]["State"] == "associated"),
        None,
    )


def install() -> None:
    """Add the filter that Terraform uses to wait for an IPv6 CIDR, and fix the nesting of its state.

    Also count IPv4 addresses alone: the number of IPv6 addresses does not fit into the API's type.
    """
    known = Subnet.get_filter_value

    def get_filter_value(self: Moto, filter_name: str, method_name: str | None = None) -> Moto:
        if filter_name == "ipv6-cidr-block-association.association-id":
            return list(self.ipv6_cidr_block_associations)
        return known(self, filter_name, method_name)

    Subnet.get_filter_value = get_filter_value

    def associations(self: Moto) -> list[dict[str, object]]:
        return [
            {
                "associationId": block["associationId"],
                "ipv6CidrBlock": block["ipv6CidrBlock"],
                "ipv6CidrBlockState": {"state": block["ipv6CidrBlockState"]["State"]},
            }
            for block in self.ipv6_cidr_block_associations.values()
        ]

    Subnet.ipv6_cidr_block_association_set = property(associations)

    available = Subnet.available_ip_address_count.fget
    Subnet.available_ip_address_count = property(lambda self: 0 if self.ipv6_native else available(self))
