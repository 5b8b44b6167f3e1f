"""The provider's side as its account tells it: connections, load balancer, listeners, targets, texts."""

from types import SimpleNamespace

import pytest

from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.provider_facts import HealthCheck, read_provider
from tests.support.fake_clients import FakeClient, among, filtered

FRONT, SPARE = "arn:front", "arn:spare"
PERMISSION = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


def balancer(arn, name, **changes):
    return {
        "LoadBalancerArn": arn,
        "LoadBalancerName": name,
        "DNSName": f"{name}.elb.example",
        "Scheme": "internet-facing",
        "SecurityGroups": ["sg-nlb"],
        "AvailabilityZones": [
            {
                "ZoneName": "a",
                "SubnetId": "subnet-a",
                "LoadBalancerAddresses": [{"IpAddress": "203.0.113.1"}],
            },
            {
                "ZoneName": "c",
                "SubnetId": "subnet-c",
                "LoadBalancerAddresses": [{"IpAddress": "203.0.113.2"}],
            },
        ],
    } | changes


def listener(port, protocol, group):
    return {
        "Port": port,
        "Protocol": protocol,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
    }


def health(target, state="healthy", reason=None):
    found = {"State": state} | ({"Reason": reason} if reason else {})
    return {"Target": {"Id": target, "Port": 80}, "TargetHealth": found}


def group(arn, **changes):
    return {
        "TargetGroupArn": arn,
        "Port": 80,
        "HealthCheckProtocol": "TCP",
        "HealthCheckPort": "traffic-port",
    } | changes


def instance(name, subnet, state="running"):
    return {"Instances": [{"InstanceId": name, "SubnetId": subnet, "State": {"Name": state}}]}


def subnet(cidr, zone, zone_id, ipv6=None):
    found = {"CidrBlock": cidr, "AvailabilityZone": zone, "AvailabilityZoneId": zone_id}
    return found | ({"Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": ipv6}]} if ipv6 else {})


class Provider:
    """An account with a service; tests change one thing of it each."""

    def __init__(self):
        self.outputs = {
            "service_id": "vpce-svc-1",
            "load_balancer_dns_name": "front.elb.example",
            "load_balancer_addresses": {"c": "203.0.113.2", "a": "203.0.113.1"},
            "backend_instance_ids": {"a": "i-a", "c": "i-c"},
        }
        self.service = {
            "ServiceId": "vpce-svc-1",
            "NetworkLoadBalancerArns": [FRONT],
            "AvailabilityZoneIds": ["az3", "az1"],
        }
        self.connections = {
            "vpce-svc-1": [
                {"VpcEndpointId": "vpce-1", "VpcEndpointState": "Available"},
                {"VpcEndpointId": "vpce-2", "VpcEndpointState": "pendingAcceptance"},
            ]
        }
        self.balancers = {FRONT: balancer(FRONT, "front"), SPARE: balancer(SPARE, "spare")}
        self.listeners = {
            FRONT: [
                listener(80, "TCP", "arn:web"),
                listener(443, "TLS", "arn:web"),
                listener(53, "UDP", "arn:dns"),
            ],
            SPARE: [listener(80, "TCP", "arn:web")],
        }
        self.targets = {
            "arn:web": [health("i-a"), health("i-c", "unhealthy", "Target.FailedHealthChecks")],
            "arn:dns": [health("i-a")],
        }
        self.groups = {"arn:web": group("arn:web"), "arn:dns": group("arn:dns", Port=53)}
        self.proxy_protocol = {"arn:web": "false", "arn:dns": "false"}
        self.instances = {"i-a": instance("i-a", "subnet-a"), "i-c": instance("i-c", "subnet-c", "stopped")}
        self.subnets = {
            "subnet-a": {"SubnetId": "subnet-a", "AvailabilityZoneId": "az1"},
            "subnet-c": {"SubnetId": "subnet-c", "AvailabilityZoneId": "az3"},
        }
        self.subnets_of_vpc = {
            "vpc-1": [
                subnet("10.0.0.0/24", "a", "az1", "2001:db8:0:1::/64"),
                subnet("10.0.1.0/24", "c", "az3"),
            ],
            "vpc-2": [subnet("10.0.0.0/24", "b", "az2")],
        }
        self.vpcs_read = []
        self.user_data = {"i-a": "b25l", "i-c": "dHdv"}
        self.cross_zone = {FRONT: "false", "arn:web": "use_load_balancer_configuration", "arn:dns": "true"}
        self.enforced = "off"

    def read(self):
        ec2 = FakeClient(
            {
                "describe_vpc_endpoint_service_configurations": among(
                    {"vpce-svc-1": self.service}, "ServiceConfigurations", "ServiceIds"
                ),
                "describe_vpc_endpoint_connections": lambda Filters: {  # noqa: N803
                    "VpcEndpointConnections": self.connections[Filters[0]["Values"][0]]
                },
                "describe_instances": filtered(self.instances, "Reservations", "instance-id"),
                "describe_subnets": self._subnets,
                "describe_security_groups": among(
                    {"sg-nlb": {"IpPermissions": [PERMISSION]}}, "SecurityGroups", "GroupIds"
                ),
                "describe_instance_attribute": lambda InstanceId, Attribute: {  # noqa: N803
                    "UserData": {"Value": self.user_data[InstanceId]}
                },
            }
        )
        elbv2 = FakeClient(
            {
                "describe_load_balancers": among(self.balancers, "LoadBalancers", "LoadBalancerArns"),
                "describe_listeners": lambda LoadBalancerArn: {"Listeners": self.listeners[LoadBalancerArn]},  # noqa: N803
                "describe_target_health": lambda TargetGroupArn: {  # noqa: N803
                    "TargetHealthDescriptions": self.targets[TargetGroupArn]
                },
                "describe_target_groups": among(self.groups, "TargetGroups", "TargetGroupArns"),
                "describe_load_balancer_attributes": self._attributes,
                "describe_target_group_attributes": self._attributes,
            }
        )
        return read_provider(
            SimpleNamespace(name="shop-provider", outputs=self.outputs, ec2=ec2, elbv2=elbv2)
        )

    def _subnets(self, **parameters):
        if "SubnetIds" in parameters:
            return among(self.subnets, "Subnets", "SubnetIds")(**parameters)
        self.vpcs_read.append(parameters["Filters"][0]["Values"][0])
        assert parameters == {"Filters": [{"Name": "vpc-id", "Values": [self.vpcs_read[-1]]}]}
        return {"Subnets": self.subnets_of_vpc[self.vpcs_read[-1]]}

    def _attributes(self, **parameters):
        (arn,) = parameters.values()
        cross = {"Key": "load_balancing.cross_zone.enabled", "Value": self.cross_zone[arn]}
        proxy = {"Key": "proxy_protocol_v2.enabled", "Value": self.proxy_protocol.get(arn, "false")}
        return {"Attributes": [cross, proxy, {"Key": "another", "Value": "x"}]}


