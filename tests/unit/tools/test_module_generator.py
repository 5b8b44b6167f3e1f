"""What is generated in the Terraform modules, and how it comes from the topology's model."""

import re
import shutil
import subprocess
from typing import Annotated, Literal

import pytest

from privatelink.facts import AVAILABLE, FREE_ADDRESSES, WITHOUT_CROSS_REGION
from privatelink.rule import Field, Rule
from privatelink.stacks.stack import AWS_PROVIDER_VERSIONS
from privatelink.topology.rules.listener import TLS_ONLY, HealthCheck, Listener
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.cidrs import Cidr
from privatelink.topology.types.ids import VPC_ID, VpcId
from privatelink.topology.types.lists import AsTuple, at_most, each_once
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.patterns import TOO_LONG, matches
from privatelink.topology.types.ports import PORT, Port
from tests.support.project import PROJECT
from tools.module_generator.__main__ import FOLDER, write
from tools.module_generator.conditions import condition, conditions
from tools.module_generator.files import run_name, validations_test, value, variables_file
from tools.module_generator.inputs import (
    Changes,
    Place,
    Validation,
    Variable,
    described,
    type_of,
    validations_of,
    variable_of,
)
from tools.module_generator.messages import message, with_messages
from tools.module_generator.modules import (
    ENDPOINT_SERVICE,
    INTERFACE_ENDPOINT,
    MODULES,
    SERVICE_CONSUMER,
    SERVICE_PROVIDER,
    VPC,
    Module,
)
from tools.module_generator.moved import addresses, blocks, moves
from tools.module_generator.readme import BEGIN, END, with_tables

AT = Place("var.it", lambda bad: {"it": bad})


def text_of(module, name="main.tf"):
    return (FOLDER / module.name / name).read_text(encoding="utf-8")


# ---- what is committed


@pytest.mark.terraform
def test_the_generated_files_are_as_the_topology_has_them(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "terraform")

    write(tmp_path / "terraform")

    written = {
        path.relative_to(tmp_path / "terraform"): path for path in tmp_path.rglob("*.*") if path.is_file()
    }
    stale = [str(name) for name, path in written.items() if (FOLDER / name).read_text() != path.read_text()]
    assert stale == [], "write them with `make modules`"


@pytest.mark.terraform
@pytest.mark.parametrize("folder", ["terraform", "examples/terraform"])
def test_terraform_is_formatted(folder):
    subprocess.run(["terraform", "fmt", "-check", "-recursive", PROJECT / folder], check=True)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_works_with_the_providers_that_the_stacks_work_with(module):
    assert f'"{AWS_PROVIDER_VERSIONS}"' in text_of(module, "versions.tf")
    assert [f"aws.{alias}" for alias in module.providers] == re.findall(
        r"aws\.\w+", text_of(module, "versions.tf")
    )


def test_what_aws_fixes_is_in_the_modules_as_in_the_facts():
    main = text_of(ENDPOINT_SERVICE)

    assert f"available_ip_address_count >= {FREE_ADDRESSES}" in main
    assert ", ".join(f'"{zone}"' for zone in sorted(WITHOUT_CROSS_REGION)) in main
    assert f'== "{AVAILABLE}"' in text_of(INTERFACE_ENDPOINT)


@pytest.mark.parametrize("module", [SERVICE_PROVIDER, SERVICE_CONSUMER], ids=lambda module: module.name)
def test_a_composed_module_passes_its_inputs_on(module):
    of_parts = {part.name: part for part in MODULES}
    calls = dict(re.findall(r'^module "(\w+)" \{\n(.*?)^\}', text_of(module), re.MULTILINE | re.DOTALL))

    assert {call: f"../{name}" for call, name in module.composed_of.items()} == {
        call: re.search(r'source += "(.*)"', body)[1] for call, body in calls.items()
    }
    inputs = {variable.name for variable in module.variables}
    for call, name in module.composed_of.items():
        passed = dict(re.findall(r"^  (\w+) += (.*)$", calls[call], re.MULTILINE))
        for variable in of_parts[name].variables:
            if variable.name in inputs:
                assert f"var.{variable.name}" in passed[variable.name]
    # It leaves the rules to them.
    assert not any(variable.validations for variable in module.variables)


