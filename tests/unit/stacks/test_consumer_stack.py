"""ConsumerStack: what its endpoints are, who may use them, and by which names."""

import json

from privatelink.topology.model import Topology
from tests.support.consumer_side import (
    GROUP,
    PARTNER,
    S3,
    alone,
    consumer,
    dualstack,
    endpoint,
    far,
    named,
    policy,
    s3,
    several,
)
from tests.support.provider_side import EXISTING
from tests.support.synth import resources, synth

STACK = "shop-consumer-client"


def made(topology, stack=STACK):
    return synth(Topology.model_validate(topology))[stack]


def endpoints_of(topology):
    return resources(made(topology), "aws_vpc_endpoint")


def sources(topology):
    """What the ingress rules name, without the rest of them."""
    rules = resources(made(topology), "aws_vpc_security_group_ingress_rule")
    wanted = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
    return {name: {key: body[key] for key in wanted if key in body} for name, body in rules.items()}


def test_clients_are_admitted_each_by_a_rule_of_its_own():
    clients = ["10.0.0.0/8", GROUP, "pl-0a1b2c3d", "2001:db8::/56"]

    assert sources(alone() | endpoint(EXISTING, allow_from=clients)) == {
        f"endpoint_tcp-{port}-from-{key}": source
        for port in (80, 443)
        for key, source in {
            "10-0-0-0-8": {"cidr_ipv4": "10.0.0.0/8"},
            GROUP: {"referenced_security_group_id": GROUP},
            "pl-0a1b2c3d": {"prefix_list_id": "pl-0a1b2c3d"},
            "2001-db8---56": {"cidr_ipv6": "2001:db8::/56"},
        }.items()
    }


def test_without_clients_the_vpc_is_admitted_in_ipv6_too_where_the_endpoint_has_it():
    assert sources(consumer(network=EXISTING))["endpoint_tcp-80-from-vpc"] == {
        "cidr_ipv4": "${data.aws_vpc.network.cidr_block}"
    }
    assert sources(dualstack())["endpoint_tcp-80-from-vpc-ipv6"] == {
        "cidr_ipv6": "${aws_vpc.network.ipv6_cidr_block}"
    }


def test_groups_that_exist_are_taken_as_they_are_and_have_to_be_of_the_vpc():
    stack = made(endpoint(EXISTING, security_group_ids=[GROUP]))

    assert resources(stack, "aws_security_group") == {}
    found = f"data.aws_security_group.endpoint_{GROUP}"
    assert resources(stack, "aws_vpc_endpoint")["endpoint"]["security_group_ids"] == [f"${{{found}.id}}"]
    (condition,) = stack["data"]["aws_security_group"][f"endpoint_{GROUP}"]["lifecycle"]["postcondition"]
    assert condition["condition"] == "${self.vpc_id == data.aws_vpc.network.id}"


def test_addresses_are_fixed_in_each_subnet():
    addresses = {"ap-northeast-2a": "10.20.0.4", "ap-northeast-2c": "10.20.32.4"}

    assert endpoints_of(endpoint(addresses=addresses))["endpoint"]["subnet_configuration"] == [
        {"ipv4": address, "subnet_id": f"${{aws_subnet.network_{zone}.id}}"}
        for zone, address in addresses.items()
    ]


def test_a_policy_is_sent_as_json_where_the_service_takes_one():
    body = endpoints_of(policy())["endpoint-s3"]

    assert json.loads(body["policy"])["Statement"]["Action"] == "s3:GetObject"
    assert any("policy_supported" in check["condition"] for check in body["lifecycle"]["precondition"])


def test_a_policy_that_is_taken_away_is_replaced_by_awss_own():
    assert endpoints_of(s3())["endpoint-s3"]["policy"] == (
        "${data.aws_vpc_endpoint_service.endpoint-s3.vpc_endpoint_policy_supported ? "
        'jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }] }) '
        ": null}"
    )


def test_an_aws_service_has_private_dns_from_the_start_and_no_one_to_accept():
    stack = made(s3(private_dns=True))

    body = resources(stack, "aws_vpc_endpoint")["endpoint-s3"]
    assert body["private_dns_enabled"] is True
    assert body["dns_options"]["private_dns_only_for_inbound_resolver_endpoint"] is False
    assert "endpoint-s3_available" not in stack["check"]
    assert stack["data"]["aws_vpc_endpoint_service"]["endpoint-s3"]["service_type"] == "Interface"


def test_anothers_service_has_private_dns_by_the_stack_of_its_own():
    topology = consumer(endpoints={"x": {"service_name": PARTNER, "ports": [80], "private_dns": True}})

    body = endpoints_of(topology)["endpoint-x"]
    assert (body["private_dns_enabled"], body["lifecycle"]["ignore_changes"]) == (
        False,
        ["private_dns_enabled"],
    )
    switches = resources(made(topology, "shop-private-dns-client"), "aws_vpc_endpoint_private_dns")
    assert list(switches) == ["private-dns-x"]


