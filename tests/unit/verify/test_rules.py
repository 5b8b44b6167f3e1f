"""Security group rules as DescribeSecurityGroups tells them."""

from ipaddress import IPv4Network

from privatelink.verify.rules import read_rules

CLIENT = IPv4Network("10.20.0.5")


def allows(port=80, groups=(), **permission):
    return any(rule.allows(CLIENT, groups, port) for rule in read_rules([permission]))


def test_cidrs_and_ports():
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 90, "IpRanges": [{"CidrIp": "10.20.0.0/16"}]}
    assert allows(**rule)
    assert allows(port=90, **rule)
    assert not allows(port=91, **rule)
    assert not allows(**rule | {"IpRanges": [{"CidrIp": "10.21.0.0/16"}]})
    assert not allows(**rule | {"IpProtocol": "udp"})
    (datagrams,) = read_rules([rule | {"IpProtocol": "udp"}])
    assert datagrams.allows(CLIENT, (), 80, "udp")


def test_every_protocol_at_once():
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    assert allows(port=8080, **everything)
    assert [(rule.ip_protocol, rule.all_ports) for rule in read_rules([everything])] == [
        ("tcp", True),
        ("udp", True),
    ]


def test_groups_and_prefix_lists():
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    named = rule | {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}
    assert allows(groups=("sg-1",), **named)
    assert not allows(groups=("sg-2",), **named)
    assert allows(PrefixListIds=[{"PrefixListId": "pl-1"}], **rule)
    assert not allows(**rule)
