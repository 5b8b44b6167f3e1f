"""The stacks: what they hold together, and that names and order are stable."""

import copy
import itertools
import json
from ipaddress import IPv4Network

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from privatelink.framework import aws
from privatelink.stacks import build as stacks
from privatelink.topology.file import load
from privatelink.topology.model import Topology
from tests.support.full_topologies import full_topologies
from tests.support.project import PROJECT
from tests.support.rules import keeps
from tests.support.synth import TOPOLOGIES, WALKTHROUGH, addresses, resources, synth
from tests.support.topology_fuzz import checked, mutated_examples
from tests.support.topology_strategies import both_sides, topologies

WALKTHROUGH_YAML = yaml.safe_load(WALKTHROUGH.read_text())


def changed(change):
    """The walkthrough with a change, as YAML text."""
    topology = copy.deepcopy(WALKTHROUGH_YAML)
    change(topology)
    return yaml.safe_dump(topology, sort_keys=False)


def outputs(stack):
    return {name: output["value"] for name, output in stack["output"].items()}


def test_walkthrough_is_a_provider_and_a_consumer():
    made = synth(WALKTHROUGH)

    assert set(made) == {"zigispace-provider", "zigispace-consumer-client"}


@pytest.mark.parametrize(
    ("example", "names"),
    [
        ("provider-only", {"provider"}),
        ("consumer-only", {"consumer"}),
        ("managed", {"provider", "consumer", "acceptance"}),
        ("automatic", {"provider", "consumer"}),
    ],
)
def test_stacks_follow_the_topology(example, names):
    made = synth(PROJECT / f"examples/{example}.yaml")

    assert {
        part for part in ("provider", "consumer", "acceptance") if any(part in name for name in made)
    } == names


def test_outputs_name_what_the_other_side_needs():
    made = synth(WALKTHROUGH)

    assert set(made["zigispace-provider"]["output"]) == {
        "service_name",
        "service_id",
        "service_zones",
        "load_balancer_dns_name",
        "load_balancer_addresses",
        "load_balancer_security_group_id",
        "backend_instance_ids",
    }
    assert set(made["zigispace-consumer-client"]["output"]) == {
        "endpoint_id",
        "endpoint_state",
        "endpoint_dns_names",
        "endpoint_addresses",
        "connection_to_accept",
        "probe_instance_id",
    }


def elsewhere(**service):
    """The provider's stack of a service whose targets are registered elsewhere; None takes a field away."""
    service = {"backends": None, **service}

    def change(topology):
        given = topology["service"] | {"targets": {"registered_elsewhere": {"type": "ip"}}} | service
        topology["service"] = {field: value for field, value in given.items() if value is not None}

    return synth(changed(change))["zigispace-provider"]


def test_targets_registered_elsewhere_have_groups_and_no_registration():
    stack = elsewhere(listeners=[{"port": 443, "target_port": 8443}])

    assert outputs(stack)["target_group_arns"] == {"443": "${aws_lb_target_group.load-balancer_port-443.arn}"}
    assert resources(stack, "aws_lb_target_group")["load-balancer_port-443"]["target_type"] == "ip"
    assert "aws_lb_target_group_attachment" not in stack["resource"]
    assert {
        name: (rule["cidr_ipv4"], rule["from_port"])
        for name, rule in resources(stack, "aws_vpc_security_group_egress_rule").items()
    } == {"load-balancer_to-targets-tcp-8443-vpc": ("10.10.0.0/16", 8443)}


def test_targets_registered_elsewhere_may_have_a_group_that_allows_the_load_balancer():
    group = "sg-0a1b2c3d4e5f60001"
    targets = {"registered_elsewhere": {"type": "alb"}, "security_group_id": group}
    stack = elsewhere(targets=targets, listeners=[{"port": 443}])

    assert resources(stack, "aws_lb_target_group")["load-balancer_port-443-alb"]["target_type"] == "alb"
    (out,) = resources(stack, "aws_vpc_security_group_egress_rule").values()
    assert out["referenced_security_group_id"] == group
    assert (
        resources(stack, "aws_vpc_security_group_ingress_rule")["load-balancer_at-targets-tcp-443"][
            "security_group_id"
        ]
        == group
    )


def test_each_of_several_load_balancers_has_target_groups_of_its_own():
    balancers = {"load_balancer": None, "load_balancers": {"one": {}, "two": {}}}
    stack = elsewhere(**balancers, listeners=[{"port": 443}])

    assert {
        key: balancer["target_group_arns"] for key, balancer in outputs(stack)["load_balancers"].items()
    } == {
        key: {"443": f"${{aws_lb_target_group.load-balancer-{key}_port-443.arn}}"} for key in ("one", "two")
    }
    assert "target_group_arns" not in outputs(synth(WALKTHROUGH)["zigispace-provider"])


