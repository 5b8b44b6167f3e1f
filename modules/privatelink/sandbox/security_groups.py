"""Security group rules: descriptions of rules with a group or prefix list, and changes of rules.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from typing import TypedDict

from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule

from privatelink.sandbox.untyped import Moto


class RuleChange(TypedDict, total=False):
    """The attributes of a rule that moto does not change."""

    CidrIpv6: str
    ReferencedGroupId: str
    PrefixListId: str


def install() -> None:
    """Complete moto's rules, which support descriptions and changes only for IPv4 CIDR blocks."""
    create, modify = SecurityGroupRule.__init__, SecurityGroupBackend.modify_security_group_rules

    def __init__(self: Moto, *args: Moto, **kwargs: Moto) -> None:  # noqa: N807
        create(self, *args, **kwargs)
        # (backend, protocol, group, from, to, range, source group, prefix list)
        prefix_list = args[7] if len(args) > 7 else kwargs.get("prefix_list_id")
        self.other_description = (prefix_list or self.source_group).get("Description")

    def modify_security_group_rules(self: Moto, group_id: str, rules: dict[str, RuleChange]) -> None:
        modify(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule in [*group.ingress_rules, *group.egress_rules]:
            change = rules.get(rule.id, {})
            if address := change.get("CidrIpv6"):
                rule.ip_range["CidrIpv6"] = address
            if other_group := change.get("ReferencedGroupId"):
                rule.source_group["GroupId"] = other_group
            if prefix_list := change.get("PrefixListId"):
                rule.prefix_list_id = prefix_list

    SecurityGroupRule.__init__ = __init__
    SecurityGroupRule.description = property(
        lambda self: self.ip_range.get("Description") or self.other_description
    )
    SecurityGroupBackend.modify_security_group_rules = modify_security_group_rules
