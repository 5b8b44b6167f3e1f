"""The Terraform modules and their examples by the rules that TFLint recommends, where no TFLint is at hand.

https://github.com/terraform-linters/tflint-ruleset-terraform/blob/main/docs/rules/README.md
"""

import re

import pytest

from tests.support.project import PROJECT

MODULES = sorted(path.parent for path in PROJECT.glob("terraform/*/main.tf"))
EXAMPLES = sorted(path.parent for path in PROJECT.glob("examples/terraform/*/main.tf"))
BLOCK = re.compile(r'^(\w+)(?: "([^"]+)")?(?: "([^"]+)")? \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
LOCAL = re.compile(r"^  (\w+) += ", re.MULTILINE)

each_module = pytest.mark.parametrize("folder", MODULES, ids=lambda path: path.name)
each_folder = pytest.mark.parametrize("folder", [*MODULES, *EXAMPLES], ids=lambda path: path.name)


def text_of(folder):
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tf")))


def blocks(folder, kind):
    """Label, second label and body of each block of a kind."""
    return [found[1:] for found in BLOCK.findall(text_of(folder)) if found[0] == kind]


def unused(folder):
    """Variables, locals and data sources that nothing refers to, but for those that are there to check."""
    text = text_of(folder)
    declared = [
        *((f"var.{name}", body) for name, _, body in blocks(folder, "variable")),
        *((f"local.{name}", "") for _, _, body in blocks(folder, "locals") for name in LOCAL.findall(body)),
        *((f"data.{kind}.{name}", body) for kind, name, body in blocks(folder, "data")),
    ]
    return {
        name
        for name, body in declared
        if not re.search(rf"\b{re.escape(name)}\b", text.replace(body, "") if body else text)
        and "postcondition {" not in body
    }


@each_folder
def test_all_that_is_declared_is_used(folder):
    assert unused(folder) == set()


def test_what_is_not_used_is_found(tmp_path):
    (tmp_path / "main.tf").write_text(
        'variable "a" {\n  type = string\n  validation {\n    condition = var.a != ""\n  }\n}\n'
        'locals {\n  b = 1\n  c = local.b\n}\ndata "aws_vpc" "d" {\n  id = "x"\n}\n'
    )

    assert unused(tmp_path) == {"var.a", "local.c", "data.aws_vpc.d"}


@each_folder
def test_variables_and_outputs_have_a_description_and_variables_a_type(folder):
    bare = [name for name, _, body in blocks(folder, "output") if "  description " not in body]
    for name, _, body in blocks(folder, "variable"):
        if not re.search(r"^  description +=", body, re.M) or not re.search(r"^  type +=", body, re.M):
            bare.append(name)
    assert bare == []


@each_folder
def test_versions_of_terraform_and_of_the_provider_are_required(folder):
    ((_, _, body),) = blocks(folder, "terraform")
    assert re.search(r'^  required_version = ">= ', body, re.MULTILINE)
    assert re.search(r'source += "hashicorp/aws"', body)
    assert re.search(r'version += "[^"]*>= [^"]*"', body)


@each_module
def test_a_module_has_the_standard_files_and_no_provider_or_backend(folder):
    assert {"README.md", "main.tf", "variables.tf", "outputs.tf"} <= {path.name for path in folder.iterdir()}
    assert blocks(folder, "provider") == []
    assert "backend " not in "".join(body for _, _, body in blocks(folder, "terraform"))
    for kind in ("variable", "output"):
        assert f'{kind} "' not in (folder / "main.tf").read_text(encoding="utf-8")


@each_folder
def test_nothing_is_written_as_it_was_before_terraform_0_12(folder):
    text = text_of(folder)
    assert not re.findall(r'= "\$\{[^}"]+\}"$', text, re.MULTILINE)  # an expression alone in quotes
    assert not re.findall(r"[a-z_]\.\d+\.\w", re.sub(r'"[^"]*"', "", text))  # an index after a point
    assert not re.findall(r"^\s*//", text, re.MULTILINE)  # comments begin with #
    types = "".join(body for _, _, body in blocks(folder, "variable"))
    assert not re.findall(r'^  type += "', types, re.MULTILINE)  # a type in quotes


@each_folder
def test_lookups_name_their_default(folder):
    for body in re.findall(r"\blookup\(([^()]*)\)", text_of(folder)):
        assert body.count(",") >= 2, body
