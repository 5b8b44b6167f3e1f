"""The door is typed: mypy refuses what a resource does not have, through `Component.add` too."""

import ast
import inspect
import subprocess
import sys

import pytest

from privatelink.framework import aws
from privatelink.framework.choice import DEFAULT, FRAMEWORK
from privatelink.framework.classes import OF_BINDINGS, OF_FRAMEWORK
from tests.support.project import PROJECT
from tools import framework_stub
from tools.framework_stub import META_ARGUMENTS, STUB

STUBBED = ast.parse(STUB.read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in STUBBED.body if isinstance(node, ast.ClassDef)}


@pytest.mark.skipif(FRAMEWORK.package != DEFAULT, reason="the stub is made with the default framework")
@pytest.mark.slow
def test_the_committed_stub_is_what_the_tool_writes():
    assert STUB.read_text(encoding="utf-8") == framework_stub.stub(), "run: make stub"


def test_every_class_that_is_offered_is_in_the_stub():
    imported = {
        name.asname for node in STUBBED.body if isinstance(node, ast.ImportFrom) for name in node.names
    }

    assert CLASSES.keys() - {"_MetaArguments"} == set(OF_BINDINGS)
    assert imported - {None} == {"Construct", *OF_FRAMEWORK}


@pytest.mark.parametrize("name", OF_BINDINGS)
def test_arguments_and_attributes_are_those_that_the_bindings_have_when_they_run(name):
    constructor = next(node for node in CLASSES[name].body if isinstance(node, ast.FunctionDef))
    arguments = [*constructor.args.args[1:], *constructor.args.kwonlyargs]
    attributes = [node.target.id for node in CLASSES[name].body if isinstance(node, ast.AnnAssign)]
    signature = inspect.signature(getattr(aws, name).__init__).parameters.copy()
    del signature["self"]
    required = [
        argument.arg
        for argument, default in zip(constructor.args.kwonlyargs, constructor.args.kw_defaults, strict=True)
        if default is None
    ]

    typed = {argument.arg for argument in arguments} | (
        {*META_ARGUMENTS} if constructor.args.kwarg else set()
    )
    if FRAMEWORK.package == DEFAULT:
        assert typed == set(signature)
        assert required == [
            each.name
            for each in signature.values()
            if each.kind is each.KEYWORD_ONLY and each.default is each.empty
        ]
    else:  # its bindings, of a later provider, may have more, and demand less
        assert typed <= set(signature)
    assert all(hasattr(getattr(aws, name), attribute) for attribute in attributes)


# A line of a construct, and what mypy says of it; "" where it is right.
LINES = {
    'self.add(aws.Vpc, cidr_blok="10.0.0.0/16")': 'Unexpected keyword argument "cidr_blok"',
    'self.add(aws.Vpc, "key", cidr_block=10)': 'Argument "cidr_block" to "add" of "Component"',
    "self.add(aws.LbTargetGroupAttachment, target_id='i')": 'Missing named argument "target_group_arn"',
    "self.add(aws.Vpc).arnn": '"Vpc" has no attribute "arnn"',
    "self.add(aws.Vpcs)": 'Module has no attribute "Vpcs"',
    "self.add(aws.Vpc, dependson=[])": 'Unexpected keyword argument "dependson"',
    "aws.Vpc(self, 'x', cidr_blok='10.0.0.0/16')": 'Unexpected keyword argument "cidr_blok" for "Vpc"',
    "self.add(aws.LbTargetGroup, health_check={'healthy': 2})": 'Argument "health_check" to "add"',
    "aws.LbTargetGroupHealthCheck(healthy_treshold=2)": 'Unexpected keyword argument "healthy_treshold"',
    # Tokens, what Terraform calls meta-arguments, and what only Terraform can work out.
    "self.add(aws.Eip, instance=self.add(aws.Instance).id, depends_on=[self.add(aws.Vpc)])": "",
    "self.add(aws.Vpc, enable_dns_support=yes, lifecycle=aws.TerraformResourceLifecycle())": "",
    "self.add(aws.SecurityGroup, ingress=yes, tags={'Name': self.add(aws.Vpc).arn})": "",
}


@pytest.mark.slow
def test_what_a_resource_does_not_have_fails_in_mypy(tmp_path):
    lines = [
        "from cdktf import IResolvable",
        "from privatelink.constructs.component import Component",
        "from privatelink.framework import aws",
        "class Made(Component):",
        "    def make(self, yes: IResolvable) -> None:",
        *(f"        {line}" for line in LINES),
    ]
    (tmp_path / "made.py").write_text("\n".join(lines) + "\n")

    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--hide-error-context", tmp_path / "made.py"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    first = len(lines) - len(LINES) + 1
    said = dict.fromkeys(range(first, len(lines) + 1), "")
    for line in ran.stdout.splitlines():
        place, _, text = line.partition(": error: ")
        if text:
            said[int(place.rpartition(":")[2])] = text
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for (line, expected), text in zip(LINES.items(), said.values(), strict=True):
        assert bool(expected) == bool(text), f"{line}: {text!r}"
        assert expected in text
