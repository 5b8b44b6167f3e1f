"""The package's front: what it offers, and what a program that only looks at it does not load."""

import ast
import functools
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import privatelink
import privatelink.stacks.build
from privatelink.cli.app import EXTRAS
from tests.support import cli
from tests.support.examples import PROGRAMS
from tests.support.imports import modules
from tests.support.project import PROJECT

# Offered by another name than the one that their module has.
RENAMED = {"build_stacks", "load_topology"}
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_type_checkers_are_told_the_names_that_are_there():
    tree = ast.parse((PROJECT / "modules/privatelink/__init__.py").read_text(encoding="utf-8"))
    told = {
        alias.asname: (node.module.removeprefix("privatelink."), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    places = {
        name: tuple(place.split(":")) if place.endswith(name) or name in RENAMED else ("framework", name)
        for name, place in privatelink._PLACES.items()
    }

    assert told == places
    for name in privatelink.__all__:
        assert getattr(privatelink, name) is not None


def test_every_construct_is_offered():
    made = {
        cls.__name__
        for cls in privatelink.Component.__subclasses__()
        if cls.__module__.startswith("privatelink.")
    }

    assert made <= set(privatelink.__all__)


def test_another_name_is_refused_as_by_any_module():
    with pytest.raises(AttributeError, match=r"module 'privatelink' has no attribute 'Nonsense'"):
        _ = privatelink.Nonsense


def test_reading_a_topology_loads_no_framework():
    code = (
        "import sys; from privatelink.topology.file import load; from privatelink import Listener\n"
        "print(*{'cdktf', 'constructs', 'jsii'} & sys.modules.keys())"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.split() == []


def test_a_stack_of_ones_own_needs_neither_account_nor_tags(tmp_path):
    app = privatelink.framework.aws.App(outdir=str(tmp_path))

    privatelink.PrivateLinkStack(app, "own", region="ap-northeast-2")
    app.synth()

    written = json.loads((tmp_path / "stacks/own/cdk.tf.json").read_text())
    assert written["provider"]["aws"] == [{"region": "ap-northeast-2"}]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_the_page_shows_the_programs_as_they_are(program):
    page = (PROJECT / "docs/python.md").read_text(encoding="utf-8")

    shown = re.findall(r"```python\n(.*?)```", page, re.DOTALL)

    assert program.read_text(encoding="utf-8") in shown


def requirements(*extras):
    asked = [PYPROJECT["dependencies"], *(PYPROJECT["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(text) for listed in asked for text in listed]


def test_versions_installed_here_are_among_those_asked_for():
    pins = tomllib.loads((PROJECT / "Pipfile").read_text(encoding="utf-8"))["packages"]
    versions = {
        name: (pin["version"] if isinstance(pin, dict) else pin).removeprefix("==")
        for name, pin in pins.items()
    }
    asked = requirements("synth", "sandbox")

    assert {requirement.name for requirement in asked} == versions.keys()
    for requirement in asked:
        assert requirement.specifier.contains(versions[requirement.name]), requirement


# Each comes with the other, which is asked for: botocore is what boto3's clients raise from.
COMES_WITH = {"botocore": "boto3", "cryptography": "moto", "pydantic-core": "pydantic", "werkzeug": "moto"}
# What an extra is for; all else has to start with the base install.
NEEDS_EXTRA = {
    "synth": ("constructs", "framework", "stacks", "terraform.provider_proxy"),
    "sandbox": ("sandbox",),
}


@functools.cache
def installed():
    return packages_distributions()


def distributions(path):
    """The distributions that a module imports, but for type checkers alone."""
    places = installed()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_checkers = {
        node
        for condition in ast.walk(tree)
        if isinstance(condition, ast.If) and ast.unparse(condition.test) == "TYPE_CHECKING"
        for node in ast.walk(condition)
    }
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        if node not in for_checkers:
            for name in names:
                yield from (canonicalize_name(found) for found in places.get(name.partition(".")[0], ()))


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_imports_only_what_is_installed_with_it(name):
    place = name.removeprefix("privatelink.")
    extras = [
        extra
        for extra, places in NEEDS_EXTRA.items()
        if any(place == start or place.startswith(f"{start}.") for start in places)
    ]
    asked = {canonicalize_name(requirement.name) for requirement in requirements(*extras)} | {"privatelink"}

    imported = {COMES_WITH.get(found, found) for found in distributions(modules()[name])}

    assert imported <= asked


def test_all_is_every_extra():
    (everything,) = map(Requirement, PYPROJECT["optional-dependencies"]["all"])

    assert everything.name == "privatelink"
    assert everything.extras == PYPROJECT["optional-dependencies"].keys() - {"all"} == EXTRAS.keys()


def test_what_a_subcommand_looks_for_is_what_its_extra_installs():
    """By the names of packages: `werkzeug` comes with `moto[server]`, which alone does not bring a server."""
    for extra, packages in EXTRAS.items():
        names = {requirement.name for requirement in requirements(extra)}

        assert set(packages) - {"werkzeug"} <= names, extra


def test_the_version_is_told_in_one_place_and_the_changelog_begins_with_it():
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    (newest, *_) = re.findall(r"^## (\S+)", changelog, re.MULTILINE)
    files = subprocess.run(
        ["git", "grep", "-l", "-F", PYPROJECT["version"], "--", "modules", "tools", "Makefile"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert newest == PYPROJECT["version"]
    assert cli.run("--version").stdout == f"privatelink {version('privatelink')}\n"
    assert version("privatelink") == newest, "the installed package is older: run make setup"
    assert [name for name in files.stdout.split() if not name.endswith(".json")] == []
