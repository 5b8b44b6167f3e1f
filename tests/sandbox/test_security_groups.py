"""Rules of security groups that name something else than an IPv4 block."""

from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.41.0.0/16")


def authorized(network: Vpc, group: str, **peers: Any) -> dict[str, Any]:
    """The rule that lets in port 80 from a peer."""
    (rule,) = network.account.ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **peers}]
    )["SecurityGroupRules"]
    return rule


def modified(network: Vpc, rule: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A rule after a change of it."""
    ec2, rule_id = network.account.ec2, rule["SecurityGroupRuleId"]
    ec2.modify_security_group_rules(
        GroupId=rule["GroupId"],
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule_id,
                "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **changes},
            }
        ],
    )
    (after,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"]
    return after


def test_a_rule_that_names_a_group_keeps_its_description(network: Vpc) -> None:
    ec2 = network.account.ec2
    group, source, other = (network.security_group(name) for name in ("rules", "source", "other"))
    (rule,) = ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
                "UserIdGroupPairs": [{"GroupId": source, "Description": "load balancer"}],
            }
        ],
    )["SecurityGroupRules"]
    assert rule["Description"] == "load balancer"

    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
                "SecurityGroupRule": {
                    "IpProtocol": "tcp",
                    "FromPort": 81,
                    "ToPort": 81,
                    "ReferencedGroupId": other,
                    "Description": "changed",
                },
            }
        ],
    )
    (after,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])[
        "SecurityGroupRules"
    ]
    assert (after["FromPort"], after["Description"]) == (81, "changed")
    assert after["ReferencedGroupInfo"]["GroupId"] == other


def test_a_rule_that_names_a_prefix_list_keeps_its_description_and_changes(network: Vpc) -> None:
    one, other = (
        network.account.ec2.create_managed_prefix_list(
            PrefixListName=name, MaxEntries=1, AddressFamily="IPv4"
        )["PrefixList"]["PrefixListId"]
        for name in ("one", "other")
    )
    group = network.security_group("lists")
    rule = authorized(network, group, PrefixListIds=[{"PrefixListId": one, "Description": "offices"}])
    assert (rule["PrefixListId"], rule["Description"]) == (one, "offices")
    after = modified(network, rule, PrefixListId=other, Description="factories")
    assert (after["PrefixListId"], after["Description"]) == (other, "factories")


def test_an_ipv6_rule_changes(network: Vpc) -> None:
    group = network.security_group("ipv6")
    rule = authorized(network, group, Ipv6Ranges=[{"CidrIpv6": "2001:db8::/64", "Description": "one"}])
    assert (rule["CidrIpv6"], rule["Description"]) == ("2001:db8::/64", "one")
    after = modified(network, rule, CidrIpv6="2001:db8:1::/64", Description="two")
    assert (after["CidrIpv6"], after["Description"]) == ("2001:db8:1::/64", "two")


def test_an_ipv4_rule_is_still_motos(network: Vpc) -> None:
    group = network.security_group("ipv4")
    rule = authorized(network, group, IpRanges=[{"CidrIp": "10.0.0.0/16", "Description": "one"}])
    assert (rule["CidrIpv4"], rule["Description"]) == ("10.0.0.0/16", "one")
    after = modified(network, rule, CidrIpv4="10.1.0.0/16", Description="two")
    assert (after["CidrIpv4"], after["Description"]) == ("10.1.0.0/16", "two")
    bare = authorized(network, group, IpRanges=[{"CidrIp": "10.2.0.0/16"}])
    assert not bare.get("Description")


def test_a_change_of_one_rule_leaves_the_others(network: Vpc) -> None:
    group = network.security_group("others")
    changing = authorized(network, group, IpRanges=[{"CidrIp": "10.0.0.0/16"}])
    staying = authorized(network, group, Ipv6Ranges=[{"CidrIpv6": "2001:db8::/64", "Description": "stays"}])
    modified(network, changing, CidrIpv4="10.1.0.0/16")
    found = network.account.ec2.describe_security_group_rules(
        SecurityGroupRuleIds=[staying["SecurityGroupRuleId"]]
    )["SecurityGroupRules"]
    assert [(item["CidrIpv6"], item["Description"]) for item in found] == [("2001:db8::/64", "stays")]