def test_consumer_reads_the_service_name_from_the_providers_state():
    consumer = synth(WALKTHROUGH)["zigispace-consumer-client"]

    state = consumer["data"]["terraform_remote_state"]["provider"]
    assert state["config"] == {"path": "../../../terraform.zigispace-provider.tfstate"}
    (service,) = consumer["data"]["aws_vpc_endpoint_service"].values()
    assert service["service_name"] == "${data.terraform_remote_state.provider.outputs.service_name}"


def test_consumer_only_looks_for_the_name_it_was_given():
    (consumer,) = synth(PROJECT / "examples/consumer-only.yaml").values()

    (service,) = consumer["data"]["aws_vpc_endpoint_service"].values()
    given = yaml.safe_load((PROJECT / "examples/consumer-only.yaml").read_text())["consumers"]
    assert service["service_name"] in {consumer["service_name"] for consumer in given.values()}
    assert "terraform_remote_state" not in consumer["data"]


def test_managed_acceptance_knows_the_state_before_the_consumer_does():
    made = synth(PROJECT / "examples/managed.yaml")

    (acceptance,) = (stack for name, stack in made.items() if name.endswith("-acceptance"))
    assert set(acceptance["output"]) == {"connection_states"}
    for name, stack in made.items():
        assert "endpoint_state" not in stack["output"], name


@keeps("accepter-credentials")
def test_acceptance_has_the_providers_credentials_never_the_consumers():
    made = synth(PROJECT / "examples/managed.yaml")

    def account(side):
        (name,) = (name for name in made if side in name)
        (provider,) = made[name]["provider"]["aws"]
        return provider["allowed_account_ids"]

    assert account("-acceptance") == account("-provider") != account("-consumer-")


@keeps("service-destroyed-last")
def test_a_service_comes_before_its_consumers_and_so_goes_after_them(tmp_path):
    app = aws.App(outdir=str(tmp_path))
    stacks.build(app, load(PROJECT / "examples/managed.yaml"))
    app.synth()
    needed = {
        name: set(stack["dependencies"])
        for name, stack in json.loads((tmp_path / "manifest.json").read_text())["stacks"].items()
    }

    (provider,) = (name for name in needed if name.endswith("-provider"))
    consumers = {name for name in needed if "-consumer-" in name}
    (acceptance,) = (name for name in needed if name.endswith("-acceptance"))
    assert needed[provider] == set()
    assert consumers
    assert all(needed[name] == {provider} for name in consumers)
    assert needed[acceptance] == {provider, *consumers}


def test_automatic_acceptance_is_not_required_of_the_service():
    made = synth(PROJECT / "examples/automatic.yaml")

    (provider,) = (stack for name, stack in made.items() if name.endswith("-provider"))
    (service,) = resources(provider, "aws_vpc_endpoint_service").values()
    assert service["acceptance_required"] is False


@pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda path: path.stem)
def test_provider_versions_are_a_range_never_the_bindings_pin(topology):
    for stack in synth(topology).values():
        assert stack["terraform"]["required_providers"] == {
            "aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}
        }


def test_role_to_assume_guards_the_account():
    def assume(topology):
        topology["service"]["account"] = {
            "role_arn": "arn:aws:iam::111122223333:role/deploy",
            "external_id": "ab",
        }

    provider = synth(changed(assume))["zigispace-provider"]["provider"]["aws"][0]

    (role,) = provider["assume_role"]
    assert role["role_arn"] == "arn:aws:iam::111122223333:role/deploy"
    assert role["external_id"] == "ab"
    assert provider["allowed_account_ids"] == ["111122223333"]


def test_profile_is_passed_on():
    def profile(topology):
        topology["consumers"]["client"]["account"] = {"profile": "team-b"}

    consumer = synth(changed(profile))["zigispace-consumer-client"]["provider"]["aws"][0]

    assert consumer["profile"] == "team-b"


def add_zone(topology):
    topology["service"]["network"]["zones"].insert(1, "ap-northeast-2b")
    topology["service"]["backends"]["text"]["ap-northeast-2b"] = "SVR#3"
    topology["consumers"]["client"]["network"]["zones"].insert(0, "ap-northeast-2b")


