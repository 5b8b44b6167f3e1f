"""InterfaceEndpoint: found by name, one subnet a zone, loud until it is available."""

from ipaddress import IPv4Address, IPv4Network

from privatelink.constructs.interface_endpoint import InterfaceEndpoint
from privatelink.constructs.peer import Peer
from privatelink.constructs.ports import Ports
from tests.support.synth import resources, synth_one

SERVICE = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"


def endpoint(**arguments):
    defaults = {
        "name": "team-client",
        "vpc_id": "vpc-1",
        "service_name": SERVICE,
        "subnet_ids": {"ap-northeast-2a": "subnet-a", "ap-northeast-2c": "subnet-c"},
        "zone_names": {
            "ap-northeast-2a": "aws_subnet.a.availability_zone",
            "ap-northeast-2c": '"ap-northeast-2c"',
        },
        "allow_from": [Peer.cidr(IPv4Network("10.20.0.0/16"))],
        "ports": [Ports.tcp(80), Ports.tcp(443)],
    }
    return synth_one(lambda stack: InterfaceEndpoint(stack, "endpoint", **defaults | arguments))


def test_endpoint_is_an_interface_endpoint_found_by_the_services_name():
    stack = endpoint()

    (made,) = resources(stack, "aws_vpc_endpoint").values()
    (service,) = stack["data"]["aws_vpc_endpoint_service"].values()
    assert made["vpc_endpoint_type"] == "Interface"
    assert service["service_name"] == SERVICE
    assert made["service_name"] == "${data.aws_vpc_endpoint_service.endpoint.service_name}"
    assert made["subnet_ids"] == ["subnet-a", "subnet-c"]


def test_private_dns_is_written_as_off():
    assert resources(endpoint(), "aws_vpc_endpoint")["endpoint"]["private_dns_enabled"] is False


def test_endpoint_is_deleted_after_its_names_have_another_one_unless_its_addresses_are_fixed():
    addresses = {"ap-northeast-2a": IPv4Address("10.20.0.10")}
    (free,) = resources(endpoint(), "aws_vpc_endpoint").values()
    (fixed,) = resources(endpoint(ipv4_addresses=addresses), "aws_vpc_endpoint").values()

    assert free["lifecycle"]["create_before_destroy"] is True
    assert "create_before_destroy" not in fixed["lifecycle"]


def test_rules_are_deleted_after_the_endpoint_has_left_their_group():
    stack = endpoint()

    rules = resources(stack, "aws_vpc_security_group_ingress_rule")
    (made,) = resources(stack, "aws_vpc_endpoint").values()
    assert set(made["depends_on"]) == {f"aws_vpc_security_group_ingress_rule.{name}" for name in rules}
    assert {rule["lifecycle"]["create_before_destroy"] for rule in rules.values()} == {True}
    (other,) = resources(endpoint(security_group_ids=["sg-1"]), "aws_vpc_endpoint").values()
    assert "depends_on" not in other


def test_rules_can_be_in_order_without_another_change():
    assert resources(endpoint(), "terraform_data") == {}
    (made,) = resources(endpoint(rules_in_order=True), "terraform_data").values()
    assert len(made["input"]["rules"]) == 2


def test_clients_get_in_on_the_services_ports_and_nothing_else_does():
    stack = endpoint()

    rules = resources(stack, "aws_vpc_security_group_ingress_rule").values()
    assert {(rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) for rule in rules} == {
        ("10.20.0.0/16", 80, 80),
        ("10.20.0.0/16", 443, 443),
    }
    assert "aws_vpc_security_group_egress_rule" not in stack["resource"]


def test_plan_fails_where_the_service_is_not_offered():
    (condition,) = resources(endpoint(), "aws_vpc_endpoint")["endpoint"]["lifecycle"]["precondition"]

    assert "data.aws_vpc_endpoint_service.endpoint.availability_zones" in condition["condition"]
    assert "aws_subnet.a.availability_zone" in condition["condition"]
    assert condition["error_message"].endswith("[endpoint-zone-without-service]")


def test_plan_and_apply_warn_while_the_connection_is_not_available():
    stack = endpoint(accepted_by="the stack team-acceptance")

    (check,) = stack["check"]["endpoint_available"]["assert"]
    assert check["condition"] == '${aws_vpc_endpoint.endpoint.state == "available"}'
    assert "have the stack team-acceptance accept the connection" in check["error_message"]
    assert check["error_message"].endswith("[endpoint-not-available]")


def test_each_address_is_read_from_the_network_interface_in_its_subnet():
    interfaces = endpoint()["data"]["aws_network_interface"]

    assert interfaces["endpoint_ap-northeast-2c"]["filter"] == [
        {"name": "description", "values": ["VPC Endpoint Interface ${aws_vpc_endpoint.endpoint.id}"]},
        {"name": "subnet-id", "values": ["subnet-c"]},
    ]


def test_udp_ports_are_let_in_by_udp():
    rules = resources(endpoint(ports=[Ports.tcp(53), Ports.udp(53)]), "aws_vpc_security_group_ingress_rule")

    assert {name: body["ip_protocol"] for name, body in rules.items()} == {
        "endpoint_tcp-53-from-10-20-0-0-16": "tcp",
        "endpoint_udp-53-from-10-20-0-0-16": "udp",
    }
