"""All generated Terraform: portable, without secrets, with no more access than needed."""

import functools
import json
import re

import pytest
import yaml

from tests.support.generated import FOLDER, as_kept, committed
from tests.support.rules import keeps
from tests.support.synth import TOPOLOGIES, resources, synth

# Each is synthesized once, by the process that has all of its tests.
each_topology = pytest.mark.parametrize(
    "topology",
    [pytest.param(path, marks=pytest.mark.xdist_group(path.stem), id=path.stem) for path in TOPOLOGIES],
)

# What AWS admits in descriptions of security groups and their rules:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
TAGGED_TYPES_WITHOUT_TAGS = {
    "aws_autoscaling_attachment",
    "aws_autoscaling_group",  # its tags are a list
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_kms_alias",
    "aws_lb_target_group_attachment",
    "aws_route",
    "aws_route53_record",
    "aws_route53_vpc_association_authorization",
    "aws_route53_zone_association",
    "aws_route_table_association",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_sns_topic_policy",
    "aws_vpc_endpoint_connection_accepter",
    "aws_vpc_endpoint_connection_notification",
    "aws_vpc_endpoint_private_dns",
    "aws_vpc_endpoint_service_allowed_principal",
    "aws_vpc_endpoint_service_private_dns_verification",
    "terraform_data",
}


@functools.cache
def made(topology):
    """Each topology once: no test changes what it reads."""
    return synth(topology)