def add_consumer(topology):
    before = topology["consumers"]
    topology["consumers"] = {
        "another": {"network": {"cidr": "10.30.0.0/16", "zones": ["ap-northeast-2a"]}}
    } | before


def add_principal(topology):
    topology["service"]["allowed_principals"] = ["arn:aws:iam::111122223333:root"]


def add_listener(topology):
    topology["service"]["listeners"].insert(0, {"port": 8080})


@pytest.mark.parametrize("change", [add_zone, add_consumer, add_principal, add_listener])
def test_adding_renames_nothing_that_is_there(change):
    before, after = synth(WALKTHROUGH), synth(changed(change))

    for name, stack in before.items():
        assert addresses(stack) <= addresses(after[name])
        for address in addresses(stack):
            kind, key = address.split(".", 1)
            old, new = stack["resource"][kind][key], after[name]["resource"][kind][key]
            if kind not in ("aws_lb", "aws_vpc_endpoint"):  # these two take the zone into a list
                assert old == new, address


def reorder(topology):
    topology["service"]["network"]["zones"].reverse()
    topology["service"]["listeners"].reverse()
    topology["service"]["allowed_principals"].reverse()
    topology["consumers"] = dict(reversed(topology["consumers"].items()))
    for consumer in topology["consumers"].values():
        consumer["network"]["zones"].reverse()


def test_reordering_every_list_changes_no_byte():
    def full(topology):
        add_zone(topology), add_consumer(topology), add_listener(topology)
        topology["service"]["allowed_principals"] = [
            f"arn:aws:iam::{account}:root" for account in ("111122223333", "444455556666")
        ]

    def full_reordered(topology):
        full(topology)
        reorder(topology)

    assert synth(changed(full)) == synth(changed(full_reordered))


def example(name):
    return yaml.safe_load((PROJECT / f"examples/{name}.yaml").read_text())


def rename(parts, former, key, renamed_from=None):
    """Rename a part of a mapping, and state its former key."""
    parts[key] = (parts.pop(former) or {}) | {"renamed_from": renamed_from or former}


def rename_service(topology):
    rename(topology["services"], "orders", "purchases")
    topology["consumers"]["web"]["service"] = "purchases"


def rename_consumer(topology):
    rename(topology["consumers"], "web", "shop")


def rename_endpoint(topology):
    rename(topology["consumers"]["web"]["endpoints"], "stock", "inventory")


def rename_load_balancer(topology):
    rename(topology["service"]["load_balancers"], "old", "first")


def give_the_load_balancer_a_key(topology):
    service = topology["service"]
    service["load_balancers"] = {"old": service.pop("load_balancer")}
    rename(service["load_balancers"], "old", "first", "load_balancer")


def give_the_service_a_key(topology):
    topology["services"] = {"any": topology.pop("service")}
    rename(topology["services"], "any", "web", "service")
    for consumer in topology["consumers"].values():
        consumer["service"] = "web"


def give_the_endpoint_a_key(topology):
    for consumer in topology["consumers"].values():
        endpoint = consumer.pop("endpoint") | {"service_name": consumer.pop("service_name")}
        consumer["endpoints"] = {"any": endpoint, **consumer.get("endpoints", {})}
        rename(consumer["endpoints"], "any", "main", "endpoint")


def without_tests_of_ports(topology):
    """Only a consumer's main endpoint has `verify`."""
    for consumer in topology.get("consumers", {}).values():
        consumer.get("endpoint", {}).pop("verify", None)
    return topology


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("services", rename_service),
        ("services", rename_consumer),
        ("services", rename_endpoint),
        ("two-load-balancers", rename_load_balancer),
        ("internal", give_the_load_balancer_a_key),
        ("managed", give_the_service_a_key),
        ("consumer-only", give_the_endpoint_a_key),
    ],
)
def test_a_renamed_key_changes_nothing_in_terraform(name, change):
    before, after = without_tests_of_ports(example(name)), without_tests_of_ports(example(name))
    change(after)
    assert after != before

    assert synth(yaml.safe_dump(after)) == synth(yaml.safe_dump(before))


IDS = {"ap-northeast-2a": "apne2-az3", "ap-northeast-2c": "apne2-az1"}
"""In this account, the letters are in another order than the numbers."""
NAMES = {zone_id: name for name, zone_id in IDS.items()}


