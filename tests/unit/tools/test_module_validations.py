"""Every validation of the Terraform modules refuses what the generator refuses, in the same words.

`terraform validate` works out the rules of one value, a plan with a mock provider those of several; neither
needs an AWS account.
"""

import contextlib
import json
import re
import subprocess

import pytest

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from tests.support.kept_provider import kept_provider
from tests.support.project import PROJECT
from tools.module_generator.__main__ import MODULES
from tools.module_generator.hcl import block, parts

pytestmark = pytest.mark.terraform

GOOD = {
    "name": "shop",
    "vpc_id": "vpc-0a1b2c3d4e5f60001",
    "subnet_ids": {"ap-northeast-2a": "subnet-0a1b2c3d4e5f6000a"},
    "cidr": "10.10.0.0/16",
    "subnets": {"ap-northeast-2a": "10.10.0.0/20"},
    "targets": {"addresses": {"web": "10.10.0.10"}},
    "listeners": [{"port": 443}],
    "service_name": "com.amazonaws.ap-northeast-2.ssm",
    "ports": [443],
}
PROVIDER = """
provider "aws" {
  region = "ap-northeast-2"
}
"""


def inputs(module):
    return {variable.name: GOOD[variable.name] for variable in module.variables if variable.name in GOOD}


def call(module, number, given):
    aliases = ["aws", *(f"aws.{alias}" for alias in module.provider_aliases)]
    providers = ", ".join(f"{alias} = aws" for alias in aliases)
    body = block(
        f'module "{module.name}-{number}"', {"source": f"./{module.name}", **inputs(module), **given}
    )
    return body.replace("{\n", f"{{\nproviders = {{ {providers} }}\n", 1)


def bears_on(variable):
    """The other variables that the rules of one look at."""
    conditions = " ".join(check.condition for check in variable.checks)
    return {*re.findall(r"var\.(\w+)", conditions)} - {variable.name}


def looks_further(check, name):
    return {*re.findall(r"var\.(\w+)", check.condition)} - {name} != set()


def rules(module, *, looking_further):
    """The rules of a module's variables that no module before it has, too."""
    known = {
        (variable.name, check.condition)
        for earlier in MODULES[: MODULES.index(module)]
        for variable in earlier.variables
        for check in variable.checks
    }
    for variable in module.variables:
        for check in variable.checks:
            new = (variable.name, check.condition) not in known
            if new and looks_further(check, variable.name) == looking_further:
                yield variable, check


def bad_calls(module, *, looking_further):
    """What breaks each rule, in as few calls as can be: what a rule looks at is good where it is tried."""
    waiting = [*rules(module, looking_further=looking_further)]
    while waiting:
        given: dict[str, object] = {}
        used: set[str] = set()
        for variable, check in [*waiting]:
            touched = {variable.name, *check.others, *bears_on(variable)}
            if check.each == "var.listeners" and used <= {"listeners"}:
                ports = range(1000, 2000)
                listeners = [*given.get("listeners", []), *check.bad]
                given["listeners"] = [
                    listener | {"port": port} if listener["port"] == 443 else listener
                    for port, listener in zip(ports, listeners, strict=False)
                ]
            elif touched & used:
                continue
            else:
                bad = {"name": "api.example.com"} | check.bad if variable.name == "private_dns" else check.bad
                given |= {variable.name: bad, **check.others}
            used |= touched
            waiting.remove((variable, check))
        yield given


@contextlib.contextmanager
def root(tmp_path, more="", *, looking_further):
    """A root that calls each module with bad values."""
    calls = (
        call(module, number, given)
        for module in MODULES
        for number, given in enumerate(bad_calls(module, looking_further=looking_further))
    )
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "main.tf").write_text(PROVIDER + more + "".join(calls))
    for module in MODULES:
        (tmp_path / module.name).symlink_to(PROJECT / "terraform" / module.name)
    with kept_provider(terraform_environment(tmp_path)) as environment:
        made = TerraformRoot(tmp_path, environment)
        made.init()
        yield made


def usages():
    """The calls in the project's pages and the modules' READMEs, under names of their own."""
    pages = [
        re.findall(r"```hcl\n(module .*?)```", (PROJECT / page).read_text(encoding="utf-8"), re.DOTALL)
        for page in ("README.md", "docs/terraform-modules.md")
    ] + [[module.usage] for module in MODULES]
    return "".join(
        re.sub(r'(module[ .]"?)', rf"\1page-{number}-", "".join(blocks)).replace("./terraform/", "./")
        for number, blocks in enumerate(pages)
    )


def said(message):
    """A message's template as what it says of some value."""
    return re.compile(
        "".join(".*" if marked else re.escape(text) for marked, text in parts(message)), re.DOTALL
    )


def missing(refused, *, looking_further):
    """The rules that refused nothing."""
    return [
        (module.name, variable.name, check.message)
        for module in MODULES
        for variable, check in rules(module, looking_further=looking_further)
        if not any(said(check.message).match(detail) for detail in refused)
    ]


def test_a_bad_value_is_refused_in_the_generators_words_and_the_readmes_calls_are_not(tmp_path):
    with (
        root(tmp_path, usages(), looking_further=False) as made,
        pytest.raises(TerraformError) as refused,
    ):
        made.validate()

    found = refused.value.diagnostics
    assert {one.summary for one in found} == {"Invalid value for variable"}
    assert not [one for one in found if one.context.startswith('module "page-')]
    assert not missing([one.detail for one in found], looking_further=False)


def test_values_that_do_not_go_together_are_refused_in_a_plan(tmp_path):
    with root(tmp_path, looking_further=True) as made:
        tests = 'mock_provider "aws" {}\nrun "all" {\n  command = plan\n}\n'
        (tmp_path / "all.tftest.hcl").write_text(tests)

        run = subprocess.run(
            ["terraform", "test", "-json"],
            cwd=tmp_path,
            env=made.environment,
            capture_output=True,
            text=True,
        )

    lines = [json.loads(line) for line in run.stdout.splitlines()]
    refused = [line["diagnostic"] for line in lines if line["type"] == "diagnostic"]
    assert not missing([found["detail"] for found in refused], looking_further=True), refused