def test_further_endpoints_are_told_by_key():
    told = made(several(endpoints={"stock": {"service": "stock"}, "s3": {"service_name": S3}}))["output"]

    assert list(told["further_endpoints"]["value"]) == ["s3", "stock"]
    assert told["further_endpoints"]["value"]["s3"]["service_name"] == S3


def test_endpoints_of_equal_rank_have_outputs_under_their_keys_only():
    topology = several(
        service=None, probe=True, endpoints={"stock": {"service": "stock"}, "s3": {"service_name": S3}}
    )
    stack = made(topology)

    assert set(resources(stack, "aws_vpc_endpoint")) == {"endpoint-s3", "endpoint-stock"}
    assert set(stack["output"]) == {"further_endpoints", "probe_instance_id"}
    assert set(resources(stack, "aws_vpc_security_group_egress_rule")) >= {"probe_tcp-443", "probe_tcp-80"}


def private_probe(**fields):
    return made(consumer(probe={"public_address": False}, **fields))


def systems_manager(*services):
    name = "com.amazonaws.ap-northeast-2."
    return {each: {"service_name": f"{name}{each}", "private_dns": True} for each in services}


def test_a_test_instance_with_a_public_address_has_a_route_to_the_internet_and_no_endpoints_of_its_own():
    stack = made(consumer(probe=True))

    assert resources(stack, "aws_instance")["probe"]["associate_public_ip_address"] is True
    assert list(resources(stack, "aws_internet_gateway")) == ["network_internet"]
    assert list(resources(stack, "aws_vpc_endpoint")) == ["endpoint"]
    assert stack == made(consumer(probe={}))


def test_a_test_instance_without_a_public_address_reaches_systems_manager_through_endpoints_of_a_new_vpc():
    stack = private_probe()

    assert resources(stack, "aws_internet_gateway") == resources(stack, "aws_route") == {}
    names = {key: each["service_name"] for key, each in resources(stack, "aws_vpc_endpoint").items()}
    assert set(names) == {"endpoint", "probe_ssm", "probe_ssmmessages"}
    read = stack["data"]["aws_vpc_endpoint_service"]
    assert read["probe_ssm"]["service_name"] == "com.amazonaws.ap-northeast-2.ssm"
    assert resources(stack, "aws_instance")["probe"]["depends_on"][1:] == [
        "aws_vpc_endpoint.probe_ssm",
        "aws_vpc_endpoint.probe_ssmmessages",
    ]


def test_endpoints_of_the_file_to_systems_manager_serve_the_test_instance_too():
    stack = private_probe(endpoints=systems_manager("ssm"))

    assert set(resources(stack, "aws_vpc_endpoint")) == {"endpoint", "endpoint-ssm", "probe_ssmmessages"}
    assert resources(stack, "aws_instance")["probe"]["depends_on"][1:] == [
        "aws_vpc_endpoint.endpoint-ssm",
        "aws_vpc_endpoint.probe_ssmmessages",
    ]


def test_an_existing_vpc_has_its_own_ways_to_systems_manager():
    stack = private_probe(network=EXISTING)

    assert set(resources(stack, "aws_vpc_endpoint")) == {"endpoint"}
    assert resources(stack, "aws_instance")["probe"]["associate_public_ip_address"] is False


def test_a_name_with_a_zone_is_an_alias_of_the_zonal_name():
    first, second = "ap-northeast-2a", "ap-northeast-2c"
    stack = made(
        named(f"*.{first}.shop.internal", "*.shop.internal", {"name": "c.shop.internal", "zone": second})
    )

    records = {body["name"]: body["alias"] for body in resources(stack, "aws_route53_record").values()}
    for name, zone in ((f"*.{first}.shop.internal", first), ("c.shop.internal", second)):
        assert f"aws_subnet.network_{zone}.availability_zone" in records[name]["name"]
        # All DNS names of an endpoint are in one hosted zone of AWS.
        assert records[name]["zone_id"] == records["*.shop.internal"]["zone_id"]
    assert "availability_zone" not in records["*.shop.internal"]["name"]
    assert stack["output"]["endpoint_name_zones"]["value"] == {
        f"*.{first}.shop.internal": first,
        "c.shop.internal": second,
    }


def test_a_further_endpoint_has_the_name_of_its_own_service_beside_the_only_one():
    further = made(s3())["output"]["further_endpoints"]["value"]

    assert further["s3"]["service_name"] == S3


def test_names_are_aliases_of_the_endpoint_in_a_zone_of_the_vpc():
    stack = made(named("a.shop.internal", "*.shop.internal"))

    (zone,) = resources(stack, "aws_route53_zone").values()
    assert zone["vpc"] == [{"vpc_id": "${aws_vpc.network.id}"}]
    assert zone["lifecycle"]["ignore_changes"] == ["vpc"]
    records = resources(stack, "aws_route53_record")
    assert set(records) == {"hosted-zone_name-any-shop-internal-A", "hosted-zone_name-a-shop-internal-A"}
    for record in records.values():
        assert record["alias"]["name"].startswith("${one([for entry in aws_vpc_endpoint.endpoint.dns_entry")
        assert record["type"] == "A"


