"""Every validation of the Terraform modules refuses what the topology refuses, by the same rule, in HCL."""

import re
import shutil

import pytest

from privatelink.hcl.expressions import parts
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from tests.support.kept_provider import kept_provider
from tests.support.project import PROJECT
from tools.module_generator.files import value
from tools.module_generator.messages import message
from tools.module_generator.modules import MODULES

CHECKED = [module for module in MODULES if not module.composed_of]
COMPOSED = [module for module in MODULES if module.composed_of]
PAGES = [
    "README.md",
    "docs/terraform-modules.md",
    *(f"terraform/{module.name}/README.md" for module in MODULES),
]

RULES = {
    f"{module.name}-{number}": (module, variable, validation)
    for module in CHECKED
    for number, (variable, validation) in enumerate(
        (variable, validation) for variable in module.variables for validation in variable.validations
    )
}


def call(name, source, inputs):
    body = "".join(f"  {key} = {value(given)}\n" for key, given in inputs.items())
    return f'module "{name}" {{\n  source = "{source}"\n{body}}}\n'


def said(template):
    """A message's template as what it says of some value."""
    return re.compile(
        "".join(".*" if marked else re.escape(text) for marked, text in parts(template)), re.DOTALL
    )


def refused(tmp_path, calls):
    """The diagnostics of a plan of calls to modules that have nothing but their variables."""
    for module in MODULES:
        (tmp_path / module.name).mkdir()
        shutil.copy(PROJECT / "terraform" / module.name / "variables.tf", tmp_path / module.name)
    (tmp_path / "main.tf").write_text("".join(calls))
    root = TerraformRoot(tmp_path, terraform_environment(tmp_path))
    root.init()
    with pytest.raises(TerraformError) as found:
        root.plan()
    return found.value.diagnostics


def of_several(name):
    """Whether a rule is about several inputs: Terraform checks it once each input by itself is good."""
    _, variable, validation = RULES[name]
    return {*re.findall(r"var\.(\w+)", validation.holds + validation.each)} > {variable.name}


@pytest.mark.terraform
@pytest.mark.parametrize("several", [False, True], ids=["one-input", "several-inputs"])
def test_a_bad_value_is_refused_by_its_rule_and_a_good_one_is_not(several, tmp_path):
    rules = {name: rule for name, rule in RULES.items() if of_several(name) == several}
    good = [call(f"good-{module.name}", f"./{module.name}", module.good) for module in MODULES]
    bad = [
        call(name, f"./{module.name}", {**module.good, **validation.bad})
        for name, (module, variable, validation) in rules.items()
    ]

    found = refused(tmp_path, [*good, *bad])

    assert {one.summary for one in found} == {"Invalid value for variable"}
    assert not [one for one in found if "good-" in one.context]
    silent = {
        name: expected
        for name, rule in rules.items()
        if not any(
            said(expected := message(*rule)).fullmatch(one.detail.partition("\n\n")[0])
            for one in found
            if one.context == f'module "{name}"'
        )
    }
    assert silent == {}


@pytest.mark.parametrize("module", CHECKED, ids=lambda module: module.name)
def test_a_message_is_in_the_syntax_of_terraform(module):
    for variable in module.variables:
        for validation in variable.validations:
            text = message(module, variable, validation)
            assert text.endswith(f" [{validation.broken.rule.id}]")
            assert not re.search(r"`- |set [a-z_]+: |`[a-z_.]+: ", text), text


@pytest.mark.terraform
def test_the_calls_in_the_pages_are_right(tmp_path):
    blocks = [
        re.sub(r'(module[ .]"?)', rf"\1page-{number}-", block)
        for number, page in enumerate(PAGES)
        for block in re.findall(r"```hcl\n(module .*?)```", (PROJECT / page).read_text(), re.DOTALL)
    ]
    (tmp_path / "main.tf").write_text('provider "aws" {\n  region = "ap-northeast-2"\n}\n' + "".join(blocks))
    (tmp_path / "terraform").symlink_to(PROJECT / "terraform")
    with kept_provider(terraform_environment(tmp_path)) as environment:
        root = TerraformRoot(tmp_path, environment)
        root.init()

        root.validate()

    assert len(blocks) >= len(MODULES)
