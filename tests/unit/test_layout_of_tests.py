"""Each module of the package has one test file, of its name and in the same tree (docs/layout.md)."""

from pathlib import PurePath

import pytest

from tests.support.imports import SOURCE, modules
from tests.support.project import PROJECT

PACKAGE = SOURCE / "privatelink"
MODULES = {
    name.removeprefix("privatelink."): path.relative_to(PACKAGE)
    for name, path in modules().items()
    if path.name not in ("__init__.py", "__main__.py")
}
# Modules without a test file, and why they need none.
NOTHING_TO_TEST = {
    "json_types": "types without behaviour",
    "terraform.documents": "types without behaviour",
    "verify.errors": "a class without behaviour",
    "sandbox.service_views": "types without behaviour",
    "sandbox.untyped": "a name for a type",
}


def places(module: PurePath) -> list[str]:
    """Where a module's test file may lie: the sandbox has a folder of its own."""
    name = module.with_name(f"test_{module.name}").as_posix()
    return [f"tests/unit/{name}", *([f"tests/{name}"] if module.parts[0] == "sandbox" else [])]


def found(module: PurePath) -> list[str]:
    """The test files of a module."""
    return [place for place in places(module) if (PROJECT / place).is_file()]


@pytest.mark.parametrize("name", sorted(MODULES.keys() - NOTHING_TO_TEST.keys()))
def test_a_module_has_one_test_file(name):
    module = MODULES[name]
    assert len(found(module)) == 1, f"one of {places(module)}"


@pytest.mark.parametrize("name", sorted(NOTHING_TO_TEST))
def test_an_exception_is_a_module_without_a_test_file(name):
    assert found(MODULES[name]) == []