def strings(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


@each_topology
def test_no_absolute_path(topology):
    for stack in made(topology).values():
        scripts = [body.get("user_data", "") for body in resources(stack, "aws_instance").values()]
        for text in set(strings(stack)) - set(scripts):
            assert not re.match(r"/(?!/$|$|ready$|dev/xvda$|aws/service/|vpc/)|[A-Za-z]:\\", text), text


@each_topology
def test_no_credential(topology):
    text = json.dumps(made(topology))

    assert not re.search(r"(AKIA|ASIA)[0-9A-Z]{16}", text)
    assert not re.search(r"access_key|secret|password|token(?!s\")", text, re.IGNORECASE)


@keeps("endpoint-ingress")
@each_topology
def test_only_the_public_load_balancers_listener_is_open_to_the_world(topology):
    for stack in made(topology).values():
        for name, rule in resources(stack, "aws_vpc_security_group_ingress_rule").items():
            if rule.get("cidr_ipv4") == "0.0.0.0/0":
                balancer = resources(stack, "aws_lb")[name.partition("_")[0]]
                assert balancer["internal"] is False


@each_topology
def test_descriptions_are_ones_that_aws_takes(topology):
    for stack in made(topology).values():
        for kind in (
            "aws_security_group",
            "aws_vpc_security_group_ingress_rule",
            "aws_vpc_security_group_egress_rule",
        ):
            for name, body in resources(stack, kind).items():
                assert DESCRIPTION.fullmatch(body["description"]), (name, body["description"])


@each_topology
def test_whatever_can_be_tagged_has_a_name(topology):
    for stack in made(topology).values():
        for kind, named in stack["resource"].items():
            for name, body in named.items():
                assert (kind in TAGGED_TYPES_WITHOUT_TAGS) != bool(body.get("tags", {}).get("Name")), (
                    kind,
                    name,
                )


@each_topology
def test_addresses_carry_no_hash_and_are_terraform_names(topology):
    for stack in made(topology).values():
        for named in stack["resource"].values():
            for name in named:
                assert re.fullmatch(r"[a-z][a-z0-9-]*(_[a-zA-Z0-9-]+)*", name), name
                assert not re.search(r"_[0-9A-F]{8}$", name), name


@each_topology
def test_every_instance_asks_for_imdsv2_encrypts_its_disk_and_has_no_public_address(topology):
    for stack in made(topology).values():
        for name, body in resources(stack, "aws_instance").items():
            assert body["metadata_options"]["http_tokens"] == "required", name
            assert body["root_block_device"]["encrypted"] is True
            gateways = resources(stack, "aws_internet_gateway")
            assert body["associate_public_ip_address"] is (name == "probe" and bool(gateways))
        for name, body in resources(stack, "aws_launch_template").items():
            assert body["metadata_options"]["http_tokens"] == "required", name
            assert [mapping["ebs"]["encrypted"] for mapping in body["block_device_mappings"]] == ["true"]
            assert [one["associate_public_ip_address"] for one in body["network_interfaces"]] == ["false"]


@each_topology
def test_every_bucket_is_closed_and_encrypted(topology):
    for stack in made(topology).values():
        closed = resources(stack, "aws_s3_bucket_public_access_block")
        assert set(resources(stack, "aws_s3_bucket")) == set(closed)
        assert set(closed) == set(resources(stack, "aws_s3_bucket_server_side_encryption_configuration"))
        for body in closed.values():
            assert {
                value for key, value in body.items() if key.startswith(("block_", "ignore_", "restrict_"))
            } == {True}


# ---- rules that are built in (docs/rules.md)


@keeps("nlb-security-group", "nlb-enforcement-written", "nlb-private-address")
@each_topology
def test_a_load_balancer_has_a_security_group_and_no_fixed_private_address(topology):
    for stack in made(topology).values():
        for name, body in resources(stack, "aws_lb").items():
            assert body["security_groups"] == [f"${{aws_security_group.{name}.id}}"]
            assert body["enforce_security_group_inbound_rules_on_private_link_traffic"] in ("on", "off")
            assert not any("private_ipv4_address" in mapping for mapping in body["subnet_mapping"])


@keeps("nlb-same-listeners")
@each_topology
def test_load_balancers_of_a_service_have_the_same_listeners(topology):
    for stack in made(topology).values():
        listeners = {f"${{aws_lb.{name}.arn}}": set() for name in resources(stack, "aws_lb")}
        for body in resources(stack, "aws_lb_listener").values():
            listeners[body["load_balancer_arn"]].add((body["port"], body["protocol"]))
        assert len(set(map(frozenset, listeners.values()))) <= 1


@keeps("target-egress")
@each_topology
def test_the_load_balancer_reaches_its_targets_for_traffic_and_health_checks(topology):
    for stack in made(topology).values():
        to_group = {
            action["target_group_arn"]: listener["load_balancer_arn"]
            for listener in resources(stack, "aws_lb_listener").values()
            for action in listener["default_action"]
        }
        out = resources(stack, "aws_vpc_security_group_egress_rule")
        for name, group in resources(stack, "aws_lb_target_group").items():
            arn = to_group[f"${{aws_lb_target_group.{name}.arn}}"]
            balancer = arn.removeprefix("${aws_lb.").removesuffix(".arn}")
            opened = {
                (rule["ip_protocol"], rule["from_port"])
                for rule in out.values()
                if rule["security_group_id"] == f"${{aws_security_group.{balancer}.id}}"
            }
            traffic = {"UDP": ["udp"], "TCP_UDP": ["tcp", "udp"]}.get(group["protocol"], ["tcp"])
            assert {(protocol, group["port"]) for protocol in traffic} <= opened, name
            check = group["health_check"]["port"]
            assert ("tcp", group["port"] if check == "traffic-port" else int(check)) in opened, name


@keeps("target-ingress")
@each_topology
def test_targets_of_a_known_group_allow_the_load_balancer(topology):
    for stack in made(topology).values():
        out = resources(stack, "aws_vpc_security_group_egress_rule")
        admitted = resources(stack, "aws_vpc_security_group_ingress_rule")
        for name, rule in out.items():
            # A data source is the group of an Application Load Balancer, for its owner to open.
            group = rule.get("referenced_security_group_id", "data.")
            if "data." in group or "_to-targets-" not in name:
                continue
            there = admitted[name.replace("_to-targets-", "_at-targets-")]
            assert there["security_group_id"] == group
            assert there["referenced_security_group_id"] == rule["security_group_id"]
            for field in ("ip_protocol", "from_port", "to_port"):
                assert there[field] == rule[field], name


@keeps("endpoint-type-written")
@each_topology
def test_every_endpoint_is_an_interface_endpoint(topology):
    for stack in made(topology).values():
        for body in resources(stack, "aws_vpc_endpoint").values():
            assert body["vpc_endpoint_type"] == "Interface"


def endpoints(topology):
    """Each endpoint with its stack, and whether its service is AWS's own."""
    for stack in made(topology).values():
        for name, body in resources(stack, "aws_vpc_endpoint").items():
            service = stack["data"]["aws_vpc_endpoint_service"][name]["service_name"]
            yield stack, name, body, not ("vpce-svc" in service or "remote_state" in service)


@keeps("endpoint-no-auto-accept", "private-dns-after-acceptance")
@each_topology
def test_no_endpoint_accepts_itself_or_has_private_dns_before_acceptance(topology):
    for _, _, body, of_aws in endpoints(topology):
        assert of_aws or body["private_dns_enabled"] is False
        assert "auto_accept" not in body


@keeps("endpoint-policy-written")
@each_topology
def test_no_endpoint_of_a_customers_service_has_a_policy(topology):
    for stack, name, body, of_aws in endpoints(topology):
        assert ("policy" in body) == of_aws, name
        assert len(body.get("policy", "")) <= 20_480
        assert resources(stack, "aws_vpc_endpoint_policy") == {}


@each_topology
def test_every_plan_tells_an_endpoint_that_is_not_available(topology):
    for stack, name, _, of_aws in endpoints(topology):
        if not of_aws:
            (told,) = stack["check"][f"{name}_available"]["assert"]
            assert told["condition"] == f'${{aws_vpc_endpoint.{name}.state == "available"}}'


@keeps("service-address-types")
@each_topology
def test_address_types_are_written_and_agree(topology):
    for _, name, body, _ in endpoints(topology):
        assert body["dns_options"]["dns_record_ip_type"] == body["ip_address_type"], name
    for stack in made(topology).values():
        for body in resources(stack, "aws_lb_target_group").values():
            assert body["ip_address_type"] == "ipv4"
        kinds = {body["ip_address_type"] for body in resources(stack, "aws_lb").values()}
        for body in resources(stack, "aws_vpc_endpoint_service").values():
            types = ["ipv4", "ipv6"] if "dualstack" in kinds else ["ipv4"]
            assert body["supported_ip_address_types"] == types
            assert len(kinds) <= 1


@keeps("service-own-region", "service-principals-separate")
@each_topology
def test_a_service_lists_its_own_region_and_no_principal_inline(topology):
    for stack in made(topology).values():
        region = stack["provider"]["aws"][0]["region"]
        for body in resources(stack, "aws_vpc_endpoint_service").values():
            assert region in body["supported_regions"]
            assert "allowed_principals" not in body


@keeps("accepter-acceptance-required")
@each_topology
def test_an_accepter_belongs_to_a_service_that_requires_acceptance(topology):
    stacks = made(topology).values()
    if any("aws_vpc_endpoint_connection_accepter" in stack["resource"] for stack in stacks):
        for stack in stacks:
            for service in resources(stack, "aws_vpc_endpoint_service").values():
                assert service["acceptance_required"] is True


@keeps("vpc-created-with-dns")
@each_topology
def test_every_vpc_has_both_dns_attributes(topology):
    for stack in made(topology).values():
        for body in resources(stack, "aws_vpc").values():
            assert body["enable_dns_support"] is body["enable_dns_hostnames"] is True


@keeps("client-ip-preservation-written")
@each_topology
def test_client_ip_preservation_is_written_wherever_it_can_be_set(topology):
    for stack in made(topology).values():
        for body in resources(stack, "aws_lb_target_group").values():
            assert ("preserve_client_ip" in body) == (body.get("target_type") != "alb")


@keeps("private-dns-record-copied")
@each_topology
def test_a_name_is_verified_after_its_record_is_copied_from_the_service(topology):
    for stack in made(topology).values():
        records = resources(stack, "aws_route53_record")
        for name, body in resources(stack, "aws_vpc_endpoint_service_private_dns_verification").items():
            assert body["depends_on"] == [f"aws_route53_record.{name}"]
            assert ".private_dns_name_configuration" in records[name]["records"][0]


@keeps("notification-topic-policy")
@each_topology
def test_only_privatelink_may_publish_for_this_service_of_this_account(topology):
    for stack in made(topology).values():
        for body in resources(stack, "aws_sns_topic_policy").values():
            for statement in json.loads(body["policy"])["Statement"]:
                if statement["Principal"] == {"Service": "vpce.amazonaws.com"}:
                    assert "aws_vpc_endpoint_service" in statement["Condition"]["ArnEquals"]["aws:SourceArn"]
                    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"]


@each_topology
def test_it_is_what_is_committed(topology):
    assert as_kept(made(topology)) == committed(topology).read_text(encoding="utf-8"), (
        "the generated Terraform has changed: if that is meant, run make generated and commit what it writes"
    )


def test_nothing_is_committed_of_examples_that_are_gone():
    assert {path.name for path in FOLDER.iterdir()} == {committed(topology).name for topology in TOPOLOGIES}


def backwards(value):
    """The same with every list and mapping in the opposite order, but a policy, which is sent as it is."""
    if isinstance(value, dict):
        return {key: found if key == "policy" else backwards(found) for key, found in reversed(value.items())}
    return [backwards(found) for found in reversed(value)] if isinstance(value, list) else value


@each_topology
def test_the_order_of_lists_and_mappings_changes_no_byte(topology):
    written = yaml.safe_load(topology.read_text(encoding="utf-8"))

    assert synth(yaml.safe_dump(backwards(written), sort_keys=False)) == made(topology)
