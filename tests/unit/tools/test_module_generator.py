"""The Terraform modules: as the constructs are now, and how they come of them."""

import re
import subprocess

import pytest

from tests.support.project import PROJECT
from tools.module_generator import hcl
from tools.module_generator.__main__ import FOLDER, MODULES, write
from tools.module_generator.cases import Axis, Cases, Choice
from tools.module_generator.hcl import Raw
from tools.module_generator.loops import Collection, Loop, Rewriter, Target
from tools.module_generator.moved import blocks, moves

ZONE = "zz-1z"
SUBNETS = Target("aws_subnet", "network", "network_{zone}", ("zone",), Loop("var.subnets", {}), counted=False)
GROUP = Target("aws_security_group", "endpoint", "endpoint", (), None, counted=True)
REWRITE = Rewriter(
    specimens={"zone": ZONE, "subnet": "198.18.0.0/20", "port": 50001},
    expressions={"specimen": "var.name"},
    targets={f"aws_subnet.network_{ZONE}": SUBNETS, "aws_security_group.endpoint": GROUP},
    collections=[Collection("zone", "var.subnets", "subnet")],
)


@pytest.mark.terraform
def test_the_modules_are_as_the_constructs_make_them(tmp_path):
    write(tmp_path)

    written = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.*")}
    committed = {path.relative_to(FOLDER): path.read_text() for path in FOLDER.rglob("*.*")}
    assert committed == written, "stale: write them with `make modules`"


def test_no_specimen_is_left_in_a_module():
    text = "".join(path.read_text() for path in FOLDER.rglob("*.tf"))

    for module in MODULES:
        for value in [*module.specimens.values(), *module.expressions]:
            if value != "tcp":  # rules of health checks are of no other protocol
                assert not re.search(rf"(?<![\w.]){re.escape(str(value))}(?![\w.])", text), value
    assert "specimen" not in text.lower()


@pytest.mark.terraform
def test_the_examples_are_formatted():
    subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", PROJECT / "examples" / "terraform"], check=True
    )


@pytest.mark.parametrize(
    ("template", "expression"),
    [
        ("specimen-lb", '"${var.name}-lb"'),
        ("${aws_security_group.endpoint.id}", "aws_security_group.endpoint[0].id"),
        (f'${{join(", ", [aws_subnet.network_{ZONE}.id])}}', 'join(", ", values(aws_subnet.network)[*].id)'),
        ([f"${{aws_subnet.network_{ZONE}.id}}"], "values(aws_subnet.network)[*].id"),
        (
            {ZONE: f"${{aws_subnet.network_{ZONE}.id}}"},
            "{ for zone in keys(var.subnets) : zone => aws_subnet.network[zone].id }",
        ),
        ({ZONE: "198.18.0.0/20"}, "{ for zone, subnet in var.subnets : zone => subnet }"),
        ('quote " and ${upper("a}")}', '"quote \\" and ${upper("a}")}"'),
    ],
)
def test_a_specimen_is_an_expression(template, expression):
    assert hcl.expression(REWRITE(template)) == expression


def test_in_a_loop_a_specimen_is_what_is_there_by_its_key():
    rewrite = REWRITE.within(zone="each.key", port="each.value.port")

    assert rewrite(f"${{aws_subnet.network_{ZONE}.id}}") == Raw("aws_subnet.network[each.key].id")
    assert rewrite(50001) == Raw("each.value.port")
    assert rewrite("port 50001") == "port ${each.value.port}"


def test_what_holds_of_one_zone_has_to_hold_of_all():
    condition = {"condition": f'${{self.zone == "{ZONE}"}}', "error_message": f"not in {ZONE}"}

    changed = REWRITE({"precondition": [condition]})["precondition"][0]

    assert changed["condition"] == Raw("alltrue([for zone in keys(var.subnets) : self.zone == zone])")
    assert '"not in ${zone}"' in changed["error_message"].text


FLAG, WORD = Axis("flag", "var.flag"), Axis("word", "var.word", ("a", "b", "c"))


@pytest.mark.parametrize(
    ("axis", "values", "expression"),
    [
        (FLAG, {False: False, True: True}, "var.flag"),
        (FLAG, {False: True, True: False}, "!var.flag"),
        (FLAG, {False: "off", True: "on"}, 'var.flag ? "on" : "off"'),
        (WORD, {"a": "a", "b": "b", "c": "c"}, "var.word"),
        (WORD, {"a": 1, "b": 1, "c": 2}, 'var.word == "c" ? 2 : 1'),
        (WORD, {"a": False, "b": True, "c": True}, 'var.word != "a"'),
        (WORD, {"a": "x-a", "b": "x-b", "c": "x-c"}, '"x-${var.word}"'),
    ],
)
def test_a_difference_is_a_conditional(axis, values, expression):
    assert REWRITE.conditional(Choice(axis, values)) == expression


def test_cases_find_by_themselves_what_an_attribute_depends_on():
    cases = Cases([[FLAG], [WORD]])
    found = [(case, {"same": 1, "by_word": case["word"], "by_flag": case["flag"]}) for case in cases]

    merged = cases.merge(found)

    assert merged == {
        "same": 1,
        "by_word": Choice(WORD, {"a": "a", "b": "b", "c": "c"}),
        "by_flag": Choice(FLAG, {False: False, True: True}),
    }


def test_fails_when_two_decide_together_that_were_tried_apart():
    cases = Cases([[FLAG], [WORD]])

    with pytest.raises(ValueError, match=r"\['flag', 'word'\] decide together"):
        cases.merge([(case, f"{case['flag']}{case['word']}") for case in cases])


def state(kind, name, **attributes):
    return {
        "resources": [
            {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}]}
        ]
    }


def test_a_resource_moves_to_its_key():
    found = [*moves([SUBNETS], state("aws_subnet", "network_ap-northeast-2a"))]

    assert found == [("aws_subnet.network_ap-northeast-2a", 'aws_subnet.network["ap-northeast-2a"]')]
    there, back = blocks(found, "side"), blocks(found, "side", back=True)
    assert "from = aws_subnet.network_ap-northeast-2a\n" in there
    assert 'from = module.side.aws_subnet.network["ap-northeast-2a"]\n' in back


def test_fails_when_the_module_has_no_place_for_a_resource():
    with pytest.raises(LookupError, match=r"nothing for aws_instance\.probe"):
        [*moves([SUBNETS], state("aws_instance", "probe"))]