@pytest.fixture
def account():
    return Provider()


def test_a_stack_that_is_not_applied_tells_nothing(account):
    account.outputs = {}
    assert account.read() is None


def test_connections_are_those_of_the_service_by_endpoint(account):
    assert account.read().connections == {"vpce-1": "available", "vpce-2": "pendingAcceptance"}


def test_zones_are_az_ids_sorted(account):
    assert account.read().zone_ids == ("az1", "az3")


def test_zones_that_the_api_tells_by_name_are_found_through_the_load_balancer(account):
    del account.service["AvailabilityZoneIds"]
    account.service["AvailabilityZones"] = ["c"]

    assert account.read().zone_ids == ("az3",)


def test_the_load_balancer_is_the_one_that_the_stack_tells_of(account):
    account.service["NetworkLoadBalancerArns"] = [SPARE, FRONT]

    facts = account.read()

    assert (facts.balancer_name, facts.dns_name) == ("front", "front.elb.example")
    assert facts.public_addresses == ("203.0.113.1", "203.0.113.2")
    assert not facts.internal


def test_of_several_that_are_made_it_is_the_first_by_key(account):
    del account.outputs["load_balancer_dns_name"]
    account.outputs["load_balancers"] = {
        "green": {"dns_name": "spare.elb.example"},
        "blue": {"dns_name": "front.elb.example"},
    }
    account.service["NetworkLoadBalancerArns"] = [SPARE, FRONT]

    assert account.read().balancer_name == "front"


def test_a_load_balancer_that_is_not_the_services_is_an_old_state(account):
    account.outputs["load_balancer_dns_name"] = "gone.elb.example"

    with pytest.raises(CouldNotCheckError, match=r"gone\.elb\.example: the state is outdated"):
        account.read()


def test_ports_have_their_ip_protocols(account):
    facts = account.read()

    assert facts.ports == ((53, "udp"), (80, "tcp"), (443, "tcp"))


def test_targets_are_those_of_every_load_balancer_with_their_zone_and_reason(account):
    account.service["NetworkLoadBalancerArns"] = [FRONT, SPARE]

    found = [(each.id, each.zone_id, each.listener_port, each.state) for each in account.read().targets]

    assert found.count(("i-a", "az1", 80, "healthy")) == 2
    assert ("i-c", "az3", 443, "unhealthy") in found
    assert "i-c unhealthy (Target.FailedHealthChecks)" in map(str, account.read().targets)