def test_names_of_a_dualstack_endpoint_have_both_kinds_of_address():
    topology = dualstack()
    topology["consumers"]["client"]["endpoint"]["names"] = ["a.shop.internal"]
    topology["consumers"]["client"]["hosted_zone"] = {"name": "shop.internal"}

    assert list(resources(made(topology), "aws_route53_record")) == [
        "hosted-zone_name-a-shop-internal-A",
        "hosted-zone_name-a-shop-internal-AAAA",
    ]


def test_a_zone_is_shared_with_a_vpc_of_another_account_by_both_sides():
    office = {"vpc_id": "vpc-0a1b2c3d", "account": {"profile": "office"}, "region": "eu-west-1"}
    zone = {"name": "shop.internal", "shared_with": {"office": office, "near": {"vpc_id": "vpc-0a1b2c3e"}}}
    stack = made(named("a.shop.internal", zone=zone))

    allowed = resources(stack, "aws_route53_vpc_association_authorization")
    assert list(allowed) == ["hosted-zone_office"]
    shared = resources(stack, "aws_route53_zone_association")
    assert shared["hosted-zone_office"]["provider"] == "aws.vpc-office"
    assert shared["hosted-zone_office"]["vpc_region"] == "eu-west-1"
    assert shared["hosted-zone_office"]["depends_on"] == [
        "aws_route53_vpc_association_authorization.hosted-zone_office"
    ]
    assert "provider" not in shared["hosted-zone_near"]
    assert shared["hosted-zone_near"]["vpc_region"] == "ap-northeast-2"


def test_a_zone_that_exists_has_to_be_private_and_to_hold_each_name():
    zone = {"zone_id": "Z0123456789ABCDEFGHIJ", "account": {"profile": "dns"}}
    stack = made(named("a.shop.internal", zone=zone))

    assert resources(stack, "aws_route53_zone") == {}
    (found,) = stack["data"]["aws_route53_zone"].values()
    private, holds = found["lifecycle"]["postcondition"]
    assert private["condition"] == "${self.private_zone}"
    assert '"a.shop.internal" == ' in holds["condition"]
    (record,) = resources(stack, "aws_route53_record").values()
    assert record["provider"] == found["provider"] == "aws.dns"


def test_a_service_of_another_region_is_looked_for_there_and_zones_are_not_compared():
    stack = made(far())

    body = resources(stack, "aws_vpc_endpoint")["endpoint"]
    assert body["service_region"] == "ap-northeast-2"
    assert "precondition" not in body.get("lifecycle", {})
    service = stack["data"]["aws_vpc_endpoint_service"]["endpoint"]
    assert service["service_regions"] == ["ap-northeast-2"]


def test_each_service_has_its_own_acceptance_of_the_endpoints_that_lead_to_it():
    topology = several(endpoints={"stock": {"service": "stock"}})
    for service in topology["services"].values():
        service["acceptance"] = "managed"
    stacks = synth(Topology.model_validate(topology))

    def accepted(stack):
        accepters = resources(stacks[stack], "aws_vpc_endpoint_connection_accepter")
        return {name: body["vpc_endpoint_id"] for name, body in accepters.items()}

    outputs = "data.terraform_remote_state.consumer-client.outputs"
    assert accepted("shop-acceptance-orders") == {"acceptance_client": f"${{{outputs}.endpoint_id}}"}
    assert accepted("shop-acceptance-stock") == {
        "acceptance_client-stock": f'${{{outputs}.further_endpoints["stock"].endpoint_id}}'
    }


def listening(number):
    """The ingress rules of an endpoint with two clients, to a service with this number of adjacent ports."""
    topology = endpoint(allow_from=["10.20.0.0/16", "10.40.0.0/16"])
    topology["service"]["listeners"] = [{"port": port} for port in range(9000, 9000 + number)]
    return sources(topology)


def test_rules_that_a_change_may_merge_are_in_order():
    clients = [f"10.0.{number}.0/24" for number in range(30)]
    assert "endpoint_rules" in resources(
        made(alone() | endpoint(EXISTING, allow_from=clients)), "terraform_data"
    )
    assert resources(made(alone() | endpoint(EXISTING, allow_from=clients[::2])), "terraform_data") == {}


def test_rules_that_leave_room_in_the_quota_are_separate_and_one_port_more_merges_them():
    assert len(listening(24)) == 48
    assert listening(25) == {
        "endpoint_tcp-9000-9024-from-10-20-0-0-16": {"cidr_ipv4": "10.20.0.0/16"},
        "endpoint_tcp-9000-9024-from-10-40-0-0-16": {"cidr_ipv4": "10.40.0.0/16"},
    }
