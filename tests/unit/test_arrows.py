"""Imports go one way (docs/layout.md), and never in a circle."""

import pytest

from tests.support.imports import circles, imports

ARROWS = imports()
# What each package may import, beside itself. Those below it come first.
ALLOWED = {
    "comments": set(),
    "errors": set(),
    "escapes": set(),
    "facts": set(),
    "json_types": set(),
    "lazy": set(),
    "literal": set(),
    "rule": set(),
    "api": {"errors"},
    "topology": {"errors", "facts", "rule"},
    "terraform": {"api", "errors", "json_types", "lazy", "literal"},
    "changes": {"facts", "json_types", "literal", "terraform", "topology"},
    "framework": {"errors"},
    "constructs": {"errors", "facts", "framework", "literal", "rule", "topology"},
    "stacks": {"constructs", "errors", "facts", "framework", "literal", "topology"},
    "connections": {"api", "errors", "facts"},
    "review": {
        "api",
        "changes",
        "comments",
        "connections",
        "drawing",
        "errors",
        "escapes",
        "facts",
        "json_types",
        "terraform",
        "topology",
    },
    "verify": {"api", "comments", "drawing", "errors", "escapes", "facts", "terraform"},
    "hcl": {"errors", "json_types", "literal", "terraform"},
    # It is the independent witness of what is generated, and shares no check with it.
    "sandbox": {"errors", "json_types"},
    "start": {"errors", "facts", "topology"},
    "drawing": {"errors", "facts", "topology"},
    "doctor": {"api", "errors", "framework", "sandbox", "terraform"},
    "demo": {"connections", "errors", "escapes", "facts", "sandbox", "terraform", "verify"},
}
# The command may use all of it, and offers it; nothing may use the command.
ABOVE = {"cli", "__main__", "__init__"}


def package(module):
    """The part of the package that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("module", sorted(ARROWS))
def test_a_module_imports_only_what_lies_below_it(module):
    own = package(module)
    imported = {package(other) for other in ARROWS[module]} - {own}

    if own not in ABOVE:
        assert imported <= ALLOWED[own], sorted(ARROWS[module])


def test_no_module_imports_itself_by_way_of_others():
    assert circles(ARROWS) == []


def test_a_circle_is_found_within_functions_too(tmp_path):
    for name, text in {
        "__init__": "",
        "one": "import package.two",
        "two": "def later():\n    from package import three",
        "three": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.one import x",
        "apart": "from package import one",
    }.items():
        (tmp_path / "package").mkdir(exist_ok=True)
        (tmp_path / f"package/{name}.py").write_text(text)

    assert circles(imports(tmp_path)) == [["package.one", "package.three", "package.two"]]