# ---- conditions


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        (Port, ["it >= 1 && it <= 65535"]),
        (Literal["a", "b"], ['contains(["a", "b"], it)']),
        (VpcId, ['can(regex("^vpc-([0-9a-f]{17}|[0-9a-f]{8})$", it))']),
        (Annotated[str, matches("^a+$", VPC_ID, longest=5)], ["length(it) <= 5", 'can(regex("^a+$", it))']),
        (Annotated[tuple[Port, ...], AsTuple, each_once("port")], ["length(distinct(it)) == length(it)"]),
        (Annotated[tuple[Port, ...], AsTuple, at_most(3, "ports")], ["length(it) <= 3"]),
    ],
)
def test_a_check_is_a_condition(kind, holds):
    assert [found.holds for found in conditions(kind, "it")] == holds


def test_what_a_parser_refuses_is_a_condition_of_each_of_its_rules():
    rules = [found.rule.id for found in conditions(Cidr, "it")]

    assert rules == ["cidr-ipv6", "cidr-prefix-missing", "cidr", "cidr-host-bits"]


def test_parameters_are_expressions_of_the_value():
    broken = condition(TOO_LONG.with_fixed(longest=5), "var.it").broken

    assert broken.parameters == {"length": "${length(var.it)}"}
    assert str(broken).startswith('text of ${length(var.it)} characters: "${var.it}" (')


def test_fails_when_a_rule_has_no_condition():
    with pytest.raises(KeyError, match="unknown-rule"):
        condition(Rule("unknown-rule", what="", allowed="", fix="", why="", page=""), "it")


def test_fails_when_a_parameter_has_no_expression():
    rule = Rule(PORT.id, what="{more}", allowed="", fix="", why="", page="")

    with pytest.raises(TypeError, match=r"port-range takes \['more'\]"):
        _ = condition(rule, "it").broken


# ---- inputs


def test_a_part_is_an_object_with_its_defaults():
    changes = Changes(left_out=("path",), defaults={"protocol": "TCP"})

    found = type_of(HealthCheck, changes)

    assert "protocol = optional(string)\n" in found
    assert "interval_seconds = optional(number, 30)" in found
    assert "path" not in found
    assert "path: " not in described(HealthCheck, changes)
    assert "- protocol: Protocol of the health check" in described(HealthCheck, changes)
    assert "; default: TCP\n" in described(HealthCheck, changes)


@pytest.mark.parametrize(
    ("kind", "each", "bad"),
    [
        (Port, "", {"it": 0}),
        (tuple[Port, ...], "var.it", {"it": [0]}),
        (dict[ConsumerKey, Address], "values(var.it)", {"it": {"web-0": "10.0.0.256"}}),
    ],
)
def test_a_rule_is_that_of_each_element(kind, each, bad):
    *_, found = validations_of(kind, AT)

    assert (found.each, found.bad) == (each, bad)


def test_an_optional_value_may_be_null():
    (found,) = validations_of(Port, Place("var.it", lambda bad: {"it": bad}, optional=True))

    assert (found.each, found.holds) == ("var.it[*]", "item >= 1 && item <= 65535")


def test_an_attribute_is_named_and_may_be_null_where_the_topology_has_a_default_of_its_own():
    found = [*validations_of(tuple[Listener, ...], AT, Changes(left_out=("verify",)))]

    (path,) = [one for one in found if one.at == "health_check.path"]
    assert path.holds.startswith("item.health_check.path == null ? true : can(regex(")
    assert path.bad == {"it": [{"port": 443, "health_check": {"path": "?"}}]}


# ---- messages

IT = variable_of("it", Port, "A port")
MODULE = Module("it", [IT, Variable("thing", "object({})", "", attributes=["inside"])], {"it": 443})


def broken(fix, **fields):
    rule = Rule("some-rule", what="wrong", allowed="right", fix=fix, why="", page="")
    return Validation("true", rule.broken(given="", **fields), {})