def with_zones(value, forms):
    """Return a part of a topology with each zone in another form, and the former one in its network."""
    if isinstance(value, list):
        return [with_zones(item, forms) for item in value]
    if not isinstance(value, dict):
        return forms.get(value, value)
    changed = {forms.get(key, key): with_zones(item, forms) for key, item in value.items()}
    if "cidr" in value or "vpc_id" in value:
        written = [forms[zone] for zone in value.get("zones", value.get("subnet_ids"))]
        changed["zones_renamed_from"] = {form: zone for zone, form in forms.items() if form in written}
    return changed


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("automatic", IDS),
        ("addresses", IDS),
        ("endpoints", IDS),
        ("auto-scaling", IDS),
        ("zonal-names", NAMES),
    ],
)
def test_zones_in_another_form_change_nothing_but_the_argument_of_their_subnets(name, forms):
    before = example(name)
    if name == "zonal-names":  # a zone in a DNS name has the form of the endpoint's zones
        del before["consumers"]["client"]["endpoint"]["names"][1]

    made, kept = synth(yaml.safe_dump(with_zones(before, forms))), synth(yaml.safe_dump(before))

    assert zones_of(made) == [forms[zone] for zone in zones_of(kept)]
    assert made == kept


def zones_of(stacks):
    """Take the zones out of the subnets; return them in the order of the addresses."""
    subnets = [
        stack["resource"]["aws_subnet"][name]
        for _, stack in sorted(stacks.items())
        for name in sorted(resources(stack, "aws_subnet"))
    ]
    return [subnet.pop("availability_zone", None) or subnet.pop("availability_zone_id") for subnet in subnets]


def test_parts_that_have_no_key_any_more_keep_theirs():
    before, after = example("services"), example("services")
    for topology in (before, after):
        del topology["services"]["stock"], topology["consumers"]["office"]
        del topology["consumers"]["web"]["endpoints"]
    after["service"] = after.pop("services")["orders"] | {
        "renamed_from": "orders",
        "load_balancers": {"only": {}},
    }
    del after["consumers"]["web"]["service"]
    before["services"]["orders"]["load_balancers"] = {"only": {}}
    kept = synth(yaml.safe_dump(before))

    assert synth(yaml.safe_dump(after)) == kept
    after["service"]["load_balancer"] = after["service"].pop("load_balancers")["only"] | {
        "renamed_from": "only"
    }
    assert synth(yaml.safe_dump(after)) == kept


def test_a_key_renamed_without_saying_so_is_another_stack():
    topology = example("services")
    topology["consumers"]["shop"] = topology["consumers"].pop("web")

    made = synth(yaml.safe_dump(topology))

    assert "mall-consumer-shop" in made
    assert "mall-consumer-web" not in made


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(topologies())
def test_whatever_the_model_accepts_synthesizes(topology):
    made = synth(Topology.model_validate(topology))

    for stack in made.values():
        subnets = [IPv4Network(subnet["cidr_block"]) for subnet in resources(stack, "aws_subnet").values()]
        assert subnets or "aws_vpc_endpoint_connection_accepter" in stack["resource"]
        assert not any(one.overlaps(other) for one, other in itertools.combinations(subnets, 2))


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(full_topologies())
def test_every_field_of_the_model_synthesizes(topology):
    stacks_of_consumers = [name for name in synth(Topology.model_validate(topology)) if "-consumer-" in name]

    assert len(stacks_of_consumers) == len(topology.get("consumers", ()))


def test_mutated_examples_that_the_check_accepts_synthesize():
    """`make fuzz` tries more of them."""
    accepted = [
        found
        for text in mutated_examples(60)
        if isinstance(found := checked(text), Topology) and synth(found)
    ]

    assert len(accepted) > 10


def test_zones_by_name_that_other_regions_cannot_reach_fail_the_plan():
    topology = both_sides()
    topology["service"]["supported_regions"] = ["eu-west-1"]
    service = resources(
        synth(Topology.model_validate(topology))["shop-provider"], "aws_vpc_endpoint_service"
    )["endpoint-service"]

    (condition,) = service["lifecycle"]["precondition"]
    assert "aws_subnet.network_ap-northeast-2a.availability_zone_id" in condition["condition"]
    assert '["apne2-az2", "apne2-az4"]' in condition["condition"]


def test_zones_that_every_region_can_reach_have_no_condition():
    topology = both_sides()
    topology["service"]["network"]["zones"] = ["apne2-az1", "apne2-az3"]
    topology["consumers"]["client"]["network"]["zones"] = ["apne2-az1"]
    topology["service"]["supported_regions"] = ["eu-west-1"]
    service = resources(
        synth(Topology.model_validate(topology))["shop-provider"], "aws_vpc_endpoint_service"
    )["endpoint-service"]

    assert "lifecycle" not in service