@pytest.mark.parametrize(
    ("address", "zone", "vpc", "zone_id"),
    [
        ("10.0.1.9", None, "vpc-1", "az3"),
        ("10.0.0.9", None, "vpc-2", "az2"),
        ("2001:db8:0:1::9", None, "vpc-1", "az1"),
        ("192.0.2.9", "c", "vpc-1", "az3"),
        ("192.0.2.9", "all", "vpc-1", "all"),
        ("10.0.0.9", "all", "vpc-1", "all"),
        ("192.0.2.9", None, "vpc-1", ""),
        ("arn:aws:elasticloadbalancing:…:loadbalancer/app/web/1", None, "vpc-1", ""),
    ],
)
def test_the_zone_of_a_target_that_is_no_instance(account, address, zone, vpc, zone_id):
    registered = health(address)
    if zone:
        registered["Target"]["AvailabilityZone"] = zone
    account.groups["arn:dns"] = group("arn:dns", Port=53, VpcId=vpc)
    account.targets["arn:dns"] = [registered]

    (found,) = (target for target in account.read().targets if target.listener_port == 53)

    assert (found.id, found.zone_id) == (address, zone_id)


def test_the_subnets_of_a_vpc_are_read_once(account):
    account.groups["arn:dns"] = group("arn:dns", Port=53, VpcId="vpc-1")
    account.targets["arn:dns"] = [health("10.0.0.9"), health("10.0.1.9")]

    account.read()
    # The fake gives one page for each subnet.
    assert account.vpcs_read == ["vpc-1"]


@pytest.mark.parametrize(
    ("state", "reason", "kept"),
    [
        ("draining", "Target.DeregistrationInProgress", False),
        ("unused", "Target.NotRegistered", False),
        ("unused", "Target.NotInUse", True),
        ("unused", "Target.InvalidState", True),
        ("initial", "Elb.RegistrationInProgress", True),
    ],
)
def test_a_target_that_was_deregistered_is_none(account, state, reason, kept):
    account.targets["arn:dns"] = [health("i-a", state, reason)]

    assert any(target.listener_port == 53 for target in account.read().targets) is kept


def test_backends_have_state_zone_and_text(account):
    facts = account.read()

    assert facts.backend_states == {"i-a": "running", "i-c": "stopped"}
    assert facts.backend_zone_ids == {"i-a": "az1", "i-c": "az3"}
    assert facts.texts == {"i-a": "b25l", "i-c": "dHdv"}


def test_a_backend_that_exists_no_more_is_gone(account):
    del account.instances["i-c"]

    facts = account.read()

    assert facts.backend_states["i-c"] == "gone"
    assert "i-c" not in facts.texts


def test_backends_of_auto_scaling_groups_are_what_is_registered(account):
    account.outputs["auto_scaling_groups"] = {"a": "shop-a"}
    del account.outputs["backend_instance_ids"]

    assert set(account.read().backend_states) == {"i-a", "i-c"}


def test_a_group_crosses_zones_by_its_own_setting_or_the_load_balancers(account):
    assert account.read().crossing_ports == (53,)

    account.cross_zone[FRONT] = "true"
    assert account.read().crossing_ports == (80, 443, 53)

    account.cross_zone["arn:dns"] = "false"
    assert account.read().crossing_ports == (80, 443)


def test_texts_are_those_of_the_zones_entered_unless_zones_are_crossed(account):
    facts = account.read()

    assert facts.reachable_texts(80, ["az1"]) == 1
    assert facts.reachable_texts(80, ["az1", "az3"]) == 2
    assert facts.reachable_texts(53, ["az1"]) == 2


@pytest.mark.parametrize(("setting", "enforced"), [("on", True), ("off", False), (None, True)])
def test_rules_hold_for_private_link_traffic_where_aws_says_so(account, setting, enforced):
    attribute = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    if setting:
        account.balancers[FRONT][attribute] = setting

    facts = account.read()

    assert facts.enforced is enforced
    (rule,) = facts.rules
    assert (rule.from_port, rule.to_port) == (80, 80)


def listeners_of(account):
    return {found.port: found for found in account.read().listeners}


def test_a_listener_has_the_settings_of_its_target_group(account):
    account.proxy_protocol["arn:web"] = "true"
    account.listeners[FRONT][1]["AlpnPolicy"] = ["HTTP2Preferred"]

    found = listeners_of(account)

    assert {port: each.protocol for port, each in found.items()} == {80: "TCP", 443: "TLS", 53: "UDP"}
    assert {port: each.proxy_protocol for port, each in found.items()} == {80: True, 443: True, 53: False}
    assert (found[443].alpn, found[80].alpn) == (("h2", "http/1.1"), ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, HealthCheck()),
        ({"HealthCheckPort": "80"}, HealthCheck(port="80")),
        ({"HealthCheckPort": "8081"}, HealthCheck(port="8081", of_traffic_port=False)),
        (
            {"HealthCheckProtocol": "HTTPS", "HealthCheckPath": "/up", "Matcher": {"HttpCode": "200,204"}},
            HealthCheck("HTTPS", path="/up", healthy_codes="200,204"),
        ),
    ],
)
def test_the_health_check_of_a_listener_is_its_target_groups(account, changes, expected):
    account.groups["arn:web"] |= changes

    assert listeners_of(account)[80].health_check == expected


def test_a_listener_that_forwards_nowhere_is_left_out(account):
    account.listeners[FRONT].append({"Port": 81, "Protocol": "TCP", "DefaultActions": []})

    assert 81 not in listeners_of(account)