@pytest.mark.parametrize(
    ("fix", "expected"),
    [
        ("set {.it=444}", "set `it = 444`"),
        ("set {.thing.inside=some}", 'set `thing.inside = "some"`'),
        ("remove {field}", "remove `it`"),
    ],
)
def test_a_message_is_hcl_and_ends_with_the_rule(fix, expected):
    fields = {"field": Field("it")} if "{field}" in fix else {}

    assert (
        message(MODULE, IT, broken(fix, **fields)) == f"wrong (allowed: right; fix: {expected}) [some-rule]"
    )


def test_a_message_names_the_attribute():
    found = Validation("true", PORT.broken(given="0"), {}, at="health_check.port")

    assert message(MODULE, IT, found).startswith("health_check.port: port out of range: 0 (")


def test_a_message_has_the_modules_name_for_a_setting_of_the_topology():
    module = Module("it", [IT], {}, names={"network.it": "it"})

    assert "`it = 444`" in message(module, IT, broken("set {.network.it=444}"))


@pytest.mark.parametrize("fix", ["set {.network=1}", "remove {.inside}", "remove {field}"])
def test_fails_when_a_message_refers_to_what_the_module_does_not_have(fix):
    fields = {"field": Field("network")} if "{field}" in fix else {}

    with pytest.raises(LookupError, match=r"a message of it refers to .*, which is none of its inputs"):
        message(MODULE, IT, broken(fix, **fields))


def test_a_condition_of_main_tf_gets_the_message_of_its_rule():
    main = text_of(INTERFACE_ENDPOINT)

    written = with_messages(
        INTERFACE_ENDPOINT, re.sub(r'= ".*\[subnet-zone-mismatch\]"', '= "[subnet-zone-mismatch]"', main)
    )

    assert written == main
    assert "subnet in another zone, ${strcontains(each.key" in written


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("[vpc-mismatch]", "[unknown]", "nothing says what unknown of data.aws_subnet.network refers to"),
        (
            'data "aws_security_group"',
            'data "aws_other"',
            "nothing says what vpc-mismatch of data.aws_other.endpoint",
        ),
        (
            'check "endpoint_available"',
            'check "other"',
            "nothing says what endpoint-not-available of check.other",
        ),
    ],
)
def test_fails_when_a_condition_has_no_rule(old, new, error):
    with pytest.raises(LookupError, match=error):
        with_messages(INTERFACE_ENDPOINT, text_of(INTERFACE_ENDPOINT).replace(old, new))


def test_fails_when_a_rule_has_no_condition_in_main_tf():
    main = re.sub(r'    error_message = ".*\[endpoint-not-available\]"\n', "", text_of(INTERFACE_ENDPOINT))

    with pytest.raises(LookupError, match=r"no text for \[\('check.endpoint_available'"):
        with_messages(INTERFACE_ENDPOINT, main)


def test_a_message_says_the_listeners_own_protocol():
    (variable,) = [one for one in ENDPOINT_SERVICE.variables if one.name == "listeners"]
    found = [one for one in variable.validations if one.broken.rule.id == TLS_ONLY.id]

    texts = [message(ENDPOINT_SERVICE, variable, one) for one in found]

    assert len(texts) == 4
    assert all("of a ${item.protocol} listener: port ${item.port}" in text for text in texts)


# ---- files


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("a", '"a"'),
        ("${var.a}", "var.a"),
        ('say "${var.a}"', '"say \\"${var.a}\\""'),
        ({"a": 1, "b-1": None, "1": True}, '{ a = 1, b-1 = null, "1" = true }'),
        ([{"a": []}], "[{ a = [] }]"),
        ({}, "{}"),
    ],
)
def test_a_value_is_written_on_one_line(given, written):
    assert value(given) == written


def test_a_variable_is_checked_by_each_of_its_rules():
    text = variables_file(MODULE)

    assert 'variable "it" {\ndescription = "A port"\ntype = number\nnullable = false\n' in text
    assert "condition = var.it >= 1 && var.it <= 65535\n" in text
    assert 'error_message = "port out of range: ${var.it} (' in text


