"""Security groups and network ACLs, with packets."""

import pytest

from tests.support.dataplane_fixtures import (
    Consumer,
    Lab,
    Service,
    accept,
    build_consumer,
    build_service,
    eventually,
    tcp,
)

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]
FIRST = "ZIGISPACE - SVR#1"
TIMED_OUT = "curl: 28"


@pytest.fixture(scope="module")
def service(provider_lab: Lab) -> Service:
    made = build_service(provider_lab, internal=True)
    made.wait_healthy()
    return made


@pytest.fixture
def client(consumer_lab: Lab, service: Service) -> Consumer:
    made = build_consumer(consumer_lab, service)
    accept(service, made)
    assert made.probe.curl(made.names[1]) == FIRST
    return made


def soon(client: Consumer, expected: str) -> None:
    """The endpoint answers so, soon after the API call that was made before."""
    assert eventually(lambda: client.probe.curl(client.names[1], 0.2) == expected)


def test_a_change_of_the_endpoints_group_is_enforced(client: Consumer) -> None:
    rule = tcp(80, cidr="10.20.0.0/16")
    client.lab.account.ec2.revoke_security_group_ingress(GroupId=client.endpoint_group, IpPermissions=[rule])
    soon(client, TIMED_OUT)
    client.lab.account.ec2.authorize_security_group_ingress(
        GroupId=client.endpoint_group, IpPermissions=[tcp(80, cidr="10.20.0.0/24")]
    )
    soon(client, FIRST)


def test_an_endpoint_can_admit_a_group(client: Consumer) -> None:
    ec2 = client.lab.account.ec2
    described = ec2.describe_instances(InstanceIds=[client.probe.id])["Reservations"][0]["Instances"][0]
    own = described["SecurityGroups"][0]["GroupId"]
    ec2.revoke_security_group_ingress(
        GroupId=client.endpoint_group, IpPermissions=[tcp(80, cidr="10.20.0.0/16")]
    )
    ec2.authorize_security_group_ingress(GroupId=client.endpoint_group, IpPermissions=[tcp(80, group=own)])
    assert client.probe.curl(client.names[1]) == FIRST
    other = client.lab.probe(client.vpc)
    assert other.curl(client.names[1]) == TIMED_OUT


def allow_systems_manager(client: Consumer, group: str) -> None:
    """A group without outbound rules would also stop the commands."""
    client.lab.account.ec2.authorize_security_group_egress(
        GroupId=group, IpPermissions=[tcp(443, cidr="10.20.0.0/16")]
    )


def test_what_a_group_does_not_let_out_stays_in(client: Consumer) -> None:
    group = client.lab.group(client.vpc, closed=True)
    allow_systems_manager(client, group)
    shut = client.lab.instance(client.vpc, "a", [group], probe=True)
    assert shut.curl(client.names[1]) == TIMED_OUT
    # Names are resolved all the same: Amazon's DNS is not filtered.
    assert shut.resolve(client.names[1]) == client.probe.resolve(client.names[1])


def test_the_default_group_without_rules_is_closed(client: Consumer) -> None:
    ec2 = client.lab.account.ec2
    (default,) = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [client.vpc.id]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=default["GroupId"], IpPermissions=default["IpPermissions"])
    ec2.revoke_security_group_egress(GroupId=default["GroupId"], IpPermissions=default["IpPermissionsEgress"])
    allow_systems_manager(client, default["GroupId"])
    shut = client.lab.instance(client.vpc, "c", [default["GroupId"]], probe=True)
    assert shut.curl(client.names[1]) == TIMED_OUT


def test_the_targets_group_is_enforced(consumer_lab: Lab) -> None:
    service = build_service(consumer_lab, internal=True, cidr="10.13.0.0/16", acceptance=False)
    client = build_consumer(consumer_lab, service)
    service.wait_healthy()
    consumer_lab.account.ec2.revoke_security_group_ingress(
        GroupId=service.backend_group, IpPermissions=[tcp(80, group=service.balancer_group)]
    )
    # Neither checks nor clients come through.
    assert eventually(lambda: set(service.health().values()) == {"unhealthy"}, 15), service.health()
    assert client.probe.curl(client.names[1]) == TIMED_OUT


def test_the_load_balancers_group_holds_for_direct_clients_alone_unless_it_is_enforced(
    consumer_lab: Lab,
) -> None:
    service = build_service(consumer_lab, internal=True, cidr="10.14.0.0/16", acceptance=False)
    client = build_consumer(consumer_lab, service)
    direct = consumer_lab.probe(service.vpc)
    service.wait_healthy()
    ec2, elb = consumer_lab.account.ec2, consumer_lab.account.elb
    assert direct.curl(service.name) in (FIRST, "ZIGISPACE - SVR#2")
    ec2.revoke_security_group_ingress(
        GroupId=service.balancer_group, IpPermissions=[tcp(80, cidr="0.0.0.0/0")]
    )
    assert direct.curl(service.name) == TIMED_OUT
    assert client.probe.curl(client.names[1]) == FIRST

    def enforce(value: str) -> None:
        elb.set_security_groups(
            LoadBalancerArn=service.balancer["LoadBalancerArn"],
            SecurityGroups=[service.balancer_group],
            EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=value,
        )

    enforce("on")
    assert client.probe.curl(client.names[1]) == TIMED_OUT
    # The rules see the consumer's private address.
    ec2.authorize_security_group_ingress(
        GroupId=service.balancer_group, IpPermissions=[tcp(80, cidr="10.20.0.0/16")]
    )
    assert client.probe.curl(client.names[1]) == FIRST
    assert direct.curl(service.name) == TIMED_OUT


def test_network_acls_are_stateless(client: Consumer) -> None:
    ec2 = client.lab.account.ec2
    # The probe is in zone a; the endpoint of zone c is in another subnet.
    acl = ec2.create_network_acl(VpcId=client.vpc.id)["NetworkAcl"]["NetworkAclId"]
    existing = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [client.vpc.subnets["a"]]}]
    )["NetworkAcls"][0]["Associations"]
    (association,) = (item for item in existing if item["SubnetId"] == client.vpc.subnets["a"])
    other_zone = client.names[2]
    ec2.replace_network_acl_association(
        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl
    )
    assert client.probe.curl(other_zone) == TIMED_OUT

    def allow(*, egress: bool, first: int, last: int) -> None:
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=100,
            Protocol="6",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="10.20.0.0/16",
            PortRange={"From": first, "To": last},
        )

    allow(egress=True, first=80, last=80)
    assert client.probe.curl(other_zone) == TIMED_OUT, "answers are not let in"
    allow(egress=False, first=1024, last=65535)
    assert client.probe.curl(other_zone) == "ZIGISPACE - SVR#2"


def test_instances_of_one_subnet_are_kept_apart_by_their_groups(consumer_lab: Lab) -> None:
    vpc = consumer_lab.account.vpc("10.24.0.0/16")
    clients = consumer_lab.group(vpc)
    servers = consumer_lab.group(vpc, tcp(8080, group=clients))
    script = "#!/bin/sh\ncd /opt && echo hello >index.html && nohup python3 -m http.server 8080 &\n"
    server = consumer_lab.instance(vpc, "a", [servers], script=script)
    client = consumer_lab.instance(vpc, "a", [clients], probe=True)
    stranger = consumer_lab.probe(vpc)
    fetch = f"curl -s -m 0.5 http://{server.address}:8080"
    assert eventually(lambda: client.run(fetch) == "hello")
    assert stranger.run(f"{fetch} || echo $?") == "28"