def test_each_rule_is_broken_by_a_run():
    text = validations_test(MODULE)

    assert "variables {\nit = 443\n}\n" in text
    assert 'run "it_port_range" {\ncommand = plan\n\nvariables {\nit = 0\n}\n' in text
    assert "expect_failures = [var.it]" in text
    assert validations_test(SERVICE_PROVIDER) == ""


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_each_run_has_a_name_of_its_own(module):
    names = [
        run_name(variable, validation) for variable in module.variables for validation in variable.validations
    ]

    assert len({*names}) == len(names)


def test_a_bad_attribute_stands_beside_the_required_ones():
    (variable,) = [one for one in ENDPOINT_SERVICE.variables if one.name == "private_dns"]

    assert all("name" in one.bad["private_dns"] for one in variable.validations)


def test_the_tables_stand_between_their_marks():
    page = with_tables(VPC, f"before\n{BEGIN}\nold\n{END}\nafter\n", text_of(VPC, "outputs.tf"))

    assert page.startswith("before\n")
    assert page.endswith(f"{END}\nafter\n")
    assert "old" not in page
    assert "| `internet_gateway` | `bool` | `false` | " in page
    assert "| `subnet_ids` | Subnet ID of each zone |" in page


def test_fails_when_a_page_has_no_place_for_the_tables():
    with pytest.raises(ValueError, match="the README of vpc has no place for the tables"):
        with_tables(VPC, "no marks", "")


# ---- from a stack to a module


def state(kind, name, **attributes):
    return {
        "resources": [
            {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}]},
            {"mode": "data", "type": "aws_region", "name": "here", "instances": []},
        ]
    }


@pytest.mark.parametrize(
    ("module", "kind", "name", "attributes", "inside"),
    [
        (VPC, "aws_subnet", "network_ap-northeast-2a", {}, 'aws_subnet.network["ap-northeast-2a"]'),
        (
            SERVICE_PROVIDER,
            "aws_vpc_security_group_egress_rule",
            "load-balancer_to-targets-tcp-443-web",
            {},
            "module.endpoint_service.aws_vpc_security_group_egress_rule.load_balancer_to_each_target"
            '["tcp-443-web"]',
        ),
        (
            ENDPOINT_SERVICE,
            "aws_lb_target_group",
            "load-balancer_port-443-alb",
            {},
            'aws_lb_target_group.load_balancer_port["443"]',
        ),
        (
            ENDPOINT_SERVICE,
            "aws_vpc_endpoint_service_allowed_principal",
            "endpoint-service_account-111122223333",
            {"principal_arn": "arn:aws:iam::111122223333:root"},
            'aws_vpc_endpoint_service_allowed_principal.endpoint_service["arn:aws:iam::111122223333:root"]',
        ),
    ],
)
def test_a_resource_moves_to_its_key(module, kind, name, attributes, inside):
    assert [*moves(module, state(kind, name, **attributes))] == [(f"{kind}.{name}", inside)]


def test_resources_that_order_changes_of_rules_do_not_move():
    assert [*moves(ENDPOINT_SERVICE, state("terraform_data", "load-balancer_rules"))] == []
    assert [*moves(INTERFACE_ENDPOINT, state("terraform_data", "endpoint_rules"))] == []


def test_blocks_lead_to_the_module_and_back():
    pair = [("aws_vpc.network", "aws_vpc.network")]

    assert "from = aws_vpc.network\n  to   = module.side.aws_vpc.network\n" in blocks(pair, "side")
    assert "from = module.side.aws_vpc.network\n  to   = aws_vpc.network\n" in blocks(pair, "side", back=True)


def test_fails_when_the_module_has_no_place_for_a_resource():
    with pytest.raises(LookupError, match=r"nothing for aws_instance\.probe"):
        [*moves(VPC, state("aws_instance", "probe"))]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_each_address_is_that_of_a_block(module):
    parts = {"": module, **{f"module.{call}.": name for call, name in module.composed_of.items()}}
    known = {
        f"{start}{kind}.{name}"
        for start, part in parts.items()
        for kind, name in re.findall(
            r'^resource "(\w+)" "(\w+)"',
            (FOLDER / getattr(part, "name", part) / "main.tf").read_text(),
            re.MULTILINE,
        )
    }

    inside = {address.partition("[")[0] for address in addresses(module).values()}

    assert {one for one in known - inside if "connection_accepter" not in one} == set()
    assert inside <= known
